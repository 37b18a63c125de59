//! What the gateway says, in every vocabulary at once: an event's name and its first argument.

use std::time::Duration;

use crate::backend::lenient;
use crate::json::{Object, Value};
use crate::message::Delivery;
use crate::time::UnixMillis;

use super::handshake::{self, Greeting};
use super::{answer, record};
use crate::backend::step::Piece;

/// A person on the other side, as far as an event tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) email: Option<String>,
    pub(crate) name: Option<String>,
}

/// A place in the queue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) position: Option<u32>,
    pub(crate) ahead: Option<u32>,
    pub(crate) wait: Option<Duration>,
}

/// What an event means.
#[derive(Clone, Debug)]
pub(crate) enum Received {
    Greeting(Greeting),
    Message(record::Received),
    Messages(Vec<record::Received>),
    Typing {
        from: Option<String>,
        on: bool,
    },
    Status {
        value: String,
        reason: Option<String>,
    },
    Presence {
        email: Option<String>,
        status: String,
    },
    /// The words, if any, are shown as a line of the conversation.
    Queue {
        place: Place,
        words: Option<String>,
    },
    Assigned(Person),
    Changed(Person),
    Transferred {
        to: Person,
        note: Option<String>,
    },
    Progress {
        ids: Vec<String>,
        delivery: Delivery,
    },
    Deleted(String),
    Stream {
        key: Option<String>,
        piece: Piece,
    },
    Engage {
        id: String,
        text: String,
        url: Option<String>,
    },
    Broadcast {
        id: String,
        on: bool,
        url: Option<String>,
        title: Option<String>,
    },
    Ended {
        reason: Option<String>,
    },
    SessionExpired,
    TokenExpired,
    /// Something went wrong; when its cause is known, the event it answers.
    Trouble {
        words: String,
        cause: Option<String>,
    },
    /// Known, and nothing to do.
    Ignored,
    Unknown,
}

/// Whether only the gateway's own vocabulary has this event.
pub(crate) fn is_of_the_gateway(name: &str) -> bool {
    matches!(name, "authenticate" | "queued" | "chat-stream")
}

/// Reads an event. `me` is the visitor's address.
pub(crate) fn read(name: &str, argument: Option<&Value>, me: Option<&str>, wall: UnixMillis) -> Received {
    if let Some(Value::Array(list)) = argument
        && name == "messages"
    {
        return Received::Messages(messages(list, me));
    }
    if let Some(Value::String(words)) = argument
        && matches!(name, "error" | "exception")
    {
        return Received::Trouble {
            words: words.clone(),
            cause: None,
        };
    }
    let empty = Object::default();
    let body = argument.and_then(Value::as_object).unwrap_or(&empty);
    by_name(name, body, me, wall)
}

fn by_name(name: &str, body: &Object, me: Option<&str>, wall: UnixMillis) -> Received {
    let text = |names: &[&str]| lenient::text(body, names);
    match name {
        "authenticate" => Received::Greeting(handshake::greeting(body, wall)),
        "message" | "chat-message" => record::message(body, me).map_or(Received::Unknown, Received::Message),
        "messages" => match history_list(body) {
            Some(list) => Received::Messages(messages(list, me)),
            None => Received::Unknown,
        },
        "typing" => typing(body, lenient::flag(body, &["isTyping"]).unwrap_or(true), me),
        "stop-typing" => typing(body, false, me),
        "status" => status(body, me),
        "presence" | "presence-change" => presence(body),
        "queued" => Received::Queue {
            place: place(body),
            words: text(&["message"]),
        },
        "queue-update" | "queue-status" => Received::Queue {
            place: place(body),
            words: None,
        },
        "agent-assigned" | "chat-assigned" => Received::Assigned(person(body)),
        "agent-changed" => Received::Changed(person(body)),
        "chat-transferred" => Received::Transferred {
            to: person(body),
            note: text(&["note"]),
        },
        "message-status-update" | "update" => progress(body),
        "read" => Received::Progress {
            ids: strings(body, "messageIds"),
            delivery: Delivery::Read,
        },
        "delete" => text(&["uid", "messageId", "sk"]).map_or(Received::Unknown, Received::Deleted),
        "engage" => engage(body),
        "broadcast-start" => broadcast(body, true),
        "broadcast-end" => broadcast(body, false),
        "chat-ended" => Received::Ended {
            reason: text(&["reason"]),
        },
        "session-expired" => Received::SessionExpired,
        "token_expired" => Received::TokenExpired,
        "user-joined" | "user-left" => Received::Ignored,
        "error" | "exception" => trouble(body),
        other => stream(other, body),
    }
}

