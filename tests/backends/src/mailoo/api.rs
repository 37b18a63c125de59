//! The calls that a site's server makes with its key.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, Query, State},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{ETAG, IF_NONE_MATCH, ORIGIN},
    },
    middleware::from_fn,
    response::{IntoResponse as _, Response},
    routing::{MethodRouter, get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    answer::Refusal,
    faults::Route,
    model::{Message, Submission},
    service::{Mailoo, count, meet_fault},
    settings::Scope,
};
use crate::model::UnixMillis;

/// Lets faults at a route.
pub(super) fn faulty(service: &Mailoo, route: Route, handler: MethodRouter<Mailoo>) -> MethodRouter<Mailoo> {
    let service = service.clone();
    handler.layer(from_fn(move |request, next| {
        meet_fault(service.clone(), route, request, next)
    }))
}

pub(super) fn routes(service: &Mailoo) -> Router<Mailoo> {
    let route = |route, handler| faulty(service, route, handler);
    Router::new()
        .route(
            "/api/v1/webhooks/chat/{project}/integrations",
            route(Route::CreateIntegration, post(create)),
        )
        .route(
            "/api/v1/webhooks/chat/{project}/{integration}/messages",
            route(Route::Send, post(send)),
        )
        .route(
            "/api/v1/webhooks/chat/{project}/{integration}/sessions/{session}/messages",
            route(Route::List, get(list)),
        )
        .route(
            "/api/v1/webhooks/chat/{project}/{integration}/status",
            route(Route::Status, get(status)),
        )
        .route(
            "/api/v1/webhooks/messages/{integration}",
            route(Route::Send, post(send_by_older_path)),
        )
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

fn key(headers: &HeaderMap) -> Option<&str> {
    header(headers, "x-api-key")
}

fn read<T: serde::de::DeserializeOwned>(body: &Bytes) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|_| Refusal::BadRequest("the body is not the expected JSON"))
}

#[derive(Deserialize)]
struct Creation {
    #[serde(default)]
    name: String,
    #[serde(default)]
    config: Value,
}

async fn create(
    State(service): State<Mailoo>,
    Path(project): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    service.check_key(key(&headers), Some(&project), Scope::CreateIntegration)?;
    let creation: Creation = read(&body)?;
    let made = service.desk().create(&project, &creation.name, &creation.config)?;
    let told = json!({ "id": made.id, "type": "JSBOX", "name": made.name, "projectUid": made.project_uid });
    Ok((
        StatusCode::CREATED,
        Json(json!({ "success": true, "integration": told })),
    ))
}

async fn send(
    State(service): State<Mailoo>,
    Path((project, integration)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    service.check_key(key(&headers), Some(&project), Scope::SendMessage)?;
    let origin = header(&headers, ORIGIN.as_str());
    submit(&service, Some(&project), &integration, origin, &read(&body)?).map(Json)
}

async fn send_by_older_path(
    State(service): State<Mailoo>,
    Path(integration): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    let key = service.check_key(key(&headers), None, Scope::SendMessage)?;
    let origin = header(&headers, ORIGIN.as_str());
    submit(&service, Some(&key.project_uid), &integration, origin, &read(&body)?).map(Json)
}

/// Takes a message, whoever has the right to bring it.
pub(super) fn submit(
    service: &Mailoo,
    project: Option<&str>,
    integration: &str,
    origin: Option<&str>,
    submission: &Submission,
) -> Result<Value, Refusal> {
    let (session, message) = {
        let mut desk = service.desk();
        let integration = desk.admit(project, integration, origin)?.clone();
        desk.submit(&integration, submission, service.now())?
    };
    count(&service.shared.counters.messages);
    service.announce(&session, integration, &message.told());
    Ok(json!({ "success": true, "messageId": message.id, "sessionPublicId": session }))
}

#[derive(Deserialize)]
struct Since {
    since: Option<String>,
}

async fn list(
    State(service): State<Mailoo>,
    Path((project, integration, session)): Path<(String, String, String)>,
    Query(query): Query<Since>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    service.check_key(key(&headers), Some(&project), Scope::SendMessage)?;
    let origin = header(&headers, ORIGIN.as_str());
    service.desk().admit(Some(&project), &integration, origin)?;
    conversation(
        &service,
        Some(&project),
        &integration,
        &session,
        query.since.as_deref(),
        &headers,
    )
}

/// A conversation from a moment on, unless nothing has changed since it was last told.
pub(super) fn conversation(
    service: &Mailoo,
    project: Option<&str>,
    integration: &str,
    session: &str,
    since: Option<&str>,
    headers: &HeaderMap,
) -> Result<Response, Refusal> {
    let since = match since {
        Some(text) => UnixMillis::parse(text).ok_or(Refusal::BadRequest("since is no time of ISO 8601"))?,
        None => UnixMillis(0),
    };
    let messages: Vec<Value> = {
        let desk = service.desk();
        let session = desk.find(project, integration, session)?;
        let later = session.messages.iter().filter(|message| message.at >= since);
        later.map(Message::told).collect()
    };
    count(&service.shared.counters.lists);
    let body = json!({ "success": true, "messages": messages }).to_string();
    let mut hasher = DefaultHasher::new();
    body.hash(&mut hasher);
    let tag = format!("\"{:016x}\"", hasher.finish());
    let known = header(headers, IF_NONE_MATCH.as_str()) == Some(tag.as_str());
    let mut response = if known {
        count(&service.shared.counters.unchanged);
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([("content-type", "application/json")], body).into_response()
    };
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(ETAG, tag);
    }
    Ok(response)
}

async fn status(
    State(service): State<Mailoo>,
    Path((project, integration)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Json<Value>, Refusal> {
    service.check_key(key(&headers), Some(&project), Scope::SendMessage)?;
    let desk = service.desk();
    let found = desk.integration(Some(&project), &integration)?;
    Ok(Json(
        json!({ "status": "ACTIVE", "welcomeMessage": found.welcome_message }),
    ))
}
