//! The visitor's REST calls.

use std::sync::Arc;

use axum::{
    Router,
    body::Bytes,
    extract::{Query, Request, State},
    http::{
        HeaderMap, StatusCode,
        header::{AUTHORIZATION, ORIGIN},
    },
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};
use tracing::debug;

use super::{ApiError, Relay, SessionCell, answer::success, socket};
use crate::{
    faults::Route,
    mishap,
    model::{
        Tenant, request,
        token::{self, Claims},
    },
};

/// The routes under `/api/v1`.
pub(crate) fn routes(relay: &Relay) -> Router<Relay> {
    let faulty = |route| from_fn_with_state((relay.clone(), route), meet_fault);
    Router::new()
        .route(
            "/api/v1/fetch/widget-config",
            get(fetch_config).layer(faulty(Route::Config)),
        )
        .route(
            "/api/v1/create/visitor-session",
            post(create).layer(faulty(Route::Create)),
        )
        .route(
            "/api/v1/refresh/visitor-token",
            post(refresh).layer(faulty(Route::Refresh)),
        )
        .route(
            "/api/v1/identify/visitor",
            post(identify).layer(faulty(Route::Identify)),
        )
        .route("/api/v1/ws/widget", get(socket::upgrade))
}

async fn meet_fault(State((relay, route)): State<(Relay, Route)>, request: Request, next: Next) -> Response {
    let _flight = (route == Route::Refresh).then(|| RefreshFlight::take_off(&relay, request.headers()));
    let Some(fault) = relay.shared.faults.on_http(route) else {
        return next.run(request).await;
    };
    relay.shared.counters.http_faults.add();
    debug!(?route, ?fault, "fault");
    mishap::befall(fault, request, next, |status| {
        ApiError::new(status, "Refused for now.").into_response()
    })
    .await
}

/// A refresh call while it runs.
struct RefreshFlight(Option<Arc<SessionCell>>);

impl RefreshFlight {
    fn take_off(relay: &Relay, headers: &HeaderMap) -> Self {
        let claims = bearer(headers).and_then(|token| token::verify(relay.tenants(), token).ok());
        let cell = claims.and_then(|(_, claims)| relay.find(&claims.sub));
        if let Some(cell) = &cell {
            let mut live = cell.lock();
            live.refreshes_in_flight += 1;
            relay
                .shared
                .counters
                .refreshes_in_flight_max
                .raise_to(live.refreshes_in_flight);
        }
        Self(cell)
    }
}

impl Drop for RefreshFlight {
    fn drop(&mut self) {
        if let Some(cell) = &self.0 {
            cell.lock().refreshes_in_flight -= 1;
        }
    }
}

#[derive(Deserialize)]
struct ConfigQuery {
    tenant_id: Option<String>,
    widget_public_key: Option<String>,
    origin: Option<String>,
}

async fn fetch_config(
    State(relay): State<Relay>,
    headers: HeaderMap,
    Query(query): Query<ConfigQuery>,
) -> Result<Response, ApiError> {
    let tenant_id = request::query_parameter(query.tenant_id, "tenant_id")?;
    let key = request::query_parameter(query.widget_public_key, "widget_public_key")?;
    let origin = request::query_parameter(query.origin, "origin")?;
    let tenant = relay.admit(&tenant_id, &key, &origin)?;
    same_origin(&headers, &origin)?;
    relay.charge(tenant)?;
    relay.shared.counters.config_fetches.add();
    Ok(success(
        StatusCode::OK,
        &relay.widget_config(tenant),
        "Widget configuration.",
    ))
}

async fn create(State(relay): State<Relay>, headers: HeaderMap, body: Bytes) -> Result<Response, ApiError> {
    let opening = request::opening(&json_body(&body)?)?;
    let tenant = relay.admit(&opening.tenant_id, &opening.widget_public_key, &opening.origin)?;
    same_origin(&headers, &opening.origin)?;
    relay.charge(tenant)?;
    let cell = relay.open(opening);
    let data = session_data(&relay, tenant, &cell);
    debug!(session = %data["session_id"], "session opened");
    Ok(success(StatusCode::CREATED, &data, "Visitor session created."))
}

async fn refresh(State(relay): State<Relay>, headers: HeaderMap) -> Result<Response, ApiError> {
    let (tenant, cell) = caller(&relay, &headers, Age::Any).inspect_err(|_| {
        relay.shared.counters.refreshes_refused.add();
    })?;
    relay.charge(tenant)?;
    cell.lock().session.touch(relay.now());
    relay.shared.counters.refreshes.add();
    let data = session_data(&relay, tenant, &cell);
    debug!(session = %data["session_id"], "token refreshed");
    Ok(success(StatusCode::OK, &data, "Visitor token refreshed."))
}

async fn identify(State(relay): State<Relay>, headers: HeaderMap, body: Bytes) -> Result<Response, ApiError> {
    let (tenant, cell) = caller(&relay, &headers, Age::Unexpired)?;
    let identification = request::identification(&json_body(&body)?)?;
    relay.charge(tenant)?;
    if !tenant
        .secret
        .verifies_user(&identification.user.user_id, &identification.user_signature)
    {
        relay.shared.counters.identifies_refused.add();
        return Err(ApiError::new(StatusCode::FORBIDDEN, "The user signature is not valid."));
    }
    relay.shared.counters.identifies.add();
    let mut live = cell.lock();
    let effects = live.session.identify(identification.user);
    relay.apply(&cell, &mut live, effects, None);
    let user_id = live.session.user.as_ref().map(|user| &user.user_id);
    let data = json!({ "session_id": live.session.id, "user_id": user_id });
    Ok(success(StatusCode::OK, &data, "Visitor identified."))
}

fn session_data(relay: &Relay, tenant: &Tenant, cell: &SessionCell) -> Value {
    let live = cell.lock();
    let (token, claims) = relay.mint(tenant, &live.session, relay.shared.settings.token_lifetime_s);
    json!({
        "session_id": claims.sub,
        "visitor_token": token,
        "expires_at": claims.expires_at(),
        "widget_config": relay.widget_config(tenant),
    })
}

/// Which tokens a call takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Age {
    Any,
    Unexpired,
}

fn caller<'r>(relay: &'r Relay, headers: &HeaderMap, age: Age) -> Result<(&'r Tenant, Arc<SessionCell>), ApiError> {
    let token = bearer(headers).ok_or(ApiError::unauthorized())?;
    let (tenant, claims): (_, Claims) = token::verify(relay.tenants(), token)?;
    if age == Age::Unexpired && claims.is_expired(relay.now(), relay.token_epoch()) {
        return Err(ApiError::unauthorized());
    }
    if !tenant.allows(&claims.origin) {
        return Err(ApiError::refused_origin());
    }
    same_origin(headers, &claims.origin)?;
    let cell = relay.find(&claims.sub).ok_or(ApiError::session_not_found())?;
    Ok((tenant, cell))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// A browser says where it is; what it says elsewhere must agree.
fn same_origin(headers: &HeaderMap, claimed: &str) -> Result<(), ApiError> {
    match headers.get(ORIGIN) {
        Some(origin) if origin.as_bytes() != claimed.as_bytes() => Err(ApiError::refused_origin()),
        _ => Ok(()),
    }
}

fn json_body(body: &[u8]) -> Result<Value, ApiError> {
    serde_json::from_slice(body).map_err(|_| ApiError::unreadable())
}
