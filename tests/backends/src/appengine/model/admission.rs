//! Who comes in, what they take part in, and what they hear first.

use serde_json::json;

use super::{
    center::{Center, Effect},
    chat::Chat,
    chat_id::{self, CustomerId},
    event::Event,
    handshake::Handshake,
    message::Author,
    person::{Customer, Standing},
    socket::{Client, Seat, SocketId},
};
use crate::model::UnixMillis;

impl Center {
    /// Lets a viewer of broadcasts in.
    pub(crate) fn admit_viewer(&mut self, socket: SocketId, handshake: &Handshake) -> Vec<Effect> {
        self.clients.insert(
            socket,
            Client {
                device_id: handshake.device_id().map(str::to_owned),
                seat: Seat::Viewer,
            },
        );
        let mut out = Vec::new();
        self.tell_broadcast(socket, &mut out);
        out
    }

    /// Lets a customer in.
    pub(crate) fn admit(
        &mut self,
        socket: SocketId,
        customer: &Customer,
        handshake: &Handshake,
        now: UnixMillis,
    ) -> Vec<Effect> {
        let known = handshake
            .chat_session_id()
            .filter(|id| self.sessions.get(*id) == Some(&customer.email));
        let is_fresh = known.is_none();
        let session_id = match known {
            Some(id) => id.to_owned(),
            None => self.open_session(&customer.email),
        };
        let chat_id = self.seat(customer, handshake.chat_id(), &session_id, now);
        self.clients.insert(
            socket,
            Client {
                device_id: handshake.device_id().map(str::to_owned),
                seat: Seat::Chat {
                    email: customer.email.clone(),
                    chat_id: chat_id.clone(),
                },
            },
        );
        if let Some(chat) = self.chats.get_mut(&chat_id) {
            chat.language = handshake.language().to_owned();
            chat.app_id = handshake.app_id.clone().unwrap_or_default();
            chat.page = handshake.page();
        }
        let mut out = vec![Effect::Tell(vec![socket], self.authenticated(customer, &session_id))];
        self.catch_up(socket, &chat_id, now, &mut out);
        if is_fresh {
            self.greet(&chat_id, now, &mut out);
        }
        self.note_change(&chat_id, &mut out);
        out
    }

    fn open_session(&mut self, email: &str) -> String {
        let id = format!("cs_{}", self.ids.message());
        self.sessions.insert(id.clone(), email.to_owned());
        id
    }

    /// Finds or opens the conversation that a client takes part in.
    fn seat(&mut self, customer: &Customer, wanted: Option<String>, session_id: &str, now: UnixMillis) -> String {
        let is_own = |id: &String| match self.chats.get(id) {
            Some(chat) => chat.customer.email == customer.email,
            // An id that is no customer's spelling is the host page's own.
            None => CustomerId::parse(id).is_none() && !id.contains('|'),
        };
        let id = wanted.filter(is_own).unwrap_or_else(|| {
            let session = (customer.standing == Standing::Guest).then_some(session_id);
            chat_id::of_customer(&customer.email, session)
        });
        self.chats
            .entry(id.clone())
            .or_insert_with(|| Chat::new(id.clone(), customer.clone(), now));
        id
    }

    fn authenticated(&self, customer: &Customer, session_id: &str) -> Event {
        let agents: Vec<_> = self.agents.iter().map(|agent| json!({ "user": agent.email })).collect();
        let status = if self.is_offline() { "offline" } else { "active" };
        Event::Authenticated(json!({
            "success": true,
            "user": customer.to_json(),
            "chatSessionId": session_id,
            "isGuest": customer.standing == Standing::Guest,
            "config": {
                "configId": self.config_id, "ai": self.config["ai"], "agents": agents, "status": status,
                "defaultPath": self.config["defaultPath"],
            },
        }))
    }

    /// Tells a socket that just came what goes on.
    fn catch_up(&self, socket: SocketId, chat_id: &str, now: UnixMillis, out: &mut Vec<Effect>) {
        let Some(chat) = self.chats.get(chat_id) else { return };
        if let Some(agent) = chat.agent.as_ref().and_then(|email| self.agent(email)) {
            let (agent, chat_id) = (agent.clone(), chat_id.to_owned());
            let assigned = Event::Assigned {
                chat_id,
                agent: agent.clone(),
            };
            out.push(Effect::Tell(vec![socket], assigned));
            out.push(Effect::Tell(vec![socket], Event::Presence { agent, at: now }));
        }
        if let Some(place) = self.queue.place(chat_id) {
            let chat_id = chat_id.to_owned();
            out.push(Effect::Tell(vec![socket], Event::QueueMoved { chat_id, place }));
        }
        self.tell_broadcast(socket, out);
    }

    fn tell_broadcast(&self, socket: SocketId, out: &mut Vec<Effect>) {
        if let Some(broadcast) = &self.broadcast {
            out.push(Effect::Tell(vec![socket], Event::BroadcastStart(broadcast.clone())));
        }
    }

    fn greet(&mut self, chat_id: &str, now: UnixMillis, out: &mut Vec<Effect>) {
        let Some(greeting) = self.policy.greeting.clone() else {
            return;
        };
        let Some(name) = self.assistant().map(str::to_owned) else {
            return;
        };
        self.post(
            chat_id,
            Author::Assistant { name },
            json!(greeting),
            Vec::new(),
            now,
            out,
        );
    }

    /// A socket is gone.
    pub(crate) fn leave(&mut self, socket: SocketId) -> Vec<Effect> {
        let mut out = Vec::new();
        if let Some(Seat::Chat { chat_id, .. }) = self.clients.remove(&socket).map(|client| client.seat) {
            self.note_change(&chat_id, &mut out);
        }
        out
    }
}
