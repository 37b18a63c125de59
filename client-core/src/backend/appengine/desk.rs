//! The people on the other side: who has the conversation, the queue for one, and what the visitor asks of them.

use std::time::Duration;

use crate::backend::Signal;
use crate::backend::step::Step;
use crate::error::Error;
use crate::event::Event;
use crate::io::{Command, Typing};
use crate::time::{Instant, Now};

use super::calls::Chore;
use super::intent::{self, Between, Verdict, Vocabulary, Wanted};
use super::link::Asked;
use super::options::Page;
use super::received::Person;
use super::{AppEngine, intent::Emission};

/// While waiting, the place is asked for this often.
const POLL: Duration = Duration::from_secs(5);
/// Unless the server told it by itself within this time.
const PUSHED: Duration = Duration::from_secs(20);
/// A request for a person that nobody answered for this long is made by REST.
const REQUEST: Duration = Duration::from_secs(5);
/// Pages that follow each other faster than this count as one.
const DEBOUNCE: Duration = Duration::from_millis(500);
/// An answer is waited for this long.
const ANSWER: Duration = Duration::from_secs(12);
/// Commands that wait for the line, at most.
const MOST_WISHES: usize = 20;

#[derive(Clone, Debug, Default)]
pub(super) struct Desk {
    agent: Person,
    /// When the place in the queue is asked for next; none when nobody waits.
    poll_at: Option<Instant>,
    request: Option<(Instant, Wanted)>,
    /// The page to tell, and when.
    context: Option<(Instant, Page)>,
    told_url: Option<String>,
    last_notice: Option<String>,
}

impl Desk {
    pub(super) fn agent(&self) -> &Person {
        &self.agent
    }

    pub(super) fn set_agent(&mut self, person: Person) {
        self.agent = person;
    }

    pub(super) fn take_agent(&mut self) -> Person {
        std::mem::take(&mut self.agent)
    }

    /// The visitor waits for a person.
    pub(super) fn wait(&mut self, now: Instant) {
        if self.poll_at.is_none() {
            self.poll_at = Some(now + PUSHED);
        }
    }

    /// The server told something of the queue by itself.
    pub(super) fn heard(&mut self, now: Instant) {
        self.poll_at = Some(now + PUSHED);
        self.request = None;
    }

    pub(super) fn stop_waiting(&mut self) {
        self.poll_at = None;
        self.request = None;
    }

    /// Whether a line of the service says what the last one said.
    pub(super) fn is_repeated(&mut self, text: &str) -> bool {
        if self.last_notice.as_deref() == Some(text) {
            return true;
        }
        self.last_notice = Some(text.to_owned());
        false
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        let request = self.request.as_ref().map(|(at, _)| *at);
        let context = self.context.as_ref().map(|(at, _)| *at);
        [self.poll_at, request, context].into_iter().flatten().min()
    }
}

impl AppEngine {
    /// Does what the application asks for, or keeps it until the line is up. Answers whether this back end can do it.
    pub(crate) fn command(&mut self, command: Command, now: Now) -> Result<(), Error> {
        self.now = now;
        match command {
            Command::UpdateContext { url, referrer, title } => self.moved(Page {
                url: Some(url),
                referrer,
                title,
            }),
            Command::Contact(form) => {
                form.validate()?;
                let call = self.calls().contact(&form, self.memory.chat_id.as_deref());
                self.run(Chore::Contact, call);
            }
            Command::RequestAgent { .. }
            | Command::MarkRead { .. }
            | Command::CloseChat { .. }
            | Command::PeerMessage { .. }
            | Command::PeerStatus(_)
                if !self.is_greeted() =>
            {
                if self.wishes.len() == MOST_WISHES {
                    return Err(Error::Refused {
                        message: "too many commands wait for the connection".to_owned(),
                        status: None,
                        retry_after: None,
                    });
                }
                self.wishes.push(command);
            }
            Command::RequestAgent { skill, priority } => self.request_agent(skill, priority),
            Command::MarkRead { server_id } => {
                self.mark_read(&server_id);
                self.event(Event::Command { name: "read", ok: true });
            }
            Command::CloseChat { transcript } => self.close_chat(transcript.as_deref()),
            Command::PeerMessage { to, text } => self.tell_peer(&intent::peer_message(&to, &text), "peer-message"),
            Command::PeerStatus(status) => self.tell_peer(&intent::peer_status(&status), "peer-status"),
            other => {
                return Err(Error::Unsupported {
                    what: other.name(),
                    backend: "appengine",
                });
            }
        }
        Ok(())
    }

    /// The line is up: what was asked for meanwhile is done.
    pub(super) fn fulfil_wishes(&mut self) {
        for wish in std::mem::take(&mut self.wishes) {
            let _known = self.command(wish, self.now);
        }
    }

