//! What customers say to the centre, and what they get for it.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    center::{Center, Effect, SentTranscript},
    chat::ChatStatus,
    chat_id::{self, address},
    event::Event,
    intent::{Draft, Intent, Transcript, Typing, Unheard},
    message::{Author, FileInfo, Message, MessageStatus},
    policy::{BorrowedWords, Echo},
    queue::Wish,
    socket::{Seat, SocketId},
};
use crate::model::{UnixMillis, content};

/// What a client hears back: the acknowledgement, if there is one to give, and what follows from it.
#[derive(Debug, Default)]
pub(crate) struct Reaction {
    pub(crate) ack: Option<Value>,
    pub(crate) effects: Vec<Effect>,
}

/// An acknowledgement that refuses.
pub(crate) fn refused(error: &str, message: &str) -> Value {
    json!({ "success": false, "error": error, "message": message })
}

fn unknown_chat() -> Value {
    refused("unknown_chat", "There is no such conversation of yours.")
}

impl Center {
    /// Hears the event `name` from a socket.
    pub(crate) fn hear(&mut self, socket: SocketId, name: &str, payload: &Value, now: UnixMillis) -> Reaction {
        let dialect = self.policy.dialect;
        if self.policy.borrowed_words == BorrowedWords::Unknown && Intent::is_borrowed(dialect, name) {
            return Reaction::default();
        }
        let intent = match Intent::read(dialect, name, payload) {
            Ok(intent) => intent,
            Err(Unheard::UnknownName) => return Reaction::default(),
            Err(Unheard::Malformed) => return Self::malformed(socket, name, payload),
        };
        let Some(client) = self.clients.get(&socket) else {
            return Reaction::default();
        };
        let Seat::Chat { email, chat_id } = client.seat.clone() else {
            return Reaction {
                ack: Some(refused("forbidden", "A viewer may send nothing.")),
                effects: Vec::new(),
            };
        };
        let mut effects = Vec::new();
        let ack = self.obey(socket, &email, &chat_id, intent, now, &mut effects);
        Reaction {
            ack: Some(ack),
            effects,
        }
    }

    /// What the framework underneath does with a payload that its handler throws at.
    fn malformed(socket: SocketId, name: &str, payload: &Value) -> Reaction {
        let event = Event::Exception {
            pattern: name.to_owned(),
            data: payload.clone(),
        };
        Reaction {
            ack: Some(refused("invalid_payload", "The payload cannot be read.")),
            effects: vec![Effect::Tell(vec![socket], event)],
        }
    }

    fn obey(
        &mut self,
        socket: SocketId,
        email: &str,
        chat_id: &str,
        intent: Intent,
        now: UnixMillis,
        out: &mut Vec<Effect>,
    ) -> Value {
        match intent {
            Intent::Send(draft) => match self.target(email, chat_id, draft.chat_id.as_deref()) {
                Some(target) => self.send(Some(socket), &target, draft, now, out),
                None => unknown_chat(),
            },
            Intent::History { chat_id: wanted } => match self.target(email, chat_id, wanted.as_deref()) {
                Some(target) => json!({ "success": true, "history": self.past(&target) }),
                None => unknown_chat(),
            },
            Intent::Join { chat_id: wanted } => self.join(socket, email, &wanted),
            Intent::Typing(typing) => {
                out.push(Effect::Desk(Self::desk_typing(chat_id, typing)));
                json!({ "success": true })
            }
            Intent::Receipt { id, status } => self.receive_receipt(chat_id, &id, status, out),
            Intent::RequestAgent(wish) => {
                self.hush(chat_id, now, out);
                self.enqueue(chat_id, wish, now, out);
                json!({ "success": true })
            }
            Intent::Context(page) => {
                if let Some(chat) = self.chats.get_mut(chat_id) {
                    chat.page = page;
                }
                self.note_change(chat_id, out);
                json!({ "success": true })
            }
            Intent::Close { transcript_to } => self.close_by_customer(chat_id, email, transcript_to, now, out),
            Intent::PeerMessage { to, content, files } => self.pass_on(email, &to, content, files, now, out),
            Intent::PeerStatus { to, status, message } => {
                let sockets = self.of_address(&to);
                let from = email.to_owned();
                out.push(Effect::Tell(sockets, Event::PeerStatus { from, status, message }));
                json!({ "success": true })
            }
        }
    }

