//! Both clocks as values: the core never reads one, every input brings them.

use std::fmt;
use std::ops::Add;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A point on the driver's monotonic clock, in milliseconds since an origin of the driver's choice.
///
/// `std::time::Instant` panics in a browser, so the core has its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Instant(u64);

impl Instant {
    /// The instant `millis` milliseconds after the clock's origin.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the clock's origin.
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// Time passed since `earlier`; zero when `earlier` is not earlier.
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Duration> for Instant {
    type Output = Self;

    fn add(self, rhs: Duration) -> Self {
        Self(self.0.saturating_add(millis(rhs)))
    }
}

/// Wall-clock time in milliseconds since the Unix epoch. It may jump, so nothing but display and age across restarts is judged by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnixMillis(pub i64);

impl UnixMillis {
    /// Time from `earlier` to `self`; zero when the wall clock went backwards.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

impl fmt::Display for UnixMillis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Both clocks, read together when an input arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Now {
    /// Never goes back. May stand still while the machine sleeps.
    pub mono: Instant,
    /// What the machine believes the time of day is.
    pub wall: UnixMillis,
}

/// How much the two clocks may drift apart between two inputs before the core concludes that the machine slept.
pub const WAKE_THRESHOLD: Duration = Duration::from_secs(5);

impl Now {
    /// Whether the wall clock moved differently from the monotonic one since `earlier` by more than [`WAKE_THRESHOLD`]:
    /// a sleep, a freeze, or a clock that was set.
    pub fn jumped_since(self, earlier: Self) -> bool {
        let wall = self.wall.0.saturating_sub(earlier.wall.0);
        let mono = i64::try_from(self.mono.since(earlier.mono).as_millis()).unwrap_or(i64::MAX);
        wall.saturating_sub(mono).unsigned_abs() > millis(WAKE_THRESHOLD)
    }
}

/// Whole milliseconds of a duration.
pub(crate) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now(mono: u64, wall: i64) -> Now {
        Now {
            mono: Instant::from_millis(mono),
            wall: UnixMillis(wall),
        }
    }

    #[test]
    fn clocks_in_step_are_no_jump() {
        assert!(!now(60_000, 1_060_000).jumped_since(now(0, 1_000_000)));
    }

    #[test]
    fn a_jump_is_seen_in_both_directions() {
        assert!(now(1_000, 86_400_000).jumped_since(now(0, 0)));
        assert!(now(1_000, -86_400_000).jumped_since(now(0, 0)));
    }
}
