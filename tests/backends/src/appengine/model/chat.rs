//! A conversation.

use std::{collections::VecDeque, sync::Arc};

use super::{
    intent::Page,
    message::{Message, MessageStatus},
    person::Customer,
    stream::Answer,
};
use crate::model::{UnixMillis, bot::Language};

/// Who has a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChatStatus {
    /// The assistant, or nobody yet.
    Active,
    /// The queue.
    Waiting,
    /// An agent.
    Assigned,
    /// Nobody any more; the next message opens it again.
    Closed,
}

impl ChatStatus {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Waiting => "waiting",
            Self::Assigned => "assigned",
            Self::Closed => "closed",
        }
    }
}

/// A conversation of one customer.
#[derive(Debug)]
pub(crate) struct Chat {
    pub(crate) id: String,
    pub(crate) customer: Customer,
    pub(crate) language: String,
    pub(crate) app_id: String,
    pub(crate) page: Page,
    pub(crate) messages: Vec<Arc<Message>>,
    pub(crate) status: ChatStatus,
    /// Address of the agent who has it.
    pub(crate) agent: Option<String>,
    /// Answers of the assistant that are not finished, the one that comes now in front.
    pub(crate) answers: VecDeque<Answer>,
    pub(crate) created_at: UnixMillis,
}

impl Chat {
    pub(crate) fn new(id: String, customer: Customer, now: UnixMillis) -> Self {
        Self {
            id,
            customer,
            language: String::new(),
            app_id: String::new(),
            page: Page::default(),
            messages: Vec::new(),
            status: ChatStatus::Active,
            agent: None,
            answers: VecDeque::new(),
            created_at: now,
        }
    }

    pub(crate) fn find(&self, message_id: &str) -> Option<&Arc<Message>> {
        self.messages.iter().rev().find(|message| message.is_called(message_id))
    }

    pub(crate) fn last_at(&self) -> UnixMillis {
        self.messages.last().map_or(self.created_at, |message| message.sent_at)
    }

    /// The customer's page, else the label of the surface.
    pub(crate) fn whereabouts(&self) -> &str {
        if self.page.url.is_empty() {
            &self.app_id
        } else {
            &self.page.url
        }
    }

    pub(crate) fn language(&self) -> Language {
        Language::of(&self.language)
    }

    /// Raises the status of messages that `concerns` picks; returns those that changed.
    pub(crate) fn raise(&mut self, status: MessageStatus, concerns: impl Fn(&Message) -> bool) -> Vec<Arc<Message>> {
        let mut changed = Vec::new();
        for message in &mut self.messages {
            if message.status < status && concerns(message) {
                Arc::make_mut(message).status = status;
                changed.push(Arc::clone(message));
            }
        }
        changed
    }

    pub(crate) fn delete(&mut self, message_id: &str) -> Option<Arc<Message>> {
        let at = self.messages.iter().position(|message| message.is_called(message_id))?;
        Some(self.messages.remove(at))
    }
}
