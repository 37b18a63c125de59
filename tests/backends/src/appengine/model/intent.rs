//! What customers' clients emit, in either vocabulary.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{
    dialect::Dialect,
    message::{FileInfo, MessageStatus},
    queue::Wish,
};

/// The page a customer is on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Page {
    /// Its address.
    pub url: String,
    /// Where the customer came from.
    pub referrer: String,
    /// Its title.
    pub title: String,
}

/// Whether somebody types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Typing {
    Active,
    Idle,
}

/// A message on its way in.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Draft {
    pub(crate) chat_id: Option<String>,
    pub(crate) client_id: Option<String>,
    pub(crate) content: Value,
    pub(crate) files: Vec<FileInfo>,
}

/// What a customer wants.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Intent {
    Send(Draft),
    History {
        chat_id: Option<String>,
    },
    Join {
        chat_id: String,
    },
    Typing(Typing),
    Receipt {
        id: String,
        status: MessageStatus,
    },
    RequestAgent(Wish),
    Context(Page),
    Close {
        transcript_to: Option<Transcript>,
    },
    PeerMessage {
        to: String,
        content: Value,
        files: Vec<FileInfo>,
    },
    PeerStatus {
        to: String,
        status: String,
        message: String,
    },
}

/// A copy of the conversation that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Transcript {
    /// Left out: the customer's own address.
    pub(crate) email: Option<String>,
}

