//! Answers that arrive piece by piece.

use serde_json::{Value, json};
use visavis_client_core::event::StreamStep;
use visavis_client_core::{Event, ToolUse};

use crate::gateway::{CHAT, alice, stored};
use crate::harness::{Story, secs};

fn steps(story: &Story) -> Vec<String> {
    story.heard(|event| match event {
        Event::Stream { id, step } => Some(match step {
            StreamStep::Start => format!("{id} start"),
            StreamStep::Chunk { text } => format!("{id} +{text}"),
            StreamStep::ToolUse { tool, .. } => format!("{id} uses {tool}"),
            StreamStep::ToolResult { tool, summary } => format!("{id} {tool}: {}", summary.clone().unwrap_or_default()),
            StreamStep::End { text } => format!("{id} end {text}"),
            StreamStep::Error { message } => format!("{id} error {message}"),
            StreamStep::Interrupted => format!("{id} interrupted"),
            other => format!("{other:?}"),
        }),
        _ => None,
    })
}

fn piece(story: &mut Story, body: Value) {
    let mut body = body;
    body["chatId"] = json!(CHAT);
    body["messageId"] = json!("q_1");
    story.says("chat-stream", body);
}

/// A question with the server's id `q_1`, and the beginning of its answer.
fn half_an_answer() -> Story {
    let mut story = Story::with_gateway();
    story.send("Where is it?");
    story.takes("q_1");
    story.forget();
    piece(&mut story, json!({ "event": "chunk", "data": "On " }));
    piece(&mut story, json!({ "event": "chunk", "data": "its way" }));
    story
}

#[test]
fn an_answer_streams_beside_its_question_and_becomes_one_message() {
    let mut story = half_an_answer();
    piece(&mut story, json!({ "event": "tool-use", "data": { "name": "orders" } }));
    piece(
        &mut story,
        json!({ "event": "tool-result", "data": { "name": "orders", "result": "1 found" } }),
    );
    piece(&mut story, json!({ "event": "end", "sk": "a_1" }));
    assert_eq!(
        steps(&story),
        [
            "ai-q_1 start",
            "ai-q_1 +On ",
            "ai-q_1 +its way",
            "ai-q_1 uses orders",
            "ai-q_1 orders: 1 found",
            "ai-q_1 end On its way"
        ]
    );
    assert_eq!(story.texts(), ["Where is it?", "On its way"]);
    let answer = story.client.messages().last().unwrap();
    assert_eq!(
        (answer.author.kind(), answer.stream_id.as_deref()),
        ("bot", Some("ai-q_1"))
    );
    assert_eq!(answer.server_id.as_ref().unwrap().0, "a_1");
    assert_eq!(answer.tools, [used("orders", "1 found")]);
}

fn used(tool: &str, result: &str) -> ToolUse {
    ToolUse {
        tool: tool.to_owned(),
        summary: None,
        result: Some(result.to_owned()),
    }
}

/// An answer for which something was looked up, as far as its text.
fn an_answer_with_a_tool() -> Story {
    let mut story = half_an_answer();
    piece(&mut story, json!({ "event": "tool-use", "data": { "name": "orders" } }));
    piece(
        &mut story,
        json!({ "event": "tool-result", "data": { "name": "orders", "result": "1 found" } }),
    );
    story
}

fn tools(story: &Story) -> Vec<ToolUse> {
    let answers = story.client.messages().filter(|message| message.author.kind() == "bot");
    answers.flat_map(|message| message.tools.clone()).collect()
}

fn copy_of_the_answer(id: &str, text: &str) -> Value {
    let mut copy = stored(id, "assistant", text, 36_063_000);
    copy["type"] = json!("ai-assistant");
    copy
}

#[test]
fn what_an_answer_used_outlives_a_reload_and_the_copies_in_the_history() {
    let mut story = an_answer_with_a_tool();
    piece(&mut story, json!({ "event": "end", "sk": "a_1" }));
    story.says("message", copy_of_the_answer("a_1", "On its way"));
    let kept = story.kept.clone().unwrap();
    let mut story = Story::reborn(9, alice(), &kept, story.wall());
    assert_eq!(tools(&story), [used("orders", "1 found")], "stored");
    story.start();
    story.join();
    story.greet(&[copy_of_the_answer("a_1", "On its way!")]);
    assert_eq!(story.texts().last().unwrap(), "On its way!");
    assert_eq!(tools(&story), [used("orders", "1 found")], "after the history");
}

