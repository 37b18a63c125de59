//! The low layer: the protocol and nothing else.

use std::time::Duration;

use serde_json::{Value, json};
use visavis_client_core::bloonio::SessionMode;
use visavis_client_core::http::Method;
use visavis_client_core::ids::Generation;
use visavis_client_core::low::{ChatClient, FrameKind, WidgetConfigParams, WsClient, WsOutput};
use visavis_client_core::time::{Instant, Now, UnixMillis};
use visavis_client_core::{Config, ConnectionState, Environment, Error, ErrorKind, Identity, Secret};

use crate::harness::{DAWN, DAY, MINUTE, TENANT, ms, secs};
use crate::relay::{answer, granted, jwt, later, refused};

// --- REST ---------------------------------------------------------------------------------------------------------------------

fn client() -> ChatClient {
    ChatClient::new("https://relay.example/base/").unwrap()
}

const WALL: UnixMillis = UnixMillis(DAWN);

#[test]
fn the_settings_are_fetched() {
    let call = client().fetch_widget_config(&WidgetConfigParams {
        tenant_id: TENANT.to_owned(),
        widget_public_key: "pk_7f3a".to_owned(),
        origin: "https://site.example".to_owned(),
    });
    assert_eq!(call.request.method, Method::Get);
    assert_eq!(
        call.request.url.expose(),
        format!(
            "https://relay.example/base/api/v1/fetch/widget-config?tenant_id={TENANT}&widget_public_key=pk_7f3a\
             &origin=https%3A%2F%2Fsite.example"
        )
    );
    let response = answer(
        200,
        &json!({ "data": { "tenant_id": TENANT, "tenant_name": "Demo", "is_online": true, "theme": "x" } }),
    );
    let (config, data) = call.read(&response, WALL).unwrap();
    assert_eq!((config.title.as_deref(), config.online), (Some("Demo"), Some(true)));
    assert_eq!(data["theme"], "x", "what we do not know is handed on");
}

#[test]
fn a_session_is_created_refreshed_and_linked() {
    let options = Config::bloonio("ignored", TENANT, "pk_7f3a")
        .origin("https://site.example")
        .session_mode(SessionMode::Bot);
    let create = client().create_visitor_session(&options);
    assert_eq!(
        create.request.url.expose(),
        "https://relay.example/base/api/v1/create/visitor-session"
    );
    let body: Value = serde_json::from_str(create.request.body.as_deref().unwrap()).unwrap();
    assert_eq!(
        (body["mode"].as_str(), body["widget_public_key"].as_str()),
        (Some("bot"), Some("pk_7f3a"))
    );
    let session = create.read(&granted("vs_1", &jwt(1, 1_000)), WALL).unwrap();
    assert_eq!(session.session_id.as_deref(), Some("vs_1"));
    assert_eq!(
        (session.visitor_token.expose(), session.lifetime),
        (jwt(1, 1_000).as_str(), secs(1_000))
    );
    assert_eq!(session.widget_config.unwrap().title.as_deref(), Some("Demo"));
    assert_eq!(session.data["session_id"], "vs_1");

    let refresh = client().refresh_visitor_token(&session.visitor_token);
    assert_eq!(
        refresh.request.bearer.as_ref().map(Secret::expose),
        Some(jwt(1, 1_000).as_str())
    );
    assert_eq!(refresh.request.body.as_deref(), Some("{}"));
    let renewed = refresh
        .read(&answer(200, &json!({ "visitor_token": jwt(2, 500) })), WALL)
        .unwrap();
    assert_eq!(
        (renewed.session_id, renewed.lifetime),
        (None, secs(500)),
        "without an envelope, too"
    );

    let identify = client().identify_visitor(&renewed.visitor_token, &Identity::parse("u_42:ab12").unwrap());
    assert_eq!(
        identify.request.url.expose(),
        "https://relay.example/base/api/v1/identify/visitor"
    );
    let body: Value = serde_json::from_str(identify.request.body.as_deref().unwrap()).unwrap();
    assert_eq!(body, json!({ "user_id": "u_42", "user_signature": "ab12" }));
    let identified = identify.read(&answer(200, &json!({ "data": {} })), WALL).unwrap();
    assert_eq!(identified.visitor_token, None);
    let identified = identify.read(&granted("vs_1", &jwt(3, 500)), WALL).unwrap();
    assert_eq!(identified.visitor_token.unwrap().expose(), jwt(3, 500));
}

#[test]
fn refusals_are_errors_by_cause() {
    let call = client().refresh_visitor_token(&Secret::new("a.b.c"));
    let read = |response| call.read(&response, WALL).unwrap_err();
    for status in [400, 401, 403, 404, 410, 422] {
        let error = read(refused(status));
        assert_eq!((error.kind(), error.status()), (ErrorKind::Configuration, Some(status)));
    }
    for status in [429, 500, 502, 503] {
        let error = read(later(status, "7"));
        assert_eq!(
            (error.kind(), error.retry_after()),
            (ErrorKind::Refused, Some(secs(7))),
            "{status}"
        );
        assert_eq!(error.status(), Some(status));
    }
    for body in ["", "<html>", "{}", "[]", "null", r#"{"data":{}}"#] {
        let response = visavis_client_core::http::HttpResponse {
            status: 200,
            body: body.to_owned(),
            ..Default::default()
        };
        assert_eq!(read(response).kind(), ErrorKind::Protocol, "{body}");
    }
}

