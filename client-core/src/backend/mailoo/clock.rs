//! What is known of the server's clock. It is never compared with this machine's time of day, which may be wrong by hours: a message that
//! was told at some moment had its time by then, and the clock that stamped it has gone on since.

use crate::time::{Instant, UnixMillis};

use super::rest::OVERLAP;

/// The newest time that was told, and when that was.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ServerClock(Option<(UnixMillis, Instant)>);

impl ServerClock {
    /// A message has this time.
    pub(super) fn told(&mut self, at: Option<UnixMillis>, now: Instant) {
        if let Some(at) = at
            && self.reading(now).is_none_or(|reading| reading < at)
        {
            self.0 = Some((at, now));
        }
    }

    /// What it shows at least. Its seconds may be longer than ours, by one in a thousand at most.
    fn reading(&self, now: Instant) -> Option<UnixMillis> {
        let (at, told) = self.0?;
        let passed = i64::try_from(now.since(told).as_millis()).unwrap_or_default();
        Some(UnixMillis(at.0.saturating_add(passed - passed / 1_000)))
    }

    /// No message that is sent now can have an earlier time, even if another of the server's clocks stamps it.
    pub(super) fn earliest(&self, now: Instant) -> Option<UnixMillis> {
        let reading = self.reading(now)?;
        Some(UnixMillis(reading.0.saturating_sub(OVERLAP)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_on_from_the_newest_time_that_was_told() {
        let at = Instant::from_millis;
        let mut clock = ServerClock::default();
        clock.told(None, at(5));
        assert_eq!(clock.earliest(at(10)), None);
        clock.told(Some(UnixMillis(1_000_000)), at(0));
        assert_eq!(clock.earliest(at(0)), Some(UnixMillis(998_000)));
        assert_eq!(clock.earliest(at(100_000)), Some(UnixMillis(1_097_900)));
        // What is told again later, or was said while nobody listened, does not hold it back.
        clock.told(Some(UnixMillis(1_000_000)), at(100_000));
        clock.told(Some(UnixMillis(1_050_000)), at(100_000));
        assert_eq!(clock.earliest(at(100_000)), Some(UnixMillis(1_097_900)));
        clock.told(Some(UnixMillis(2_000_000)), at(100_000));
        assert_eq!(clock.earliest(at(100_000)), Some(UnixMillis(1_998_000)));
    }
}
