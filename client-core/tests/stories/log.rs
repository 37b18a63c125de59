//! The conversation log, and what else the other side says.

use serde_json::{Value, json};
use visavis_client_core::event::AgentChange;
use visavis_client_core::ids::ServerId;
use visavis_client_core::message::Author;
use visavis_client_core::{Attention, Command, ConnectionState, Delivery, Event};

use crate::harness::{Keeping, MINUTE, Story, bloonio, secs};
use crate::relay::{ack, bot, echo, welcome, welcome_with};

const T: u64 = 1_782_036_000;

/// What was told of messages of others: text, whether it came with the history, whether it replaced another.
fn told(story: &Story) -> Vec<(String, bool, bool)> {
    story.heard(|event| match event {
        Event::Message {
            message,
            history,
            replaces,
        } if message.local_id.is_none() => Some((message.text.clone(), *history, *replaces)),
        _ => None,
    })
}

fn gaps(story: &Story) -> Vec<(Option<String>, Option<String>)> {
    let text = |id: &Option<ServerId>| id.as_ref().map(|id| id.0.clone());
    story.heard(|event| match event {
        Event::Gap { from, to } => Some((text(from), text(to))),
        _ => None,
    })
}

fn unread(story: &Story) -> Vec<u32> {
    story.heard(|event| match event {
        Event::Unread(count) => Some(*count),
        _ => None,
    })
}

/// A message without a time.
fn timeless(id: &str, text: &str) -> Value {
    json!({ "type": "msg", "id": id, "role": "agent", "content": text })
}

#[test]
fn server_time_orders_and_arrival_breaks_ties() {
    let mut story = Story::live();
    for (id, at) in [
        ("a", T),
        ("d", T + 30),
        ("b", T + 10),
        ("c1", T + 20),
        ("c2", T + 20),
        ("c3", T + 20),
        ("0", T - 5),
    ] {
        story.frame(&bot(id, id, at));
    }
    assert_eq!(story.texts(), ["0", "a", "b", "c1", "c2", "c3", "d"]);
}

#[test]
fn without_server_time_arrival_orders() {
    let mut story = Story::live();
    story.frame(&bot("a", "a", T));
    story.frame(&timeless("b", "b"));
    story.set_wall(-3_600_000);
    story.frame(&timeless("c", "c"));
    assert_eq!(story.texts(), ["a", "b", "c"], "the local time of day orders nothing");
}

#[test]
fn own_messages_keep_the_order_in_which_they_were_written() {
    let mut story = Story::live();
    let one = story.send("one");
    let two = story.send("two");
    story.frame(&json!({ "type": "ack", "client_msg_id": one.to_string(), "message_id": "m1", "created_at": T + 50 }));
    story.frame(&bot("b", "answer", T + 60));
    story.frame(&json!({ "type": "ack", "client_msg_id": two.to_string(), "message_id": "m2", "created_at": T + 55 }));
    let texts = story.texts();
    let place = |text: &str| texts.iter().position(|known| known == text).unwrap();
    assert!(place("one") < place("two"));
}

#[test]
fn own_messages_that_wait_do_not_keep_what_arrives_late_out_of_order() {
    let mut story = Story::live();
    story.frame(&bot("a", "first", T));
    story.send("waits");
    story.frame(&bot("c", "third", T + 20));
    story.frame(&bot("b", "second", T + 10));
    story.frame(&bot("d", "fourth", T + 30));
    assert_eq!(story.texts(), ["first", "waits", "second", "third", "fourth"]);
}

#[test]
fn the_same_id_is_shown_once() {
    let mut story = Story::live();
    for _ in 0..3 {
        story.frame(&bot("m1", "hello", T));
    }
    story.close(1006);
    story.reconnect(&welcome_with(&[bot("m1", "hello", T)]));
    assert_eq!(told(&story), [("hello".to_owned(), false, false)]);
    assert_eq!(story.texts(), ["hello"]);
}

