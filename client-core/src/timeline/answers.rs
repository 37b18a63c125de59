//! Answers that were streamed, and the stored copies that come later.

use super::{Change, Timeline};
use crate::backend::Incoming;
use crate::ids::ServerId;
use crate::message::{Author, Delivery, Message};
use crate::time::UnixMillis;

/// How an answer's stream came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whole {
    Yes,
    /// It broke off.
    No,
}

/// An answer whose stream is over.
#[derive(Debug)]
pub(crate) struct Answer<'s> {
    pub(crate) author: Author,
    /// The id of its stream.
    pub(crate) stream: &'s str,
    /// The id under which the server stores it, when told.
    pub(crate) stored: Option<String>,
    pub(crate) text: String,
    pub(crate) whole: Whole,
}

/// Marks an answer of which more may be stored than was heard.
const BROKEN_OFF: &str = "the answer broke off";

impl Timeline {
    /// An answer that was streamed is in the log from now on. Without the id under which the server stores it, its stream's id stands for that.
    pub(crate) fn add_answer(&mut self, answer: Answer<'_>, now: UnixMillis) -> Message {
        let Answer {
            author,
            stream,
            stored,
            text,
            whole,
        } = answer;
        let id = ServerId(stored.unwrap_or_else(|| stream.to_owned()));
        self.seen.insert(id.clone());
        let message = Message {
            local_id: None,
            server_id: Some(id),
            author,
            text,
            sent_at: now,
            server_time: false,
            attachments: Vec::new(),
            choices: Vec::new(),
            status: Delivery::Sent,
            reason: (whole == Whole::No).then(|| BROKEN_OFF.to_owned()),
            stream_id: Some(stream.to_owned()),
            conversation: self.conversation,
        };
        self.messages.push_back(message.clone());
        self.trim();
        message
    }

    /// Whether an answer of this stream is in the log, and the whole of it.
    pub(crate) fn answered(&self, stream: &str) -> Option<Whole> {
        let is_of_it = |message: &&Message| message.stream_id.as_deref() == Some(stream);
        let answer = self.messages.iter().rev().find(is_of_it)?;
        Some(match answer.reason {
            None => Whole::Yes,
            Some(_) => Whole::No,
        })
    }

    /// More came of an answer that had broken off. `text` is what came since, or all of it.
    pub(crate) fn go_on_answering(
        &mut self,
        stream: &str,
        stored: Option<String>,
        text: &str,
        whole: Whole,
    ) -> Option<Message> {
        let is_of_it = |message: &&mut Message| message.stream_id.as_deref() == Some(stream);
        let message = self.messages.iter_mut().rev().find(is_of_it)?;
        let more = text.strip_prefix(message.text.as_str()).unwrap_or(text);
        message.text.push_str(more);
        if whole == Whole::Yes {
            message.reason = None;
        }
        if let Some(id) = stored.map(ServerId) {
            self.seen.insert(id.clone());
            message.server_id = Some(id);
        }
        Some(message.clone())
    }

    /// The stored copy of an answer that was streamed and whose id was not told: by its text, or by its beginning if it broke off.
    pub(crate) fn stored_answer(&mut self, incoming: &Incoming) -> Option<Change> {
        let id = incoming.server_id.clone().filter(|id| !self.knows(id))?;
        if !matches!(incoming.author, Author::Bot { .. }) {
            return None;
        }
        let is_copy = |message: &&mut Message| {
            let provisional = message.stream_id.is_some()
                && message.stream_id.as_deref() == message.server_id.as_ref().map(|id| id.0.as_str());
            let broken_off = message.reason.is_some();
            provisional && (message.text == incoming.text || (broken_off && incoming.text.starts_with(&message.text)))
        };
        let message = self.messages.iter_mut().rev().find(is_copy)?;
        let same = message.text == incoming.text && message.reason.is_none();
        message.server_id = Some(id.clone());
        message.text.clone_from(&incoming.text);
        message.reason = None;
        if let Some(at) = incoming.at {
            message.sent_at = at;
            message.server_time = true;
        }
        let change = if same {
            Change::Nothing
        } else {
            Change::Replaced(message.clone())
        };
        self.seen.insert(id);
        Some(change)
    }
}
