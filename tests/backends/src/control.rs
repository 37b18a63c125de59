//! The faults over HTTP, for tests that run in a browser.
use crate::bloonio::Relay;
use axum::Router;
pub(crate) fn routes() -> Router<Relay> {
    Router::new()
}
