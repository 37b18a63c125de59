//! When nobody can tell whether the relay took a message.

use std::time::Duration;

use visavis_client_core::event::SessionChange;
use visavis_client_core::ids::LocalId;
use visavis_client_core::{Command, ConnectionState, Delivery, Environment, Event};

use crate::harness::{MINUTE, Story, bloonio, ms, secs};
use crate::queue::sent_ids;
use crate::relay::{ack, bot, echo, granted, jwt, welcome, welcome_with};
use crate::session::changes;

fn conversations(story: &Story) -> Vec<(String, u32)> {
    story
        .client
        .messages()
        .map(|message| (message.text.clone(), message.conversation))
        .collect()
}

fn told(texts: &[(&str, u32)]) -> Vec<(String, u32)> {
    texts
        .iter()
        .map(|(text, conversation)| ((*text).to_owned(), *conversation))
        .collect()
}

/// The session is lost with one message in flight and two that were never sent.
fn lost() -> (Story, [LocalId; 3]) {
    let mut story = Story::live();
    story.frame(&bot("m1", "welcome", 1_782_036_000));
    let ids = ["in flight", "unsent", "unsent too"].map(|text| story.send(text));
    story.close(4404);
    (story, ids)
}

#[test]
fn a_lost_session_leaves_what_was_in_flight_in_doubt_and_moves_the_rest() {
    let (mut story, ids) = lost();
    assert_eq!(story.verbs(), ["visitor-session"]);
    assert_eq!(story.status_of(ids[0]), Some(Delivery::Uncertain));
    story.answer(granted("vs_2", &jwt(2, 3600)));
    assert_eq!(changes(&story), [(SessionChange::Replaced, Some("vs_2".to_owned()))]);
    story.go_live();
    assert_eq!(story.sent_texts(), ["in flight", "unsent"]);
    story.frame(&ack(ids[1], "n1"));
    assert_eq!(story.sent_texts().last().unwrap(), "unsent too");
    story.frame(&bot("n2", "hello again", 1_782_036_200));
    assert_eq!(
        conversations(&story),
        told(&[
            ("welcome", 0),
            ("in flight", 0),
            ("unsent", 1),
            ("unsent too", 1),
            ("hello again", 1)
        ])
    );
    let uncertain = story.client.message(ids[0]).unwrap();
    assert!(uncertain.reason.is_some());
}

#[test]
fn a_message_that_was_on_the_wire_before_is_in_doubt_too() {
    let mut story = Story::live();
    let id = story.send("hello");
    story.close(1006);
    story.until(MINUTE, |story| story.socket().is_some()).unwrap();
    story.open();
    story.close(4404);
    assert_eq!(story.status_of(id), Some(Delivery::Uncertain));
    story.go_live();
    assert_eq!(story.sent_texts(), ["hello"], "once, on the first line");
}

#[test]
fn the_visitor_decides_what_becomes_of_it() {
    let (mut story, ids) = lost();
    story.go_live();
    story.frame(&ack(ids[1], "n1"));
    story.frame(&ack(ids[2], "n2"));
    story.forget();
    story.command(Command::Retry { local_id: ids[0] });
    assert_eq!(sent_ids(&story), [ids[0].to_string()]);
    story.frame(&ack(ids[0], "n3"));
    assert_eq!(story.status_of(ids[0]), Some(Delivery::Sent));
    assert_eq!(
        conversations(&story),
        told(&[("welcome", 0), ("unsent", 1), ("unsent too", 1), ("in flight", 1)]),
        "it belongs to the conversation that it was sent in"
    );

    let (mut story, ids) = lost();
    story.go_live();
    story.command(Command::Discard { local_id: ids[0] });
    assert!(!story.texts().contains(&"in flight".to_owned()));
}

#[test]
fn a_lost_session_is_lost_once() {
    let (mut story, _) = lost();
    story.go_live();
    story.close(4404);
    story.go_live();
    let replaced = changes(&story);
    assert_eq!(replaced.len(), 2);
    let last = story.client.messages().map(|message| message.conversation).max();
    assert_eq!(last, Some(2));
}

#[test]
fn the_new_conversation_has_no_gap_and_may_repeat_ids() {
    let mut story = Story::live();
    story.frame(&bot("1", "welcome", 1_782_036_000));
    story.close(4404);
    story.go_live();
    story.frame(&bot("9", "hello again", 1_782_036_200));
    let gaps = story.heard(|event| matches!(event, Event::Gap { .. }).then_some(()));
    assert!(gaps.is_empty());
    assert_eq!(story.texts(), ["welcome", "hello again"]);
}

#[test]
fn older_messages_of_a_new_conversation_stay_below_the_divider() {
    let mut story = Story::live();
    story.frame(&bot("m1", "welcome", 1_782_036_000));
    story.close(4404);
    story.go_live();
    story.frame(&bot("n1", "the relay's clock went back", 1_782_035_000));
    assert_eq!(
        conversations(&story),
        told(&[("welcome", 0), ("the relay's clock went back", 1)])
    );
}

// --- a line that was long away ------------------------------------------------------------------------------------------------

