//! Messages whose fate is not known: looked for, adopted or sent again, or left to the visitor.

use serde_json::json;
use visavis_client_core::{Command, ConnectionState, Delivery, Environment};

use crate::harness::{DAWN, DAY, MINUTE, Story, ms, secs};
use crate::relay::refused;
use crate::site::{own, owner, site, taken, told};

/// A message whose answer was lost, and the poll that looks for it.
fn in_doubt() -> (Story, visavis_client_core::ids::LocalId) {
    let mut story = Story::conversing(site());
    story.next_poll(secs(5));
    story.answer_poll(told(&[own("m_1", "Hello", 1)]));
    let id = story.send("Order 7?");
    story.advance(ms(200));
    story.lose_post();
    (story, id)
}

#[test]
fn one_that_is_found_is_adopted_at_once() {
    let (mut story, id) = in_doubt();
    story.send("And 8?");
    story.next_poll(secs(2));
    assert!(!story.poll().unwrap().contains("since"), "all of it is read");
    story.answer_poll(told(&[own("m_1", "Hello", 1), own("m_2", "Order 7?", 9)]));
    assert_eq!(story.status_of(id), Some(Delivery::Sent));
    assert_eq!(story.post().unwrap()["content"], "And 8?");
}

#[test]
fn one_that_is_not_there_is_sent_again_when_it_can_no_longer_arrive() {
    let (mut story, id) = in_doubt();
    let later = story.send("And 8?");
    let left = story.calls.last().unwrap().at;
    let known = [own("m_1", "Hello", 1), owner("m_2", "Hi", 3)];
    while story.post().is_none() {
        if story.poll().is_some() {
            story.advance(ms(40));
            story.answer_poll(told(&known));
        } else {
            story.next_poll(secs(5));
        }
    }
    assert_eq!(story.post().unwrap()["content"], "Order 7?");
    let waited = story.clock() - left;
    assert!(waited >= secs(14) && waited < secs(19), "{waited:?}");
    story.answer_post(taken("cs_1", "m_3"));
    story.answer_post(taken("cs_1", "m_4"));
    assert_eq!(
        (story.status_of(id), story.status_of(later)),
        (Some(Delivery::Sent), Some(Delivery::Sent))
    );
}

#[test]
fn one_that_arrives_late_is_found() {
    let (mut story, id) = in_doubt();
    for _ in 0..3 {
        story.next_poll(secs(5));
        story.answer_poll(told(&[own("m_1", "Hello", 1)]));
    }
    story.next_poll(secs(5));
    story.answer_poll(told(&[own("m_1", "Hello", 1), own("m_2", "Order 7?", 12)]));
    assert_eq!(story.status_of(id), Some(Delivery::Sent));
    story.advance(MINUTE / 4);
    assert_eq!(story.posted().iter().filter(|text| *text == "Order 7?").count(), 1);
}

#[test]
fn the_same_words_twice_are_two_messages() {
    let mut story = Story::conversing(site());
    let first = story.send("ok");
    story.answer_post(taken("cs_1", "m_2"));
    let second = story.send("ok");
    story.lose_post();
    story.next_poll(secs(3));
    story.answer_poll(told(&[own("m_1", "Hello", 1), own("m_2", "ok", 2)]));
    assert_ne!(story.status_of(second), Some(Delivery::Sent), "that was the first one");
    story.next_poll(secs(20));
    story.answer_poll(told(&[
        own("m_1", "Hello", 1),
        own("m_2", "ok", 2),
        own("m_3", "ok", 5),
    ]));
    assert_eq!(
        (story.status_of(first), story.status_of(second)),
        (Some(Delivery::Sent), Some(Delivery::Sent))
    );
}

#[test]
fn one_that_nobody_signed_is_known_by_its_words() {
    let (mut story, id) = in_doubt();
    story.next_poll(secs(2));
    let unsigned = json!({ "id": "m_2", "content": "Order 7?" });
    let of_somebody = json!({ "id": "m_3", "content": "We are looking." });
    story.answer_poll(told(&[own("m_1", "Hello", 1), unsigned, of_somebody]));
    assert_eq!(story.status_of(id), Some(Delivery::Sent));
    let authors: Vec<&str> = story.client.messages().map(|message| message.author.kind()).collect();
    assert_eq!(authors, ["visitor", "visitor", "agent"]);
}

