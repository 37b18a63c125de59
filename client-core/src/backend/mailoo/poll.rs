//! Polling: what the conversation says is the truth, whatever a socket said before.

use std::time::Duration;

use crate::backend::step::{Chore, LineEnd, Step};
use crate::backend::{Earlier, Incoming, Signal, Watch};
use crate::error::Error;
use crate::event::Event;
use crate::http::{HttpFailure, HttpResponse};
use crate::json;
use crate::time::{Instant, Now, UnixMillis};
use crate::url::Url;

use super::record::{self, Named, Told};
use super::rest::{self, Kind};
use super::{Line, Mailoo};

// The vendor names no cadence; these are ours.
const WATCHED: Duration = Duration::from_secs(3);
const UNWATCHED: Duration = Duration::from_secs(20);
/// Beside a socket, for what it may have missed.
const SAFETY: Duration = Duration::from_secs(60);
/// Every call ends by its own limit of ten seconds; should a driver forget one, it is not waited for.
const OVERDUE: Duration = Duration::from_secs(20);
/// However much news a socket announces.
const AT_MOST_EVERY: Duration = Duration::from_secs(1);

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extent {
    /// The whole conversation.
    Whole,
    /// From the newest message that is known.
    News,
}

/// A call under way.
#[derive(Clone, Debug)]
pub(super) struct Poll {
    chore: Chore,
    extent: Extent,
    url: Url,
    begun: Instant,
}

/// What the route has proved to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Route {
    #[default]
    Untried,
    Proved,
    /// The site has none: news come by the socket alone.
    Missing,
}

/// What is known of one session on one line.
#[derive(Clone, Debug, Default)]
pub(super) struct Polls {
    running: Option<Poll>,
    next: Option<Instant>,
    last: Option<Instant>,
    /// News came while a call was under way that may not have seen them.
    again: bool,
    /// The time of the newest message, by the server's clock.
    newest: Option<UnixMillis>,
    /// The address that was last answered and the mark of what it answered.
    tag: Option<(Url, String)>,
    route: Route,
    /// What the socket said, and when: it must not overtake what the socket missed, which only a poll that began later can tell.
    heard: Vec<(Instant, Incoming)>,
}

impl Polls {
    pub(super) fn is_running(&self) -> bool {
        self.running.is_some()
    }

    pub(super) fn take(&mut self, chore: Chore) -> Option<Poll> {
        self.running.take_if(|poll| poll.chore == chore)
    }
}

impl Mailoo {
    fn interval(&mut self) -> Duration {
        let usual = match self.watch {
            _ if self.polls.route == Route::Missing || self.socket.is_open() => SAFETY,
            Watch::Closely => WATCHED,
            Watch::Loosely => UNWATCHED,
        };
        usual * 9 / 10 + self.rng.up_to(usual / 5)
    }

    /// When the next poll is due, if one is to come.
    pub(super) fn poll_deadline(&self) -> Option<Instant> {
        if let Some(running) = &self.polls.running {
            return Some(running.begun + OVERDUE);
        }
        self.session.as_ref()?;
        let verdict = self.posts.doubt.as_ref().map(|doubt| doubt.settled_at);
        let verdict = verdict.filter(|_| !self.posts.is_running());
        self.polls.next.into_iter().chain(verdict).min()
    }

    pub(super) fn polls_due(&mut self) {
        let now = self.now.mono;
        if self.poll_deadline().is_none_or(|at| at > now) {
            return;
        }
        if self.polls.running.take().is_some() {
            self.poll_failed("no answer in time".to_owned());
        } else {
            let in_doubt = self.posts.doubt.is_some();
            let extent = if in_doubt { Extent::Whole } else { Extent::News };
            self.ask(extent);
        }
    }

    pub(super) fn poll_whole(&mut self) {
        self.ask(Extent::Whole);
    }

    fn ask(&mut self, extent: Extent) {
        let Some(session) = &self.session else {
            return;
        };
        let newest = self.polls.newest.filter(|_| extent == Extent::News);
        let mut call = self.routes.messages(session, newest);
        let url = call.url.clone();
        if let Some((_, tag)) = self
            .polls
            .tag
            .as_ref()
            .filter(|(known, _)| *known == url && extent == Extent::News)
        {
            call.headers.push(("If-None-Match", tag.as_str().into()));
        }
        let chore = self.next_chore();
        self.polls.running = Some(Poll {
            chore,
            extent,
            url,
            begun: self.now.mono,
        });
        self.polls.next = None;
        self.polls.again = false;
        self.polls.last = Some(self.now.mono);
        self.call(chore, call);
    }

    /// There may be news, or doubt about a message: at once, but not more than once a second.
    pub(crate) fn poll_soon(&mut self, now: Now) {
        self.now = now;
        if self.line != Line::Up || self.session.is_none() {
            return;
        }
        if self.polls.running.is_some() {
            self.polls.again = true;
            return;
        }
        let earliest = self.polls.last.map_or(now.mono, |last| last + AT_MOST_EVERY);
        let soon = earliest.max(now.mono);
        self.polls.next = Some(self.polls.next.map_or(soon, |next| next.min(soon)));
        self.polls_due();
    }

    /// A message was taken: an answer may come soon, and a session that is new has its first poll.
    pub(super) fn after_message(&mut self) {
        if self.line == Line::Up {
            self.plan_next();
            self.want_bell();
        }
    }

