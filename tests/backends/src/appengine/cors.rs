//! Which pages may read the gateway's answers: all, for nothing here goes by cookies.

use axum::http::{
    HeaderName, Method,
    header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER},
};
use tower_http::cors::{Any, CorsLayer};

/// The layer around all routes; headers that no page documents are refused.
pub(super) fn layer() -> CorsLayer {
    let own = [
        "orgid",
        "appkey",
        "appid",
        "x-api-key",
        "x-client-info",
        "x-client-host",
        "x-client-authorization",
    ];
    let headers = own.map(HeaderName::from_static).into_iter();
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST, Method::PUT])
        .allow_headers(headers.chain([AUTHORIZATION, CONTENT_TYPE]).collect::<Vec<_>>())
        .expose_headers([RETRY_AFTER])
}