    fn tell_peer(&mut self, emission: &Emission, name: &'static str) {
        self.emit(emission);
        self.event(Event::Command { name, ok: true });
    }

    fn request_agent(&mut self, skill: Option<String>, priority: Option<u32>) {
        let wanted = Wanted {
            skill,
            priority,
            url: self.options.page.url.clone(),
        };
        self.emit(&intent::request_agent(&wanted));
        self.event(Event::Command {
            name: "agent",
            ok: true,
        });
        if self.vocabulary == Vocabulary::Gateway {
            self.desk.request = Some((self.now.mono + REQUEST, wanted));
        } else {
            self.desk.wait(self.now.mono);
        }
    }

    fn close_chat(&mut self, transcript: Option<&str>) {
        let chat_id = self.memory.conversation().unwrap_or_default();
        self.ask(&intent::close_chat(&chat_id, transcript), Asked::Close, ANSWER);
    }

    pub(super) fn close_answered(&mut self, verdict: Verdict) {
        let ok = match verdict {
            Verdict::Taken { .. } => true,
            Verdict::Refused(message) => {
                self.event(Event::Error(Error::Refused {
                    message,
                    status: None,
                    retry_after: None,
                }));
                false
            }
        };
        let name = "close-chat";
        self.event(Event::Command { name, ok });
        if ok {
            self.desk.stop_waiting();
            self.signal(Signal::Status {
                value: "ended".to_owned(),
                reason: Some("visitor".to_owned()),
            });
        }
    }

    /// The visitor is on another page: the next handshake says so, and the line that is up a moment later.
    fn moved(&mut self, page: Page) {
        self.desk.context = Some((self.now.mono + DEBOUNCE, page.clone()));
        self.options.page = page;
    }

    /// The handshake of a new line says where the visitor is.
    pub(super) fn page_in_handshake(&mut self) {
        self.desk.told_url.clone_from(&self.options.page.url);
    }

    fn tell_context(&mut self, page: Page) {
        let Page {
            url: Some(url),
            referrer,
            title,
        } = page
        else {
            return;
        };
        if !self.is_greeted() {
            // A line that is being opened may have told the page before this one.
            self.wishes
                .retain(|wish| !matches!(wish, Command::UpdateContext { .. }));
            return self.wishes.push(Command::UpdateContext { url, referrer, title });
        }
        if self.desk.told_url.as_deref() != Some(url.as_str()) {
            self.emit(&intent::update_context(&url, referrer.as_deref(), title.as_deref()));
            self.desk.told_url = Some(url);
        }
        self.event(Event::Command {
            name: "context",
            ok: true,
        });
    }

    /// The frame that says that the visitor types, where somebody is there to see it.
    pub(crate) fn typing_frame(&mut self, typing: Typing, now: Now) {
        self.now = now;
        let chat_id = self.memory.conversation().unwrap_or_default();
        let (me, agent) = (self.memory.email().map(str::to_owned), self.desk.agent.email.clone());
        let between = Between {
            me: me.as_deref(),
            agent: agent.as_deref(),
        };
        if let Some(emission) = intent::typing(self.vocabulary, typing, &chat_id, between, now.wall) {
            self.emit(&emission);
        }
    }

    /// Looks at the desk's deadlines.
    pub(super) fn desk_due(&mut self) {
        let now = self.now.mono;
        if self.desk.poll_at.is_some_and(|at| at <= now) {
            self.desk.poll_at = Some(now + POLL);
            self.poll_queue();
        }
        if self.desk.request.as_ref().is_some_and(|(at, _)| *at <= now)
            && let Some((_, wanted)) = self.desk.request.take()
        {
            self.join_queue(&wanted);
        }
        if self.desk.context.as_ref().is_some_and(|(at, _)| *at <= now)
            && let Some((_, page)) = self.desk.context.take()
        {
            self.tell_context(page);
        }
    }

    fn poll_queue(&mut self) {
        if let Some(chat_id) = self.memory.conversation().filter(|_| self.is_greeted()) {
            let call = self.calls().queue_position(&chat_id);
            self.run(Chore::Queue, call);
        }
    }

    fn join_queue(&mut self, wanted: &Wanted) {
        let (Some(chat_id), Some(guest)) = (self.memory.conversation(), self.memory.guest.clone()) else {
            return;
        };
        let call = self
            .calls()
            .join_queue(&chat_id, &guest.email, guest.name.as_deref(), wanted);
        self.run(Chore::JoinQueue, call);
        self.desk.wait(self.now.mono);
    }

    /// A call found the token too old.
    pub(super) fn token_is_old(&mut self) {
        self.steps.push_back(Step::RenewToken);
    }
}