#[test]
fn the_same_text_under_two_ids_is_two_messages() {
    let mut story = Story::live();
    story.frame(&bot("m1", "ok", T));
    story.frame(&bot("m2", "ok", T));
    story.frame(&json!({ "type": "msg", "role": "bot", "content": "ok" }));
    assert_eq!(story.texts(), ["ok", "ok", "ok"]);
}

#[test]
fn an_own_message_is_known_by_its_client_id() {
    let mut story = Story::live();
    let id = story.send("hello");
    story.frame(&echo(id, "m1", "hello (as the relay cleaned it)", T));
    story.frame(&echo(id, "m1", "hello (as the relay cleaned it)", T));
    assert_eq!(story.client.messages().count(), 1);
    assert_eq!(story.status_of(id), Some(Delivery::Sent));
    assert!(told(&story).is_empty());
}

#[test]
fn an_echo_without_a_client_id_is_the_oldest_one_with_its_text() {
    let mut story = Story::live();
    let ids = ["ok", "ok"].map(|text| story.send(text));
    let copy = |server: &str| json!({ "type": "msg", "id": server, "sender_type": "visitor", "text": "ok" });
    story.frame(&copy("m1"));
    assert_eq!(
        ids.map(|id| story.status_of(id).unwrap()),
        [Delivery::Sent, Delivery::Sending]
    );
    story.frame(&copy("m1"));
    assert_eq!(
        story.status_of(ids[1]),
        Some(Delivery::Sending),
        "the same copy again is no sign of the second"
    );
    story.frame(&copy("m2"));
    assert_eq!(story.status_of(ids[1]), Some(Delivery::Sent));
    assert_eq!(story.texts(), ["ok", "ok"]);
    story.frame(&copy("m3"));
    assert_eq!(
        story.client.messages().count(),
        3,
        "written elsewhere, in the same session"
    );
}

#[test]
fn what_the_visitor_wrote_elsewhere_is_shown_and_not_counted() {
    let mut story = Story::live();
    story.frame(&json!({ "type": "msg", "id": "m1", "role": "visitor", "content": "from my phone", "client_msg_id": "7c1e2b9a-0d3f-4c55-9a1e-5f0c7d2b8e41" }));
    let message = story.client.messages().next().unwrap();
    assert_eq!((message.author.kind(), message.status), ("visitor", Delivery::Sent));
    assert_eq!(story.client.unread(), 0);
}

#[test]
fn a_message_that_comes_again_with_other_text_is_replaced() {
    let mut story = Story::live();
    story.frame(&bot("m1", "Let me ch", T));
    story.frame(&bot("m2", "later", T + 5));
    story.frame(&bot("m1", "Let me check.", T));
    assert_eq!(story.texts(), ["Let me check.", "later"]);
    assert_eq!(told(&story).last().unwrap(), &("Let me check.".to_owned(), false, true));
    assert_eq!(unread(&story), [1, 2], "it was counted before");
}

#[test]
fn the_log_is_bounded() {
    let mut story = Story::live();
    story.keeping = Keeping::Held;
    for number in 0..1_500_u64 {
        story.frame(&bot(&format!("m{number}"), &number.to_string(), T + number));
    }
    let texts = story.texts();
    assert_eq!(
        (texts.len(), texts[0].as_str(), texts[999].as_str()),
        (1_000, "500", "1499")
    );
    story.forget();
    story.frame(&bot("m600", "600", T + 600));
    story.frame(&bot("m400", "400", T + 400));
    assert!(told(&story).is_empty(), "ids are remembered beyond the log");
    story.store_all();
    let stored = story.kept.clone().unwrap();
    let reborn = Story::reborn(8, bloonio(), &stored, story.wall());
    assert_eq!(reborn.client.messages().count(), 200, "the store keeps the newest");
    assert_eq!(reborn.texts().last().unwrap(), "1499");
}

