//! The relay does not take a message: never, or not now.

use std::time::Duration;

use serde_json::json;
use visavis_client_core::ids::LocalId;
use visavis_client_core::{Command, Config, ConnectionState, Delivery, Error, Event};

use crate::harness::{MINUTE, Story, bloonio, secs};
use crate::queue::sent_ids;
use crate::relay::{ack, refusal, welcome};

/// Three messages, the first of them refused for good.
fn refused() -> (Story, [LocalId; 3]) {
    let mut story = Story::live();
    let ids = ["one", "two", "three"].map(|text| story.send(text));
    story.frame(&refusal(ids[0], "content_blocked"));
    (story, ids)
}

#[test]
fn a_refused_message_is_kept_and_stops_the_queue() {
    let (mut story, ids) = refused();
    assert_eq!(story.statuses(ids[0]), [Delivery::Sending, Delivery::Failed]);
    assert!(
        story
            .client
            .message(ids[0])
            .unwrap()
            .reason
            .as_ref()
            .unwrap()
            .contains("not this")
    );
    story.advance(MINUTE);
    story.close(1006);
    story.reconnect(&welcome());
    story.advance(MINUTE);
    assert_eq!(story.sent_texts(), ["one"], "what follows may make no sense without it");
    assert_eq!(story.state(), ConnectionState::Live, "the line is not to blame");
    assert_eq!(story.client.queued(), 2);
}

#[test]
fn a_retry_sends_it_again_first() {
    let (mut story, ids) = refused();
    story.command(Command::Retry { local_id: ids[0] });
    assert_eq!(story.status_of(ids[0]), Some(Delivery::Sending));
    assert_eq!(
        sent_ids(&story),
        [ids[0].to_string(), ids[0].to_string()],
        "with the same id"
    );
    story.frame(&ack(ids[0], "m1"));
    story.frame(&ack(ids[1], "m2"));
    assert_eq!(story.sent_texts(), ["one", "one", "two", "three"]);
    assert_eq!(story.client.message(ids[0]).unwrap().reason, None);
}

#[test]
fn giving_it_up_lets_the_rest_go_on() {
    let (mut story, ids) = refused();
    story.command(Command::Discard { local_id: ids[0] });
    let discarded = story.heard(|event| match event {
        Event::MessageDiscarded { local_id } => Some(*local_id),
        _ => None,
    });
    assert_eq!(discarded, [ids[0]]);
    assert_eq!(story.sent_texts(), ["one", "two"]);
    assert_eq!(story.texts(), ["two", "three"]);
}

#[test]
fn a_refusal_outlives_a_reload() {
    let (story, ids) = refused();
    let kept = story.kept.clone().unwrap();
    let mut story = Story::reborn(9, bloonio(), &kept, story.wall());
    story.start();
    story.go_live();
    assert_eq!(story.status_of(ids[0]), Some(Delivery::Failed));
    assert!(story.sent("msg").is_empty());
    story.command(Command::Discard { local_id: ids[0] });
    assert_eq!(story.sent_texts(), ["two"]);
}

#[test]
fn whoever_wishes_goes_on_without_it() {
    let mut story = Story::live_with(7, Config::from(bloonio()).skip_refused());
    let ids = ["one", "two", "three"].map(|text| story.send(text));
    story.frame(&refusal(ids[0], "content_blocked"));
    story.frame(&ack(ids[1], "m2"));
    assert_eq!(story.sent_texts(), ["one", "two", "three"]);
    assert_eq!(
        story.status_of(ids[0]),
        Some(Delivery::Failed),
        "it is kept all the same"
    );
}

#[test]
fn a_message_too_large_for_the_relay_is_not_sent_for_ever() {
    let mut story = Story::live();
    let ids = ["large", "small"].map(|text| story.send(text));
    story.close(1009);
    assert_eq!(story.status_of(ids[0]), Some(Delivery::Failed));
    assert_eq!(story.state(), ConnectionState::Backoff);
    story.reconnect(&welcome());
    assert_eq!(story.sent_texts(), ["large"]);
    story.command(Command::Discard { local_id: ids[0] });
    assert_eq!(story.sent_texts(), ["large", "small"]);
}

#[test]
fn an_error_about_no_message_is_told_and_stops_nothing() {
    let mut story = Story::live();
    let id = story.send("hello");
    story.frame(&json!({ "type": "error", "code": "internal", "message": "something broke" }));
    assert!(matches!(&story.errors()[..], [Error::Refused { message, .. }] if message.contains("something broke")));
    story.frame(&ack(id, "m1"));
    assert_eq!(story.status_of(id), Some(Delivery::Sent));
}

