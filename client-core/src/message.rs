//! The normal form of a conversation: what every back end's wire is turned into.

mod details;
mod guest;
pub mod reason;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use details::{AgentProfile, BroadcastFrame, RegistrationForm, WidgetDetails};
pub use guest::Guest;

use crate::backend::RICH;
use crate::ids::{LocalId, ServerId};
use crate::time::UnixMillis;

/// Who wrote a message or is typing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
#[non_exhaustive]
pub enum Author {
    /// The visitor, in this client or in another one of the same session.
    Visitor,
    /// An automatic answerer.
    Bot {
        /// Its display name, when the back end gives one.
        name: Option<String>,
    },
    /// A person on the site's side.
    Agent {
        /// The back end's id of the person.
        id: Option<String>,
        /// Display name.
        name: Option<String>,
        /// Address of a picture.
        avatar: Option<String>,
    },
    /// The service itself: hand-overs, notices.
    System,
}

impl Author {
    /// The word used in `data-author`, in JSON output and in JavaScript: `visitor`, `bot`, `agent` or `system`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Visitor => "visitor",
            Self::Bot { .. } => "bot",
            Self::Agent { .. } => "agent",
            Self::System => "system",
        }
    }

    /// Display name, when known.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Bot { name } | Self::Agent { name, .. } => name.as_deref(),
            Self::Visitor | Self::System => None,
        }
    }
}

/// How far a message of the visitor has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Delivery {
    /// Safe in storage, waiting its turn.
    Pending,
    /// On the wire, not acknowledged.
    Sending,
    /// The server has it. Every message of others is `Sent`.
    Sent,
    /// The other side's device has it.
    Delivered,
    /// The other side has seen it.
    Read,
    /// The server refused it for good; it is kept for a retry or a deletion.
    Failed,
    /// Nobody can tell whether the server took it; the visitor decides.
    Uncertain,
    /// It waited too long to be sent without asking.
    Expired,
}

impl Delivery {
    /// Every one of them.
    pub(crate) const ALL: [Self; 8] = [
        Self::Pending,
        Self::Sending,
        Self::Sent,
        Self::Delivered,
        Self::Read,
        Self::Failed,
        Self::Uncertain,
        Self::Expired,
    ];

    /// The word used in `data-status`, in JSON output and in JavaScript.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Failed => "failed",
            Self::Uncertain => "uncertain",
            Self::Expired => "expired",
        }
    }
}

/// A file that came with a message.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Attachment {
    /// File name, or the last part of the address.
    pub name: String,
    /// Where to fetch it. Empty while the visitor's own file is still to be uploaded.
    pub url: String,
    /// The back end's lasting reference, when its addresses expire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Media type, when given.
    pub mime: Option<String>,
    /// Size in bytes, when given.
    pub size: Option<u64>,
}

/// Something that an answerer looked up or did for an answer.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ToolUse {
    /// The tool's name.
    pub tool: String,
    /// What for, in at most 200 characters.
    #[serde(default)]
    pub summary: Option<String>,
    /// What came of it, in at most 200 characters.
    #[serde(default)]
    pub result: Option<String>,
}

/// One message of the conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// This client's id: present on the visitor's messages written here.
    pub local_id: Option<LocalId>,
    /// The back end's id, once known.
    pub server_id: Option<ServerId>,
    /// Who wrote it.
    pub author: Author,
    /// The text. Bots and agents may write Markdown.
    pub text: String,
    /// Server time when known, else local time, in milliseconds since the Unix epoch.
    pub sent_at: UnixMillis,
    /// Whether [`Message::sent_at`] is the server's. Only such times order the log.
    #[serde(default)]
    pub server_time: bool,
    /// Files.
    #[serde(default)]
    pub attachments: Vec<Attachment>,
    /// Answers that are offered: the text of each is sent as an ordinary message.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
    /// What its author looked up or did for it, as far as that was told while it arrived.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<ToolUse>,
    /// How far it has come.
    pub status: Delivery,
    /// Why it is `Failed`, `Uncertain` or `Expired`.
    #[serde(default)]
    pub reason: Option<String>,
    /// The stream that this message completes.
    #[serde(default)]
    pub stream_id: Option<String>,
    /// Which conversation of this visitor it belongs to: grows by one when the server lost the session and a new one began.
    /// Where it changes, a divider is drawn.
    #[serde(default)]
    pub conversation: u32,
}

/// Public settings of the widget, as far as the back end gives them.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct WidgetConfig {
    /// The tenant's id as the server spells it.
    pub tenant_id: Option<String>,
    /// The name to show in the header.
    pub title: Option<String>,
    /// Whether somebody is there to answer.
    pub online: Option<bool>,
    /// Address of a picture for the header.
    pub logo_url: Option<String>,
    /// Brand colour, as CSS text.
    pub color: Option<String>,
    /// `right` or `left`.
    pub position: Option<String>,
    /// First line shown before anybody wrote.
    pub welcome_message: Option<String>,
    /// Text of the empty composer.
    pub placeholder: Option<String>,
    /// The tenant's language.
    pub locale: Option<String>,
    /// Shown when nobody is there.
    pub offline_message: Option<String>,
    /// Address of the privacy notice.
    pub privacy_url: Option<String>,
    /// What only some back ends tell.
    #[serde(skip)]
    pub details: Option<Arc<WidgetDetails>>,
}

impl WidgetConfig {
    /// These settings, and those of `earlier` where these say nothing.
    pub(crate) fn or(self, earlier: Self) -> Self {
        Self {
            tenant_id: self.tenant_id.or(earlier.tenant_id),
            title: self.title.or(earlier.title),
            online: self.online.or(earlier.online),
            logo_url: self.logo_url.or(earlier.logo_url),
            color: self.color.or(earlier.color),
            position: self.position.or(earlier.position),
            welcome_message: self.welcome_message.or(earlier.welcome_message),
            placeholder: self.placeholder.or(earlier.placeholder),
            locale: self.locale.or(earlier.locale),
            offline_message: self.offline_message.or(earlier.offline_message),
            privacy_url: self.privacy_url.or(earlier.privacy_url),
            details: if RICH { self.details.or(earlier.details) } else { None },
        }
    }
}
