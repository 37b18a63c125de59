//! Between attempts: backing off, paused, suspended.

use std::time::Duration;

use super::backoff::Cause;
use super::{Connection, Pause, SUSPENDED_RETRY, SUSPENDED_SPREAD, State, Wait, close};
use crate::context::Context;
use crate::deadline::Deadline;

/// After having been put out, attempts are at least this far apart.
const DISMISSED_INTERVAL: Duration = Duration::from_secs(10);

impl Connection {
    /// The attempt or the line failed: wait as the cause demands.
    pub(crate) fn fail(&mut self, cause: Cause, reason: String, cx: &mut Context) {
        self.leave(close::SEND_GIVEN_UP, cx);
        self.note_down(cx);
        let cause = match cause {
            Cause::Lost if self.surroundings.has_local_evidence(cx.mono()) => Cause::Local,
            other => other,
        };
        let delay = self.policy.delay(cause);
        if let Cause::Throttled { wait } = cause {
            self.not_before = Some(cx.mono() + wait);
        }
        self.wait(delay, reason, cx);
    }

    /// From now on it ought to be live and is not.
    pub(super) fn note_down(&mut self, cx: &mut Context) {
        if self.down_since.is_none() {
            self.down_since = Some(cx.mono());
            cx.arm(Deadline::Suspend, cx.tuning.suspend_after);
        }
    }

    fn wait(&mut self, delay: Duration, reason: String, cx: &mut Context) {
        if self
            .surroundings
            .hidden_for(cx.mono())
            .is_some_and(|time| time >= cx.tuning.hidden_pause)
        {
            self.state = State::Paused(Pause::Hidden);
            cx.disarm(Deadline::Retry);
            return;
        }
        if self.surroundings.is_offline() {
            self.pause_offline(cx);
            return;
        }
        let long_down = self
            .down_since
            .is_some_and(|since| cx.mono().since(since) >= cx.tuning.suspend_after);
        if long_down {
            let delay = SUSPENDED_RETRY + cx.rng.up_to(SUSPENDED_SPREAD);
            let until = (cx.mono() + delay).max(self.not_before.unwrap_or_default());
            self.state = State::Suspended(Wait { until, reason });
            cx.deadlines.set(Deadline::Retry, until);
        } else {
            let until = (cx.mono() + delay).max(self.not_before.unwrap_or_default());
            self.state = State::Backoff(Wait { until, reason });
            cx.deadlines.set(Deadline::Retry, until);
        }
    }

    /// The system says that there is no network. It may be wrong, so one attempt is made now and then.
    pub(super) fn pause_offline(&mut self, cx: &mut Context) {
        self.state = State::Paused(Pause::Offline);
        let until = cx.mono() + cx.tuning.offline_poll;
        cx.deadlines
            .set(Deadline::Retry, until.max(self.not_before.unwrap_or_default()));
    }

    /// The page is back: at once, unless the server asked to wait.
    pub(super) fn resume(&mut self, cx: &mut Context) {
        match self.not_before.filter(|until| *until > cx.mono()) {
            None => self.authenticate(cx),
            Some(until) => {
                let reason = "the server asked to wait".to_owned();
                self.note_down(cx);
                self.wait(until.since(cx.mono()), reason, cx);
            }
        }
    }

    /// Down for so long that the visitor is told. A running attempt goes on; the next wait will be a suspended one.
    pub(super) fn suspend(&mut self, cx: &mut Context) {
        if let State::Backoff(wait) = &self.state {
            let latest = cx.mono() + SUSPENDED_RETRY + SUSPENDED_SPREAD;
            let until = wait.until.min(latest).max(self.not_before.unwrap_or_default());
            self.state = State::Suspended(Wait {
                until,
                reason: wait.reason.clone(),
            });
            cx.deadlines.set(Deadline::Retry, until);
        }
    }

    pub(super) fn pause_hidden(&mut self, cx: &mut Context) {
        let waits = matches!(
            self.state,
            State::Backoff(_) | State::Suspended(_) | State::Paused(Pause::Offline)
        );
        if waits && self.surroundings.is_hidden() {
            self.state = State::Paused(Pause::Hidden);
            cx.disarm(Deadline::Retry);
        }
    }

    /// The visitor has to say who they are before there can be a session.
    pub(crate) fn await_introduction(&mut self, cx: &mut Context) {
        self.pause(Pause::Unintroduced, cx);
    }

    /// Another tab has the line from now on.
    pub(crate) fn follow(&mut self, cx: &mut Context) {
        self.pause(Pause::Following, cx);
    }

    /// The line is this tab's business again.
    pub(crate) fn lead(&mut self) {
        if matches!(self.state, State::Paused(Pause::Following)) {
            self.state = State::Idle;
        }
    }

    /// There was a line before, perhaps another tab's: begin anew, unless the server asked to wait.
    pub(crate) fn go_on(&mut self, cx: &mut Context) {
        if matches!(self.state, State::Idle) {
            self.resume(cx);
            self.arm_hidden_pause(cx);
        }
    }

    /// The visitor has said who they are.
    pub(crate) fn introduced(&mut self, cx: &mut Context) {
        if matches!(self.state, State::Paused(Pause::Unintroduced)) {
            self.authenticate(cx);
        }
    }

    /// The server put the visitor out: only the visitor, or somebody's return to the page, brings it back.
    pub(crate) fn dismissed(&mut self, cx: &mut Context) {
        self.pause(Pause::Dismissed, cx);
        self.not_before = Some(cx.mono() + DISMISSED_INTERVAL);
    }

    fn pause(&mut self, pause: Pause, cx: &mut Context) {
        self.leave(close::SEND_NORMAL, cx);
        self.down_since = None;
        cx.disarm(Deadline::Retry);
        cx.disarm(Deadline::Suspend);
        self.state = State::Paused(pause);
    }

    /// Somebody waits for it, or the network came back: try within a moment, but not more often than every five seconds,
    /// and never before the server allows it.
    pub(crate) fn hurry(&mut self, cx: &mut Context) {
        let reason = match &self.state {
            State::Backoff(wait) | State::Suspended(wait) => wait.reason.clone(),
            State::Paused(Pause::PageGone | Pause::Unintroduced | Pause::Following) => return,
            State::Paused(pause) => pause.describe().to_owned(),
            _ => return,
        };
        let soon = self
            .surroundings
            .next_hurried_attempt(cx)
            .max(self.not_before.unwrap_or_default());
        let until = cx.deadlines.at(Deadline::Retry).map_or(soon, |at| at.min(soon));
        self.surroundings.note_hurried_attempt(until);
        let long_down = self
            .down_since
            .is_some_and(|since| cx.mono().since(since) >= cx.tuning.suspend_after);
        let wait = Wait { until, reason };
        self.state = if long_down {
            State::Suspended(wait)
        } else {
            State::Backoff(wait)
        };
        cx.deadlines.set(Deadline::Retry, until);
    }
}
