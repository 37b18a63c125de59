//! The envelope of answers, and of refusals.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header::RETRY_AFTER},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::model::{request::Problem, tenant::CredentialError, token::TokenError};

/// `{"status_code", "data", "message"}`.
pub(crate) fn success(status: StatusCode, data: &Value, message: &str) -> Response {
    (
        status,
        Json(json!({ "status_code": status.as_u16(), "data": data, "message": message })),
    )
        .into_response()
}

/// A refusal of a REST call.
#[derive(Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    message: &'static str,
    problems: Vec<Problem>,
    retry_after_s: Option<u64>,
}

impl ApiError {
    pub(crate) const fn new(status: StatusCode, message: &'static str) -> Self {
        Self {
            status,
            message,
            problems: Vec::new(),
            retry_after_s: None,
        }
    }

    pub(crate) const fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "The visitor token is missing or invalid.")
    }

    pub(crate) const fn session_not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "The visitor session does not exist or has expired.",
        )
    }

    pub(crate) const fn tenant_not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "The tenant does not exist.")
    }

    pub(crate) const fn refused_origin() -> Self {
        Self::new(StatusCode::FORBIDDEN, "The origin is not allowed for this tenant.")
    }

    pub(crate) const fn unreadable() -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "The body is not JSON.")
    }

    pub(crate) fn rate_limited(retry_after_s: u64) -> Self {
        let error = Self::new(StatusCode::TOO_MANY_REQUESTS, "Too many calls.");
        Self {
            retry_after_s: Some(retry_after_s),
            ..error
        }
    }
}

impl From<Vec<Problem>> for ApiError {
    fn from(problems: Vec<Problem>) -> Self {
        let error = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "Some fields are missing or invalid.");
        Self { problems, ..error }
    }
}

impl From<CredentialError> for ApiError {
    fn from(error: CredentialError) -> Self {
        match error {
            CredentialError::WrongKey => Self::new(StatusCode::UNAUTHORIZED, "The widget public key is not valid."),
            CredentialError::RefusedOrigin => Self::refused_origin(),
        }
    }
}

impl From<TokenError> for ApiError {
    fn from(_: TokenError) -> Self {
        Self::unauthorized()
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut body = json!({ "status_code": self.status.as_u16(), "message": self.message });
        if !self.problems.is_empty() {
            body["detail"] = json!(self.problems);
        }
        let mut response = (self.status, Json(body)).into_response();
        if let Some(seconds) = self.retry_after_s {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
