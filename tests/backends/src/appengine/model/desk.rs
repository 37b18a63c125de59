//! What agents see and do.

use serde_json::{Value, json};

use super::{
    center::{Center, Effect},
    chat::{Chat, ChatStatus},
    event::Event,
    intent::Typing,
    message::{Author, FileInfo, Message, MessageStatus},
    person::{Agent, AgentPresence},
    queue::Wish,
};
use crate::model::{
    ConversationSummary, Mode, Status, UnixMillis,
    content::{self, ContentError},
    desk::OperatorMessage,
};

/// What an agent does with a conversation.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Takes it from the queue, the assistant or another agent.
    Take,
    /// Gives it back: to the assistant, or to the queue when there is none.
    Leave,
    /// Ends it.
    Close,
    /// Answers, which takes it too.
    Reply {
        /// A string, or rich content of an older automation.
        content: Value,
        /// What goes with it.
        files: Vec<FileInfo>,
    },
    /// Begins to type.
    Type,
    /// Stops typing.
    StopTyping,
    /// Has seen all the customer's messages.
    Read,
    /// Hands it to another agent.
    Transfer {
        /// Address or name of the other.
        to: String,
        /// Why.
        note: String,
    },
    /// Nudges the customer with a toast; the fields are the event's.
    Engage(Value),
    /// Takes a message back.
    Delete {
        /// Either id of the message.
        message_id: String,
    },
    /// Ends the chat session, so that the next connection starts afresh.
    ExpireSession,
}

/// Why an agent could not act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeskError {
    /// There is no such conversation.
    UnknownChat,
    /// Nobody is called that.
    UnknownAgent,
    /// The conversation has no such message.
    UnknownMessage,
    /// The text of a reply was refused.
    Content(ContentError),
}

impl DeskError {
    /// What a person reads.
    #[must_use]
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::UnknownChat => "There is no such conversation.",
            Self::UnknownAgent => "Nobody is called that.",
            Self::UnknownMessage => "The conversation has no such message.",
            Self::Content(error) => error.explanation(),
        }
    }
}

impl std::fmt::Display for DeskError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.explanation())
    }
}

impl std::error::Error for DeskError {}

impl Center {
    /// The line of the operators' list.
    pub(crate) fn summary(&self, chat: &Chat) -> Value {
        let agent = chat.agent.as_ref().and_then(|email| self.agent(email));
        let last = chat.messages.last();
        let summary = ConversationSummary {
            id: chat.id.clone(),
            backend: "appengine".to_owned(),
            title: chat.customer.name.clone(),
            mode: if chat.status == ChatStatus::Active {
                Mode::Bot
            } else {
                Mode::Human
            },
            status: if chat.status == ChatStatus::Closed {
                Status::Closed
            } else {
                Status::Open
            },
            online: !self.room(&chat.id).is_empty(),
            waiting: chat.status == ChatStatus::Waiting,
            last_text: last.map(|message| message.preview()),
            last_at: chat.last_at().0,
            locale: chat.language.clone(),
            origin: chat.whereabouts().to_owned(),
            user_id: Some(chat.customer.email.clone()),
            routing_key: None,
            agent: agent.map(|agent| agent.name.clone()),
        };
        let mut line = json!(summary);
        line["page"] = json!(chat.page);
        line["takes_files"] = json!(true);
        line["position"] = json!(self.queue.place(&chat.id).map(|place| place.position));
        line
    }

    /// A message as operators see it.
    pub(crate) fn told(message: &Message) -> Value {
        let told = OperatorMessage {
            id: message.sk.clone(),
            author: message.author.role(),
            name: message.author.name().map(str::to_owned),
            text: message.text(),
            sent_at: message.sent_at.0,
        };
        let mut told = json!(told);
        told["client_msg_id"] = json!(message.client_id);
        told["status"] = json!(message.status);
        told["files"] = json!(message.files);
        told
    }

    pub(crate) fn desk_message(message: &Message) -> Value {
        json!({ "type": "message", "conversation_id": message.chat_id, "message": Self::told(message) })
    }

    pub(crate) fn desk_status(message: &Message) -> Value {
        json!({
            "type": "message_status", "conversation_id": message.chat_id, "message_id": message.sk,
            "status": message.status,
        })
    }

    pub(crate) fn note_change(&self, chat_id: &str, out: &mut Vec<Effect>) {
        if let Some(chat) = self.chats.get(chat_id) {
            out.push(Effect::Desk(
                json!({ "type": "conversation", "conversation": self.summary(chat) }),
            ));
        }
    }

