//! What the API tells, read as tolerantly as a visitor reads it: for clients of the API that are no visitors.

use crate::backend::lenient;
use crate::ids::ServerId;
use crate::json::{self, Value};
use crate::message::Author;
use crate::secret::Secret;
use crate::time::UnixMillis;

use super::frame::{self, Heard};
use super::record::{self, Told};
use super::rest;

/// One message of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The service's id. A message that came without one has a name made of its time and text.
    pub id: Option<ServerId>,
    /// Who wrote it; a person of the site where nothing is said.
    pub author: Author,
    /// What it says.
    pub text: String,
    /// When it was written, by the service's clock.
    pub at: Option<UnixMillis>,
}

impl From<Told> for Message {
    fn from(told: Told) -> Self {
        Self {
            id: told.message.server_id,
            author: told.message.author,
            text: told.message.text,
            at: told.message.at,
        }
    }
}

/// What the service says about a message that it took.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// The visitor's session: whoever knows it can read the conversation.
    pub session: Option<Secret>,
    /// The message's id.
    pub id: Option<ServerId>,
    /// When it was taken, by the service's clock.
    pub at: Option<UnixMillis>,
}

/// Reads a conversation, oldest message first; `None` when the text is none.
pub fn messages(body: &str) -> Option<Vec<Message>> {
    let told = record::list(&json::parse(body).ok()?)?;
    Some(told.into_iter().map(Message::from).collect())
}

/// Reads the answer to a message.
pub fn sent(body: &str) -> Sent {
    let taken = rest::taken(body);
    Sent {
        session: taken.session,
        id: taken.id,
        at: taken.at,
    }
}

/// Whether somebody is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Somebody answers; `None` when the service does not say.
    pub online: Option<bool>,
    /// First line of every conversation.
    pub welcome_message: Option<String>,
}

/// Words for a service that is there; any other word is for one that is not.
const ONLINE: [&str; 4] = ["active", "online", "ok", "open"];

/// Reads whether somebody is there; `None` when the text says nothing of the kind.
pub fn status(body: &str) -> Option<Status> {
    let Value::Object(body) = json::parse(body).ok()? else {
        return None;
    };
    let told = lenient::object(&body, &["data"]).unwrap_or(&body);
    let names = ["online", "isOnline", "available", "active", "status"];
    Some(Status {
        online: names.into_iter().find_map(|name| match told.get(name)? {
            Value::Bool(online) => Some(*online),
            Value::String(word) => Some(ONLINE.contains(&word.to_ascii_lowercase().as_str())),
            _ => None,
        }),
        welcome_message: lenient::text(told, &["welcomeMessage"]),
    })
}

/// The message of a pushed frame, if it clearly is one.
pub fn pushed(frame: &str) -> Option<Message> {
    match frame::read(frame) {
        Heard::Message(told) => Some(told.into()),
        _ => None,
    }
}
