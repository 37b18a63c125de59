//! The conversation log: ordered, bounded, each message once however often it arrives.

mod answers;
mod dedupe;
mod progress;
mod stream;

use std::collections::VecDeque;

pub(crate) use answers::{Answer, Whole};
pub use stream::{Collected, Streams};

use crate::backend::Incoming;
use crate::ids::{LocalId, ServerId};
use crate::message::{Attachment, Author, Delivery, Message};
use crate::time::UnixMillis;
use dedupe::SeenIds;

/// What an arrival did to the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// It is new.
    Added(Message),
    /// It was known with another text.
    Replaced(Message),
    /// It is a message of this client that the server has.
    Confirmed(LocalId),
    /// It was known.
    Nothing,
}

#[derive(Clone, Debug)]
pub(crate) struct Timeline {
    messages: VecDeque<Message>,
    limit: usize,
    seen: SeenIds,
    unread: u32,
    conversation: u32,
}

impl Timeline {
    pub(crate) fn new(limit: usize, remembered: usize) -> Self {
        Self {
            messages: VecDeque::new(),
            limit,
            seen: SeenIds::new(limit + remembered),
            unread: 0,
            conversation: 0,
        }
    }

    pub(crate) fn restore(&mut self, messages: Vec<Message>, seen: Vec<ServerId>, unread: u32, conversation: u32) {
        for id in seen {
            self.seen.insert(id);
        }
        self.keep_before(messages.first());
        for message in messages {
            if let Some(id) = &message.server_id {
                self.seen.insert(id.clone());
            }
            self.messages.push_back(message);
        }
        self.unread = unread;
        self.conversation = conversation;
        self.trim();
    }

    /// Only the newest are stored: what is known of the time before them is kept.
    fn keep_before(&mut self, first: Option<&Message>) {
        let same = |known: &Message, first: &Message| {
            (known.local_id.is_some() && known.local_id == first.local_id)
                || (known.server_id.is_some() && known.server_id == first.server_id)
        };
        let place = first.and_then(|first| self.messages.iter().position(|known| same(known, first)));
        self.messages.truncate(place.unwrap_or(0));
    }