#[test]
fn what_waits_for_the_visitor_is_not_pushed_out_of_the_log() {
    let mut story = Story::live();
    let id = story.send("refused, and not yet decided");
    story.frame(&crate::relay::refusal(id, "blocked"));
    story.keeping = Keeping::Held;
    for number in 0..1_100_u64 {
        story.frame(&bot(&format!("m{number}"), "talk", T + number));
    }
    assert_eq!(
        story.status_of(id),
        Some(Delivery::Failed),
        "there must be something to click on"
    );
    assert!(story.client.messages().count() <= 1_000);
    story.store_all();
    let reborn = Story::reborn(8, bloonio(), &story.kept.clone().unwrap(), story.wall());
    assert_eq!(reborn.status_of(id), Some(Delivery::Failed));
}

#[test]
fn a_replay_is_not_told_again_after_a_reload() {
    let mut story = Story::live();
    for number in 0..5_u64 {
        story.frame(&bot(&format!("m{number}"), &number.to_string(), T + number));
    }
    let mut story = Story::reborn(8, bloonio(), &story.kept.clone().unwrap(), story.wall());
    story.start();
    let history: Vec<Value> = (0..6_u64)
        .map(|number| bot(&format!("m{number}"), &number.to_string(), T + number))
        .collect();
    story.go_live_with(&welcome_with(&history));
    assert_eq!(told(&story), [("5".to_owned(), true, false)]);
    assert_eq!(story.texts(), ["0", "1", "2", "3", "4", "5"]);
}

#[test]
fn ids_beyond_the_stored_log_are_remembered_after_a_reload() {
    let mut story = Story::live();
    story.keeping = Keeping::Held;
    let history: Vec<Value> = (0..300_u64)
        .map(|number| bot(&format!("m{number}"), &number.to_string(), T + number))
        .collect();
    for message in &history {
        story.frame(message);
    }
    story.store_all();
    let mut story = Story::reborn(8, bloonio(), &story.kept.clone().unwrap(), story.wall());
    assert_eq!(story.client.messages().count(), 200);
    story.start();
    story.go_live_with(&welcome_with(&history));
    assert!(told(&story).is_empty(), "each was told in the life before");
    assert_eq!(story.texts().len(), 200);
}

// --- unread -------------------------------------------------------------------------------------------------------------------

#[test]
fn what_comes_while_nobody_looks_is_counted() {
    let mut story = Story::live();
    story.frame(&bot("m1", "one", T));
    story.frame(&bot("m2", "two", T));
    story.frame(&bot("m2", "two", T));
    assert_eq!(unread(&story), [1, 2]);
    story.command(Command::Attend(Attention::Watching));
    assert_eq!((unread(&story), story.client.unread()), (vec![1, 2, 0], 0));
    story.frame(&bot("m3", "three", T));
    assert_eq!(unread(&story), [1, 2, 0], "seen as it comes");
    story.command(Command::Attend(Attention::Watching));
    story.command(Command::Attend(Attention::Away));
    assert_eq!(unread(&story), [1, 2, 0], "only changes are told");
    story.frame(&bot("m4", "four", T));
    assert_eq!(unread(&story), [1, 2, 0, 1]);
}

#[test]
fn the_count_outlives_a_reload() {
    let mut story = Story::live();
    story.frame(&bot("m1", "one", T));
    story.frame(&bot("m2", "two", T));
    let mut story = Story::reborn(8, bloonio(), &story.kept.clone().unwrap(), story.wall());
    assert_eq!(story.client.unread(), 2);
    story.start();
    story.go_live_with(&welcome_with(&[bot("m2", "two", T), bot("m3", "three", T)]));
    assert_eq!(story.client.unread(), 3, "missed ones count, known ones do not");
}

// --- gaps ---------------------------------------------------------------------------------------------------------------------

#[test]
fn a_history_that_overlaps_leaves_no_gap() {
    let mut story = Story::live();
    story.frame(&bot("m1", "one", T));
    story.close(1006);
    story.reconnect(&welcome_with(&[
        bot("m1", "one", T),
        bot("m2", "two", T + 1),
        bot("m3", "three", T + 2),
    ]));
    assert!(gaps(&story).is_empty());
    assert_eq!(story.texts(), ["one", "two", "three"]);
    assert!(told(&story).ends_with(&[("two".to_owned(), true, false), ("three".to_owned(), true, false)]));
}

