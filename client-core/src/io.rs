//! The whole vocabulary of the boundary: what a driver tells the machine, and what the machine asks of it.

use std::fmt;

use crate::config::Identity;
use crate::event::Event;
use crate::http::{HttpFailure, HttpRequest, HttpResponse, UploadRequest};
use crate::ids::{FileId, Generation, LocalId, RequestId, ServerId, WriteId};
use crate::message::Guest;
use crate::secret::Secret;
use crate::url::Url;

/// What the application asks for.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Command {
    /// Connect, with the stored session or a new one.
    Start,
    /// Disconnect and stay so. The queue is kept.
    Stop,
    /// Read the widget's public settings without creating a session.
    FetchConfig,
    /// Queue a message. [`crate::Client::send`] does the same and returns the id.
    Send {
        /// The text.
        text: String,
    },
    /// Send a failed, uncertain or expired message again.
    Retry {
        /// Which.
        local_id: LocalId,
    },
    /// Remove a failed, uncertain or expired message, or one whose files are still to go out.
    Discard {
        /// Which.
        local_id: LocalId,
    },
    /// The visitor presses keys, or stopped.
    Typing(Typing),
    /// Link the session to a user of the site.
    Identify(Identity),
    /// Whether the visitor looks at the conversation: decides what is unread.
    Attend(Attention),
    /// The visitor filled the form in that [`Event::Registration`] asks for.
    Register(Guest),
    /// Queue a message with files. Keep them ready until [`Output::Release`] names them.
    SendFiles {
        /// The text, perhaps empty.
        text: String,
        /// The files, in order.
        files: Vec<FileInfo>,
    },
    /// Queue a message that another tab of this visitor wrote and named. One that is known already is left alone.
    Adopt {
        /// What that tab calls it.
        local_id: LocalId,
        /// The text, perhaps empty.
        text: String,
        /// The files, in order.
        files: Vec<FileInfo>,
    },
    /// A person is wanted.
    RequestAgent {
        /// What that person must know about.
        skill: Option<String>,
        /// Higher is sooner.
        priority: Option<u32>,
    },
    /// The visitor went to another page.
    UpdateContext {
        /// Its address.
        url: String,
        /// Where the visitor came from.
        referrer: Option<String>,
        /// Its title.
        title: Option<String>,
    },
    /// A message of the other side has been seen. With [`Attention::Watching`] this happens by itself.
    MarkRead {
        /// Which.
        server_id: ServerId,
    },
    /// The visitor is done with the conversation.
    CloseChat {
        /// Where a transcript goes.
        transcript: Option<String>,
    },
    /// A message for the time when nobody is there. It is mailed, not part of the conversation.
    Contact(Guest),
    /// A message to another participant.
    PeerMessage {
        /// That participant's address.
        to: String,
        /// The text.
        text: String,
    },
    /// The visitor's own status, for another participant.
    PeerStatus(PeerStatus),
}

impl Command {
    /// The name by which a refusal or an outcome is told.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Stop => "stop",
            Self::FetchConfig => "config",
            Self::Send { .. } | Self::Adopt { .. } => "send",
            Self::Retry { .. } => "retry",
            Self::Discard { .. } => "discard",
            Self::Typing(_) => "typing",
            Self::Identify(_) => "identify",
            Self::Attend(_) => "attend",
            Self::Register(_) => "register",
            Self::SendFiles { .. } => "upload",
            Self::RequestAgent { .. } => "agent",
            Self::UpdateContext { .. } => "context",
            Self::MarkRead { .. } => "read",
            Self::CloseChat { .. } => "close-chat",
            Self::Contact(_) => "contact",
            Self::PeerMessage { .. } => "peer-message",
            Self::PeerStatus(_) => "peer-status",
        }
    }
}

/// A file to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileInfo {
    /// Names it towards the driver.
    pub file: FileId,
    /// The file's name.
    pub name: String,
    /// Its media type.
    pub mime: Option<String>,
    /// Its size in bytes.
    pub size: u64,
    /// Where the application finds it again after a restart, in its own words. Without it, a file that was not sent is lost with the
    /// process, and its message fails.
    pub source: Option<String>,
}

/// A participant's word about themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerStatus {
    /// Whom it is for.
    pub to: String,
    /// What kind of status.
    pub kind: String,
    /// Words to it.
    pub message: Option<String>,
}

/// What the visitor's composer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Typing {
    /// A key was pressed. Say it at every key; the machine sends as often as is fitting.
    Start,
    /// The composer was left or emptied.
    Stop,
}

/// Whether the visitor looks at the conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Attention {
    /// The thread is visible: what arrives is read.
    Watching,
    /// The conversation is open, and the application looks for itself what of it can be seen: what arrives is not counted, and is read
    /// once [`Command::MarkRead`] says so.
    Beside,
    /// It is not: what arrives is counted.
    Away,
}

/// What changed around the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Environment {
    /// The system says there is a network.
    Online,
    /// The system says there is none. It may be wrong.
    Offline,
    /// The page can be seen.
    Visible,
    /// The page cannot be seen.
    Hidden,
    /// The page goes away, perhaps to come back (back/forward cache).
    PageHidden,
    /// The page came back from the cache.
    PageShown,
}

