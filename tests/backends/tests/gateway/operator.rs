//! The console's API: list, act, watch.

use futures_util::StreamExt as _;
use serde_json::{Value, json};
use tokio_tungstenite::{
    connect_async,
    tungstenite::{Message, client::IntoClientRequest as _},
};
use visavis_backends::appengine::{Gateway, GatewayHandle, Settings};

use crate::support::{ALICES_CHAT, Socket, http, json_of};

async fn act(gateway: &GatewayHandle, action: &str, body: Value) -> (u16, Value) {
    let url = format!(
        "{}/operator/api/conversations/{ALICES_CHAT}/{action}",
        gateway.base_url()
    );
    json_of(http().post(url).json(&body)).await
}

async fn send(gateway: &GatewayHandle, path: &str, body: Value) -> (u16, Value) {
    json_of(
        http()
            .post(format!("{}/operator/api/{path}", gateway.base_url()))
            .json(&body),
    )
    .await
}

#[tokio::test]
async fn an_agent_takes_answers_transfers_and_leaves() {
    let gateway = Gateway::start(Settings::test()).await.unwrap();
    let mut socket = Socket::alice(&gateway).await;
    let (status, line) = act(&gateway, "take", json!({ "operator": "Jane" })).await;
    assert_eq!(
        (status, &line["mode"], &line["agent"], &line["backend"], &line["title"]),
        (
            200,
            &json!("human"),
            &json!("Jane"),
            &json!("appengine"),
            &json!("Alice")
        )
    );
    assert_eq!(socket.event("message").await["content"], "Jane joined the chat");
    let assigned = socket.event("agent-assigned").await;
    assert_eq!(
        assigned,
        json!({ "agent": { "email": "jane@x.io", "name": "Jane" }, "chatId": ALICES_CHAT })
    );

    act(&gateway, "reply", json!({ "operator": "Jane", "text": "Hello Alice" })).await;
    let reply = socket.event("message").await;
    assert_eq!(
        (&reply["content"], &reply["from"], &reply["senderRole"], &reply["to"]),
        (
            &json!("Hello Alice"),
            &json!("jane@x.io"),
            &json!("agent"),
            &json!("alice@b.c")
        )
    );

    let transfer = json!({ "operator": "Jane", "to": "omar@x.io", "note": "a return" });
    assert_eq!(act(&gateway, "transfer", transfer).await.1["agent"], "Omar");
    let transferred = socket.event("chat-transferred").await;
    assert_eq!(
        (
            &transferred["fromAgent"],
            &transferred["note"],
            &transferred["agent"]["email"]
        ),
        (&json!("jane@x.io"), &json!("a return"), &json!("omar@x.io"))
    );
    let changed = socket.event("agent-changed").await;
    assert_eq!(
        (&changed["newAgent"], &changed["newAgentName"]),
        (&json!("omar@x.io"), &json!("Omar"))
    );
    let nobody = json!({ "operator": "Omar", "to": "nobody" });
    assert_eq!(act(&gateway, "transfer", nobody).await.0, 404);

    let (_, line) = act(&gateway, "leave", json!({ "operator": "Omar" })).await;
    assert_eq!((&line["mode"], &line["agent"]), (&json!("bot"), &Value::Null));
    assert_eq!(socket.event("message").await["content"], "Omar left the chat");
    assert_eq!(socket.say("1", "blue").await["routedTo"], "ai");
}

#[tokio::test]
async fn leaving_without_an_assistant_means_waiting_again() {
    let gateway = Gateway::start(Settings::test().without_assistant()).await.unwrap();
    let mut socket = Socket::alice(&gateway).await;
    act(&gateway, "take", json!({ "operator": "Jane" })).await;
    let (_, line) = act(&gateway, "leave", json!({ "operator": "Jane" })).await;
    assert_eq!((&line["waiting"], &line["position"]), (&json!(true), &json!(1)));
    assert_eq!(socket.event("queued").await["position"], 1);
    let (status, next) = send(&gateway, "next", json!({ "operator": "Omar" })).await;
    assert_eq!((status, &next["id"]), (200, &json!(ALICES_CHAT)));
    assert_eq!(send(&gateway, "next", json!({ "operator": "Omar" })).await.0, 404);
}

#[tokio::test]
async fn engage_delete_close_and_expire() {
    let gateway = Gateway::start(Settings::test()).await.unwrap();
    let mut socket = Socket::alice(&gateway).await;
    let engage = json!({ "operator": "Jane", "engage": { "message": "10 % off today", "url": "https://x/" } });
    assert_eq!(act(&gateway, "engage", engage).await.0, 200);
    let toast = socket.event("engage").await;
    assert!(toast["engageId"].is_string() && toast["message"] == "10 % off today");
    gateway.engage_device("device-1", json!({ "engageId": "e7", "message": "Still there?" }));
    assert_eq!(socket.event("engage").await["engageId"], "e7");

    act(&gateway, "reply", json!({ "operator": "Jane", "text": "oops" })).await;
    let reply = loop {
        let message = socket.event("message").await;
        if message["content"] == "oops" {
            break message;
        }
    };
    let delete = json!({ "operator": "Jane", "message_id": reply["sk"] });
    assert_eq!(act(&gateway, "delete", delete.clone()).await.0, 200);
    assert_eq!(socket.event("delete").await["uid"], reply["sk"]);
    assert_eq!(act(&gateway, "delete", delete).await.0, 404);

    act(&gateway, "expire-session", json!({ "operator": "Jane" })).await;
    assert_eq!(socket.event("session-expired").await, json!({}));
    let (_, line) = act(&gateway, "close", json!({ "operator": "Jane" })).await;
    assert_eq!(line["status"], "closed");
    assert_eq!(
        socket.event("chat-ended").await,
        json!({ "reason": "agent", "chatId": ALICES_CHAT })
    );
}

