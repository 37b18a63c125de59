//! Conversations without a socket.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    super::{
        Gateway, MessageStatus,
        answer::ApiError,
        caller::Caller,
        model::{
            center::Center,
            chat_id::address,
            intent::draft,
            message::{Author, Message},
        },
    },
    body,
};
use crate::model::UnixMillis;

/// The caller's conversation that `wanted` means.
fn own(center: &Center, caller: &Caller, wanted: &str) -> Result<String, ApiError> {
    let id = center.resolve(&caller.0.email, wanted);
    id.map(str::to_owned).ok_or(ApiError::unknown_chat())
}

/// The whole thread, oldest first.
pub(super) async fn history(
    State(gateway): State<Gateway>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let floor = gateway.floor();
    let id = own(&floor.center, &caller, &id)?;
    gateway.shared.counters.histories.add();
    Ok(Json(json!(floor.center.past(&id))))
}

#[derive(Deserialize)]
struct Find {
    query: Value,
    #[serde(default)]
    options: Paging,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Paging {
    page: usize,
    page_size: usize,
}

impl Default for Paging {
    fn default() -> Self {
        Self { page: 1, page_size: 50 }
    }
}

/// The same as repository records, page by page.
pub(super) async fn find(
    State(gateway): State<Gateway>,
    caller: Caller,
    bytes: Bytes,
) -> Result<Json<Value>, ApiError> {
    let find: Find = body(&bytes)?;
    let wanted = find.query["data.chatId"].as_str().ok_or(ApiError::unreadable())?;
    let floor = gateway.floor();
    let id = own(&floor.center, &caller, wanted)?;
    gateway.shared.counters.histories.add();
    let messages = floor.center.chats.get(&id).map(|chat| chat.messages.as_slice());
    let messages = messages.unwrap_or_default();
    let (page, size) = (find.options.page.max(1), find.options.page_size.max(1));
    let page_of: Vec<_> = messages
        .iter()
        .skip((page - 1).saturating_mul(size))
        .take(size)
        .map(|message| message.record())
        .collect();
    Ok(Json(
        json!({ "data": page_of, "total": messages.len(), "page": page, "pageSize": size }),
    ))
}

pub(super) async fn all_of(
    State(gateway): State<Gateway>,
    caller: Caller,
    Path(email): Path<String>,
) -> Result<Json<Value>, ApiError> {
    messages_of(&gateway, &caller, &email, UnixMillis(0))
}

pub(super) async fn since(
    State(gateway): State<Gateway>,
    caller: Caller,
    Path((email, after)): Path<(String, String)>,
) -> Result<Json<Value>, ApiError> {
    let after = UnixMillis::parse(&after).ok_or(ApiError::invalid(vec!["createdAfter must be an ISO 8601 time"]))?;
    messages_of(&gateway, &caller, &email, after)
}

/// What was said to and by the caller after a moment.
fn messages_of(gateway: &Gateway, caller: &Caller, email: &str, after: UnixMillis) -> Result<Json<Value>, ApiError> {
    if address(email) != caller.0.email {
        return Err(ApiError::new(StatusCode::FORBIDDEN, "These are not your messages."));
    }
    let floor = gateway.floor();
    let own = floor
        .center
        .chats
        .values()
        .filter(|chat| chat.customer.email == caller.0.email);
    let messages: Vec<_> = own
        .flat_map(|chat| &chat.messages)
        .filter(|message| message.sent_at > after)
        .map(|message| message.past())
        .collect();
    Ok(Json(json!(messages)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Update {
    message_id: String,
    status: MessageStatus,
}

/// Marks a message of the other side as delivered or read.
pub(super) async fn update(
    State(gateway): State<Gateway>,
    caller: Caller,
    Path(id): Path<String>,
    bytes: Bytes,
) -> Result<Json<Value>, ApiError> {
    let update: Update = body(&bytes)?;
    gateway.change(|center, _| {
        let mut out = Vec::new();
        let marked = own(center, &caller, &id).and_then(|id| {
            let unknown = ApiError::new(StatusCode::NOT_FOUND, "The conversation has no such message.");
            let known = center.chats.get(&id).and_then(|chat| chat.find(&update.message_id));
            known.ok_or(unknown)?;
            center.receive_receipt(&id, &update.message_id, update.status, &mut out);
            Ok(Json(json!({ "success": true })))
        });
        (marked, out)
    })
}

/// Takes a message as the socket would.
pub(super) async fn save(
    State(gateway): State<Gateway>,
    caller: Caller,
    Path(id): Path<String>,
    bytes: Bytes,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let draft = draft(&body(&bytes)?).map_err(|_| ApiError::unreadable())?;
    gateway.change(|center, now| {
        let mut out = Vec::new();
        let saved = own(center, &caller, &id).map(|id| {
            let ack = center.send(None, &id, draft, now, &mut out);
            let status = if ack["success"] == true {
                StatusCode::CREATED
            } else {
                StatusCode::BAD_REQUEST
            };
            (status, Json(ack))
        });
        (saved, out)
    })
}

#[derive(Deserialize)]
struct Live {
    content: Value,
}

/// A message to a customer from the tenant's own server.
pub(super) async fn live(
    State(gateway): State<Gateway>,
    caller: Caller,
    Path((id, _user)): Path<(String, String)>,
    bytes: Bytes,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let live: Live = body(&bytes)?;
    gateway.change(|center, now| {
        let mut out = Vec::new();
        let sent = own(center, &caller, &id).and_then(|id| {
            let posted = center.post(&id, Author::System, live.content, Vec::new(), now, &mut out);
            posted.ok_or(ApiError::unknown_chat())
        });
        let answer = sent.map(|message| (StatusCode::CREATED, Json(as_sent(&message))));
        (answer, out)
    })
}

fn as_sent(message: &Message) -> Value {
    json!({ "id": message.sk, "timestamp": message.sent_at.rfc3339(), "status": message.status })
}