    /// The agent of that address or name; a stranger's name makes a new one.
    fn agent_or_new(&mut self, name: &str) -> Agent {
        if let Some(agent) = self.agent(name) {
            return agent.clone();
        }
        let slug: String = name.to_lowercase().split_whitespace().collect::<Vec<_>>().join(".");
        let agent = Agent::new(&format!("{slug}@agents.example"), name, &[]);
        self.agents.push(agent.clone());
        agent
    }

    /// Does what `operator` wants with a conversation.
    pub(crate) fn act(
        &mut self,
        chat_id: &str,
        operator: &str,
        action: Action,
        now: UnixMillis,
    ) -> Result<Vec<Effect>, DeskError> {
        if !self.chats.contains_key(chat_id) {
            return Err(DeskError::UnknownChat);
        }
        let agent = self.agent_or_new(operator);
        let mut out = Vec::new();
        match action {
            Action::Take => self.assign(chat_id, &agent, now, &mut out),
            Action::Leave => self.give_back(chat_id, &agent, now, &mut out),
            Action::Close => self.end(chat_id, "agent", now, &mut out),
            Action::Reply { content, files } => self.reply(chat_id, &agent, content, files, now, &mut out)?,
            Action::Type => self.agent_types(chat_id, &agent, Typing::Active, &mut out),
            Action::StopTyping => self.agent_types(chat_id, &agent, Typing::Idle, &mut out),
            Action::Read => self.raise(chat_id, MessageStatus::Read, &mut out),
            Action::Transfer { to, note } => self.transfer(chat_id, &agent, &to, note, now, &mut out)?,
            Action::Engage(payload) => {
                let payload = self.with_id("engageId", payload);
                self.tell_room(chat_id, Event::Engage(payload), &mut out);
            }
            Action::Delete { message_id } => self.take_back(chat_id, &message_id, &mut out)?,
            Action::ExpireSession => self.expire_session(chat_id, &mut out),
        }
        self.note_change(chat_id, &mut out);
        Ok(out)
    }

    fn assign(&mut self, chat_id: &str, agent: &Agent, now: UnixMillis, out: &mut Vec<Effect>) {
        self.hush(chat_id, now, out);
        self.queue.leave(chat_id);
        let Some(chat) = self.chats.get_mut(chat_id) else {
            return;
        };
        chat.status = ChatStatus::Assigned;
        let previous = chat.agent.replace(agent.email.clone());
        if previous.as_deref() == Some(&agent.email) {
            return;
        }
        let (id, new) = (chat_id.to_owned(), agent.clone());
        let event = match previous {
            None => Event::Assigned {
                chat_id: id,
                agent: new,
            },
            Some(_) => Event::AgentChanged {
                chat_id: id,
                agent: new,
            },
        };
        let joined = json!(format!("{} joined the chat", agent.name));
        self.post(chat_id, Author::System, joined, Vec::new(), now, out);
        self.tell_room(chat_id, event, out);
        let presence = Event::Presence {
            agent: agent.clone(),
            at: now,
        };
        self.tell_room(chat_id, presence, out);
        self.tell_status(chat_id, out);
        self.raise(chat_id, MessageStatus::Delivered, out);
    }

    fn give_back(&mut self, chat_id: &str, agent: &Agent, now: UnixMillis, out: &mut Vec<Effect>) {
        let has_assistant = self.assistant().is_some();
        let Some(chat) = self.chats.get_mut(chat_id) else {
            return;
        };
        chat.status = ChatStatus::Active;
        if chat.agent.take().is_none() {
            return;
        }
        let left = json!(format!("{} left the chat", agent.name));
        self.post(chat_id, Author::System, left, Vec::new(), now, out);
        if has_assistant {
            self.tell_status(chat_id, out);
        } else {
            self.enqueue(chat_id, Wish::default(), now, out);
        }
    }

    fn reply(
        &mut self,
        chat_id: &str,
        agent: &Agent,
        content: Value,
        files: Vec<FileInfo>,
        now: UnixMillis,
        out: &mut Vec<Effect>,
    ) -> Result<(), DeskError> {
        if let Value::String(text) = &content
            && files.is_empty()
        {
            content::check(text).map_err(DeskError::Content)?;
        }
        self.assign(chat_id, agent, now, out);
        self.raise(chat_id, MessageStatus::Read, out);
        self.post(chat_id, Author::agent(agent), content, files, now, out);
        Ok(())
    }

