//! The chat configuration, and what the gateway says about itself.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::{Value, json};

use super::super::{Gateway, answer::ApiError};

/// The record: system fields outside, the content within `data`.
pub(super) async fn record(State(gateway): State<Gateway>, Path(id): Path<String>) -> Result<Json<Value>, ApiError> {
    let content = content(&gateway, &id)?;
    Ok(Json(json!({
        "pk": gateway.shared.settings.org_id, "sk": id, "datatype": "chat_config", "version": 1, "state": "published",
        "data": { "content": content },
    })))
}

/// The older path gives the content alone.
pub(super) async fn public(State(gateway): State<Gateway>, Path(id): Path<String>) -> Result<Json<Value>, ApiError> {
    content(&gateway, &id).map(Json)
}

fn content(gateway: &Gateway, id: &str) -> Result<Value, ApiError> {
    let floor = gateway.floor();
    if floor.center.config_id != id {
        return Err(ApiError::new(StatusCode::NOT_FOUND, "There is no such configuration."));
    }
    gateway.shared.counters.config_fetches.add();
    Ok(floor.center.config.clone())
}

const TOPICS: &[(&str, &str)] = &[
    ("01-auth", "Guests register, customers sign in, tokens are refreshed."),
    (
        "02-data",
        "The chat configuration and the messages are repository records.",
    ),
    ("03-chat", "Conversations go over Socket.IO in the namespace /chat."),
];

pub(super) async fn topics() -> Json<Value> {
    let names: Vec<_> = TOPICS.iter().map(|(name, _)| name).collect();
    Json(json!({ "topics": names }))
}

pub(super) async fn topic(Path(wanted): Path<String>) -> Result<Json<Value>, ApiError> {
    let found = TOPICS.iter().find(|(name, _)| *name == wanted);
    let (name, text) = found.ok_or(ApiError::new(StatusCode::NOT_FOUND, "There is no such topic."))?;
    Ok(Json(json!({ "topic": name, "text": text })))
}
