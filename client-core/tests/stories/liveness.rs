//! Whether the line still serves, and what the network, the page and sleep do to it.

use std::time::Duration;

use serde_json::json;
use visavis_client_core::{ConnectionState, Environment, Input};

use crate::harness::{DAY, MINUTE, Peer, Story, ms, secs};
use crate::relay::{bot, welcome, welcome_with};

/// The longest that a line may be dead in the foreground before it is noticed.
const NOTICED: Duration = secs(35);
/// The same after a wake, a change of network or a look at the page.
pub(crate) const NOTICED_SOON: Duration = ms(5_300);

pub(crate) fn down(story: &Story) -> bool {
    story.state() != ConnectionState::Live
}

/// The line is dead from now on, and nobody says so. How long until that is noticed.
fn noticed_after(story: &mut Story) -> Duration {
    story.peer = Peer::Silent;
    story.until(DAY, down).expect("it is noticed some day")
}

#[test]
fn a_dead_line_is_noticed_within_thirty_five_seconds() {
    for age in (0..120).step_by(7) {
        let mut story = Story::live();
        story.advance(secs(age));
        let noticed = noticed_after(&mut story);
        assert!(noticed <= NOTICED, "{noticed:?} at the age of {age} s");
        let close = &story.closes[0].what;
        assert!(
            close.1 != 1000 && close.1 != 1001,
            "not as if all were well: {}",
            close.1
        );
    }
}

#[test]
fn a_line_that_was_busy_is_watched_as_closely() {
    for silence in 1..40 {
        let mut story = Story::live();
        for number in 0..silence {
            story.advance(secs(1));
            story.frame(&bot(&format!("m{number}"), "hi", 1_782_036_000));
        }
        let noticed = noticed_after(&mut story);
        assert!(noticed <= NOTICED, "{noticed:?} after {silence} s of talk");
    }
}

#[test]
fn pings_are_twenty_five_seconds_apart_at_least() {
    let mut story = Story::live();
    story.advance(secs(600));
    let pings: Vec<Duration> = story.sent("ping").iter().map(|ping| ping.at).collect();
    assert!(pings.len() >= 20 && pings.len() <= 24, "{}", pings.len());
    assert_eq!(story.state(), ConnectionState::Live);
}

#[test]
fn a_line_that_brings_frames_is_never_given_up() {
    let mut story = Story::live();
    story.peer = Peer::Silent;
    for step in 0..600_u64 {
        story.advance(secs(4));
        let frame = match step % 4 {
            0 => bot(&format!("m{step}"), "hi", 1_782_036_000),
            1 => json!({ "type": "typing", "state": "start", "role": "bot" }),
            2 => json!({ "type": "brand_new" }),
            _ => json!("not even an object"),
        };
        story.frame(&frame);
        if step % 50 == 0 {
            story.environment(Environment::Visible);
        }
        assert_eq!(story.state(), ConnectionState::Live);
    }
    assert!(story.closes.is_empty());
}

#[test]
fn doubt_is_settled_within_five_seconds() {
    type Happen = fn(&mut Story);
    let doubts: [(&str, Happen); 6] = [
        ("online", |story| story.environment(Environment::Online)),
        ("visible", |story| story.environment(Environment::Visible)),
        ("offline", |story| story.environment(Environment::Offline)),
        ("sleep", |story| {
            story.sleep(secs(3_600));
            story.give(Input::Timeout);
        }),
        ("a frozen tab", |story| {
            story.freeze(secs(3_600));
            story.give(Input::Timeout);
        }),
        ("a clock that was set", |story| {
            story.set_wall(-86_400_000);
            story.give(Input::Timeout);
        }),
    ];
    for (what, happen) in doubts {
        for age in [0, 10, 24, 26, 34] {
            let mut story = Story::live();
            story.advance(secs(age).min(secs(24)));
            story.peer = Peer::Silent;
            story.advance(secs(age).saturating_sub(secs(24)));
            happen(&mut story);
            let noticed = noticed_after(&mut story);
            assert!(noticed <= NOTICED_SOON, "{what} at {age}: {noticed:?}");

            let mut story = Story::live();
            happen(&mut story);
            assert_eq!(story.sent("ping").len(), 1, "{what}");
            story.advance(MINUTE);
            assert!(story.closes.is_empty(), "{what}: a line that answers stays");
        }
    }
}

