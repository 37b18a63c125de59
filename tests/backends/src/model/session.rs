//! A visitor's session: what it does with each frame.

use std::{collections::VecDeque, sync::Arc};

use serde_json::{Map, Value};

use super::{
    bot::{BotMode, turn::PendingAnswer},
    content,
    conversation::{Conversation, Draft, Mode, Status},
    frame::{ServerFrame, TypingState, VisitorFrame, Welcome},
    ids::Ids,
    limit::{Allowance, PerMinute},
    message::{Message, Role},
    time::UnixMillis,
};

/// How long a session is remembered after it was last used.
pub const SESSION_LIFE_MS: u64 = 30 * 24 * 60 * 60 * 1_000;

/// Whether a message that comes again is recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dedupe {
    /// By `client_msg_id`, for the life of the session.
    #[default]
    ByClientId,
    /// Not at all: a second copy is stored. No document promises better.
    Off,
}

/// What holds for all sessions of a relay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// What the bot says.
    pub bot: BotMode,
    /// How long it types, in milliseconds.
    pub bot_delay_ms: u64,
    /// Whether repeated messages are recognised.
    pub dedupe: Dedupe,
    /// Messages a minute that one session may send; `None` is without limit.
    pub message_rate: Option<PerMinute>,
    /// How many messages a welcome repeats; with zero it says nothing about them.
    pub history_limit: usize,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            bot: BotMode::Answers,
            bot_delay_ms: 600,
            dedupe: Dedupe::ByClientId,
            message_rate: None,
            history_limit: 200,
        }
    }
}

/// What a visitor gave when the session was opened.
#[derive(Debug, Clone, PartialEq)]
pub struct Opening {
    /// Tenant id.
    pub tenant_id: String,
    /// Public key of the widget.
    pub widget_public_key: String,
    /// Origin of the page, or of the app.
    pub origin: String,
    /// Language tag.
    pub locale: String,
    /// Free-form context.
    pub metadata: Map<String, Value>,
    /// Destination queue.
    pub routing_key: Option<String>,
    /// Who answers first.
    pub mode: Mode,
}

/// Who the tenant's server says that the visitor is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The tenant's id of the user.
    pub user_id: String,
    /// E-mail address, if given.
    pub email: Option<String>,
    /// Name to show, if given.
    pub display_name: Option<String>,
}

/// What has to happen because of something that a session took in, in this order.
#[derive(Debug, Clone)]
pub enum Effect {
    /// To the socket that the visitor's frame came from.
    Sender(ServerFrame),
    /// To the session's other sockets.
    Others(ServerFrame),
    /// To all sockets of the session.
    Everyone(ServerFrame),
    /// A message was stored: operators see it.
    Added(Arc<Message>),
    /// A known message came again and was not stored.
    Repeated,
    /// Something that the operators' list shows has changed.
    Changed,
    /// The visitor types: operators see it.
    VisitorTyping(TypingState),
    /// The bot wants [`Session::bot_speaks`] to be called at this time.
    BotWakes(UnixMillis),
}

/// One visitor's session and its conversation.
#[derive(Debug, Clone)]
pub struct Session {
    /// `vs_…`
    pub id: String,
    /// What it was opened with.
    pub opening: Opening,
    /// Who the visitor is, once identified.
    pub user: Option<User>,
    /// The messages.
    pub conversation: Conversation,
    /// When it was opened.
    pub created_at: UnixMillis,
    pub(crate) pending: VecDeque<PendingAnswer>,
    last_used: UnixMillis,
    allowance: Option<Allowance>,
}

impl Session {
    /// Opens a session; `ids` names its messages.
    #[must_use]
    pub fn open(id: String, opening: Opening, ids: Ids, policy: &Policy, now: UnixMillis) -> Self {
        Self {
            id,
            conversation: Conversation::new(opening.mode, ids),
            opening,
            user: None,
            created_at: now,
            pending: VecDeque::new(),
            last_used: now,
            allowance: policy.message_rate.map(|rate| Allowance::new(rate, now)),
        }
    }

    /// Notes that the visitor came back, which begins the 30 days anew.
    pub fn touch(&mut self, now: UnixMillis) {
        self.last_used = self.last_used.max(now);
    }

    /// Whether the session was left alone for too long.
    #[must_use]
    pub fn is_over(&self, now: UnixMillis) -> bool {
        now.since(self.last_used) > SESSION_LIFE_MS
    }

