//! What the gateway pushes, in either vocabulary.

use std::{borrow::Cow, sync::Arc};

use serde_json::{Map, Value, json};

use super::{
    chat::ChatStatus,
    dialect::Dialect,
    intent::Typing,
    message::Message,
    person::Agent,
    queue::Place,
    stream::{Part, Step},
    token::Refusal,
};
use crate::model::UnixMillis;

/// Something that clients are told.
#[derive(Debug, Clone)]
pub(crate) enum Event {
    Authenticated(Value),
    Refused(Refusal),
    Message(Arc<Message>),
    Typing {
        chat_id: String,
        from: String,
        to: String,
        typing: Typing,
    },
    Presence {
        agent: Agent,
        at: UnixMillis,
    },
    Queued {
        chat_id: String,
        place: Place,
    },
    QueueMoved {
        chat_id: String,
        place: Place,
    },
    Assigned {
        chat_id: String,
        agent: Agent,
    },
    AgentChanged {
        chat_id: String,
        agent: Agent,
    },
    Transferred {
        chat_id: String,
        from: String,
        agent: Agent,
        note: String,
    },
    ChatStatus {
        chat_id: String,
        status: ChatStatus,
    },
    MessageStatus {
        message: Arc<Message>,
        by: String,
    },
    Deleted {
        sk: String,
        message_id: String,
    },
    Stream {
        chat_id: String,
        message_id: String,
        part: Part,
    },
    Engage(Value),
    BroadcastStart(Value),
    BroadcastEnd(Value),
    Ended {
        chat_id: String,
        reason: &'static str,
    },
    SessionExpired,
    TokenExpired,
    PeerStatus {
        from: String,
        status: String,
        message: String,
    },
    Exception {
        pattern: String,
        data: Value,
    },
    /// Exactly this, in both vocabularies.
    Verbatim {
        name: String,
        payload: Value,
    },
}

