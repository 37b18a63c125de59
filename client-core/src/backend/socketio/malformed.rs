//! What a server can get wrong so badly that the connection must end.

use std::fmt;

/// Why something that arrived is no packet, or no packet that may come now. The text itself may hold secrets, so it is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Malformed {
    /// An Engine.IO packet starts with none of the seven types.
    EngineType,
    /// The handshake is missing, comes twice, or is no object with a `sid`.
    Handshake,
    /// A binary packet of a payload is no base64.
    Base64,
    /// A Socket.IO packet starts with none of the seven types.
    Type,
    /// The count of attachments is missing, no number, or above [`MOST_ATTACHMENTS`](super::MOST_ATTACHMENTS).
    Attachments,
    /// The id of an acknowledgement is missing or too large.
    AckId,
    /// The payload is no JSON.
    Json,
    /// The payload is JSON that this type of packet cannot have.
    Payload,
    /// An event has no name, or one that is reserved.
    EventName,
    /// A text came where an attachment was due, or an attachment where none was.
    OutOfStep,
    /// The payload refers to an attachment that did not come.
    Placeholder,
}

impl Malformed {
    /// What is wrong, in words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EngineType => "an unknown type of Engine.IO packet",
            Self::Handshake => "a handshake that is none",
            Self::Base64 => "a binary packet that is no base64",
            Self::Type => "an unknown type of Socket.IO packet",
            Self::Attachments => "an impossible count of attachments",
            Self::AckId => "an impossible acknowledgement id",
            Self::Json => "a payload that is no JSON",
            Self::Payload => "a payload that its packet cannot have",
            Self::EventName => "an event without a usable name",
            Self::OutOfStep => "a text instead of an attachment, or the other way round",
            Self::Placeholder => "a reference to an attachment that did not come",
        }
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