#[test]
fn failures_that_leave_it_open_are_told_from_refusals() {
    for status in [408, 500, 502, 504] {
        let mut story = Story::conversing(site());
        story.send("x");
        story.answer_post(refused(status));
        story.advance(secs(6));
        assert_eq!(story.posted(), ["x"], "{status}");
        assert!(story.poll().is_some(), "{status}");
    }
    for status in [425, 429, 503] {
        let mut story = Story::conversing(site());
        story.send("x");
        story.answer_post(refused(status));
        story.advance(secs(6));
        assert_eq!(story.posted(), ["x", "x"], "{status}");
    }
}

#[test]
fn a_very_first_message_of_unknown_fate_is_the_visitors_to_decide_and_the_queue_waits() {
    let mut story = Story::visiting(site());
    let first = story.send("Hello");
    let second = story.send("Anybody?");
    story.lose_post();
    assert_eq!(story.status_of(first), Some(Delivery::Uncertain));
    story.advance(MINUTE * 5);
    assert_eq!(story.posted(), ["Hello"]);
    assert_eq!(story.state(), ConnectionState::Live);

    let kept = story.kept.clone().unwrap();
    let mut reborn = Story::reborn(3, site(), &kept, DAWN);
    reborn.start();
    reborn.advance(MINUTE);
    assert!(reborn.calls.is_empty(), "also after a reload");
    assert_eq!(reborn.status_of(first), Some(Delivery::Uncertain));
    reborn.command(Command::Discard { local_id: first });
    assert_eq!(reborn.post(), Some(json!({ "content": "Anybody?" })));

    story.command(Command::Retry { local_id: first });
    assert_eq!(story.post(), Some(json!({ "content": "Hello" })));
    story.answer_post(taken("cs_1", "m_1"));
    assert_eq!(story.post().unwrap()["content"], "Anybody?");
    story.answer_post(taken("cs_1", "m_2"));
    assert_eq!(story.status_of(second), Some(Delivery::Sent));
}

#[test]
fn a_reload_right_after_sending_looks_before_it_sends_again() {
    for (arrived, posts) in [(true, 0), (false, 1)] {
        let mut first = Story::conversing(site());
        let id = first.send("Order 7?");
        let kept = first.kept.clone().unwrap();
        let mut story = Story::reborn(3, site(), &kept, DAWN + 500);
        story.start();
        let mut known = vec![own("m_1", "Hello", 1)];
        if arrived {
            known.push(own("m_2", "Order 7?", 2));
        }
        let begun = story.clock();
        while story.clock() - begun < MINUTE && story.post().is_none() {
            if story.poll().is_some() {
                story.answer_poll(told(&known));
            } else {
                story.next_poll(secs(25));
            }
        }
        assert_eq!(story.posted().len(), posts);
        if arrived {
            assert_eq!(story.status_of(id), Some(Delivery::Sent));
        } else {
            assert!(story.clock() - begun >= secs(15), "it could still have arrived");
        }
    }
}

#[test]
fn an_answer_that_comes_while_the_line_is_down_counts() {
    let mut story = Story::conversing(site());
    let id = story.send("Order 7?");
    story.environment(Environment::PageHidden);
    assert_eq!(story.state(), ConnectionState::Paused);
    story.answer_post(taken("cs_1", "m_2"));
    assert_eq!(story.status_of(id), Some(Delivery::Sent));
    story.environment(Environment::PageShown);
    story.answer_poll(told(&[own("m_1", "Hello", 1), own("m_2", "Order 7?", 2)]));
    story.advance(MINUTE / 4);
    assert_eq!(story.posted(), ["Order 7?"]);
}

#[test]
fn a_wall_clock_that_was_set_does_not_settle_anything() {
    let (mut story, id) = in_doubt();
    story.set_wall(i64::try_from(DAY.as_millis()).unwrap());
    for _ in 0..2 {
        story.next_poll(secs(5));
        story.answer_poll(told(&[own("m_1", "Hello", 1)]));
    }
    assert_eq!(story.posted(), ["Order 7?"]);
    assert_eq!(story.status_of(id), Some(Delivery::Pending));
}

#[test]
fn a_lost_session_leaves_the_message_in_doubt_to_the_visitor_and_takes_the_others_along() {
    let (mut story, id) = in_doubt();
    let waiting = story.send("And 8?");
    story.next_poll(secs(2));
    story.answer_poll(refused(404));
    assert_eq!(story.status_of(id), Some(Delivery::Uncertain));
    assert_eq!(story.post(), Some(json!({ "content": "And 8?" })));
    story.answer_post(taken("cs_2", "m_1"));
    assert_eq!(story.status_of(waiting), Some(Delivery::Sent));
}
