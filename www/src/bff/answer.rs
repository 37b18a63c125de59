//! What the browser is told when something is not done: our own words, never the API's.

use std::time::Duration;

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header::RETRY_AFTER},
    response::{IntoResponse, Response},
};
use serde_json::json;

/// Why a call was not answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// A variable is missing.
    NotSetUp,
    /// The call itself is wrong.
    BadRequest(&'static str),
    /// The message is too long.
    TooLarge,
    /// A page of another site asks.
    ForeignPage,
    /// There is no such session, or this browser did not open it.
    SessionGone,
    /// Too many calls.
    TooMany { wait: Duration },
    /// The API does not take our key, our origin or our ids: the site's owner has to look.
    Misconfigured,
    /// The API refuses for now and says until when; nothing was taken.
    Busy {
        status: StatusCode,
        wait: Option<HeaderValue>,
    },
    /// The API refuses this message for good.
    Refused(StatusCode),
    /// The API could not be reached at all; nothing was taken.
    Unreachable,
    /// The API took too long: what was sent may have arrived.
    Late,
    /// The API failed or cannot be understood: what was sent may have arrived.
    Unreadable,
}

impl Refusal {
    fn status(&self) -> StatusCode {
        match self {
            Self::NotSetUp | Self::Unreachable => StatusCode::SERVICE_UNAVAILABLE,
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::ForeignPage | Self::Misconfigured => StatusCode::FORBIDDEN,
            Self::SessionGone => StatusCode::NOT_FOUND,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy { status, .. } | Self::Refused(status) => *status,
            Self::Late => StatusCode::GATEWAY_TIMEOUT,
            Self::Unreadable => StatusCode::BAD_GATEWAY,
        }
    }

    fn words(&self) -> &'static str {
        match self {
            Self::NotSetUp => {
                "the chat of this site is not set up: its server needs the MAILOO_CHAT_INTEGRATION variables"
            }
            Self::BadRequest(what) => what,
            Self::TooLarge => "the message is longer than 16,000 characters",
            Self::ForeignPage => "only pages of this site may chat here",
            Self::SessionGone => "there is no such conversation",
            Self::TooMany { .. } => "too many calls; wait a moment",
            Self::Misconfigured => "the chat service does not accept this site; its server's log says more",
            Self::Busy { .. } => "the chat service is busy; wait a moment",
            Self::Refused(_) => "the chat service did not take the message",
            Self::Unreachable => "the chat service cannot be reached",
            Self::Late => "the chat service did not answer in time",
            Self::Unreadable => "the chat service failed",
        }
    }

    fn wait(&self) -> Option<HeaderValue> {
        match self {
            Self::TooMany { wait } => Some(wait.as_secs().into()),
            Self::Busy { wait, .. } => wait.clone(),
            _ => None,
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = Json(json!({ "success": false, "message": self.words() }));
        let mut response = super::no_store((self.status(), body).into_response());
        if let Some(wait) = self.wait() {
            response.headers_mut().insert(RETRY_AFTER, wait);
        }
        response
    }
}
