//! How long to wait before the next attempt. The only file that names the `backoff` crate.
//!
//! The crate's own policy draws from an unseeded generator and jitters after its cap; this one implements the crate's trait
//! with a seeded generator, a first delay spread by cause, a floor, and the cap last.

use std::time::Duration;

use backoff::backoff::Backoff;

use crate::rng::Rng;

/// The documented base of the exponential delay.
const BASE: Duration = Duration::from_millis(500);
/// No delay is longer, unless the server asked for more.
const CAP: Duration = Duration::from_secs(30);
/// No drawn delay is shorter.
const FLOOR: Duration = Duration::from_millis(250);
/// The longest first delay after a call that failed.
const FAILING: Duration = Duration::from_secs(3);
/// The exponent after the first, spread delay: the ceiling starts at 4 s.
const FIRST_EXPONENT: u32 = 3;

/// Why the connection is down: decides how widely the first attempts of many clients are spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// The line broke without a word. It may be a crash that everybody sees at once: first delay within 5 s.
    Lost,
    /// The server said that it goes away: first delay within 10 s, or within the time it named if that is longer.
    Announced {
        /// The time it named.
        within: Duration,
    },
    /// There is evidence that only this client is concerned (own network, sleep, own ping): first delay within 1 s.
    Local,
    /// A call failed where there is no line to lose: 3 s, doubling, of which up to a half is taken off by chance.
    Failing,
    /// The server asked to wait this long: never earlier.
    Throttled {
        /// The time it named.
        wait: Duration,
    },
}

/// The delays of one client. Its sequence follows from the seed and the causes.
#[derive(Clone, Debug)]
pub struct ReconnectPolicy {
    rng: Rng,
    attempt: u32,
    cause: Cause,
}

impl ReconnectPolicy {
    /// A fresh policy drawing from `rng`.
    pub const fn new(rng: Rng) -> Self {
        Self {
            rng,
            attempt: 0,
            cause: Cause::Lost,
        }
    }

    /// Failed attempts since the last [`Backoff::reset`].
    pub const fn attempt(&self) -> u32 {
        self.attempt
    }

    /// The delay before the next attempt after a failure with this cause.
    pub fn delay(&mut self, cause: Cause) -> Duration {
        self.cause = cause;
        self.next_backoff().unwrap_or(CAP)
    }

    /// Forgets earlier failures.
    pub fn succeeded(&mut self) {
        self.reset();
    }

    fn first(&mut self) -> Duration {
        let window = match self.cause {
            Cause::Lost | Cause::Throttled { .. } => Duration::from_secs(5),
            Cause::Announced { within } => within.max(Duration::from_secs(10)),
            Cause::Local => Duration::from_secs(1),
            Cause::Failing => return self.failing(),
        };
        self.drawn_up_to(window)
    }

    fn failing(&mut self) -> Duration {
        let ceiling = FAILING.saturating_mul(1 << self.attempt.min(8)).min(CAP);
        ceiling.saturating_sub(self.rng.up_to(ceiling / 2))
    }

    fn later(&mut self) -> Duration {
        if self.cause == Cause::Failing {
            return self.failing();
        }
        let exponent = (self.attempt - 1).saturating_add(FIRST_EXPONENT).min(16);
        let ceiling = BASE.saturating_mul(1 << exponent).min(CAP);
        self.drawn_up_to(ceiling)
    }

    /// Evenly above the floor: raising short draws to it would send everybody who drew one at the same moment.
    fn drawn_up_to(&mut self, ceiling: Duration) -> Duration {
        FLOOR + self.rng.up_to(ceiling.saturating_sub(FLOOR))
    }
}

impl Backoff for ReconnectPolicy {
    fn next_backoff(&mut self) -> Option<Duration> {
        let drawn = if self.attempt == 0 { self.first() } else { self.later() };
        self.attempt = self.attempt.saturating_add(1);
        let delay = match self.cause {
            Cause::Throttled { wait } => wait + drawn.min(Duration::from_secs(5)),
            Cause::Announced { within } => drawn.min(CAP.max(within)),
            Cause::Lost | Cause::Local | Cause::Failing => drawn.min(CAP),
        };
        Some(delay)
    }

    fn reset(&mut self) {
        self.attempt = 0;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Just, Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};

    use super::*;

    fn cause() -> impl Strategy<Value = Cause> {
        prop_oneof![
            Just(Cause::Lost),
            Just(Cause::Local),
            (0..20_u64).prop_map(|s| Cause::Announced {
                within: Duration::from_secs(s)
            }),
            (0..600_u64).prop_map(|s| Cause::Throttled {
                wait: Duration::from_secs(s)
            }),
        ]
    }

    proptest! {
        #[test]
        fn floor_and_cap_hold_and_a_seed_gives_one_sequence(seed in any::<u64>(), causes in prop::collection::vec(cause(), 1..40)) {
            let mut one = ReconnectPolicy::new(Rng::new(seed));
            let mut two = ReconnectPolicy::new(Rng::new(seed));
            for cause in causes {
                let delay = one.delay(cause);
                prop_assert_eq!(delay, two.delay(cause));
                let (floor, cap) = match cause {
                    Cause::Throttled { wait } => (wait, wait + Duration::from_secs(5)),
                    _ => (FLOOR, CAP),
                };
                prop_assert!(delay >= floor && delay <= cap, "{:?}: {:?}", cause, delay);
            }
        }
    }

    #[test]
    fn a_success_brings_back_the_first_window() {
        let mut policy = ReconnectPolicy::new(Rng::new(3));
        for _ in 0..9 {
            policy.delay(Cause::Lost);
        }
        policy.succeeded();
        assert_eq!(policy.attempt(), 0);
        assert!(policy.delay(Cause::Local) <= Duration::from_secs(1));
    }

    #[test]
    fn the_ceiling_grows_from_four_seconds_to_thirty() {
        let largest = |attempt: u32| {
            (0..400)
                .map(|seed| {
                    let mut policy = ReconnectPolicy {
                        rng: Rng::new(seed),
                        attempt,
                        cause: Cause::Lost,
                    };
                    policy.delay(Cause::Lost).as_millis()
                })
                .max()
                .unwrap_or(0)
        };
        assert!((3_800..=4_000).contains(&largest(1)), "{}", largest(1));
        assert!((7_600..=8_000).contains(&largest(2)));
        assert!((28_500..=30_000).contains(&largest(9)));
    }
}