#[test]
fn a_wrong_address_is_named() {
    for address in ["", "relay.example", "wss://relay.example", "https://"] {
        let error = ChatClient::new(address).unwrap_err();
        assert!(
            matches!(&error, Error::Configuration { message, .. } if message.starts_with("baseUrl")),
            "{error}"
        );
    }
}

// --- socket -------------------------------------------------------------------------------------------------------------------

struct Socket {
    client: WsClient,
    mono: u64,
    outputs: Vec<WsOutput>,
}

impl Socket {
    fn connecting() -> Self {
        let mut socket = Self::idle();
        let now = socket.now();
        socket.client.connect(now);
        socket.drain();
        socket
    }

    fn idle() -> Self {
        let now = at(1_000);
        let client = WsClient::new("https://relay.example", Secret::new(jwt(1, 3600)), 7, now).unwrap();
        Self {
            client,
            mono: 1_000,
            outputs: Vec::new(),
        }
    }

    fn live() -> Self {
        let mut socket = Self::connecting();
        socket.greet();
        socket.outputs.clear();
        socket
    }

    fn now(&self) -> Now {
        at(self.mono)
    }

    fn drain(&mut self) {
        while let Some(output) = self.client.poll_output() {
            self.outputs.push(output);
        }
    }

    fn generation(&self) -> Generation {
        let opened = self.outputs.iter().rev().find_map(|output| match output {
            WsOutput::OpenSocket(generation, _) => Some(*generation),
            _ => None,
        });
        opened.expect("a socket was opened")
    }

