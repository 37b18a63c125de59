//! What the page hears: the core's events as a name and a plain object.

use visavis_client_core::error::Error;
use visavis_client_core::event::{ConnectionStatus, StreamStep};
use visavis_client_core::message::{Attachment, Message};
use visavis_client_core::{Author, Event};
use wasm_bindgen::JsValue;

use crate::object::{array, nullable, number, object, word};

mod overheard;
#[cfg(feature = "rich")]
mod rich;

pub(crate) use overheard::overheard;

/// The event's name and detail, or none for what the page hears in another way.
pub(crate) fn announcement(event: &Event) -> Option<(&'static str, JsValue)> {
    Some(match event {
        Event::Connection(status) => ("connection", connection(status)),
        Event::Session { change, id } => (
            "session",
            object([("change", change.as_str().into()), ("id", nullable(id.as_deref()))]),
        ),
        Event::Message {
            message: subject,
            history,
            replaces,
        } => ("message", message(subject, *history, *replaces)),
        Event::MessageStatus {
            local_id,
            server_id,
            status,
            reason,
        } => (
            "message-status",
            object([
                ("localId", local_id.to_string().into()),
                ("id", nullable(server_id.as_ref().map(|id| id.0.as_str()))),
                ("status", status.as_str().into()),
                ("reason", nullable(reason.as_deref())),
            ]),
        ),
        Event::Typing { author, on } => (
            "typing",
            object([
                ("author", author.kind().into()),
                ("name", nullable(author.name())),
                ("on", (*on).into()),
            ]),
        ),
        Event::Unread(count) => ("unread", object([("count", (*count).into())])),
        Event::Stream { id, step } => ("stream", stream(id, step)),
        Event::Agent { change, id, name } => (
            "agent",
            object([
                ("change", change.as_str().into()),
                ("id", nullable(id.as_deref())),
                ("name", nullable(name.as_deref())),
            ]),
        ),
        Event::Presence { id, status } => (
            "presence",
            object([("id", nullable(id.as_deref())), ("status", status.as_str().into())]),
        ),
        Event::Status { value, reason } => (
            "status",
            object([
                ("value", value.as_str().into()),
                ("reason", nullable(reason.as_deref())),
            ]),
        ),
        Event::Gap { from, to } => (
            "gap",
            object([
                ("from", nullable(from.as_ref().map(|id| id.0.as_str()))),
                ("to", nullable(to.as_ref().map(|id| id.0.as_str()))),
            ]),
        ),
        Event::Error(problem) => ("error", error(problem)),
        #[cfg(feature = "rich")]
        other => return rich::announcement(other),
        #[cfg(not(feature = "rich"))]
        _ => return None,
    })
}

/// The connection as the page sees it.
pub(crate) fn connection(status: &ConnectionStatus) -> JsValue {
    let retry_in = status
        .retry_in
        .map(|wait| number(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX)));
    object([
        ("state", status.state.as_str().into()),
        ("reason", nullable(status.reason.as_deref())),
        ("attempt", status.attempt.into()),
        ("retryInMs", nullable(retry_in)),
    ])
}

/// A message as the page sees it.
pub(crate) fn message(message: &Message, history: bool, replaces: bool) -> JsValue {
    let shown = object([
        ("localId", nullable(message.local_id.map(|id| id.to_string()))),
        ("id", nullable(message.server_id.as_ref().map(|id| id.0.as_str()))),
        ("author", word(message.author.kind())),
        ("name", nullable(message.author.name())),
        ("avatar", nullable(avatar(&message.author))),
        ("text", message.text.as_str().into()),
        ("sentAt", number(message.sent_at.0)),
        ("attachments", array(message.attachments.iter().map(attachment))),
        ("status", word(message.status.as_str())),
        ("reason", nullable(message.reason.as_deref())),
        ("conversation", message.conversation.into()),
        ("streamId", nullable(message.stream_id.as_deref())),
        ("history", history.into()),
        ("replaces", replaces.into()),
    ]);
    #[cfg(feature = "rich")]
    rich::add_tools(&shown, &message.tools);
    shown
}

fn avatar(author: &Author) -> Option<&str> {
    match author {
        Author::Agent { avatar, .. } => avatar.as_deref(),
        _ => None,
    }
}

fn attachment(attachment: &Attachment) -> JsValue {
    let size = attachment
        .size
        .map(|size| number(i64::try_from(size).unwrap_or(i64::MAX)));
    object([
        ("name", attachment.name.as_str().into()),
        ("url", attachment.url.as_str().into()),
        ("mime", nullable(attachment.mime.as_deref())),
        ("size", nullable(size)),
    ])
}

fn stream(id: &str, step: &StreamStep) -> JsValue {
    let (kind, text) = match step {
        StreamStep::Start => ("start", None),
        StreamStep::Chunk { text } => ("chunk", Some(text)),
        StreamStep::End { text } => ("end", Some(text)),
        StreamStep::Error { message } => ("error", Some(message)),
        #[cfg(feature = "rich")]
        StreamStep::ToolUse { tool, summary } => return rich::tool(id, "tool-use", tool, summary.as_deref()),
        #[cfg(feature = "rich")]
        StreamStep::ToolResult { tool, summary } => return rich::tool(id, "tool-result", tool, summary.as_deref()),
        _ => ("interrupted", None),
    };
    object([
        ("id", id.into()),
        ("kind", kind.into()),
        ("text", nullable(text.map(String::as_str))),
    ])
}

/// An error as the page sees it.
pub(crate) fn error(error: &Error) -> JsValue {
    let wait = error
        .retry_after()
        .map(|wait| number(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX)));
    object([
        ("kind", error.kind().as_str().into()),
        ("message", error.to_string().into()),
        ("status", nullable(error.status())),
        ("retryInMs", nullable(wait)),
    ])
}
