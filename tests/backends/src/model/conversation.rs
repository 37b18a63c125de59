//! The messages of a session, and who is in charge of answering.

use std::{collections::HashMap, sync::Arc};

use serde::{Deserialize, Serialize};

use super::{
    ids::Ids,
    message::{Message, Role},
    time::UnixMillis,
};

/// Who answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// The bot, until it hands over.
    #[default]
    Bot,
    /// People; the bot is silent.
    Human,
}

/// Whether the conversation goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It goes on.
    #[default]
    Open,
    /// It was ended; the visitor's next message opens it again.
    Closed,
}

/// A message about to be stored.
#[derive(Debug, Clone)]
pub struct Draft<'d> {
    /// Who wrote it.
    pub role: Role,
    /// Under which name.
    pub name: Option<&'d str>,
    /// The text.
    pub text: &'d str,
    /// The visitor's own id of it.
    pub client_msg_id: Option<&'d str>,
}

/// The log of one session.
#[derive(Debug, Clone)]
pub struct Conversation {
    messages: Vec<Arc<Message>>,
    by_client_id: HashMap<String, Arc<Message>>,
    ids: Ids,
    /// How often a visitor's message came again.
    pub duplicates: u64,
    /// Open or closed.
    pub status: Status,
    /// Bot or human.
    pub mode: Mode,
    /// Name of the person in charge.
    pub agent: Option<String>,
}

impl Conversation {
    /// An empty, open conversation.
    #[must_use]
    pub fn new(mode: Mode, ids: Ids) -> Self {
        Self {
            messages: Vec::new(),
            by_client_id: HashMap::new(),
            ids,
            duplicates: 0,
            status: Status::Open,
            mode,
            agent: None,
        }
    }

    /// All messages, oldest first.
    #[must_use]
    pub fn messages(&self) -> &[Arc<Message>] {
        &self.messages
    }

    /// The newest `limit` messages, oldest first.
    #[must_use]
    pub fn newest(&self, limit: usize) -> &[Arc<Message>] {
        let skipped = self.messages.len().saturating_sub(limit);
        self.messages.get(skipped..).unwrap_or_default()
    }

    /// The newest message.
    #[must_use]
    pub fn last(&self) -> Option<&Arc<Message>> {
        self.messages.last()
    }

    /// The newest message that the visitor has not written. The visitor's own would hide that one before it was never delivered.
    #[must_use]
    pub fn last_of_others(&self) -> Option<&Arc<Message>> {
        self.messages.iter().rev().find(|message| message.role != Role::Visitor)
    }

    /// What the visitor sent before under `client_msg_id`.
    #[must_use]
    pub fn sent_as(&self, client_msg_id: &str) -> Option<&Arc<Message>> {
        self.by_client_id.get(client_msg_id)
    }

    /// Stores `draft` behind the others; its time is never before theirs.
    pub fn append(&mut self, draft: &Draft<'_>, now: UnixMillis) -> Arc<Message> {
        let message = Arc::new(Message {
            id: self.ids.message(),
            role: draft.role,
            name: draft.name.map(str::to_owned),
            text: draft.text.to_owned(),
            created_at: self.last().map_or(now, |last| last.created_at.max(now)),
            client_msg_id: draft.client_msg_id.map(str::to_owned),
        });
        if let Some(client_msg_id) = draft.client_msg_id {
            self.by_client_id.insert(client_msg_id.to_owned(), Arc::clone(&message));
        }
        self.messages.push(Arc::clone(&message));
        message
    }

    /// Whether a visitor's message stands without a person's answer.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        let last_word = self.messages.iter().rev().find(|message| message.role != Role::System);
        self.mode == Mode::Human
            && self.status == Status::Open
            && last_word.is_some_and(|message| message.role == Role::Visitor)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn draft(role: Role, text: &str) -> Draft<'_> {
        Draft {
            role,
            name: None,
            text,
            client_msg_id: None,
        }
    }

    #[test]
    fn time_does_not_run_backwards() {
        let mut conversation = Conversation::new(Mode::Bot, Ids::new(1));
        conversation.append(&draft(Role::Visitor, "a"), UnixMillis(10));
        let second = conversation.append(&draft(Role::Bot, "b"), UnixMillis(4));
        assert_eq!(second.created_at, UnixMillis(10));
    }

    #[test]
    fn newest_are_the_last_in_order() {
        let mut conversation = Conversation::new(Mode::Bot, Ids::new(1));
        for text in ["a", "b", "c"] {
            conversation.append(&draft(Role::Visitor, text), UnixMillis(1));
        }
        let texts: Vec<&str> = conversation
            .newest(2)
            .iter()
            .map(|message| message.text.as_str())
            .collect();
        assert_eq!(texts, ["b", "c"]);
        assert_eq!(conversation.newest(9).len(), 3);
        assert!(conversation.newest(0).is_empty());
    }

    #[test]
    fn a_visitor_waits_until_a_person_answers() {
        let mut conversation = Conversation::new(Mode::Human, Ids::new(1));
        assert!(!conversation.is_waiting());
        conversation.append(&draft(Role::Visitor, "hello?"), UnixMillis(1));
        conversation.append(&draft(Role::System, "Somebody will come."), UnixMillis(2));
        assert!(conversation.is_waiting());
        conversation.append(&draft(Role::Agent, "Here I am."), UnixMillis(3));
        assert!(!conversation.is_waiting());
    }
}
