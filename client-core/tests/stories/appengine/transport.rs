//! A WebSocket first, calls where none gets through.

use serde_json::{Value, json};
use visavis_client_core::appengine::Transports;
use visavis_client_core::http::{HttpRequest, HttpResponse, MediaType, Method};
use visavis_client_core::{ConnectionState, Delivery, appengine};

use crate::gateway::{alice, greeting, handshake, kept, registered, stored};
use crate::harness::{MINUTE, Story, ms, secs};
use crate::relay;

fn carries(call: &HttpRequest) -> bool {
    call.url.expose().contains("transport=polling")
}

fn is_poll(call: &HttpRequest) -> bool {
    carries(call) && call.method == Method::Get
}

fn is_post(call: &HttpRequest) -> bool {
    carries(call) && call.method == Method::Post
}

fn text(body: &str) -> HttpResponse {
    HttpResponse {
        status: 200,
        body: body.to_owned(),
        ..HttpResponse::default()
    }
}

fn gone() -> HttpResponse {
    HttpResponse {
        status: 400,
        body: json!({ "code": 1, "message": "Session ID unknown" }).to_string(),
        ..HttpResponse::default()
    }
}

impl Story {
    /// The server answers the call that waits.
    fn brings(&mut self, packets: &[&str]) {
        self.answer_to(is_poll, text(&packets.join("\u{1e}")));
    }

    /// The server takes what was sent: the packets of the call.
    fn collect(&mut self) -> Vec<String> {
        let posted = self
            .open_calls()
            .find(|asked| is_post(&asked.call))
            .and_then(|asked| asked.call.body.clone());
        self.answer_to(is_post, text("ok"));
        posted.unwrap_or_default().split('\u{1e}').map(str::to_owned).collect()
    }

    fn polls(&self) -> usize {
        self.open_calls().filter(|asked| is_poll(&asked.call)).count()
    }

    fn posts(&self) -> usize {
        self.open_calls().filter(|asked| is_post(&asked.call)).count()
    }

