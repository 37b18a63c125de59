//! Events of the tab that leads, read back from what its page heard: those that change what is shown beyond what the client keeps.

use std::time::Duration;

use js_sys::Number;
use visavis_client_core::event::{AgentChange, ConnectionStatus};
use visavis_client_core::message::Message;
use visavis_client_core::{Author, Client, ConnectionState, Event};
use wasm_bindgen::{JsCast, JsValue};

use crate::driver::now;
use crate::object::{property, text};

#[cfg(feature = "rich")]
mod rich;

/// Every state that a leader's connection can be in; it is not told of others.
const STATES: [ConnectionState; 8] = [
    ConnectionState::Idle,
    ConnectionState::Connecting,
    ConnectionState::Live,
    ConnectionState::Backoff,
    ConnectionState::Paused,
    ConnectionState::Suspended,
    ConnectionState::Failed,
    ConnectionState::Closed,
];

/// The event, or none where the client's own state says everything.
pub(crate) fn overheard(name: &str, detail: &JsValue, client: &Client) -> Option<Event> {
    Some(match name {
        "connection" => Event::Connection(connection(detail)?),
        "typing" => Event::Typing {
            author: author(detail)?,
            on: truth(detail, "on"),
        },
        "agent" => Event::Agent {
            change: agent_change(&text(detail, "change")?),
            id: text(detail, "id"),
            name: text(detail, "name"),
        },
        "message" => Event::Message {
            message: message(detail, client)?,
            history: truth(detail, "history"),
            replaces: truth(detail, "replaces"),
        },
        #[cfg(feature = "rich")]
        other => return rich::overheard(other, detail),
        #[cfg(not(feature = "rich"))]
        _ => return None,
    })
}

fn connection(detail: &JsValue) -> Option<ConnectionStatus> {
    let word = text(detail, "state")?;
    let retry_in = millis(detail, "retryInMs");
    Some(ConnectionStatus {
        state: STATES.into_iter().find(|state| state.as_str() == word)?,
        reason: text(detail, "reason"),
        attempt: count(detail, "attempt").unwrap_or_default(),
        retry_in,
        retry_at: retry_in.map(|wait| now().mono + wait),
    })
}

fn author(detail: &JsValue) -> Option<Author> {
    let name = text(detail, "name");
    Some(match text(detail, "author")?.as_str() {
        "visitor" => Author::Visitor,
        "bot" => Author::Bot { name },
        "agent" => Author::Agent {
            id: None,
            name,
            avatar: None,
        },
        _ => Author::System,
    })
}

fn agent_change(word: &str) -> AgentChange {
    let changes = [AgentChange::Assigned, AgentChange::Transferred, AgentChange::Left];
    let known = changes.into_iter().find(|change| change.as_str() == word);
    known.unwrap_or(AgentChange::Changed)
}

/// The client has the message already, as the leader keeps it.
fn message(detail: &JsValue, client: &Client) -> Option<Message> {
    let (local_id, id) = (text(detail, "localId"), text(detail, "id"));
    let is_meant = |message: &&Message| match (&local_id, &message.local_id) {
        (Some(meant), Some(known)) => known.to_string() == *meant,
        (None, _) => id.is_some() && message.server_id.as_ref().map(|id| &id.0) == id.as_ref(),
        _ => false,
    };
    client.messages().rev().find(is_meant).cloned()
}

fn truth(detail: &JsValue, name: &str) -> bool {
    property(detail, name).is_some_and(|value| value.is_truthy())
}

/// A number that the leader wrote: never negative, and far below 2^32.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn count(detail: &JsValue, name: &str) -> Option<u32> {
    let number: Number = property(detail, name)?.dyn_into().ok()?;
    Some(number.value_of() as u32)
}

fn millis(detail: &JsValue, name: &str) -> Option<Duration> {
    count(detail, name).map(|millis| Duration::from_millis(millis.into()))
}