    fn plan_next(&mut self) {
        if self.polls.again {
            self.polls.again = false;
            return self.poll_soon(self.now);
        }
        let usual = self.now.mono + self.interval();
        self.polls.next = Some(self.polls.next.map_or(usual, |next| next.min(usual)));
    }

    /// Somebody came to watch, or left; or the socket opened or closed.
    pub(super) fn pace_changed(&mut self) {
        if self.line != Line::Up || self.session.is_none() || self.polls.running.is_some() {
            return;
        }
        match self.watch {
            Watch::Closely if !self.socket.is_open() => self.poll_soon(self.now),
            _ => {
                self.polls.next = Some(self.now.mono + self.interval());
            }
        }
    }

    /// A poll has ended.
    pub(super) fn polled(&mut self, poll: Poll, result: Result<HttpResponse, HttpFailure>) {
        let response = match result {
            Ok(response) => response,
            Err(failure) => return self.poll_failed(failure.to_string()),
        };
        match rest::kind(response.status) {
            Kind::Done => match json::parse(&response.body).ok().as_ref().and_then(record::list) {
                Some(told) => {
                    self.polls.tag = response.etag.map(|tag| (poll.url.clone(), tag));
                    self.told(&poll, told);
                }
                None => self.poll_failed(self.routes.words(
                    "the site's back end answers with something else than messages; check messagesPath",
                    "the service answers with something else than messages; check apiUrl",
                )),
            },
            Kind::Unchanged => self.told(&poll, Vec::new()),
            Kind::Forbidden => self.end(LineEnd::Refused(rest::why(&response))),
            Kind::Unknown => self.poll_unknown(&response),
            Kind::Later if response.wait(self.now.wall).is_some() => {
                let wait = response.wait(self.now.wall).unwrap_or_default();
                self.end(LineEnd::Later(wait));
            }
            Kind::Later | Kind::Broken | Kind::Never => self.poll_failed(rest::why(&response)),
        }
    }

    /// What the socket said has to wait, too: the next line begins with the whole conversation, in order.
    fn poll_failed(&mut self, words: String) {
        self.end(LineEnd::Failing(words));
    }

    fn told(&mut self, poll: &Poll, told: Vec<Told>) {
        self.losses = 0;
        self.polls.route = Route::Proved;
        let times = told.iter().filter_map(|one| one.message.at);
        self.polls.newest = times.chain(self.polls.newest).max();
        self.clock.told(self.polls.newest, self.now.mono);
        let messages: Vec<Incoming> = told.into_iter().map(|one| self.signed(one)).collect();
        if self.line == Line::Opening {
            self.greet(Earlier::Replayed(messages));
        } else {
            self.show(messages);
        }
        self.show_heard(poll.begun);
        let verdict =
            self.posts.doubt.as_ref().filter(|doubt| {
                poll.extent == Extent::Whole && poll.begun >= doubt.settled_at && !self.posts.is_running()
            });
        if let Some(id) = verdict.map(|doubt| doubt.id) {
            self.posts.doubt = None;
            self.steps.push_back(Step::Settled(id));
        }
        self.plan_next();
        self.want_bell();
    }

    fn show(&mut self, messages: Vec<Incoming>) {
        let signals = messages
            .into_iter()
            .map(|message| Step::Signal(Signal::Message(message)));
        self.steps.extend(signals);
    }

    /// What the socket said until then is in its place by now.
    fn show_heard(&mut self, until: Instant) {
        let heard = std::mem::take(&mut self.polls.heard).into_iter();
        let (due, later): (Vec<_>, Vec<_>) = heard.partition(|(at, _)| *at <= until);
        self.polls.heard = later;
        self.show(due.into_iter().map(|(_, message)| message).collect());
    }

    /// The socket said something: it is shown behind what a poll finds.
    pub(super) fn hear(&mut self, told: Told) {
        let message = self.signed(told);
        self.polls.heard.push((self.now.mono, message));
        if self.polls.route == Route::Missing {
            self.show_heard(self.now.mono);
        } else {
            self.poll_soon(self.now);
        }
    }

    /// What nobody signed is the visitor's if it is one of the visitor's texts; its id tells the client in all other cases.
    fn signed(&mut self, told: Told) -> Incoming {
        let mut message = told.message;
        if told.author == Named::No && self.posts.is_own(&message.text) {
            message.author = crate::message::Author::Visitor;
        }
        message
    }

    /// 404: the session is gone. Where the route is what is missing, the session is not.
    fn poll_unknown(&mut self, response: &HttpResponse) {
        if self.posts.is_running() {
            // What becomes of the message under way tells more.
            return match self.line {
                Line::Opening => self.poll_failed(rest::why(response)),
                _ => self.plan_next(),
            };
        }
        let is_session =
            rest::is_the_programs(response) || self.polls.route == Route::Proved || self.line == Line::Opening;
        if is_session {
            let was_opening = self.line == Line::Opening;
            self.lose_session(rest::why(response));
            if was_opening {
                self.greet(Earlier::Unbroken);
            }
            return;
        }
        self.show_heard(self.now.mono);
        if self.polls.route != Route::Missing {
            self.polls.route = Route::Missing;
            self.steps.push_back(Step::Event(Event::Error(Error::Configuration {
                message: self.routes.words(
                    "the site's back end has no such route for messages; check messagesPath",
                    "the service has no such route for messages; check apiUrl",
                ),
                status: Some(response.status),
            })));
        }
        if let Some(doubt) = self.posts.doubt.take() {
            self.steps.push_back(Step::Undecidable(doubt.id));
        }
        self.plan_next();
        self.want_bell();
    }
}