/// A message was in flight when the line broke; the page was away for this long.
fn away(time: Duration) -> (Story, [LocalId; 2]) {
    let mut story = Story::live();
    let ids = ["in flight", "unsent"].map(|text| story.send(text));
    story.environment(Environment::PageHidden);
    story.advance(time);
    story.forget();
    story.environment(Environment::PageShown);
    (story, ids)
}

#[test]
fn within_two_minutes_it_is_simply_sent_again() {
    let (mut story, ids) = away(secs(118));
    story.go_live();
    assert_eq!(sent_ids(&story), [ids[0].to_string()]);
}

#[test]
fn after_two_minutes_without_history_it_is_in_doubt() {
    let (mut story, ids) = away(secs(121));
    story.go_live();
    assert_eq!(story.status_of(ids[0]), Some(Delivery::Uncertain));
    assert_eq!(story.sent_texts(), ["unsent"], "the relay may have forgotten the id");
    assert_eq!(story.state(), ConnectionState::Live);
}

#[test]
fn after_two_minutes_the_history_decides() {
    let (mut story, ids) = away(MINUTE * 30);
    story.go_live_with(&welcome_with(&[bot("m1", "welcome", 1_782_036_000)]));
    assert_eq!(sent_ids(&story), [ids[0].to_string()], "not in the history: not taken");

    let (mut story, ids) = away(MINUTE * 30);
    story.go_live_with(&welcome_with(&[echo(ids[0], "m1", "in flight", 1_782_036_000)]));
    assert_eq!(story.status_of(ids[0]), Some(Delivery::Sent));
    assert_eq!(story.sent_texts(), ["unsent"]);
}

fn slow_down(id: LocalId) -> serde_json::Value {
    serde_json::json!({ "type": "error", "code": "rate_limited", "client_msg_id": id.to_string(), "retry_after": 150 })
}

#[test]
fn a_line_that_refuses_for_now_says_nothing_of_an_earlier_one() {
    let (mut story, ids) = away(secs(30));
    story.go_live();
    story.frame(&slow_down(ids[0]));
    story.advance(secs(151));
    assert_eq!(story.status_of(ids[0]), Some(Delivery::Uncertain));
    assert_eq!(
        story.sent_texts(),
        ["in flight", "unsent"],
        "the earlier line may have delivered it"
    );
}

#[test]
fn a_line_that_refuses_for_now_settles_its_own_attempts() {
    let mut story = Story::live();
    let id = story.send("hello");
    story.frame(&slow_down(id));
    story.advance(secs(151));
    assert_eq!(sent_ids(&story), [id.to_string(), id.to_string()]);
}

#[test]
fn what_was_never_sent_is_never_in_doubt() {
    let mut story = Story::new(bloonio());
    let id = story.send("hello");
    story.fail_call();
    story.environment(Environment::PageHidden);
    story.advance(MINUTE * 60);
    story.environment(Environment::PageShown);
    story.go_live();
    assert_eq!(story.status_of(id), Some(Delivery::Sending));
}

#[test]
fn the_two_minutes_count_across_a_reload() {
    for (away, status) in [(secs(60), Delivery::Sending), (secs(180), Delivery::Uncertain)] {
        let mut story = Story::live();
        let id = story.send("in flight");
        let kept = story.kept.clone().unwrap();
        let wall = story.wall() + i64::try_from(away.as_millis()).unwrap();
        let mut story = Story::reborn(9, bloonio(), &kept, wall);
        assert_eq!(story.status_of(id), Some(Delivery::Pending));
        story.start();
        story.go_live();
        assert_eq!(story.status_of(id), Some(status), "{away:?}");
    }
}

#[test]
fn a_late_sign_settles_the_doubt() {
    for sign in ["an acknowledgement", "an echo", "the history"] {
        let (mut story, ids) = away(MINUTE * 10);
        story.go_live();
        assert_eq!(story.status_of(ids[0]), Some(Delivery::Uncertain));
        let copy = echo(ids[0], "m1", "in flight", 1_782_036_000);
        match sign {
            "an acknowledgement" => story.frame(&ack(ids[0], "m1")),
            "an echo" => story.frame(&copy),
            _ => {
                story.close(1006);
                story.reconnect(&welcome_with(&[copy]));
            }
        }
        assert_eq!(story.status_of(ids[0]), Some(Delivery::Sent), "{sign}");
        let shown = story.texts().iter().filter(|text| *text == "in flight").count();
        assert_eq!(shown, 1, "{sign}");
    }
}

#[test]
fn doubt_outlives_a_reload() {
    let (mut story, ids) = away(MINUTE * 10);
    story.go_live();
    let kept = story.kept.clone().unwrap();
    let mut story = Story::reborn(9, bloonio(), &kept, story.wall() + 1_000);
    assert_eq!(story.status_of(ids[0]), Some(Delivery::Uncertain));
    story.start();
    story.go_live();
    story.advance(ms(100));
    assert!(!sent_ids(&story).contains(&ids[0].to_string()));
    assert_eq!(story.sent_texts(), ["unsent"]);
    story.close(1006);
    story.reconnect(&welcome());
    assert_eq!(story.status_of(ids[0]), Some(Delivery::Uncertain));
}
