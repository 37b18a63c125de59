//! The operators' side: the same paths and bodies as every reference back end has, and what only agents here do.

use axum::{
    Json, Router,
    body::Bytes,
    extract::{
        DefaultBodyLimit, Path, Request, State,
        ws::{CloseFrame, Message as SocketMessage, Utf8Bytes, WebSocket, WebSocketUpgrade},
    },
    http::StatusCode,
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};
use tokio::sync::broadcast::error::RecvError;

use super::{
    Action, AgentPresence, DeskError, FileInfo, Gateway,
    answer::ApiError,
    model::{center::Center, chat::Chat},
    upload,
};
use crate::{known_page::is_known_page, model::frame::TypingState};

/// The routes under `/operator`.
pub(super) fn routes(gateway: &Gateway) -> Router<Gateway> {
    Router::new()
        .route("/operator/api/conversations", get(list))
        .route("/operator/api/conversations/{id}", get(show))
        .route("/operator/api/conversations/{id}/{action}", post(act))
        .route(
            "/operator/api/files",
            post(upload::by_operator).layer(DefaultBodyLimit::disable()),
        )
        .route("/operator/api/next", post(take_next))
        .route("/operator/api/agents", get(agents))
        .route("/operator/api/agents/{agent}/presence", post(set_presence))
        .route("/operator/api/broadcast", post(broadcast))
        .route("/operator/api/broadcast/end", post(end_broadcast))
        .route("/operator/ws", get(watch))
        .layer(from_fn_with_state(gateway.clone(), only_from_known_pages))
}

impl Gateway {
    fn allows_operators_from(&self, origin: &str) -> bool {
        let mut rules = self.shared.settings.operator_origins.iter();
        rules.any(|rule| rule.allows(origin))
    }
}

/// Any page may call a server on this machine; only known ones may act as an operator.
async fn only_from_known_pages(State(gateway): State<Gateway>, request: Request, next: Next) -> Response {
    if is_known_page(request.headers(), |origin| gateway.allows_operators_from(origin)) {
        next.run(request).await
    } else {
        ApiError::new(StatusCode::FORBIDDEN, "The origin may not act as an operator.").into_response()
    }
}

fn read<T: DeserializeOwned>(bytes: &Bytes) -> Result<T, ApiError> {
    let unreadable = ApiError::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "The body lacks a field or has a wrong one.",
    );
    serde_json::from_slice(bytes).map_err(|_| unreadable)
}

async fn list(State(gateway): State<Gateway>) -> Json<Vec<Value>> {
    Json(gateway.conversations())
}

impl Gateway {
    /// All conversations with a message or an open socket, the newest first.
    #[must_use]
    pub fn conversations(&self) -> Vec<Value> {
        let floor = self.floor();
        let center = &floor.center;
        let is_worth_showing = |chat: &&Chat| !chat.messages.is_empty() || !center.room(&chat.id).is_empty();
        let mut chats: Vec<_> = center.chats.values().filter(is_worth_showing).collect();
        chats.sort_by_key(|chat| std::cmp::Reverse(chat.last_at()));
        chats.into_iter().map(|chat| center.summary(chat)).collect()
    }
}

async fn show(State(gateway): State<Gateway>, Path(id): Path<String>) -> Result<Json<Value>, ApiError> {
    let floor = gateway.floor();
    let chat = floor.center.chats.get(&id).ok_or(DeskError::UnknownChat)?;
    let messages: Vec<_> = chat.messages.iter().map(|message| Center::told(message)).collect();
    Ok(Json(
        json!({ "conversation": floor.center.summary(chat), "messages": messages }),
    ))
}

#[derive(Deserialize)]
struct ActionBody {
    operator: String,
    #[serde(default)]
    text: String,
    /// Rich content in place of a text.
    content: Option<Value>,
    #[serde(default)]
    files: Vec<FileInfo>,
    state: Option<TypingState>,
    #[serde(default)]
    to: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    message_id: String,
    #[serde(default)]
    engage: Map<String, Value>,
}

