//! Golden answers and frames of Mailoo: one meaning a file, with every spelling of it that is tolerated. An answer or a frame recorded from
//! the service goes into the file of its meaning.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;

use serde_json::{Value, json};
use visavis_client_core::http::{HttpRequest, HttpResponse, Method};
use visavis_client_core::ids::{Generation, RequestId};
use visavis_client_core::mailoo::wire;
use visavis_client_core::time::{Instant, Now, UnixMillis};
use visavis_client_core::{Client, Command, Config, ConnectionState, Event, Input, Output, Secret};

/// The visitor's clock when a story begins, in milliseconds.
const WALL: i64 = 1_775_037_700_000;
/// From one poll to the next at most, when nobody watches.
const POLLED_WITHIN: u64 = 22_000;

/// A visitor, and what was told and asked since the last look.
struct Line {
    client: Client,
    millis: u64,
    bell: Option<Generation>,
    calls: Vec<(RequestId, HttpRequest)>,
    events: Vec<Event>,
    frames: Vec<String>,
}

impl Line {
    /// Live, and nothing was said yet.
    fn visiting() -> Self {
        let options = Config::mailoo("https://site.example")
            .project_uid("p")
            .integration_id("i")
            .ws_origin("https://api.mailoo.example");
        let mut line = Self {
            client: Client::new(Config::from(options).volatile(), 7, now(0)).unwrap(),
            millis: 0,
            bell: None,
            calls: Vec::new(),
            events: Vec::new(),
            frames: Vec::new(),
        };
        line.give(Input::Command(Command::Start));
        line.pass(1);
        assert_eq!(line.client.connection().state, ConnectionState::Live);
        line
    }

    /// The first message was taken, and the socket is open.
    fn conversing() -> Self {
        let mut line = Self::visiting();
        line.send("Hello");
        line.answer(
            Method::Post,
            ok(&json!({ "messageId": "m_1", "sessionPublicId": "cs_1" })),
        );
        line.give(Input::SocketOpened {
            generation: line.bell.unwrap(),
        });
        line.answer(Method::Get, ok(&json!([])));
        line.pass(2_000);
        line.events.clear();
        line
    }

    fn give(&mut self, input: Input) {
        let outputs: Vec<Output> = self.client.handle(input, now(self.millis)).collect();
        for output in outputs {
            match output {
                Output::Http { request, call } => self.calls.push((request, call)),
                Output::OpenSocket { generation, .. } => self.bell = Some(generation),
                Output::CloseSocket { .. } => self.bell = None,
                Output::Transmit { frame, .. } => self.frames.push(frame),
                Output::Event(event) => self.events.push(event),
                other => panic!("{other:?}"),
            }
        }
    }

    fn pass(&mut self, millis: u64) {
        self.millis += millis;
        self.give(Input::Timeout);
    }

    fn send(&mut self, text: &str) {
        self.give(Input::Command(Command::Send { text: text.to_owned() }));
    }

    fn is_polling(&self) -> bool {
        self.calls.iter().any(|(_, call)| call.method == Method::Get)
    }

    fn next_poll(&mut self) {
        while !self.is_polling() {
            self.pass(1_000);
        }
    }

    fn answer(&mut self, method: Method, response: HttpResponse) {
        let at = self.calls.iter().position(|(_, call)| call.method == method);
        let (request, _) = self.calls.remove(at.expect("a call under way"));
        let result = Ok(response);
        self.give(Input::HttpFinished { request, result });
    }

    fn told(&self) -> Vec<Value> {
        self.events.iter().filter_map(words).collect()
    }
}

fn now(millis: u64) -> Now {
    Now {
        mono: Instant::from_millis(1_000 + millis),
        wall: UnixMillis(WALL + i64::try_from(millis).unwrap()),
    }
}

fn response(status: u64, body: String) -> HttpResponse {
    HttpResponse {
        status: u16::try_from(status).unwrap(),
        body,
        ..HttpResponse::default()
    }
}

fn ok(body: &Value) -> HttpResponse {
    response(200, text(body))
}

/// A fixture's frame or body: JSON, or any text as it is.
fn text(given: &Value) -> String {
    given.as_str().map_or_else(|| given.to_string(), str::to_owned)
}

/// What an event tells, in the words of the fixtures. Changes of connection and session are told by the stories.
fn words(event: &Event) -> Option<Value> {
    Some(match event {
        Event::Connection(_) | Event::Session { .. } | Event::Unread(_) => return None,
        Event::Message { message, .. } => json!({
            "event": "message", "id": message.server_id, "author": message.author.kind(), "name": message.author.name(),
            "text": message.text, "sent_at": message.server_time.then_some(message.sent_at.0),
        }),
        Event::MessageStatus {
            server_id,
            status,
            reason,
            ..
        } => json!({ "event": "message-status", "status": status.as_str(), "id": server_id, "reason": reason }),
        Event::Typing { author, on } => {
            json!({ "event": "typing", "author": author.kind(), "name": author.name(), "on": on })
        }
        Event::Error(error) => json!({
            "event": "error", "kind": error.kind().as_str(), "message": error.to_string(), "status": error.status(),
        }),
        other => panic!("an event without words: {other:?}"),
    })
}