    /// The conversation an event is about: the one it names in any spelling, else the socket's own.
    fn target(&self, email: &str, own: &str, wanted: Option<&str>) -> Option<String> {
        match wanted.filter(|id| !id.is_empty() && *id != own) {
            None => Some(own.to_owned()),
            Some(id) => self.resolve(email, id).map(str::to_owned),
        }
    }

    pub(crate) fn past(&self, chat_id: &str) -> Vec<Value> {
        let messages = self.chats.get(chat_id).map(|chat| chat.messages.as_slice());
        messages
            .unwrap_or_default()
            .iter()
            .map(|message| message.past())
            .collect()
    }

    /// Takes a customer's message and passes it to whoever has the conversation.
    pub(crate) fn send(
        &mut self,
        socket: Option<SocketId>,
        chat_id: &str,
        draft: Draft,
        now: UnixMillis,
        out: &mut Vec<Effect>,
    ) -> Value {
        if let Some(ack) = self.repeated(chat_id, &draft) {
            return ack;
        }
        if let Some(refusal) = refusal(&draft) {
            return refusal;
        }
        self.reopen(chat_id, out);
        let Some(chat) = self.chats.get(chat_id) else {
            return unknown_chat();
        };
        let author = Author::Customer {
            email: chat.customer.email.clone(),
        };
        let Some(message) = self.store(chat_id, author, draft.content, draft.files, draft.client_id, now, out) else {
            return unknown_chat();
        };
        self.tally.messages += 1;
        let mut sockets = self.room(chat_id);
        if self.policy.echo == Echo::Others {
            sockets.retain(|one| Some(*one) != socket);
        }
        out.push(Effect::Tell(sockets, Event::Message(Arc::clone(&message))));
        let routed_to = self.route(&message, now, out);
        self.note_change(chat_id, out);
        accepted(&message, routed_to)
    }

    /// The acknowledgement of a message that came before.
    fn repeated(&mut self, chat_id: &str, draft: &Draft) -> Option<Value> {
        let chat = self.chats.get(chat_id)?;
        let known = chat.find(draft.client_id.as_deref()?)?;
        self.tally.duplicates += 1;
        Some(accepted(known, self.route_now(chat_id)))
    }

