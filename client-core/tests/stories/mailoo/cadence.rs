//! How often the site is asked.

use std::time::Duration;

use visavis_client_core::http::HttpResponse;
use visavis_client_core::io::Attention;
use visavis_client_core::{Command, Environment};

use crate::harness::{MINUTE, Story, ms, secs};
use crate::site::{own, owner, site, told, with_socket};

/// Lets an idle visitor be for an hour, each poll being answered within 50 ms. Answers calls per minute.
fn per_minute(story: &mut Story) -> f64 {
    story.forget();
    let until = story.clock() + MINUTE * 60;
    while story.clock() < until {
        story.until(until - story.clock(), |story| story.poll().is_some());
        if story.poll().is_none() {
            break;
        }
        story.advance(ms(50));
        story.answer_poll(told(&[own("m_1", "Hello", 1)]));
    }
    f64::from(u32::try_from(story.calls.len()).unwrap()) / 60.0
}

#[test]
fn an_idle_visitor_asks_as_often_as_the_cadence_says() {
    let mut open = Story::conversing(site());
    let mut closed = Story::conversing(site());
    closed.command(Command::Attend(Attention::Away));
    let mut hidden = Story::conversing(site());
    hidden.environment(Environment::Hidden);
    let mut with = Story::conversing(with_socket());
    with.open();
    let mut silent = Story::visiting(with_socket());
    let figures = [
        ("watched", per_minute(&mut open), 20.0),
        ("closed", per_minute(&mut closed), 3.0),
        ("hidden", per_minute(&mut hidden), 3.0),
        ("beside a socket", per_minute(&mut with), 1.0),
        ("before the first message", per_minute(&mut silent), 0.0),
    ];
    for (situation, calls, expected) in figures {
        println!("an idle visitor, {situation}: {calls:.2} calls a minute");
        assert!(
            (calls - expected).abs() <= expected * 0.05,
            "{situation}: {calls} instead of {expected}"
        );
    }
}

#[test]
fn intervals_are_spread() {
    let mut story = Story::conversing(site());
    let mut waits: Vec<Duration> = Vec::new();
    for _ in 0..20 {
        waits.push(story.next_poll(secs(5)));
        story.answer_poll(told(&[]));
    }
    waits.sort();
    waits.dedup();
    assert!(waits.len() > 10, "{waits:?}");
}

#[test]
fn whoever_comes_to_watch_sees_what_is_new_at_once() {
    let mut story = Story::conversing(site());
    story.command(Command::Attend(Attention::Away));
    story.next_poll(secs(25));
    story.answer_poll(told(&[own("m_1", "Hello", 1)]));
    story.advance(secs(5));
    assert!(story.poll().is_none());
    story.command(Command::Attend(Attention::Watching));
    assert!(story.poll().is_some());
    story.answer_poll(told(&[]));
    story.environment(Environment::Hidden);
    assert!(story.next_poll(secs(30)) > secs(15));
    story.answer_poll(told(&[]));
    story.advance(secs(2));
    story.environment(Environment::Visible);
    assert!(story.poll().is_some());
}

#[test]
fn only_what_is_new_is_asked_for_and_an_unchanged_answer_is_not_sent_again() {
    let mut story = Story::conversing(site());
    story.next_poll(secs(5));
    assert_eq!(story.condition(), None);
    let tagged = |tag: &str, messages: &[serde_json::Value]| HttpResponse {
        etag: Some(tag.to_owned()),
        ..told(messages)
    };
    story.answer_poll(tagged("\"a\"", &[own("m_1", "Hello", 1), owner("m_2", "Hi!", 5)]));
    story.next_poll(secs(5));
    assert!(story.poll().unwrap().ends_with("since=2026-01-01T00%3A00%3A03.000Z"));
    assert_eq!(story.condition(), None, "another address");
    story.answer_poll(tagged("\"b\"", &[owner("m_2", "Hi!", 5)]));
    story.next_poll(secs(5));
    assert_eq!(story.condition().as_deref(), Some("\"b\""));
    story.answer_poll(HttpResponse {
        status: 304,
        ..HttpResponse::default()
    });
    story.next_poll(secs(5));
    assert_eq!(story.condition().as_deref(), Some("\"b\""));
    story.answer_poll(told(&[owner("m_2", "Hi!", 5), owner("m_3", "?", 5)]));
    assert_eq!(story.texts(), ["Hello", "Hi!", "?"]);
    story.next_poll(secs(5));
    assert_eq!(story.condition(), None, "no mark came with the last answer");
}

#[test]
fn a_message_that_is_told_again_is_shown_once() {
    let mut story = Story::conversing(site());
    for _ in 0..3 {
        story.next_poll(secs(5));
        story.answer_poll(told(&[own("m_1", "Hello", 1), owner("m_2", "Hi!", 2)]));
    }
    assert_eq!(story.texts(), ["Hello", "Hi!"]);
    let shown = story.heard(|event| match event {
        visavis_client_core::Event::Message { message, history, .. } => Some((message.text.clone(), *history)),
        _ => None,
    });
    assert_eq!(shown, [("Hi!".to_owned(), false)]);
}