impl ActionBody {
    fn action(self, name: &str) -> Result<(String, Action), ApiError> {
        let action = match (name, self.state) {
            ("take", _) => Action::Take,
            ("release" | "leave", _) => Action::Leave,
            ("close", _) => Action::Close,
            ("reply", _) => Action::Reply {
                content: self.content.unwrap_or(Value::String(self.text)),
                files: self.files,
            },
            ("typing", Some(TypingState::Start)) => Action::Type,
            ("typing", Some(TypingState::Stop)) => Action::StopTyping,
            ("typing", None) => {
                let missing = "typing needs state start or stop.";
                return Err(ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, missing));
            }
            ("read", _) => Action::Read,
            ("transfer", _) => Action::Transfer {
                to: self.to,
                note: self.note,
            },
            ("engage", _) => Action::Engage(Value::Object(self.engage)),
            ("delete", _) => Action::Delete {
                message_id: self.message_id,
            },
            ("expire-session", _) => Action::ExpireSession,
            _ => return Err(ApiError::new(StatusCode::NOT_FOUND, "There is no such action.")),
        };
        Ok((self.operator, action))
    }
}

async fn act(
    State(gateway): State<Gateway>,
    Path((id, name)): Path<(String, String)>,
    bytes: Bytes,
) -> Result<Json<Value>, ApiError> {
    let (operator, action) = read::<ActionBody>(&bytes)?.action(&name)?;
    gateway.operate(&id, &operator, action)?;
    let floor = gateway.floor();
    let chat = floor.center.chats.get(&id).ok_or(DeskError::UnknownChat)?;
    Ok(Json(floor.center.summary(chat)))
}

#[derive(Deserialize)]
struct NextBody {
    operator: String,
}

async fn take_next(State(gateway): State<Gateway>, bytes: Bytes) -> Result<Json<Value>, ApiError> {
    let body: NextBody = read(&bytes)?;
    let taken = gateway.take_next(&body.operator);
    let id = taken.ok_or(ApiError::new(StatusCode::NOT_FOUND, "Nobody waits."))?;
    Ok(Json(json!({ "id": id })))
}

async fn agents(State(gateway): State<Gateway>) -> Json<Value> {
    let now = gateway.now();
    let floor = gateway.floor();
    Json(floor.center.agents.iter().map(|agent| agent.to_json(now)).collect())
}

#[derive(Deserialize)]
struct PresenceBody {
    presence: AgentPresence,
}

async fn set_presence(
    State(gateway): State<Gateway>,
    Path(agent): Path<String>,
    bytes: Bytes,
) -> Result<Json<Value>, ApiError> {
    let body: PresenceBody = read(&bytes)?;
    gateway.change(|center, now| ((), center.be_present(&agent, body.presence, now)));
    Ok(Json(json!({})))
}

async fn broadcast(State(gateway): State<Gateway>, bytes: Bytes) -> Result<Json<Value>, ApiError> {
    gateway.begin_broadcast(read(&bytes)?);
    Ok(Json(json!({})))
}

async fn end_broadcast(State(gateway): State<Gateway>) -> Json<Value> {
    gateway.end_broadcast();
    Json(json!({}))
}

async fn watch(State(gateway): State<Gateway>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(move |socket| tell(gateway, socket))
}

async fn tell(gateway: Gateway, mut socket: WebSocket) {
    let mut events = gateway.shared.operators.subscribe();
    let mut run = gateway.shared.run.subscribe();
    loop {
        tokio::select! {
            event = events.recv() => match event {
                Ok(event) => {
                    if socket.send(SocketMessage::Text(event)).await.is_err() {
                        return;
                    }
                }
                // It missed events: it must read the list again.
                Err(RecvError::Lagged(_)) => {
                    let frame = CloseFrame { code: 1013, reason: Utf8Bytes::from_static("too slow") };
                    let _ = socket.send(SocketMessage::Close(Some(frame))).await;
                    return;
                }
                Err(RecvError::Closed) => return,
            },
            read = socket.recv() => if !matches!(read, Some(Ok(_))) { return },
            _ = run.changed() => return,
        }
    }
}
