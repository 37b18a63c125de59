//! The visitor's socket: a wake-up, never the truth.

use serde_json::{Value, json};
use visavis_client_core::{Delivery, Event};

use crate::harness::{MINUTE, Story, ms, secs};
use crate::relay::{answer, refused};
use crate::site::{own, owner, site, taken, told, with_socket};

/// Live with an open socket and nothing under way.
fn open() -> Story {
    let mut story = Story::conversing(with_socket());
    story.open();
    story.answer_poll(told(&[own("m_1", "Hello", 1)]));
    story.advance(secs(2));
    story.forget();
    story
}

fn pushed(id: &str, text: &str, second: u64) -> Value {
    json!({ "type": "message", "message": owner(id, text, second) })
}

fn shown(story: &Story) -> Vec<String> {
    story.heard(|event| match event {
        Event::Message { message, .. } => Some(message.text.clone()),
        _ => None,
    })
}

#[test]
fn it_opens_once_there_is_a_session() {
    let mut story = Story::visiting(with_socket());
    assert!(story.dials.is_empty());
    story.send("Hello");
    story.answer_post(taken("cs 1", "m_1"));
    let url = story.dials[0].what.1.expose().to_owned();
    assert_eq!(
        url,
        "wss://api.mailoo.example/api/v1/chat/visitor-ws?projectUid=mailoo-website&integrationId=mailoo_dev_chat_integration&sessionPublicId=cs%201"
    );
}

#[test]
fn without_an_origin_there_is_none() {
    let mut story = Story::conversing(site().project_uid("p").integration_id("i"));
    story.advance(MINUTE);
    assert!(story.dials.is_empty());
}

#[test]
fn its_origin_may_be_the_sites_to_tell() {
    let options = || site().project_uid("p").integration_id("i").ws_origin("/api/ws-origin");
    let mut story = Story::visiting(options());
    story.send("Hello");
    story.answer_post(taken("cs_1", "m_1"));
    assert_eq!(story.poll().as_deref(), Some("https://site.example/api/ws-origin"));
    story.answer_poll(answer(200, &json!({ "wsOrigin": "ws://127.0.0.1:4077" })));
    assert!(
        story.dials[0]
            .what
            .1
            .expose()
            .starts_with("ws://127.0.0.1:4077/api/v1/chat/visitor-ws?")
    );

    let mut story = Story::visiting(options());
    story.send("Hello");
    story.answer_post(taken("cs_1", "m_1"));
    story.answer_poll(refused(404));
    story.next_poll(secs(4));
    assert!(
        story.dials.is_empty() && story.poll().unwrap().contains("messages"),
        "polled until then"
    );
}

#[test]
fn a_message_is_shown_behind_what_the_poll_finds() {
    let mut story = open();
    story.frame(&pushed("m_3", "second", 3));
    assert!(shown(&story).is_empty() && story.poll().is_some());
    story.answer_poll(told(&[
        own("m_1", "Hello", 1),
        owner("m_2", "first", 2),
        owner("m_3", "second", 3),
    ]));
    assert_eq!(shown(&story), ["first", "second"]);
}

#[test]
fn a_message_that_the_poll_does_not_find_is_shown_all_the_same() {
    let mut story = open();
    story.frame(&pushed("m_2", "first", 2));
    story.answer_poll(told(&[own("m_1", "Hello", 1)]));
    assert_eq!(shown(&story), ["first"]);
    story.frame(&pushed("m_3", "second", 3));
    story.next_poll(secs(2));
    story.fail_poll();
    assert_eq!(shown(&story), ["first"], "something before it may be missing");
    story.next_poll(MINUTE);
    story.answer_poll(told(&[
        own("m_1", "Hello", 1),
        owner("m_2", "first", 2),
        owner("m_3", "second", 3),
    ]));
    assert_eq!(shown(&story), ["first", "second"]);
}

