//! A live connection: pings, silence, doubt.

use std::time::Duration;

use super::backoff::Cause;
use super::{Connection, Directive, State};
use crate::backend::Heartbeat;
use crate::context::Context;
use crate::deadline::Deadline;
use crate::ids::{Generation, ServerId};

/// After the first sign that messages are missing, a second look this much later.
const SECOND_LOOK: Duration = Duration::from_secs(2);

/// Whether a ping after a sleep still waits for a sign of life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WakeUpCall {
    Settled,
    Unanswered,
}

#[derive(Clone, Debug)]
pub(super) struct Live {
    generation: Generation,
    wake_up_call: WakeUpCall,
    /// A newest message, by the server's word, that is not in the log.
    missing: Option<ServerId>,
}

impl Live {
    pub(super) fn generation(&self) -> Generation {
        self.generation
    }
}

impl Connection {
    /// The greeting came. Answers whether the connection became live by it.
    pub(crate) fn welcomed(&mut self, cx: &mut Context) -> bool {
        let (State::Dialing(generation) | State::Welcoming(generation)) = self.state else {
            return false;
        };
        self.state = State::Live(Live {
            generation,
            wake_up_call: WakeUpCall::Settled,
            missing: None,
        });
        self.down_since = None;
        self.not_before = None;
        cx.disarm(Deadline::Welcome);
        cx.disarm(Deadline::Suspend);
        self.arm_ping(cx);
        cx.arm(Deadline::Stable, cx.tuning.stable_after);
        true
    }

    /// Something arrived on the socket: it is alive.
    pub(crate) fn heard(&mut self, cx: &mut Context) {
        if let State::Live(live) = &mut self.state {
            live.wake_up_call = WakeUpCall::Settled;
        }
        if matches!(self.state, State::Live(_)) && cx.deadlines.at(Deadline::Pong).is_some() {
            cx.disarm(Deadline::Pong);
            self.arm_ping(cx);
        }
    }

    fn arm_ping(&self, cx: &mut Context) {
        if self.heartbeat == Heartbeat::Ours {
            cx.arm(Deadline::Ping, cx.tuning.ping_interval);
        }
    }

    /// There is no way to make the server answer: its own heartbeat decides.
    pub(crate) fn cannot_ask(&mut self, cx: &mut Context) {
        cx.disarm(Deadline::Pong);
        if let State::Live(live) = &mut self.state {
            live.wake_up_call = WakeUpCall::Settled;
        }
    }

    /// The machine slept: whatever was awaited may lie in the buffers, so ask afresh. But once only: where timers are throttled, each
    /// of them comes as late as from a sleep, and a dead line would never be noticed.
    pub(super) fn probe_afresh(&mut self, cx: &mut Context) {
        if let State::Live(live) = &mut self.state
            && live.wake_up_call == WakeUpCall::Settled
        {
            live.wake_up_call = WakeUpCall::Unanswered;
            self.ping(cx.tuning.probe_timeout, cx);
        }
    }

    /// The line is doubted: find out quickly.
    pub(crate) fn probe(&mut self, cx: &mut Context) {
        let soon = cx.mono() + cx.tuning.probe_timeout;
        if cx.deadlines.at(Deadline::Pong).is_none_or(|at| at > soon) {
            self.ping(cx.tuning.probe_timeout, cx);
        }
    }

    pub(super) fn ping(&mut self, patience: Duration, cx: &mut Context) {
        if let State::Live(live) = &self.state {
            self.directives.push(Directive::Ping(live.generation));
            cx.disarm(Deadline::Ping);
            cx.arm(Deadline::Pong, patience);
        }
    }

    /// The server told its newest message. `unknown` is its id if the log does not have it: twice the same means that this line
    /// is no longer served, and only a new one brings what is missing.
    pub(crate) fn position(&mut self, unknown: Option<ServerId>, cx: &mut Context) {
        let State::Live(live) = &mut self.state else {
            return;
        };
        let unknown = unknown.filter(|id| self.sought_in_vain.as_ref() != Some(id));
        let again = unknown.is_some() && live.missing == unknown;
        live.missing.clone_from(&unknown);
        if again {
            self.sought_in_vain = unknown;
            self.renew_line("messages are missing".to_owned(), cx);
        } else if live.missing.is_some() {
            cx.arm(Deadline::Ping, SECOND_LOOK);
        }
    }

    /// Gives a line up that lives but does not serve.
    pub(crate) fn renew_line(&mut self, reason: String, cx: &mut Context) {
        self.fail(Cause::Local, reason, cx);
    }
}
