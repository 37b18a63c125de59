//! A guest at a gateway: introductions, greetings, both vocabularies, and what breaks between.

use serde_json::json;
use visavis_client_core::{Command, ConnectionState, Delivery, Event, Guest};

use crate::gateway::{CHAT, ME, alice, greeting, handshake, kept, nobody, registered, stored};
use crate::harness::{MINUTE, Story, ms, secs};
use crate::relay;

mod answers;
mod desk;
mod files;
mod news;
mod transport;
mod vocabulary;

#[test]
fn a_guest_registers_joins_reads_the_history_and_then_sends() {
    let mut story = Story::new(alice());
    let id = story.send("Hello");
    assert_eq!(
        story.calls[0].what.call.url.to_string(),
        "https://gateway.example/profile/customer/register-guest"
    );
    assert_eq!(
        story.calls[0].what.body(),
        json!({ "email": ME, "name": "Alice", "phone": "N/A" })
    );
    story.register_and_join();
    assert_eq!(
        story.dials[0].what.1.expose(),
        "wss://gateway.example/socket.io/?EIO=4&transport=websocket"
    );
    let auth = &story.handshakes()[0];
    assert_eq!(
        (&auth["orgId"], &auth["orgid"], &auth["configId"]),
        (&json!("acme"), &json!("acme"), &json!("cfg_1"))
    );
    assert_eq!(auth["token"], relay::jwt(1, 3600));
    assert!(story.emitted().is_empty(), "nothing is said before the greeting");
    story.says("authenticate", greeting());
    assert_eq!(
        story.emitted_names(),
        ["join-chat", "chat-history"],
        "the queue waits for the history"
    );
    assert_eq!(story.emitted()[0].body, json!({ "chatId": CHAT }));
    story.acks(
        "chat-history",
        json!({ "success": true, "history": [stored("m_1", "jane@acme.example", "Hi", 1)] }),
    );
    assert_eq!(story.state(), ConnectionState::Live);
    let sent = story.emitted_as("chat-message");
    assert_eq!(
        sent[0].body,
        json!({ "message": "Hello", "chatId": CHAT, "chatSessionId": "cs_1", "messageId": id.to_string() })
    );
    story.takes("m_2");
    assert_eq!(story.status_of(id), Some(Delivery::Sent));
    assert_eq!(
        story.texts(),
        ["Hello", "Hi"],
        "what was written before anything came stays first"
    );
}

#[test]
fn registration_goes_on_to_the_next_route_and_remembers_it() {
    let mut story = Story::new(alice());
    story.start();
    story.answer(relay::refused(404));
    story.answer(relay::refused(403));
    assert_eq!(story.verbs(), ["register-guest", "auth", "signup"]);
    story.answer(registered(1));
    assert!(story.socket().is_some());
}

#[test]
fn registration_that_no_route_takes_is_refused() {
    let mut story = Story::new(alice());
    story.start();
    for _ in 0..3 {
        story.answer(relay::refused(404));
    }
    assert_eq!(story.state(), ConnectionState::Failed);
}

#[test]
fn who_is_unknown_is_asked_first_and_what_was_written_waits() {
    let mut story = Story::new(nobody());
    let id = story.send("Hello");
    assert_eq!(story.state(), ConnectionState::Paused);
    assert_eq!(
        story
            .heard(|event| matches!(event, Event::Registration(_)).then_some(()))
            .len(),
        1
    );
    assert!(story.calls.is_empty());
    story.command(Command::Register(Guest::new("not an address")));
    assert_eq!(story.errors().len(), 1);
    story.command(Command::Register(Guest::new(ME)));
    assert_eq!(story.verbs(), ["register-guest"]);
    story.register_and_join();
    story.greet(&[]);
    story.takes("m_1");
    assert_eq!(story.status_of(id), Some(Delivery::Sent));
}

#[test]
fn a_guest_who_is_refused_fills_the_form_in_again() {
    let mut story = Story::new(nobody());
    story.start();
    story.command(Command::Register(Guest::new(ME)));
    story.answer(relay::answer(
        400,
        &json!({ "statusCode": 400, "message": ["email is blocked"], "error": "Bad Request" }),
    ));
    assert_eq!(story.state(), ConnectionState::Paused);
    assert!(story.errors()[0].to_string().contains("email is blocked"));
    assert_eq!(
        story
            .heard(|event| matches!(event, Event::Registration(_)).then_some(()))
            .len(),
        2
    );
}

