//! Messages, history, typing, receipts, context, peers, the end: both vocabularies.

use reqwest::Method;
use serde_json::json;
use visavis_backends::appengine::{Action, BorrowedWords, Dialect, Echo, Gateway, Scope, Settings, Standing};

use crate::support::{ALICE, ALICES_CHAT, Socket, alice, call, eventually, get, handshake, json_of};

fn people_only() -> Settings {
    Settings::test().without_assistant()
}

#[tokio::test]
async fn a_message_is_acknowledged_and_told_to_the_other_tab() {
    let gateway = Gateway::start(people_only()).await.unwrap();
    let (mut first, mut second) = (Socket::alice(&gateway).await, Socket::alice(&gateway).await);
    let ack = first.say("7c1e", "Hi").await;
    assert_eq!(
        (&ack["success"], &ack["chatId"], &ack["routedTo"]),
        (&json!(true), &json!(ALICES_CHAT), &json!("queued"))
    );
    let message = second.event("message").await;
    assert_eq!(message["sk"], ack["messageId"]);
    assert_eq!(
        (
            &message["messageId"],
            &message["content"],
            &message["from"],
            &message["to"]
        ),
        (&json!("7c1e"), &json!("Hi"), &json!(ALICE), &json!("queued"))
    );
    assert_eq!(
        (&message["type"], &message["senderRole"], &message["data"]["content"]),
        (&json!("user"), &json!("customer"), &json!("Hi"))
    );
    assert_eq!(first.any_event().await.0, "queued");
    first.silence().await;
}

#[tokio::test]
async fn the_sender_hears_itself_when_set() {
    let gateway = Gateway::start(people_only().echo(Echo::Everybody)).await.unwrap();
    let mut socket = Socket::alice(&gateway).await;
    socket.say("7c1e", "Hi").await;
    assert_eq!(socket.event("message").await["messageId"], "7c1e");
}

#[tokio::test]
async fn the_same_message_id_is_stored_once() {
    let gateway = Gateway::start(people_only()).await.unwrap();
    let mut socket = Socket::alice(&gateway).await;
    let first = socket.say("7c1e", "Hi").await;
    socket.hang_up().await;
    let mut socket = Socket::alice(&gateway).await;
    let again = socket.say("7c1e", "Hi").await;
    assert_eq!(first["messageId"], again["messageId"]);
    assert_eq!(gateway.transcript(ALICES_CHAT).len(), 1);
    assert_eq!((gateway.counts().messages, gateway.counts().duplicates), (1, 1));
}