#[test]
fn after_a_freeze_what_lies_in_the_buffers_is_read_first() {
    let mut story = Story::live();
    story.peer = Peer::Silent;
    story.advance(secs(26));
    assert_eq!(story.sent("ping").len(), 1);
    story.freeze(MINUTE);
    // The pong came long ago; the first thing that runs happens to be the socket and not the timer.
    story.peer = Peer::Answers;
    story.frame(&json!({ "type": "pong" }));
    assert_eq!(story.state(), ConnectionState::Live);
    story.advance(MINUTE);
    assert!(story.closes.is_empty());
}

#[test]
fn a_throttled_tab_notices_a_dead_line_within_minutes() {
    let mut story = Story::live();
    story.environment(Environment::Hidden);
    story.peer = Peer::Silent;
    let begun = story.clock();
    while story.state() == ConnectionState::Live {
        assert!(story.clock() - begun < secs(300), "timers once a minute are enough");
        story.freeze(MINUTE);
        story.give(Input::Timeout);
    }
}

#[test]
fn a_throttled_tab_keeps_a_line_that_lives() {
    let mut story = Story::live();
    story.environment(Environment::Hidden);
    for _ in 0..60 {
        story.freeze(MINUTE);
        story.give(Input::Timeout);
        assert_eq!(story.state(), ConnectionState::Live);
    }
    assert!(story.closes.is_empty());
}

// --- alive, and yet not served ------------------------------------------------------------------------------------------------

fn pong_at(id: &str) -> serde_json::Value {
    json!({ "type": "pong", "last_message_id": id })
}

/// Lets time pass with pongs that name this message.
fn pongs_name(story: &mut Story, id: &str, time: Duration) {
    story.peer = Peer::Silent;
    let end = story.clock() + time;
    let mut answered = story.sent("ping").len();
    while story.clock() < end && story.state() == ConnectionState::Live {
        story.advance(ms(500));
        let asked = story.sent("ping").len();
        if asked > answered && story.state() == ConnectionState::Live {
            answered = asked;
            story.frame(&pong_at(id));
        }
    }
}

#[test]
fn a_message_that_never_came_renews_the_line_after_two_looks() {
    let mut story = Story::live();
    story.frame(&bot("m1", "hello", 1_782_036_000));
    pongs_name(&mut story, "m2", MINUTE);
    assert_eq!(story.closes.len(), 1);
    assert_eq!(story.sent("ping").len(), 2, "one look may be too early");
    story.reconnect(&welcome_with(&[
        bot("m1", "hello", 1_782_036_000),
        bot("m2", "still there?", 1_782_036_005),
    ]));
    assert_eq!(story.texts(), ["hello", "still there?"]);
}

#[test]
fn a_message_that_comes_between_two_looks_is_no_reason() {
    let mut story = Story::live();
    story.peer = Peer::Silent;
    story.advance(secs(26));
    story.frame(&pong_at("m1"));
    story.frame(&bot("m1", "just in time", 1_782_036_000));
    pongs_name(&mut story, "m1", MINUTE * 5);
    assert!(story.closes.is_empty());
    assert_eq!(story.state(), ConnectionState::Live);
}

#[test]
fn a_message_that_a_new_line_does_not_bring_either_is_let_go() {
    let mut story = Story::live();
    pongs_name(&mut story, "m9", MINUTE);
    story.reconnect(&welcome());
    story.forget();
    pongs_name(&mut story, "m9", MINUTE * 30);
    assert!(story.closes.is_empty(), "no loop");
    pongs_name(&mut story, "m10", MINUTE * 2);
    assert_eq!(story.closes.len(), 1, "another one is looked for");
}