fn strings(body: &Object, name: &str) -> Vec<String> {
    let items = body.get(name).and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn messages(list: &[Value], me: Option<&str>) -> Vec<record::Received> {
    list.iter()
        .filter_map(Value::as_object)
        .filter_map(|record| record::message(record, me))
        .collect()
}

fn history_list(body: &Object) -> Option<&Vec<Value>> {
    let list = |of: &'_ Object| -> bool { lenient::first(of, &HISTORY).is_some_and(|list| list.as_array().is_some()) };
    let holder = match lenient::object(body, &["data"]) {
        Some(data) if !list(body) => data,
        _ => body,
    };
    match body.get("data") {
        Some(Value::Array(items)) if !list(body) => Some(items),
        _ => lenient::first(holder, &HISTORY)?.as_array(),
    }
}

const HISTORY: [&str; 4] = ["history", "messages", "items", "rows"];

/// The conversation so far, oldest first: a list, or one below a name.
pub(crate) fn history(answer: &Value, me: Option<&str>) -> Option<Vec<record::Received>> {
    match answer {
        Value::Array(list) => Some(messages(list, me)),
        Value::Object(body) => Some(messages(history_list(body)?, me)),
        _ => None,
    }
}

fn typing(body: &Object, on: bool, me: Option<&str>) -> Received {
    let from = lenient::text(body, &["from", "userId", "email"]);
    let own = from
        .as_deref()
        .zip(me)
        .is_some_and(|(from, me)| from.eq_ignore_ascii_case(me));
    if own {
        return Received::Ignored;
    }
    Received::Typing { from, on }
}

/// One name for two things: the values of typing are typing, any other is the conversation's status.
fn status(body: &Object, me: Option<&str>) -> Received {
    let Some(value) = lenient::text(body, &["status", "type", "value"]) else {
        return Received::Unknown;
    };
    match value.as_str() {
        "typing" => typing(body, true, me),
        "idle" | "stop" => typing(body, false, me),
        _ => Received::Status {
            value,
            reason: lenient::text(body, &["reason"]),
        },
    }
}

fn presence(body: &Object) -> Received {
    let Some(status) = lenient::text(body, &["status"]) else {
        return Received::Unknown;
    };
    Received::Presence {
        email: lenient::text(body, &["email", "userId", "user"]),
        status: match status.as_str() {
            "available" => "online".to_owned(),
            _ => status,
        },
    }
}

/// Reads a place in the queue, of an event or of the call that asks for it.
pub(crate) fn place(body: &Object) -> Place {
    let small = |names: &[&str]| lenient::number(body, names).and_then(|number| u32::try_from(number).ok());
    Place {
        position: small(&["position"]),
        ahead: small(&["ahead"]),
        wait: lenient::number(body, &["estimatedWaitSeconds", "eta", "estimatedWait"]).map(Duration::from_secs),
    }
}

/// The person an event names: an object, an address, or fields beside each other.
fn person(body: &Object) -> Person {
    let named = lenient::first(body, &["agent", "assignedAgent", "newAgent", "toAgent"]);
    let beside = |names: &[&str]| lenient::text(body, names);
    match named {
        Some(Value::Object(agent)) => Person {
            email: lenient::text(agent, &["email", "user", "id"]),
            name: lenient::text(agent, &["name", "screenName"]),
        },
        Some(Value::String(email)) => Person {
            email: Some(email.clone()),
            name: beside(&["newAgentName", "agentName", "name"]),
        },
        _ => Person {
            email: beside(&["agentEmail", "email"]),
            name: beside(&["agentName", "newAgentName", "name"]),
        },
    }
}

fn progress(body: &Object) -> Received {
    let id = lenient::text(body, &["messageId", "uid"]);
    let delivery = lenient::text(body, &["status"]).and_then(|word| record::delivery(&word));
    match (id, delivery) {
        (Some(id), Some(delivery)) => Received::Progress {
            ids: vec![id],
            delivery,
        },
        _ => Received::Unknown,
    }
}

fn engage(body: &Object) -> Received {
    let inner = record::payload(body);
    let text = |names: &[&str]| lenient::text(inner, names).or_else(|| lenient::text(body, names));
    match (
        text(&["engageId", "id", "_id", "sk"]),
        text(&["message", "content", "text", "title"]),
    ) {
        (Some(id), Some(words)) => Received::Engage {
            id,
            text: words,
            url: text(&["url"]),
        },
        _ => Received::Unknown,
    }
}

fn broadcast(body: &Object, on: bool) -> Received {
    Received::Broadcast {
        id: lenient::text(body, &["broadcastId", "id"]).unwrap_or_default(),
        on,
        url: lenient::text(body, &["url", "streamUrl"]),
        title: lenient::text(body, &["title"]),
    }
}

fn trouble(body: &Object) -> Received {
    let cause = lenient::object(body, &["cause"]).and_then(|cause| lenient::text(cause, &["pattern"]));
    Received::Trouble {
        words: answer::said(body).unwrap_or_else(|| "the server reported an error without words".to_owned()),
        cause,
    }
}

fn stream(name: &str, body: &Object) -> Received {
    let event;
    let step = match name.strip_prefix("ai-stream-") {
        Some(step) => step,
        None if name == "chat-stream" => {
            event = lenient::text(body, &["event"]).unwrap_or_default();
            event.as_str()
        }
        None => return Received::Unknown,
    };
    let piece = match step {
        "start" => Piece::Start,
        "chunk" => match piece_of_text(body) {
            Some(text) => Piece::Text(text),
            None => return Received::Ignored,
        },
        "tool-use" => Piece::ToolUse {
            tool: tool(body),
            summary: summary(body, &["summary", "input", "args"]),
        },
        "tool-result" => Piece::ToolResult {
            tool: tool(body),
            summary: summary(body, &["summary", "result", "output"]),
        },
        "end" => Piece::End {
            stored_id: lenient::text(body, &["sk"]),
            whole: lenient::text(body, &["content", "message", "text"]),
        },
        "error" => Piece::Failed(
            answer::said(body)
                .or_else(|| lenient::text(body, &["data"]))
                .unwrap_or_else(|| "the answer broke off".to_owned()),
        ),
        _ => return Received::Unknown,
    };
    Received::Stream {
        key: lenient::text(body, &["messageId", "streamId"]),
        piece,
    }
}

/// The first text among the names, also one level down.
fn piece_of_text(body: &Object) -> Option<String> {
    ["chunk", "content", "text", "delta", "data", "token"]
        .into_iter()
        .find_map(|name| match body.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Object(inner) => piece_of_text(inner),
            _ => None,
        })
}

