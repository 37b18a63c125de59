//! Frames of the visitor's socket. None is published: what is clearly a message is one, anything unknown says that there is news.

use crate::backend::lenient;
use crate::ids::ServerId;
use crate::json::{self, Object, Value};
use crate::message::Author;

use super::record::{self, Told};

const NAMES: [&str; 3] = ["type", "event", "kind"];
const PAYLOADS: [&str; 3] = ["message", "data", "payload"];

/// What a frame means.
#[derive(Clone, Debug)]
pub(super) enum Heard {
    Message(Told),
    Typing {
        author: Author,
        on: bool,
    },
    Read(Option<ServerId>),
    Ping,
    /// The socket speaks of itself.
    Control,
    /// Something changed.
    News,
}

/// The only frame that is ever sent.
pub(super) const PONG: &str = r#"{"type":"pong"}"#;

pub(super) fn read(text: &str) -> Heard {
    let parsed = json::parse(text).ok();
    let Some(frame) = parsed.as_ref().and_then(Value::as_object) else {
        return Heard::News;
    };
    let name = lenient::text(frame, &NAMES).unwrap_or_default().to_ascii_lowercase();
    let payload = lenient::object(frame, &PAYLOADS).unwrap_or(frame);
    match name.as_str() {
        "ping" => Heard::Ping,
        "pong" | "connected" | "ready" | "hello" | "welcome" | "ack" | "subscribed" => Heard::Control,
        "typing" => typing(payload),
        "read" => Heard::Read(record::id(payload)),
        _ => message(&name, payload).map_or(Heard::News, Heard::Message),
    }
}

fn message(name: &str, payload: &Object) -> Option<Told> {
    let is_one = name.is_empty()
        || ["message", "reply"]
            .into_iter()
            .any(|word| lenient::mentions(name, word));
    // A text may stand under the payload's name, with nothing else to tell it by.
    if !is_one || !record::has_text(payload) {
        return None;
    }
    let told = record::message(payload)?;
    told.message.server_id.is_some().then_some(told)
}

fn typing(payload: &Object) -> Heard {
    let on = lenient::flag(payload, &["isTyping", "typing", "state"]).unwrap_or(true);
    let author = record::author(payload).unwrap_or(Author::Agent {
        id: None,
        name: lenient::text(payload, &["senderName", "name"]),
        avatar: None,
    });
    Heard::Typing { author, on }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> String {
        match read(text) {
            Heard::Message(told) => format!("message {} {}", told.message.text, told.message.author.kind()),
            Heard::Typing { author, on } => format!("typing {} {on}", author.kind()),
            Heard::Read(id) => format!("read {}", id.map(|id| id.0).unwrap_or_default()),
            Heard::Ping => "ping".to_owned(),
            Heard::Control => "control".to_owned(),
            Heard::News => "news".to_owned(),
        }
    }

    #[test]
    fn frames_are_read_in_two_layers() {
        for (frame, expected) in [
            (
                r#"{"type":"message","message":{"id":"m_2","content":"Hi!","sender":"owner","createdAt":"2026-04-01T10:00:00Z"}}"#,
                "message Hi! agent",
            ),
            (
                r#"{"event":"new_message","data":{"id":"m_2","text":"Hi!","direction":"OUTBOUND"}}"#,
                "message Hi! agent",
            ),
            (
                r#"{"kind":"chat.reply","payload":{"uid":"m_2","body":"Hi!","role":"bot"}}"#,
                "message Hi! bot",
            ),
            (
                r#"{"type":"MESSAGE","id":"m_2","content":"Hi!","sender":"visitor"}"#,
                "message Hi! visitor",
            ),
            (r#"{"id":"m_2","content":"Hi!","sender":"owner"}"#, "message Hi! agent"),
            (r#"{"type":"message","message":"Hi!"}"#, "news"),
            (r#"{"type":"message","message":{"id":"m_2"}}"#, "news"),
            (
                r#"{"type":"session.updated","data":{"id":"m_2","content":"Hi!"}}"#,
                "news",
            ),
            (r#"{"type":"typing","isTyping":true}"#, "typing agent true"),
            (
                r#"{"type":"typing","data":{"state":"stop","role":"visitor"}}"#,
                "typing visitor false",
            ),
            (r#"{"type":"typing"}"#, "typing agent true"),
            (r#"{"type":"read","messageId":"m_1"}"#, "read m_1"),
            (r#"{"type":"ping"}"#, "ping"),
            (r#"{"type":"pong"}"#, "control"),
            (r#"{"event":"connected"}"#, "control"),
            (r#"{"type":"welcome","message":{"id":"x","content":"y"}}"#, "control"),
            ("not json", "news"),
            ("[1]", "news"),
            ("", "news"),
        ] {
            assert_eq!(kind(frame), expected, "{frame}");
        }
    }
}