/// An event as it travels.
pub(crate) type Wire = (Cow<'static, str>, Value);

fn named(name: &'static str, payload: Value) -> Option<Wire> {
    Some((Cow::Borrowed(name), payload))
}

impl Event {
    /// The name and payload in `dialect`; `None` when it has no word for it.
    pub(crate) fn wire(&self, dialect: Dialect) -> Option<Wire> {
        match self {
            Self::Message(message) => named("message", message.live()),
            Self::Deleted { sk, message_id } => named("delete", json!({ "uid": sk, "messageId": message_id })),
            Self::Engage(payload) => named("engage", payload.clone()),
            Self::BroadcastStart(payload) => named("broadcast-start", payload.clone()),
            Self::BroadcastEnd(payload) => named("broadcast-end", payload.clone()),
            Self::AgentChanged { chat_id, agent } => named(
                "agent-changed",
                json!({ "chatId": chat_id, "newAgent": agent.email, "newAgentName": agent.name }),
            ),
            Self::Transferred {
                chat_id,
                from,
                agent,
                note,
            } => named(
                "chat-transferred",
                json!({ "chatId": chat_id, "fromAgent": from, "note": note, "agent": agent.face() }),
            ),
            Self::PeerStatus { from, status, message } => named(
                "peer-status",
                json!({ "from": from, "statusType": status, "message": message }),
            ),
            Self::Exception { pattern, data } => named(
                "exception",
                json!({
                    "status": "error", "message": "The payload cannot be read.",
                    "cause": { "pattern": pattern, "data": data },
                }),
            ),
            Self::Verbatim { name, payload } => Some((Cow::Owned(name.clone()), payload.clone())),
            other => match dialect {
                Dialect::Gateway => other.gateway(),
                Dialect::Seed => other.seed(),
            },
        }
    }

    fn gateway(&self) -> Option<Wire> {
        match self {
            Self::Authenticated(payload) => named("authenticate", payload.clone()),
            Self::Refused(refusal) => named(
                "authenticate",
                json!({ "success": false, "error": refusal.code(), "message": refusal.explanation() }),
            ),
            Self::Typing { from, to, typing, .. } => {
                let word = match typing {
                    Typing::Active => "typing",
                    Typing::Idle => "idle",
                };
                named(
                    "status",
                    json!({ "from": from, "to": to, "status": word, "type": word }),
                )
            }
            Self::Presence { agent, at } => named("presence-change", agent.to_json(*at)),
            Self::Queued { place, .. } => {
                let mut payload = place.to_json();
                payload["message"] = json!(WAITING);
                named("queued", payload)
            }
            Self::QueueMoved { place, .. } => named("queue-update", place.to_json()),
            Self::Assigned { chat_id, agent } => {
                named("agent-assigned", json!({ "agent": agent.face(), "chatId": chat_id }))
            }
            Self::MessageStatus { message, by } => named(
                "update",
                json!({
                    "uid": message.sk, "status": message.status, "from": message.author.address(), "to": by,
                    "type": "message-status",
                }),
            ),
            Self::Stream {
                chat_id,
                message_id,
                part,
            } => gateway_stream(part).map(|(kind, mut fields)| {
                fields.insert("chatId".to_owned(), json!(chat_id));
                fields.insert("messageId".to_owned(), json!(message_id));
                fields.insert("event".to_owned(), json!(kind));
                (Cow::Borrowed("chat-stream"), Value::Object(fields))
            }),
            Self::Ended { chat_id, reason } => named("chat-ended", json!({ "reason": reason, "chatId": chat_id })),
            Self::SessionExpired => named("session-expired", json!({})),
            Self::TokenExpired => named("token_expired", json!({})),
            _ => None,
        }
    }

    fn seed(&self) -> Option<Wire> {
        match self {
            Self::Typing {
                chat_id, from, typing, ..
            } => match typing {
                Typing::Active => named("typing", json!({ "chatId": chat_id, "from": from, "isTyping": true })),
                Typing::Idle => named("stop-typing", json!({ "chatId": chat_id, "from": from })),
            },
            Self::Presence { agent, at } => {
                let mut payload = agent.to_json(*at);
                payload["status"] = json!(agent.presence.seed_word());
                named("presence", payload)
            }
            Self::Queued { chat_id, place } | Self::QueueMoved { chat_id, place } => named(
                "queue-status",
                json!({
                    "chatId": chat_id, "position": place.position, "ahead": place.position - 1,
                    "estimatedWait": place.wait_s,
                }),
            ),
            Self::Assigned { chat_id, agent } => {
                named("chat-assigned", json!({ "chatId": chat_id, "agent": agent.face() }))
            }
            Self::ChatStatus { chat_id, status } => {
                named("status", json!({ "chatId": chat_id, "status": status.word() }))
            }
            Self::MessageStatus { message, .. } => named(
                "message-status-update",
                json!({ "messageId": message.id(), "status": message.status }),
            ),
            Self::Stream {
                chat_id,
                message_id,
                part,
            } => {
                let (name, mut fields) = seed_stream(part);
                fields.insert("chatId".to_owned(), json!(chat_id));
                fields.insert("messageId".to_owned(), json!(message_id));
                named(name, Value::Object(fields))
            }
            _ => None,
        }
    }
}

/// What a customer who begins to wait reads.
const WAITING: &str = "You are in the queue. Somebody from the team will be with you soon.";

fn fields(payload: Value) -> Map<String, Value> {
    match payload {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

fn gateway_stream(part: &Part) -> Option<(&'static str, Map<String, Value>)> {
    let (kind, payload) = match part {
        Part::Start => return None,
        Part::Step(Step::Say(words)) => ("chunk", json!({ "data": words })),
        Part::Step(Step::UseTool { name, input }) => ("tool-use", json!({ "data": { "name": name, "input": input } })),
        Part::Step(Step::ToolResult { name, result }) => {
            ("tool-result", json!({ "data": { "name": name, "result": result } }))
        }
        Part::End { sk, .. } => ("end", json!({ "sk": sk })),
        Part::Error(error) => ("error", json!({ "error": error })),
    };
    Some((kind, fields(payload)))
}

fn seed_stream(part: &Part) -> (&'static str, Map<String, Value>) {
    let (name, payload) = match part {
        Part::Start => ("ai-stream-start", json!({})),
        Part::Step(Step::Say(words)) => ("ai-stream-chunk", json!({ "chunk": words })),
        Part::Step(Step::UseTool { name, input }) => ("ai-stream-tool-use", json!({ "tool": name, "input": input })),
        Part::Step(Step::ToolResult { name, result }) => {
            ("ai-stream-tool-result", json!({ "tool": name, "result": result }))
        }
        Part::End { sk, text } => ("ai-stream-end", json!({ "sk": sk, "content": text })),
        Part::Error(error) => ("ai-stream-error", json!({ "error": error })),
    };
    (name, fields(payload))
}
