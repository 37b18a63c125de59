//! What a fault makes of a REST call.

use std::time::Duration;

use axum::{
    extract::Request,
    http::{
        HeaderValue, StatusCode,
        header::{CONTENT_TYPE, RETRY_AFTER},
    },
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::faults::HttpFault;

/// Marks a response that must not reach the client: the connection is cut in its place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Severed;

impl IntoResponse for Severed {
    fn into_response(self) -> Response {
        let mut response = StatusCode::BAD_GATEWAY.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Lets `fault` happen to `request`; `refuse` writes a refusal the way the back end does.
pub(crate) async fn befall(
    fault: HttpFault,
    request: Request,
    next: Next,
    refuse: impl FnOnce(StatusCode) -> Response,
) -> Response {
    match fault {
        HttpFault::Status { status, retry_after } => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            with_retry_after(refuse(status), retry_after)
        }
        HttpFault::Html { status } => html(status),
        HttpFault::Hang => std::future::pending().await,
        HttpFault::Drop => Severed.into_response(),
        HttpFault::LoseAnswer => {
            let _lost = next.run(request).await;
            Severed.into_response()
        }
        HttpFault::Delay { ms } => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            next.run(request).await
        }
    }
}

fn with_retry_after(mut response: Response, retry_after: Option<u64>) -> Response {
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn html(status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let page = "<!doctype html><html><body><h1>Welcome to our network</h1></body></html>";
    (status, [(CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
}