#[test]
fn who_is_signed_in_needs_no_form_and_no_call() {
    let mut story = Story::new(nobody().user(Guest::new(ME), relay::jwt(9, 3600)));
    story.start();
    story.join();
    assert!(story.calls.is_empty());
    let mut greeting = greeting();
    greeting["isGuest"] = json!(false);
    story.says("authenticate", greeting);
    assert_eq!(story.emitted()[0].body, json!({ "chatId": format!("customer::{ME}") }));
}

#[test]
fn an_old_token_is_renewed_once() {
    for refusal in ["authenticate", "token_expired"] {
        let mut story = Story::new(alice());
        story.start();
        story.register_and_join();
        story.says(refusal, json!({ "success": false, "error": "token_expired" }));
        assert_eq!(story.verbs(), ["register-guest", "register-guest"], "{refusal}");
        story.answer(registered(2));
        story.join();
        assert_eq!(story.handshakes()[1]["token"], relay::jwt(2, 3600));
        story.says(refusal, json!({ "success": false, "error": "token_expired" }));
        assert_eq!(story.state(), ConnectionState::Failed, "{refusal}");
    }
}

#[test]
fn a_token_that_grew_old_in_a_sleep_is_renewed_once_more() {
    let mut story = Story::with_gateway();
    story.says("token_expired", json!({}));
    story.answer(registered(2));
    story.sleep(secs(3_700));
    story.close(1006);
    story.until(MINUTE, |story| story.dials.len() == 2).expect("an attempt");
    story.join();
    story.says("authenticate", json!({ "success": false, "error": "token_expired" }));
    story.answer(registered(3));
    story.join();
    story.greet(&[stored("m_1", "jane@acme.example", "Hi", 1)]);
}

#[test]
fn a_new_token_builds_a_new_connection() {
    let mut story = Story::with_gateway();
    let before = story.socket();
    while story.open_call().is_none() {
        story.advance(secs(20));
        story.text("2");
    }
    assert!(story.clock() < secs(3_600), "a renewal ahead of time");
    story.answer(registered(2));
    assert_ne!(story.socket(), before);
    story.join();
    assert_eq!(story.handshakes()[0]["token"], relay::jwt(2, 3600));
    assert_eq!(story.handshakes()[0]["context"]["chatSessionId"], "cs_1");
}

#[test]
fn a_refusal_in_other_words_is_final() {
    let mut story = Story::new(alice());
    story.start();
    story.register_and_join();
    story.says(
        "authenticate",
        json!({ "success": false, "error": "unknown_org", "message": "No such organisation" }),
    );
    assert_eq!(story.state(), ConnectionState::Failed);
    assert_eq!(story.errors()[0].to_string(), "No such organisation");
}

#[test]
fn who_is_put_out_comes_back_only_when_somebody_wants_it() {
    let mut story = Story::with_gateway();
    story.text("41/chat,");
    assert_eq!(story.state(), ConnectionState::Paused);
    story.advance(MINUTE * 10);
    assert!(story.dials.is_empty() && story.calls.is_empty());
    story.send("Hello?");
    story.advance(secs(1));
    assert_eq!(story.dials.len(), 1);
}

#[test]
fn after_having_been_put_out_ten_seconds_pass() {
    let mut story = Story::with_gateway();
    story.text("41/chat,");
    story.send("Hello?");
    story.advance(ms(9_999));
    assert!(story.dials.is_empty());
    story.advance(secs(1));
    assert_eq!(story.dials.len(), 1);
}

#[test]
fn the_servers_silence_ends_the_line() {
    let mut story = Story::with_gateway();
    story.advance(secs(40));
    story.text("2");
    assert_eq!(
        story.frames.last().unwrap().what.1,
        json!(3),
        "a ping is answered at once"
    );
    story.advance(ms(44_999));
    assert_eq!(story.state(), ConnectionState::Live);
    story.advance(ms(1));
    assert_ne!(story.state(), ConnectionState::Live);
}

#[test]
fn who_stops_after_a_long_sleep_stays_stopped() {
    let mut story = Story::with_gateway();
    story.sleep(secs(600));
    story.stop();
    assert_eq!(story.state(), ConnectionState::Closed);
    story.advance(MINUTE);
    assert!(story.dials.is_empty());
}

#[test]
fn after_a_sleep_the_gateway_is_asked_for_what_was_missed() {
    let mut story = Story::with_gateway();
    story.freeze(secs(20));
    story.environment(visavis_client_core::Environment::Visible);
    assert_eq!(story.emitted_names(), ["chat-history"]);
    story.acks(
        "chat-history",
        json!({ "success": true, "history": [stored("m_9", "jane@acme.example", "Still there?", 5)] }),
    );
    story.advance(secs(10));
    assert_eq!(
        (story.state(), story.texts()),
        (ConnectionState::Live, vec!["Still there?".to_owned()])
    );
}

