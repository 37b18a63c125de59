//! The visitor's socket.

use serde_json::{Value, json};
use visavis_backends::{
    BotMode, Relay, Settings,
    model::{Dedupe, Role, tenant::Presence},
};

use crate::support::{End, Socket, Visitor, opening};

async fn quiet_relay() -> visavis_backends::RelayHandle {
    Relay::start(Settings::test().bot(BotMode::Off)).await.unwrap()
}

#[tokio::test]
async fn a_message_is_acknowledged_and_answered() {
    let relay = Relay::start(Settings::test()).await.unwrap();
    let visitor = Visitor::create(&relay).await;
    let (mut socket, welcome) = visitor.connect(&relay).await;
    assert_eq!(welcome["session_id"], json!(visitor.session_id));
    assert_eq!(welcome["widget_config"]["tenant_name"], "Demo Boutique");
    assert_eq!(welcome["messages"], json!([]));

    socket.msg("c1", "Where is my order 1002?").await;
    let ack = socket.frame().await;
    assert_eq!((&ack["type"], &ack["client_msg_id"]), (&json!("ack"), &json!("c1")));
    assert!(ack["message_id"].is_string() && ack["created_at"].is_string());
    let typing: Vec<Value> = vec![socket.frame().await, socket.frame().await];
    assert_eq!(
        typing.iter().map(|frame| frame["state"].clone()).collect::<Vec<_>>(),
        [json!("start"), json!("stop")]
    );
    let answer = socket.frame().await;
    assert_eq!((&answer["type"], &answer["role"]), (&json!("msg"), &json!("bot")));
    assert_eq!(answer["name"], "Iris");
    assert!(answer["content"].as_str().unwrap().contains("on its way"));
    relay.shutdown().await;
}

#[tokio::test]
async fn the_bot_takes_its_time_and_keeps_the_order() {
    let relay = Relay::start(Settings::test().bot_delay_ms(40)).await.unwrap();
    let (mut socket, _) = Visitor::create(&relay).await.connect(&relay).await;
    for number in 0..5 {
        socket.msg(&format!("c{number}"), &format!("thing {number}")).await;
    }
    let mut said = Vec::new();
    let mut typing = 0_i32;
    while said.len() < 5 {
        let frame = socket.frame().await;
        match frame["type"].as_str().unwrap() {
            "typing" => typing += if frame["state"] == "start" { 1 } else { -1 },
            "msg" => said.push(frame["content"].as_str().unwrap().to_owned()),
            _ => assert_eq!(frame["type"], "ack"),
        }
    }
    assert_eq!(
        said,
        (0..5)
            .map(|number| format!("You said: thing {number}"))
            .collect::<Vec<_>>()
    );
    assert!(typing > 0, "typing was announced");
    relay.shutdown().await;
}

#[tokio::test]
async fn a_repeated_message_is_acknowledged_but_not_stored() {
    let relay = quiet_relay().await;
    let visitor = Visitor::create(&relay).await;
    let (mut socket, _) = visitor.connect(&relay).await;
    socket.msg("c1", "one").await;
    let first = socket.frame().await;
    drop(socket);
    let (mut socket, welcome) = visitor.connect(&relay).await;
    assert_eq!(welcome["messages"][0]["client_msg_id"], "c1");
    assert_eq!(welcome["messages"][0]["role"], "visitor");
    socket.msg("c1", "one").await;
    assert_eq!(socket.frame().await, first);
    assert_eq!(relay.transcript(&visitor.session_id).unwrap().len(), 1);
    let counts = relay.counts();
    assert_eq!((counts.messages, counts.duplicates), (1, 1));
    relay.shutdown().await;
}

#[tokio::test]
async fn without_dedupe_a_repeated_message_is_stored_twice() {
    let relay = Relay::start(Settings::test().bot(BotMode::Off).dedupe(Dedupe::Off))
        .await
        .unwrap();
    let visitor = Visitor::create(&relay).await;
    let (mut socket, _) = visitor.connect(&relay).await;
    socket.msg("c1", "one").await;
    socket.msg("c1", "one").await;
    assert_ne!(socket.frame().await["message_id"], socket.frame().await["message_id"]);
    assert_eq!(relay.transcript(&visitor.session_id).unwrap().len(), 2);
    relay.shutdown().await;
}

