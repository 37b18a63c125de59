//! The normal form of what arrives: what frames and answers mean, whoever sent them.

use std::time::Duration;

use crate::error::Error;
use crate::event::AgentChange;
use crate::ids::{LocalId, ServerId};
use crate::message::{Attachment, Author, WidgetConfig};
use crate::secret::Secret;
use crate::time::UnixMillis;

/// A session's token as the back end granted it.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    pub(crate) session_id: Option<String>,
    pub(crate) token: Secret,
    /// How long it is good from now on, by the server's own times.
    pub(crate) lifetime: Duration,
    pub(crate) config: Option<WidgetConfig>,
}

/// What an HTTP answer means.
#[derive(Clone, Debug)]
pub(crate) enum Reply<T> {
    Done(T),
    /// Not now: 429, 503, any 5xx.
    Later {
        message: String,
        status: u16,
        wait: Option<Duration>,
    },
    /// 401, 403, 404, 410: the session, token, key or origin is not accepted.
    Rejected {
        message: String,
        status: u16,
    },
    /// Any other refusal: asking again would not help.
    Wrong {
        message: String,
        status: u16,
    },
    /// A success that is not the protocol's.
    Unreadable {
        message: String,
    },
}

impl<T> Reply<T> {
    /// The reply as an error of this one call, for whoever made it by hand.
    pub(crate) fn into_result(self) -> Result<T, Error> {
        match self {
            Self::Done(value) => Ok(value),
            Self::Later { message, status, wait } => Err(Error::Refused {
                message,
                status: Some(status),
                retry_after: wait,
            }),
            Self::Rejected { message, status } | Self::Wrong { message, status } => Err(Error::Configuration {
                message,
                status: Some(status),
            }),
            Self::Unreadable { message } => Err(Error::Protocol { message }),
        }
    }
}

/// A message on its way into the log.
#[derive(Clone, Debug)]
pub(crate) struct Incoming {
    pub(crate) local_id: Option<LocalId>,
    pub(crate) server_id: Option<ServerId>,
    pub(crate) author: Author,
    pub(crate) text: String,
    pub(crate) at: Option<UnixMillis>,
    pub(crate) attachments: Vec<Attachment>,
    /// Answers that are offered.
    pub(crate) choices: Vec<String>,
}

/// What a greeting says about the conversation so far.
#[derive(Clone, Debug, Default)]
pub(crate) enum Earlier {
    /// Nothing: whoever was connected before may have missed something.
    #[default]
    NotTold,
    /// All of it, oldest first.
    Replayed(Vec<Incoming>),
    /// The line goes on where the former one broke; nothing was missed.
    Unbroken,
}

/// The greeting that makes a connection live.
#[derive(Clone, Debug, Default)]
pub(crate) struct Welcome {
    pub(crate) session_id: Option<String>,
    pub(crate) config: Option<WidgetConfig>,
    pub(crate) history: Earlier,
    /// The name of the person who has the conversation.
    pub(crate) agent: Option<String>,
    pub(crate) status: Option<String>,
}

/// What a frame means.
#[derive(Clone, Debug)]
pub(crate) enum Signal {
    Welcome(Welcome),
    Acknowledged {
        local_id: LocalId,
        server_id: Option<ServerId>,
        at: Option<UnixMillis>,
    },
    Message(Incoming),
    Typing {
        author: Author,
        on: bool,
    },
    /// A sign of life, perhaps with the id of the conversation's newest message.
    Alive {
        position: Option<ServerId>,
    },
    /// Not now.
    Throttled {
        local_id: Option<LocalId>,
        message: String,
        wait: Option<Duration>,
    },
    /// Never, as it is.
    Refused {
        local_id: Option<LocalId>,
        message: String,
    },
    Agent {
        change: AgentChange,
        id: Option<String>,
        name: Option<String>,
    },
    Presence {
        id: Option<String>,
        status: String,
    },
    Status {
        value: String,
        reason: Option<String>,
    },
    /// Not in the protocol as we know it: counted and ignored.
    Unknown,
}
