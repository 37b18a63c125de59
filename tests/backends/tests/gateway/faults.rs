//! What goes wrong on purpose.

use std::time::{Duration, Instant};

use serde_json::json;
use visavis_backends::{
    Manner,
    appengine::{CloseManner, Gateway, Scope, Settings},
    faults::{AckFault, Times},
};

use crate::support::{ALICES_CHAT, Socket, alice, eventually, handshake};

fn people_only() -> Settings {
    Settings::test().without_assistant()
}

#[tokio::test]
async fn sockets_are_dismissed_or_cut() {
    let gateway = Gateway::start(people_only()).await.unwrap();
    let mut socket = Socket::alice(&gateway).await;
    gateway.close_sockets(Scope::Chat(ALICES_CHAT), CloseManner::Packet);
    assert_eq!(socket.packet().await, "41/chat,");
    // The connection below stays, and may be used again.
    socket.send(&format!("40/chat,{}", handshake(&alice(&gateway)))).await;
    assert!(socket.packet().await.starts_with("40/chat,"));
    socket.event("authenticate").await;

    gateway.close_sockets(Scope::All, CloseManner::Cut);
    assert_eq!(socket.end().await, ["cut"]);
    eventually(|| gateway.counts().sockets_open == 0).await;
    Socket::alice(&gateway).await;
}