fn tool(body: &Object) -> String {
    let inner = lenient::object(body, &["data"]);
    lenient::text(body, &["tool", "toolName", "name"])
        .or_else(|| lenient::text(inner?, &["tool", "toolName", "name"]))
        .unwrap_or_else(|| "tool".to_owned())
}

/// Longest text that a breadcrumb shows.
const LONGEST_SUMMARY: usize = 200;
/// Where a tool's record may hold words for people. Not documented.
const WORDS: &[&str] = &["summary", "message", "text"];

/// Words for a breadcrumb: those that a record calls so. Raw JSON is shown only when it is short.
fn summary(body: &Object, names: &[&str]) -> Option<String> {
    let inner = lenient::object(body, &["data"]);
    let value = lenient::first(body, names).or_else(|| lenient::first(inner?, names));
    match value.or_else(|| body.get("data").filter(|data| data.as_str().is_some()))? {
        Value::String(text) => Some(shortened(text)),
        Value::Object(record) if lenient::text(record, WORDS).is_some() => {
            lenient::text(record, WORDS).map(|text| shortened(&text))
        }
        other => Some(other.to_string()).filter(|json| json.chars().count() <= LONGEST_SUMMARY),
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(LONGEST_SUMMARY).collect()
}

#[cfg(test)]
mod tests;