#[test]
fn what_an_answer_used_stays_with_a_copy_that_came_before_its_end() {
    let mut story = an_answer_with_a_tool();
    story.says("message", copy_of_the_answer("a_1", "On its way"));
    piece(&mut story, json!({ "event": "end", "sk": "a_1" }));
    assert_eq!(story.texts(), ["Where is it?", "On its way"]);
    assert_eq!(tools(&story), [used("orders", "1 found")]);
}

#[test]
fn what_an_answer_used_before_and_after_a_cut_is_all_there() {
    let mut story = an_answer_with_a_tool();
    story.join_again();
    story.greet(&[stored("m_1", "jane@acme.example", "Hi", 1)]);
    piece(
        &mut story,
        json!({ "event": "tool-result", "data": { "name": "weather", "result": "rain" } }),
    );
    piece(&mut story, json!({ "event": "chunk", "data": ", Alice" }));
    piece(&mut story, json!({ "event": "end", "sk": "a_1" }));
    assert_eq!(tools(&story), [used("orders", "1 found"), used("weather", "rain")]);
}

fn piece_of(story: &mut Story, number: usize, body: Value) {
    let mut body = body;
    body["chatId"] = json!(CHAT);
    body["messageId"] = json!(format!("q_{number}"));
    story.says("chat-stream", body);
}

#[test]
fn a_ninth_answer_at_once_makes_the_oldest_a_message_and_no_text_is_lost() {
    let mut story = Story::with_gateway();
    for number in 1..=9 {
        // Short pieces that begin alike: what follows must not be taken for a repetition.
        piece_of(&mut story, number, json!({ "event": "chunk", "data": "ha" }));
    }
    assert_eq!(
        steps(&story)[16..],
        ["ai-q_1 interrupted", "ai-q_9 start", "ai-q_9 +ha"]
    );
    let oldest = story.client.messages().last().unwrap();
    assert_eq!((oldest.text.as_str(), oldest.reason.is_some()), ("ha", true));
    story.forget();
    for number in 1..=9 {
        piece_of(&mut story, number, json!({ "event": "chunk", "data": "ha!" }));
    }
    for number in 1..=9 {
        piece_of(
            &mut story,
            number,
            json!({ "event": "end", "sk": format!("a_{number}") }),
        );
    }
    let told: Vec<_> = story
        .client
        .messages()
        .map(|message| (message.text.as_str(), message.reason.as_deref()))
        .collect();
    assert_eq!(told, [("haha!", None); 9]);
    let ids: std::collections::BTreeSet<_> = story
        .client
        .messages()
        .filter_map(|message| Some(message.server_id.clone()?.0))
        .collect();
    assert!((1..=9).all(|number| ids.contains(&format!("a_{number}"))), "{ids:?}");
}

#[test]
fn the_servers_own_copy_replaces_a_partial_one() {
    let mut story = half_an_answer();
    story.join_again();
    story.greet(&[stored("m_1", "jane@acme.example", "Hi", 1)]);
    piece(
        &mut story,
        json!({ "event": "end", "sk": "a_1", "text": "It is on its way." }),
    );
    assert_eq!(answers(&story).last().unwrap(), &("It is on its way.".to_owned(), true));
}

#[test]
fn the_older_vocabulary_streams_alike() {
    let mut story = Story::with_older_server();
    for (name, body) in [
        ("ai-stream-start", json!({ "messageId": "q" })),
        ("ai-stream-chunk", json!({ "messageId": "q", "content": "Hel" })),
        ("ai-stream-chunk", json!({ "content": "lo" })),
        ("ai-stream-end", json!({ "messageId": "q", "content": "Hello!" })),
    ] {
        story.says(name, body);
    }
    assert_eq!(
        steps(&story),
        ["ai-q start", "ai-q +Hel", "ai-q +lo", "ai-q end Hello!"]
    );
    assert_eq!(story.texts(), ["Welcome", "Hello!"]);
}

#[test]
fn the_stored_copy_of_an_answer_is_merged_by_id_by_the_questions_id_or_by_text() {
    let copies = [
        json!({ "sk": "a_1", "type": "ai-assistant", "content": "On its way" }),
        json!({ "messageId": "q_1", "type": "ai-assistant", "content": "On its way" }),
        json!({ "sk": "a_7", "type": "ai-assistant", "content": "On its way" }),
    ];
    for (copy, stored_id) in copies.into_iter().zip([Some("a_1"), None, None]) {
        let mut story = half_an_answer();
        piece(&mut story, json!({ "event": "end", "sk": stored_id }));
        story.says("message", copy.clone());
        assert_eq!(story.texts(), ["Where is it?", "On its way"], "{copy}");
        story.says("message", copy.clone());
        assert_eq!(story.texts().len(), 2, "{copy} again");
    }
}