/// What a driver tells the machine.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Input {
    /// The application asks for something.
    Command(Command),
    /// An HTTP call ended.
    HttpFinished {
        /// Which, as in [`Output::Http`].
        request: RequestId,
        /// How.
        result: Result<HttpResponse, HttpFailure>,
    },
    /// A secret that only the application can make was made, or not.
    Provided {
        /// Which question, as in [`Output::Provide`].
        request: RequestId,
        /// The secret, or why there is none.
        result: Result<Secret, String>,
    },
    /// The socket is open.
    SocketOpened {
        /// Which.
        generation: Generation,
    },
    /// A text frame arrived.
    SocketFrame {
        /// On which socket.
        generation: Generation,
        /// The frame.
        text: String,
    },
    /// A binary frame arrived.
    SocketBinary {
        /// On which socket.
        generation: Generation,
        /// The frame.
        bytes: Vec<u8>,
    },
    /// So much of an upload has left.
    Uploading {
        /// Which, as in [`Output::Upload`].
        request: RequestId,
        /// Bytes that have left.
        sent: u64,
        /// Bytes in all.
        total: u64,
    },
    /// The socket closed, or could not be opened.
    SocketClosed {
        /// Which.
        generation: Generation,
        /// The close code; 1006 when there was none.
        code: u16,
        /// The close reason or the network's words.
        reason: String,
    },
    /// How much the socket still has to write. Needed only where writing does not wait (browsers).
    SocketBuffered {
        /// Which.
        generation: Generation,
        /// Bytes.
        bytes: u32,
    },
    /// A write to the store ended.
    Stored {
        /// Which, as in [`Output::Store`].
        write: WriteId,
        /// Done, or the store's words.
        result: Result<(), String>,
    },
    /// Something changed around the client.
    Environment(Environment),
    /// Another client of the same visitor leads, such as another tab's, or it is not known yet which: this one follows. It does nothing by
    /// itself, shows what that one shows, and hands over what the application asks for.
    LeadLost,
    /// This client leads: it alone has the line, the queue and the store. So it does from the beginning, where nobody says otherwise.
    LeadGained,
    /// Another client has taken the lead, or is heard of for the first time. What it was not told yet is handed over again.
    Led,
    /// What the leading client keeps, as in its [`Output::Store`].
    Mirrored {
        /// The text; none when it keeps nothing yet.
        stored: Option<StoredText>,
    },
    /// What the leading client's application was told. Of importance here are its connection and who types; the rest is the driver's to pass on.
    Overheard(Box<Event>),
    /// The leading client has taken over what this one handed to it.
    Taken {
        /// Which, as in [`Output::HandOver`].
        number: u64,
    },
    /// A following client hands this over.
    Handed(Command),
    /// A deadline of [`crate::Client::poll_timeout`] may have come.
    Timeout,
}

/// A secret that only the application can make.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Provision {
    /// A ready visitor token.
    VisitorToken,
    /// An identity as `userId:signature`.
    Identity,
}

/// What the machine asks of its driver.
#[derive(Clone, Debug)]
#[must_use]
#[non_exhaustive]
pub enum Output {
    /// Make this HTTP call and answer with [`Input::HttpFinished`].
    Http {
        /// Names the answer.
        request: RequestId,
        /// The call.
        call: HttpRequest,
    },
    /// Send this file and answer with [`Input::HttpFinished`]. A file that is not there any more is a failure of the network in words.
    Upload {
        /// Names the answer.
        request: RequestId,
        /// The call.
        call: UploadRequest,
    },
    /// This file is not needed any more.
    Release {
        /// Which.
        file: FileId,
    },
    /// The answer to this call no longer matters; it may be aborted.
    CancelHttp {
        /// Which.
        request: RequestId,
    },
    /// Ask the application for a secret and answer with [`Input::Provided`].
    Provide {
        /// Names the answer.
        request: RequestId,
        /// What is needed.
        what: Provision,
    },
    /// Open a WebSocket. The former one, if any, was closed before.
    OpenSocket {
        /// Stamps everything that comes from it.
        generation: Generation,
        /// Where to; its query holds a token, so it must not be logged.
        url: Url,
    },
    /// Send a text frame.
    Transmit {
        /// On which socket.
        generation: Generation,
        /// The frame.
        frame: String,
    },
    /// Close the socket; nothing more is heard from it.
    CloseSocket {
        /// Which.
        generation: Generation,
        /// 1000, or one of 3000-4999: what a browser may send.
        code: u16,
    },
    /// Store this whole, replacing what was there, and answer with [`Input::Stored`]. Only one write is open at a time.
    Store {
        /// Names the answer.
        write: WriteId,
        /// What to store.
        snapshot: StoredText,
    },
    /// Give this to the client that leads, which gets it as [`Input::Handed`], and answer with [`Input::Taken`]. It may come a second time.
    HandOver {
        /// Names the answer.
        number: u64,
        /// What is wanted.
        command: Command,
    },
    /// The client that leads does not answer: take the lead from it and answer with [`Input::LeadGained`].
    TakeLead,
    /// Tell the application.
    Event(Event),
}

/// What goes into the store. It holds a token, so its `Debug` shows only its length.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredText(pub String);

impl fmt::Debug for StoredText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoredText({} bytes)", self.0.len())
    }
}
