//! The frames of the visitor's socket, both ways.

use std::{borrow::Cow, sync::Arc};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    conversation::Status,
    message::{Message, Role},
};

/// Whether somebody began or stopped typing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TypingState {
    /// Began, or goes on.
    Start,
    /// Stopped.
    Stop,
}

/// What a visitor sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VisitorFrame {
    /// A message.
    Msg {
        /// The visitor's own id of it, reused when it is sent again.
        client_msg_id: String,
        /// The text, unchecked.
        content: String,
    },
    /// The visitor types.
    Typing(TypingState),
    /// Is anybody there?
    Ping,
}

/// Why a frame could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameError {
    /// The `code` of the error frame.
    pub code: &'static str,
    /// What a person reads.
    pub message: String,
    /// The visitor's id of the message, where it could be read.
    pub client_msg_id: Option<String>,
}

#[derive(Deserialize)]
struct RawFrame<'f> {
    #[serde(rename = "type", borrow, default)]
    kind: Cow<'f, str>,
    #[serde(default)]
    client_msg_id: Option<String>,
    #[serde(default)]
    content: Option<String>,
    #[serde(default)]
    state: Option<TypingState>,
}

/// The longest `client_msg_id` that is taken, in bytes.
pub const MAX_CLIENT_ID_BYTES: usize = 128;

impl VisitorFrame {
    /// Reads one text frame.
    ///
    /// # Errors
    /// When it is not JSON, of no known type, or lacks a field.
    pub fn parse(text: &str) -> Result<Self, FrameError> {
        let unreadable = || FrameError::new("invalid_frame", "The frame cannot be read.");
        // A list would be read as the fields in order.
        if !text.trim_start().starts_with('{') {
            return Err(unreadable());
        }
        let raw: RawFrame<'_> = serde_json::from_str(text).map_err(|_| unreadable())?;
        match raw.kind.as_ref() {
            "msg" => parse_msg(raw.client_msg_id, raw.content),
            "typing" => match raw.state {
                Some(state) => Ok(Self::Typing(state)),
                None => Err(FrameError::new("invalid_frame", "typing needs state start or stop.")),
            },
            "ping" => Ok(Self::Ping),
            _ => Err(FrameError::new("unknown_type", "The frame's type is not known.")),
        }
    }
}

fn parse_msg(client_msg_id: Option<String>, content: Option<String>) -> Result<VisitorFrame, FrameError> {
    let Some(client_msg_id) = client_msg_id.filter(|id| !id.is_empty() && id.len() <= MAX_CLIENT_ID_BYTES) else {
        return Err(FrameError::new(
            "invalid_frame",
            "msg needs a client_msg_id of 1 to 128 bytes.",
        ));
    };
    let Some(content) = content else {
        let missing = FrameError::new("invalid_content", "msg needs content.");
        return Err(FrameError {
            client_msg_id: Some(client_msg_id),
            ..missing
        });
    };
    Ok(VisitorFrame::Msg { client_msg_id, content })
}

impl FrameError {
    fn new(code: &'static str, message: &str) -> Self {
        Self {
            code,
            message: message.to_owned(),
            client_msg_id: None,
        }
    }
}

/// What the relay sends to a visitor; [`to_json`](Self::to_json) gives the wire's text.
#[derive(Debug, Clone)]
pub enum ServerFrame {
    /// The first frame of a socket.
    Welcome(Box<Welcome>),
    /// A message was taken.
    Ack {
        /// The visitor's id of it.
        client_msg_id: String,
        /// The message as stored.
        message: Arc<Message>,
    },
    /// A message.
    Msg(Arc<Message>),
    /// The other side types.
    Typing {
        /// Began or stopped.
        state: TypingState,
        /// Who.
        role: Role,
        /// Under which name.
        name: Option<String>,
    },
    /// Answer to a ping.
    Pong {
        /// Id of the newest message of the conversation.
        last_message_id: Option<String>,
    },
    /// A frame was refused.
    Error {
        /// Why, for programs.
        code: &'static str,
        /// Why, for people.
        message: String,
        /// Which message, if it was one.
        client_msg_id: Option<String>,
        /// Seconds to wait before it is worth another try.
        retry_after: Option<u64>,
    },
    /// A person took the conversation.
    AgentAssigned {
        /// The person's name.
        display_name: String,
    },
    /// The person handed it back.
    AgentReleased,
    /// The conversation was ended.
    ConversationClosed,
    /// The tenant's people came or went.
    Presence {
        /// Whether somebody is there.
        is_online: bool,
    },
}

/// The content of the first frame.
#[derive(Debug, Clone)]
pub struct Welcome {
    /// Session id.
    pub session_id: String,
    /// Widget configuration.
    pub widget_config: Value,
    /// Whether the conversation goes on.
    pub status: Status,
    /// Name of the person in charge.
    pub agent: Option<String>,
    /// The newest messages, oldest first; `None` leaves the field out.
    pub messages: Option<Vec<Arc<Message>>>,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Wire<'a> {
    Welcome {
        session_id: &'a str,
        conversation_id: &'a str,
        widget_config: &'a Value,
        status: Status,
        #[serde(skip_serializing_if = "Option::is_none")]
        agent: Option<AgentView<'a>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        messages: Option<Vec<MessageView<'a>>>,
    },
    Ack {
        client_msg_id: &'a str,
        message_id: &'a str,
        created_at: String,
    },
    Msg(MessageView<'a>),
    Typing {
        state: TypingState,
        role: Role,
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<&'a str>,
    },
    Pong {
        last_message_id: Option<&'a str>,
    },
    Error {
        code: &'a str,
        message: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        client_msg_id: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        retry_after: Option<u64>,
    },
    AgentAssigned {
        agent: AgentView<'a>,
    },
    AgentReleased,
    ConversationClosed,
    Presence {
        is_online: bool,
    },
}

#[derive(Serialize)]
struct AgentView<'a> {
    display_name: &'a str,
}

