//! Handshakes, authentication, namespaces.

use serde_json::{Value, json};
use visavis_backends::appengine::{Dialect, Gateway, Namespaces, Settings, Standing, Transports};

use crate::support::{ALICES_CHAT, Socket, alice, eventually, handshake, http};

#[tokio::test]
async fn the_documented_handshake() {
    let gateway = Gateway::start(Settings::test()).await.unwrap();
    let mut socket = Socket::dial(&gateway).await;
    let open = socket.packet().await;
    let open: Value = serde_json::from_str(open.strip_prefix('0').unwrap()).unwrap();
    assert_eq!(open["upgrades"], json!([]));
    assert_eq!(
        (&open["pingInterval"], &open["pingTimeout"], &open["maxPayload"]),
        (&json!(25_000), &json!(20_000), &json!(1_000_000))
    );
    socket.send(&format!("40/chat,{}", handshake(&alice(&gateway)))).await;
    let connected = socket.packet().await;
    let connected: Value = serde_json::from_str(connected.strip_prefix("40/chat,").unwrap()).unwrap();
    assert_eq!(connected.as_object().unwrap().len(), 1, "a sid and no pid: {connected}");

    let authenticated = socket.event("authenticate").await;
    assert_eq!(authenticated["success"], true);
    assert_eq!(
        authenticated["user"],
        json!({ "email": "alice@b.c", "name": "Alice", "role": "customer" })
    );
    assert_eq!(authenticated["isGuest"], false);
    assert!(authenticated["chatSessionId"].as_str().unwrap().starts_with("cs_"));
    let config = &authenticated["config"];
    assert_eq!((&config["ai"], &config["status"]), (&json!("Iris"), &json!("active")));
    assert_eq!(
        config["agents"],
        json!([{ "user": "jane@x.io" }, { "user": "omar@x.io" }])
    );
}

#[tokio::test]
async fn a_chat_session_is_resumed_and_a_fresh_one_is_greeted() {
    let gateway = Gateway::start(Settings::test().greeting("Hello!")).await.unwrap();
    let mut first = Socket::alice(&gateway).await;
    assert_eq!(first.event("message").await["content"], "Hello!");
    first.hang_up().await;

    let mut payload = handshake(&alice(&gateway));
    let mut second = Socket::connect(&gateway, &payload).await;
    let session = second.event("authenticate").await["chatSessionId"].clone();
    assert_eq!(second.event("message").await["content"], "Hello!");

    payload["context"]["chatSessionId"] = session.clone();
    let mut third = Socket::connect(&gateway, &payload).await;
    assert_eq!(third.event("authenticate").await["chatSessionId"], session);
    third.silence().await;
}

#[tokio::test]
async fn a_guest_has_a_conversation_for_each_chat_session() {
    let gateway = Gateway::start(Settings::test()).await.unwrap();
    let token = gateway.mint_tokens("Bob@B.c", "Bob", Standing::Guest).access;
    let mut socket = Socket::connect(&gateway, &handshake(&token)).await;
    let authenticated = socket.event("authenticate").await;
    assert_eq!(authenticated["isGuest"], true);
    let session = authenticated["chatSessionId"].as_str().unwrap();
    assert_eq!(gateway.chat_ids(), [format!("customer:{session}:bob@b.c")]);
    let ack = socket
        .ask(
            "chat-message",
            &json!({ "message": "Hi", "chatId": "customer::bob@b.c", "messageId": "1" }),
        )
        .await;
    assert_eq!(ack["chatId"], format!("customer:{session}:bob@b.c"));
}

#[tokio::test]
async fn an_opaque_id_of_the_host_page_is_taken() {
    let gateway = Gateway::start(Settings::test()).await.unwrap();
    let mut payload = handshake(&alice(&gateway));
    payload["chatId"] = json!("c_77");
    let mut socket = Socket::connect(&gateway, &payload).await;
    socket.event("authenticate").await;
    assert_eq!(gateway.chat_ids(), ["c_77"]);
    // Somebody else's is not.
    let mut payload = handshake(&gateway.mint_tokens("eve@b.c", "Eve", Standing::Customer).access);
    payload["chatId"] = json!("c_77");
    let mut eve = Socket::connect(&gateway, &payload).await;
    eve.event("authenticate").await;
    assert_eq!(gateway.chat_ids(), ["c_77", "customer::eve@b.c"]);
    let ack = eve.ask("join-chat", &json!({ "chatId": "c_77" })).await;
    assert_eq!(ack["error"], "unknown_chat");
}

#[tokio::test]
async fn refusals_are_told_and_followed_by_a_disconnect() {
    let gateway = Gateway::start(Settings::test()).await.unwrap();
    let token = alice(&gateway);
    gateway.expire_tokens();
    for (payload, error) in [
        (handshake(&token), "token_expired"),
        (handshake("nonsense"), "invalid_token"),
        (json!({ "token": alice(&gateway), "orgId": "other" }), "invalid_token"),
    ] {
        let mut socket = Socket::connect(&gateway, &payload).await;
        let answer = socket.event("authenticate").await;
        assert_eq!((&answer["success"], &answer["error"]), (&json!(false), &json!(error)));
        assert_eq!(socket.packet().await, "41/chat,");
    }
    assert_eq!(gateway.counts().refusals, 3);
    Socket::alice(&gateway).await;
}

