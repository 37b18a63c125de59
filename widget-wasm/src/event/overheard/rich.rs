//! Events of back ends with queues, forms and answers in pieces.

use visavis_client_core::event::StreamStep;
use visavis_client_core::message::RegistrationForm;
use visavis_client_core::{Error, Event};
use wasm_bindgen::JsValue;

use super::{count, millis, truth};
use crate::object::text;

/// Commands whose outcome the interface waits for.
const AWAITED: [&str; 4] = ["register", "agent", "close-chat", "contact"];

/// The event, or none where the client's own state says everything.
pub(super) fn overheard(name: &str, detail: &JsValue) -> Option<Event> {
    let word = |of| text(detail, of);
    Some(match name {
        "stream" => Event::Stream {
            id: word("id")?,
            step: step(detail)?,
        },
        "session" => Event::Session {
            change: visavis_client_core::event::SessionChange::Resumed,
            id: word("id"),
        },
        "queue" => Event::Queue {
            position: count(detail, "position"),
            ahead: count(detail, "ahead"),
            wait: millis(detail, "waitInMs"),
        },
        "presence" => Event::Presence {
            id: word("id"),
            status: word("status")?,
        },
        "status" => Event::Status {
            value: word("value")?,
            reason: word("reason"),
        },
        "engage" => Event::Engage {
            id: word("id")?,
            text: word("text")?,
            url: word("url"),
        },
        "broadcast" => Event::Broadcast {
            id: word("id")?,
            on: truth(detail, "on"),
            url: word("url"),
            title: word("title"),
        },
        "registration" => Event::Registration(RegistrationForm {
            required: truth(detail, "required"),
            name: truth(detail, "name"),
            phone: truth(detail, "phone"),
            comments: truth(detail, "comments"),
        }),
        "command" => {
            let name = word("name")?;
            Event::Command {
                name: AWAITED.into_iter().find(|awaited| *awaited == name)?,
                ok: truth(detail, "ok"),
            }
        }
        "error" => Event::Error(Error::Refused {
            message: word("message")?,
            status: None,
            retry_after: None,
        }),
        _ => return None,
    })
}

fn step(detail: &JsValue) -> Option<StreamStep> {
    let word = |of| text(detail, of);
    let tool = || word("tool").unwrap_or_default();
    Some(match word("kind")?.as_str() {
        "start" => StreamStep::Start,
        "chunk" => StreamStep::Chunk { text: word("text")? },
        "end" => StreamStep::End { text: word("text")? },
        "error" => StreamStep::Error {
            message: word("text").unwrap_or_default(),
        },
        "tool-use" => StreamStep::ToolUse {
            tool: tool(),
            summary: word("summary"),
        },
        "tool-result" => StreamStep::ToolResult {
            tool: tool(),
            summary: word("summary"),
        },
        _ => StreamStep::Interrupted,
    })
}