    /// The handshake, the namespace, the greeting, the history, all by calls.
    fn join_by_calls(&mut self, history: &[Value]) {
        self.brings(&[&handshake()]);
        let joined = self.collect();
        assert!(joined[0].starts_with("40/chat,{"), "{joined:?}");
        self.brings(&[r#"40/chat,{"sid":"s_1"}"#]);
        self.brings(&[&event("authenticate", greeting())]);
        let asked = self.collect();
        assert!(
            asked[0].contains("join-chat") && asked[1].contains("chat-history"),
            "together: {asked:?}"
        );
        let told = json!([{ "success": true, "history": history }]);
        self.brings(&[&format!("43/chat,0{told}")]);
    }
}

fn event(name: &str, body: Value) -> String {
    format!("42/chat,{}", json!([name, body]))
}

fn history() -> Vec<Value> {
    vec![stored("m_1", "jane@acme.example", "Hi", 1)]
}

/// A visitor whose second WebSocket has just failed, too, at the moment of the next attempt.
fn without_websockets() -> Story {
    let mut story = Story::new(alice());
    story.start();
    story.answer(registered(1));
    story.close(1006);
    story
        .until(MINUTE, |story| story.socket().is_some())
        .expect("a second attempt");
    story.close(1006);
    assert_eq!(story.polls(), 0);
    story
        .until(MINUTE, |story| story.polls() == 1)
        .expect("an attempt by calls");
    story
}

#[test]
fn after_two_websockets_that_did_not_open_it_goes_by_calls() {
    let mut story = without_websockets();
    assert_eq!((story.dials.len(), story.socket()), (2, None));
    let poll = &story.open_calls().next().unwrap().call;
    let address = poll.url.expose();
    assert!(
        address.starts_with("https://gateway.example/socket.io/?EIO=4&transport=polling&t="),
        "{address}"
    );
    assert_eq!(
        (poll.origin.as_deref(), poll.bearer.as_ref(), poll.media_type),
        (Some("https://site.example"), None, MediaType::Text)
    );
    assert!(poll.is_long_poll());
    story.join_by_calls(&history());
    assert_eq!(story.state(), ConnectionState::Live);
    assert_eq!(story.texts(), ["Hi"]);

    let id = story.send("Hello");
    let sent = story.collect();
    assert!(sent[0].contains(r#"["chat-message",{"message":"Hello""#), "{sent:?}");
    story.brings(&[r#"43/chat,1[{"success":true,"messageId":"m_2"}]"#]);
    assert_eq!(story.status_of(id), Some(Delivery::Sent));
    assert!(
        story.frames.is_empty() && story.closes.is_empty(),
        "no socket was asked for anything"
    );
}

#[test]
fn one_call_of_each_kind_is_under_way() {
    let mut story = without_websockets();
    story.join_by_calls(&history());
    story.send("one");
    assert_eq!((story.polls(), story.posts()), (1, 1));
    story.brings(&["2"]);
    assert_eq!((story.polls(), story.posts()), (1, 1), "the pong waits for its turn");
    story.collect();
    assert_eq!(story.collect(), ["3"]);
    assert_eq!((story.polls(), story.posts()), (1, 0));
}

#[test]
fn what_was_in_an_answer_that_nobody_got_is_found_within_a_minute_in_its_place() {
    let mut story = without_websockets();
    story.join_by_calls(&history());
    // A browser makes the call again by itself; the packet with the second message went with the first answer.
    let (second, third) = (
        stored("m_2", "jane@acme.example", "Where", 2),
        stored("m_3", "jane@acme.example", "are you?", 2),
    );
    story.brings(&[&event("message", third.clone())]);
    assert_eq!(story.texts(), ["Hi", "are you?"]);
    for _ in 0..2 {
        story.advance(secs(25));
        story.brings(&["2"]);
        while story.posts() > 0 {
            let said = story.collect();
            assert!(!said.concat().contains("chat-history"), "not before: {said:?}");
        }
    }
    story.advance(secs(10));
    let asked = story.collect();
    assert!(asked[0].starts_with(r#"42/chat,1["chat-history""#), "{asked:?}");
    let whole = [history(), vec![second, third]].concat();
    let told = json!([{ "success": true, "history": whole }]);
    story.brings(&[&format!("43/chat,1{told}")]);
    assert_eq!(story.texts(), ["Hi", "Where", "are you?"]);
}

#[test]
fn a_line_by_a_socket_is_not_looked_after() {
    let mut story = Story::with_gateway();
    for _ in 0..8 {
        story.advance(secs(20));
        story.text("2");
    }
    assert!(story.emitted().is_empty());
}

#[test]
fn a_session_that_is_gone_is_opened_anew_and_nothing_is_lost() {
    let mut story = without_websockets();
    story.join_by_calls(&history());
    let id = story.send("Hello");
    story.answer_to(is_post, gone());
    assert_eq!((story.state(), story.polls()), (ConnectionState::Backoff, 0));
    assert_eq!(story.cancelled.len(), 1, "the call that waited is of no use");
    assert_eq!(story.status_of(id), Some(Delivery::Pending));
    // Calls got through, so one WebSocket is tried before they are made again.
    story
        .until(MINUTE, |story| story.socket().is_some())
        .expect("an attempt");
    story.close(1006);
    story.until(MINUTE, |story| story.polls() == 1).expect("an attempt");
    story.join_by_calls(&[history(), vec![kept(id, "m_2", "Hello")]].concat());
    assert_eq!(story.status_of(id), Some(Delivery::Sent));
    assert_eq!(story.posts(), 0, "it had arrived");
}

#[test]
fn a_websocket_that_opens_again_is_used_again() {
    let mut story = without_websockets();
    story.join_by_calls(&history());
    story.answer_to(is_poll, gone());
    story
        .until(MINUTE, |story| story.socket().is_some())
        .expect("an attempt");
    story.join();
    story.greet(&history());
    story.send("Hello");
    assert_eq!((story.emitted_as("chat-message").len(), story.polls()), (1, 0));
}

#[test]
fn a_server_that_is_away_is_tried_in_turns() {
    let mut story = without_websockets();
    story.fail_call();
    for _ in 0..2 {
        story
            .until(MINUTE, |story| story.socket().is_some())
            .expect("a WebSocket");
        story.close(1006);
    }
    story.until(MINUTE, |story| story.polls() == 1).expect("calls");
}

#[test]
fn a_server_that_offers_no_calls_is_dialled_at_once() {
    let mut story = without_websockets();
    let dialled = story.dials.len();
    story.answer(gone());
    assert_eq!((story.dials.len(), story.polls()), (dialled + 1, 0));
    story.close(1006);
    story.advance(ms(400));
    assert_eq!(
        (story.dials.len(), story.polls()),
        (dialled + 1, 0),
        "once, then it waits"
    );
}

#[test]
fn websockets_that_hang_count_as_failed() {
    let mut story = Story::new(alice());
    story.start();
    story.answer(registered(1));
    for attempt in 1..=2 {
        assert_eq!(story.dials.len(), attempt);
        story.advance(secs(20));
        assert_eq!(story.socket(), None);
        let tries = |story: &Story| story.socket().is_some() || story.polls() == 1;
        story.until(MINUTE, tries).expect("an attempt");
    }
    assert_eq!((story.dials.len(), story.polls()), (2, 1));
}

#[test]
fn attempts_that_the_visitor_breaks_off_do_not_count() {
    let mut story = Story::new(alice());
    story.start();
    story.answer(registered(1));
    for attempt in 1..=4 {
        assert_eq!(story.dials.len(), attempt);
        story.stop();
        story.start();
    }
    assert_eq!(story.polls(), 0);
}

#[test]
fn a_stop_cancels_what_waits() {
    let mut story = without_websockets();
    story.join_by_calls(&history());
    story.stop();
    assert_eq!((story.polls(), story.cancelled.len()), (0, 1));
    assert_eq!(story.collect(), ["1"], "the server is told");
    assert_eq!(story.state(), ConnectionState::Closed);
    story.advance(MINUTE);
    assert_eq!(story.open_calls().count(), 0);
}

#[test]
fn a_server_that_asks_to_wait_is_left_alone() {
    let mut story = without_websockets();
    story.answer_to(
        is_poll,
        HttpResponse {
            retry_after: Some("45".to_owned()),
            ..relay::refused(503)
        },
    );
    story.advance(secs(44));
    assert_eq!((story.socket(), story.polls()), (None, 0));
    story
        .until(MINUTE, |story| story.socket().is_some())
        .expect("an attempt");
}

fn first_attempt(transports: Transports) -> Story {
    let options: appengine::Options = alice().transport(transports);
    let mut story = Story::new(options);
    story.start();
    story.answer(registered(1));
    story
}

#[test]
fn a_transport_can_be_insisted_on() {
    let mut story = first_attempt(Transports::Polling);
    assert_eq!((story.dials.len(), story.polls()), (0, 1));
    story.fail_call();
    story.until(MINUTE, |story| story.polls() == 1).expect("calls again");
    assert!(story.dials.is_empty());

    let mut story = first_attempt(Transports::WebSocket);
    for attempt in 2..6 {
        story.close(1006);
        story
            .until(MINUTE, |story| story.socket().is_some())
            .expect("a WebSocket again");
        assert_eq!((story.dials.len(), story.polls()), (attempt, 0));
    }
}
