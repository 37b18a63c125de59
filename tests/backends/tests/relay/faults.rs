//! What can be made to go wrong.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::net::TcpStream;
use visavis_backends::{
    BotMode, Manner, Relay, RelayHandle, Scope, Settings,
    faults::{AckFault, HttpFault, Route, Times},
    model::Role,
};

use crate::support::{End, Visitor, opening, post};

async fn quiet_relay() -> RelayHandle {
    Relay::start(Settings::test().bot(BotMode::Off)).await.unwrap()
}

#[tokio::test]
async fn sockets_close_with_the_code_asked_for() {
    let relay = quiet_relay().await;
    let (left, right) = (Visitor::create(&relay).await, Visitor::create(&relay).await);
    for code in [1001, 1008, 1011, 1012, 1013, 4401, 4403, 4404, 4429] {
        let (mut closed, _) = left.connect(&relay).await;
        let (mut open, _) = right.connect(&relay).await;
        relay.close_sockets(Scope::Session(&left.session_id), code);
        assert_eq!(closed.end().await, End::Code(code));
        open.send(&json!({ "type": "ping" })).await;
        assert_eq!(open.frame().await["type"], "pong");
    }
    let (mut socket, _) = left.connect(&relay).await;
    relay.close_sockets(Scope::All, 1006);
    assert_eq!(socket.end().await, End::Cut);
    relay.shutdown().await;
}

#[tokio::test]
async fn new_sockets_are_refused_as_often_as_told() {
    let relay = quiet_relay().await;
    let visitor = Visitor::create(&relay).await;
    relay.refuse_sockets(4429, Times::Next(2));
    assert_eq!(visitor.dial(&relay).await.end().await, End::Code(4429));
    assert_eq!(visitor.dial(&relay).await.end().await, End::Code(4429));
    visitor.connect(&relay).await;
    relay.shutdown().await;
}

#[tokio::test]
async fn a_cut_ack_loses_no_message() {
    let relay = quiet_relay().await;
    let visitor = Visitor::create(&relay).await;
    relay.swallow_acks(AckFault::Cut, Times::Next(1));
    let (mut socket, _) = visitor.connect(&relay).await;
    socket.msg("c1", "one").await;
    assert_eq!(socket.end().await, End::Cut);
    let (mut socket, welcome) = visitor.connect(&relay).await;
    assert_eq!(welcome["messages"][0]["client_msg_id"], "c1");
    socket.msg("c1", "one").await;
    assert_eq!(socket.frame().await["type"], "ack");
    assert_eq!(relay.counts().duplicates, 1);
    relay.shutdown().await;
}

#[tokio::test]
async fn an_ack_may_never_come() {
    let relay = quiet_relay().await;
    let visitor = Visitor::create(&relay).await;
    let (mut socket, _) = visitor.connect(&relay).await;
    relay.swallow_acks(AckFault::Never, Times::Next(1));
    socket.msg("c1", "one").await;
    socket.silence().await;
    assert_eq!(relay.transcript(&visitor.session_id).unwrap().len(), 1);
    socket.msg("c2", "two").await;
    assert_eq!(socket.frame().await["client_msg_id"], "c2");
    relay.shutdown().await;
}

#[tokio::test]
async fn a_lost_push_shows_in_the_next_pong() {
    let relay = quiet_relay().await;
    let visitor = Visitor::create(&relay).await;
    let (mut socket, _) = visitor.connect(&relay).await;
    relay.lose_pushes(Times::Next(1));
    relay.say(&visitor.session_id, Role::Bot, "lost").unwrap();
    socket.silence().await;
    socket.send(&json!({ "type": "ping" })).await;
    let lost = relay.transcript(&visitor.session_id).unwrap()[0].id.clone();
    assert_eq!(socket.frame().await["last_message_id"], json!(lost));
    relay.say(&visitor.session_id, Role::Bot, "told").unwrap();
    assert_eq!(socket.frame().await["content"], "told");
    relay.shutdown().await;
}

#[tokio::test]
async fn delayed_frames_keep_their_order() {
    let relay = quiet_relay().await;
    let visitor = Visitor::create(&relay).await;
    let (mut socket, _) = visitor.connect(&relay).await;
    relay.delay_frames(80);
    let start = Instant::now();
    relay.say(&visitor.session_id, Role::Bot, "a").unwrap();
    relay.say(&visitor.session_id, Role::Bot, "b").unwrap();
    tokio::time::sleep(Duration::from_millis(20)).await;
    relay.clear_faults();
    relay.say(&visitor.session_id, Role::Bot, "c").unwrap();
    for text in ["a", "b", "c"] {
        assert_eq!(socket.frame().await["content"], text);
    }
    assert!(start.elapsed() >= Duration::from_millis(80));
    relay.shutdown().await;
}

#[tokio::test]
async fn a_welcome_may_never_come() {
    let relay = quiet_relay().await;
    let visitor = Visitor::create(&relay).await;
    relay.withhold_welcomes(Times::Next(1));
    visitor.dial(&relay).await.silence().await;
    visitor.connect(&relay).await;
    relay.shutdown().await;
}

#[tokio::test]
async fn a_black_hole_stays_connected_and_says_nothing() {
    let relay = quiet_relay().await;
    let visitor = Visitor::create(&relay).await;
    let (mut socket, _) = visitor.connect(&relay).await;
    relay.black_hole(Scope::All);
    socket.send(&json!({ "type": "ping" })).await;
    socket.msg("c1", "one").await;
    socket.silence().await;
    assert!(
        relay.transcript(&visitor.session_id).unwrap().is_empty(),
        "what was not read was not taken"
    );
    relay.close_sockets(Scope::All, 1006);
    assert_eq!(socket.end().await, End::Cut);

    relay.black_hole_new_sockets(Times::Next(1));
    visitor.dial(&relay).await.silence().await;
    visitor.connect(&relay).await;
    relay.shutdown().await;
}

