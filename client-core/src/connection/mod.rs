//! The connection: one socket at a time, its states and what moves it between them.
//!
//! It knows nothing of sessions, messages or back ends. It asks for credentials, dials when it has them, and says when it is live.

pub(crate) mod backoff;
pub(crate) mod close;
mod live;
mod surroundings;
mod waiting;

use std::time::Duration;

use self::backoff::{Cause, ReconnectPolicy};
use crate::backend::Heartbeat;
use crate::context::Context;
use crate::deadline::Deadline;
use crate::error::Error;
use crate::event::{ConnectionState, ConnectionStatus};
use crate::ids::{Generation, ServerId};
use crate::rng::Rng;
use crate::time::Instant;
use close::Verdict;
use live::Live;
use surroundings::Surroundings;

/// What waits for an event rather than for a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pause {
    /// The system says there is no network; tried now and then all the same.
    Offline,
    /// Nobody sees the page.
    Hidden,
    /// The page went away and may come back.
    PageGone,
    /// The visitor has to say who they are.
    Unintroduced,
    /// The server ended it and does not want to be called back by a machine.
    Dismissed,
    /// Another tab has the line.
    Following,
}

/// Why and until when it waits.
#[derive(Clone, Debug)]
struct Wait {
    until: Instant,
    reason: String,
}

#[derive(Clone, Debug)]
enum State {
    Idle,
    /// Waiting for a session or token.
    Authenticating,
    /// The socket is opening.
    Dialing(Generation),
    /// It is open; the greeting has not come.
    Welcoming(Generation),
    Live(Live),
    /// The socket has just closed; the verdict on its code decides what comes.
    Lost,
    Backoff(Wait),
    Suspended(Wait),
    Paused(Pause),
    Failed(Error),
    Closed,
}

/// What the connection wants done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Directive {
    /// Get a usable token, then call [`Connection::dial`].
    Authenticate,
    /// Nobody waits for the token any more.
    AbandonAuthentication,
    Close(Generation, u16),
    Ping(Generation),
    /// The connection is no longer live, or its attempt has ended: what was in flight is not.
    Down,
    /// It has lasted.
    Stable,
}

#[derive(Clone, Debug)]
pub(crate) struct Connection {
    state: State,
    last_generation: u64,
    policy: ReconnectPolicy,
    surroundings: Surroundings,
    /// Since when it ought to be live and is not.
    down_since: Option<Instant>,
    /// Failures to understand each other since it was last stable.
    misunderstandings: u32,
    /// The server asked not to be called before.
    not_before: Option<Instant>,
    /// A message that the server named and a new line did not bring: no reason to renew the line again.
    sought_in_vain: Option<ServerId>,
    heartbeat: Heartbeat,
    directives: Vec<Directive>,
}

impl Connection {
    pub(crate) fn new(rng: Rng, heartbeat: Heartbeat) -> Self {
        Self {
            state: State::Idle,
            last_generation: 0,
            policy: ReconnectPolicy::new(rng),
            surroundings: Surroundings::default(),
            down_since: None,
            misunderstandings: 0,
            not_before: None,
            sought_in_vain: None,
            heartbeat,
            directives: Vec::new(),
        }
    }

    pub(crate) fn next_directive(&mut self) -> Option<Directive> {
        (!self.directives.is_empty()).then(|| self.directives.remove(0))
    }

    /// Connect, or try at once if it waits.
    pub(crate) fn start(&mut self, cx: &mut Context) {
        match self.state {
            State::Idle | State::Failed(_) | State::Closed => {
                self.policy.succeeded();
                self.misunderstandings = 0;
                self.authenticate(cx);
                self.arm_hidden_pause(cx);
            }
            State::Paused(Pause::PageGone) => self.resume(cx),
            State::Paused(Pause::Unintroduced) => {}
            State::Backoff(_) | State::Suspended(_) | State::Paused(_) => self.hurry(cx),
            State::Authenticating | State::Dialing(_) | State::Welcoming(_) | State::Live(_) | State::Lost => {}
        }
    }

    /// Disconnect and stay so.
    pub(crate) fn stop(&mut self, cx: &mut Context) {
        self.leave(close::SEND_NORMAL, cx);
        self.state = State::Closed;
        self.down_since = None;
        for deadline in [Deadline::Retry, Deadline::Suspend, Deadline::HiddenPause] {
            cx.disarm(deadline);
        }
    }

    /// Nothing helps but the application.
    pub(crate) fn refuse(&mut self, error: Error, cx: &mut Context) {
        self.stop(cx);
        self.state = State::Failed(error);
    }

    /// Begin an attempt: first of all, a token.
    pub(crate) fn authenticate(&mut self, cx: &mut Context) {
        self.leave(close::SEND_NORMAL, cx);
        cx.disarm(Deadline::Retry);
        self.state = State::Authenticating;
        self.note_down(cx);
        self.directives.push(Directive::Authenticate);
    }

    pub(crate) fn wants_token(&self) -> bool {
        matches!(self.state, State::Authenticating)
    }

    /// A number for a socket that no other one has had.
    pub(crate) fn next_generation(&mut self) -> Generation {
        self.last_generation += 1;
        Generation(self.last_generation)
    }

    /// The token is there: open a socket of this generation.
    pub(crate) fn dial(&mut self, patience: Option<Duration>, cx: &mut Context) -> Generation {
        let generation = self.next_generation();
        self.state = State::Dialing(generation);
        let usual = cx.tuning.welcome_timeout;
        cx.arm(
            Deadline::Welcome,
            patience.map_or(usual, |patience| patience.max(usual)),
        );
        generation
    }

