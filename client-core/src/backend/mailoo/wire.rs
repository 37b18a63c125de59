//! What the API tells, read as tolerantly as a visitor reads it: for clients of the API that are no visitors.

use crate::ids::ServerId;
use crate::json;
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

/// The message of a pushed frame, if it clearly is one.
pub fn pushed(frame: &str) -> Option<Message> {
    match frame::read(frame) {
        Heard::Message(told) => Some(told.into()),
        _ => None,
    }
}