    /// The first frame for a socket that just opened.
    #[must_use]
    pub fn welcome(&self, widget_config: Value, policy: &Policy) -> ServerFrame {
        let history = || self.conversation.newest(policy.history_limit).to_vec();
        ServerFrame::Welcome(Box::new(Welcome {
            session_id: self.id.clone(),
            widget_config,
            status: self.conversation.status,
            agent: self.conversation.agent.clone(),
            messages: (policy.history_limit > 0).then(history),
        }))
    }

    /// Takes in one text frame of the visitor.
    pub fn hear(&mut self, text: &str, policy: &Policy, now: UnixMillis) -> Vec<Effect> {
        self.touch(now);
        match VisitorFrame::parse(text) {
            Ok(VisitorFrame::Msg { client_msg_id, content }) => self.take_in(&client_msg_id, &content, policy, now),
            Ok(VisitorFrame::Typing(state)) => vec![Effect::VisitorTyping(state)],
            Ok(VisitorFrame::Ping) => vec![Effect::Sender(ServerFrame::Pong {
                last_message_id: self.conversation.last().map(|message| message.id.clone()),
            })],
            Err(error) => vec![Effect::Sender(error.into())],
        }
    }

    fn take_in(&mut self, client_msg_id: &str, text: &str, policy: &Policy, now: UnixMillis) -> Vec<Effect> {
        if let Some(known) = self.known(client_msg_id, policy.dedupe) {
            self.conversation.duplicates += 1;
            let ack = ServerFrame::Ack {
                client_msg_id: client_msg_id.to_owned(),
                message: known,
            };
            return vec![Effect::Repeated, Effect::Sender(ack)];
        }
        if let Err(refusal) = self.admit(client_msg_id, text, now) {
            return vec![Effect::Sender(refusal)];
        }
        let mut effects = Vec::with_capacity(6);
        self.conversation.status = Status::Open;
        let draft = Draft {
            role: Role::Visitor,
            name: None,
            text,
            client_msg_id: Some(client_msg_id),
        };
        let message = self.conversation.append(&draft, now);
        let ack = ServerFrame::Ack {
            client_msg_id: client_msg_id.to_owned(),
            message: Arc::clone(&message),
        };
        effects.push(Effect::Sender(ack));
        effects.push(Effect::Others(ServerFrame::Msg(Arc::clone(&message))));
        effects.push(Effect::Added(message));
        self.bot_listens(text, policy, now, &mut effects);
        effects.push(Effect::Changed);
        effects
    }

    fn known(&self, client_msg_id: &str, dedupe: Dedupe) -> Option<Arc<Message>> {
        match dedupe {
            Dedupe::ByClientId => self.conversation.sent_as(client_msg_id).cloned(),
            Dedupe::Off => None,
        }
    }

    fn admit(&mut self, client_msg_id: &str, text: &str, now: UnixMillis) -> Result<(), ServerFrame> {
        content::check(text).map_err(|error| ServerFrame::Error {
            code: error.code(),
            message: error.explanation().to_owned(),
            client_msg_id: Some(client_msg_id.to_owned()),
            retry_after: None,
        })?;
        let Some(allowance) = &mut self.allowance else {
            return Ok(());
        };
        allowance.take(now).map_err(|retry_after| ServerFrame::Error {
            code: "rate_limited",
            message: format!("Too many messages. Try again in {retry_after} s."),
            client_msg_id: Some(client_msg_id.to_owned()),
            retry_after: Some(retry_after),
        })
    }

    /// Stores a message that did not come from the visitor and tells everyone.
    pub fn say(&mut self, role: Role, name: Option<&str>, text: &str, now: UnixMillis) -> Vec<Effect> {
        let mut effects = Vec::with_capacity(3);
        self.post(role, name, text, now, &mut effects);
        effects.push(Effect::Changed);
        effects
    }

    pub(crate) fn post(&mut self, role: Role, name: Option<&str>, text: &str, now: UnixMillis, out: &mut Vec<Effect>) {
        let message = self.conversation.append(
            &Draft {
                role,
                name,
                text,
                client_msg_id: None,
            },
            now,
        );
        out.push(Effect::Everyone(ServerFrame::Msg(Arc::clone(&message))));
        out.push(Effect::Added(message));
    }
}
