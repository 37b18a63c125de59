//! Bloonio's frames: one JSON object each, told apart by `type`.

use std::time::Duration;

use super::rest::widget_config;
use crate::backend::lenient;
use crate::backend::{Earlier, Incoming, Signal, Welcome};
use crate::event::AgentChange;
use crate::ids::{LocalId, ServerId};
use crate::io::Typing;
use crate::json::{self, Object, Value, quoted};
use crate::message::{Attachment, Author};

/// `msg`.
pub(crate) fn message(client_msg_id: &str, content: &str) -> String {
    let (id, content) = (quoted(client_msg_id), quoted(content));
    let mut frame = String::with_capacity(48 + id.len() + content.len());
    frame.push_str(r#"{"type":"msg","client_msg_id":"#);
    frame.push_str(&id);
    frame.push_str(r#","content":"#);
    frame.push_str(&content);
    frame.push('}');
    frame
}

/// `typing`.
pub(crate) fn typing(typing: Typing) -> String {
    match typing {
        Typing::Start => r#"{"type":"typing","state":"start"}"#.to_owned(),
        Typing::Stop => r#"{"type":"typing","state":"stop"}"#.to_owned(),
    }
}

/// `ping`.
pub(crate) fn ping() -> String {
    r#"{"type":"ping"}"#.to_owned()
}

/// What a frame calls itself.
pub(crate) fn kind(frame: &str) -> Option<String> {
    json::parse(frame)
        .ok()?
        .as_object()?
        .get("type")?
        .as_str()
        .map(str::to_owned)
}

/// Reads a frame. What is not understood is [`Signal::Unknown`], never an error.
pub(crate) fn decode(frame: &str) -> Signal {
    let Ok(Value::Object(frame)) = json::parse(frame) else {
        return Signal::Unknown;
    };
    let Some(kind) = frame.get("type").and_then(Value::as_str) else {
        return Signal::Unknown;
    };
    match kind {
        "welcome" => Signal::Welcome(welcome(&frame)),
        "ack" => acknowledged(&frame),
        "msg" => incoming(&frame).map_or(Signal::Unknown, Signal::Message),
        "typing" => typing_signal(&frame),
        "pong" => Signal::Alive {
            position: position(&frame),
        },
        "error" => refusal(&frame),
        other => by_name(other, &frame),
    }
}

/// The id of the conversation's newest message: no documented field, but the one way to notice a line that is alive and yet not served.
fn position(frame: &Object) -> Option<ServerId> {
    lenient::text(frame, &["last_message_id", "head"]).map(ServerId)
}

fn local_id(frame: &Object) -> Option<LocalId> {
    lenient::text(frame, &["client_msg_id"])?.parse().ok()
}

fn server_id(frame: &Object) -> Option<ServerId> {
    lenient::text(frame, &["id", "message_id", "msg_id"]).map(ServerId)
}

fn welcome(frame: &Object) -> Welcome {
    let session = lenient::object(frame, &["session"]);
    let agent = lenient::first(frame, &["agent", "operator"]);
    Welcome {
        session_id: lenient::text(frame, &["session_id"]).or_else(|| lenient::text(session?, &["id", "session_id"])),
        config: lenient::object(frame, &["widget_config", "config"]).map(widget_config),
        history: lenient::first(frame, &["messages", "history"])
            .and_then(Value::as_array)
            .map_or(Earlier::NotTold, |list| {
                Earlier::Replayed(list.iter().filter_map(Value::as_object).filter_map(incoming).collect())
            }),
        agent: agent.and_then(display_name),
        status: lenient::text(frame, &["status"]),
    }
}

fn display_name(person: &Value) -> Option<String> {
    match person {
        Value::String(name) if !name.is_empty() => Some(name.clone()),
        Value::Object(person) => lenient::text(person, &["display_name", "name"]),
        _ => None,
    }
}

fn acknowledged(frame: &Object) -> Signal {
    let Some(local_id) = local_id(frame) else {
        return Signal::Unknown;
    };
    Signal::Acknowledged {
        local_id,
        server_id: lenient::text(frame, &["message_id", "id"]).map(ServerId),
        at: lenient::time(frame, &["created_at", "timestamp"]),
    }
}

/// A message needs a text or a file; everything else may be missing.
fn incoming(frame: &Object) -> Option<Incoming> {
    let text = lenient::text(frame, &["content", "text", "body"]);
    let attachments: Vec<_> = frame
        .get("attachments")
        .and_then(Value::as_array)
        .map(|list| {
            list.iter()
                .filter_map(Value::as_object)
                .filter_map(attachment)
                .collect()
        })
        .unwrap_or_default();
    if text.is_none() && attachments.is_empty() {
        return None;
    }
    Some(Incoming {
        local_id: local_id(frame),
        server_id: server_id(frame),
        author: author(frame),
        text: text.unwrap_or_default(),
        at: lenient::time(frame, &["created_at", "timestamp", "ts", "sent_at"]),
        attachments,
        choices: Vec::new(),
    })
}

fn attachment(file: &Object) -> Option<Attachment> {
    let url = lenient::text(file, &["url"])?;
    let last_part = || {
        url.split(['?', '#'])
            .next()?
            .rsplit('/')
            .find(|part| !part.is_empty())
            .map(str::to_owned)
    };
    Some(Attachment {
        name: lenient::text(file, &["name", "filename"])
            .or_else(last_part)
            .unwrap_or_default(),
        mime: lenient::text(file, &["mime", "type"]),
        size: lenient::number(file, &["size"]),
        path: None,
        url,
    })
}

const AUTHOR_NAMES: [&str; 5] = ["role", "sender", "sender_type", "author", "from"];

/// The author: a word, or an object with a word and a name. Nobody named is the bot.
fn author(frame: &Object) -> Author {
    let given = lenient::first(frame, &AUTHOR_NAMES);
    let (word, person) = match given {
        Some(Value::Object(person)) => (lenient::text(person, &["type", "role"]), Some(person)),
        Some(Value::String(word)) => (Some(word.clone()), None),
        _ => (None, None),
    };
    let name = person
        .and_then(|person| lenient::text(person, &["name", "display_name"]))
        .or_else(|| lenient::text(frame, &["name", "display_name", "author_name", "sender_name"]));
    let detail = |names: &[&str]| person.and_then(|person| lenient::text(person, names));
    match word.as_deref().unwrap_or("bot") {
        "visitor" | "user" | "customer" => Author::Visitor,
        "agent" | "operator" | "human" => Author::Agent {
            id: detail(&["id"]),
            name,
            avatar: detail(&["avatar_url", "avatar"]),
        },
        "system" => Author::System,
        _ => Author::Bot { name },
    }
}

fn typing_signal(frame: &Object) -> Signal {
    match lenient::flag(frame, &["state", "typing", "is_typing"]) {
        Some(on) => Signal::Typing {
            author: author(frame),
            on,
        },
        None => Signal::Unknown,
    }
}

/// No code of an error frame is documented: those that speak of rate or load mean "later", the rest "never".
fn refusal(frame: &Object) -> Signal {
    let code = lenient::text(frame, &["code"]).unwrap_or_default();
    let wait = lenient::number(frame, &["retry_after", "retry_after_s"]).map(Duration::from_secs);
    let said = lenient::text(frame, &["message", "detail"]);
    let message = match (&said, code.as_str()) {
        (Some(words), "") => words.clone(),
        (Some(words), code) => format!("{words} ({code})"),
        (None, "") => "the server refused it without a reason".to_owned(),
        (None, code) => format!("the server refused it ({code})"),
    };
    let lowered = code.to_ascii_lowercase();
    let later = [
        "rate",
        "429",
        "503",
        "busy",
        "overload",
        "unavailable",
        "throttle",
        "too_many",
    ];
    if wait.is_some() || later.iter().any(|word| lenient::mentions(&lowered, word)) {
        Signal::Throttled {
            local_id: local_id(frame),
            message,
            wait,
        }
    } else {
        Signal::Refused {
            local_id: local_id(frame),
            message,
        }
    }
}

/// Frames without documentation whose name tells enough to update a status line.
fn by_name(kind: &str, frame: &Object) -> Signal {
    let person = lenient::first(frame, &["agent", "operator"]);
    let agent = |change| Signal::Agent {
        change,
        id: person
            .and_then(Value::as_object)
            .and_then(|person| lenient::text(person, &["id"])),
        name: person
            .and_then(display_name)
            .or_else(|| lenient::text(frame, &["operator_display_name", "display_name"])),
    };
    let has = |word: &str| lenient::mentions(kind, word);
    let status = || lenient::text(frame, &["status"]);
    if has("presence") || has("is_online") {
        let online = lenient::flag(frame, &["is_online", "online"]).map(|on| if on { "online" } else { "offline" });
        let said = online.map(str::to_owned).or_else(status);
        return said.map_or(Signal::Unknown, |status| Signal::Presence { id: None, status });
    }
    if has("released") || has("unassign") {
        agent(AgentChange::Left)
    } else if has("transfer") {
        agent(AgentChange::Transferred)
    } else if has("assign") || has("handoff") || ((has("agent") || has("operator")) && person.is_some()) {
        agent(AgentChange::Assigned)
    } else if ["status", "resolved", "closed", "escalat", "agent", "operator"]
        .into_iter()
        .any(has)
    {
        Signal::Status {
            value: status().unwrap_or_else(|| kind.to_owned()),
            reason: lenient::text(frame, &["reason", "escalation_reason"]),
        }
    } else {
        Signal::Unknown
    }
}