/// Why an event says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unheard {
    /// Nobody listens to that name: no answer, as with any Socket.IO server.
    UnknownName,
    /// The payload cannot be read.
    Malformed,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SendBody {
    chat_id: Option<String>,
    message_id: Option<String>,
    #[serde(default)]
    message: Value,
    #[serde(default)]
    content: Value,
    #[serde(default)]
    files: Vec<FileInfo>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ChatBody {
    chat_id: Option<String>,
}

#[derive(Deserialize)]
struct StatusBody {
    status: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReceiptBody {
    #[serde(alias = "messageId")]
    uid: String,
    status: MessageStatus,
}

/// What `request-agent` and the queue's REST call take.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct WishBody {
    queue: Option<String>,
    skill: Option<String>,
    priority: Option<i64>,
    context: Value,
}

impl From<WishBody> for Wish {
    fn from(body: WishBody) -> Self {
        Self {
            queue: body.queue,
            skill: body.skill,
            priority: body.priority.unwrap_or_default(),
            context: body.context,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CloseBody {
    #[serde(default)]
    send_transcript: bool,
    transcript_email: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PeerBody {
    to: String,
    #[serde(default)]
    content: Value,
    #[serde(default)]
    files: Vec<FileInfo>,
    #[serde(default)]
    status_type: String,
    #[serde(default)]
    message: String,
}

fn body<T: DeserializeOwned>(payload: &Value) -> Result<T, Unheard> {
    T::deserialize(payload).map_err(|_| Unheard::Malformed)
}

impl Intent {
    /// Reads the event `name`; names of the other vocabulary are unknown, but for those that only one has.
    pub(crate) fn read(dialect: Dialect, name: &str, payload: &Value) -> Result<Self, Unheard> {
        match (dialect, name) {
            (Dialect::Gateway, "chat-message") | (Dialect::Seed, "message") => send(payload),
            (Dialect::Gateway, "chat-history") => Ok(Self::History {
                chat_id: body::<ChatBody>(payload)?.chat_id,
            }),
            (Dialect::Gateway, "join-chat") => {
                let chat_id = body::<ChatBody>(payload)?.chat_id.ok_or(Unheard::Malformed)?;
                Ok(Self::Join { chat_id })
            }
            (Dialect::Gateway, "shareStatus") => typing(payload),
            (Dialect::Gateway, "close-chat") => close(payload),
            (Dialect::Gateway, "updateMessageStatus") | (Dialect::Seed, "message-status") => receipt(payload),
            (Dialect::Seed, "typing") => Ok(Self::Typing(Typing::Active)),
            (Dialect::Seed, "stop-typing") => Ok(Self::Typing(Typing::Idle)),
            (_, "request-agent") => Ok(Self::RequestAgent(body::<WishBody>(payload)?.into())),
            (_, "update-context") => Ok(Self::Context(body(payload)?)),
            (_, "peer-message") => {
                let peer: PeerBody = body(payload)?;
                Ok(Self::PeerMessage {
                    to: peer.to,
                    content: peer.content,
                    files: peer.files,
                })
            }
            (_, "peer-status") => {
                let peer: PeerBody = body(payload)?;
                Ok(Self::PeerStatus {
                    to: peer.to,
                    status: peer.status_type,
                    message: peer.message,
                })
            }
            _ => Err(Unheard::UnknownName),
        }
    }

    /// Whether `name` is printed for the other vocabulary alone, though a client emits it in both.
    pub(crate) fn is_borrowed(dialect: Dialect, name: &str) -> bool {
        dialect == Dialect::Gateway
            && matches!(
                name,
                "request-agent" | "update-context" | "peer-message" | "peer-status"
            )
    }
}

/// Reads a message as either vocabulary writes it, or as the REST calls do.
pub(crate) fn draft(payload: &Value) -> Result<Draft, Unheard> {
    let send: SendBody = body(payload)?;
    let content = if send.message.is_null() {
        send.content
    } else {
        send.message
    };
    let content = match content {
        Value::Null => Value::String(String::new()),
        content @ (Value::String(_) | Value::Object(_)) => content,
        _ => return Err(Unheard::Malformed),
    };
    Ok(Draft {
        chat_id: send.chat_id,
        client_id: send.message_id.filter(|id| !id.is_empty()),
        content,
        files: send.files,
    })
}

fn send(payload: &Value) -> Result<Intent, Unheard> {
    draft(payload).map(Intent::Send)
}

fn typing(payload: &Value) -> Result<Intent, Unheard> {
    match body::<StatusBody>(payload)?.status.as_str() {
        "typing" => Ok(Intent::Typing(Typing::Active)),
        "idle" | "stop" => Ok(Intent::Typing(Typing::Idle)),
        _ => Err(Unheard::Malformed),
    }
}

fn receipt(payload: &Value) -> Result<Intent, Unheard> {
    let receipt: ReceiptBody = body(payload)?;
    match receipt.status {
        MessageStatus::Delivered | MessageStatus::Read => Ok(Intent::Receipt {
            id: receipt.uid,
            status: receipt.status,
        }),
        MessageStatus::Pending | MessageStatus::Sent => Err(Unheard::Malformed),
    }
}

fn close(payload: &Value) -> Result<Intent, Unheard> {
    let close: CloseBody = body(payload)?;
    Ok(Intent::Close {
        transcript_to: close.send_transcript.then_some(Transcript {
            email: close.transcript_email,
        }),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_vocabulary_has_its_own_words() {
        let sent = json!({ "message": "Hi", "chatId": "c", "messageId": "1" });
        assert!(matches!(
            Intent::read(Dialect::Gateway, "chat-message", &sent),
            Ok(Intent::Send(draft)) if draft.content == "Hi"
        ));
        assert_eq!(
            Intent::read(Dialect::Seed, "chat-message", &sent),
            Err(Unheard::UnknownName)
        );
        let sent = json!({ "content": "Hi", "chatId": "c", "type": "user", "sentTime": 1, "messageId": "1" });
        assert!(matches!(
            Intent::read(Dialect::Seed, "message", &sent),
            Ok(Intent::Send(draft)) if draft.client_id.as_deref() == Some("1")
        ));
        let status = json!({ "from": "a", "to": "b", "status": "idle", "type": "idle" });
        assert_eq!(
            Intent::read(Dialect::Gateway, "shareStatus", &status),
            Ok(Intent::Typing(Typing::Idle))
        );
        assert_eq!(
            Intent::read(Dialect::Gateway, "authenticate", &json!({})),
            Err(Unheard::UnknownName)
        );
    }

    #[test]
    fn what_cannot_be_read_is_told_apart() {
        for (name, payload) in [
            ("chat-message", json!("Hi")),
            ("chat-message", json!({ "message": 7 })),
            ("join-chat", json!({})),
            ("updateMessageStatus", json!({ "uid": "1", "status": "sent" })),
            ("shareStatus", json!({ "status": "dancing" })),
        ] {
            assert_eq!(
                Intent::read(Dialect::Gateway, name, &payload),
                Err(Unheard::Malformed),
                "{name}"
            );
        }
    }
}