#[test]
fn a_history_that_begins_later_leaves_a_gap_and_is_shown() {
    let mut story = Story::live();
    story.frame(&bot("m1", "one", T));
    story.close(1006);
    story.reconnect(&welcome_with(&[bot("m8", "eight", T + 8), bot("m9", "nine", T + 9)]));
    assert_eq!(gaps(&story), [(Some("m1".to_owned()), Some("m8".to_owned()))]);
    assert_eq!(story.texts(), ["one", "eight", "nine"]);
}

#[test]
fn a_relay_that_replays_nothing_leaves_a_gap() {
    let mut story = Story::live();
    story.frame(&bot("m1", "one", T));
    story.close(1006);
    story.reconnect(&welcome());
    assert_eq!(gaps(&story), [(Some("m1".to_owned()), None)]);
}

#[test]
fn only_the_first_line_has_no_gap() {
    let mut story = Story::live();
    assert!(gaps(&story).is_empty());
    story.close(1006);
    story.reconnect(&welcome());
    assert_eq!(gaps(&story), [(None, None)], "the first words may have been missed");
    let mut story = Story::new(bloonio());
    story.start();
    story.go_live_with(&welcome_with(&[bot("m1", "hello", T)]));
    assert!(gaps(&story).is_empty());
    assert_eq!(told(&story), [("hello".to_owned(), true, false)]);
}

// --- the other side types -----------------------------------------------------------------------------------------------------

fn types(state: &str) -> Value {
    json!({ "type": "typing", "state": state, "role": "agent", "name": "Sam" })
}

fn typing(story: &Story) -> Vec<bool> {
    story.heard(|event| match event {
        Event::Typing { on, .. } => Some(*on),
        _ => None,
    })
}

#[test]
fn typing_ends_by_itself_after_eight_seconds() {
    let mut story = Story::live();
    story.frame(&types("start"));
    assert_eq!(story.client.typing().unwrap().kind(), "agent");
    let ended = story.until(MINUTE, |story| story.client.typing().is_none()).unwrap();
    assert_eq!(ended, secs(8));
    assert_eq!(typing(&story), [true, false]);
}

#[test]
fn typing_that_is_repeated_goes_on() {
    let mut story = Story::live();
    for _ in 0..5 {
        story.frame(&types("start"));
        story.advance(secs(7));
    }
    assert_eq!(typing(&story), [true], "told once");
    story.advance(secs(2));
    assert_eq!(typing(&story), [true, false]);
}

#[test]
fn typing_ends_with_a_stop_a_message_or_the_line() {
    type End = fn(&mut Story);
    let ends: [(&str, End); 4] = [
        ("stop", |story| story.frame(&types("stop"))),
        ("message", |story| story.frame(&bot("m1", "here it is", T))),
        ("line", |story| story.close(1006)),
        ("our stop", Story::stop),
    ];
    for (what, end) in ends {
        let mut story = Story::live();
        story.frame(&types("start"));
        end(&mut story);
        assert_eq!(typing(&story), [true, false], "{what}");
        story.advance(secs(20));
        assert_eq!(typing(&story), [true, false], "{what}");
    }
}

#[test]
fn our_own_typing_on_another_device_is_not_the_other_side() {
    let mut story = Story::live();
    story.frame(&json!({ "type": "typing", "state": "start", "role": "visitor" }));
    assert!(typing(&story).is_empty());
}

// --- the desk -----------------------------------------------------------------------------------------------------------------