#[tokio::test]
async fn all_sockets_of_a_session_hear_everything() {
    let relay = Relay::start(Settings::test().bot(BotMode::Echo)).await.unwrap();
    let visitor = Visitor::create(&relay).await;
    let (mut left, _) = visitor.connect(&relay).await;
    let (mut right, _) = visitor.connect(&relay).await;
    left.msg("c1", "hi").await;
    assert_eq!(left.frame().await["type"], "ack");
    assert_eq!(left.frame().await["role"], "bot");
    left.silence().await;
    let echo = right.frame().await;
    assert_eq!(
        (&echo["type"], &echo["role"], &echo["client_msg_id"]),
        (&json!("msg"), &json!("visitor"), &json!("c1"))
    );
    assert_eq!(right.frame().await["role"], "bot");
    assert_eq!(relay.sockets(&visitor.session_id), Ok(2));
    assert_eq!(relay.counts().sockets_per_session_max, 2);
    relay.reset_maxima();
    assert_eq!(relay.counts().sockets_per_session_max, 0);
    let (_third, _) = visitor.connect(&relay).await;
    assert_eq!(relay.counts().sockets_per_session_max, 3);
    relay.shutdown().await;
}

#[tokio::test]
async fn a_crowd_of_messages_is_answered_to_the_last() {
    let relay = Relay::start(Settings::test().bot(BotMode::Echo)).await.unwrap();
    let visitor = Visitor::create(&relay).await;
    let (mut socket, _) = visitor.connect(&relay).await;
    for number in 0..500 {
        socket.feed_msg(&format!("c{number}"), "hi").await;
    }
    socket.send(&json!({ "type": "ping" })).await;
    for number in 0..500 {
        assert_eq!(socket.frame_of("ack").await["client_msg_id"], format!("c{number}"));
    }
    assert_eq!(socket.frame_of("pong").await["type"], "pong");
    assert_eq!(relay.transcript(&visitor.session_id).unwrap().len(), 1_000);
    relay.shutdown().await;
}

#[tokio::test]
async fn pong_names_the_newest_message() {
    let relay = quiet_relay().await;
    let visitor = Visitor::create(&relay).await;
    let (mut socket, _) = visitor.connect(&relay).await;
    socket.send(&json!({ "type": "ping" })).await;
    assert_eq!(socket.frame().await, json!({ "type": "pong", "last_message_id": null }));
    relay.say(&visitor.session_id, Role::System, "Sale today.").unwrap();
    let id = socket.frame().await["id"].clone();
    socket.send(&json!({ "type": "ping" })).await;
    assert_eq!(socket.frame().await["last_message_id"], id);
    socket
        .send(&json!({ "type": "msg", "client_msg_id": "c1", "content": "Thanks." }))
        .await;
    assert_eq!(socket.frame().await["type"], "ack");
    socket.send(&json!({ "type": "ping" })).await;
    assert_eq!(
        socket.frame().await["last_message_id"],
        id,
        "the visitor knows its own message"
    );
    relay.shutdown().await;
}

#[tokio::test]
async fn what_cannot_be_taken_is_an_error_frame() {
    let relay = quiet_relay().await;
    let (mut socket, _) = Visitor::create(&relay).await.connect(&relay).await;
    for (text, code, client_msg_id) in [
        (
            json!({ "type": "msg", "client_msg_id": "c1", "content": "  \n" }).to_string(),
            "invalid_content",
            json!("c1"),
        ),
        (
            json!({ "type": "msg", "client_msg_id": "c2", "content": "x".repeat(16_001) }).to_string(),
            "too_large",
            json!("c2"),
        ),
        (
            json!({ "type": "dance", "client_msg_id": "c3" }).to_string(),
            "unknown_type",
            Value::Null,
        ),
        ("{not json".to_owned(), "invalid_frame", Value::Null),
    ] {
        socket.send_text(&text).await;
        let error = socket.frame().await;
        assert_eq!(
            (&error["type"], &error["code"], &error["client_msg_id"]),
            (&json!("error"), &json!(code), &client_msg_id)
        );
        assert!(error["message"].is_string());
    }
    socket.send_binary(&[1, 2, 3]).await;
    assert_eq!(socket.frame().await["code"], "invalid_frame");
    socket.msg("c4", &"é".repeat(16_000)).await;
    assert_eq!(socket.frame().await["type"], "ack");
    socket.send_text(&"x".repeat(300_000)).await;
    assert_eq!(socket.end().await, End::Code(1009));
    relay.shutdown().await;
}

