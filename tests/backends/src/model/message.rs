//! One line of a conversation.

use serde::{Deserialize, Serialize};

use super::time::UnixMillis;

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The person on the site.
    Visitor,
    /// The bot.
    Bot,
    /// A person who works for the tenant.
    Agent,
    /// The relay itself.
    System,
}

/// A message as the relay keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The relay's id.
    pub id: String,
    /// Who wrote it.
    pub role: Role,
    /// Name shown with it, where there is one.
    pub name: Option<String>,
    /// The text; Markdown when it is the bot's.
    pub text: String,
    /// When the relay took it; never before the message in front of it.
    pub created_at: UnixMillis,
    /// The sender's own id, for what a visitor sent.
    pub client_msg_id: Option<String>,
}
