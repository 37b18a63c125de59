//! The send queue: safe before it is told, one at a time, in order, with one id.

use std::time::Duration;

use serde_json::json;
use visavis_client_core::{Command, Config, ConnectionState, Delivery, Error, Event, Input, Output};

use crate::harness::{Keeping, MINUTE, Peer, Story, bloonio, ms, secs};
use crate::relay::{ack, bot, echo, welcome, welcome_with};

/// The texts that the application was told of as its own.
pub(crate) fn told(story: &Story) -> Vec<String> {
    story.heard(|event| match event {
        Event::Message { message, .. } if message.local_id.is_some() => Some(message.text.clone()),
        _ => None,
    })
}

/// The ids under which messages were sent, in order.
pub(crate) fn sent_ids(story: &Story) -> Vec<String> {
    let frames = story.sent("msg").into_iter();
    frames
        .map(|frame| frame.what["client_msg_id"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_message_is_stored_before_it_is_told_and_told_before_it_is_sent() {
    let mut story = Story::live();
    story.keeping = Keeping::Held;
    let id = story.send("hello");
    assert!(story.writes[0].what.1.contains("hello"));
    story.advance(secs(5));
    assert!(told(&story).is_empty() && story.sent("msg").is_empty());
    assert_eq!(story.client.messages().count(), 0, "what is not safe is not shown");
    assert_eq!(story.client.queued(), 1);
    let write = story.writes[0].what.0;
    let now = story.now();
    let outputs: Vec<Output> = story
        .client
        .handle(Input::Stored { write, result: Ok(()) }, now)
        .collect();
    let pending = outputs.iter().position(|output| {
        matches!(output, Output::Event(Event::Message { message, history: false, replaces: false })
            if message.local_id == Some(id) && message.status == Delivery::Pending && message.author.kind() == "visitor")
    });
    let transmitted = outputs
        .iter()
        .position(|output| matches!(output, Output::Transmit { .. }));
    assert!(pending.unwrap() < transmitted.unwrap(), "{outputs:?}");
}

#[test]
fn a_message_that_came_during_a_write_waits_for_the_next_one() {
    let mut story = Story::live();
    story.keeping = Keeping::Held;
    story.send("one");
    story.send("two");
    assert_eq!(story.writes.len(), 1);
    assert!(!story.writes[0].what.1.contains("two"));
    story.stored();
    assert_eq!(told(&story), ["one"]);
    assert!(story.writes[1].what.1.contains("two"));
    story.stored();
    assert_eq!(told(&story), ["one", "two"]);
}

#[test]
fn a_store_that_fails_is_told_and_the_message_goes_out_from_memory() {
    let mut story = Story::live();
    story.keeping = Keeping::Broken;
    let id = story.send("hello");
    let errors = story.errors();
    assert!(
        matches!(&errors[..], [Error::Storage { message }] if message == "the disk is full"),
        "{errors:?}"
    );
    assert_eq!(told(&story), ["hello"]);
    assert_eq!(story.sent_texts(), ["hello"]);
    story.frame(&ack(id, "m1"));
    assert_eq!(story.status_of(id), Some(Delivery::Sent));
    story.keeping = Keeping::Prompt;
    story.send("again");
    assert!(
        story.kept.as_ref().unwrap().contains("again"),
        "the store is used again when it works"
    );
}

#[test]
fn without_a_store_nothing_is_written() {
    let mut story = Story::live_with(7, Config::from(bloonio()).volatile());
    let id = story.send("hello");
    assert_eq!(told(&story), ["hello"]);
    story.frame(&ack(id, "m1"));
    story.frame(&bot("m2", "hi", 1_782_036_000));
    story.close(4404);
    story.stop();
    assert!(story.writes.is_empty() && story.errors().is_empty());
}

#[test]
fn one_is_in_flight_and_the_order_is_kept() {
    let mut story = Story::live();
    let ids: Vec<_> = (0..5).map(|number| story.send(&format!("message {number}"))).collect();
    for (number, id) in ids.iter().enumerate() {
        assert_eq!(
            story.sent_texts().len(),
            number + 1,
            "the next one waits for the acknowledgement"
        );
        assert_eq!(story.client.queued(), 5 - number);
        story.frame(&ack(*id, &format!("m{number}")));
        assert_eq!(story.statuses(*id), [Delivery::Sending, Delivery::Sent]);
    }
    assert_eq!(
        story.sent_texts(),
        (0..5).map(|number| format!("message {number}")).collect::<Vec<_>>()
    );
    assert_eq!(
        sent_ids(&story),
        ids.iter().map(ToString::to_string).collect::<Vec<_>>()
    );
    assert_eq!(story.client.queued(), 0);
}

#[test]
fn what_was_in_flight_is_sent_again_with_the_same_id() {
    let mut story = Story::live();
    let id = story.send("hello");
    story.send("world");
    for _ in 0..3 {
        story.close(1006);
        assert_eq!(story.status_of(id), Some(Delivery::Pending));
        story.reconnect(&welcome());
    }
    assert_eq!(story.sent_texts(), ["hello"; 4]);
    assert!(sent_ids(&story).iter().all(|sent| *sent == id.to_string()));
    story.frame(&ack(id, "m1"));
    assert_eq!(story.sent_texts().last().unwrap(), "world");
    assert_eq!(told(&story), ["hello", "world"], "each was told once");
}

#[test]
fn an_echo_before_the_acknowledgement_is_the_acknowledgement() {
    let mut story = Story::live();
    let id = story.send("hello");
    story.send("world");
    story.frame(&echo(id, "m1", "hello", 1_782_036_100));
    assert_eq!(story.statuses(id), [Delivery::Sending, Delivery::Sent]);
    assert_eq!(story.sent_texts(), ["hello", "world"]);
    story.frame(&ack(id, "m1"));
    story.frame(&echo(id, "m1", "hello", 1_782_036_100));
    assert_eq!(story.statuses(id), [Delivery::Sending, Delivery::Sent], "nothing new");
    assert_eq!(story.texts(), ["hello", "world"]);
    let message = story.client.message(id).unwrap();
    assert_eq!(message.server_id.as_ref().unwrap().0, "m1");
    assert_eq!(message.sent_at.0, 1_782_036_100_000);
}

#[test]
fn an_acknowledgement_brings_id_and_time() {
    let mut story = Story::live();
    let id = story.send("hello");
    story.frame(&json!({ "type": "ack", "client_msg_id": id.to_string(), "message_id": "m1", "created_at": "2026-06-21T10:01:02Z" }));
    let message = story.client.message(id).unwrap();
    assert_eq!(
        (message.server_id.as_ref().unwrap().0.as_str(), message.sent_at.0),
        ("m1", 1_782_036_062_000)
    );
    let told = story.heard(|event| match event {
        Event::MessageStatus {
            server_id,
            status: Delivery::Sent,
            ..
        } => server_id.clone(),
        _ => None,
    });
    assert_eq!(told[0].0, "m1");
}

#[test]
fn a_copy_in_the_history_confirms() {
    for copy in ["with its id", "by its text alone"] {
        let mut story = Story::live();
        let id = story.send("hello");
        story.send("world");
        story.close(1006);
        let mut taken = echo(id, "m1", "hello", 1_782_036_100);
        if copy == "by its text alone" {
            taken.as_object_mut().unwrap().remove("client_msg_id");
        }
        story.forget();
        story.reconnect(&welcome_with(&[taken]));
        assert_eq!(story.sent_texts(), ["world"], "{copy}: not sent again");
        assert_eq!(story.status_of(id), Some(Delivery::Sent), "{copy}");
        assert_eq!(story.texts(), ["hello", "world"], "{copy}");
    }
}

#[test]
fn a_late_acknowledgement_raises_doubt_and_then_renews_the_line() {
    let mut story = Story::live();
    story.advance(secs(3));
    let id = story.send("hello");
    let sent = story.clock();
    story.until(MINUTE, |story| !story.sent("ping").is_empty()).unwrap();
    assert_eq!(story.clock() - sent, secs(10));
    story.until(MINUTE, |story| !story.closes.is_empty()).unwrap();
    assert_eq!(story.clock() - sent, secs(20), "it lives, and yet does not answer");
    assert!(story.closes[0].what.1 >= 3000);
    assert_eq!(story.sent_texts(), ["hello"], "never twice on one line");
    let again = story.until(MINUTE, |story| story.socket().is_some()).unwrap();
    assert!(again <= secs(1), "{again:?}");
    story.go_live();
    assert_eq!(sent_ids(&story), [id.to_string(), id.to_string()]);
}

#[test]
fn a_late_acknowledgement_on_a_dead_line_ends_it_sooner() {
    let mut story = Story::live();
    story.send("hello");
    story.peer = Peer::Silent;
    let waited = story.until(MINUTE, |story| !story.closes.is_empty()).unwrap();
    assert_eq!(waited, secs(15));
}

#[test]
fn an_acknowledgement_that_comes_after_all_is_welcome() {
    let mut story = Story::live();
    let id = story.send("hello");
    story.advance(secs(19));
    story.frame(&ack(id, "m1"));
    story.send("world");
    story.advance(secs(9));
    assert!(story.closes.is_empty(), "each message has its own time");
    assert_eq!(story.status_of(id), Some(Delivery::Sent));
}

#[test]
fn a_relay_that_never_acknowledges_is_not_asked_for_ever() {
    let mut story = Story::live();
    let id = story.send("hello");
    let end = story.clock() + MINUTE * 10;
    while story.clock() < end && story.status_of(id) != Some(Delivery::Uncertain) {
        story.advance(ms(500));
        if story.socket().is_some() && story.state() == ConnectionState::Connecting {
            story.go_live();
        }
    }
    assert_eq!(story.status_of(id), Some(Delivery::Uncertain));
    assert!(story.sent_texts().len() <= 8, "{}", story.sent_texts().len());
}

#[test]
fn answers_about_nothing_change_nothing() {
    let mut story = Story::live();
    let id = story.send("hello");
    story.frame(&json!({ "type": "ack", "client_msg_id": "7c1e2b9a-0d3f-4c55-9a1e-5f0c7d2b8e41", "message_id": "m1" }));
    story.frame(&json!({ "type": "ack", "client_msg_id": "c1" }));
    story.frame(&json!({ "type": "ack" }));
    story.frame(&json!({ "type": "error", "client_msg_id": "7c1e2b9a-0d3f-4c55-9a1e-5f0c7d2b8e41", "message": "no" }));
    assert_eq!(story.statuses(id), [Delivery::Sending]);
    assert_eq!((story.client.queued(), story.state()), (1, ConnectionState::Live));
}

// --- limits -------------------------------------------------------------------------------------------------------------------

#[test]
fn a_hundred_messages_fit() {
    let mut story = Story::live();
    let first = story.send("message 0");
    for number in 1..100 {
        story.send(&format!("message {number}"));
    }
    let error = story.try_send("one too many").unwrap_err();
    assert_eq!(
        error,
        Error::QueueFull {
            messages: 100,
            bytes: 256 * 1024
        }
    );
    assert_eq!(told(&story).len(), 100, "nothing was dropped");
    story.frame(&ack(first, "m0"));
    story.send("now there is room");
    story.command(Command::Send {
        text: "full again".to_owned(),
    });
    assert!(
        matches!(&story.errors()[..], [Error::QueueFull { .. }]),
        "by command it is an event"
    );
}

#[test]
fn a_quarter_of_a_megabyte_fits() {
    let mut story = Story::new(bloonio());
    let long = "é".repeat(16_000);
    for _ in 0..8 {
        story.send(&long);
    }
    assert!(
        matches!(story.try_send(&long), Err(Error::QueueFull { .. })),
        "eight of 32,000 bytes"
    );
    story.send("a short one fits");
}

#[test]
fn a_message_of_sixteen_thousand_characters_is_the_longest() {
    let mut story = Story::live();
    let error = story.try_send(&"a".repeat(16_001)).unwrap_err();
    assert_eq!(
        error,
        Error::TooLarge {
            length: 16_001,
            limit: 16_000
        }
    );
    story.send(&"€".repeat(16_000));
    assert_eq!(told(&story).len(), 1);
}

#[test]
fn nothing_is_not_sent() {
    let mut story = Story::live();
    for text in ["", " ", "\n\t \u{a0}\u{2003}"] {
        assert!(matches!(story.try_send(text), Err(Error::Refused { .. })), "{text:?}");
    }
    assert!(told(&story).is_empty() && story.sent("msg").is_empty());
}

#[test]
fn a_full_buffer_holds_frames_back() {
    let mut story = Story::live();
    let first = story.send("one");
    let second = story.send("two");
    story.buffered(64 * 1024 + 1);
    story.frame(&ack(first, "m1"));
    assert_eq!(story.sent_texts(), ["one"]);
    for bytes in [60_000, 40_000, 16 * 1024 + 1] {
        story.advance(ms(50));
        story.buffered(bytes);
        assert_eq!(story.sent_texts(), ["one"], "{bytes}: it drains first");
    }
    story.buffered(16 * 1024);
    assert_eq!(story.sent_texts(), ["one", "two"]);
    story.frame(&ack(second, "m2"));
    story.buffered(64 * 1024);
    story.send("three");
    assert_eq!(story.sent_texts().len(), 3, "up to the mark is fine");
}

#[test]
fn a_buffer_that_is_never_heard_of_again_does_not_block_for_ever() {
    let mut story = Story::live();
    story.buffered(u32::MAX);
    story.send("one");
    let waited = story.until(MINUTE, |story| !story.sent("msg").is_empty());
    assert!(waited.is_some_and(|waited| waited <= secs(1)), "{waited:?}");

    let mut story = Story::live();
    story.buffered(u32::MAX);
    story.send("one");
    story.close(1006);
    story.reconnect(&welcome());
    assert_eq!(story.sent_texts(), ["one"], "a new line has an empty buffer");
}

// --- age ----------------------------------------------------------------------------------------------------------------------

const DAY: Duration = crate::harness::DAY;

fn expired(story: &Story) -> usize {
    story
        .heard(|event| {
            matches!(
                event,
                Event::MessageStatus {
                    status: Delivery::Expired,
                    ..
                }
            )
            .then_some(())
        })
        .len()
}

#[test]
fn a_message_that_was_never_sent_asks_after_a_day() {
    let mut story = Story::new(bloonio());
    let old = story.send("old");
    story.fail_call();
    story.advance(DAY / 2);
    let young = story.send("young");
    story.advance(DAY / 2 - secs(1));
    assert_eq!(story.status_of(old), Some(Delivery::Pending));
    story.advance(secs(1));
    assert_eq!(
        (story.status_of(old), story.status_of(young)),
        (Some(Delivery::Expired), Some(Delivery::Pending))
    );
    assert_eq!((expired(&story), story.client.queued()), (1, 1));
    story.reconnect(&welcome());
    assert_eq!(story.sent_texts(), ["young"], "the visitor decides about the other");
    story.command(Command::Retry { local_id: old });
    story.frame(&ack(young, "m1"));
    assert_eq!(sent_ids(&story).last().unwrap(), &old.to_string());
}

#[test]
fn a_day_counts_across_a_stop_and_a_restart() {
    let mut story = Story::new(bloonio());
    let id = story.send("old");
    story.stop();
    story.advance(DAY + secs(1));
    story.start();
    story.advance(Duration::ZERO);
    assert_eq!(story.status_of(id), Some(Delivery::Expired));

    let mut story = Story::new(bloonio());
    let id = story.send("old");
    let kept = story.kept.unwrap();
    let wall = crate::harness::DAWN + i64::try_from(DAY.as_millis()).unwrap() + 1_000;
    let mut story = Story::reborn(8, bloonio(), &kept, wall);
    story.start();
    story.advance(Duration::ZERO);
    assert_eq!(story.status_of(id), Some(Delivery::Expired));
    story.go_live();
    assert!(story.sent("msg").is_empty());
    story.command(Command::Discard { local_id: id });
    assert_eq!(story.client.messages().count(), 0);
}