    fn route_now(&self, chat_id: &str) -> &'static str {
        match self.chats.get(chat_id).map(|chat| chat.status) {
            Some(ChatStatus::Assigned) => "agent",
            Some(ChatStatus::Waiting) => "queued",
            _ if self.assistant().is_some() => "ai",
            _ => "queued",
        }
    }

    fn reopen(&mut self, chat_id: &str, out: &mut Vec<Effect>) {
        if let Some(chat) = self.chats.get_mut(chat_id)
            && chat.status == ChatStatus::Closed
        {
            chat.status = ChatStatus::Active;
            self.tell_status(chat_id, out);
        }
    }

    fn route(&mut self, message: &Message, now: UnixMillis, out: &mut Vec<Effect>) -> &'static str {
        let chat_id = message.chat_id.as_str();
        match self.route_now(chat_id) {
            "agent" => {
                self.raise(chat_id, MessageStatus::Delivered, out);
                "agent"
            }
            "ai" => self.assistant_reads(message, now, out),
            _ if self.is_offline() => "offline",
            other => {
                if self.queue.place(chat_id).is_none() {
                    self.enqueue(chat_id, Wish::default(), now, out);
                }
                other
            }
        }
    }

    /// Tells the customer what became of the messages that are not that far yet.
    pub(crate) fn raise(&mut self, chat_id: &str, status: MessageStatus, out: &mut Vec<Effect>) {
        let Some(chat) = self.chats.get_mut(chat_id) else {
            return;
        };
        let by = chat.agent.clone().unwrap_or_default();
        for message in chat.raise(status, Message::is_the_customers) {
            let by = by.clone();
            self.tell_room(chat_id, Event::MessageStatus { message, by }, out);
        }
    }

    fn join(&mut self, socket: SocketId, email: &str, wanted: &str) -> Value {
        let Some(target) = self.resolve(email, wanted).map(str::to_owned) else {
            return unknown_chat();
        };
        if let Some(client) = self.clients.get_mut(&socket) {
            client.seat = Seat::Chat {
                email: email.to_owned(),
                chat_id: target.clone(),
            };
        }
        json!({ "success": true, "chatId": target })
    }

    pub(crate) fn receive_receipt(
        &mut self,
        chat_id: &str,
        id: &str,
        status: MessageStatus,
        out: &mut Vec<Effect>,
    ) -> Value {
        let Some(chat) = self.chats.get_mut(chat_id) else {
            return unknown_chat();
        };
        let concerns = |message: &Message| message.is_called(id) && !message.is_the_customers();
        for message in chat.raise(status, concerns) {
            out.push(Effect::Desk(Self::desk_status(&message)));
        }
        json!({ "success": true })
    }

    fn close_by_customer(
        &mut self,
        chat_id: &str,
        email: &str,
        transcript_to: Option<Transcript>,
        now: UnixMillis,
        out: &mut Vec<Effect>,
    ) -> Value {
        if let Some(transcript) = &transcript_to
            && let Some(chat) = self.chats.get(chat_id)
        {
            self.transcripts.push(SentTranscript {
                chat_id: chat_id.to_owned(),
                email: transcript.email.clone().unwrap_or_else(|| email.to_owned()),
                messages: chat.messages.len(),
            });
        }
        self.end(chat_id, "customer_closed", now, out);
        json!({ "success": true, "chatId": chat_id, "transcriptSent": transcript_to.is_some() })
    }

    /// Ends a conversation; the next message opens it again.
    pub(crate) fn end(&mut self, chat_id: &str, reason: &'static str, now: UnixMillis, out: &mut Vec<Effect>) {
        self.hush(chat_id, now, out);
        self.queue.leave(chat_id);
        let Some(chat) = self.chats.get_mut(chat_id) else {
            return;
        };
        chat.status = ChatStatus::Closed;
        chat.agent = None;
        let id = chat_id.to_owned();
        self.tell_room(chat_id, Event::Ended { chat_id: id, reason }, out);
        self.tell_status(chat_id, out);
        self.note_change(chat_id, out);
    }

    fn of_address(&self, email: &str) -> Vec<SocketId> {
        let email = address(email);
        self.sockets(|client| client.email() == Some(email.as_str()))
    }

    fn pass_on(
        &mut self,
        from: &str,
        to: &str,
        content: Value,
        files: Vec<FileInfo>,
        now: UnixMillis,
        out: &mut Vec<Effect>,
    ) -> Value {
        let message = Arc::new(Message {
            sk: self.ids.message(),
            chat_id: chat_id::of_peers(from, &address(to)),
            client_id: None,
            author: Author::Customer { email: from.to_owned() },
            to: address(to),
            content,
            files,
            status: MessageStatus::Sent,
            sent_at: now,
        });
        out.push(Effect::Tell(self.of_address(to), Event::Message(Arc::clone(&message))));
        out.push(Effect::Desk(Self::desk_message(&message)));
        json!({ "success": true, "messageId": message.sk, "chatId": message.chat_id })
    }

    pub(crate) fn desk_typing(chat_id: &str, typing: Typing) -> Value {
        let state = match typing {
            Typing::Active => "start",
            Typing::Idle => "stop",
        };
        json!({ "type": "typing", "conversation_id": chat_id, "author": "visitor", "state": state })
    }
}

fn accepted(message: &Message, routed_to: &str) -> Value {
    json!({ "success": true, "messageId": message.sk, "chatId": message.chat_id, "routedTo": routed_to })
}

fn refusal(draft: &Draft) -> Option<Value> {
    let Value::String(text) = &draft.content else {
        return None;
    };
    if text.trim().is_empty() && !draft.files.is_empty() {
        return None;
    }
    let error = content::check(text).err()?;
    Some(refused(error.code(), error.explanation()))
}