#[tokio::test]
async fn the_namespace_is_refused() {
    let gateway = Gateway::start(people_only()).await.unwrap();
    gateway.refuse_namespace("Invalid namespace", Times::Next(1));
    let mut socket = Socket::open(&gateway).await;
    let connect = format!("40/chat,{}", handshake(&alice(&gateway)));
    socket.send(&connect).await;
    assert_eq!(socket.packet().await, r#"44/chat,{"message":"Invalid namespace"}"#);
    socket.send(&connect).await;
    assert!(socket.packet().await.starts_with("40/chat,"));
}

#[tokio::test]
async fn authenticate_is_withheld() {
    let gateway = Gateway::start(people_only()).await.unwrap();
    gateway.withhold_authentication(Times::Next(1));
    let mut socket = Socket::connect(&gateway, &handshake(&alice(&gateway))).await;
    socket.silence().await;
    // All else works: the client may fall back to what it knows.
    assert_eq!(socket.say("1", "Hi").await["success"], true);
}

#[tokio::test]
async fn acks_are_swallowed_though_the_message_is_stored() {
    let gateway = Gateway::start(people_only()).await.unwrap();
    let mut socket = Socket::alice(&gateway).await;
    gateway.swallow_acks(AckFault::Never, Times::Next(1));
    let payload = json!({ "message": "Hi", "messageId": "1" });
    socket.emit_for_ack("chat-message", &payload).await;
    assert_eq!(socket.any_event().await.0, "queued");
    socket.silence().await;
    assert_eq!((gateway.counts().messages, gateway.counts().acks_swallowed), (1, 1));

    gateway.swallow_acks(AckFault::Cut, Times::Next(1));
    socket
        .emit_for_ack("chat-message", &json!({ "message": "Ho", "messageId": "2" }))
        .await;
    assert_eq!(socket.end().await.pop().unwrap(), "cut");
    assert_eq!(gateway.counts().messages, 2);
    let mut socket = Socket::alice(&gateway).await;
    socket.event("queue-update").await;
    assert_eq!(socket.say("2", "Ho").await["success"], true);
    assert_eq!((gateway.counts().messages, gateway.counts().duplicates), (2, 1));
}

#[tokio::test]
async fn tokens_expire_on_demand() {
    let gateway = Gateway::start(people_only()).await.unwrap();
    let mut socket = Socket::alice(&gateway).await;
    gateway.announce_expiry(Scope::All);
    assert_eq!(socket.event("token_expired").await, json!({}));
    assert_eq!(socket.packet().await, "41/chat,");
    gateway.expire_next_tokens(Times::Next(1));
    let mut socket = Socket::connect(&gateway, &handshake(&alice(&gateway))).await;
    assert_eq!(socket.event("authenticate").await["error"], "token_expired");
    Socket::alice(&gateway).await;
}

#[tokio::test]
async fn pushes_are_lost_but_stored() {
    let gateway = Gateway::start(people_only()).await.unwrap();
    let (mut first, mut second) = (Socket::alice(&gateway).await, Socket::alice(&gateway).await);
    gateway.lose_pushes(Times::Next(1));
    first.say("1", "Hi").await;
    assert_eq!(second.any_event().await.0, "queued");
    first.say("2", "Ho").await;
    assert_eq!(second.event("message").await["content"], "Ho");
    assert_eq!(gateway.transcript(ALICES_CHAT).len(), 2);
}

#[tokio::test]
async fn frames_are_delayed() {
    let gateway = Gateway::start(people_only()).await.unwrap();
    let mut socket = Socket::alice(&gateway).await;
    gateway.delay_frames(500);
    let begun = Instant::now();
    socket.say("1", "Hi").await;
    assert!(begun.elapsed() >= Duration::from_millis(500), "{:?}", begun.elapsed());
    gateway.clear_faults();
    socket.event("queued").await;
    let begun = Instant::now();
    socket.say("2", "Hi").await;
    assert!(begun.elapsed() < Duration::from_millis(500), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn pings_stop_though_messages_arrive() {
    let gateway = Gateway::start(people_only().heartbeat_ms(50, 2_000)).await.unwrap();
    let mut socket = Socket::alice(&gateway).await;
    gateway.stop_pings(Scope::All);
    tokio::time::sleep(Duration::from_millis(20)).await;
    while tokio::time::timeout(Duration::from_millis(100), socket.raw())
        .await
        .is_ok()
    {}
    socket.deep_silence().await;
    socket
        .emit("chat-message", &json!({ "message": "Hi", "messageId": "1" }))
        .await;
    eventually(|| gateway.counts().messages == 1).await;
    socket.deep_silence().await;
}

#[tokio::test]
async fn a_black_hole_takes_everything_and_says_nothing() {
    let gateway = Gateway::start(people_only()).await.unwrap();
    let mut socket = Socket::alice(&gateway).await;
    gateway.black_hole(Scope::All);
    socket
        .emit("chat-message", &json!({ "message": "Hi", "messageId": "1" }))
        .await;
    socket.deep_silence().await;
    assert_eq!(gateway.counts().messages, 0);
    // Others are served.
    assert_eq!(Socket::alice(&gateway).await.say("2", "Hi").await["success"], true);
}

#[tokio::test]
async fn restarts_keep_the_state() {
    let gateway = Gateway::start(people_only()).await.unwrap();
    for (manner, last_word) in [(Manner::Announced, "close"), (Manner::Abrupt, "cut")] {
        let mut socket = Socket::alice(&gateway).await;
        socket.say(last_word, "Hi").await;
        gateway.stop(manner).await;
        let words = socket.end().await;
        assert_eq!(words.last().unwrap(), last_word, "{manner:?}");
        assert!(
            !words.iter().any(|word| word.starts_with("41")),
            "clients are to come back: {words:?}"
        );
        assert!(tokio::net::TcpStream::connect(gateway.addr()).await.is_err());
        gateway.resume().unwrap();
        assert_eq!(gateway.counts().sockets_open, 0);
    }
    let mut socket = Socket::alice(&gateway).await;
    let history = socket.ask("chat-history", &json!({ "chatId": ALICES_CHAT })).await;
    assert_eq!(history["history"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn dropping_the_handle_ends_everything() {
    let gateway = Gateway::start(people_only()).await.unwrap();
    let mut socket = Socket::alice(&gateway).await;
    let addr = gateway.addr();
    drop(gateway);
    assert_eq!(socket.end().await.pop().unwrap(), "cut");
    for _ in 0..100 {
        if tokio::net::TcpStream::connect(addr).await.is_err() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("somebody still listens");
}

#[tokio::test]
async fn embedded_in_another_server() {
    let gateway = Gateway::new(people_only());
    let app = axum::Router::new()
        .route("/", axum::routing::get(async || "the site"))
        .merge(gateway.router());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let server = tokio::spawn(async move { axum::serve(listener, app).await });
    let url = format!("ws://{addr}/socket.io/?EIO=4&transport=websocket");
    let mut socket = tokio_tungstenite::connect_async(url).await.unwrap().0;
    let open = futures_util::StreamExt::next(&mut socket).await.unwrap().unwrap();
    assert!(open.to_text().unwrap().starts_with("0{"));
    server.abort();
}
