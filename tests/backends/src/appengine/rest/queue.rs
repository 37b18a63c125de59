//! Waiting for a person, and who the persons are.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, Query, State},
    http::StatusCode,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    super::{
        Gateway,
        answer::ApiError,
        caller::Caller,
        model::{center::Center, intent::WishBody, person::fitting},
    },
    body,
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Join {
    chat_id: String,
    #[serde(flatten)]
    wish: WishBody,
}

/// Joins the queue; who waits already keeps the place.
pub(super) async fn join(
    State(gateway): State<Gateway>,
    caller: Caller,
    bytes: Bytes,
) -> Result<Json<Value>, ApiError> {
    let join: Join = body(&bytes)?;
    gateway.shared.counters.queue_calls.add();
    gateway.change(|center, now| {
        let mut out = Vec::new();
        let id = center.resolve(&caller.0.email, &join.chat_id).map(str::to_owned);
        let place = id.and_then(|id| {
            center.hush(&id, now, &mut out);
            center.enqueue(&id, join.wish.into(), now, &mut out);
            place(center, &id)
        });
        (place.map(Json).ok_or(ApiError::unknown_chat()), out)
    })
}

/// Where the caller stands; 404 when not in the queue.
pub(super) async fn position(
    State(gateway): State<Gateway>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    gateway.shared.counters.queue_calls.add();
    let floor = gateway.floor();
    let id = floor
        .center
        .resolve(&caller.0.email, &id)
        .ok_or(ApiError::unknown_chat())?;
    let absent = ApiError::new(StatusCode::NOT_FOUND, "The conversation is not in the queue.");
    place(&floor.center, id).map(Json).ok_or(absent)
}

fn place(center: &Center, id: &str) -> Option<Value> {
    let mut place = center.queue.place(id)?.to_json();
    place["chatId"] = json!(id);
    place["status"] = json!("waiting");
    Some(place)
}

#[derive(Deserialize)]
pub(super) struct QueueName {
    name: Option<String>,
}

/// Who waits in a queue.
pub(super) async fn list(
    State(gateway): State<Gateway>,
    _caller: Caller,
    Query(query): Query<QueueName>,
) -> Json<Value> {
    let floor = gateway.floor();
    let tickets = floor.center.queue.tickets().iter().filter(|ticket| {
        query
            .name
            .as_deref()
            .is_none_or(|name| name == ticket.wish.queue.as_deref().unwrap_or(DEFAULT_QUEUE))
    });
    let waiting: Vec<_> = tickets
        .map(|ticket| {
            json!({
                "chatId": ticket.chat_id, "customerEmail": ticket.email, "priority": ticket.wish.priority,
                "skill": ticket.wish.skill, "context": ticket.wish.context, "since": ticket.since.rfc3339(),
            })
        })
        .collect();
    Json(json!(waiting))
}

const DEFAULT_QUEUE: &str = "default";

pub(super) async fn stats(State(gateway): State<Gateway>, _caller: Caller) -> Json<Value> {
    let floor = gateway.floor();
    let online = fitting(&floor.center.agents, None, None).len();
    Json(json!({ "waiting": floor.center.queue.tickets().len(), "agentsOnline": online }))
}

#[derive(Deserialize)]
pub(super) struct AgentQuery {
    status: Option<String>,
    skill: Option<String>,
}

pub(super) async fn agents_online(
    State(gateway): State<Gateway>,
    _caller: Caller,
    Query(query): Query<AgentQuery>,
) -> Json<Value> {
    let now = gateway.now();
    let floor = gateway.floor();
    let agents = fitting(&floor.center.agents, query.skill.as_deref(), query.status.as_deref());
    Json(agents.iter().map(|agent| agent.to_json(now)).collect())
}

pub(super) async fn agent_presence(
    State(gateway): State<Gateway>,
    _caller: Caller,
    Path(email): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let now = gateway.now();
    let floor = gateway.floor();
    let agent = floor.center.agent(&email).map(|agent| agent.to_json(now));
    agent
        .map(Json)
        .ok_or(ApiError::new(StatusCode::NOT_FOUND, "Nobody is called that."))
}