#[test]
fn only_what_waits_for_the_visitor_can_be_retried_or_given_up() {
    let mut story = Story::live();
    let ids = ["one", "two"].map(|text| story.send(text));
    story.forget();
    for id in ids {
        story.command(Command::Retry { local_id: id });
        story.command(Command::Discard { local_id: id });
    }
    assert!(story.is_quiet());
    assert_eq!(story.texts(), ["one", "two"]);
    story.frame(&ack(ids[0], "m1"));
    story.command(Command::Discard { local_id: ids[0] });
    story.command(Command::Retry { local_id: ids[0] });
    assert_eq!(story.texts(), ["one", "two"]);
    assert_eq!(story.sent_texts(), ["two"]);
}

// --- not now ------------------------------------------------------------------------------------------------------------------

fn busy(id: LocalId, retry_after: Option<u64>) -> serde_json::Value {
    json!({ "type": "error", "code": "rate_limited", "message": "slow down", "client_msg_id": id.to_string(), "retry_after": retry_after })
}

#[test]
fn a_refusal_for_now_holds_the_queue_and_keeps_the_order() {
    let mut story = Story::live();
    let ids = ["one", "two"].map(|text| story.send(text));
    story.frame(&busy(ids[0], Some(7)));
    assert_eq!(story.statuses(ids[0]), [Delivery::Sending, Delivery::Pending]);
    story.send("three");
    story.forget();
    let waited = story.until(MINUTE, |story| !story.sent("msg").is_empty()).unwrap();
    assert_eq!(waited, secs(7));
    assert_eq!(sent_ids(&story), [ids[0].to_string()]);
    story.frame(&ack(ids[0], "m1"));
    story.frame(&ack(ids[1], "m2"));
    assert_eq!(story.sent_texts(), ["one", "two", "three"]);
    assert!(story.closes.is_empty() && story.errors().is_empty());
}

#[test]
fn without_a_time_the_pauses_grow_from_five_seconds_to_a_minute() {
    let mut story = Story::live();
    let id = story.send("hello");
    let mut pauses = Vec::new();
    for _ in 0..7 {
        story.frame(&busy(id, None));
        story.forget();
        pauses.push(story.until(MINUTE * 2, |story| !story.sent("msg").is_empty()).unwrap());
    }
    assert_eq!(pauses, [5, 10, 20, 40, 60, 60, 60].map(secs));
    story.frame(&ack(id, "m1"));
    let next = story.send("next");
    story.frame(&busy(next, None));
    story.forget();
    let pause = story.until(MINUTE, |story| !story.sent("msg").is_empty()).unwrap();
    assert_eq!(pause, secs(5), "an acknowledgement begins anew");
}

#[test]
fn every_word_for_later_is_understood() {
    for code in [
        json!("rate_limited"),
        json!("RATE_LIMIT_EXCEEDED"),
        json!("too_many_requests"),
        json!(429),
        json!("429"),
        json!(503),
        json!("server_busy"),
        json!("overloaded"),
        json!("service_unavailable"),
        json!("throttled"),
    ] {
        let mut story = Story::live();
        let id = story.send("hello");
        story.frame(&json!({ "type": "error", "code": code, "client_msg_id": id.to_string() }));
        assert_eq!(story.status_of(id), Some(Delivery::Pending), "{code}");
    }
}

#[test]
fn later_without_an_id_means_what_is_in_flight() {
    let mut story = Story::live();
    let id = story.send("hello");
    story.frame(&json!({ "type": "error", "code": "rate_limited", "retry_after": 3 }));
    assert_eq!(story.status_of(id), Some(Delivery::Pending));
    let waited = story.until(MINUTE, |story| story.sent("msg").len() == 2).unwrap();
    assert_eq!(waited, secs(3));
}

/// The time at which the held message went out, counted from the refusal that named twenty seconds.
fn sent_after(interrupt: impl Fn(&mut Story)) -> Duration {
    let mut story = Story::live();
    let id = story.send("hello");
    story.frame(&busy(id, Some(20)));
    let begun = story.clock();
    story.forget();
    interrupt(&mut story);
    story
        .until(MINUTE, |story| !story.sent("msg").is_empty())
        .expect("it goes out by itself");
    story.clock() - begun
}

#[test]
fn a_new_line_does_not_shorten_the_wait() {
    let by_cut = sent_after(|story| {
        story.close(1006);
        story.reconnect(&welcome());
    });
    assert_eq!(by_cut, secs(20));
    let by_stop = sent_after(|story| {
        story.stop();
        story.advance(secs(3));
        story.start();
        story.go_live();
    });
    assert_eq!(by_stop, secs(20));
}
