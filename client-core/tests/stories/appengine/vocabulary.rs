//! Which words are spoken, and what becomes of a message that was said in the wrong ones.

use serde_json::json;
use visavis_client_core::appengine::Dialect;
use visavis_client_core::{ConnectionState, Delivery};

use crate::gateway::{alice, greeting, handshake, kept, registered, stored};
use crate::harness::{Story, ms, secs};
use crate::relay;

#[test]
fn without_a_greeting_the_older_vocabulary_is_spoken_after_three_seconds() {
    let mut story = Story::new(alice());
    let id = story.send("Hello");
    story.register_and_join();
    story.advance(ms(2_999));
    assert!(story.emitted().is_empty() && story.calls.len() == 1);
    story.advance(ms(1));
    assert_eq!(
        story.calls[1].what.call.url.to_string(),
        "https://gateway.example/chat/history/customer%3A%3Aalice%40site.example"
    );
    story.answer(relay::answer(
        200,
        &json!([stored("m_1", "jane@acme.example", "Hi", 1)]),
    ));
    let sent = story.emitted_as("message");
    assert_eq!(sent.len(), 1);
    assert_eq!(
        (&sent[0].body["content"], &sent[0].body["messageId"]),
        (&json!("Hello"), &json!(id.to_string()))
    );
    assert!(story.emitted_as("chat-message").is_empty());
}

#[test]
fn silence_is_no_error_in_the_older_vocabulary() {
    for with_history in [true, false] {
        let mut story = Story::with_older_server();
        let told = |id, server_id, text| match with_history {
            true => relay::answer(200, &json!([kept(id, server_id, text)])),
            false => relay::refused(405),
        };
        let first = story.send("one");
        story.advance(ms(4_999));
        assert!(story.calls.is_empty());
        story.advance(ms(1));
        assert_eq!(story.calls.len(), 1, "the history is asked");
        story.answer(told(first, "m_1", "one"));
        assert_eq!(story.status_of(first), Some(Delivery::Sent));
        let second = story.send("two");
        story.advance(ms(500));
        story.answer(told(second, "m_2", "two"));
        assert_eq!(
            story.status_of(second),
            Some(Delivery::Sent),
            "who never answers is asked sooner"
        );
        assert_eq!(story.emitted_as("message").len(), 2);
        assert_eq!(story.state(), ConnectionState::Live);
    }
}

#[test]
fn a_message_that_the_history_does_not_hold_is_sent_again_on_another_line() {
    let mut story = Story::with_older_server();
    let id = story.send("one");
    story.advance(secs(5));
    story.answer(relay::answer(
        200,
        &json!([stored("m_0", "jane@acme.example", "Welcome", 1)]),
    ));
    assert_eq!(story.status_of(id), Some(Delivery::Sending));
    story
        .until(secs(30), |story| !story.closes.is_empty())
        .expect("the line is given up");
}

#[test]
fn a_message_never_goes_out_under_two_names_unless_the_first_was_not_heard() {
    for taken in [true, false] {
        let mut story = Story::new(alice());
        story.start();
        story.register_and_join();
        story.advance(secs(3));
        story.answer(relay::answer(
            200,
            &json!([stored("m_1", "jane@acme.example", "Hi", 1)]),
        ));
        let id = story.send("Hello");
        assert_eq!(story.emitted_as("message").len(), 1);
        story.forget();
        story.says("queued", json!({ "position": 1 }));
        assert!(story.emitted_as("chat-message").is_empty(), "not on the same line");
        story.join_again();
        let first = stored("m_1", "jane@acme.example", "Hi", 1);
        story.greet(&if taken {
            vec![first, kept(id, "m_2", "Hello")]
        } else {
            vec![first]
        });
        assert_eq!(story.emitted_as("chat-message").len(), usize::from(!taken), "{taken}");
        assert!(story.emitted_as("message").is_empty());
    }
}

#[test]
fn a_late_word_of_the_gateway_changes_what_is_said_afterwards() {
    let mut story = Story::new(alice());
    story.start();
    story.register_and_join();
    story.advance(secs(3));
    story.answer(relay::answer(
        200,
        &json!([stored("m_1", "jane@acme.example", "Hi", 1)]),
    ));
    story.says("queued", json!({ "position": 1 }));
    story.send("Hello");
    assert_eq!(story.emitted_as("chat-message").len(), 1);
    assert!(story.emitted_as("message").is_empty());
}

#[test]
fn an_unknown_namespace_is_tried_once_on_the_main_one() {
    let mut story = Story::new(alice());
    story.start();
    story.answer(registered(1));
    story.open();
    story.text(&handshake());
    story.text(r#"44/chat,{"message":"Invalid namespace"}"#);
    assert_eq!(story.dials.len(), 2, "at once");
    story.open();
    story.text(&handshake());
    story.text(r#"40{"sid":"s_1"}"#);
    story.answer(relay::answer(
        200,
        &json!([stored("m_1", "jane@acme.example", "Hi", 1)]),
    ));
    assert_eq!(story.state(), ConnectionState::Live);
    story.send("Hello");
    assert_eq!(story.emitted_as("message").len(), 1);
}

#[test]
fn a_forced_vocabulary_is_kept() {
    let mut story = Story::new(alice().dialect(Dialect::Seed));
    story.start();
    story.register_and_join();
    story.answer(relay::answer(
        200,
        &json!([stored("m_1", "jane@acme.example", "Hi", 1)]),
    ));
    story.says("authenticate", greeting());
    story.send("Hello");
    assert_eq!(story.emitted_as("message").len(), 1);
    let mut story = Story::new(alice().dialect(Dialect::Gateway));
    story.start();
    story.register_and_join();
    story.advance(secs(10));
    assert_eq!(story.state(), ConnectionState::Connecting);
    assert!(story.emitted().is_empty());
}
