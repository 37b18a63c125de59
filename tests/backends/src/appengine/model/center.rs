//! The contact centre: who is connected, which conversations there are, and who has them.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use serde_json::Value;

use super::{
    chat::{Chat, ChatStatus},
    chat_id::{CustomerId, address},
    event::Event,
    message::{ASSISTANT, Author, FileInfo, Message, MessageStatus, QUEUED},
    person::Agent,
    policy::Policy,
    queue::{Queue, Ticket, Wish},
    socket::{Client, SocketId},
    stream::Break,
};
use crate::model::{Ids, UnixMillis};

/// Something to do at a later time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wake {
    /// The next step of the assistant's answer in a conversation.
    Answer { chat_id: String },
    /// Tells one who waits where they stand.
    Queue { chat_id: String, since: UnixMillis },
}

/// What the outside has to do.
#[derive(Debug)]
pub(crate) enum Effect {
    Tell(Vec<SocketId>, Event),
    /// Ends connections without a word.
    Cut(Vec<SocketId>),
    /// Ends connections with a disconnect packet.
    Dismiss(Vec<SocketId>),
    /// Operators hear this.
    Desk(Value),
    Wake(UnixMillis, Wake),
}

/// What was counted.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tally {
    pub(crate) messages: u64,
    pub(crate) duplicates: u64,
}

/// A copy of a conversation that was asked for at its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentTranscript {
    /// Which conversation.
    pub chat_id: String,
    /// To whom.
    pub email: String,
    /// How many messages it has.
    pub messages: usize,
}

/// All state.
#[derive(Debug)]
pub(crate) struct Center {
    pub(crate) policy: Policy,
    /// The content of the chat configuration.
    pub(crate) config: Value,
    pub(crate) config_id: String,
    pub(crate) agents: Vec<Agent>,
    pub(crate) chats: BTreeMap<String, Chat>,
    pub(crate) queue: Queue,
    pub(crate) tally: Tally,
    pub(crate) transcripts: Vec<SentTranscript>,
    pub(crate) next_break: Option<Break>,
    pub(crate) clients: BTreeMap<SocketId, Client>,
    /// Chat sessions, and whose they are.
    pub(crate) sessions: HashMap<String, String>,
    pub(crate) broadcast: Option<Value>,
    pub(crate) ids: Ids,
}

impl Center {
    pub(crate) fn new(
        policy: Policy,
        config_id: String,
        config: Value,
        agents: Vec<Agent>,
        wait_s: u64,
        seed: u64,
    ) -> Self {
        Self {
            policy,
            config,
            config_id,
            agents,
            chats: BTreeMap::new(),
            queue: Queue::new(wait_s),
            tally: Tally::default(),
            transcripts: Vec::new(),
            next_break: None,
            clients: BTreeMap::new(),
            sessions: HashMap::new(),
            broadcast: None,
            ids: Ids::new(seed),
        }
    }

    /// The assistant's name, if there is one.
    pub(crate) fn assistant(&self) -> Option<&str> {
        self.config["ai"].as_str().filter(|name| !name.is_empty())
    }

    pub(crate) fn is_offline(&self) -> bool {
        self.config["status"] == "offline"
    }

    pub(crate) fn agent(&self, name: &str) -> Option<&Agent> {
        self.agents.iter().find(|agent| agent.is_called(name))
    }

    /// Sockets that take part in a conversation.
    pub(crate) fn room(&self, chat_id: &str) -> Vec<SocketId> {
        self.sockets(|client| client.chat_id() == Some(chat_id))
    }

    pub(crate) fn sockets(&self, picks: impl Fn(&Client) -> bool) -> Vec<SocketId> {
        let picked = self.clients.iter().filter(|(_, client)| picks(client));
        picked.map(|(socket, _)| *socket).collect()
    }

    pub(crate) fn tell_room(&self, chat_id: &str, event: Event, out: &mut Vec<Effect>) {
        out.push(Effect::Tell(self.room(chat_id), event));
    }

    /// The customer's conversation that `id` means in any of the spellings.
    pub(crate) fn resolve(&self, email: &str, id: &str) -> Option<&str> {
        if let Some(chat) = self.chats.get(id) {
            return (chat.customer.email == email).then_some(chat.id.as_str());
        }
        let meant = CustomerId::parse(id)?;
        if address(meant.email) != email {
            return None;
        }
        let own = self.chats.values().filter(|chat| chat.customer.email == email);
        own.max_by_key(|chat| chat.last_at()).map(|chat| chat.id.as_str())
    }

