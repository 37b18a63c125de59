//! Golden events of AppEngine's gateway: one meaning a file, with every spelling of it that is tolerated. An event recorded from a server
//! goes into the file of its meaning.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;

use serde_json::{Value, json};
use visavis_client_core::appengine::Dialect;
use visavis_client_core::event::StreamStep;
use visavis_client_core::http::HttpResponse;
use visavis_client_core::ids::Generation;
use visavis_client_core::time::{Instant, Now, UnixMillis};
use visavis_client_core::{Client, Command, Config, ConnectionState, Event, Guest, Input, Output};

const NOW: Now = Now {
    mono: Instant::from_millis(1_000),
    wall: UnixMillis(1_782_043_262_000),
};

/// A guest on a line that was greeted, and what is told from then on.
struct Line {
    client: Client,
    generation: Generation,
    events: Vec<Event>,
    frames: Vec<String>,
}

impl Line {
    fn greeted() -> Self {
        let options = Config::appengine("https://gateway.example", "acme", "cfg_1")
            .guest(Guest::new("alice@site.example"))
            .dialect(Dialect::Gateway);
        let mut line = Self {
            client: Client::new(Config::from(options).volatile(), 7, NOW).unwrap(),
            generation: Generation(0),
            events: Vec::new(),
            frames: Vec::new(),
        };
        line.give(Input::Command(Command::Start));
        line.give(Input::SocketOpened {
            generation: line.generation,
        });
        line.text(r#"0{"sid":"e","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#);
        line.text(r#"40/chat,{"sid":"s"}"#);
        line.says(&json!(["authenticate", { "success": true }]));
        for ack in 0..2 {
            line.text(&format!(r#"43/chat,{ack}[{{"success":true,"history":[]}}]"#));
        }
        assert_eq!(line.client.connection().state, ConnectionState::Live);
        line.events.clear();
        line
    }

    fn give(&mut self, input: Input) {
        let outputs: Vec<Output> = self.client.handle(input, NOW).collect();
        for output in outputs {
            match output {
                Output::Http { request, .. } => {
                    let response = HttpResponse {
                        status: 201,
                        body: r#"{"token":"e30.e30.c2ln"}"#.to_owned(),
                        ..HttpResponse::default()
                    };
                    self.give(Input::HttpFinished {
                        request,
                        result: Ok(response),
                    });
                }
                Output::OpenSocket { generation, .. } => self.generation = generation,
                Output::Transmit { frame, .. } => self.frames.push(frame),
                Output::Event(event) => self.events.push(event),
                other => panic!("{other:?}"),
            }
        }
    }

    fn text(&mut self, text: &str) {
        self.give(Input::SocketFrame {
            generation: self.generation,
            text: text.to_owned(),
        });
    }

    fn says(&mut self, event: &Value) {
        self.text(&format!("42/chat,{event}"));
    }
}

fn words(event: &Event) -> Option<Value> {
    Some(match event {
        Event::Connection(_) | Event::Session { .. } | Event::Config(_) => return None,
        Event::Message { message, .. } => json!({
            "event": "message", "id": message.server_id, "author": message.author.kind(), "name": message.author.name(),
            "text": message.text, "sent_at": message.sent_at.0, "attachments": message.attachments,
            "choices": message.choices,
        }),
        Event::Typing { author, on } => {
            json!({ "event": "typing", "author": author.kind(), "name": author.name(), "on": on })
        }
        Event::Unread(count) => json!({ "event": "unread", "count": count }),
        Event::Agent { change, id, name } => {
            json!({ "event": "agent", "change": change.as_str(), "id": id, "name": name })
        }
        Event::Presence { id, status } => json!({ "event": "presence", "id": id, "status": status }),
        Event::Status { value, reason } => json!({ "event": "status", "value": value, "reason": reason }),
        Event::Queue { position, ahead, wait } => {
            json!({ "event": "queue", "position": position, "ahead": ahead, "eta_s": wait.map(|wait| wait.as_secs()) })
        }
        Event::Engage { id, text, url } => json!({ "event": "engage", "id": id, "text": text, "url": url }),
        Event::Broadcast { id, on, url, title } => {
            json!({ "event": "broadcast", "id": id, "on": on, "url": url, "title": title })
        }
        Event::Stream { id, step } => match step {
            StreamStep::Start => json!({ "event": "stream", "id": id, "kind": "start" }),
            StreamStep::Chunk { text } => json!({ "event": "stream", "id": id, "kind": "chunk", "text": text }),
            other => panic!("a step without words: {other:?}"),
        },
        Event::Error(error) => json!({ "event": "error", "kind": error.kind().as_str(), "message": error.to_string() }),
        other => panic!("an event without words: {other:?}"),
    })
}

#[test]
fn every_spelling_of_an_event_tells_the_same() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wire/gateway");
    let mut seen = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let fixture: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        for event in fixture["alike"].as_array().unwrap() {
            let mut line = Line::greeted();
            line.says(event);
            let told: Vec<Value> = line.events.iter().filter_map(words).collect();
            assert_eq!(json!(told), fixture["told"], "{}: {event}", path.display());
            assert_eq!(line.client.connection().state, ConnectionState::Live, "{event}");
            seen += 1;
        }
    }
    assert!(seen > 30, "{seen} spellings");
}

#[test]
fn a_packet_of_another_namespace_or_with_binary_parts_does_no_harm() {
    let mut line = Line::greeted();
    line.text(r#"42/other,["message",{"sk":"m_1","content":"x"}]"#);
    line.text(r#"451-/chat,["of-tomorrow",{"_placeholder":true,"num":0}]"#);
    line.give(Input::SocketBinary {
        generation: line.generation,
        bytes: vec![1, 2, 3],
    });
    line.says(&json!(["message", { "sk": "m_2", "from": "jane@acme.example", "content": "Still here?" }]));
    assert_eq!(line.client.messages().last().unwrap().text, "Still here?");
    assert_eq!(line.client.connection().state, ConnectionState::Live);
}

#[test]
fn an_event_that_wants_an_answer_gets_one() {
    let mut line = Line::greeted();
    line.frames.clear();
    line.text(r#"42/chat,7["message",{"sk":"m_2","from":"jane@acme.example","content":"Hi"}]"#);
    assert_eq!(line.frames.first().map(String::as_str), Some("43/chat,7[]"));
}