#[test]
fn what_was_in_flight_is_sent_again_with_the_same_id() {
    let mut story = Story::with_gateway();
    let first = story.send("one");
    let second = story.send("two");
    assert_eq!(story.emitted_as("chat-message").len(), 1);
    story.forget();
    story.join_again();
    assert!(story.emitted().is_empty());
    story.greet(&[stored("m_1", "jane@acme.example", "Hi", 1)]);
    let sent = story.emitted_as("chat-message");
    assert_eq!((sent.len(), &sent[0].body["messageId"]), (1, &json!(first.to_string())));
    story.takes("m_2");
    story.takes("m_3");
    assert_eq!(
        (story.status_of(first), story.status_of(second)),
        (Some(Delivery::Sent), Some(Delivery::Sent))
    );
}

#[test]
fn the_history_settles_what_was_in_flight() {
    for with_id in [true, false] {
        let mut story = Story::with_gateway();
        let id = story.send("one");
        story.forget();
        story.join_again();
        let copy = if with_id {
            kept(id, "m_1", "one")
        } else {
            stored("m_1", ME, "one", 36_062_000)
        };
        story.greet(&[copy]);
        assert!(story.emitted_as("chat-message").is_empty(), "{with_id}");
        assert_eq!(story.status_of(id), Some(Delivery::Sent));
        assert_eq!(story.texts(), ["one"]);
    }
}

#[test]
fn a_refused_message_fails_in_the_servers_words() {
    let mut story = Story::with_gateway();
    let id = story.send("one");
    story.acks("chat-message", json!({ "success": false, "error": "blocked word" }));
    assert_eq!(story.status_of(id), Some(Delivery::Failed));
    assert_eq!(
        story.client.message(id).unwrap().reason.as_deref(),
        Some("blocked word")
    );
    let other = story.send("two");
    story.command(Command::Discard { local_id: id });
    assert_eq!(story.status_of(other), Some(Delivery::Sending));
    story.says(
        "exception",
        json!({ "status": "error", "message": "no", "cause": { "pattern": "chat-message" } }),
    );
    assert_eq!(story.status_of(other), Some(Delivery::Failed));
}

