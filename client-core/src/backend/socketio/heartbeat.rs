//! The heartbeat that the server leads, judged by both clocks.

use std::time::Duration;

use super::Handshake;
use crate::time::{Instant, Now};

/// When the server was last heard to ping, and how long it may stay silent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heartbeat {
    last: Now,
    limit: Duration,
}

impl Heartbeat {
    pub(super) fn new(handshake: &Handshake, now: Now) -> Self {
        Self {
            last: now,
            limit: handshake.ping_interval.saturating_add(handshake.ping_timeout),
        }
    }

    pub(super) fn pinged(&mut self, now: Now) {
        self.last = now;
    }

    pub(super) fn deadline(&self) -> Instant {
        self.last.mono + self.limit
    }

    /// The monotonic clock may stand still while the machine sleeps, the server's does not, so the wall clock counts, too.
    pub(super) fn is_expired(&self, now: Now) -> bool {
        now.mono >= self.deadline() || now.wall.since(self.last.wall) >= self.limit
    }
}