    pub(crate) fn opened(&mut self, generation: Generation) {
        if matches!(self.state, State::Dialing(dialing) if dialing == generation) {
            self.state = State::Welcoming(generation);
        }
    }

    /// The socket that frames are taken from and given to, whatever its state.
    pub(crate) fn socket(&self) -> Option<Generation> {
        match &self.state {
            State::Dialing(generation) | State::Welcoming(generation) => Some(*generation),
            State::Live(live) => Some(live.generation()),
            _ => None,
        }
    }

    pub(crate) fn is_current(&self, generation: Generation) -> bool {
        self.socket() == Some(generation)
    }

    pub(crate) fn live(&self) -> Option<Generation> {
        match &self.state {
            State::Live(live) => Some(live.generation()),
            _ => None,
        }
    }

    /// Whether nobody can see the page.
    pub(crate) fn is_hidden(&self) -> bool {
        self.surroundings.is_hidden()
    }

    pub(crate) fn is_stopped(&self) -> bool {
        matches!(self.state, State::Closed | State::Failed(_))
    }

    /// The socket closed: what that means, or nothing if it was not the current one.
    pub(crate) fn closed(&mut self, generation: Generation, code: u16, cx: &mut Context) -> Option<Verdict> {
        if !self.is_current(generation) {
            return None;
        }
        self.forget_socket(cx);
        self.state = State::Lost;
        Some(close::verdict(code))
    }

    /// The line is of no use any more, though its socket may be open; what comes next is decided elsewhere.
    pub(crate) fn drop_line(&mut self, cx: &mut Context) {
        self.leave(close::SEND_NORMAL, cx);
        self.state = State::Lost;
    }

    /// The two sides do not understand each other: one more attempt, then it fails.
    pub(crate) fn misunderstood(&mut self, message: String, cx: &mut Context) {
        self.misunderstandings += 1;
        if self.misunderstandings > 1 {
            self.refuse(Error::Protocol { message }, cx);
        } else {
            self.fail(Cause::Lost, message, cx);
        }
    }

    /// Closes the socket, if there is one, and drops the wait for a token.
    fn leave(&mut self, code: u16, cx: &mut Context) {
        if let Some(generation) = self.socket() {
            self.directives.push(Directive::Close(generation, code));
            self.forget_socket(cx);
        } else if matches!(self.state, State::Authenticating) {
            self.directives.push(Directive::AbandonAuthentication);
        }
    }

    fn forget_socket(&mut self, cx: &mut Context) {
        for deadline in [
            Deadline::Welcome,
            Deadline::Ping,
            Deadline::Pong,
            Deadline::Stable,
            Deadline::Buffer,
        ] {
            cx.disarm(deadline);
        }
        self.directives.push(Directive::Down);
    }

    /// One of the connection's deadlines has come.
    pub(crate) fn deadline(&mut self, deadline: Deadline, cx: &mut Context) {
        match deadline {
            Deadline::Welcome => self.fail(Cause::Lost, "no greeting from the server in time".to_owned(), cx),
            Deadline::Ping => self.ping(cx.tuning.pong_timeout, cx),
            Deadline::Pong => {
                self.surroundings.note_local_evidence(cx.mono());
                self.fail(Cause::Local, "the server does not answer".to_owned(), cx);
            }
            Deadline::Stable => self.proved(cx),
            Deadline::Retry => self.authenticate(cx),
            Deadline::Suspend => self.suspend(cx),
            Deadline::HiddenPause => self.pause_hidden(cx),
            _ => {}
        }
    }

    /// It has lasted, or brought an acknowledgement: earlier failures are forgotten.
    pub(crate) fn proved(&mut self, cx: &mut Context) {
        cx.disarm(Deadline::Stable);
        self.policy.succeeded();
        self.misunderstandings = 0;
        self.directives.push(Directive::Stable);
    }

    /// The state as the application sees it.
    pub(crate) fn status(&self, now: Instant) -> ConnectionStatus {
        let waiting = |state, wait: &Wait| (state, Some(wait.reason.clone()), Some(wait.until));
        let (state, reason, retry_at) = match &self.state {
            State::Idle => (ConnectionState::Idle, None, None),
            State::Authenticating | State::Dialing(_) | State::Welcoming(_) | State::Lost => {
                (ConnectionState::Connecting, None, None)
            }
            State::Live(_) => (ConnectionState::Live, None, None),
            State::Backoff(wait) => waiting(ConnectionState::Backoff, wait),
            State::Suspended(wait) => waiting(ConnectionState::Suspended, wait),
            State::Paused(pause) => (ConnectionState::Paused, Some(pause.describe().to_owned()), None),
            State::Failed(error) => (ConnectionState::Failed, Some(error.to_string()), None),
            State::Closed => (ConnectionState::Closed, None, None),
        };
        let attempt = self.policy.attempt();
        ConnectionStatus {
            state,
            reason,
            attempt,
            retry_in: retry_at.map(|at| at.since(now)),
            retry_at,
        }
    }

    pub(crate) fn failure(&self) -> Option<&Error> {
        match &self.state {
            State::Failed(error) => Some(error),
            _ => None,
        }
    }
}

impl Pause {
    const fn describe(self) -> &'static str {
        match self {
            Self::Offline => "offline",
            Self::Hidden => "the page is hidden",
            Self::PageGone => "the page is in the background",
            Self::Unintroduced => "the visitor has to fill the form in",
            Self::Dismissed => "the server ended the connection",
            Self::Following => "another tab is connected",
        }
    }
}

/// Retry delays while suspended: 20 to 30 s.
const SUSPENDED_RETRY: Duration = Duration::from_secs(20);
const SUSPENDED_SPREAD: Duration = Duration::from_secs(10);