#[tokio::test]
async fn messages_keep_the_order_of_the_wire() {
    let gateway = Gateway::start(people_only()).await.unwrap();
    let mut socket = Socket::alice(&gateway).await;
    for number in 0..200 {
        let payload =
            json!({ "message": number.to_string(), "chatId": ALICES_CHAT, "messageId": format!("m{number}") });
        socket.emit("chat-message", &payload).await;
    }
    eventually(|| gateway.counts().messages == 200).await;
    let texts: Vec<_> = gateway
        .transcript(ALICES_CHAT)
        .iter()
        .map(|line| line["text"].clone())
        .collect();
    assert_eq!(
        texts,
        (0..200).map(|number| json!(number.to_string())).collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn refused_messages_say_why() {
    let gateway = Gateway::start(people_only()).await.unwrap();
    let mut socket = Socket::alice(&gateway).await;
    assert_eq!(socket.say("1", "  ").await["error"], "invalid_content");
    assert_eq!(socket.say("2", &"x".repeat(16_001)).await["error"], "too_large");
    let foreign = json!({ "message": "Hi", "chatId": "customer::eve@b.c", "messageId": "3" });
    assert_eq!(socket.ask("chat-message", &foreign).await["error"], "unknown_chat");
    let ack = socket.ask("chat-message", &json!({ "message": 7 })).await;
    assert_eq!(ack["error"], "invalid_payload");
    let exception = socket.event("exception").await;
    assert_eq!(
        (&exception["status"], &exception["cause"]["pattern"]),
        (&json!("error"), &json!("chat-message"))
    );
    assert_eq!(gateway.counts().messages, 0);
}

#[tokio::test]
async fn any_spelling_of_the_own_conversation_is_taken() {
    let gateway = Gateway::start(people_only()).await.unwrap();
    let mut socket = Socket::alice(&gateway).await;
    for (id, chat_id) in [
        ("1", "customer:alice@b.c"),
        ("2", "customer::Alice@b.c"),
        ("3", "customer:cs_x:alice@b.c"),
    ] {
        let payload = json!({ "message": "Hi", "chatId": chat_id, "messageId": id });
        assert_eq!(
            socket.ask("chat-message", &payload).await["chatId"],
            ALICES_CHAT,
            "{chat_id}"
        );
    }
}

#[tokio::test]
async fn history_by_event_is_flat_and_without_files() {
    let gateway = Gateway::start(people_only()).await.unwrap();
    let mut socket = Socket::alice(&gateway).await;
    let files = json!([{ "name": "a.png", "url": "http://x/a.png", "path": "p", "mimeType": "image/png", "size": 3 }]);
    let payload = json!({ "message": "", "chatId": ALICES_CHAT, "messageId": "1", "files": files });
    assert_eq!(socket.ask("chat-message", &payload).await["success"], true);
    let mut other = Socket::alice(&gateway).await;
    let joined = other.ask("join-chat", &json!({ "chatId": ALICES_CHAT })).await;
    assert_eq!(joined["success"], true);
    let answer = other
        .ask("chat-history", &json!({ "chatId": ALICES_CHAT, "email": ALICE }))
        .await;
    let past = &answer["history"][0];
    assert_eq!((&past["messageId"], &past["content"]), (&json!("1"), &json!("")));
    assert!(past["sentTime"].as_str().unwrap().ends_with('Z'));
    assert!(past.get("files").is_none() && past.get("data").is_none());

    gateway
        .operate(
            ALICES_CHAT,
            "Jane",
            Action::Reply {
                content: json!("See this"),
                files: serde_json::from_value(files).unwrap(),
            },
        )
        .unwrap();
    let reply = other.event("message").await;
    let reply = if reply["type"] == "system" {
        other.event("message").await
    } else {
        reply
    };
    assert_eq!(
        (&reply["from"], &reply["files"][0]["url"]),
        (&json!("jane@x.io"), &json!("http://x/a.png"))
    );
}

#[tokio::test]
async fn typing_in_both_vocabularies() {
    let gateway = Gateway::start(people_only()).await.unwrap();
    let mut socket = Socket::alice(&gateway).await;
    gateway.operate(ALICES_CHAT, "Jane", Action::Type).unwrap();
    assert_eq!(
        socket.event("status").await,
        json!({ "from": "jane@x.io", "to": ALICE, "status": "typing", "type": "typing" })
    );
    gateway.operate(ALICES_CHAT, "Jane", Action::StopTyping).unwrap();
    assert_eq!(socket.event("status").await["status"], "idle");

    let gateway = Gateway::start(people_only().dialect(Dialect::Seed)).await.unwrap();
    let mut socket = Socket::seed_alice(&gateway).await;
    eventually(|| gateway.counts().sockets_open == 1).await;
    gateway.operate(ALICES_CHAT, "Jane", Action::Type).unwrap();
    assert_eq!(
        socket.event("typing").await,
        json!({ "chatId": ALICES_CHAT, "from": "jane@x.io", "isTyping": true })
    );
    gateway.operate(ALICES_CHAT, "Jane", Action::StopTyping).unwrap();
    assert_eq!(socket.event("stop-typing").await["from"], "jane@x.io");
}

#[tokio::test]
async fn receipts_go_both_ways() {
    let gateway = Gateway::start(people_only()).await.unwrap();
    let mut socket = Socket::alice(&gateway).await;
    let sk = socket.say("1", "Hi").await["messageId"].clone();
    gateway.operate(ALICES_CHAT, "Jane", Action::Take).unwrap();
    let update = socket.event("update").await;
    assert_eq!(
        (&update["uid"], &update["status"], &update["from"], &update["to"]),
        (&sk, &json!("delivered"), &json!(ALICE), &json!("jane@x.io"))
    );
    gateway.operate(ALICES_CHAT, "Jane", Action::Read).unwrap();
    assert_eq!(socket.event("update").await["status"], "read");

    let reply = Action::Reply {
        content: json!("Hello Alice"),
        files: Vec::new(),
    };
    gateway.operate(ALICES_CHAT, "Jane", reply).unwrap();
    let uid = socket.event("message").await["sk"].clone();
    let receipt = json!({ "uid": uid, "status": "read", "from": "jane@x.io", "to": ALICE, "type": "message-status" });
    assert_eq!(socket.ask("updateMessageStatus", &receipt).await["success"], true);
    let seen = gateway.transcript(ALICES_CHAT).pop().unwrap();
    assert_eq!(
        (&seen["text"], &seen["status"]),
        (&json!("Hello Alice"), &json!("read"))
    );
}

#[tokio::test]
async fn the_seeds_words() {
    let gateway = Gateway::start(people_only().dialect(Dialect::Seed)).await.unwrap();
    let mut socket = Socket::seed_alice(&gateway).await;
    let sent = json!({ "chatId": ALICES_CHAT, "content": "Hi", "type": "user", "sentTime": 1, "messageId": "7c1e" });
    let ack = socket.ask("message", &sent).await;
    assert_eq!((&ack["success"], &ack["routedTo"]), (&json!(true), &json!("queued")));
    assert_eq!(
        socket.event("status").await,
        json!({ "chatId": ALICES_CHAT, "status": "waiting" })
    );
    let place = socket.event("queue-status").await;
    assert_eq!(
        (&place["position"], &place["ahead"], &place["estimatedWait"]),
        (&json!(1), &json!(0), &json!(60))
    );
    gateway.operate(ALICES_CHAT, "Jane", Action::Take).unwrap();
    let assigned = socket.event("chat-assigned").await;
    assert_eq!(
        assigned,
        json!({ "chatId": ALICES_CHAT, "agent": { "email": "jane@x.io", "name": "Jane" } })
    );
    assert_eq!(socket.event("presence").await["status"], "online");
    assert_eq!(
        socket.event("message-status-update").await,
        json!({ "messageId": "7c1e", "status": "delivered" })
    );
    // The gateway's words mean nothing here: neither an ack nor an effect.
    let foreign = json!({ "message": "Hi", "chatId": ALICES_CHAT, "messageId": "2" });
    socket.emit_for_ack("chat-message", &foreign).await;
    socket
        .emit_for_ack("join-chat", &json!({ "chatId": ALICES_CHAT }))
        .await;
    socket.silence().await;
    assert_eq!(gateway.counts().messages, 1);

    let reply = Action::Reply {
        content: json!("Hello"),
        files: Vec::new(),
    };
    gateway.operate(ALICES_CHAT, "Jane", reply).unwrap();
    assert_eq!(socket.event("message-status-update").await["status"], "read");
    let id = socket.event("message").await["messageId"].clone();
    socket
        .emit("message-status", &json!({ "messageId": id, "status": "read" }))
        .await;
    eventually(|| gateway.transcript(ALICES_CHAT).last().unwrap()["status"] == "read").await;
    for name in ["typing", "stop-typing"] {
        let ack = socket.ask(name, &json!({ "chatId": ALICES_CHAT })).await;
        assert_eq!(ack["success"], true);
    }
    gateway.operate(ALICES_CHAT, "Jane", Action::Close).unwrap();
    assert_eq!(socket.event("status").await["status"], "closed");
}

#[tokio::test]
async fn context_is_kept_for_operators() {
    let gateway = Gateway::start(people_only()).await.unwrap();
    let mut socket = Socket::alice(&gateway).await;
    assert_eq!(gateway.conversations()[0]["origin"], "https://shop.example/");
    let page =
        json!({ "url": "https://shop.example/pricing", "referrer": "https://shop.example/", "title": "Pricing" });
    assert_eq!(socket.ask("update-context", &page).await["success"], true);
    assert_eq!(gateway.conversations()[0]["page"], page);
}

#[tokio::test]
async fn words_of_the_other_vocabulary_can_be_unknown() {
    let settings = people_only().borrowed_words(BorrowedWords::Unknown);
    let gateway = Gateway::start(settings).await.unwrap();
    let mut socket = Socket::alice(&gateway).await;
    socket
        .emit_for_ack("request-agent", &json!({ "skill": "billing" }))
        .await;
    socket.silence().await;
}

#[tokio::test]
async fn peers_talk_past_the_desk() {
    let gateway = Gateway::start(people_only()).await.unwrap();
    let mut alice = Socket::alice(&gateway).await;
    let token = gateway.mint_tokens("bob@b.c", "Bob", Standing::Customer).access;
    let mut bob = Socket::connect(&gateway, &handshake(&token)).await;
    bob.event("authenticate").await;
    let ack = alice
        .ask("peer-message", &json!({ "to": "bob@b.c", "content": "Psst" }))
        .await;
    assert_eq!(ack["chatId"], "alice@b.c|bob@b.c");
    let message = bob.event("message").await;
    assert_eq!(
        (&message["from"], &message["content"], &message["chatId"]),
        (&json!(ALICE), &json!("Psst"), &json!("alice@b.c|bob@b.c"))
    );
    let status = json!({ "to": "bob@b.c", "statusType": "busy", "message": "later" });
    assert_eq!(alice.ask("peer-status", &status).await["success"], true);
    assert_eq!(
        bob.event("peer-status").await,
        json!({ "from": ALICE, "statusType": "busy", "message": "later" })
    );
}

#[tokio::test]
async fn the_customer_ends_and_gets_a_transcript() {
    let gateway = Gateway::start(people_only()).await.unwrap();
    let mut socket = Socket::alice(&gateway).await;
    socket.say("1", "Hi").await;
    let payload = json!({
        "chatId": ALICES_CHAT, "reason": "customer_closed", "sendTranscript": true, "transcriptEmail": "a@home.example",
    });
    let ack = socket.ask("close-chat", &payload).await;
    assert_eq!((&ack["success"], &ack["transcriptSent"]), (&json!(true), &json!(true)));
    assert_eq!(
        socket.event("chat-ended").await,
        json!({ "reason": "customer_closed", "chatId": ALICES_CHAT })
    );
    let sent = gateway.sent_transcripts();
    assert_eq!((sent[0].email.as_str(), sent[0].messages), ("a@home.example", 1));
    assert_eq!(gateway.conversations()[0]["status"], "closed");
    // The next message opens it again.
    socket.say("2", "One more thing").await;
    assert_eq!(gateway.conversations()[0]["status"], "open");
}

#[tokio::test]
async fn rich_content_is_passed_on_both_ways() {
    let gateway = Gateway::start(people_only()).await.unwrap();
    let mut socket = Socket::alice(&gateway).await;
    let question = json!({ "config": { "nodeType": "ChoiceInput", "message": "Which?", "options": ["A", "B"] } });
    let ask = Action::Reply {
        content: question.clone(),
        files: Vec::new(),
    };
    gateway.operate(ALICES_CHAT, "Jane", ask).unwrap();
    let message = socket.event("message").await;
    let message = if message["type"] == "system" {
        socket.event("message").await
    } else {
        message
    };
    assert_eq!(message["content"], question);
    let mut answer = question;
    answer["input"] = json!({ "option": "B" });
    let payload = json!({ "message": answer, "chatId": ALICES_CHAT, "messageId": "1" });
    assert_eq!(socket.ask("chat-message", &payload).await["routedTo"], "agent");
    assert_eq!(gateway.transcript(ALICES_CHAT).pop().unwrap()["text"], "B");
}

#[tokio::test]
async fn any_event_can_be_pushed() {
    let gateway = Gateway::start(people_only()).await.unwrap();
    let mut socket = Socket::alice(&gateway).await;
    gateway.push(Scope::Chat(ALICES_CHAT), "read", json!({ "messageIds": ["1"] }));
    gateway.push(Scope::Customer(ALICE), "messages", json!([{ "content": "x" }]));
    gateway.push(Scope::All, "error", json!("oops"));
    gateway.push(Scope::Chat("customer::eve@b.c"), "user-joined", json!({}));
    assert_eq!(
        socket.any_event().await,
        ("read".to_owned(), json!({ "messageIds": ["1"] }))
    );
    assert_eq!(
        socket.any_event().await,
        ("messages".to_owned(), json!([{ "content": "x" }]))
    );
    assert_eq!(socket.any_event().await, ("error".to_owned(), json!("oops")));
    socket.silence().await;
}

#[tokio::test]
async fn without_a_socket_messages_go_over_rest() {
    let gateway = Gateway::start(people_only()).await.unwrap();
    let mut socket = Socket::alice(&gateway).await;
    let token = alice(&gateway);
    let save = json!({
        "from": ALICE, "to": "queued", "content": "Hi", "type": "user", "senderRole": "customer", "sentTime": 1,
        "messageId": "9",
    });
    let path = format!("/chat/save/{ALICES_CHAT}");
    let saved = json_of(call(&gateway, Method::POST, &path).json(&save).bearer_auth(&token)).await;
    assert_eq!((saved.0, &saved.1["routedTo"]), (201, &json!("queued")));
    assert_eq!(socket.event("message").await["content"], "Hi");

    let path = format!("/chat/live/{ALICES_CHAT}/{ALICE}");
    let live = json!({ "type": "text", "content": "Your parcel left", "metadata": {} });
    let (status, sent) = json_of(call(&gateway, Method::POST, &path).json(&live).bearer_auth(&token)).await;
    assert_eq!((status, &sent["status"]), (201, &json!("sent")));
    assert_eq!(socket.event("message").await["content"], "Your parcel left");

    let path = format!("/chat/update/{ALICES_CHAT}");
    let update = json!({ "messageId": sent["id"], "status": "read", "readAt": "2026-04-01T10:00:00Z" });
    let updated = json_of(call(&gateway, Method::PUT, &path).json(&update).bearer_auth(&token)).await;
    assert_eq!(updated, (200, json!({ "success": true })));
    let (_, history) = json_of(get(&gateway, &format!("/chat/history/{ALICES_CHAT}")).bearer_auth(&token)).await;
    assert_eq!(history[1]["status"], "read");
}
