//! A visitor's session: what it does with each frame.

use std::{collections::VecDeque, sync::Arc};

use serde_json::{Map, Value};

use super::{
    bot::turn::PendingAnswer,
    content,
    conversation::{Conversation, Draft, Mode, Status},
    frame::{ServerFrame, TypingState, VisitorFrame, Welcome},
    ids::Ids,
    limit::Allowance,
    message::{Message, Role},
    policy::{Dedupe, Policy},
    time::UnixMillis,
};

/// How long a session is remembered after it was last used.
pub const SESSION_LIFE_MS: u64 = 30 * 24 * 60 * 60 * 1_000;

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
                last_message_id: self.conversation.last_of_others().map(|message| message.id.clone()),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{BotMode, Tenant, limit::PerMinute};

    const NOW: UnixMillis = UnixMillis(1_782_036_062_000);

    fn session(policy: &Policy) -> Session {
        let opening = Opening {
            tenant_id: Tenant::DEMO_ID.to_owned(),
            widget_public_key: Tenant::DEMO_PUBLIC_KEY.to_owned(),
            origin: "app://visavis".to_owned(),
            locale: "en".to_owned(),
            metadata: Map::new(),
            routing_key: None,
            mode: Mode::Bot,
        };
        Session::open("vs_1".to_owned(), opening, Ids::new(1), policy, NOW)
    }

    fn msg(id: &str, content: &str) -> String {
        serde_json::json!({ "type": "msg", "client_msg_id": id, "content": content }).to_string()
    }

    /// The effects, one word each.
    fn names(effects: &[Effect]) -> Vec<&'static str> {
        effects
            .iter()
            .map(|effect| match effect {
                Effect::Sender(ServerFrame::Ack { .. }) => "ack",
                Effect::Sender(ServerFrame::Error { code, .. }) => code,
                Effect::Sender(_) => "sender",
                Effect::Others(_) => "others",
                Effect::Everyone(ServerFrame::Msg(_)) => "msg",
                Effect::Everyone(ServerFrame::Typing {
                    state: TypingState::Start,
                    ..
                }) => "start",
                Effect::Everyone(ServerFrame::Typing {
                    state: TypingState::Stop,
                    ..
                }) => "stop",
                Effect::Everyone(_) => "everyone",
                Effect::Added(_) => "added",
                Effect::Repeated => "repeated",
                Effect::Changed => "changed",
                Effect::VisitorTyping(_) => "typing",
                Effect::BotWakes(_) => "wakes",
            })
            .collect()
    }

    #[test]
    fn a_message_is_stored_then_acknowledged_then_answered_later() {
        let policy = Policy::default();
        let mut session = session(&policy);
        let heard = session.hear(&msg("c1", "blue"), &policy, NOW);
        assert_eq!(names(&heard), ["ack", "others", "added", "start", "wakes", "changed"]);
        assert!(session.bot_speaks(NOW.plus(599), NOW.plus(599)).is_empty());
        let said = session.bot_speaks(NOW.plus(600), NOW.plus(600));
        assert_eq!(names(&said), ["stop", "msg", "added", "changed"]);
        assert!(
            session.bot_speaks(NOW.plus(600), NOW.plus(700)).is_empty(),
            "each answer is given once"
        );
    }

    #[test]
    fn a_repeated_message_changes_nothing_even_when_it_would_be_refused_now() {
        let policy = Policy {
            message_rate: Some(PerMinute(1)),
            bot: BotMode::Off,
            ..Policy::default()
        };
        let mut session = session(&policy);
        session.hear(&msg("c1", "blue"), &policy, NOW);
        assert_eq!(names(&session.hear(&msg("c2", "red"), &policy, NOW)), ["rate_limited"]);
        assert_eq!(
            names(&session.hear(&msg("c1", "blue"), &policy, NOW)),
            ["repeated", "ack"]
        );
        assert_eq!(
            (session.conversation.messages().len(), session.conversation.duplicates),
            (1, 1)
        );
    }

    #[test]
    fn a_refused_message_is_not_stored() {
        let policy = Policy::default();
        let mut session = session(&policy);
        assert_eq!(names(&session.hear(&msg("c1", " "), &policy, NOW)), ["invalid_content"]);
        assert!(session.conversation.messages().is_empty());
        assert_eq!(
            names(&session.hear(&msg("c1", "blue"), &policy, NOW))[0],
            "ack",
            "the id is still free"
        );
    }

    #[test]
    fn handing_over_drops_what_the_bot_was_typing() {
        let policy = Policy::default();
        let mut session = session(&policy);
        session.hear(&msg("c1", "blue"), &policy, NOW);
        let heard = session.hear(&msg("c2", "a human, please"), &policy, NOW.plus(1));
        assert_eq!(
            names(&heard),
            ["ack", "others", "added", "stop", "msg", "added", "changed"]
        );
        assert!(session.bot_speaks(NOW.plus(600), NOW.plus(600)).is_empty());
        assert_eq!(
            names(&session.hear(&msg("c3", "blue"), &policy, NOW.plus(2))),
            ["ack", "others", "added", "changed"]
        );
    }

    #[test]
    fn echo_without_delay_is_one_message() {
        let policy = Policy {
            bot: BotMode::Echo,
            bot_delay_ms: 0,
            ..Policy::default()
        };
        let heard = session(&policy).hear(&msg("c1", "human"), &policy, NOW);
        assert_eq!(names(&heard), ["ack", "others", "added", "msg", "added", "changed"]);
    }

    #[test]
    fn a_closed_conversation_opens_again_in_its_first_mode() {
        let policy = Policy {
            bot_delay_ms: 0,
            ..Policy::default()
        };
        let mut session = session(&policy);
        session.take("Sam");
        assert_eq!(names(&session.close(NOW)), ["msg", "added", "everyone", "changed"]);
        assert!(session.close(NOW).is_empty(), "closed is closed");
        session.hear(&msg("c1", "blue"), &policy, NOW);
        assert_eq!(
            (session.conversation.status, session.conversation.mode),
            (Status::Open, Mode::Bot)
        );
        assert_eq!(session.conversation.agent, None);
    }
}