#[tokio::test]
async fn the_seed_refuses_at_the_door_and_pushes_no_authenticate() {
    let gateway = Gateway::start(Settings::test().dialect(Dialect::Seed)).await.unwrap();
    let mut socket = Socket::open(&gateway).await;
    socket.send(&format!("40/chat,{}", handshake("nonsense"))).await;
    assert_eq!(socket.packet().await, r#"44/chat,{"message":"invalid_token"}"#);

    let mut socket = Socket::connect(&gateway, &json!({ "token": alice(&gateway), "orgid": "acme" })).await;
    socket.silence().await;
    assert_eq!(gateway.chat_ids(), [ALICES_CHAT]);
}

#[tokio::test]
async fn namespaces_as_set() {
    let gateway = Gateway::start(Settings::test().namespaces(Namespaces::Root))
        .await
        .unwrap();
    let mut socket = Socket::open(&gateway).await.in_namespace("/");
    let payload = handshake(&alice(&gateway));
    socket.send(&format!("40/chat,{payload}")).await;
    assert_eq!(socket.packet().await, r#"44/chat,{"message":"Invalid namespace"}"#);
    socket.send(&format!("40{payload}")).await;
    assert!(socket.packet().await.starts_with(r#"40{"sid":""#));
    assert_eq!(socket.event("authenticate").await["success"], true);
}

#[tokio::test]
async fn viewers_hear_broadcasts_and_may_send_nothing() {
    let gateway = Gateway::start(Settings::test()).await.unwrap();
    let payload = json!({ "broadcastOnly": true, "orgId": "acme", "deviceId": "tv" });
    let mut viewer = Socket::connect(&gateway, &payload).await;
    eventually(|| gateway.counts().sockets_open == 1).await;
    let fields = json!({ "url": "https://shop.example/live", "title": "Sale" });
    gateway.begin_broadcast(fields.as_object().unwrap().clone());
    let begun = viewer.event("broadcast-start").await;
    assert_eq!(begun["url"], "https://shop.example/live");
    let ack = viewer.ask("chat-message", &json!({ "message": "Hi" })).await;
    assert_eq!((&ack["success"], &ack["error"]), (&json!(false), &json!("forbidden")));

    let mut late = Socket::alice(&gateway).await;
    assert_eq!(late.event("broadcast-start").await["broadcastId"], begun["broadcastId"]);
    gateway.end_broadcast();
    assert_eq!(viewer.event("broadcast-end").await["broadcastId"], begun["broadcastId"]);
}

#[tokio::test]
async fn transports_as_set() {
    let gateway = Gateway::start(Settings::test().transports(Transports::Polling))
        .await
        .unwrap();
    let url = format!("ws://{}/socket.io/?EIO=4&transport=websocket", gateway.addr());
    assert!(tokio_tungstenite::connect_async(url).await.is_err());
    let url = format!("{}/socket.io/?EIO=4&transport=polling", gateway.base_url());
    assert_eq!(http().get(url).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_trailing_string_comes_when_asked_for() {
    let gateway = Gateway::start(Settings::test().with_trailing_offsets()).await.unwrap();
    let mut socket = Socket::connect(&gateway, &handshake(&alice(&gateway))).await;
    let packet = socket.packet().await;
    let event: Vec<Value> = serde_json::from_str(packet.strip_prefix("42/chat,").unwrap()).unwrap();
    assert_eq!(event[0], "authenticate");
    assert!(
        event[1].is_object() && event[2].is_string() && event.len() == 3,
        "{packet}"
    );
}

#[tokio::test]
async fn the_server_pings() {
    let gateway = Gateway::start(Settings::test().heartbeat_ms(60, 100)).await.unwrap();
    let mut socket = Socket::open(&gateway).await;
    for _ in 0..3 {
        assert_eq!(socket.raw().await.as_deref(), Some("2"));
        socket.send("3").await;
    }
    // Without a pong it gives the client up.
    assert_eq!(socket.raw().await.as_deref(), Some("2"));
    assert_eq!(socket.raw().await, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_said_at_once_is_heard() {
    let settings = Settings::test().dialect(Dialect::Seed).without_assistant();
    let gateway = Gateway::start(settings).await.unwrap();
    for number in 0..50 {
        let mut socket = Socket::open(&gateway).await;
        let payload = handshake(&alice(&gateway));
        socket.send(&format!("40/chat,{payload}")).await;
        while !socket.packet().await.starts_with("40/chat,") {}
        let message = json!({ "content": "Hi", "chatId": ALICES_CHAT, "messageId": format!("m{number}") });
        assert_eq!(socket.ask("message", &message).await["success"], true);
        socket.hang_up().await;
    }
    assert_eq!(gateway.counts().messages, 50);
}