#[derive(Serialize)]
struct MessageView<'a> {
    id: &'a str,
    role: Role,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    content: &'a str,
    created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_msg_id: Option<&'a str>,
}

impl<'a> From<&'a Message> for MessageView<'a> {
    fn from(message: &'a Message) -> Self {
        Self {
            id: &message.id,
            role: message.role,
            name: message.name.as_deref(),
            content: &message.text,
            created_at: message.created_at.rfc3339(),
            client_msg_id: message.client_msg_id.as_deref(),
        }
    }
}

impl ServerFrame {
    /// The frame as the wire has it.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Strings, numbers and values that were JSON before: writing them cannot fail.
        serde_json::to_string(&self.wire()).unwrap_or_default()
    }

    fn wire(&self) -> Wire<'_> {
        match self {
            Self::Welcome(welcome) => Wire::Welcome {
                session_id: &welcome.session_id,
                conversation_id: &welcome.session_id,
                widget_config: &welcome.widget_config,
                status: welcome.status,
                agent: welcome.agent.as_deref().map(|display_name| AgentView { display_name }),
                messages: welcome
                    .messages
                    .as_ref()
                    .map(|all| all.iter().map(|one| (&**one).into()).collect()),
            },
            Self::Ack { client_msg_id, message } => Wire::Ack {
                client_msg_id,
                message_id: &message.id,
                created_at: message.created_at.rfc3339(),
            },
            Self::Msg(message) => Wire::Msg((&**message).into()),
            Self::Typing { state, role, name } => Wire::Typing {
                state: *state,
                role: *role,
                name: name.as_deref(),
            },
            Self::Pong { last_message_id } => Wire::Pong {
                last_message_id: last_message_id.as_deref(),
            },
            Self::Error {
                code,
                message,
                client_msg_id,
                retry_after,
            } => Wire::Error {
                code,
                message,
                client_msg_id: client_msg_id.as_deref(),
                retry_after: *retry_after,
            },
            Self::AgentAssigned { display_name } => Wire::AgentAssigned {
                agent: AgentView { display_name },
            },
            Self::AgentReleased => Wire::AgentReleased,
            Self::ConversationClosed => Wire::ConversationClosed,
            Self::Presence { is_online } => Wire::Presence { is_online: *is_online },
        }
    }
}

impl From<FrameError> for ServerFrame {
    fn from(error: FrameError) -> Self {
        Self::Error {
            code: error.code,
            message: error.message,
            client_msg_id: error.client_msg_id,
            retry_after: None,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::*;
    use crate::model::UnixMillis;

    fn code(text: &str) -> &'static str {
        VisitorFrame::parse(text).unwrap_err().code
    }

    #[test]
    fn reads_the_three_frames() {
        let msg = VisitorFrame::parse(r#"{"type":"msg","client_msg_id":"c1","content":"a\"b","more":1}"#);
        assert_eq!(
            msg,
            Ok(VisitorFrame::Msg {
                client_msg_id: "c1".to_owned(),
                content: "a\"b".to_owned()
            })
        );
        let typing = VisitorFrame::parse(r#"{"type":"typing","state":"start"}"#);
        assert_eq!(typing, Ok(VisitorFrame::Typing(TypingState::Start)));
        assert_eq!(VisitorFrame::parse(r#"{"type":"ping"}"#), Ok(VisitorFrame::Ping));
    }

    #[test]
    fn refuses_what_it_cannot_read() {
        assert_eq!(code("{"), "invalid_frame");
        assert_eq!(code("[]"), "invalid_frame");
        assert_eq!(code(r#"{"type":"typing","state":"maybe"}"#), "invalid_frame");
        assert_eq!(code(r#"{"type":"typing"}"#), "invalid_frame");
        assert_eq!(code(r#"{"type":"msg","content":"x"}"#), "invalid_frame");
        assert_eq!(code(r#"{"type":"dance"}"#), "unknown_type");
        assert_eq!(code("{}"), "unknown_type");
        let error = VisitorFrame::parse(r#"{"type":"msg","client_msg_id":"c1"}"#).unwrap_err();
        assert_eq!(
            (error.code, error.client_msg_id.as_deref()),
            ("invalid_content", Some("c1"))
        );
    }

    #[test]
    fn writes_a_message() {
        let message = Message {
            id: "66f1".to_owned(),
            role: Role::Bot,
            name: Some("Iris".to_owned()),
            text: "Let me check.".to_owned(),
            created_at: UnixMillis(1_782_036_062_000),
            client_msg_id: None,
        };
        let json: Value = serde_json::from_str(&ServerFrame::Msg(Arc::new(message)).to_json()).unwrap();
        assert_eq!(
            json,
            json!({
                "type": "msg", "id": "66f1", "role": "bot", "content": "Let me check.",
                "name": "Iris", "created_at": "2026-06-21T10:01:02.000Z",
            })
        );
    }

    #[test]
    fn writes_a_pong_of_an_empty_conversation() {
        assert_eq!(
            ServerFrame::Pong { last_message_id: None }.to_json(),
            r#"{"type":"pong","last_message_id":null}"#
        );
    }
}
