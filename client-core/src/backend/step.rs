//! What a back end with a state of its own wants done, one step after the other.

use std::time::Duration;

use crate::error::Error;
use crate::event::Event;
use crate::http::{HttpRequest, UploadRequest};
use crate::ids::{LocalId, ServerId};
use crate::message::{Attachment, Delivery};
use crate::url::Url;

use super::{Grant, Incoming, Signal};

/// Names a call of the back end's own towards the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Chore(pub(crate) u32);

/// A piece of an answer that arrives bit by bit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Start,
    Text(String),
    ToolUse {
        tool: String,
        summary: Option<String>,
    },
    ToolResult {
        tool: String,
        summary: Option<String>,
    },
    End {
        stored_id: Option<String>,
        whole: Option<String>,
    },
    Failed(String),
    Interrupted,
}

/// How a new line is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Dial {
    /// By a socket to this address.
    Socket(Url),
    /// By calls that the back end makes itself.
    Calls,
}

/// Why the line is of no use any more, though its socket may be open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LineEnd {
    /// What arrived made no sense, or the transport's session was ended.
    Broken(String),
    /// The server asks to be left alone for this long.
    Later(Duration),
    /// Nothing was heard for too long.
    Silent,
    /// Dial again at once, in another way.
    Redial,
    TokenRefused,
    Refused(String),
    /// Put out by the server: coming back by itself is not wanted.
    Dismissed,
    /// A call failed; the next one is made after a while.
    Failing(String),
    /// A whole answer is not the protocol's, and asking again would do harm.
    Senseless(String),
}

/// What became of a message that was to go out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outgoing {
    /// This frame goes on the line.
    Frame(String),
    /// A call carries it.
    Called,
    /// The line has just proved dead, or is busy.
    Nothing,
}

/// What happens on a socket beside the line, which says that there is news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bell<'text> {
    Opened,
    Text(&'text str),
    Binary,
    Closed(u16),
}

/// One thing to do.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Signal(Signal),
    Event(Event),
    Transmit(String),
    Call(Chore, HttpRequest),
    Upload(Chore, UploadRequest),
    /// Nobody wants this call's answer any more.
    Cancel(Chore),
    /// A packet of the line came by a call.
    Heard,
    /// A call found the token too old: renew it and dial again.
    RenewToken,
    Line(LineEnd),
    /// The conversation so far, after the greeting.
    History(Vec<Incoming>),
    Progress {
        id: ServerId,
        delivery: Delivery,
    },
    Removed(ServerId),
    Stream {
        id: String,
        piece: Piece,
    },
    /// A file of a message is where others can fetch it.
    Uploaded {
        message: LocalId,
        index: usize,
        file: Attachment,
    },
    UploadFailed {
        message: LocalId,
        error: Error,
    },
    /// Something that outlives a reload has changed.
    Save,
    /// The server made a session.
    Session(Grant),
    /// The server does not know the session any more.
    SessionGone(String),
    /// Nobody has said yet whether the message was taken.
    Unclear(LocalId),
    /// It certainly was not taken.
    NotTaken(LocalId),
    /// The conversation has been read: what is not in it was not taken.
    Settled(LocalId),
    /// There is no conversation to look into: the visitor decides, and nothing goes before.
    Undecidable(LocalId),
    /// Opens the socket beside the line.
    OpenBell(Url),
    CloseBell,
    /// A frame for that socket.
    Ring(String),
}
