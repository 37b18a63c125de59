//! A visitor token and its lifetime, judged on the monotonic clock from the moment it was received.

use std::time::Duration;

use crate::context::Context;
use crate::secret::Secret;
use crate::snapshot::StoredToken;
use crate::time::{Instant, UnixMillis};

/// The longest delay that every driver's timer can hold: 2^31 - 1 ms.
const LONGEST_TIMER: Duration = Duration::from_millis(2_147_483_647);

#[derive(Clone, Debug)]
pub(crate) struct Token {
    value: Secret,
    lifetime: Duration,
    received_wall: UnixMillis,
    refresh_at: Instant,
}

impl Token {
    pub(crate) fn received(value: Secret, lifetime: Duration, cx: &mut Context) -> Self {
        let refresh_at = cx.mono() + refresh_after(lifetime, cx);
        Self {
            value,
            lifetime,
            received_wall: cx.now.wall,
            refresh_at,
        }
    }

    /// A token from the store. Its age is the wall clock's word, the only one there is; if that is wrong, the server will say so.
    pub(crate) fn restored(stored: &StoredToken, cx: &mut Context) -> Self {
        let age = cx.now.wall.since(stored.received_at);
        let lifetime = Duration::from_millis(stored.lifetime_ms);
        let refresh_at = cx.mono() + refresh_after(lifetime, cx).saturating_sub(age);
        Self {
            value: stored.value.clone(),
            lifetime,
            received_wall: stored.received_at,
            refresh_at,
        }
    }

    pub(crate) fn stored(&self) -> StoredToken {
        StoredToken {
            value: self.value.clone(),
            lifetime_ms: crate::time::millis(self.lifetime),
            received_at: self.received_wall,
        }
    }

    pub(crate) fn value(&self) -> &Secret {
        &self.value
    }

    /// Whether it is past its time by the wall clock, which goes on while a machine sleeps.
    pub(crate) fn is_past(&self, cx: &Context) -> bool {
        cx.now.wall.since(self.received_wall) >= self.lifetime
    }

    /// When to renew it ahead of time.
    pub(crate) fn refresh_at(&self) -> Instant {
        self.refresh_at
    }
}

/// 80 % of the lifetime less a random tenth, so that tokens born together are not renewed together.
fn refresh_after(lifetime: Duration, cx: &mut Context) -> Duration {
    let spread = cx.rng.up_to(lifetime / 10);
    (lifetime * 4 / 5).saturating_sub(spread).min(LONGEST_TIMER)
}
