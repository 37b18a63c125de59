//! Both sockets: the visitor's, which only listens, and the owner's.

use std::time::Duration;

use axum::{
    Router,
    extract::{
        Query, State,
        ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade},
    },
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::get,
};
use futures_util::StreamExt as _;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::{sync::mpsc::UnboundedReceiver, time::timeout};

use super::{
    answer::Refusal,
    service::{Mailoo, Order, Peer, count},
    settings::PushShape,
};

/// How long a closing socket may take to agree.
const CLOSE_LIMIT: Duration = Duration::from_secs(1);
/// Neither side has anything long to say upwards.
const MAX_FRAME_BYTES: usize = 64 * 1_024;

pub(super) fn routes() -> Router<Mailoo> {
    Router::new()
        .route("/api/v1/chat/visitor-ws", get(visitor))
        .route("/api/v1/chat/ws", get(owner))
}

/// A message in the chosen shape.
pub(super) fn push(shape: PushShape, message: &Value) -> String {
    let frame = match shape {
        PushShape::Nested => json!({ "type": "message", "message": message }),
        PushShape::Flat => {
            let mut frame = message.clone();
            frame["type"] = json!("message");
            frame
        }
        PushShape::Data => json!({ "event": "new_message", "data": message }),
        PushShape::Unknown => json!({ "type": "session.updated" }),
    };
    frame.to_string()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct VisitorQuery {
    #[serde(default)]
    project_uid: String,
    #[serde(default)]
    integration_id: String,
    #[serde(default)]
    session_public_id: String,
}

async fn visitor(
    State(service): State<Mailoo>,
    Query(query): Query<VisitorQuery>,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Refusal> {
    if let Some(status) = service.shared.faults.on_upgrade() {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
        return Ok(Refusal::Status(status).into_response());
    }
    service.desk().find(
        Some(&query.project_uid),
        &query.integration_id,
        &query.session_public_id,
    )?;
    count(&service.shared.counters.connects);
    Ok(serve(service, Peer::Visitor(query.session_public_id), upgrade))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OwnerQuery {
    #[serde(default)]
    integration_id: String,
    token: Option<String>,
}

async fn owner(
    State(service): State<Mailoo>,
    Query(query): Query<OwnerQuery>,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Refusal> {
    service.check_owner(query.token.as_deref())?;
    service.desk().integration(None, &query.integration_id)?;
    Ok(serve(service, Peer::Owner(query.integration_id), upgrade))
}

fn serve(service: Mailoo, peer: Peer, upgrade: WebSocketUpgrade) -> Response {
    // Known from now on: what is said while the upgrade is under way is not missed.
    let (number, orders) = service.plug_in(peer);
    let unplug = Unplug { service, number };
    upgrade
        .max_message_size(MAX_FRAME_BYTES)
        .read_buffer_size(4 * 1_024)
        .on_upgrade(move |socket| converse(unplug, socket, orders))
}

/// Takes the socket out of the service when it ends, however it ends.
struct Unplug {
    service: Mailoo,
    number: u64,
}

impl Drop for Unplug {
    fn drop(&mut self) {
        self.service.unplug(self.number);
    }
}

async fn converse(unplug: Unplug, mut socket: WebSocket, mut orders: UnboundedReceiver<Order>) {
    loop {
        tokio::select! {
            order = orders.recv() => match order {
                Some(Order::Say(text)) => {
                    if socket.send(Message::Text(text.into())).await.is_err() {
                        return;
                    }
                }
                Some(Order::FallSilent) => break,
                Some(Order::Close(code)) => return close(unplug, socket, code).await,
                Some(Order::Cut) | None => return,
            },
            read = socket.next() => match read {
                Some(Ok(Message::Close(_))) | Some(Err(_)) | None => return,
                // No frame of a client is documented.
                Some(Ok(_)) => {}
            },
        }
    }
    loop {
        match orders.recv().await {
            Some(Order::Say(_) | Order::FallSilent) => {}
            Some(Order::Close(code)) => return close(unplug, socket, code).await,
            Some(Order::Cut) | None => return,
        }
    }
}

async fn close(unplug: Unplug, mut socket: WebSocket, code: u16) {
    drop(unplug);
    let frame = CloseFrame {
        code,
        reason: Utf8Bytes::default(),
    };
    let goodbye = async {
        if socket.send(Message::Close(Some(frame))).await.is_ok() {
            while let Some(Ok(_)) = socket.next().await {}
        }
    };
    // A peer that does not answer is cut off.
    let _ = timeout(CLOSE_LIMIT, goodbye).await;
}
