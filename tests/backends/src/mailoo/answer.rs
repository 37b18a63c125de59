//! What is answered, refusals included.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;

/// Why a call is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    BadRequest(&'static str),
    /// The key or token is missing or wrong.
    Unauthorised,
    /// The key does not reach so far.
    OutOfScope,
    Origin,
    Unknown(&'static str),
    Status(StatusCode),
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, message) = match self {
            Self::BadRequest(message) => (StatusCode::BAD_REQUEST, message.to_owned()),
            Self::Unauthorised => (
                StatusCode::UNAUTHORIZED,
                "The key or token is missing or wrong.".to_owned(),
            ),
            Self::OutOfScope => (
                StatusCode::FORBIDDEN,
                "The key lacks the scope for this call.".to_owned(),
            ),
            Self::Origin => (StatusCode::FORBIDDEN, "The origin is not allowed.".to_owned()),
            Self::Unknown(what) => (StatusCode::NOT_FOUND, format!("There is no such {what}.")),
            Self::Status(status) => (status, status.canonical_reason().unwrap_or("refused").to_owned()),
        };
        (status, Json(json!({ "success": false, "message": message }))).into_response()
    }
}