#[tokio::test]
async fn presence_and_broadcasts() {
    let gateway = Gateway::start(Settings::test()).await.unwrap();
    let mut socket = Socket::alice(&gateway).await;
    assert_eq!(
        send(&gateway, "agents/jane@x.io/presence", json!({ "presence": "away" }))
            .await
            .0,
        200
    );
    let presence = socket.event("presence-change").await;
    assert_eq!(
        (&presence["email"], &presence["status"], &presence["role"]),
        (&json!("jane@x.io"), &json!("away"), &json!("agent"))
    );
    assert_eq!(
        send(&gateway, "agents/Robin/presence", json!({ "presence": "busy" }))
            .await
            .0,
        200
    );
    let newcomer = socket.event("presence-change").await;
    assert_eq!(
        (&newcomer["name"], &newcomer["status"]),
        (&json!("Robin"), &json!("busy"))
    );
    let agents = json_of(http().get(format!("{}/operator/api/agents", gateway.base_url())))
        .await
        .1;
    assert_eq!(
        (&agents[0]["status"], &agents[1]["status"]),
        (&json!("away"), &json!("available"))
    );
    send(
        &gateway,
        "broadcast",
        json!({ "url": "https://x/live", "title": "Live" }),
    )
    .await;
    assert_eq!(socket.event("broadcast-start").await["title"], "Live");
    send(&gateway, "broadcast/end", json!({})).await;
    assert!(socket.event("broadcast-end").await["broadcastId"].is_string());
}

#[tokio::test]
async fn the_list_and_one_conversation() {
    let gateway = Gateway::start(Settings::test().without_assistant()).await.unwrap();
    let mut socket = Socket::alice(&gateway).await;
    socket.say("1", "Hi").await;
    let list = json_of(http().get(format!("{}/operator/api/conversations", gateway.base_url())))
        .await
        .1;
    assert_eq!(list.as_array().unwrap().len(), 1);
    assert_eq!(
        (
            &list[0]["id"],
            &list[0]["online"],
            &list[0]["waiting"],
            &list[0]["last_text"]
        ),
        (&json!(ALICES_CHAT), &json!(true), &json!(true), &json!("Hi"))
    );
    let url = format!("{}/operator/api/conversations/{ALICES_CHAT}", gateway.base_url());
    let shown = json_of(http().get(url)).await.1;
    assert_eq!(
        (&shown["messages"][0]["author"], &shown["messages"][0]["text"]),
        (&json!("visitor"), &json!("Hi"))
    );
    assert_eq!(act(&gateway, "dance", json!({ "operator": "Jane" })).await.0, 404);
    assert_eq!(act(&gateway, "take", json!({})).await.0, 422);
    assert_eq!(act(&gateway, "typing", json!({ "operator": "Jane" })).await.0, 422);
    assert_eq!(
        act(&gateway, "reply", json!({ "operator": "Jane", "text": " " }))
            .await
            .0,
        422
    );
}

#[tokio::test]
async fn operators_watch() {
    let settings = Settings::test()
        .without_assistant()
        .allow_operators_from("https://desk.example");
    let gateway = Gateway::start(settings).await.unwrap();
    let url = format!("ws://{}/operator/ws", gateway.addr());
    let mut console = connect_async(&url).await.unwrap().0;
    let mut socket = Socket::alice(&gateway).await;
    socket.say("1", "Hi").await;
    let typing = json!({ "from": "alice@b.c", "to": "jane@x.io", "status": "typing", "type": "typing", "sentTime": 1 });
    socket.ask("shareStatus", &typing).await;
    let mut seen = Vec::new();
    while !seen.contains(&json!("typing")) {
        let Message::Text(text) = console.next().await.unwrap().unwrap() else {
            continue;
        };
        let event: Value = serde_json::from_str(&text).unwrap();
        if event["type"] == "message" {
            assert_eq!(event["message"]["text"], "Hi");
        }
        seen.push(event["type"].clone());
    }
    assert!(
        seen.contains(&json!("conversation")) && seen.contains(&json!("message")),
        "{seen:?}"
    );

    let mut foreign = url.into_client_request().unwrap();
    foreign
        .headers_mut()
        .insert("origin", "https://evil.example".parse().unwrap());
    assert!(connect_async(foreign).await.is_err());
    for (origin, status) in [
        ("https://evil.example", 403),
        ("http://localhost.evil.example", 403),
        ("http://127.0.0.1:7470", 200),
        ("https://desk.example", 200),
    ] {
        let list = http()
            .get(format!("{}/operator/api/conversations", gateway.base_url()))
            .header("origin", origin);
        assert_eq!(list.send().await.unwrap().status(), status, "{origin}");
    }
}