async fn create_status(relay: &RelayHandle) -> Option<u16> {
    let call = post(relay, "create/visitor-session", &opening()).timeout(Duration::from_millis(300));
    Some(call.send().await.ok()?.status().as_u16())
}

#[tokio::test]
async fn http_calls_meet_faults() {
    let relay = quiet_relay().await;
    let only_create = Some(Route::Create);
    relay.fail_http(
        only_create,
        HttpFault::Status {
            status: 503,
            retry_after: Some(7),
        },
        Times::Next(1),
    );
    let refused = post(&relay, "create/visitor-session", &opening()).send().await.unwrap();
    assert_eq!(
        (
            refused.status().as_u16(),
            refused.headers()["retry-after"].to_str().unwrap()
        ),
        (503, "7")
    );

    relay.fail_http(None, HttpFault::Html { status: 200 }, Times::Next(1));
    let page = post(&relay, "create/visitor-session", &opening()).send().await.unwrap();
    assert!(
        page.headers()["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/html")
    );
    assert!(page.text().await.unwrap().starts_with("<!doctype html>"));

    assert_eq!(relay.counts().creates, 0);
    for fault in [HttpFault::Drop, HttpFault::Hang] {
        relay.fail_http(only_create, fault, Times::Next(1));
        assert_eq!(create_status(&relay).await, None);
        assert_eq!(relay.counts().creates, 0);
    }
    relay.fail_http(only_create, HttpFault::LoseAnswer, Times::Next(1));
    assert_eq!(create_status(&relay).await, None);
    assert_eq!(relay.counts().creates, 1, "the call was carried out");

    relay.fail_http(Some(Route::Refresh), HttpFault::Drop, Times::UntilCleared);
    assert_eq!(create_status(&relay).await, Some(201));
    assert_eq!(relay.counts().http_faults, 5);
    relay.shutdown().await;
}

#[tokio::test]
async fn refreshes_at_once_are_counted() {
    let relay = quiet_relay().await;
    let visitor = Visitor::create(&relay).await;
    relay.fail_http(Some(Route::Refresh), HttpFault::Delay { ms: 100 }, Times::UntilCleared);
    let (left, right) = tokio::join!(visitor.refresh(&relay), visitor.refresh(&relay));
    assert_eq!((left.0, right.0), (200, 200));
    assert_eq!(relay.counts().refreshes_in_flight_max, 2);
    relay.shutdown().await;
}

#[tokio::test]
async fn forgotten_sessions_can_still_be_read_here() {
    let relay = quiet_relay().await;
    let visitor = Visitor::create(&relay).await;
    let (mut socket, _) = visitor.connect(&relay).await;
    socket.msg("c1", "one").await;
    assert_eq!(socket.frame().await["type"], "ack");
    relay.forget_sessions(Scope::Session(&visitor.session_id));
    assert_eq!(socket.end().await, End::Code(4404));
    assert_eq!(visitor.dial(&relay).await.end().await, End::Code(4404));
    assert_eq!(visitor.refresh(&relay).await.0, 404);
    assert_eq!(
        relay.transcript(&visitor.session_id).unwrap()[0]
            .client_msg_id
            .as_deref(),
        Some("c1")
    );
    assert!(relay.session_ids().is_empty());
    relay.shutdown().await;
}

#[tokio::test]
async fn a_relay_goes_away_and_comes_back_with_its_memory() {
    let relay = quiet_relay().await;
    let visitor = Visitor::create(&relay).await;
    let (mut socket, _) = visitor.connect(&relay).await;
    socket.msg("c1", "one").await;
    assert_eq!(socket.frame().await["type"], "ack");
    for (manner, end) in [(Manner::Abrupt, End::Cut), (Manner::Announced, End::Code(1012))] {
        let (mut socket, _) = visitor.connect(&relay).await;
        let (closed, ()) = tokio::join!(socket.end(), relay.stop(manner));
        assert_eq!(closed, end);
        assert!(TcpStream::connect(relay.addr()).await.is_err(), "nobody listens");
        assert_eq!(relay.counts().sockets_open, 0);
        relay.resume().unwrap();
        relay.resume().unwrap();
    }
    let (_socket, welcome) = visitor.connect(&relay).await;
    assert_eq!(welcome["messages"][0]["content"], "one");
    relay.shutdown().await;
}

#[tokio::test]
async fn nothing_is_left_after_the_end() {
    let relay = quiet_relay().await;
    let (mut socket, _) = Visitor::create(&relay).await.connect(&relay).await;
    let addr = relay.addr();
    drop(relay);
    assert_eq!(socket.end().await, End::Cut);
    for _ in 0..100 {
        if TcpStream::connect(addr).await.is_err() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the port is still listened on");
}

#[tokio::test]
async fn a_socket_that_does_not_read_is_given_up() {
    let relay = quiet_relay().await;
    let visitor = Visitor::create(&relay).await;
    let (slow, _) = visitor.connect(&relay).await;
    let text = "x".repeat(15_000);
    for _ in 0..5_000 {
        relay.say(&visitor.session_id, Role::Bot, &text).unwrap();
        if relay.sockets(&visitor.session_id) == Ok(0) {
            let (_socket, welcome): (_, Value) = visitor.connect(&relay).await;
            assert_eq!(welcome["messages"].as_array().unwrap().len(), 200);
            drop(slow);
            relay.shutdown().await;
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("the backlog has no bound");
}
