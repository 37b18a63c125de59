//! Both clocks of the machine, read together.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;
use visavis_client_core::time::{Instant as Moment, Now, UnixMillis};

/// One visitor's clocks. The monotonic one counts from the moment the visitor was made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    origin: Instant,
}

impl Clock {
    pub(crate) fn start() -> Self {
        Self { origin: Instant::now() }
    }

    pub(crate) fn now(self) -> Now {
        Now {
            mono: Moment::from_millis(whole_millis(self.origin.elapsed())),
            wall: wall(),
        }
    }

    /// When the runtime's timer has to fire so that the machine sees `moment` as reached.
    pub(crate) fn instant_of(self, moment: Moment) -> Instant {
        let far = self.origin + FARTHEST_TIMER;
        self.origin
            .checked_add(Duration::from_millis(moment.as_millis()))
            .map_or(far, |at| at.min(far))
    }
}

/// A timer farther away than this is armed again when it fires: some platforms cannot count farther.
const FARTHEST_TIMER: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

fn wall() -> UnixMillis {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    UnixMillis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}

fn whole_millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_timer_armed_for_a_moment_fires_when_the_moment_has_come() {
        let clock = Clock::start();
        let moment = Moment::from_millis(clock.now().mono.as_millis() + 7);
        tokio::time::sleep_until(clock.instant_of(moment)).await;
        assert!(clock.now().mono >= moment);
    }

    #[test]
    fn a_moment_beyond_the_timers_reach_does_not_overflow() {
        let clock = Clock::start();
        assert!(clock.instant_of(Moment::from_millis(u64::MAX)) > Instant::now());
    }
}
