//! The visitor's socket: it says that there is news, and is never relied on.

use std::time::Duration;

use crate::backend::Signal;
use crate::backend::step::{Bell, Chore, Step};
use crate::http::{HttpFailure, HttpResponse};
use crate::message::{Author, Delivery};
use crate::rng::Rng;
use crate::time::{Instant, Now};
use crate::url::{BaseUrl, Url};

use super::frame::{self, Heard};
use super::options::{Place, Target, socket_origin};
use super::{Line, Mailoo, rest};

const PATH: &str = "/api/v1/chat/visitor-ws";
const FIRST_RETRY: Duration = Duration::from_secs(3);
const LONGEST_RETRY: Duration = Duration::from_secs(30);
/// After so many refusals in a row the conversation is polled, and the socket tried now and then.
const MOST_REFUSALS: u32 = 3;
const NOW_AND_THEN: Duration = Duration::from_secs(300);
/// An attempt that hangs is given up.
const OPENING: Duration = Duration::from_secs(10);
/// A socket that lasted forgets earlier failures.
const LASTED: Duration = Duration::from_secs(30);

/// Where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Closed,
    /// The site is asked where the socket is.
    Asking {
        chore: Chore,
        since: Instant,
    },
    Opening {
        since: Instant,
    },
    Open {
        since: Instant,
    },
    Waiting {
        until: Instant,
    },
    /// The server put it out: not again before a poll has shown that the session lives.
    Dismissed,
}

/// The socket beside the polls.
#[derive(Clone, Debug)]
pub(super) struct Socket {
    target: Option<Target>,
    origin: Option<BaseUrl>,
    state: State,
    failures: u32,
    /// Attempts in a row that ended before the socket was open.
    refusals: u32,
}

impl Socket {
    pub(super) fn new(target: Option<Target>) -> Self {
        Self {
            target,
            origin: None,
            state: State::Closed,
            failures: 0,
            refusals: 0,
        }
    }

    pub(super) fn is_open(&self) -> bool {
        matches!(self.state, State::Open { .. })
    }

    pub(super) fn is_asking(&self, chore: Chore) -> bool {
        matches!(self.state, State::Asking { chore: asking, .. } if asking == chore)
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        match self.state {
            State::Opening { since } => Some(since + OPENING),
            State::Asking { since, .. } => Some(since + 2 * OPENING),
            State::Waiting { until } => Some(until),
            State::Closed | State::Open { .. } | State::Dismissed => None,
        }
    }

    /// 3 s, doubling to 30 s, of which up to a half is taken off by chance.
    fn wait(&mut self, rng: &mut Rng, now: Instant) {
        let ceiling = FIRST_RETRY.saturating_mul(1 << self.failures.min(8)).min(LONGEST_RETRY);
        self.failures += 1;
        let delay = if self.refusals >= MOST_REFUSALS {
            NOW_AND_THEN
        } else {
            ceiling.saturating_sub(rng.up_to(ceiling / 2))
        };
        self.state = State::Waiting { until: now + delay };
    }

    fn url(&self, session: &str) -> Option<Url> {
        let (target, origin) = (self.target.as_ref()?, self.origin.as_ref()?);
        Some(
            origin
                .join_socket(PATH)
                .with_query("projectUid", &target.project)
                .with_query("integrationId", &target.integration)
                .with_query("sessionPublicId", session),
        )
    }
}

impl Mailoo {
    /// There is a session whose conversation can be read: a socket may tell of news.
    pub(super) fn want_bell(&mut self) {
        if self.line != Line::Up || self.session.is_none() {
            return;
        }
        match self.socket.state {
            State::Closed => self.ring_up(),
            State::Dismissed => self.socket.wait(&mut self.rng, self.now.mono),
            _ => {}
        }
    }

    fn ring_up(&mut self) {
        match self.socket.target.as_ref().map(|target| target.place.clone()) {
            None => {}
            Some(Place::Known(origin)) => {
                self.socket.origin = Some(origin);
                self.open_bell();
            }
            // A run-time setting of the site: asked for again each time.
            Some(Place::Asked(url)) => {
                let chore = self.next_chore();
                let since = self.now.mono;
                self.socket.state = State::Asking { chore, since };
                let call = self.routes.ask(&url);
                self.call(chore, call);
            }
        }
    }

    pub(super) fn origin_told(&mut self, result: Result<HttpResponse, HttpFailure>) {
        let told = result.ok().filter(HttpResponse::is_success);
        let told = told.and_then(|response| rest::told_origin(&response.body));
        match told.and_then(|origin| socket_origin("wsOrigin", &origin).ok()) {
            Some(origin) => {
                self.socket.origin = Some(origin);
                self.open_bell();
            }
            None => {
                let until = self.now.mono + NOW_AND_THEN;
                self.socket.state = State::Waiting { until };
            }
        }
    }

    fn open_bell(&mut self) {
        let url = self
            .session
            .as_ref()
            .and_then(|session| self.socket.url(session.expose()));
        if let Some(url) = url {
            self.socket.state = State::Opening { since: self.now.mono };
            self.steps.push_back(Step::OpenBell(url));
        }
    }

    pub(super) fn bell_due(&mut self) {
        let now = self.now.mono;
        match self.socket.state {
            State::Opening { since } if since + OPENING <= now => {
                self.steps.push_back(Step::CloseBell);
                self.socket.refusals += 1;
                self.socket.wait(&mut self.rng, now);
            }
            State::Asking { since, .. } if since + 2 * OPENING <= now => self.socket.wait(&mut self.rng, now),
            State::Waiting { until } if until <= now => self.ring_up(),
            _ => {}
        }
    }

    /// The line is down, or the session gone.
    pub(super) fn close_bell(&mut self) {
        if matches!(self.socket.state, State::Opening { .. } | State::Open { .. }) {
            self.steps.push_back(Step::CloseBell);
        }
        self.socket.state = State::Closed;
    }

    /// Something happened on the socket.
    pub(crate) fn bell(&mut self, bell: Bell<'_>, now: Now) {
        self.now = now;
        match bell {
            Bell::Opened => {
                self.socket.state = State::Open { since: now.mono };
                self.socket.refusals = 0;
                // Whatever came before it was open.
                self.poll_soon(now);
            }
            Bell::Text(text) => self.rang(text),
            Bell::Binary => self.poll_soon(now),
            Bell::Closed(code) => self.bell_closed(code),
        }
    }

    fn rang(&mut self, text: &str) {
        match frame::read(text) {
            Heard::Message(told) => self.hear(told),
            Heard::Typing { author, on } if author != Author::Visitor => {
                self.steps.push_back(Step::Signal(Signal::Typing { author, on }));
            }
            Heard::Read(Some(id)) => self.steps.push_back(Step::Progress {
                id,
                delivery: Delivery::Read,
            }),
            Heard::Ping => self.steps.push_back(Step::Ring(frame::PONG.to_owned())),
            Heard::Control | Heard::Typing { .. } | Heard::Read(None) => {}
            Heard::News => self.poll_soon(self.now),
        }
    }

    fn bell_closed(&mut self, code: u16) {
        match self.socket.state {
            State::Open { since } => {
                if self.now.mono.since(since) >= LASTED {
                    self.socket.failures = 0;
                }
            }
            State::Opening { .. } => self.socket.refusals += 1,
            _ => return,
        }
        match code {
            // Refused, or the session is gone: the poll that follows tells which.
            1008 | 4000..=4999 => self.socket.state = State::Dismissed,
            _ => self.socket.wait(&mut self.rng, self.now.mono),
        }
        self.poll_soon(self.now);
        self.pace_changed();
    }
}
