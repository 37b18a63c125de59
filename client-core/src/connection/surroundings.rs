//! What goes on around the connection: network, page, sleep.

use std::time::Duration;

use super::{Connection, Pause, State, close};
use crate::context::Context;
use crate::deadline::Deadline;
use crate::io::Environment;
use crate::time::Instant;

/// How long an event of our own machine explains a broken line.
const EVIDENCE_MEMORY: Duration = Duration::from_secs(30);
/// Attempts that an event brings forward are at least this far apart.
const HURRY_INTERVAL: Duration = Duration::from_secs(5);
/// Spread of such an attempt.
const HURRY_SPREAD: Duration = Duration::from_millis(250);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Network {
    #[default]
    Assumed,
    ClaimedDown,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Surroundings {
    network: Network,
    hidden_since: Option<Instant>,
    local_evidence: Option<Instant>,
    last_hurry: Option<Instant>,
}

impl Surroundings {
    pub(super) fn is_offline(&self) -> bool {
        self.network == Network::ClaimedDown
    }

    pub(super) fn is_hidden(&self) -> bool {
        self.hidden_since.is_some()
    }

    pub(super) fn hidden_for(&self, now: Instant) -> Option<Duration> {
        self.hidden_since.map(|since| now.since(since))
    }

    pub(super) fn note_local_evidence(&mut self, now: Instant) {
        self.local_evidence = Some(now);
    }

    pub(super) fn has_local_evidence(&self, now: Instant) -> bool {
        self.local_evidence.is_some_and(|at| now.since(at) < EVIDENCE_MEMORY)
    }

    pub(super) fn next_hurried_attempt(&self, cx: &mut Context) -> Instant {
        let soon = cx.mono() + cx.rng.up_to(HURRY_SPREAD);
        let soonest = cx.mono() + HURRY_INTERVAL;
        match self.last_hurry {
            None => soon,
            // One that was planned and given up leaves its place free.
            Some(planned) if planned > cx.mono() => soon.max(planned.min(soonest)),
            Some(last) => soon.max(last + HURRY_INTERVAL),
        }
    }

    pub(super) fn note_hurried_attempt(&mut self, at: Instant) {
        self.last_hurry = Some(at);
    }
}

impl Connection {
    /// Something changed around the client.
    pub(crate) fn environment(&mut self, change: Environment, cx: &mut Context) {
        match change {
            Environment::Offline => self.went_offline(cx),
            Environment::Online => self.came_online(cx),
            Environment::Visible => {
                self.surroundings.hidden_since = None;
                cx.disarm(Deadline::HiddenPause);
                self.look_again(cx);
            }
            Environment::Hidden => {
                self.surroundings.hidden_since.get_or_insert(cx.mono());
                self.arm_hidden_pause(cx);
            }
            Environment::PageHidden => self.page_gone(cx),
            Environment::PageShown => {
                if matches!(self.state, State::Paused(Pause::PageGone)) {
                    self.surroundings.note_local_evidence(cx.mono());
                    self.resume(cx);
                }
            }
        }
    }

    /// A hidden page dials for a while only. Without a connection to keep there is nothing to watch.
    pub(super) fn arm_hidden_pause(&self, cx: &mut Context) {
        if let Some(since) = self.surroundings.hidden_since
            && !matches!(self.state, State::Idle | State::Failed(_) | State::Closed)
        {
            cx.deadlines.set(Deadline::HiddenPause, since + cx.tuning.hidden_pause);
        }
    }

    fn went_offline(&mut self, cx: &mut Context) {
        self.surroundings.network = Network::ClaimedDown;
        self.surroundings.note_local_evidence(cx.mono());
        match self.state {
            State::Live(_) => self.probe(cx),
            State::Authenticating
            | State::Dialing(_)
            | State::Welcoming(_)
            | State::Backoff(_)
            | State::Suspended(_) => {
                self.leave(close::SEND_NORMAL, cx);
                self.pause_offline(cx);
            }
            State::Idle | State::Lost | State::Paused(_) | State::Failed(_) | State::Closed => {}
        }
    }

    fn came_online(&mut self, cx: &mut Context) {
        self.surroundings.network = Network::Assumed;
        self.surroundings.note_local_evidence(cx.mono());
        match self.state {
            // The dial may hang on a route that no longer exists.
            State::Dialing(_) | State::Welcoming(_) => self.authenticate(cx),
            _ => self.look_again(cx),
        }
    }

    /// The machine slept, or a clock was set: nothing that was believed before need hold.
    pub(crate) fn woke(&mut self, cx: &mut Context) {
        self.surroundings.note_local_evidence(cx.mono());
        match self.state {
            State::Live(_) => self.probe_afresh(cx),
            _ => self.look_again(cx),
        }
    }

    fn look_again(&mut self, cx: &mut Context) {
        match self.state {
            State::Live(_) => self.probe(cx),
            State::Paused(Pause::Hidden) if self.surroundings.is_hidden() => {}
            State::Backoff(_) | State::Suspended(_) | State::Paused(_) => self.hurry(cx),
            _ => {}
        }
    }

    fn page_gone(&mut self, cx: &mut Context) {
        if matches!(
            self.state,
            State::Idle | State::Failed(_) | State::Closed | State::Paused(Pause::Following)
        ) {
            return;
        }
        self.leave(close::SEND_NORMAL, cx);
        cx.disarm(Deadline::Retry);
        cx.disarm(Deadline::Suspend);
        self.down_since = None;
        self.state = State::Paused(Pause::PageGone);
    }
}
