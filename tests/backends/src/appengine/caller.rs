//! Who calls: the tenant of the `orgid` header, and the customer of the token.

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{StatusCode, header::AUTHORIZATION, request::Parts},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use super::{
    Gateway,
    answer::ApiError,
    model::{
        person::Customer,
        token::{Refusal, Use},
    },
};

/// Lets only calls for the gateway's tenant through.
pub(super) async fn only_for_tenant(State(gateway): State<Gateway>, request: Request, next: Next) -> Response {
    match request.headers().get("orgid") {
        None => ApiError::new(StatusCode::BAD_REQUEST, "The orgid header is missing.").into_response(),
        Some(org) if org.as_bytes() != gateway.shared.settings.org_id.as_bytes() => {
            ApiError::new(StatusCode::NOT_FOUND, "There is no such organisation.").into_response()
        }
        Some(_) => next.run(request).await,
    }
}

/// The customer whose token a call carries.
pub(super) struct Caller(pub(super) Customer);

impl FromRequestParts<Gateway> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, gateway: &Gateway) -> Result<Self, ApiError> {
        let token = bearer(parts).ok_or(Refusal::Invalid)?;
        let claims = gateway.check_token(token, Use::Access)?;
        Ok(Self(claims.customer()))
    }
}

fn bearer(parts: &Parts) -> Option<&str> {
    let (scheme, token) = parts.headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}