    pub(crate) fn iter(&self) -> std::collections::vec_deque::Iter<'_, Message> {
        self.messages.iter()
    }

    /// The newest messages and those that are not settled, in order, and the remembered ids that are not among them.
    pub(crate) fn stored(&self, limit: usize) -> (Vec<Message>, Vec<ServerId>) {
        let skipped = self.messages.len().saturating_sub(limit);
        let is_kept = |(at, message): &(usize, &Message)| *at >= skipped || !is_settled(message);
        let kept: Vec<Message> = self
            .messages
            .iter()
            .enumerate()
            .filter(is_kept)
            .map(|(_, message)| message.clone())
            .collect();
        let mut told = SeenIds::new(kept.len());
        for id in kept.iter().filter_map(|message| message.server_id.clone()) {
            told.insert(id);
        }
        let others = self.seen.iter().filter(|id| !told.contains(id)).cloned().collect();
        (kept, others)
    }

    pub(crate) fn find(&self, id: LocalId) -> Option<&Message> {
        self.messages.iter().rev().find(|message| message.local_id == Some(id))
    }

    fn find_mut(&mut self, id: LocalId) -> Option<&mut Message> {
        self.messages
            .iter_mut()
            .rev()
            .find(|message| message.local_id == Some(id))
    }

    pub(crate) fn knows(&self, id: &ServerId) -> bool {
        self.seen.contains(id)
    }

    pub(crate) fn unread(&self) -> u32 {
        self.unread
    }

    pub(crate) fn conversation(&self) -> u32 {
        self.conversation
    }

    /// Everything was seen. Answers whether anything had not been.
    pub(crate) fn mark_read(&mut self) -> bool {
        std::mem::take(&mut self.unread) > 0
    }

    pub(crate) fn count_unread(&mut self) {
        self.unread = self.unread.saturating_add(1);
    }

    /// A new conversation begins; what comes now is below a divider. Messages on their way move along.
    pub(crate) fn begin_conversation(&mut self, moving: &[LocalId]) {
        self.conversation = self.conversation.saturating_add(1);
        let conversation = self.conversation;
        let (moved, stay): (Vec<_>, Vec<_>) = std::mem::take(&mut self.messages)
            .into_iter()
            .partition(|message| message.local_id.is_some_and(|id| moving.contains(&id)));
        self.messages = stay.into();
        self.messages.extend(moved.into_iter().map(|message| Message {
            conversation,
            ..message
        }));
    }

    /// A message of an earlier conversation is sent in this one.
    pub(crate) fn move_along(&mut self, id: LocalId) {
        let conversation = self.conversation;
        let earlier = |message: &Message| message.local_id == Some(id) && message.conversation != conversation;
        if let Some(at) = self.messages.iter().position(earlier)
            && let Some(message) = self.messages.remove(at)
        {
            self.messages.push_back(Message {
                conversation,
                ..message
            });
        }
    }

    /// A message of the visitor that is safe in storage.
    pub(crate) fn add_own(&mut self, local_id: LocalId, text: &str, files: Vec<Attachment>, at: UnixMillis) -> Message {
        let message = Message {
            local_id: Some(local_id),
            server_id: None,
            author: Author::Visitor,
            text: text.to_owned(),
            sent_at: at,
            server_time: false,
            attachments: files,
            choices: Vec::new(),
            tools: Vec::new(),
            status: Delivery::Pending,
            reason: None,
            stream_id: None,
            conversation: self.conversation,
        };
        self.messages.push_back(message.clone());
        self.trim();
        message
    }

    /// A message of the visitor moved on. Answers whether that is news.
    pub(crate) fn set_status(&mut self, id: LocalId, status: Delivery, reason: Option<&str>) -> bool {
        let Some(message) = self.find_mut(id) else {
            return false;
        };
        let news = message.status != status || message.reason.as_deref() != reason;
        message.status = status;
        message.reason = reason.map(str::to_owned);
        news
    }

    /// The server has a message of this client.
    pub(crate) fn confirm(&mut self, id: LocalId, server_id: Option<&ServerId>, at: Option<UnixMillis>) {
        if let Some(server_id) = server_id {
            self.seen.insert(server_id.clone());
        }
        let Some(message) = self.find_mut(id) else {
            return;
        };
        if server_id.is_some() {
            message.server_id = server_id.cloned();
        }
        if let Some(at) = at {
            message.sent_at = at;
            message.server_time = true;
        }
    }

    pub(crate) fn remove(&mut self, id: LocalId) {
        self.messages.retain(|message| message.local_id != Some(id));
    }

    /// Takes an arrival in, by push or by history. `later` is what the history has behind it, `may_be` says of which own message without a
    /// server's id it can be a copy.
    pub(crate) fn upsert(
        &mut self,
        incoming: Incoming,
        later: &[Incoming],
        now: UnixMillis,
        may_be: impl Fn(LocalId) -> bool,
    ) -> Change {
        if let Some(id) = incoming.local_id
            && self.find(id).is_some()
        {
            self.confirm(id, incoming.server_id.as_ref(), incoming.at);
            return Change::Confirmed(id);
        }
        if incoming.server_id.as_ref().is_some_and(|id| self.seen.contains(id)) {
            return self.update(incoming);
        }
        if let Some(id) = self.own_without_server_id(&incoming, may_be) {
            self.confirm(id, incoming.server_id.as_ref(), incoming.at);
            return Change::Confirmed(id);
        }
        let message = self.message(incoming, now);
        if let Some(id) = &message.server_id {
            self.seen.insert(id.clone());
        }
        let at = self.place_of(&message, later);
        self.messages.insert(at, message.clone());
        self.trim();
        Change::Added(message)
    }

    /// A copy of the visitor's message without this client's id: the oldest own one with the same text that no copy was found for. So of
    /// several copies each stands for one message, and as many messages as have no copy are missing.
    fn own_without_server_id(&self, incoming: &Incoming, may_be: impl Fn(LocalId) -> bool) -> Option<LocalId> {
        if incoming.author != Author::Visitor || incoming.local_id.is_some() {
            return None;
        }
        let same = |message: &&Message| {
            message.local_id.is_some_and(&may_be)
                && message.server_id.is_none()
                && message.conversation == self.conversation
                && message.text == incoming.text
                && !matches!(message.status, Delivery::Failed | Delivery::Expired)
        };
        self.messages.iter().find(same)?.local_id
    }

    fn update(&mut self, incoming: Incoming) -> Change {
        let known = self
            .messages
            .iter_mut()
            .rev()
            .find(|message| message.server_id == incoming.server_id);
        match known {
            Some(message) if message.text != incoming.text && message.author != Author::Visitor => {
                message.text = incoming.text;
                message.choices = incoming.choices;
                if !incoming.attachments.is_empty() {
                    message.attachments = incoming.attachments;
                }
                Change::Replaced(message.clone())
            }
            _ => Change::Nothing,
        }
    }

    fn message(&self, incoming: Incoming, now: UnixMillis) -> Message {
        Message {
            local_id: None,
            server_id: incoming.server_id,
            author: incoming.author,
            text: incoming.text,
            sent_at: incoming.at.unwrap_or(now),
            server_time: incoming.at.is_some(),
            attachments: incoming.attachments,
            choices: incoming.choices,
            tools: Vec::new(),
            status: Delivery::Sent,
            reason: None,
            stream_id: None,
            conversation: self.conversation,
        }
    }

    /// By server time within the conversation; what has none keeps its place by arrival. What arrives late goes before the first one that
    /// is known to be later, also past own messages that wait in between: they must not keep the other side's words out of order. Of the same
    /// moment, those are later that the history has behind it.
    fn place_of(&self, message: &Message, later: &[Incoming]) -> usize {
        if !message.server_time {
            return self.messages.len();
        }
        let is_earlier = |other: &Message| {
            let is_behind = |behind: &Incoming| behind.server_id.is_some() && behind.server_id == other.server_id;
            other.sent_at < message.sent_at || (other.sent_at == message.sent_at && !later.iter().any(is_behind))
        };
        let mut place = self.messages.len();
        for (at, other) in self.messages.iter().enumerate().rev() {
            if other.conversation != message.conversation || (other.server_time && is_earlier(other)) {
                break;
            }
            if other.server_time {
                place = at;
            }
        }
        place
    }

    fn trim(&mut self) {
        while self.messages.len() > self.limit {
            let oldest = self.messages.iter().position(is_settled).unwrap_or_default();
            self.messages.remove(oldest);
        }
    }
}

/// Whether nothing more is to come of it. What waits for the relay or for the visitor stays in the log however old it is.
fn is_settled(message: &Message) -> bool {
    matches!(message.status, Delivery::Sent | Delivery::Delivered | Delivery::Read)
}
