//! The faults over HTTP.

use serde_json::{Value, json};
use visavis_backends::appengine::{Gateway, GatewayHandle, Settings};

use crate::support::{ALICE, ALICES_CHAT, Socket, get, handshake, http, json_of};

async fn control(gateway: &GatewayHandle, command: &str, body: Value) -> (u16, Value) {
    json_of(
        http()
            .post(format!("{}/control/{command}", gateway.base_url()))
            .json(&body),
    )
    .await
}

async fn told(gateway: &GatewayHandle, what: &str) -> Value {
    json_of(http().get(format!("{}/control/{what}", gateway.base_url())))
        .await
        .1
}

#[tokio::test]
async fn without_leave_there_is_no_control() {
    let gateway = Gateway::start(Settings::test()).await.unwrap();
    assert_eq!(control(&gateway, "clear-faults", json!({})).await.0, 404);
}

#[tokio::test]
async fn each_command_is_understood() {
    let gateway = Gateway::start(Settings::test().with_control(true)).await.unwrap();
    let mut socket = Socket::alice(&gateway).await;
    for (command, body) in [
        ("delay-frames", json!({ "ms": 1 })),
        ("refuse-namespace", json!({ "message": "no", "times": 0 })),
        ("withhold-authentication", json!({ "times": 0 })),
        ("expire-next-tokens", json!({ "times": 0 })),
        ("swallow-acks", json!({ "fault": "never", "times": 0 })),
        ("lose-pushes", json!({ "times": 0 })),
        ("interrupt-next-answer", json!({ "kind": "error", "after": 1 })),
        (
            "fail-http",
            json!({ "route": "history", "fault": { "kind": "status", "status": 500 }, "times": 0 }),
        ),
        ("clear-faults", json!({})),
        ("shift-clock", json!({ "ms": 0 })),
        ("config", json!({ "name": "title", "value": "New" })),
        ("presence", json!({ "agent": "Jane", "presence": "busy" })),
        (
            "engage-device",
            json!({ "device": "device-1", "payload": { "id": "e1" } }),
        ),
        ("begin-broadcast", json!({ "fields": { "title": "Live" } })),
        ("end-broadcast", json!({})),
        ("push", json!({ "name": "read", "payload": { "messageIds": [] } })),
        ("expire-tokens", json!({})),
    ] {
        assert_eq!(control(&gateway, command, body).await, (200, json!({})), "{command}");
    }
    assert_eq!(
        socket.names(5).await,
        ["presence-change", "engage", "broadcast-start", "broadcast-end", "read"]
    );
    assert_eq!(control(&gateway, "dance", json!({})).await.0, 422);
    assert_eq!(
        control(&gateway, "presence", json!({ "agent": "nobody", "presence": "away" }))
            .await
            .0,
        404
    );
    assert_eq!(told(&gateway, "chats").await, json!([ALICES_CHAT]));
    assert_eq!(told(&gateway, "counts").await["connects"], 1);
    assert_eq!(told(&gateway, "contact-forms").await, json!([]));
    let (_, record) = json_of(get(&gateway, "/chat/config/66a0c0de")).await;
    assert_eq!(record["title"], "New");

    let minted = json!({ "email": ALICE, "name": "Alice", "standing": "customer" });
    let (_, tokens) = control(&gateway, "mint-tokens", minted).await;
    let mut again = Socket::connect(&gateway, &handshake(tokens["token"].as_str().unwrap())).await;
    again.event("authenticate").await;
    for (command, body, last_word) in [
        ("announce-expiry", json!({ "chat": ALICES_CHAT }), "41/chat,"),
        ("close-sockets", json!({ "manner": "packet" }), "41/chat,"),
    ] {
        let mut socket = Socket::alice(&gateway).await;
        assert_eq!(control(&gateway, command, body).await.0, 200);
        while socket.packet().await != last_word {}
    }
    let mut socket = Socket::alice(&gateway).await;
    assert_eq!(control(&gateway, "stop-pings", json!({})).await.0, 200);
    assert_eq!(control(&gateway, "black-hole", json!({})).await.0, 200);
    assert_eq!(
        control(&gateway, "close-sockets", json!({ "manner": "cut" })).await.0,
        200
    );
    assert_eq!(socket.end().await.pop().unwrap(), "cut");
}

#[tokio::test]
async fn what_was_said_is_told() {
    let gateway = Gateway::start(Settings::test().without_assistant().with_control(true))
        .await
        .unwrap();
    let mut socket = Socket::alice(&gateway).await;
    socket.say("7c1e", "Hi").await;
    let lines = told(&gateway, &format!("transcript/{ALICES_CHAT}")).await;
    assert_eq!(
        (&lines[0]["text"], &lines[0]["client_msg_id"], &lines[0]["status"]),
        (&json!("Hi"), &json!("7c1e"), &json!("sent"))
    );
}

#[tokio::test]
async fn an_outage_passes() {
    let gateway = Gateway::start(Settings::test().with_control(true)).await.unwrap();
    let mut socket = Socket::alice(&gateway).await;
    let outage = json!({ "ms": 50, "manner": "abrupt" });
    assert_eq!(control(&gateway, "outage", outage).await.0, 200);
    assert_eq!(socket.end().await.pop().unwrap(), "cut");
    for _ in 0..100 {
        if tokio::net::TcpStream::connect(gateway.addr()).await.is_ok() {
            Socket::alice(&gateway).await;
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("it never came back");
}