#[test]
fn anything_else_means_poll_now_but_not_more_than_once_a_second() {
    let mut story = open();
    let begun = story.clock();
    for _ in 0..50 {
        story.frame(&json!({ "type": "session.updated" }));
        if story.poll().is_some() {
            story.answer_poll(told(&[]));
        }
        story.advance(ms(100));
    }
    let polls = story.calls.len();
    assert!((5..=6).contains(&polls), "{polls} in {:?}", story.clock() - begun);
}

#[test]
fn typing_pings_and_receipts_are_honoured() {
    let mut story = open();
    story.frame(&json!({ "type": "typing", "isTyping": true }));
    assert!(story.client.typing().is_some());
    story.frame(&json!({ "type": "ping" }));
    assert_eq!(story.sent("pong").len(), 1);
    story.frame(&json!({ "type": "read", "messageId": "m_1" }));
    let read = story.client.messages().next().unwrap();
    assert_eq!(read.status, Delivery::Read);
    assert!(story.calls.is_empty());
}

#[test]
fn while_it_is_open_polls_are_rare_and_when_it_breaks_they_are_not() {
    let mut story = open();
    assert!(story.next_poll(MINUTE * 2) > secs(50));
    story.answer_poll(told(&[]));
    story.advance(secs(5));
    story.close(1006);
    assert!(story.poll().is_some(), "what it missed");
    story.answer_poll(told(&[]));
    assert!(story.next_poll(secs(5)) <= secs(4));
    story.answer_poll(told(&[]));
    let dials = story.dials.len();
    story.until(MINUTE, |story| story.dials.len() > dials || { story.poll().is_some() });
}

#[test]
fn one_that_breaks_is_opened_again_after_a_while() {
    let mut story = open();
    for ceiling in [3, 6, 12, 24, 30, 30] {
        story.close(1006);
        story.forget();
        let begun = story.clock();
        while story.dials.is_empty() {
            if story.poll().is_some() {
                story.answer_poll(told(&[]));
            }
            story.until(MINUTE, |story| !story.dials.is_empty() || story.poll().is_some());
        }
        let waited = story.clock() - begun;
        assert!(
            waited <= secs(ceiling) && waited >= secs(ceiling) / 2,
            "{waited:?} of {ceiling} s"
        );
        story.open();
        if story.poll().is_some() {
            story.answer_poll(told(&[]));
        }
    }
}

#[test]
fn one_that_is_refused_three_times_is_tried_every_five_minutes() {
    let mut story = Story::conversing(with_socket());
    let mut dials = Vec::new();
    for _ in 0..5 {
        dials.push(story.clock());
        story.close(1006);
        let known = story.dials.len();
        while story.dials.len() == known {
            if story.poll().is_some() {
                story.answer_poll(told(&[]));
            }
            story.until(MINUTE * 6, |story| story.dials.len() > known || story.poll().is_some());
        }
    }
    assert!(dials[2] - dials[0] < secs(12), "{dials:?}");
    assert!(
        dials[3] - dials[2] >= MINUTE * 5 && dials[4] - dials[3] >= MINUTE * 5,
        "{dials:?}"
    );
}

#[test]
fn one_that_hangs_while_it_opens_is_given_up() {
    let mut story = Story::conversing(with_socket());
    let begun = story.clock();
    while story.closes.is_empty() {
        if story.poll().is_some() {
            story.answer_poll(told(&[]));
        }
        story.until(MINUTE, |story| !story.closes.is_empty() || story.poll().is_some());
    }
    assert_eq!(story.clock() - begun, secs(10));
}

#[test]
fn one_that_was_put_out_waits_for_a_poll_to_show_that_the_session_lives() {
    let mut story = open();
    story.close(4403);
    story.fail_poll();
    story.forget();
    story.next_poll(MINUTE);
    assert!(story.dials.is_empty());
    story.answer_poll(told(&[own("m_1", "Hello", 1)]));
    story.until(MINUTE, |story| !story.dials.is_empty() || story.poll().is_some());
    assert_eq!(story.dials.len(), 1);

    let mut story = open();
    story.close(4404);
    story.answer_poll(refused(404));
    assert!(!story.client.has_session());
    story.advance(MINUTE * 10);
    assert!(story.dials.is_empty(), "without a session there is nothing to open");
}
