//! Which pages may read the relay's answers.

use axum::http::{
    Method,
    header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER},
};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::Relay;

/// Allows the origins that some tenant allows; a preflight does not say which tenant it is about.
pub(super) fn layer(relay: &Relay) -> CorsLayer {
    let relay = relay.clone();
    let allowed =
        AllowOrigin::predicate(move |origin, _| origin.to_str().is_ok_and(|origin| relay.allows_origin(origin)));
    CorsLayer::new()
        .allow_origin(allowed)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([AUTHORIZATION, CONTENT_TYPE])
        .expose_headers([RETRY_AFTER])
}
