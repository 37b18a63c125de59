//! What operators see of a conversation, and what they can do with it.

use serde::{Deserialize, Serialize};

use super::{
    bot::{self, Language},
    content::{self, ContentError},
    conversation::{Mode, Status},
    frame::{ServerFrame, TypingState},
    message::{Message, Role},
    session::{Effect, Session, User},
    time::UnixMillis,
};

/// One line of the operators' list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationSummary {
    /// The session's id.
    pub id: String,
    /// Name of the back end.
    pub backend: String,
    /// Who the visitor is, as far as is known.
    pub title: String,
    /// Who answers.
    pub mode: Mode,
    /// Open or closed.
    pub status: Status,
    /// Whether a socket of the visitor is open.
    pub online: bool,
    /// Whether the visitor waits for a person.
    pub waiting: bool,
    /// The newest message.
    pub last_text: Option<String>,
    /// When that was, or the session began; Unix milliseconds.
    pub last_at: u64,
    /// The visitor's language tag.
    pub locale: String,
    /// The visitor's page or app.
    pub origin: String,
    /// The tenant's id of the visitor.
    pub user_id: Option<String>,
    /// Destination queue.
    pub routing_key: Option<String>,
    /// Name of the person in charge.
    pub agent: Option<String>,
}

/// A message as operators see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperatorMessage {
    /// The relay's id.
    pub id: String,
    /// Who wrote it.
    pub author: Role,
    /// Under which name.
    pub name: Option<String>,
    /// The text.
    pub text: String,
    /// When; Unix milliseconds.
    pub sent_at: u64,
}

impl From<&Message> for OperatorMessage {
    fn from(message: &Message) -> Self {
        Self {
            id: message.id.clone(),
            author: message.role,
            name: message.name.clone(),
            text: message.text.clone(),
            sent_at: message.created_at.0,
        }
    }
}

impl Session {
    /// The line of the operators' list, for a visitor with `sockets` open sockets.
    #[must_use]
    pub fn summary(&self, sockets: usize) -> ConversationSummary {
        let conversation = &self.conversation;
        let last = conversation.last();
        ConversationSummary {
            id: self.id.clone(),
            backend: "bloonio".to_owned(),
            title: self.title(),
            mode: conversation.mode,
            status: conversation.status,
            online: sockets > 0,
            waiting: conversation.is_waiting(),
            last_text: last.map(|message| message.text.clone()),
            last_at: last.map_or(self.created_at, |message| message.created_at).0,
            locale: self.opening.locale.clone(),
            origin: self.opening.origin.clone(),
            user_id: self.user.as_ref().map(|user| user.user_id.clone()),
            routing_key: self.opening.routing_key.clone(),
            agent: conversation.agent.clone(),
        }
    }

    fn title(&self) -> String {
        match &self.user {
            Some(user) => user.display_name.clone().unwrap_or_else(|| user.user_id.clone()),
            None => {
                let tail: String = self
                    .id
                    .chars()
                    .filter(char::is_ascii_alphanumeric)
                    .skip(2)
                    .take(4)
                    .collect();
                format!("Visitor {}", tail.to_uppercase())
            }
        }
    }

    /// Notes who the visitor is; the signature was checked before.
    pub fn identify(&mut self, user: User) -> Vec<Effect> {
        self.user = Some(user);
        vec![Effect::Changed]
    }

    fn language(&self) -> Language {
        Language::of(&self.opening.locale)
    }

    /// `operator` takes the conversation: the bot falls silent.
    pub fn take(&mut self, operator: &str) -> Vec<Effect> {
        let mut effects = Vec::new();
        self.assign(operator, &mut effects);
        effects
    }

    fn assign(&mut self, operator: &str, out: &mut Vec<Effect>) {
        self.hush_bot(out);
        self.conversation.mode = Mode::Human;
        self.conversation.status = Status::Open;
        if self.conversation.agent.as_deref() != Some(operator) {
            self.conversation.agent = Some(operator.to_owned());
            out.push(Effect::Everyone(ServerFrame::AgentAssigned {
                display_name: operator.to_owned(),
            }));
        }
        out.push(Effect::Changed);
    }

    /// The person hands the conversation back to the bot.
    pub fn release(&mut self) -> Vec<Effect> {
        self.conversation.mode = Mode::Bot;
        let mut effects = Vec::new();
        if self.conversation.agent.take().is_some() {
            effects.push(Effect::Everyone(ServerFrame::AgentReleased));
        }
        effects.push(Effect::Changed);
        effects
    }

    /// Ends the conversation; the visitor's next message opens it again, in the mode the session began with.
    pub fn close(&mut self, now: UnixMillis) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.conversation.status == Status::Closed {
            return effects;
        }
        self.hush_bot(&mut effects);
        self.post(
            Role::System,
            None,
            bot::phrase(bot::Phrase::Closed, self.language()),
            now,
            &mut effects,
        );
        self.conversation.status = Status::Closed;
        self.conversation.mode = self.opening.mode;
        self.conversation.agent = None;
        effects.push(Effect::Everyone(ServerFrame::ConversationClosed));
        effects.push(Effect::Changed);
        effects
    }

    /// `operator` answers, and takes the conversation if somebody else or nobody had it.
    ///
    /// # Errors
    /// When the text is empty or too long.
    pub fn reply(&mut self, operator: &str, text: &str, now: UnixMillis) -> Result<Vec<Effect>, ContentError> {
        content::check(text)?;
        let mut effects = Vec::new();
        self.assign(operator, &mut effects);
        self.post(Role::Agent, Some(operator), text, now, &mut effects);
        effects.push(Effect::Changed);
        Ok(effects)
    }

    /// `operator` types.
    #[must_use]
    pub fn operator_types(&self, operator: &str, state: TypingState) -> Vec<Effect> {
        vec![Effect::Everyone(ServerFrame::Typing {
            state,
            role: Role::Agent,
            name: Some(operator.to_owned()),
        })]
    }
}
