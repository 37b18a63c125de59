//! The stored form of a client: versioned, one text, replaced as a whole, so that a crash leaves the old one or the new one.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::ids::{LocalId, ServerId};
use crate::message::Message;
use crate::secret::Secret;
use crate::time::UnixMillis;

/// The version that is written. Older ones stay readable; a newer one is refused.
pub const VERSION: u32 = 1;

/// A session that was not used for this long is gone on the server, too (documented: about 30 days).
const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

/// Why a stored text could not be read. Keep the text aside and go on without.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unreadable {
    /// It is not ours, or damaged.
    Damaged(String),
    /// A newer version of this software wrote it.
    TooNew {
        /// Its version.
        version: u32,
    },
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Damaged(why) => write!(f, "the stored conversation is damaged: {why}"),
            Self::TooNew { version } => write!(
                f,
                "the stored conversation has version {version}, this software reads up to {VERSION}; update it or use another store"
            ),
        }
    }
}

impl std::error::Error for Unreadable {}

/// Everything that outlives a reload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Snapshot {
    pub(crate) version: u32,
    pub(crate) saved_at: UnixMillis,
    #[serde(default)]
    pub(crate) session: Option<StoredSession>,
    #[serde(default)]
    pub(crate) outbox: Vec<StoredEntry>,
    #[serde(default)]
    pub(crate) messages: Vec<Message>,
    #[serde(default)]
    pub(crate) seen: Vec<ServerId>,
    #[serde(default)]
    pub(crate) unread: u32,
    #[serde(default)]
    pub(crate) conversation: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredSession {
    #[serde(default)]
    pub(crate) id: Option<String>,
    pub(crate) token: StoredToken,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredToken {
    pub(crate) value: Secret,
    pub(crate) lifetime_ms: u64,
    pub(crate) received_at: UnixMillis,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredEntry {
    pub(crate) local_id: LocalId,
    pub(crate) text: String,
    pub(crate) stage: StoredStage,
    #[serde(default)]
    pub(crate) reason: Option<String>,
    pub(crate) queued_at: UnixMillis,
    #[serde(default)]
    pub(crate) attempted_at: Option<UnixMillis>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StoredStage {
    Queued,
    Failed,
    Uncertain,
    Expired,
}

#[derive(Deserialize)]
struct Header {
    version: u32,
}

impl Snapshot {
    pub(crate) fn write(&self) -> Result<String, String> {
        serde_json::to_string(self).map_err(|error| error.to_string())
    }

    pub(crate) fn read(text: &str) -> Result<Self, Unreadable> {
        // serde's words may quote the text, which holds a token: only the place is kept.
        let damaged = |error: serde_json::Error| {
            Unreadable::Damaged(format!(
                "unexpected text at line {}, column {}",
                error.line(),
                error.column()
            ))
        };
        let header: Header = serde_json::from_str(text).map_err(damaged)?;
        if header.version > VERSION {
            return Err(Unreadable::TooNew {
                version: header.version,
            });
        }
        serde_json::from_str(text).map_err(damaged)
    }

    /// Whether it is so old that the server has forgotten the session.
    pub(crate) fn is_stale(&self, now: UnixMillis) -> bool {
        now.since(self.saved_at) > KEPT
    }
}

/// The session of another client's snapshot without its queue: a second tab goes on with the same conversation but never shares the
/// queue.
///
/// # Errors
/// [`Unreadable`] when the text is no snapshot of a version that is known.
pub fn without_queue(text: &str) -> Result<String, Unreadable> {
    let mut snapshot = Snapshot::read(text)?;
    let queued: Vec<LocalId> = snapshot.outbox.drain(..).map(|entry| entry.local_id).collect();
    snapshot
        .messages
        .retain(|message| message.local_id.is_none_or(|id| !queued.contains(&id)));
    snapshot.write().map_err(Unreadable::Damaged)
}
