//! What an AppEngine gateway says, and what is said to it.

use std::time::Duration;

use serde_json::{Value, json};
use visavis_client_core::http::HttpResponse;
use visavis_client_core::ids::LocalId;
use visavis_client_core::{Config, ConnectionState, Guest, appengine};

use crate::harness::{MINUTE, Story};
use crate::relay;

pub(crate) const ME: &str = "alice@site.example";
pub(crate) const CHAT: &str = "customer:cs_1:alice@site.example";

/// A guest who has filled the form in.
pub(crate) fn alice() -> appengine::Options {
    nobody().guest(Guest {
        name: Some("Alice".to_owned()),
        ..Guest::new(ME)
    })
}

/// A visitor who has not said anything yet.
pub(crate) fn nobody() -> appengine::Options {
    Config::appengine("https://gateway.example", "acme", "cfg_1").origin("https://site.example")
}

/// The answer to a registration.
pub(crate) fn registered(number: u64) -> HttpResponse {
    let token = relay::jwt(number, 3600);
    relay::answer(
        201,
        &json!({ "token": token, "guest": { "sk": "g_1", "data": { "email": ME, "name": "Alice" } } }),
    )
}

pub(crate) fn handshake() -> String {
    let open =
        json!({ "sid": "e_1", "upgrades": [], "pingInterval": 25_000, "pingTimeout": 20_000, "maxPayload": 1_000_000 });
    format!("0{open}")
}

pub(crate) fn greeting() -> Value {
    json!({ "success": true, "user": { "email": ME, "name": "Alice", "role": "customer" }, "chatSessionId": "cs_1", "isGuest": true })
}

/// An event that was emitted.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Emitted {
    pub(crate) at: Duration,
    pub(crate) name: String,
    pub(crate) body: Value,
    pub(crate) ack: Option<u64>,
}

/// The number before a packet's JSON and the JSON itself.
fn split(packet: &str, prefix: &str) -> Option<(Option<u64>, Value)> {
    let rest = packet.strip_prefix(prefix)?;
    let rest = rest.strip_prefix("/chat,").unwrap_or(rest);
    let json = rest.find(['[', '{'])?;
    let number = rest.get(..json)?.parse().ok();
    Some((number, serde_json::from_str(rest.get(json..)?).unwrap()))
}

impl Story {
    fn texts_out(&self) -> impl Iterator<Item = (Duration, &str)> {
        let frames = self.frames.iter();
        frames.filter_map(|frame| Some((frame.at, frame.what.1.as_str()?)))
    }

    /// Everything that was emitted since the last page, in order.
    pub(crate) fn emitted(&self) -> Vec<Emitted> {
        let events = self.texts_out().filter_map(|(at, packet)| {
            let (ack, items) = split(packet, "42")?;
            Some(Emitted {
                at,
                name: items[0].as_str()?.to_owned(),
                body: items[1].clone(),
                ack,
            })
        });
        events.collect()
    }

    pub(crate) fn emitted_names(&self) -> Vec<String> {
        self.emitted().into_iter().map(|emitted| emitted.name).collect()
    }

    pub(crate) fn emitted_as(&self, name: &str) -> Vec<Emitted> {
        let all = self.emitted().into_iter();
        all.filter(|emitted| emitted.name == name).collect()
    }

    /// The payloads with which the namespace was joined.
    pub(crate) fn handshakes(&self) -> Vec<Value> {
        let joins = self.texts_out().filter_map(|(_, packet)| Some(split(packet, "40")?.1));
        joins.collect()
    }

    /// The gateway emits an event.
    pub(crate) fn says(&mut self, name: &str, body: Value) {
        let items = json!([name, body]);
        self.text(&format!("42/chat,{items}"));
    }

    /// The gateway answers the last event of this name.
    pub(crate) fn acks(&mut self, name: &str, answer: Value) {
        let ack = self
            .emitted_as(name)
            .last()
            .and_then(|emitted| emitted.ack)
            .expect("an event that wants an answer");
        let items = json!([answer]);
        self.text(&format!("43/chat,{ack}{items}"));
    }

    /// The gateway takes the last message.
    pub(crate) fn takes(&mut self, server_id: &str) {
        self.acks(
            "chat-message",
            json!({ "success": true, "messageId": server_id, "chatId": CHAT, "routedTo": "agent" }),
        );
    }

    /// The socket opens and the namespace is joined.
    pub(crate) fn join(&mut self) {
        self.open();
        self.text(&handshake());
        self.text(r#"40/chat,{"sid":"s_1"}"#);
    }

    /// The guest is registered and the namespace joined.
    pub(crate) fn register_and_join(&mut self) {
        if self.socket().is_none() {
            self.answer(registered(1));
        }
        self.join();
    }

    /// The gateway greets and tells the history.
    pub(crate) fn greet(&mut self, history: &[Value]) {
        self.says("authenticate", greeting());
        self.acks("chat-history", json!({ "success": true, "history": history }));
        if history.is_empty() {
            self.acks("chat-history", json!({ "success": true, "history": [] }));
        }
        assert_eq!(self.state(), ConnectionState::Live);
    }

    /// A guest who talks with a gateway.
    pub(crate) fn with_gateway() -> Self {
        let mut story = Self::new(alice());
        story.start();
        story.register_and_join();
        story.greet(&[]);
        story.forget();
        story
    }

    /// A guest who talks with a server that knows the older vocabulary only.
    pub(crate) fn with_older_server() -> Self {
        let mut story = Self::new(alice().dialect(appengine::Dialect::Seed));
        story.start();
        story.register_and_join();
        story.answer(relay::answer(
            200,
            &json!([stored("m_0", "jane@acme.example", "Welcome", 1)]),
        ));
        assert_eq!(story.state(), ConnectionState::Live);
        story.forget();
        story
    }

    /// The line breaks, and the next one is joined.
    pub(crate) fn join_again(&mut self) {
        self.close(1006);
        self.until(MINUTE, |story| story.socket().is_some() || story.open_call().is_some())
            .expect("an attempt within a minute");
        self.register_and_join();
    }
}

/// A message as the history has it.
pub(crate) fn stored(id: &str, from: &str, text: &str, at: u64) -> Value {
    json!({ "sk": id, "chatId": CHAT, "from": from, "content": text, "type": "user", "sentTime": 1_782_000_000_000_u64 + at })
}

/// The visitor's own message as the gateway keeps it.
pub(crate) fn kept(id: LocalId, server_id: &str, text: &str) -> Value {
    json!({ "sk": server_id, "messageId": id.to_string(), "chatId": CHAT, "from": ME, "content": text, "sentTime": 1_782_036_062_000_u64 })
}
