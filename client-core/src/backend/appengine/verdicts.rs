//! What was asked on a line, what is answered, and what silence means.

use crate::backend::Signal;
use crate::backend::socketio::Value;
use crate::backend::step::{LineEnd, Step};
use crate::ids::{LocalId, ServerId};

use super::intent::{self, Verdict, Vocabulary};
use super::link::{ANSWER, Asked, Awaited, Ears};
use super::{AppEngine, handshake, received, record};

impl AppEngine {
    pub(super) fn answered(&mut self, asked: Asked, answer: Option<&Value>) {
        match asked {
            Asked::Message(id) => self.message_answered(id, answer),
            Asked::History => {
                let told = answer.and_then(|answer| received::history(answer, self.memory.email()));
                match (told, self.memory.conversation()) {
                    (None, Some(chat_id)) => self.fetch_history(&chat_id),
                    (told, _) => self.history_told(told),
                }
            }
            Asked::Close => self.close_answered(intent::verdict(answer)),
        }
    }

    pub(super) fn settled(&mut self, id: LocalId) {
        self.written.retain(|(known, _)| *known != id);
    }

    fn message_answered(&mut self, id: LocalId, answer: Option<&Value>) {
        if self.vocabulary_of(id) == Vocabulary::Seed {
            self.ears = Ears::Answering;
        }
        match intent::verdict(answer) {
            Verdict::Taken {
                server_id,
                chat_id,
                routed_to,
            } => {
                self.settled(id);
                self.learn_chat_id(chat_id);
                self.message_taken(id, server_id);
                if routed_to.as_deref() == Some("queued") {
                    self.desk.wait(self.now.mono);
                }
            }
            Verdict::Refused(words) if handshake::is_expiry(&words) => self.end(LineEnd::TokenRefused),
            Verdict::Refused(message) if is_for_now(&message) => {
                let (local_id, wait) = (Some(id), None);
                self.signal(Signal::Throttled {
                    local_id,
                    message,
                    wait,
                });
            }
            Verdict::Refused(message) => {
                self.settled(id);
                let local_id = Some(id);
                self.steps
                    .push_back(Step::Signal(Signal::Refused { local_id, message }));
            }
        }
    }

    fn message_taken(&mut self, local_id: LocalId, server_id: Option<String>) {
        self.steps.push_back(Step::Signal(Signal::Acknowledged {
            local_id,
            server_id: server_id.map(ServerId),
            at: None,
        }));
    }

    pub(super) fn learn_chat_id(&mut self, chat_id: Option<String>) {
        if chat_id.is_some() && self.memory.chat_id != chat_id {
            self.memory.chat_id = chat_id;
            self.steps.push_back(Step::Save);
        }
    }

    pub(super) fn answers_overdue(&mut self) {
        let now = self.now.mono;
        let Some(link) = &mut self.link else {
            return;
        };
        let (overdue, waiting): (Vec<_>, Vec<_>) = std::mem::take(&mut link.awaited)
            .into_iter()
            .partition(|awaited| awaited.until <= now);
        link.awaited = waiting;
        for awaited in overdue {
            match awaited.asked {
                Asked::Message(id) => self.message_unanswered(awaited.ack, id),
                Asked::History => {}
                Asked::Close => self.close_answered(Verdict::Refused("the server did not answer".to_owned())),
            }
        }
    }

    /// Who answers usually is silent for the client to judge. A server of the older vocabulary need not answer: its history tells.
    fn message_unanswered(&mut self, ack: u64, id: LocalId) {
        let is_older = self.vocabulary_of(id) == Vocabulary::Seed;
        if is_older
            && self.ears != Ears::Answering
            && let Some(chat_id) = self.memory.conversation()
        {
            self.look_up(id, &chat_id);
        }
        if let Some(link) = &mut self.link {
            let until = self.now.mono + ANSWER;
            let asked = Asked::Message(id);
            link.awaited.push(Awaited { ack, asked, until });
        }
    }

    /// The history was asked for a message that nobody acknowledged. Without a history there is nothing to go by, so it counts as taken;
    /// when it is not in the history, the client's own patience decides.
    pub(super) fn looked_up(&mut self, id: LocalId, told: Option<Vec<record::Received>>) {
        let Some(told) = told else {
            self.ears = Ears::Silent;
            self.settled(id);
            return self.message_taken(id, None);
        };
        if told.iter().any(|message| message.incoming.local_id == Some(id)) {
            self.ears = Ears::Silent;
            self.settled(id);
        }
        self.history_told(Some(told));
    }
}

/// No code of a refusal is documented: words about rate or load mean "later".
fn is_for_now(words: &str) -> bool {
    let words = words.to_ascii_lowercase();
    ["rate limit", "too many", "try again", "overload", "unavailable"]
        .iter()
        .any(|word| words.contains(word))
}