    fn agent_types(&self, chat_id: &str, agent: &Agent, typing: Typing, out: &mut Vec<Effect>) {
        let Some(chat) = self.chats.get(chat_id) else { return };
        let event = Event::Typing {
            chat_id: chat_id.to_owned(),
            from: agent.email.clone(),
            to: chat.customer.email.clone(),
            typing,
        };
        self.tell_room(chat_id, event, out);
    }

    fn transfer(
        &mut self,
        chat_id: &str,
        from: &Agent,
        to: &str,
        note: String,
        now: UnixMillis,
        out: &mut Vec<Effect>,
    ) -> Result<(), DeskError> {
        let agent = self.agent(to).ok_or(DeskError::UnknownAgent)?.clone();
        let event = Event::Transferred {
            chat_id: chat_id.to_owned(),
            from: from.email.clone(),
            agent: agent.clone(),
            note,
        };
        self.tell_room(chat_id, event, out);
        self.assign(chat_id, &agent, now, out);
        Ok(())
    }

    fn take_back(&mut self, chat_id: &str, message_id: &str, out: &mut Vec<Effect>) -> Result<(), DeskError> {
        let chat = self.chats.get_mut(chat_id).ok_or(DeskError::UnknownChat)?;
        let message = chat.delete(message_id).ok_or(DeskError::UnknownMessage)?;
        let event = Event::Deleted {
            sk: message.sk.clone(),
            message_id: message.id().to_owned(),
        };
        self.tell_room(chat_id, event, out);
        out.push(Effect::Desk(
            json!({ "type": "deleted", "conversation_id": chat_id, "message_id": message.sk }),
        ));
        Ok(())
    }

    fn expire_session(&mut self, chat_id: &str, out: &mut Vec<Effect>) {
        let Some(chat) = self.chats.get(chat_id) else { return };
        let email = chat.customer.email.clone();
        self.sessions.retain(|_, owner| *owner != email);
        self.tell_room(chat_id, Event::SessionExpired, out);
    }

    fn with_id(&mut self, name: &str, mut payload: Value) -> Value {
        if let Value::Object(fields) = &mut payload
            && !fields.contains_key(name)
        {
            fields.insert(name.to_owned(), json!(self.ids.message()));
        }
        payload
    }

    /// An agent comes, goes or is busy; all clients hear it.
    pub(crate) fn set_presence(
        &mut self,
        name: &str,
        presence: AgentPresence,
        now: UnixMillis,
    ) -> Result<Vec<Effect>, DeskError> {
        let agent = self.agents.iter_mut().find(|agent| agent.is_called(name));
        let agent = agent.ok_or(DeskError::UnknownAgent)?;
        agent.presence = presence;
        let event = Event::Presence {
            agent: agent.clone(),
            at: now,
        };
        Ok(vec![Effect::Tell(
            self.sockets(|client| client.email().is_some()),
            event,
        )])
    }

    /// An operator says how present they are; a stranger's name makes a new agent, as with every act.
    pub(crate) fn be_present(&mut self, operator: &str, presence: AgentPresence, now: UnixMillis) -> Vec<Effect> {
        let agent = self.agent_or_new(operator);
        self.set_presence(&agent.email, presence, now).unwrap_or_default()
    }

    /// The conversation that an agent gets next, taken.
    pub(crate) fn take_next(&mut self, operator: &str, now: UnixMillis) -> Option<(String, Vec<Effect>)> {
        let agent = self.agent_or_new(operator);
        let chat_id = self.queue.next_for(&agent.skills)?.chat_id.clone();
        let mut out = Vec::new();
        self.assign(&chat_id, &agent, now, &mut out);
        self.note_change(&chat_id, &mut out);
        Some((chat_id, out))
    }

    /// Begins a broadcast to everybody, or ends the one that runs.
    pub(crate) fn broadcast(&mut self, payload: Option<Value>) -> Vec<Effect> {
        let everybody = self.sockets(|_| true);
        match payload {
            Some(payload) => {
                let payload = self.with_id("broadcastId", payload);
                self.broadcast = Some(payload.clone());
                vec![Effect::Tell(everybody, Event::BroadcastStart(payload))]
            }
            None => match self.broadcast.take() {
                Some(payload) => {
                    let ended = json!({ "broadcastId": payload["broadcastId"] });
                    vec![Effect::Tell(everybody, Event::BroadcastEnd(ended))]
                }
                None => Vec::new(),
            },
        }
    }
}
