//! A site's own back end in front of the API, as small as one can be: it adds the key and passes on what comes.

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Query, State},
    http::{
        HeaderMap, HeaderValue,
        header::{COOKIE, HOST, SET_COOKIE},
    },
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    answer::Refusal,
    api::{self, faulty},
    faults::Route,
    model::Submission,
    service::Mailoo,
    settings::{Binding, Settings},
};
use crate::model::hex;

pub(super) fn routes(service: &Mailoo) -> Router<Mailoo> {
    Router::new()
        .route(
            "/api/v1/webhooks/chat/submit",
            faulty(service, Route::SiteSubmit, post(submit)),
        )
        .route(
            "/api/v1/webhooks/chat/messages",
            faulty(service, Route::SiteMessages, get(messages)),
        )
        .route(
            "/api/v1/internal/chat-ws-origin",
            faulty(service, Route::SocketOrigin, get(socket_origin)),
        )
}

/// Opens nothing but the session it was made for.
fn ticket(session: &str) -> String {
    let signed = crate::model::jwt::sign(b"the site's own secret", &json!({ "session": session }));
    hex::encode(signed.as_bytes())
}

fn holds_ticket(headers: &HeaderMap, session: &str) -> bool {
    let ticket = ticket(session);
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|cookies| cookies.split("; "));
    pairs.any(|pair| pair.strip_prefix("chat=") == Some(ticket.as_str()))
}

impl Mailoo {
    /// Whether a browser may go on with a session.
    fn admit_browser(&self, headers: &HeaderMap, session: Option<&str>) -> Result<(), Refusal> {
        let bound = self.shared.settings.site == Some(Binding::Cookie);
        match session {
            Some(session) if bound && !holds_ticket(headers, session) => Err(Refusal::Unknown("session")),
            _ => Ok(()),
        }
    }
}

async fn submit(State(service): State<Mailoo>, headers: HeaderMap, body: Bytes) -> Result<Response, Refusal> {
    let submission: Submission =
        serde_json::from_slice(&body).map_err(|_| Refusal::BadRequest("the body is not the expected JSON"))?;
    service.admit_browser(&headers, submission.session_public_id.as_deref())?;
    let anonymous = Submission {
        sender_email: None,
        sender_name: None,
        ..submission
    };
    let told = api::submit(
        &service,
        Some(Settings::DEV_PROJECT),
        Settings::DEV_INTEGRATION,
        None,
        &anonymous,
    )?;
    let ticket = told["sessionPublicId"].as_str().map(ticket).unwrap_or_default();
    let mut response = Json(told).into_response();
    if service.shared.settings.site == Some(Binding::Cookie)
        && let Ok(cookie) = HeaderValue::from_str(&format!("chat={ticket}; Path=/; HttpOnly"))
    {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    Ok(response)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    #[serde(default)]
    session_public_id: String,
    since: Option<String>,
}

async fn messages(
    State(service): State<Mailoo>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    service.admit_browser(&headers, Some(&asked.session_public_id))?;
    api::conversation(
        &service,
        Some(Settings::DEV_PROJECT),
        Settings::DEV_INTEGRATION,
        &asked.session_public_id,
        asked.since.as_deref(),
        &headers,
    )
}

async fn socket_origin(headers: HeaderMap) -> Json<Value> {
    let host = headers
        .get(HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    Json(json!({ "origin": format!("ws://{host}") }))
}
