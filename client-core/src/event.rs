//! What the application hears.

use std::time::Duration;

use crate::error::Error;
use crate::ids::{FileId, LocalId, ServerId};
use crate::message::{Author, Delivery, Message, RegistrationForm, WidgetConfig};
use crate::time::Instant;

/// The connection as the application sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ConnectionState {
    /// Created; nothing was asked for yet.
    Idle,
    /// Getting a session, a token or a socket.
    Connecting,
    /// Messages flow.
    Live,
    /// Waiting for the next attempt.
    Backoff,
    /// Waiting for an event: the network, the page, the visitor.
    Paused,
    /// Two minutes without a connection; trying twice a minute. Messages will be sent later.
    Suspended,
    /// Nothing more happens until the application corrects something.
    Failed,
    /// Stopped by the application.
    Closed,
}

impl ConnectionState {
    /// The word used in JSON output and in JavaScript.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Connecting => "connecting",
            Self::Live => "live",
            Self::Backoff => "backoff",
            Self::Paused => "paused",
            Self::Suspended => "suspended",
            Self::Failed => "failed",
            Self::Closed => "closed",
        }
    }
}

/// The connection's state with what a person wants to know beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionStatus {
    /// The state.
    pub state: ConnectionState,
    /// Why it is not live, in words.
    pub reason: Option<String>,
    /// Failed attempts since it was last live.
    pub attempt: u32,
    /// How long until the next attempt, counted from the event.
    pub retry_in: Option<Duration>,
    /// The moment of the next attempt on the driver's monotonic clock, for a countdown.
    pub retry_at: Option<Instant>,
}

/// What happened to the visitor's session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SessionChange {
    /// The first one of this visitor.
    Created,
    /// A stored one goes on.
    Resumed,
    /// Its token was renewed.
    Refreshed,
    /// The server lost it; a new conversation began. The old transcript stays.
    Replaced,
    /// It is now linked to a user of the site.
    Identified,
}

impl SessionChange {
    /// The word used in JSON output and in JavaScript.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Resumed => "resumed",
            Self::Refreshed => "refreshed",
            Self::Replaced => "replaced",
            Self::Identified => "identified",
        }
    }
}

/// What happened to the person on the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AgentChange {
    /// Took the conversation.
    Assigned,
    /// Handed it to somebody else.
    Transferred,
    /// Its name or picture changed.
    Changed,
    /// Left the conversation.
    Left,
}

impl AgentChange {
    /// The word used in JSON output and in JavaScript.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Assigned => "assigned",
            Self::Transferred => "transferred",
            Self::Changed => "changed",
            Self::Left => "left",
        }
    }
}

/// A step of an answer that arrives piece by piece.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StreamStep {
    /// The answer begins.
    Start,
    /// More text.
    Chunk {
        /// What is new.
        text: String,
    },
    /// The answerer looks something up or does something.
    ToolUse {
        /// The tool's name.
        tool: String,
        /// What for, in at most 200 characters.
        summary: Option<String>,
    },
    /// The tool is done.
    ToolResult {
        /// The tool's name.
        tool: String,
        /// What came of it, in at most 200 characters.
        summary: Option<String>,
    },
    /// The answer is complete; one [`Event::Message`] with this stream's id follows unless it was empty.
    End {
        /// The whole text.
        text: String,
    },
    /// The answer broke off, by the server's word.
    Error {
        /// The server's words.
        message: String,
    },
    /// The answer broke off because the connection did.
    Interrupted,
}

/// Something that the application may want to show, log or answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// The connection's state changed.
    Connection(ConnectionStatus),
    /// The session changed.
    Session {
        /// How.
        change: SessionChange,
        /// The back end's id of the session, when it has told one.
        id: Option<String>,
    },
    /// The widget's public settings arrived or changed.
    Config(WidgetConfig),
    /// A message is new in the log, or its text was replaced.
    Message {
        /// The message.
        message: Message,
        /// It came with the history, not live.
        history: bool,
        /// It was known before, with another text.
        replaces: bool,
    },
    /// A message of the visitor moved on.
    MessageStatus {
        /// This client's id of it.
        local_id: LocalId,
        /// The back end's id, once known.
        server_id: Option<ServerId>,
        /// How far it has come.
        status: Delivery,
        /// Why, when it did not go well.
        reason: Option<String>,
    },
    /// A message was removed from the log at the visitor's wish.
    MessageDiscarded {
        /// This client's id of it.
        local_id: LocalId,
    },
    /// The other side began or stopped typing. A stop also comes by itself after eight seconds.
    Typing {
        /// Who.
        author: Author,
        /// Typing now.
        on: bool,
    },
    /// The number of unread messages changed.
    Unread(u32),
    /// An answer arrives piece by piece.
    Stream {
        /// Which.
        id: String,
        /// What came.
        step: StreamStep,
    },
    /// The person on the other side changed.
    Agent {
        /// How.
        change: AgentChange,
        /// The back end's id of the person.
        id: Option<String>,
        /// Display name.
        name: Option<String>,
    },
    /// Somebody's presence, or with no id the whole desk's.
    Presence {
        /// Whose.
        id: Option<String>,
        /// `online`, `away`, `busy`, `offline` or the server's word.
        status: String,
    },
    /// The conversation's status line.
    Status {
        /// The server's word.
        value: String,
        /// Why, when said.
        reason: Option<String>,
    },
    /// The other side removed a message; it is gone from the log, too.
    MessageRemoved {
        /// The back end's id of it.
        server_id: ServerId,
    },
    /// The visitor's place in the queue for a person.
    Queue {
        /// One is next.
        position: Option<u32>,
        /// How many are before.
        ahead: Option<u32>,
        /// How long it may take.
        wait: Option<Duration>,
    },
    /// The site draws the visitor's attention to something. Told once for each id.
    Engage {
        /// The back end's id of it.
        id: String,
        /// What it says.
        text: String,
        /// Where it leads.
        url: Option<String>,
    },
    /// A broadcast begins or ends.
    Broadcast {
        /// The back end's id of it.
        id: String,
        /// Running now.
        on: bool,
        /// Where it is.
        url: Option<String>,
        /// What it is called.
        title: Option<String>,
    },
    /// There is no session yet: the visitor has to fill a form in, see [`crate::Command::Register`].
    Registration(RegistrationForm),
    /// A file of a message is on its way.
    Upload {
        /// The message.
        local_id: LocalId,
        /// The file.
        file: FileId,
        /// Bytes that have left.
        sent: u64,
        /// Bytes in all.
        total: u64,
    },
    /// A command whose outcome shows nowhere else was carried out.
    Command {
        /// Its name, such as `close-chat`.
        name: &'static str,
        /// Done, or refused; then an [`Event::Error`] says why.
        ok: bool,
    },
    /// Messages between these two may be missing: the server could not fill the gap.
    Gap {
        /// The last one known before; none when nothing was known.
        from: Option<ServerId>,
        /// The first one known after.
        to: Option<ServerId>,
    },
    /// Something went wrong that the application should know.
    Error(Error),
}
