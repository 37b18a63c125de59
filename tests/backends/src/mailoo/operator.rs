//! The operators' side: the same paths and bodies as every reference back end has, so that one console serves them all.

use axum::{
    Json, Router,
    body::Bytes,
    extract::{
        Path, Request, State,
        ws::{Message as SocketMessage, WebSocket, WebSocketUpgrade},
    },
    http::{Method, StatusCode, header::CONTENT_TYPE},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::{
    answer::Refusal,
    model::{Direction, Message, Session},
    service::Mailoo,
};
use crate::known_page::is_known_page;

pub(super) fn routes(service: &Mailoo) -> Router<Mailoo> {
    Router::new()
        .route("/operator/api/conversations", get(list))
        .route("/operator/api/conversations/{id}", get(show))
        .route("/operator/api/conversations/{id}/{action}", post(act))
        .route("/operator/ws", get(watch))
        .layer(from_fn_with_state(service.clone(), only_from_known_pages))
        .layer(readable(service))
}

/// Pages that may act as an operator may read what they are answered.
fn readable(service: &Mailoo) -> CorsLayer {
    let service = service.clone();
    let known = AllowOrigin::predicate(move |origin, _| {
        origin
            .to_str()
            .is_ok_and(|origin| service.allows_operators_from(origin))
    });
    CorsLayer::new()
        .allow_origin(known)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([CONTENT_TYPE])
}

/// Any page may call a server on this machine; only known ones may act as an operator.
async fn only_from_known_pages(State(service): State<Mailoo>, request: Request, next: Next) -> Response {
    if is_known_page(request.headers(), |origin| service.allows_operators_from(origin)) {
        next.run(request).await
    } else {
        Refusal::Status(StatusCode::FORBIDDEN).into_response()
    }
}

impl Mailoo {
    fn allows_operators_from(&self, origin: &str) -> bool {
        let mut rules = self.shared.settings.operator_origins.iter();
        rules.any(|rule| rule.allows(origin))
    }
}

impl Mailoo {
    fn operators_summary(&self, session: &Session) -> Value {
        let last = session.messages.last();
        let mode = if session.operator.is_some() { "agent" } else { "waiting" };
        json!({
            "id": session.public_id,
            "backend": "mailoo",
            "title": session.summary()["visitorName"],
            "mode": mode,
            "status": "open",
            "online": self.sockets_of(&session.public_id) > 0,
            "waiting": last.is_some_and(|message| message.direction == Direction::Inbound),
            "last_text": last.map(|message| &message.content),
            "last_at": session.last_at().0,
            "locale": "",
            "origin": "",
            "user_id": session.visitor.email,
            "routing_key": null,
            "agent": session.operator,
        })
    }
}

fn told(message: &Message) -> Value {
    let author = match message.direction {
        Direction::Inbound => "visitor",
        Direction::Outbound => "agent",
    };
    json!({
        "id": message.id,
        "author": author,
        "name": message.sender_name,
        "text": message.content,
        "sent_at": message.at.0,
    })
}

async fn list(State(service): State<Mailoo>) -> Json<Vec<Value>> {
    let desk = service.desk();
    let mut sessions: Vec<&Session> = desk.sessions.iter().collect();
    sessions.sort_by_key(|session| std::cmp::Reverse(session.last_at()));
    Json(
        sessions
            .into_iter()
            .map(|session| service.operators_summary(session))
            .collect(),
    )
}

async fn show(State(service): State<Mailoo>, Path(id): Path<String>) -> Result<Json<Value>, Refusal> {
    let desk = service.desk();
    let session = desk.session(&id).ok_or(Refusal::Unknown("session"))?;
    let messages: Vec<Value> = session.messages.iter().map(told).collect();
    Ok(Json(
        json!({ "conversation": service.operators_summary(session), "messages": messages }),
    ))
}

#[derive(Deserialize)]
struct ActionBody {
    operator: String,
    #[serde(default)]
    text: String,
}

async fn act(
    State(service): State<Mailoo>,
    Path((id, action)): Path<(String, String)>,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    let body: ActionBody = serde_json::from_slice(&body).map_err(|_| Refusal::BadRequest("operator is missing"))?;
    match action.as_str() {
        "take" => service.desk().take(&id, Some(&body.operator))?,
        "release" => service.desk().take(&id, None)?,
        "reply" => {
            service.desk().take(&id, Some(&body.operator))?;
            service.reply(&id, &body.text, Some(&body.operator))?;
        }
        // Mailoo knows neither.
        "typing" | "close" => return Err(Refusal::Status(StatusCode::NOT_IMPLEMENTED)),
        _ => return Err(Refusal::Unknown("action")),
    }
    let desk = service.desk();
    let session = desk.session(&id).ok_or(Refusal::Unknown("session"))?;
    Ok(Json(service.operators_summary(session)))
}

async fn watch(State(service): State<Mailoo>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(move |socket| tell(service, socket))
}

/// Each change is told as the conversation and its newest message.
async fn tell(service: Mailoo, mut socket: WebSocket) {
    let mut changes = service.shared.operators.subscribe();
    loop {
        tokio::select! {
            change = changes.recv() => {
                let Ok(id) = change else {
                    if matches!(change, Err(RecvError::Lagged(_))) {
                        continue;
                    }
                    return;
                };
                for event in service.operators_events(&id) {
                    if socket.send(SocketMessage::Text(event.to_string().into())).await.is_err() {
                        return;
                    }
                }
            }
            read = socket.recv() => if !matches!(read, Some(Ok(_))) { return },
        }
    }
}

impl Mailoo {
    fn operators_events(&self, id: &str) -> Vec<Value> {
        let desk = self.desk();
        let Some(session) = desk.session(id) else {
            return Vec::new();
        };
        let message = session
            .messages
            .last()
            .map(|message| json!({ "type": "message", "conversation_id": id, "message": told(message) }));
        let changed = json!({ "type": "conversation", "conversation": self.operators_summary(session) });
        message.into_iter().chain([changed]).collect()
    }
}
