//! How much a caller may do in a minute.

use super::time::UnixMillis;

const MINUTE_MS: u64 = 60_000;

/// An allowance of calls a minute, which refills steadily.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PerMinute(pub u32);

/// What is left of an allowance.
#[derive(Debug, Clone)]
pub struct Allowance {
    rate: PerMinute,
    /// Calls left, in units of 1/60,000 of a call, so that a millisecond refills `rate` units.
    left: u64,
    at: UnixMillis,
}

impl Allowance {
    /// A full allowance at `now`.
    #[must_use]
    pub fn new(rate: PerMinute, now: UnixMillis) -> Self {
        Self {
            rate,
            left: u64::from(rate.0) * MINUTE_MS,
            at: now,
        }
    }

    /// Takes one call.
    ///
    /// # Errors
    /// The whole seconds to wait, at least one, when nothing is left.
    pub fn take(&mut self, now: UnixMillis) -> Result<(), u64> {
        let rate = u64::from(self.rate.0);
        let refill = now.since(self.at).saturating_mul(rate);
        self.left = self.left.saturating_add(refill).min(rate * MINUTE_MS);
        self.at = self.at.max(now);
        match self.left.checked_sub(MINUTE_MS) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None if rate == 0 => Err(60),
            None => Err((MINUTE_MS - self.left).div_ceil(rate).div_ceil(1_000).max(1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_beyond_the_rate_and_refills() {
        let start = UnixMillis(1_000_000);
        let mut allowance = Allowance::new(PerMinute(2), start);
        assert_eq!(allowance.take(start), Ok(()));
        assert_eq!(allowance.take(start), Ok(()));
        assert_eq!(allowance.take(start), Err(30));
        assert_eq!(allowance.take(start.plus(29_500)), Err(1));
        assert_eq!(allowance.take(start.plus(30_000)), Ok(()));
        assert_eq!(allowance.take(start.plus(30_000)), Err(30));
    }

    #[test]
    fn nothing_allowed_means_never() {
        assert_eq!(Allowance::new(PerMinute(0), UnixMillis(0)).take(UnixMillis(9)), Err(60));
    }
}
