//! What every part of the machine may read and set: the moment, the deadlines, randomness, the tuning.

use std::time::Duration;

use crate::config::Tuning;
use crate::deadline::{Deadline, Deadlines};
use crate::ids::RequestId;
use crate::rng::Rng;
use crate::time::{Instant, Now, WAKE_THRESHOLD};

/// How the time since the last input was spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Passed {
    Awake,
    /// The clocks disagree, or a deadline was missed by much: the machine slept, or the process was frozen.
    Asleep,
}

#[derive(Clone, Debug)]
pub(crate) struct Context {
    pub(crate) now: Now,
    pub(crate) deadlines: Deadlines,
    pub(crate) rng: Rng,
    pub(crate) tuning: Tuning,
    last_request: u64,
}

impl Context {
    pub(crate) fn new(tuning: Tuning, seed: u64, now: Now) -> Self {
        Self {
            now,
            deadlines: Deadlines::default(),
            rng: Rng::new(seed),
            tuning,
            last_request: 0,
        }
    }

    pub(crate) fn mono(&self) -> Instant {
        self.now.mono
    }

    /// Moves the clocks on. Answers what the time between was.
    pub(crate) fn advance(&mut self, now: Now) -> Passed {
        let mono = now.mono.max(self.now.mono);
        let overdue = |(at, _): (Instant, Deadline)| mono.since(at) > WAKE_THRESHOLD;
        let asleep = now.jumped_since(self.now) || self.deadlines.next().is_some_and(overdue);
        self.now = Now { mono, wall: now.wall };
        if asleep { Passed::Asleep } else { Passed::Awake }
    }

    /// Sets a deadline this long from now.
    pub(crate) fn arm(&mut self, deadline: Deadline, after: Duration) {
        self.deadlines.set(deadline, self.now.mono + after);
    }

    /// Moves a deadline that is set to this long from now, if it would come sooner.
    pub(crate) fn postpone(&mut self, deadline: Deadline, at_least: Duration) {
        if let Some(at) = self.deadlines.at(deadline) {
            self.deadlines.set(deadline, at.max(self.now.mono + at_least));
        }
    }

    pub(crate) fn disarm(&mut self, deadline: Deadline) {
        self.deadlines.clear(deadline);
    }

    pub(crate) fn next_request(&mut self) -> RequestId {
        self.last_request += 1;
        RequestId(self.last_request)
    }
}
