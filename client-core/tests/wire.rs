//! Golden frames, calls and answers of Bloonio's wire, both ways: one meaning a file, with every spelling of it that is tolerated.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};
use visavis_client_core::bloonio::{self, SessionMode};
use visavis_client_core::http::{HttpRequest, HttpResponse};
use visavis_client_core::ids::{Generation, LocalId};
use visavis_client_core::low::{ChatClient, VisitorSession, WidgetConfigParams};
use visavis_client_core::message::WidgetConfig;
use visavis_client_core::time::{Instant, Now, UnixMillis};
use visavis_client_core::{
    Client, Command, Config, ConnectionState, Error, Event, Identity, Input, Output, Secret, Typing,
};

const TENANT: &str = "019e4ae7-1a2b-7c3d-8e4f-5a6b7c8d9e0f";
const NOW: i64 = 1_782_043_262_000;
/// The monotonic clock at [`NOW`].
const BEGUN: u64 = 1_000;
const OLD_TOKEN: &str = "e30.e30.b2xk";

fn fixtures() -> BTreeMap<String, Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wire/fixtures");
    let files = std::fs::read_dir(folder).unwrap();
    let read = files.map(|file| {
        let path = file.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        (name, serde_json::from_str(&text).unwrap())
    });
    read.collect()
}