fn fixtures(kind: &str) -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wire/mailoo");
    let all = std::fs::read_dir(folder).unwrap().map(|file| {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let fixture: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        assert!(
            ["taken", "told", "pushed", "refused", "status"].contains(&fixture["kind"].as_str().unwrap()),
            "{name} is of no kind that is read"
        );
        (name, fixture)
    });
    let chosen: Vec<_> = all.filter(|(_, fixture)| fixture["kind"] == kind).collect();
    assert!(!chosen.is_empty(), "no fixture of kind {kind}");
    chosen
}

fn spellings(fixture: &Value) -> &[Value] {
    let alike = fixture["alike"].as_array().unwrap();
    assert!(!alike.is_empty());
    alike
}

#[test]
fn every_spelling_of_a_message_that_was_taken_means_the_same() {
    for (name, fixture) in fixtures("taken") {
        for body in spellings(&fixture) {
            let mut line = Line::visiting();
            line.send("Hello");
            line.events.clear();
            line.answer(Method::Post, ok(body));
            assert_eq!(json!(line.told()), fixture["means"], "{name}: {body}");
            let sent_at = line.client.messages().next().unwrap();
            let sent_at = sent_at.server_time.then_some(sent_at.sent_at.0);
            assert_eq!(json!(sent_at), fixture["sent_at"], "{name}: {body}");
            let read = wire::sent(&text(body));
            let session = read.session.as_ref().map(Secret::expose);
            assert_eq!(
                (json!(session), json!(read.id)),
                (fixture["session"].clone(), fixture["id"].clone()),
                "{name}: {body}"
            );
            if let Some(session) = session {
                line.next_poll();
                let asked = line.calls[0].1.url.expose().to_owned();
                assert!(asked.ends_with(&format!("sessionPublicId={session}")), "{asked}");
            }
        }
    }
}

#[test]
fn every_spelling_of_a_conversation_tells_the_same() {
    for (name, fixture) in fixtures("told") {
        for body in spellings(&fixture) {
            let mut line = Line::conversing();
            line.next_poll();
            line.answer(Method::Get, ok(body));
            assert_eq!(json!(line.told()), fixture["means"], "{name}: {body}");
            let read = wire::messages(&text(body)).map(|messages| messages.len());
            assert_eq!(json!(read), fixture["messages"], "{name}: {body}");
        }
    }
}

/// A frame is told behind the poll that it causes; one that causes none tells at once.
#[test]
fn every_spelling_of_a_frame_means_the_same() {
    let mut seen = 0;
    for (name, fixture) in fixtures("pushed") {
        for frame in spellings(&fixture) {
            let mut line = Line::conversing();
            line.give(Input::SocketFrame {
                generation: line.bell.unwrap(),
                text: text(frame),
            });
            assert_eq!(json!(line.is_polling()), fixture["polls"], "{name}: {frame}");
            if line.is_polling() {
                assert_eq!(json!(line.told()), json!([]), "{name}: {frame}");
                line.answer(Method::Get, ok(&json!([])));
            }
            assert_eq!(json!(line.told()), fixture["means"], "{name}: {frame}");
            assert_eq!(json!(line.frames), fixture["answers"], "{name}: {frame}");
            assert_eq!(line.client.connection().state, ConnectionState::Live);
            seen += 1;
        }
    }
    assert!(seen > 30, "{seen} spellings");
}

#[test]
fn every_refusal_of_a_message_says_what_can_be_done() {
    for (name, fixture) in fixtures("refused") {
        for given in spellings(&fixture) {
            let mut line = if fixture["first"] == true {
                Line::visiting()
            } else {
                Line::conversing()
            };
            line.send("Where is my order?");
            line.events.clear();
            let answer = HttpResponse {
                retry_after: given["retry_after"].as_str().map(str::to_owned),
                ..response(given["status"].as_u64().unwrap(), text(&given["body"]))
            };
            line.answer(Method::Post, answer);
            assert_eq!(json!(line.told()), fixture["means"], "{name}: {given}");
            assert_eq!(
                line.client.connection().state.as_str(),
                fixture["state"],
                "{name}: {given}"
            );
            line.calls.clear();
            line.pass(fixture["again_after_ms"].as_u64().unwrap_or(POLLED_WITHIN));
            let again = line.calls.iter().any(|(_, call)| call.method == Method::Post);
            assert_eq!(again, fixture["again_after_ms"].is_u64(), "{name}: {given}");
        }
    }
}

#[test]
fn every_spelling_of_a_status_means_the_same() {
    for (name, fixture) in fixtures("status") {
        for body in spellings(&fixture) {
            let status = wire::status(&text(body));
            let read = status.map(|status| json!({ "online": status.online, "welcome": status.welcome_message }));
            assert_eq!(json!(read), fixture["means"], "{name}: {body}");
        }
    }
}
