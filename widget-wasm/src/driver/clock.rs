//! Both of the browser's clocks as the core's `Now`.

use visavis_client_core::time::{Instant, Now, UnixMillis};

/// Reads both clocks.
pub(crate) fn now() -> Now {
    Now {
        mono: Instant::from_millis(monotonic()),
        wall: UnixMillis(whole(js_sys::Date::now())),
    }
}

/// Milliseconds since the page began; never goes back, may stand still while the machine sleeps.
fn monotonic() -> u64 {
    let reading = web_sys::window()
        .and_then(|window| window.performance())
        .map_or(0.0, |clock| clock.now());
    u64::try_from(whole(reading)).unwrap_or(0)
}

/// A clock reading is a whole number of milliseconds far below 2^53, so nothing is lost.
#[allow(clippy::cast_possible_truncation)]
fn whole(millis: f64) -> i64 {
    millis as i64
}
