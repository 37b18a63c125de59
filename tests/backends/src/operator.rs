//! The operators' side: list, messages, actions, and a socket with what happens.
//!
//! The paths and bodies name no vendor, so that one console serves every reference back end.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{
        Path, Request, State,
        ws::{CloseFrame, Message as SocketMessage, Utf8Bytes, WebSocket, WebSocketUpgrade},
    },
    http::StatusCode,
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;

use crate::{
    bloonio::{ApiError, LiveSession, Relay, SessionCell},
    known_page::is_known_page,
    model::{ConversationSummary, Effect, Session, content::ContentError, desk::OperatorMessage, frame::TypingState},
};

/// The routes under `/operator`.
pub(crate) fn routes(relay: &Relay) -> Router<Relay> {
    Router::new()
        .route("/operator/api/conversations", get(list))
        .route("/operator/api/conversations/{id}", get(show))
        .route("/operator/api/conversations/{id}/{action}", post(act))
        .route("/operator/ws", get(watch))
        .layer(from_fn_with_state(relay.clone(), only_from_known_pages))
}

/// Any page may call a server on this machine; only the console's may act as an operator.
async fn only_from_known_pages(State(relay): State<Relay>, request: Request, next: Next) -> Response {
    if is_known_page(request.headers(), |origin| relay.allows_origin(origin)) {
        next.run(request).await
    } else {
        ApiError::new(StatusCode::FORBIDDEN, "The origin may not act as an operator.").into_response()
    }
}

async fn list(State(relay): State<Relay>) -> Json<Vec<ConversationSummary>> {
    Json(relay.conversations())
}

async fn show(State(relay): State<Relay>, Path(id): Path<String>) -> Result<Json<Value>, ApiError> {
    let cell = relay.find(&id).ok_or(ApiError::session_not_found())?;
    let live = cell.lock();
    let messages: Vec<OperatorMessage> = live
        .session
        .conversation
        .messages()
        .iter()
        .map(|message| (&**message).into())
        .collect();
    Ok(Json(
        json!({ "conversation": live.session.summary(live.sockets()), "messages": messages }),
    ))
}

#[derive(Deserialize)]
struct ActionBody {
    operator: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    state: Option<TypingState>,
}

async fn act(
    State(relay): State<Relay>,
    Path((id, action)): Path<(String, String)>,
    body: axum::body::Bytes,
) -> Result<Json<ConversationSummary>, ApiError> {
    let body: ActionBody = serde_json::from_slice(&body)
        .map_err(|_| ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "The body needs an operator."))?;
    let action = match (action.as_str(), body.state) {
        ("take", _) => Action::Take,
        ("release", _) => Action::Release,
        ("close", _) => Action::Close,
        ("reply", _) => Action::Reply(body.text),
        ("typing", Some(state)) => Action::Typing(state),
        ("typing", None) => {
            return Err(ApiError::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "typing needs state start or stop.",
            ));
        }
        _ => return Err(ApiError::new(StatusCode::NOT_FOUND, "There is no such action.")),
    };
    let cell = relay.find(&id).ok_or(ApiError::session_not_found())?;
    relay
        .act(&cell, &body.operator, &action)
        .map(Json)
        .map_err(|error| match error {
            ContentError::Empty => ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, error.explanation()),
            ContentError::TooLarge => ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, error.explanation()),
        })
}

/// What an operator does with a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Takes it from the bot, or from another operator.
    Take,
    /// Hands it back to the bot.
    Release,
    /// Ends it.
    Close,
    /// Answers with a text, which takes it too.
    Reply(String),
    /// Types.
    Typing(TypingState),
}

impl Action {
    fn perform(&self, session: &mut Session, operator: &str, relay: &Relay) -> Result<Vec<Effect>, ContentError> {
        Ok(match self {
            Self::Take => session.take(operator),
            Self::Release => session.release(),
            Self::Close => session.close(relay.now()),
            Self::Reply(text) => session.reply(operator, text, relay.now())?,
            Self::Typing(state) => session.operator_types(operator, *state),
        })
    }
}

impl Relay {
    /// All conversations with a message or an open socket, the newest first.
    #[must_use]
    pub fn conversations(&self) -> Vec<ConversationSummary> {
        let mut all: Vec<_> = self
            .cells()
            .iter()
            .map(|cell| {
                let live = cell.lock();
                live.session.summary(live.sockets())
            })
            .filter(|summary| summary.online || summary.last_text.is_some())
            .collect();
        all.sort_by(|left, right| right.last_at.cmp(&left.last_at).then_with(|| left.id.cmp(&right.id)));
        all
    }

    pub(crate) fn act(
        &self,
        cell: &Arc<SessionCell>,
        operator: &str,
        action: &Action,
    ) -> Result<ConversationSummary, ContentError> {
        let mut live = cell.lock();
        let effects = action.perform(&mut live.session, operator, self)?;
        self.apply(cell, &mut live, effects, None);
        Ok(live.session.summary(live.sockets()))
    }
}

/// What operators hear about `effect`, as text for their sockets.
pub(crate) fn event(live: &LiveSession, effect: &Effect) -> Option<Utf8Bytes> {
    let id = &live.session.id;
    let event = match effect {
        Effect::Changed => json!({ "type": "conversation", "conversation": live.session.summary(live.sockets()) }),
        Effect::Added(message) => {
            json!({ "type": "message", "conversation_id": id, "message": OperatorMessage::from(&**message) })
        }
        Effect::VisitorTyping(state) => {
            json!({ "type": "typing", "conversation_id": id, "author": "visitor", "state": state })
        }
        _ => return None,
    };
    Some(event.to_string().into())
}

async fn watch(State(relay): State<Relay>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(move |socket| tell(relay, socket))
}

async fn tell(relay: Relay, mut socket: WebSocket) {
    let mut events = relay.shared.operators.subscribe();
    let mut run = relay.shared.run.subscribe();
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
