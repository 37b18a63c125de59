//! The assistant: streams in both vocabularies, tools, interruptions, the way to a person.

use serde_json::{Value, json};
use visavis_backends::appengine::{Action, Dialect, Gateway, Interruption, Settings, StoredCopy};

use crate::support::{ALICES_CHAT, Socket, eventually};

/// The events of a stream up to its end.
async fn stream(socket: &mut Socket) -> Vec<Value> {
    let mut events = Vec::new();
    loop {
        let event = socket.event("chat-stream").await;
        events.push(event.clone());
        if event["event"] == "end" || event["event"] == "error" {
            return events;
        }
    }
}

fn text(events: &[Value]) -> String {
    let chunks = events.iter().filter(|event| event["event"] == "chunk");
    chunks.map(|event| event["data"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_answer_streams_under_the_questions_id() {
    let gateway = Gateway::start(Settings::test()).await.unwrap();
    let mut socket = Socket::alice(&gateway).await;
    assert_eq!(socket.say("q1", "the blue sky").await["routedTo"], "ai");
    let events = stream(&mut socket).await;
    assert!(
        events
            .iter()
            .all(|event| event["messageId"] == "q1" && event["chatId"] == ALICES_CHAT)
    );
    assert_eq!(text(&events), "You said: the blue sky");
    assert_eq!(events.len(), 6);
    let stored = gateway.transcript(ALICES_CHAT).pop().unwrap();
    assert_eq!((&stored["id"], &stored["author"]), (&events[5]["sk"], &json!("bot")));
    let history = socket.ask("chat-history", &json!({ "chatId": ALICES_CHAT })).await;
    let answer = &history["history"][1];
    assert_eq!(
        (&answer["type"], &answer["from"], &answer["sk"]),
        (&json!("ai-assistant"), &json!("assistant"), &events[5]["sk"])
    );
    socket.silence().await;
}

#[tokio::test]
async fn a_tool_leaves_breadcrumbs() {
    let gateway = Gateway::start(Settings::test()).await.unwrap();
    let mut socket = Socket::alice(&gateway).await;
    socket.say("q1", "Where is order 1002?").await;
    let events = stream(&mut socket).await;
    assert_eq!(
        (&events[0]["event"], &events[0]["data"]["name"]),
        (&json!("tool-use"), &json!("look_up_order"))
    );
    assert_eq!(events[1]["event"], "tool-result");
    assert!(events[1]["data"]["result"]["summary"].is_string());
    assert!(text(&events).contains("on its way"));
}

#[tokio::test]
async fn the_seeds_stream_has_six_events() {
    let gateway = Gateway::start(Settings::test().dialect(Dialect::Seed)).await.unwrap();
    let mut socket = Socket::seed_alice(&gateway).await;
    let question = json!({ "chatId": ALICES_CHAT, "content": "order 1002", "messageId": "q1" });
    assert_eq!(socket.ask("message", &question).await["routedTo"], "ai");
    assert_eq!(
        socket.any_event().await,
        (
            "ai-stream-start".to_owned(),
            json!({ "chatId": ALICES_CHAT, "messageId": "q1" })
        )
    );
    let (name, tool) = socket.any_event().await;
    assert_eq!(
        (name.as_str(), &tool["tool"]),
        ("ai-stream-tool-use", &json!("look_up_order"))
    );
    assert_eq!(socket.any_event().await.0, "ai-stream-tool-result");
    let mut said = String::new();
    let end = loop {
        match socket.any_event().await {
            (name, payload) if name == "ai-stream-chunk" => said.push_str(payload["chunk"].as_str().unwrap()),
            (name, payload) => {
                assert_eq!(name, "ai-stream-end");
                break payload;
            }
        }
    };
    assert_eq!(end["content"], said);
    assert!(end["sk"].is_string());

    gateway.interrupt_next_answer(Interruption::Error, 0);
    let question = json!({ "chatId": ALICES_CHAT, "content": "blue", "messageId": "q2" });
    socket.ask("message", &question).await;
    assert_eq!(socket.any_event().await.0, "ai-stream-start");
    let (name, error) = socket.any_event().await;
    assert_eq!(name, "ai-stream-error");
    assert!(error["error"].is_string());
}

#[tokio::test]
async fn chunks_come_with_pauses_and_answers_one_after_the_other() {
    let gateway = Gateway::start(Settings::test().chunk_ms(30)).await.unwrap();
    let mut socket = Socket::alice(&gateway).await;
    let begun = std::time::Instant::now();
    socket
        .emit_for_ack("chat-message", &json!({ "message": "one two", "messageId": "q1" }))
        .await;
    socket
        .emit_for_ack("chat-message", &json!({ "message": "three", "messageId": "q2" }))
        .await;
    let mut ids = Vec::new();
    while ids.len() < 9 {
        let packet = socket.packet().await;
        if let Some(event) = packet.strip_prefix("42/chat,") {
            let event: Value = serde_json::from_str(event).unwrap();
            ids.push(event[1]["messageId"].as_str().unwrap().to_owned());
        }
    }
    assert_eq!(ids, ["q1", "q1", "q1", "q1", "q1", "q2", "q2", "q2", "q2"]);
    assert!(begun.elapsed().as_millis() >= 9 * 30, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn answers_at_length() {
    let gateway = Gateway::start(Settings::test()).await.unwrap();
    let mut socket = Socket::alice(&gateway).await;
    socket.say("q1", "at length 2000").await;
    let events = stream(&mut socket).await;
    assert_eq!(events.len(), 2_001);
}

#[tokio::test]
async fn the_stored_copy_can_follow() {
    let gateway = Gateway::start(Settings::test().stored_copy(StoredCopy::Pushed))
        .await
        .unwrap();
    let mut socket = Socket::alice(&gateway).await;
    socket.say("q1", "blue").await;
    let events = stream(&mut socket).await;
    let copy = socket.event("message").await;
    assert_eq!(
        (&copy["sk"], &copy["type"], &copy["content"]),
        (
            &events.last().unwrap()["sk"],
            &json!("ai-assistant"),
            &json!("You said: blue")
        )
    );
}

#[tokio::test]
async fn interruptions() {
    let gateway = Gateway::start(Settings::test()).await.unwrap();
    let mut socket = Socket::alice(&gateway).await;
    gateway.interrupt_next_answer(Interruption::Error, 2);
    socket.say("q1", "one two three").await;
    let events = stream(&mut socket).await;
    assert_eq!((text(&events).as_str(), events.len()), ("You said: ", 3));
    assert!(events[2]["error"].is_string());
    assert_eq!(
        gateway.transcript(ALICES_CHAT).len(),
        1,
        "a broken answer is not stored"
    );

    gateway.interrupt_next_answer(Interruption::Silence, 1);
    socket.say("q2", "four").await;
    assert_eq!(socket.event("chat-stream").await["data"], "You ");
    socket.silence().await;
    assert_eq!(gateway.transcript(ALICES_CHAT).pop().unwrap()["text"], "You said: four");

    gateway.interrupt_next_answer(Interruption::Cut, 1);
    let question = json!({ "message": "five", "messageId": "q3" });
    socket.emit("chat-message", &question).await;
    assert_eq!(socket.end().await.pop().unwrap(), "cut");
    let stored = || gateway.transcript(ALICES_CHAT).pop().unwrap()["text"] == "You said: five";
    eventually(stored).await;

    let mut socket = Socket::alice(&gateway).await;
    socket.say("q4", "six").await;
    assert_eq!(text(&stream(&mut socket).await), "You said: six");
}

#[tokio::test]
async fn who_wants_a_person_gets_the_queue() {
    let gateway = Gateway::start(Settings::test()).await.unwrap();
    let mut socket = Socket::alice(&gateway).await;
    let ack = socket.say("q1", "a human please").await;
    assert_eq!(ack["routedTo"], "queued");
    assert_eq!(socket.event("message").await["from"], "assistant");
    assert_eq!(socket.event("queued").await["position"], 1);
    // The assistant is silent while a person is on the way.
    assert_eq!(socket.say("q2", "hello?").await["routedTo"], "queued");
    socket.silence().await;
}

#[tokio::test]
async fn an_agent_ends_an_answer_where_it_is() {
    let gateway = Gateway::start(Settings::test().chunk_ms(40)).await.unwrap();
    let mut socket = Socket::alice(&gateway).await;
    socket.say("q1", "one two three four five").await;
    assert_eq!(socket.event("chat-stream").await["event"], "chunk");
    gateway.operate(ALICES_CHAT, "Jane", Action::Take).unwrap();
    let end = socket.event("chat-stream").await;
    let end = if end["event"] == "chunk" {
        socket.event("chat-stream").await
    } else {
        end
    };
    assert_eq!(end["event"], "end");
    assert_eq!(socket.event("message").await["content"], "Jane joined the chat");
    assert_eq!(socket.event("agent-assigned").await["agent"]["email"], "jane@x.io");
    assert_eq!(socket.event("presence-change").await["status"], "available");
    assert_eq!(socket.event("update").await["status"], "delivered");
    socket.silence().await;
    assert_eq!(socket.say("q2", "hello").await["routedTo"], "agent");
}
