//! The owner's side: what the dashboard calls with a token.

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, header::AUTHORIZATION},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    answer::Refusal,
    api::faulty,
    faults::Route,
    model::Message,
    service::{Mailoo, Order, Peer},
    socket,
};

pub(super) fn routes(service: &Mailoo) -> Router<Mailoo> {
    let route = |handler| faulty(service, Route::Owner, handler);
    Router::new()
        .route("/api/v1/chat/{integration}/sessions", route(get(sessions)))
        .route(
            "/api/v1/chat/{integration}/sessions/{session}/messages",
            route(get(messages)),
        )
        .route(
            "/api/v1/chat/{integration}/sessions/{session}/reply",
            route(post(reply)),
        )
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

async fn sessions(
    State(service): State<Mailoo>,
    Path(integration): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Value>, Refusal> {
    service.check_owner(bearer(&headers))?;
    let desk = service.desk();
    desk.integration(None, &integration)?;
    let of = desk.sessions.iter().filter(|session| session.is_of(None, &integration));
    let mut of: Vec<_> = of.collect();
    of.sort_by_key(|session| std::cmp::Reverse(session.last_at()));
    let told: Vec<Value> = of.into_iter().map(|session| session.summary()).collect();
    Ok(Json(json!({ "success": true, "sessions": told })))
}

async fn messages(
    State(service): State<Mailoo>,
    Path((integration, session)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Json<Value>, Refusal> {
    service.check_owner(bearer(&headers))?;
    let desk = service.desk();
    let session = desk.find(None, &integration, &session)?;
    let told: Vec<Value> = session.messages.iter().map(Message::told).collect();
    Ok(Json(json!({ "success": true, "messages": told })))
}

#[derive(Deserialize)]
struct ReplyBody {
    #[serde(default)]
    content: String,
}

async fn reply(
    State(service): State<Mailoo>,
    Path((integration, session)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    service.check_owner(bearer(&headers))?;
    let body: ReplyBody = serde_json::from_slice(&body).map_err(|_| Refusal::BadRequest("content is missing"))?;
    service.desk().find(None, &integration, &session)?;
    let message = service.reply(&session, &body.content, None)?;
    Ok(Json(json!({ "success": true, "messageId": message.id })))
}

impl Mailoo {
    /// Answers a visitor: stored, and pushed to the visitor's sockets unless a fault swallows that.
    pub(super) fn reply(&self, session: &str, content: &str, by: Option<&str>) -> Result<Message, Refusal> {
        let (message, integration) = {
            let mut desk = self.desk();
            let message = desk.reply(session, content, by, self.now())?;
            let integration = desk.session(session).map(|session| session.integration_id.clone());
            (message, integration.unwrap_or_default())
        };
        self.announce(session, &integration, &message.told());
        if !self.shared.faults.loses_push() {
            let frame = socket::push(self.shape(), &message.told());
            self.order(|peer| *peer == Peer::Visitor(session.to_owned()), &Order::Say(frame));
        }
        Ok(message)
    }
}