    /// Stores a message and pushes it to all sockets of the conversation.
    pub(crate) fn post(
        &mut self,
        chat_id: &str,
        author: Author,
        content: Value,
        files: Vec<FileInfo>,
        now: UnixMillis,
        out: &mut Vec<Effect>,
    ) -> Option<Arc<Message>> {
        let message = self.store(chat_id, author, content, files, None, now, out)?;
        self.tell_room(chat_id, Event::Message(Arc::clone(&message)), out);
        Some(message)
    }

    /// Stores a message; operators hear of it.
    #[expect(clippy::too_many_arguments, reason = "these are the fields of a message")]
    pub(crate) fn store(
        &mut self,
        chat_id: &str,
        author: Author,
        content: Value,
        files: Vec<FileInfo>,
        client_id: Option<String>,
        now: UnixMillis,
        out: &mut Vec<Effect>,
    ) -> Option<Arc<Message>> {
        let sk = self.ids.message();
        let to = self.addressee(chat_id, &author)?;
        let chat = self.chats.get_mut(chat_id)?;
        let message = Arc::new(Message {
            sk,
            chat_id: chat_id.to_owned(),
            client_id,
            author,
            to,
            content,
            files,
            status: MessageStatus::Sent,
            sent_at: now.max(chat.last_at()),
        });
        chat.messages.push(Arc::clone(&message));
        out.push(Effect::Desk(Self::desk_message(&message)));
        Some(message)
    }

    fn addressee(&self, chat_id: &str, author: &Author) -> Option<String> {
        let chat = self.chats.get(chat_id)?;
        if !matches!(author, Author::Customer { .. }) {
            return Some(chat.customer.email.clone());
        }
        let answers = chat.status == ChatStatus::Active && self.assistant().is_some();
        Some(match &chat.agent {
            Some(agent) => agent.clone(),
            None if answers => ASSISTANT.to_owned(),
            None => QUEUED.to_owned(),
        })
    }

    /// Lets a customer wait for a person, from now or from before.
    pub(crate) fn enqueue(&mut self, chat_id: &str, wish: Wish, now: UnixMillis, out: &mut Vec<Effect>) {
        let Some(chat) = self.chats.get_mut(chat_id) else {
            return;
        };
        if chat.status == ChatStatus::Assigned {
            return;
        }
        let is_new = self.queue.place(chat_id).is_none();
        chat.status = ChatStatus::Waiting;
        self.queue.join(Ticket {
            chat_id: chat_id.to_owned(),
            email: chat.customer.email.clone(),
            wish,
            since: now,
        });
        let Some(place) = self.queue.place(chat_id) else { return };
        let chat_id = chat_id.to_owned();
        if !is_new {
            self.tell_room(
                &chat_id,
                Event::QueueMoved {
                    chat_id: chat_id.clone(),
                    place,
                },
                out,
            );
            return;
        }
        self.tell_status(&chat_id, out);
        self.tell_room(
            &chat_id,
            Event::Queued {
                chat_id: chat_id.clone(),
                place,
            },
            out,
        );
        self.note_change(&chat_id, out);
        self.plan_queue_push(chat_id, now, now, out);
    }

    fn plan_queue_push(&self, chat_id: String, since: UnixMillis, now: UnixMillis, out: &mut Vec<Effect>) {
        if self.policy.queue_push_ms > 0 {
            let due = now.plus(self.policy.queue_push_ms);
            out.push(Effect::Wake(due, Wake::Queue { chat_id, since }));
        }
    }

    pub(crate) fn tell_status(&self, chat_id: &str, out: &mut Vec<Effect>) {
        let Some(chat) = self.chats.get(chat_id) else { return };
        let event = Event::ChatStatus {
            chat_id: chat_id.to_owned(),
            status: chat.status,
        };
        self.tell_room(chat_id, event, out);
    }

    /// Goes on with what was planned.
    pub(crate) fn wake(&mut self, wake: Wake, now: UnixMillis) -> Vec<Effect> {
        let mut out = Vec::new();
        match wake {
            Wake::Answer { chat_id } => self.go_on_answering(&chat_id, now, &mut out),
            Wake::Queue { chat_id, since } => {
                let waits_on = |ticket: &Ticket| ticket.chat_id == chat_id && ticket.since == since;
                if self.queue.tickets().iter().any(waits_on)
                    && let Some(place) = self.queue.place(&chat_id)
                {
                    self.tell_room(
                        &chat_id,
                        Event::QueueMoved {
                            chat_id: chat_id.clone(),
                            place,
                        },
                        &mut out,
                    );
                    self.plan_queue_push(chat_id, since, now, &mut out);
                }
            }
        }
        out
    }
}
