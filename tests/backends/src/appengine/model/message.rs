//! One line of a conversation, and how it is written live and in the history.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::person::Agent;
use crate::model::{Role, UnixMillis};

/// Address of the assistant in `from`.
pub(crate) const ASSISTANT: &str = "assistant";
/// Address of the gateway itself in `from`.
pub(crate) const SYSTEM: &str = "system";
/// Address in `to` while nobody has the conversation.
pub(crate) const QUEUED: &str = "queued";

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MessageStatus {
    /// Not stored yet; nothing the gateway keeps is.
    Pending,
    /// Stored.
    Sent,
    /// On the other side's screen or in its hands.
    Delivered,
    /// Seen.
    Read,
}

/// Who wrote a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Author {
    Customer { email: String },
    Agent { email: String, name: String },
    Assistant { name: String },
    System,
}

impl Author {
    pub(crate) fn agent(agent: &Agent) -> Self {
        Self::Agent {
            email: agent.email.clone(),
            name: agent.name.clone(),
        }
    }

    pub(crate) fn address(&self) -> &str {
        match self {
            Self::Customer { email } | Self::Agent { email, .. } => email,
            Self::Assistant { .. } => ASSISTANT,
            Self::System => SYSTEM,
        }
    }

    pub(crate) fn name(&self) -> Option<&str> {
        match self {
            Self::Agent { name, .. } | Self::Assistant { name } => Some(name),
            Self::Customer { .. } | Self::System => None,
        }
    }

    pub(crate) const fn role(&self) -> Role {
        match self {
            Self::Customer { .. } => Role::Visitor,
            Self::Agent { .. } => Role::Agent,
            Self::Assistant { .. } => Role::Bot,
            Self::System => Role::System,
        }
    }

    /// The wire's `type` and `senderRole`.
    const fn labels(&self) -> (&'static str, &'static str) {
        match self {
            Self::Customer { .. } => ("user", "customer"),
            Self::Agent { .. } => ("user", "agent"),
            Self::Assistant { .. } => ("ai-assistant", "system"),
            Self::System => ("system", "system"),
        }
    }
}

/// A file that goes with a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FileInfo {
    /// Name as its owner knows it.
    #[serde(default)]
    pub name: String,
    /// Where it can be fetched.
    #[serde(default)]
    pub url: String,
    /// What it is called in the store.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub path: String,
    /// MIME type.
    #[serde(default, alias = "type", skip_serializing_if = "String::is_empty")]
    pub mime_type: String,
    /// Bytes.
    #[serde(default)]
    pub size: u64,
}

/// A message as the gateway keeps it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Message {
    /// The store's id.
    pub(crate) sk: String,
    pub(crate) chat_id: String,
    /// The customer's own id of it.
    pub(crate) client_id: Option<String>,
    pub(crate) author: Author,
    pub(crate) to: String,
    /// A string, or an older automation's rich content.
    pub(crate) content: Value,
    pub(crate) files: Vec<FileInfo>,
    pub(crate) status: MessageStatus,
    pub(crate) sent_at: UnixMillis,
}

impl Message {
    /// The customer's id where there is one, else the store's: what the conversation calls the message.
    pub(crate) fn id(&self) -> &str {
        self.client_id.as_deref().unwrap_or(&self.sk)
    }

    pub(crate) fn is_called(&self, id: &str) -> bool {
        self.sk == id || self.client_id.as_deref() == Some(id)
    }

    pub(crate) const fn is_the_customers(&self) -> bool {
        matches!(self.author, Author::Customer { .. })
    }

    /// The text, or what a person would read in rich content.
    pub(crate) fn text(&self) -> String {
        match &self.content {
            Value::String(text) => text.clone(),
            other => rich_text(other).unwrap_or_else(|| other.to_string()),
        }
    }

    /// One line for a list: the text, or what the files are called.
    pub(crate) fn preview(&self) -> String {
        let text = self.text();
        if !text.is_empty() {
            return text;
        }
        let names: Vec<_> = self.files.iter().map(|file| file.name.as_str()).collect();
        names.join(", ")
    }

    fn fields(&self) -> Map<String, Value> {
        let (kind, role) = self.author.labels();
        let fields = json!({
            "messageId": self.id(), "chatId": self.chat_id, "from": self.author.address(), "to": self.to,
            "content": self.content, "type": kind, "senderRole": role, "status": self.status,
        });
        match fields {
            Value::Object(fields) => fields,
            _ => Map::new(),
        }
    }

    /// As it is pushed: a record whose `data` repeats the fields.
    pub(crate) fn live(&self) -> Value {
        let mut fields = self.fields();
        fields.insert("sentTime".to_owned(), json!(self.sent_at));
        if !self.files.is_empty() {
            fields.insert("files".to_owned(), json!(self.files));
        }
        let data = Value::Object(fields.clone());
        self.stamp(&mut fields);
        fields.insert("data".to_owned(), data);
        Value::Object(fields)
    }

    /// As the history has it: flat, with ISO times and without files.
    pub(crate) fn past(&self) -> Value {
        let mut fields = self.fields();
        fields.insert("sentTime".to_owned(), json!(self.sent_at.rfc3339()));
        self.stamp(&mut fields);
        Value::Object(fields)
    }

    /// As the repository has it: system fields outside, the rest in `data`.
    pub(crate) fn record(&self) -> Value {
        let mut data = self.fields();
        data.insert("sentTime".to_owned(), json!(self.sent_at.rfc3339()));
        let mut record = Map::new();
        self.stamp(&mut record);
        record.insert("data".to_owned(), Value::Object(data));
        Value::Object(record)
    }

    fn stamp(&self, record: &mut Map<String, Value>) {
        record.insert("sk".to_owned(), json!(self.sk));
        record.insert("datatype".to_owned(), json!("chat_message"));
        record.insert("createdate".to_owned(), json!(self.sent_at.rfc3339()));
    }
}

/// The text of rich content: the choice that was made, or the question that was asked.
fn rich_text(content: &Value) -> Option<String> {
    let text = content["input"]["option"]
        .as_str()
        .or_else(|| content["config"]["message"].as_str())
        .or_else(|| content["text"].as_str())?;
    Some(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message() -> Message {
        Message {
            sk: "66f0".to_owned(),
            chat_id: "customer::a@b.c".to_owned(),
            client_id: Some("7c1e".to_owned()),
            author: Author::Customer {
                email: "a@b.c".to_owned(),
            },
            to: QUEUED.to_owned(),
            content: json!("Hi"),
            files: vec![FileInfo {
                name: "a.png".to_owned(),
                url: "http://x/a.png".to_owned(),
                path: String::new(),
                mime_type: "image/png".to_owned(),
                size: 3,
            }],
            status: MessageStatus::Sent,
            sent_at: UnixMillis(0),
        }
    }

    #[test]
    fn live_is_flat_and_nested_with_files() {
        let live = message().live();
        assert_eq!(live["content"], live["data"]["content"]);
        assert_eq!(live["files"][0]["mimeType"], "image/png");
        assert_eq!(live["data"]["files"][0]["name"], "a.png");
        assert_eq!((&live["sk"], &live["messageId"]), (&json!("66f0"), &json!("7c1e")));
        assert_eq!(live["sentTime"], 0);
    }

    #[test]
    fn the_past_is_flat_without_files() {
        let past = message().past();
        assert_eq!(past["sentTime"], "1970-01-01T00:00:00.000Z");
        assert!(past.get("files").is_none() && past.get("data").is_none(), "{past}");
    }
}
