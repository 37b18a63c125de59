//! Which pages may act as an operator.

use axum::http::{
    HeaderMap,
    header::{HOST, ORIGIN},
};

/// Whether a request comes from no page at all, from the server's own one, or from one of an origin that is allowed.
pub(crate) fn is_known_page(headers: &HeaderMap, allows: impl FnOnce(&str) -> bool) -> bool {
    let Some(origin) = headers.get(ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let is_own_page = origin
        .split_once("://")
        .is_some_and(|(_, authority)| Some(authority) == host);
    is_own_page || allows(origin)
}
