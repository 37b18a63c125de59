//! Long conversations are caught up with by time, and what was seen is told by a call where no line will come.

use serde_json::{Value, json};
use visavis_client_core::http::{HttpRequest, Method};
use visavis_client_core::{Attention, Command, ConnectionState, Event};

use crate::gateway::{CHAT, ME, stored};
use crate::harness::{MINUTE, Story};
use crate::relay;

/// As the server stores one: when it did so is its own word.
fn kept_at(number: u64) -> Value {
    let mut message = stored(
        &format!("m_{number}"),
        "jane@acme.example",
        &format!("No. {number}"),
        number * 1_000,
    );
    message["createdate"] = json!(1_782_000_000_000_u64 + number * 1_000);
    message
}

fn thread(length: u64) -> Vec<Value> {
    (1..=length).map(kept_at).collect()
}

/// A visitor with a conversation of this length, whose next line has just been greeted.
fn back_at(thread: &[Value]) -> Story {
    let mut story = Story::with_gateway();
    story.join_again();
    story.greet(thread);
    story.join_again();
    story.says("authenticate", crate::gateway::greeting());
    story
}

fn is_news(call: &HttpRequest) -> bool {
    call.url.to_string().contains("/chat/messages/")
}

fn news(story: &Story) -> Option<String> {
    let call = story.open_calls().find(|asked| is_news(&asked.call))?;
    Some(call.call.url.to_string())
}

fn gaps(story: &Story) -> usize {
    story
        .heard(|event| matches!(event, Event::Gap { .. }).then_some(()))
        .len()
}

#[test]
fn a_long_conversation_is_asked_for_its_news_alone() {
    let mut story = back_at(&thread(201));
    assert_eq!(
        news(&story).unwrap(),
        "https://gateway.example/chat/messages/alice%40site.example/2026-06-21T00%3A03%3A20.000Z",
        "a second before the newest"
    );
    let asked = story.emitted_as("chat-history").len();
    story.answer_to(
        is_news,
        relay::answer(200, &json!([kept_at(201), kept_at(202), kept_at(203)])),
    );
    assert_eq!(story.state(), ConnectionState::Live);
    assert_eq!(story.texts()[200..], ["No. 201", "No. 202", "No. 203"]);
    assert_eq!((story.emitted_as("chat-history").len(), gaps(&story)), (asked, 0));
}

#[test]
fn news_that_do_not_begin_with_the_known_are_no_proof() {
    let mut story = back_at(&thread(201));
    let asked = story.emitted_as("chat-history").len();
    story.answer_to(is_news, relay::answer(200, &json!([kept_at(203)])));
    assert_eq!(story.state(), ConnectionState::Connecting);
    assert_eq!(
        story.emitted_as("chat-history").len(),
        asked + 1,
        "the whole is asked for"
    );
    story.acks("chat-history", json!({ "success": true, "history": thread(203) }));
    assert_eq!(
        (story.state(), story.texts().len(), gaps(&story)),
        (ConnectionState::Live, 203, 0)
    );
}

#[test]
fn a_server_without_that_call_tells_the_whole() {
    for status in [404, 405, 500] {
        let mut story = back_at(&thread(201));
        story.answer_to(is_news, relay::refused(status));
        story.acks("chat-history", json!({ "success": true, "history": thread(202) }));
        assert_eq!(
            (story.state(), story.texts().len()),
            (ConnectionState::Live, 202),
            "{status}"
        );
    }
}

#[test]
fn the_whole_is_asked_for_when_short_in_doubt_or_without_the_servers_times() {
    let untimed: Vec<Value> = (1..=201)
        .map(|number| stored(&format!("m_{number}"), "jane@acme.example", "Hi", number))
        .collect();
    for history in [thread(200), untimed] {
        let mut story = back_at(&history);
        assert_eq!(news(&story), None);
        story.acks("chat-history", json!({ "success": true, "history": history }));
        assert_eq!(story.state(), ConnectionState::Live);
    }
    let mut story = Story::with_gateway();
    story.join_again();
    story.greet(&thread(201));
    story.send("Did you get this?");
    story.join_again();
    story.says("authenticate", crate::gateway::greeting());
    assert_eq!(news(&story), None, "the message under way is looked for");
}

/// A visitor who was put out with three messages of an agent unread.
fn put_out() -> Story {
    let mut story = Story::with_gateway();
    for number in 1..=3 {
        story.says("message", kept_at(number));
    }
    story.forget();
    story.text("41/chat,");
    assert_eq!(story.state(), ConnectionState::Paused);
    story
}

fn marks(story: &Story) -> Vec<Value> {
    let calls = story.open_calls().filter(|asked| asked.call.method == Method::Put);
    calls.map(|asked| asked.body()).collect()
}

fn is_mark(call: &HttpRequest) -> bool {
    call.method == Method::Put
}

fn look(story: &mut Story) {
    story.command(Command::Attend(Attention::Away));
    story.command(Command::Attend(Attention::Watching));
}

#[test]
fn who_was_put_out_tells_by_calls_what_was_seen() {
    let mut story = put_out();
    look(&mut story);
    for number in 1..=3 {
        let marked = marks(&story);
        assert_eq!(marked.len(), 1, "one after the other");
        assert_eq!(
            (&marked[0]["messageId"], &marked[0]["status"]),
            (&json!(format!("m_{number}")), &json!("read"))
        );
        assert!(
            marked[0]["readAt"].as_str().unwrap().starts_with("2026-06-21T"),
            "{marked:?}"
        );
        let call = &story.open_calls().find(|asked| is_mark(&asked.call)).unwrap().call;
        assert_eq!(
            call.url.to_string(),
            format!(
                "https://gateway.example/chat/update/{}",
                CHAT.replace(':', "%3A").replace('@', "%40")
            )
        );
        assert!(call.bearer.is_some());
        story.answer_to(is_mark, relay::answer(200, &json!({ "success": true })));
    }
    assert!(marks(&story).is_empty() && story.dials.is_empty());
    assert_eq!(story.state(), ConnectionState::Paused, "nobody comes back by that");
}

#[test]
fn what_no_call_could_tell_is_told_on_the_next_line() {
    for status in [401, 404, 503] {
        let mut story = put_out();
        look(&mut story);
        story.answer_to(is_mark, relay::refused(status));
        assert!(marks(&story).is_empty() && story.open_calls().count() == 0, "{status}");
        story.send("I am back");
        story
            .until(MINUTE, |story| story.socket().is_some())
            .expect("an attempt");
        story.join();
        story.greet(&[kept_at(1), kept_at(2), kept_at(3)]);
        let mut told: Vec<_> = story
            .emitted_as("updateMessageStatus")
            .into_iter()
            .map(|emitted| {
                (
                    emitted.body["uid"].clone(),
                    emitted.body["status"].clone(),
                    emitted.body["to"].clone(),
                )
            })
            .collect();
        told.sort_by_key(|(id, ..)| id.to_string());
        let read = |id: &str| (json!(id), json!("read"), json!(ME));
        assert_eq!(told, [read("m_1"), read("m_2"), read("m_3")], "{status}");
    }
}

#[test]
fn a_line_that_comes_back_by_itself_needs_no_calls() {
    let mut story = Story::with_gateway();
    story.says("message", kept_at(1));
    story.close(1006);
    story.forget();
    look(&mut story);
    assert!(marks(&story).is_empty());
}
