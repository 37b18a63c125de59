//! Answers that were streamed, and the stored copies that come later.

use super::stream::{Collected, LONGEST, MOST_TOOLS};
use super::{Change, Timeline};
use crate::backend::Incoming;
use crate::ids::ServerId;
use crate::message::{Author, Delivery, Message, ToolUse};
use crate::time::UnixMillis;

/// How an answer's stream came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whole {
    Yes,
    /// It broke off.
    No,
    /// Others took its place while it still arrived: what comes of it goes on exactly where it was.
    GaveWay,
}

/// An answer whose stream is over.
#[derive(Debug)]
pub(crate) struct Answer<'s> {
    pub(crate) author: Author,
    /// The id of its stream.
    pub(crate) stream: &'s str,
    /// The id under which the server stores it, when told.
    pub(crate) stored: Option<String>,
    pub(crate) said: Collected,
    pub(crate) whole: Whole,
}

/// Marks an answer of which more may be stored than was heard.
const BROKEN_OFF: &str = "the answer broke off";
/// Marks one that gave way.
const GAVE_WAY: &str = "other answers took its place";

impl Whole {
    fn reason(self) -> Option<String> {
        match self {
            Self::Yes => None,
            Self::No => Some(BROKEN_OFF.to_owned()),
            Self::GaveWay => Some(GAVE_WAY.to_owned()),
        }
    }
}

impl Timeline {
    /// An answer that was streamed is in the log from now on. Without the id under which the server stores it, its stream's id stands for that.
    pub(crate) fn add_answer(&mut self, answer: Answer<'_>, now: UnixMillis) -> Message {
        let Answer {
            author,
            stream,
            stored,
            said,
            whole,
        } = answer;
        let id = ServerId(stored.unwrap_or_else(|| stream.to_owned()));
        self.seen.insert(id.clone());
        let message = Message {
            local_id: None,
            server_id: Some(id),
            author,
            text: said.text,
            sent_at: now,
            server_time: false,
            attachments: Vec::new(),
            choices: Vec::new(),
            tools: said.tools,
            status: Delivery::Sent,
            reason: whole.reason(),
            stream_id: Some(stream.to_owned()),
            conversation: self.conversation,
        };
        self.messages.push_back(message.clone());
        self.trim();
        message
    }

    fn answer_of(&self, stream: &str) -> Option<&Message> {
        let is_of_it = |message: &&Message| message.stream_id.as_deref() == Some(stream);
        self.messages.iter().rev().find(is_of_it)
    }

    /// Whether an answer of this stream is in the log, and the whole of it.
    pub(crate) fn answered(&self, stream: &str) -> Option<Whole> {
        let answer = self.answer_of(stream)?;
        Some(match answer.reason.as_deref() {
            None => Whole::Yes,
            Some(GAVE_WAY) => Whole::GaveWay,
            Some(_) => Whole::No,
        })
    }

    /// All of an answer of which `more` came. After a line that broke, the server may have begun from its first word again.
    pub(crate) fn with_what_was_said(&self, stream: &str, more: String) -> String {
        let earlier = self.answer_of(stream).map_or("", |answer| answer.text.as_str());
        if earlier.len() + more.len() > 2 * LONGEST {
            return earlier.to_owned();
        }
        let begins_again = more.starts_with(earlier) && self.answered(stream) != Some(Whole::GaveWay);
        if begins_again {
            return more;
        }
        [earlier, &more].concat()
    }

    /// More came of an answer that had broken off: all of it, and the tools since.
    pub(crate) fn go_on_answering(
        &mut self,
        stream: &str,
        stored: Option<String>,
        said: Collected,
        whole: Whole,
    ) -> Option<Message> {
        let is_of_it = |message: &&mut Message| message.stream_id.as_deref() == Some(stream);
        let message = self.messages.iter_mut().rev().find(is_of_it)?;
        message.text = said.text;
        message.tools.extend(said.tools);
        message.tools.truncate(MOST_TOOLS);
        message.reason = whole.reason();
        if let Some(id) = stored.map(ServerId) {
            self.seen.insert(id.clone());
            message.server_id = Some(id);
        }
        Some(message.clone())
    }

    /// An answer's stored copy was in the log before its stream ended: what its author did for it was told by the stream alone.
    pub(crate) fn add_tools(&mut self, id: &ServerId, tools: Vec<ToolUse>) {
        let is_it = |message: &&mut Message| message.server_id.as_ref() == Some(id);
        if let Some(message) = self.messages.iter_mut().rev().find(is_it)
            && message.tools.is_empty()
        {
            message.tools = tools;
        }
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