#[test]
fn a_restored_state_needs_no_history() {
    let mut story = Story::new(alice());
    story.start();
    story.answer(registered(1));
    story.open();
    story.text(&handshake());
    story.text(r#"40/chat,{"sid":"s_1","pid":"p_1"}"#);
    story.greet(&[stored("m_1", "jane@acme.example", "Hi", 1)]);
    story.text(r#"42/chat,["status",{"status":"open"},"offset-7"]"#);
    story.close(1006);
    story.forget();
    story
        .until(MINUTE, |story| story.socket().is_some())
        .expect("an attempt");
    story.open();
    story.text(&handshake());
    assert_eq!(
        (&story.handshakes()[0]["pid"], &story.handshakes()[0]["offset"]),
        (&json!("p_1"), &json!("offset-7"))
    );
    story.text(r#"42/chat,["message",{"sk":"m_2","from":"jane@acme.example","content":"missed"},"offset-8"]"#);
    story.text(r#"40/chat,{"sid":"s_1","pid":"p_1"}"#);
    assert_eq!(story.state(), ConnectionState::Live);
    assert_eq!(story.texts(), ["Hi", "missed"]);
    assert!(story.emitted_as("chat-history").is_empty());
    assert!(
        story
            .heard(|event| matches!(event, Event::Gap { .. }).then_some(()))
            .is_empty()
    );
}

#[test]
fn an_empty_history_is_looked_for_under_the_other_spelling_once() {
    let mut story = Story::new(alice());
    story.start();
    story.register_and_join();
    story.says("authenticate", greeting());
    story.acks("chat-history", json!({ "success": true, "history": [] }));
    let asked: Vec<_> = story
        .emitted_as("chat-history")
        .into_iter()
        .map(|emitted| emitted.body["chatId"].clone())
        .collect();
    assert_eq!(asked, [json!(CHAT), json!(format!("customer:{ME}"))]);
    story.acks("chat-history", json!({ "success": true, "history": [{ "sk": "m_1", "from": "jane@acme.example", "content": "Hi", "chatId": format!("customer:{ME}") }] }));
    assert_eq!(story.texts(), ["Hi"]);
}

#[test]
fn a_history_that_never_comes_is_done_without_after_three_lines() {
    let mut story = Story::new(alice());
    let id = story.send("Hello");
    for _ in 0..3 {
        story
            .until(MINUTE, |story| story.socket().is_some() || story.open_call().is_some())
            .expect("an attempt");
        story.register_and_join();
        story.says("authenticate", greeting());
        story.advance(secs(11));
        assert_ne!(story.state(), ConnectionState::Live);
    }
    story
        .until(MINUTE, |story| story.socket().is_some())
        .expect("an attempt");
    story.register_and_join();
    story.says("authenticate", greeting());
    story.says("message", stored("m_7", "jane@acme.example", "Hi", 1));
    assert!(
        !story.texts().contains(&"Hi".to_owned()),
        "what is older may still come"
    );
    story.advance(secs(11));
    assert_eq!(story.state(), ConnectionState::Live);
    assert!(story.texts().contains(&"Hi".to_owned()));
    assert_eq!(story.status_of(id), Some(Delivery::Sending));
}

#[test]
fn a_refusal_for_now_is_tried_again() {
    let mut story = Story::with_gateway();
    let id = story.send("one");
    story.acks(
        "chat-message",
        json!({ "success": false, "error": "Rate limit reached" }),
    );
    assert_eq!(story.status_of(id), Some(Delivery::Pending));
    story.advance(secs(6));
    story.takes("m_1");
    assert_eq!(story.status_of(id), Some(Delivery::Sent));
}

#[test]
fn a_copy_without_files_takes_none_away() {
    let mut story = Story::with_gateway();
    let mut live = stored("m_1", "jane@acme.example", "Look", 1);
    live["files"] = json!([{ "name": "a.png", "url": "https://files.example/a.png", "mimeType": "image/png" }]);
    story.says("message", live);
    story.join_again();
    story.greet(&[stored("m_1", "jane@acme.example", "Look!", 1)]);
    let message = story.client.messages().next().unwrap();
    assert_eq!((message.text.as_str(), message.attachments.len()), ("Look!", 1));
}

#[test]
fn messages_of_another_conversation_are_not_shown() {
    let mut story = Story::with_gateway();
    story.says(
        "message",
        json!({ "sk": "m_1", "chatId": "customer::bob@site.example", "from": "jane@acme.example", "content": "Bob?" }),
    );
    story.says(
        "message",
        json!({ "sk": "m_2", "chatId": format!("customer::{ME}"), "from": "jane@acme.example", "content": "Alice!" }),
    );
    assert_eq!(story.texts(), ["Alice!"]);
}

#[test]
fn an_expired_chat_session_is_forgotten_and_the_token_kept() {
    let mut story = Story::with_gateway();
    story.says("session-expired", json!({}));
    story.join_again();
    assert_eq!(story.handshakes()[0]["context"].get("chatSessionId"), None);
    assert!(story.calls.is_empty());
}

#[test]
fn a_second_life_goes_on_with_the_same_device_chat_and_token() {
    let mut story = Story::new(alice());
    story.start();
    story.register_and_join();
    story.greet(&[stored("m_1", "jane@acme.example", "Hi", 1)]);
    let device = story.handshakes()[0]["deviceId"].clone();
    let (kept, wall) = (story.kept.clone().unwrap(), story.wall());
    let mut story = Story::reborn(9, nobody(), &kept, wall);
    story.start();
    story.join();
    assert!(story.calls.is_empty(), "the form is not asked for again");
    let auth = &story.handshakes()[0];
    assert_eq!(
        (&auth["deviceId"], &auth["context"]["chatSessionId"]),
        (&device, &json!("cs_1"))
    );
    assert_eq!(story.texts(), ["Hi"]);
}

#[test]
fn the_settings_are_found_by_the_next_path() {
    let mut story = Story::new(alice());
    story.command(Command::FetchConfig);
    story.answer(relay::refused(403));
    story.answer(relay::answer(
        200,
        &json!({ "data": { "content": { "name": "Help", "status": "offline" } } }),
    ));
    assert_eq!(story.verbs(), ["cfg_1", "cfg_1"]);
    let config = story.client.widget_config().unwrap();
    assert_eq!((config.title.as_deref(), config.online), (Some("Help"), Some(false)));
}

#[test]
fn a_viewer_of_broadcasts_joins_without_a_token_and_says_nothing() {
    let mut story = Story::new(nobody().broadcast_only());
    story.start();
    story.join();
    assert!(story.calls.is_empty());
    assert_eq!(story.handshakes()[0]["broadcastOnly"], json!(true));
    assert_eq!(story.handshakes()[0].get("token"), None);
    assert_eq!(story.state(), ConnectionState::Live);
    story.says(
        "broadcast-start",
        json!({ "id": "b_1", "url": "https://live.example/1" }),
    );
    assert_eq!(
        story
            .heard(|event| matches!(event, Event::Broadcast { on: true, .. }).then_some(()))
            .len(),
        1
    );
    assert!(story.try_send("Hello").is_err());
    assert!(story.emitted().is_empty());
}