#[tokio::test]
async fn messages_are_limited_when_the_settings_say_so() {
    let relay = Relay::start(Settings::test().bot(BotMode::Off).messages_per_minute(1))
        .await
        .unwrap();
    let (mut socket, _) = Visitor::create(&relay).await.connect(&relay).await;
    socket.msg("c1", "one").await;
    assert_eq!(socket.frame().await["type"], "ack");
    socket.msg("c2", "two").await;
    let error = socket.frame().await;
    assert_eq!(
        (&error["code"], &error["client_msg_id"]),
        (&json!("rate_limited"), &json!("c2"))
    );
    assert!((1..=60).contains(&error["retry_after"].as_u64().unwrap()));
    // What was taken before is acknowledged again even so.
    socket.msg("c1", "one").await;
    assert_eq!(socket.frame().await["type"], "ack");
    relay.shift_clock(60_000);
    socket.msg("c2", "two").await;
    assert_eq!(socket.frame().await["type"], "ack");
    relay.shutdown().await;
}

#[tokio::test]
async fn bad_tokens_are_closed_with_their_code() {
    let relay = Relay::start(Settings::test()).await.unwrap();
    let visitor = Visitor::create(&relay).await;
    assert_eq!(Socket::dial(&relay, "nonsense").await.end().await, End::Code(4401));
    assert_eq!(
        Socket::dial_path(&relay, "/api/v1/ws/widget").await.end().await,
        End::Code(4401)
    );
    let short = relay.mint_token(&visitor.session_id, 0).unwrap();
    assert_eq!(Socket::dial(&relay, &short).await.end().await, End::Code(4401));
    let minted = relay.mint_token(&visitor.session_id, 60).unwrap();
    assert_eq!(Socket::dial(&relay, &minted).await.frame().await["type"], "welcome");
    relay.expire_tokens();
    assert_eq!(Socket::dial(&relay, &minted).await.end().await, End::Code(4401));
    let (_, body) = visitor.refresh(&relay).await;
    let fresh = body["data"]["visitor_token"].as_str().unwrap();
    assert_eq!(Socket::dial(&relay, fresh).await.frame().await["type"], "welcome");
    relay.forget_sessions(visavis_backends::Scope::All);
    assert_eq!(Socket::dial(&relay, fresh).await.end().await, End::Code(4404));
    relay.shutdown().await;
}

#[tokio::test]
async fn a_wish_for_a_person_silences_the_bot() {
    let relay = Relay::start(Settings::test()).await.unwrap();
    let visitor = Visitor::create(&relay).await;
    let (mut socket, _) = visitor.connect(&relay).await;
    socket.msg("c1", "I want to talk to a human").await;
    assert_eq!(socket.frame().await["type"], "ack");
    assert_eq!(socket.frame().await["role"], "system");
    socket.msg("c2", "hello?").await;
    assert_eq!(socket.frame().await["type"], "ack");
    socket.silence().await;
    relay.shutdown().await;
}

#[tokio::test]
async fn the_bot_never_speaks_in_a_human_session() {
    let relay = Relay::start(Settings::test()).await.unwrap();
    let mut body = opening();
    body["mode"] = json!("human");
    let (mut socket, _) = Visitor::create_with(&relay, &body).await.connect(&relay).await;
    socket.msg("c1", "hello").await;
    assert_eq!(socket.frame().await["type"], "ack");
    socket.silence().await;
    relay.shutdown().await;
}

#[tokio::test]
async fn the_default_language_is_french() {
    let relay = Relay::start(Settings::test()).await.unwrap();
    let mut body = opening();
    body.as_object_mut().unwrap().remove("locale");
    let (mut socket, _) = Visitor::create_with(&relay, &body).await.connect(&relay).await;
    socket.msg("c1", "bleu").await;
    assert_eq!(socket.frame().await["type"], "ack");
    assert_eq!(socket.telling_frame().await["content"], "Vous avez dit : bleu");
    relay.shutdown().await;
}

#[tokio::test]
async fn a_welcome_repeats_the_newest_messages() {
    let relay = quiet_relay().await;
    let visitor = Visitor::create(&relay).await;
    for number in 0..205 {
        relay.say(&visitor.session_id, Role::Bot, &number.to_string()).unwrap();
    }
    let (_socket, welcome) = visitor.connect(&relay).await;
    let messages = welcome["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 200);
    assert_eq!(
        (&messages[0]["content"], &messages[199]["content"]),
        (&json!("5"), &json!("204"))
    );
    relay.shutdown().await;

    let forgetful = Relay::start(Settings::test().history_limit(0)).await.unwrap();
    let (_socket, welcome) = Visitor::create(&forgetful).await.connect(&forgetful).await;
    assert!(welcome.get("messages").is_none());
    forgetful.shutdown().await;
}

#[tokio::test]
async fn presence_is_pushed() {
    let relay = quiet_relay().await;
    let (mut socket, _) = Visitor::create(&relay).await.connect(&relay).await;
    relay.set_presence(Presence::Offline);
    assert_eq!(socket.frame().await, json!({ "type": "presence", "is_online": false }));
    relay.shutdown().await;
}
