//! How often one address may call.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::answer::Refusal;

/// What is counted apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// A message.
    Send,
    /// A look for new messages.
    Poll,
}

impl Kind {
    /// Calls at once, and the time after which one more is allowed. A household behind one address chats without noticing either.
    const fn rate(self) -> (u32, Duration) {
        match self {
            Self::Send => (30, Duration::from_secs(1)),
            Self::Poll => (120, Duration::from_millis(250)),
        }
    }
}

/// More addresses than this are not remembered at once: those that are whole again are forgotten first.
const REMEMBERED: usize = 10_000;

/// What each address has left.
#[derive(Default)]
pub(super) struct Allowance {
    left: Mutex<HashMap<(Kind, IpAddr), Bucket>>,
}

struct Bucket {
    calls: u32,
    since: Instant,
}

impl Allowance {
    /// Counts a call.
    ///
    /// # Errors
    /// [`Refusal::TooMany`] with the time after which the next one is allowed.
    pub(super) fn take(&self, kind: Kind, address: IpAddr) -> Result<(), Refusal> {
        self.take_at(kind, address, Instant::now())
    }

    fn take_at(&self, kind: Kind, address: IpAddr, now: Instant) -> Result<(), Refusal> {
        let (most, each) = kind.rate();
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        if left.len() >= REMEMBERED {
            left.retain(|(kind, _), bucket| !bucket.is_whole(*kind, now));
        }
        let bucket = left.entry((kind, address)).or_insert(Bucket {
            calls: most,
            since: now,
        });
        let gained = now.saturating_duration_since(bucket.since).as_nanos() / each.as_nanos();
        let gained = u32::try_from(gained).unwrap_or(u32::MAX);
        bucket.since += each.saturating_mul(gained);
        bucket.calls = bucket.calls.saturating_add(gained).min(most);
        match bucket.calls.checked_sub(1) {
            Some(calls) => {
                bucket.calls = calls;
                Ok(())
            }
            None => Err(Refusal::TooMany {
                wait: each.max(Duration::from_secs(1)),
            }),
        }
    }
}

impl Bucket {
    fn is_whole(&self, kind: Kind, now: Instant) -> bool {
        let (most, each) = kind.rate();
        now.saturating_duration_since(self.since) >= each.saturating_mul(most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_calls_too_often_waits_and_nobody_else_does() {
        let (allowance, now) = (Allowance::default(), Instant::now());
        let (one, other) = (IpAddr::from([10, 0, 0, 1]), IpAddr::from([10, 0, 0, 2]));
        let ask = |kind, address, after| {
            allowance
                .take_at(kind, address, now + Duration::from_millis(after))
                .is_ok()
        };
        assert!((0..30).all(|_| ask(Kind::Send, one, 0)));
        assert!(!ask(Kind::Send, one, 0));
        assert!(ask(Kind::Poll, one, 0) && ask(Kind::Send, other, 0));
        assert!(!ask(Kind::Send, one, 999));
        assert!(ask(Kind::Send, one, 1000));
        assert!(!ask(Kind::Send, one, 1001));
        assert!((0..30).all(|_| ask(Kind::Send, one, 60_000)));
        assert!(!ask(Kind::Send, one, 60_000));
    }
}