fn of_kind(kind: &str) -> Vec<(String, Value)> {
    let chosen: Vec<_> = fixtures()
        .into_iter()
        .filter(|(_, fixture)| fixture["kind"] == kind)
        .collect();
    assert!(!chosen.is_empty(), "no fixture of kind {kind}");
    chosen
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

#[test]
fn every_fixture_is_of_a_kind_that_is_read() {
    for (name, fixture) in fixtures() {
        let kind = fixture["kind"].as_str().unwrap();
        assert!(
            ["greeting", "frame", "sent", "call", "answer"].contains(&kind),
            "{name}: {kind}"
        );
    }
}

#[test]
fn every_documented_frame_has_a_fixture() {
    let mut arriving: Vec<String> = Vec::new();
    for (_, fixture) in of_kind("frame").into_iter().chain(of_kind("greeting")) {
        arriving.extend(
            list(&fixture["alike"])
                .iter()
                .filter_map(|frame| frame["type"].as_str().map(str::to_owned)),
        );
    }
    for kind in ["welcome", "ack", "msg", "typing", "pong", "error"] {
        assert!(arriving.iter().any(|known| known == kind), "{kind}");
    }
}

// --- frames -------------------------------------------------------------------------------------------------------------------

/// A client on one line, and what it told and sent since the last look.
struct Line {
    client: Client,
    mono: u64,
    generation: Generation,
    events: Vec<Event>,
    frames: Vec<String>,
}

impl Line {
    fn greeted() -> Self {
        let mut line = Self::opened();
        line.arrives(&json!({ "type": "welcome" }));
        assert_eq!(line.client.connection().state, ConnectionState::Live);
        line.events.clear();
        line
    }

    /// The socket is open; nobody has said anything.
    fn opened() -> Self {
        let mono = BEGUN;
        let mut line = Self {
            client: Client::new(Config::from(options()).volatile(), 7, at(mono)).unwrap(),
            mono,
            generation: Generation(0),
            events: Vec::new(),
            frames: Vec::new(),
        };
        line.give(Input::Command(Command::Start));
        let generation = line.generation;
        line.give(Input::SocketOpened { generation });
        line.events.clear();
        line
    }

    fn give(&mut self, input: Input) {
        let outputs: Vec<Output> = self.client.handle(input, at(self.mono)).collect();
        for output in outputs {
            match output {
                Output::Http { request, .. } => {
                    let body = json!({ "data": { "session_id": "vs_1", "visitor_token": OLD_TOKEN } }).to_string();
                    let response = HttpResponse {
                        status: 201,
                        body,
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

    fn arrives(&mut self, frame: &Value) {
        let (generation, text) = (self.generation, frame.to_string());
        self.give(Input::SocketFrame { generation, text });
    }

    fn send(&mut self, text: &str) -> LocalId {
        self.give(Input::Command(Command::Send { text: text.to_owned() }));
        let own = self.client.messages().last().unwrap();
        assert_eq!(own.text, text);
        own.local_id.unwrap()
    }
}

fn at(mono: u64) -> Now {
    let passed = i64::try_from(mono - BEGUN).unwrap();
    Now {
        mono: Instant::from_millis(mono),
        wall: UnixMillis(NOW + passed),
    }
}

fn options() -> bloonio::Options {
    Config::bloonio("https://relay.example", TENANT, "pk_7f3a").origin("https://app.acme.com")
}

/// What an event tells, in the words of the fixtures. Changes of the connection are not the wire's.
fn words(event: &Event) -> Option<Value> {
    Some(match event {
        Event::Connection(_) | Event::Session { .. } => return None,
        Event::Config(config) => json!({ "event": "config", "title": config.title, "online": config.online }),
        Event::Message {
            message,
            history,
            replaces,
        } => {
            let sent_at = if message.sent_at.0 == NOW {
                json!("now")
            } else {
                json!(message.sent_at.0)
            };
            json!({
                "event": "message", "id": message.server_id, "author": message.author.kind(), "name": message.author.name(),
                "text": message.text, "sent_at": sent_at, "attachments": message.attachments, "history": history, "replaces": replaces,
            })
        }
        Event::MessageStatus {
            server_id,
            status,
            reason,
            ..
        } => {
            json!({ "event": "message-status", "status": status.as_str(), "id": server_id, "reason": reason })
        }
        Event::Typing { author, on } => {
            json!({ "event": "typing", "author": author.kind(), "name": author.name(), "on": on })
        }
        Event::Unread(count) => json!({ "event": "unread", "count": count }),
        Event::Agent { change, name, .. } => json!({ "event": "agent", "change": change.as_str(), "name": name }),
        Event::Presence { status, .. } => json!({ "event": "presence", "status": status }),
        Event::Status { value, reason } => json!({ "event": "status", "value": value, "reason": reason }),
        Event::Error(error) => json!({ "event": "error", "kind": error.kind().as_str(), "message": error.to_string() }),
        other => panic!("an event without words: {other:?}"),
    })
}

fn with_id(frame: &Value, id: Option<LocalId>) -> Value {
    let text = frame
        .to_string()
        .replace("<id>", &id.map(|id| id.to_string()).unwrap_or_default());
    serde_json::from_str(&text).unwrap()
}

fn assert_means(what: &str, line: &Line, fixture: &Value) {
    let told: Vec<Value> = line.events.iter().filter_map(words).collect();
    assert_eq!(told, list(&fixture["means"]), "{what}");
}

#[test]
fn greetings_mean_what_they_say() {
    for (name, fixture) in of_kind("greeting") {
        for greeting in list(&fixture["alike"]) {
            let what = format!("{name}: {greeting}");
            let mut line = Line::opened();
            line.arrives(greeting);
            assert_eq!(line.client.connection().state, ConnectionState::Live, "{what}");
            assert_means(&what, &line, &fixture);
            if let Some(id) = fixture["session_id"].as_str() {
                assert_eq!(line.client.session_id(), Some(id), "{what}");
            }
            assert_eq!(line.client.unknown_frames(), 0, "{what}");
        }
    }
}

#[test]
fn frames_mean_what_they_say() {
    for (name, fixture) in of_kind("frame") {
        for frame in list(&fixture["alike"]) {
            let what = format!("{name}: {frame}");
            let mut line = Line::greeted();
            let own = fixture["in_flight"].as_str().map(|text| line.send(text));
            for before in list(&fixture["before"]) {
                line.arrives(before);
            }
            line.events.clear();
            line.arrives(&with_id(frame, own));
            assert_means(&what, &line, &fixture);
            if fixture["unknown"] == true {
                assert_eq!(line.client.unknown_frames(), 1, "{what}");
            }
            if let Some(expected) = fixture["own"].as_object() {
                let message = line.client.message(own.unwrap()).unwrap();
                assert_eq!(json!(message.server_id), expected["server_id"], "{what}");
                assert_eq!(json!(message.sent_at), expected["sent_at"], "{what}");
            }
            assert_eq!(line.client.connection().state, ConnectionState::Live, "{what}");
        }
    }
}

#[test]
fn frames_leave_to_the_letter() {
    for (name, fixture) in of_kind("sent") {
        let mut line = Line::greeted();
        let act = &fixture["act"];
        let mut own = None;
        if let Some(text) = act["send"].as_str() {
            own = Some(line.send(text));
        }
        for state in list(&act["typing"]) {
            let typing = if state == "start" { Typing::Start } else { Typing::Stop };
            line.give(Input::Command(Command::Typing(typing)));
        }
        if let Some(seconds) = act["wait_s"].as_u64() {
            line.mono += seconds * 1_000;
            line.give(Input::Timeout);
        }
        let id = own.map(|id| id.to_string()).unwrap_or_default();
        let expected: Vec<String> = list(&fixture["frames"])
            .iter()
            .map(|frame| frame.as_str().unwrap().replace("<id>", &id))
            .collect();
        assert_eq!(line.frames, expected, "{name}");
    }
}

// --- REST ---------------------------------------------------------------------------------------------------------------------

fn chat() -> ChatClient {
    ChatClient::new("https://relay.example").unwrap()
}

fn params() -> WidgetConfigParams {
    WidgetConfigParams {
        tenant_id: TENANT.to_owned(),
        widget_public_key: "pk_7f3a".to_owned(),
        origin: "https://app.acme.com".to_owned(),
    }
}

fn with_options(given: &Value) -> bloonio::Options {
    let mut options = options();
    if let Some(locale) = given["locale"].as_str() {
        options = options.locale(locale);
    }
    if let Some(metadata) = given["metadata"].as_object() {
        options = options.metadata(metadata.clone());
    }
    if let Some(key) = given["routing_key"].as_str() {
        options = options.routing_key(key);
    }
    if let Some(mode) = given["mode"].as_str() {
        options = options.session_mode(SessionMode::parse(mode).unwrap());
    }
    options
}

fn request(fixture: &Value) -> HttpRequest {
    let token = Secret::new(OLD_TOKEN);
    match fixture["what"].as_str().unwrap() {
        "config" => chat().fetch_widget_config(&params()).request,
        "create" => {
            chat()
                .create_visitor_session(&with_options(&fixture["options"]))
                .request
        }
        "refresh" => chat().refresh_visitor_token(&token).request,
        _ => {
            let user = Identity::parse(fixture["user"].as_str().unwrap()).unwrap();
            chat().identify_visitor(&token, &user).request
        }
    }
}

#[test]
fn calls_leave_as_documented() {
    for (name, fixture) in of_kind("call") {
        let request = request(&fixture);
        assert_eq!(request.method.as_str(), fixture["method"], "{name}");
        assert_eq!(request.url.expose(), fixture["url"], "{name}");
        assert_eq!(
            json!(request.bearer.as_ref().map(Secret::expose)),
            fixture["bearer"],
            "{name}"
        );
        let body: Value = request
            .body
            .as_deref()
            .map_or(Value::Null, |body| serde_json::from_str(body).unwrap());
        assert_eq!(body, fixture["body"], "{name}");
    }
}

fn response(given: &Value) -> HttpResponse {
    let text = |name: &str| given[name].as_str().map(str::to_owned);
    HttpResponse {
        status: u16::try_from(given["status"].as_u64().unwrap()).unwrap(),
        body: text("text").unwrap_or_else(|| given["body"].to_string()),
        retry_after: text("retry_after"),
        date: text("date"),
        ..HttpResponse::default()
    }
}

fn session_words(session: &VisitorSession) -> Value {
    let config = session.widget_config.clone().unwrap_or_default();
    json!({ "id": session.session_id, "lifetime_s": session.lifetime.as_secs(), "title": config.title, "online": config.online })
}

fn config_words(config: &WidgetConfig) -> Value {
    serde_json::to_value(config).unwrap()
}

fn error_words(error: &Error) -> Value {
    let mut words = json!({ "kind": error.kind().as_str(), "status": error.status(), "message": error.to_string() });
    if let Some(wait) = error.retry_after() {
        words["retry_after_s"] = wait.as_secs().into();
    }
    words
}

/// What an answer means, under the name that the fixtures have for it.
fn reading(to: &str, response: &HttpResponse) -> (&'static str, Value) {
    let wall = UnixMillis(NOW);
    let token = Secret::new(OLD_TOKEN);
    let read = match to {
        "create" => chat()
            .create_visitor_session(&options())
            .read(response, wall)
            .map(|session| ("session", session_words(&session))),
        "refresh" => chat()
            .refresh_visitor_token(&token)
            .read(response, wall)
            .map(|session| ("session", session_words(&session))),
        "config" => chat()
            .fetch_widget_config(&params())
            .read(response, wall)
            .map(|(config, _)| ("config", config_words(&config))),
        _ => {
            let user = Identity::parse("u_42:9f86").unwrap();
            let read = chat().identify_visitor(&token, &user).read(response, wall);
            read.map(|identified| ("token", json!(identified.visitor_token.as_ref().map(Secret::expose))))
        }
    };
    read.unwrap_or_else(|error| ("error", error_words(&error)))
}

#[test]
fn answers_mean_what_they_say() {
    for (name, fixture) in of_kind("answer") {
        for given in list(&fixture["alike"]) {
            let (kind, words) = reading(fixture["to"].as_str().unwrap(), &response(given));
            assert!(fixture.get(kind).is_some(), "{name}: {given} is a {kind}: {words}");
            assert_eq!(words, fixture[kind], "{name}: {given}");
        }
    }
}