#[test]
fn an_answer_that_is_only_told_whole_under_the_questions_id_is_not_lost() {
    let mut story = Story::with_gateway();
    story.send("Where is it?");
    story.takes("q_1");
    story.says(
        "message",
        json!({ "messageId": "q_1", "type": "ai-assistant", "content": "Here" }),
    );
    assert_eq!(story.texts(), ["Where is it?", "Here"]);
}

fn answers(story: &Story) -> Vec<(String, bool)> {
    story.heard(|event| match event {
        Event::Message { message, replaces, .. } if message.stream_id.is_some() => {
            Some((message.text.clone(), *replaces))
        }
        _ => None,
    })
}

#[test]
fn an_answer_that_goes_on_after_a_cut_stays_one_message() {
    let mut story = half_an_answer();
    story.join_again();
    story.greet(&[stored("m_1", "jane@acme.example", "Hi", 1)]);
    story.forget();
    piece(&mut story, json!({ "event": "chunk", "data": ", Alice" }));
    piece(&mut story, json!({ "event": "end", "sk": "a_1" }));
    assert_eq!(answers(&story), [("On its way, Alice".to_owned(), true)]);
    assert_eq!(story.texts().iter().filter(|text| text.starts_with("On")).count(), 1);
    let answer = story
        .client
        .messages()
        .find(|message| message.stream_id.is_some())
        .unwrap();
    assert_eq!(
        (
            answer.reason.as_deref(),
            answer.server_id.as_ref().map(|id| id.0.as_str())
        ),
        (None, Some("a_1"))
    );
}

#[test]
fn pieces_of_a_complete_answer_that_come_again_are_nothing_new() {
    let mut story = half_an_answer();
    piece(&mut story, json!({ "event": "end", "sk": "a_1" }));
    story.forget();
    piece(&mut story, json!({ "event": "chunk", "data": "its way" }));
    piece(&mut story, json!({ "event": "end", "sk": "a_1" }));
    assert!(steps(&story).is_empty() && answers(&story).is_empty());
}

#[test]
fn answers_without_a_name_are_apart() {
    let mut story = Story::with_older_server();
    for text in ["one", "two"] {
        story.says("ai-stream-chunk", json!({ "content": text }));
        story.says("ai-stream-end", json!({}));
        story.advance(secs(1));
    }
    assert_eq!(story.texts(), ["Welcome", "one", "two"]);
}

#[test]
fn an_empty_answer_leaves_nothing() {
    let mut story = Story::with_gateway();
    story.says(
        "chat-stream",
        json!({ "messageId": "q", "event": "tool-use", "data": { "name": "orders" } }),
    );
    story.says("chat-stream", json!({ "messageId": "q", "event": "end", "sk": "a" }));
    assert!(story.texts().is_empty());
}

#[test]
fn an_error_keeps_what_was_said() {
    let mut story = half_an_answer();
    piece(&mut story, json!({ "event": "error", "error": "overloaded" }));
    assert_eq!(steps(&story).last().unwrap(), "ai-q_1 error overloaded");
    let partial = story.client.messages().last().unwrap();
    assert_eq!((partial.text.as_str(), partial.reason.is_some()), ("On its way", true));
}

#[test]
fn a_minute_of_silence_interrupts() {
    let mut story = half_an_answer();
    for _ in 0..3 {
        story.advance(secs(19));
        story.text("2");
    }
    assert_eq!(steps(&story).len(), 3);
    story.advance(secs(3));
    assert_eq!(steps(&story).last().unwrap(), "ai-q_1 interrupted");
}

#[test]
fn a_broken_line_interrupts_and_the_history_brings_the_rest() {
    let mut story = half_an_answer();
    story.join_again();
    assert_eq!(steps(&story).last().unwrap(), "ai-q_1 interrupted");
    let mut whole = stored("a_1", "assistant", "On its way. It arrives tomorrow.", 99);
    whole["type"] = json!("ai-assistant");
    story.greet(&[whole]);
    assert_eq!(story.texts(), ["Where is it?", "On its way. It arrives tomorrow."]);
    assert_eq!(story.client.messages().last().unwrap().reason, None);
}
