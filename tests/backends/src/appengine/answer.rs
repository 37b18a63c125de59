//! Refusals of REST calls, in the two shapes the gateway has.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::model::{desk::DeskError, token::Refusal};

/// A refusal of a REST call.
#[derive(Debug, Clone)]
pub(crate) struct ApiError {
    status: StatusCode,
    shape: Shape,
}

#[derive(Debug, Clone)]
enum Shape {
    /// `{statusCode, error, reason, path}`
    Reason(&'static str),
    /// `{statusCode, message, error}`
    Message(&'static str),
    /// The same with a list of messages.
    Messages(Vec<&'static str>),
}

impl ApiError {
    pub(crate) const fn new(status: StatusCode, message: &'static str) -> Self {
        Self {
            status,
            shape: Shape::Message(message),
        }
    }

    pub(crate) const fn invalid(messages: Vec<&'static str>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            shape: Shape::Messages(messages),
        }
    }

    pub(crate) const fn unreadable() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "The body cannot be read.")
    }

    pub(crate) const fn unknown_chat() -> Self {
        Self::new(StatusCode::NOT_FOUND, "There is no such conversation of yours.")
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        Self {
            status: StatusCode::UNAUTHORIZED,
            shape: Shape::Reason(refusal.explanation()),
        }
    }
}

impl From<DeskError> for ApiError {
    fn from(error: DeskError) -> Self {
        let status = match error {
            DeskError::Content(_) => StatusCode::UNPROCESSABLE_ENTITY,
            _ => StatusCode::NOT_FOUND,
        };
        Self::new(status, error.explanation())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (code, word) = (self.status.as_u16(), self.status.canonical_reason().unwrap_or("Error"));
        let body = match self.shape {
            Shape::Reason(reason) => json!({ "statusCode": code, "error": word, "reason": reason, "path": "" }),
            Shape::Message(message) => json!({ "statusCode": code, "message": message, "error": word }),
            Shape::Messages(messages) => json!({ "statusCode": code, "message": messages, "error": word }),
        };
        (self.status, Json(body)).into_response()
    }
}