#[test]
fn changes_at_the_desk_are_told() {
    let mut story = Story::live();
    story.frame(&json!({ "type": "agent_assigned", "operator": { "id": "7", "display_name": "Sam" } }));
    story.frame(&json!({ "type": "conversation.assigned", "operator_display_name": "Kim" }));
    story.frame(&json!({ "type": "agent_released" }));
    story.frame(&json!({ "type": "presence", "is_online": false }));
    story.frame(&json!({ "type": "is_online", "is_online": true }));
    story.frame(&json!({ "type": "status", "status": "WAITING", "reason": "all busy" }));
    story.frame(&json!({ "type": "conversation_resolved" }));
    story.frame(&json!({ "type": "escalation_triggered", "escalation_reason": "asked for a person" }));
    let agents = story.heard(|event| match event {
        Event::Agent { change, name, .. } => Some((*change, name.clone())),
        _ => None,
    });
    assert_eq!(
        agents,
        [
            (AgentChange::Assigned, Some("Sam".to_owned())),
            (AgentChange::Assigned, Some("Kim".to_owned())),
            (AgentChange::Left, None)
        ]
    );
    let presence = story.heard(|event| match event {
        Event::Presence { status, .. } => Some(status.clone()),
        _ => None,
    });
    assert_eq!(presence, ["offline", "online"]);
    let status = story.heard(|event| match event {
        Event::Status { value, reason } => Some((value.clone(), reason.clone())),
        _ => None,
    });
    assert_eq!(status.len(), 3);
    assert_eq!(status[0], ("WAITING".to_owned(), Some("all busy".to_owned())));
    assert_eq!(story.client.unknown_frames(), 0);
}

#[test]
fn a_greeting_names_who_is_there() {
    let mut story = Story::new(bloonio());
    story.start();
    story.go_live_with(&json!({ "type": "welcome", "agent": { "display_name": "Sam" }, "status": "ASSIGNED" }));
    let agents = story.heard(|event| match event {
        Event::Agent { name, .. } => name.clone(),
        _ => None,
    });
    assert_eq!(agents, ["Sam"]);
}

#[test]
fn what_is_not_understood_is_counted_and_ignored() {
    let mut story = Story::live();
    let generation = story.socket().unwrap();
    story.forget();
    let frames = [
        r#"{"type":"brand_new","x":1}"#,
        r#"{"type":7}"#,
        r#"{"no":"type"}"#,
        "[1,2]",
        "\"text\"",
        "{",
        "",
        "\u{0}",
        r#"{"type":"msg"}"#,
        r#"{"type":"typing"}"#,
    ];
    for text in frames {
        let text = text.to_owned();
        story.give(visavis_client_core::Input::SocketFrame { generation, text });
    }
    assert_eq!(story.client.unknown_frames(), frames.len() as u64);
    assert_eq!(story.state(), ConnectionState::Live);
    assert!(story.is_quiet());
}

#[test]
fn authors_have_names() {
    let mut story = Story::live();
    story.frame(&json!({ "type": "msg", "id": "1", "sender": { "type": "operator", "id": 7, "display_name": "Sam", "avatar_url": "https://x.example/s.png" }, "body": "Hi" }));
    story.frame(&json!({ "type": "msg", "id": "2", "role": "system", "content": "Sam joined" }));
    story.frame(&json!({ "type": "msg", "id": "3", "role": "bot", "name": "Robbie", "content": "Beep" }));
    let authors: Vec<Author> = story.client.messages().map(|message| message.author.clone()).collect();
    assert_eq!(
        authors,
        [
            Author::Agent {
                id: Some("7".to_owned()),
                name: Some("Sam".to_owned()),
                avatar: Some("https://x.example/s.png".to_owned())
            },
            Author::System,
            Author::Bot {
                name: Some("Robbie".to_owned())
            }
        ]
    );
}

#[test]
fn an_acknowledgement_without_an_id_is_one_all_the_same() {
    let mut story = Story::live();
    let id = story.send("hello");
    story.frame(&json!({ "type": "ack", "client_msg_id": id.to_string() }));
    assert_eq!(story.status_of(id), Some(Delivery::Sent));
    let second = story.send("hello");
    story.frame(&ack(second, "m2"));
    story.frame(&json!({ "type": "msg", "id": "m1", "role": "visitor", "content": "hello" }));
    assert_eq!(story.client.messages().count(), 2, "the copy is the first one's");
}
