//! How the centre behaves, as far as installs differ.

use super::dialect::Dialect;

/// To whom a customer's message is pushed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Echo {
    /// The customer's other sockets.
    #[default]
    Others,
    /// All the customer's sockets, the sender's too.
    Everybody,
}

/// Whether the stored copy of a streamed answer is pushed as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StoredCopy {
    /// It is only in the history.
    #[default]
    Kept,
    /// It follows the stream as a message.
    Pushed,
}

/// Whether the gateway's vocabulary takes `request-agent`, `update-context` and the peers' events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BorrowedWords {
    /// It does.
    #[default]
    Taken,
    /// They are unknown events and stay unanswered.
    Unknown,
}

/// How the centre behaves.
#[derive(Debug, Clone)]
pub(crate) struct Policy {
    pub(crate) dialect: Dialect,
    pub(crate) greeting: Option<String>,
    pub(crate) chunk_ms: u64,
    pub(crate) queue_push_ms: u64,
    pub(crate) echo: Echo,
    pub(crate) stored_copy: StoredCopy,
    pub(crate) borrowed_words: BorrowedWords,
}
