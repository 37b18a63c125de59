//! The two vocabularies in print.

use serde::{Deserialize, Serialize};

/// Which of the two vocabularies the gateway pushes and takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dialect {
    /// The gateway's own pages: `authenticate`, `chat-message`, `chat-stream`, `shareStatus`, `queued`.
    #[default]
    Gateway,
    /// The chat client's integration page: `message`, `ai-stream-*`, `typing`, `queue-status`; no `authenticate`.
    Seed,
}
