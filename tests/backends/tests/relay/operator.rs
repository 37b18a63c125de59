//! The operators' side.

use reqwest::StatusCode;
use serde_json::{Value, json};
use visavis_backends::{Relay, RelayHandle, Settings};

use crate::support::{Socket, Visitor, http, json_of};

async fn act(relay: &RelayHandle, id: &str, action: &str, body: Value) -> (u16, Value) {
    let url = format!("{}/operator/api/conversations/{id}/{action}", relay.base_url());
    json_of(http().post(url).json(&body).send().await.unwrap()).await
}

async fn read(relay: &RelayHandle, path: &str) -> Value {
    let url = format!("{}/operator/api/conversations{path}", relay.base_url());
    http().get(url).send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn a_person_takes_answers_hands_back_and_closes() {
    let relay = Relay::start(Settings::test()).await.unwrap();
    let visitor = Visitor::create(&relay).await;
    let id = visitor.session_id.as_str();
    let (mut socket, _) = visitor.connect(&relay).await;

    let (status, summary) = act(&relay, id, "take", json!({ "operator": "Sam" })).await;
    assert_eq!(
        (status, &summary["mode"], &summary["agent"]),
        (200, &json!("human"), &json!("Sam"))
    );
    assert_eq!(
        socket.frame().await,
        json!({ "type": "agent_assigned", "agent": { "display_name": "Sam" } })
    );

    act(&relay, id, "typing", json!({ "operator": "Sam", "state": "start" })).await;
    assert_eq!(
        socket.frame().await,
        json!({ "type": "typing", "state": "start", "role": "agent", "name": "Sam" })
    );
    act(
        &relay,
        id,
        "reply",
        json!({ "operator": "Sam", "text": "Hello from Sam" }),
    )
    .await;
    let reply = socket.frame().await;
    assert_eq!(
        (&reply["role"], &reply["name"], &reply["content"]),
        (&json!("agent"), &json!("Sam"), &json!("Hello from Sam"))
    );

    socket.msg("c1", "thanks").await;
    assert_eq!(socket.frame().await["type"], "ack");
    socket.silence().await;

    act(&relay, id, "release", json!({ "operator": "Sam" })).await;
    assert_eq!(socket.frame().await, json!({ "type": "agent_released" }));
    socket.msg("c2", "blue").await;
    assert_eq!(socket.frame().await["type"], "ack");
    assert_eq!(socket.telling_frame().await["content"], "You said: blue");

    let (_, closed) = act(&relay, id, "close", json!({ "operator": "Sam" })).await;
    assert_eq!(closed["status"], "closed");
    assert_eq!(socket.frame().await["role"], "system");
    assert_eq!(socket.frame().await, json!({ "type": "conversation_closed" }));
    socket.msg("c3", "one more").await;
    assert_eq!(socket.frame().await["type"], "ack");
    assert_eq!(read(&relay, "").await[0]["status"], "open");
    relay.shutdown().await;
}

#[tokio::test]
async fn the_first_reply_takes_the_conversation() {
    let relay = Relay::start(Settings::test()).await.unwrap();
    let visitor = Visitor::create(&relay).await;
    let (mut socket, _) = visitor.connect(&relay).await;
    act(
        &relay,
        &visitor.session_id,
        "reply",
        json!({ "operator": "Sam", "text": "Hi" }),
    )
    .await;
    assert_eq!(socket.frame().await["type"], "agent_assigned");
    assert_eq!(socket.frame().await["role"], "agent");
    act(
        &relay,
        &visitor.session_id,
        "reply",
        json!({ "operator": "Kim", "text": "Hi too" }),
    )
    .await;
    assert_eq!(socket.frame().await["agent"]["display_name"], "Kim");
    drop(socket);
    let (_socket, welcome) = visitor.connect(&relay).await;
    assert_eq!(welcome["agent"], json!({ "display_name": "Kim" }));
    relay.shutdown().await;
}

#[tokio::test]
async fn taking_over_interrupts_the_bot() {
    let relay = Relay::start(Settings::test().bot_delay_ms(100)).await.unwrap();
    let visitor = Visitor::create(&relay).await;
    let (mut socket, _) = visitor.connect(&relay).await;
    socket.msg("c1", "blue").await;
    assert_eq!(socket.frame().await["type"], "ack");
    assert_eq!(socket.frame().await["state"], "start");
    act(&relay, &visitor.session_id, "take", json!({ "operator": "Sam" })).await;
    assert_eq!(socket.frame().await["state"], "stop");
    assert_eq!(socket.frame().await["type"], "agent_assigned");
    socket.silence().await;
    relay.shutdown().await;
}

#[tokio::test]
async fn the_list_shows_who_waits_newest_first() {
    let relay = Relay::start(Settings::test()).await.unwrap();
    let (first, second) = (Visitor::create(&relay).await, Visitor::create(&relay).await);
    assert_eq!(read(&relay, "").await, json!([]), "nobody said anything yet");
    let (mut left, _) = first.connect(&relay).await;
    left.msg("c1", "hello").await;
    while left.frame().await["type"] != "msg" {}
    let (mut right, _) = second.connect(&relay).await;
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    right.msg("c1", "a human please").await;
    while right.frame().await["role"] != "system" {}
    drop(left);

    let list = read(&relay, "").await;
    let expected = json!({
        "id": second.session_id, "backend": "bloonio", "mode": "human", "status": "open", "online": true,
        "waiting": true, "locale": "en", "origin": "app://visavis", "user_id": null, "routing_key": null, "agent": null,
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&list[0][name], value, "{name}");
    }
    assert!(list[0]["title"].as_str().unwrap().starts_with("Visitor "));
    assert!(list[0]["last_at"].as_u64().unwrap() >= list[1]["last_at"].as_u64().unwrap());
    assert_eq!(
        (&list[1]["id"], &list[1]["waiting"]),
        (&json!(first.session_id), &json!(false))
    );

    let shown = read(&relay, &format!("/{}", second.session_id)).await;
    assert_eq!(shown["conversation"]["id"], json!(second.session_id));
    let authors: Vec<&str> = shown["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["author"].as_str().unwrap())
        .collect();
    assert_eq!(authors, ["visitor", "system"]);
    assert!(shown["messages"][0]["sent_at"].is_u64());
    relay.shutdown().await;
}

#[tokio::test]
async fn operators_hear_what_happens() {
    let relay = Relay::start(Settings::test()).await.unwrap();
    let visitor = Visitor::create(&relay).await;
    let mut console = Socket::dial_path(&relay, "/operator/ws").await;
    // The subscription begins on the server's side; wait until it is there.
    let (mut socket, _) = loop {
        let connected = visitor.connect(&relay).await;
        if let Some(event) = console.frame_soon().await {
            assert_eq!(
                (&event["type"], &event["conversation"]["online"]),
                (&json!("conversation"), &json!(true))
            );
            break connected;
        }
    };
    socket.send(&json!({ "type": "typing", "state": "start" })).await;
    let typing = console.frame_of("typing").await;
    let expected =
        json!({ "type": "typing", "conversation_id": visitor.session_id, "author": "visitor", "state": "start" });
    assert_eq!(typing, expected);
    socket.msg("c1", "blue").await;
    let message = console.frame_of("message").await;
    assert_eq!(
        (&message["conversation_id"], &message["message"]["text"]),
        (&json!(visitor.session_id), &json!("blue"))
    );
    assert_eq!(console.frame_of("message").await["message"]["author"], "bot");
    drop(socket);
    loop {
        let event = console.frame_of("conversation").await;
        if event["conversation"]["online"] == false {
            break;
        }
    }
    relay.shutdown().await;
}

#[tokio::test]
async fn only_known_pages_act_as_operators() {
    let relay = Relay::start(Settings::test()).await.unwrap();
    let list = |origin: String| {
        http()
            .get(format!("{}/operator/api/conversations", relay.base_url()))
            .header("Origin", origin)
            .send()
    };
    assert_eq!(
        list("https://evil.example".to_owned()).await.unwrap().status(),
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        list("http://localhost:3000".to_owned()).await.unwrap().status(),
        StatusCode::OK
    );
    assert_eq!(list(relay.base_url()).await.unwrap().status(), StatusCode::OK);
    relay.shutdown().await;
}

#[tokio::test]
async fn nonsense_is_refused() {
    let relay = Relay::start(Settings::test()).await.unwrap();
    let visitor = Visitor::create(&relay).await;
    let id = visitor.session_id.as_str();
    assert_eq!(
        act(&relay, "vs_nobody", "take", json!({ "operator": "Sam" })).await.0,
        404
    );
    assert_eq!(act(&relay, id, "dance", json!({ "operator": "Sam" })).await.0, 404);
    assert_eq!(act(&relay, id, "take", json!({})).await.0, 422);
    assert_eq!(
        act(&relay, id, "reply", json!({ "operator": "Sam", "text": " " }))
            .await
            .0,
        422
    );
    assert_eq!(act(&relay, id, "typing", json!({ "operator": "Sam" })).await.0, 422);
    relay.shutdown().await;
}