    fn greet(&mut self) {
        let (generation, now) = (self.generation(), self.now());
        self.client.opened(generation, now);
        self.received(r#"{"type":"welcome","session_id":"vs_1"}"#);
        assert_eq!(self.state(), ConnectionState::Live);
    }

    fn received(&mut self, text: &str) {
        // The newest generation is the current one; after `clear` the first one is.
        let generation = self.outputs.iter().rev().find_map(|output| match output {
            WsOutput::OpenSocket(generation, _) => Some(*generation),
            _ => None,
        });
        let now = self.now();
        self.client.received(generation.unwrap_or(Generation(1)), text, now);
        self.drain();
    }

    fn closed(&mut self, generation: Generation, code: u16) {
        let now = self.now();
        self.client.closed(generation, code, "", now);
        self.drain();
    }

    fn send(&mut self, frame: &str) {
        let now = self.now();
        self.client.send(frame.to_owned(), now).unwrap();
        self.drain();
    }

    fn advance(&mut self, time: Duration) {
        let until = self.mono + u64::try_from(time.as_millis()).unwrap();
        while let Some((due, _)) = self.client.poll_timeout().filter(|(due, _)| due.as_millis() <= until) {
            self.mono = self.mono.max(due.as_millis());
            let now = self.now();
            self.client.timeout(now);
            self.drain();
        }
        self.mono = until;
    }

    fn until(&mut self, limit: Duration, happened: impl Fn(&Self) -> bool) -> Duration {
        let begun = self.mono;
        while !happened(self) {
            assert!(ms(self.mono - begun) < limit, "not within {limit:?}");
            self.advance(ms(50));
        }
        ms(self.mono - begun)
    }

    fn state(&self) -> ConnectionState {
        self.client.connection().state
    }

    fn transmitted(&self) -> Vec<String> {
        let frame = |output: &WsOutput| match output {
            WsOutput::Transmit(_, frame) => Some(frame.clone()),
            _ => None,
        };
        self.outputs.iter().filter_map(frame).collect()
    }

    fn dials(&self) -> usize {
        self.outputs
            .iter()
            .filter(|output| matches!(output, WsOutput::OpenSocket(..)))
            .count()
    }
}

fn at(mono: u64) -> Now {
    Now {
        mono: Instant::from_millis(mono),
        wall: UnixMillis(DAWN + i64::try_from(mono).unwrap()),
    }
}

#[test]
fn a_socket_is_opened_with_the_token() {
    let mut idle = Socket::idle();
    idle.advance(DAY);
    assert!(idle.outputs.is_empty());
    let socket = Socket::connecting();
    let url = socket.outputs.iter().find_map(|output| match output {
        WsOutput::OpenSocket(_, url) => Some(url.expose().to_owned()),
        _ => None,
    });
    assert_eq!(
        url.unwrap(),
        format!("wss://relay.example/api/v1/ws/widget?token={}", jwt(1, 3600))
    );
}

#[test]
fn frames_before_the_greeting_wait_in_order() {
    let mut socket = Socket::connecting();
    socket.send("1");
    socket.send("2");
    let now = socket.now();
    socket.client.opened(Generation(1), now);
    socket.drain();
    assert!(socket.transmitted().is_empty());
    socket.greet();
    socket.send("3");
    assert_eq!(socket.transmitted(), ["1", "2", "3"]);
}

#[test]
fn a_hundred_frames_may_wait() {
    let mut socket = Socket::connecting();
    for number in 0..100 {
        socket.send(&number.to_string());
    }
    let now = socket.now();
    assert!(matches!(
        socket.client.send("one more".to_owned(), now),
        Err(Error::QueueFull { .. })
    ));
}

#[test]
fn frames_come_as_they_are_with_their_kind() {
    let mut socket = Socket::live();
    for (text, kind) in [
        (
            r#"{"type":"ack","client_msg_id":"7c1e2b9a-0d3f-4c55-9a1e-5f0c7d2b8e41"}"#,
            FrameKind::Ack,
        ),
        (r#"{"type":"ack","client_msg_id":"c1"}"#, FrameKind::Ack),
        (r#"{"type":"msg","id":"m1","content":"x"}"#, FrameKind::Message),
        (r#"{"type":"typing","state":"start"}"#, FrameKind::Typing),
        (r#"{"type":"pong"}"#, FrameKind::Pong),
        (r#"{"type":"error","message":"no"}"#, FrameKind::Error),
        (r#"{"type":"error","code":"rate_limited"}"#, FrameKind::Error),
        (r#"{"type":"welcome"}"#, FrameKind::Welcome),
        (r#"{"type":"brand_new"}"#, FrameKind::Other),
        ("not json", FrameKind::Other),
    ] {
        socket.outputs.clear();
        socket.received(text);
        let frames: Vec<(FrameKind, String)> = socket
            .outputs
            .iter()
            .filter_map(|output| match output {
                WsOutput::Frame(kind, text) => Some((*kind, text.clone())),
                _ => None,
            })
            .collect();
        assert_eq!(frames, [(kind, text.to_owned())]);
    }
}

#[test]
fn the_line_is_pinged_and_given_up_when_silent() {
    let mut socket = Socket::live();
    socket.advance(secs(25));
    assert_eq!(socket.transmitted(), [r#"{"type":"ping"}"#]);
    socket.received(r#"{"type":"pong"}"#);
    socket.advance(secs(30));
    assert_eq!(socket.transmitted().len(), 2);
    let noticed = socket.until(MINUTE, |socket| socket.state() == ConnectionState::Backoff);
    assert!(noticed <= secs(5), "ten seconds after the ping: {noticed:?}");
    assert!(
        socket
            .outputs
            .iter()
            .any(|output| matches!(output, WsOutput::CloseSocket(Generation(1), code) if *code >= 3000))
    );
}

#[test]
fn a_broken_line_is_replaced_and_frames_on_it_are_not_repeated() {
    let mut socket = Socket::live();
    socket.send("on the line that broke");
    socket.closed(Generation(1), 1006);
    assert_eq!(socket.state(), ConnectionState::Backoff);
    socket.send("written meanwhile");
    socket.outputs.clear();
    let waited = socket.until(MINUTE, |socket| socket.dials() == 1);
    assert!(waited <= secs(5) + ms(50), "{waited:?}");
    socket.greet();
    assert_eq!(socket.transmitted(), ["written meanwhile"]);
}

#[test]
fn a_refused_token_is_the_applications_business() {
    for (code, kind) in [
        (4401, ErrorKind::Session),
        (4404, ErrorKind::Session),
        (4403, ErrorKind::Configuration),
        (1008, ErrorKind::Configuration),
    ] {
        let mut socket = Socket::live();
        socket.closed(Generation(1), code);
        assert_eq!(socket.state(), ConnectionState::Failed);
        let failed = socket.outputs.iter().find_map(|output| match output {
            WsOutput::Failed(error) => Some((error.kind(), error.status())),
            _ => None,
        });
        assert_eq!(failed, Some((kind, Some(code))));
        socket.outputs.clear();
        socket.advance(DAY);
        assert!(socket.outputs.is_empty());
    }
}

#[test]
fn a_close_is_final_until_the_next_connect() {
    let mut socket = Socket::live();
    let now = socket.now();
    socket.client.close(now);
    socket.drain();
    assert!(
        socket
            .outputs
            .iter()
            .any(|output| matches!(output, WsOutput::CloseSocket(Generation(1), 1000)))
    );
    assert_eq!(
        (socket.state(), socket.client.poll_timeout()),
        (ConnectionState::Closed, None)
    );
    socket.outputs.clear();
    socket.client.environment(Environment::Online, now);
    socket.client.received(Generation(1), r#"{"type":"pong"}"#, now);
    socket.advance(DAY);
    socket.drain();
    assert!(socket.outputs.is_empty());
    let now = socket.now();
    socket.client.connect(now);
    socket.drain();
    assert_eq!(socket.dials(), 1);
}

#[test]
fn a_wake_is_a_reason_to_ask() {
    let mut socket = Socket::live();
    let now = Now {
        wall: UnixMillis(DAWN + 3_600_000),
        ..socket.now()
    };
    socket.client.timeout(now);
    socket.drain();
    assert_eq!(socket.transmitted(), [r#"{"type":"ping"}"#]);
}
