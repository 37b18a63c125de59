//! What can go wrong, by cause; each says what to do next.

use std::fmt;
use std::time::Duration;

/// An error by cause. What is worth trying again is tried again by the machine itself; what arrives here is for the application.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// An option, key, origin or tenant is wrong. Correct it and start again.
    Configuration {
        /// Which one, and what was expected.
        message: String,
        /// The HTTP status or close code that said so.
        status: Option<u16>,
    },
    /// The server refused this one thing; the conversation goes on.
    Refused {
        /// The server's words.
        message: String,
        /// The HTTP status, when there is one.
        status: Option<u16>,
        /// When the server wants to be asked again.
        retry_after: Option<Duration>,
    },
    /// The visitor's session or token is no longer accepted and could not be renewed.
    Session {
        /// What was tried.
        message: String,
        /// The HTTP status or close code.
        status: Option<u16>,
    },
    /// The network or the server did not answer. The machine keeps trying.
    Network {
        /// What was seen.
        message: String,
    },
    /// The other side does not speak the protocol: check the base URL.
    Protocol {
        /// What was received.
        message: String,
    },
    /// The store could not be read or written; messages are only in memory.
    Storage {
        /// The store's words.
        message: String,
    },
    /// The send queue has no room. Wait for acknowledgements and send again.
    QueueFull {
        /// Messages that fit.
        messages: usize,
        /// Bytes of text that fit.
        bytes: usize,
    },
    /// This back end cannot do it.
    Unsupported {
        /// What was asked, by its capability's name.
        what: &'static str,
        /// The back end's name.
        backend: &'static str,
    },
    /// The text is longer than the back end takes. Split it.
    TooLarge {
        /// Characters given.
        length: usize,
        /// Characters allowed.
        limit: usize,
    },
}

/// The cause alone, as it is named in JSON output and in JavaScript.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// See [`Error::Configuration`].
    Configuration,
    /// See [`Error::Refused`].
    Refused,
    /// See [`Error::Session`].
    Session,
    /// See [`Error::Network`].
    Network,
    /// See [`Error::Protocol`].
    Protocol,
    /// See [`Error::Storage`].
    Storage,
    /// See [`Error::QueueFull`].
    QueueFull,
    /// See [`Error::Unsupported`].
    Unsupported,
    /// See [`Error::TooLarge`].
    TooLarge,
}

impl ErrorKind {
    /// The word: `configuration`, `refused`, `session`, `network`, `protocol`, `storage`, `queue-full`, `unsupported` or `too-large`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Refused => "refused",
            Self::Session => "session",
            Self::Network => "network",
            Self::Protocol => "protocol",
            Self::Storage => "storage",
            Self::QueueFull => "queue-full",
            Self::Unsupported => "unsupported",
            Self::TooLarge => "too-large",
        }
    }
}

impl Error {
    /// An error of configuration without a status: found before anything was sent.
    pub(crate) fn option(message: impl Into<String>) -> Self {
        Self::Configuration {
            message: message.into(),
            status: None,
        }
    }

    /// The cause.
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::Configuration { .. } => ErrorKind::Configuration,
            Self::Refused { .. } => ErrorKind::Refused,
            Self::Session { .. } => ErrorKind::Session,
            Self::Network { .. } => ErrorKind::Network,
            Self::Protocol { .. } => ErrorKind::Protocol,
            Self::Storage { .. } => ErrorKind::Storage,
            Self::QueueFull { .. } => ErrorKind::QueueFull,
            Self::Unsupported { .. } => ErrorKind::Unsupported,
            Self::TooLarge { .. } => ErrorKind::TooLarge,
        }
    }

    /// The HTTP status or close code behind it.
    pub const fn status(&self) -> Option<u16> {
        match self {
            Self::Configuration { status, .. } | Self::Refused { status, .. } | Self::Session { status, .. } => *status,
            _ => None,
        }
    }

    /// How long the server asked to wait.
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// Whether nothing will change until the application does something.
    pub const fn needs_app(&self) -> bool {
        !matches!(self, Self::Network { .. } | Self::Storage { .. })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Configuration { message, .. }
            | Self::Refused { message, .. }
            | Self::Session { message, .. }
            | Self::Network { message }
            | Self::Protocol { message } => f.write_str(message),
            Self::Storage { message } => {
                write!(f, "the store failed ({message}); messages are kept in memory only")
            }
            Self::QueueFull { messages, bytes } => {
                write!(
                    f,
                    "the send queue is full ({messages} messages or {bytes} bytes); wait until some are acknowledged"
                )
            }
            Self::Unsupported { what, backend } => write!(f, "{backend} has no {what}"),
            Self::TooLarge { length, limit } => {
                write!(f, "the message has {length} characters, {limit} are allowed; split it")
            }
        }
    }
}

impl std::error::Error for Error {}
