//! Refusals by cause.

use visavis_client_core::{ConnectionState, Delivery, Error};

use crate::harness::{DAY, MINUTE, Story, ms, secs};
use crate::relay::{answer, later, refused};
use crate::site::{site, taken, told};

#[test]
fn a_key_or_origin_that_is_refused_is_never_tried_again() {
    for status in [401, 403] {
        let mut story = Story::visiting(site());
        let id = story.send("Hello");
        story.answer_post(refused(status));
        assert_eq!(story.state(), ConnectionState::Failed);
        assert!(matches!(&story.errors()[0], Error::Configuration { .. }));
        story.advance(DAY / 2);
        assert_eq!(story.posted(), ["Hello"]);
        assert_eq!(story.status_of(id), Some(Delivery::Pending), "it waits in the queue");

        let mut story = Story::conversing(site());
        story.next_poll(secs(5));
        story.answer_poll(refused(status));
        assert_eq!(story.state(), ConnectionState::Failed);
    }
}

#[test]
fn nobody_there_at_all_is_the_sites_mistake() {
    let mut story = Story::visiting(site());
    story.send("Hello");
    story.answer_post(refused(404));
    assert_eq!(story.state(), ConnectionState::Failed);
}

#[test]
fn a_message_that_is_refused_for_good_fails_alone() {
    for status in [400, 409, 413, 422] {
        let mut story = Story::conversing(site());
        let id = story.send("x");
        story.answer_post(answer(
            status,
            &serde_json::json!({ "error": { "message": "not this" } }),
        ));
        assert_eq!(story.status_of(id), Some(Delivery::Failed), "{status}");
        let reason = story.client.message(id).unwrap().reason.clone().unwrap();
        assert!(reason.contains("not this"), "{reason}");
        assert_eq!(story.state(), ConnectionState::Live);
    }
}

#[test]
fn a_message_that_is_refused_for_now_waits_as_long_as_asked() {
    let mut story = Story::conversing(site());
    let id = story.send("x");
    story.answer_post(later(429, "7"));
    assert_eq!(story.status_of(id), Some(Delivery::Pending));
    let waited = story.until(MINUTE, |story| story.post().is_some()).unwrap();
    assert_eq!(waited, secs(7));
    story.answer_post(taken("cs_1", "m_2"));
    assert_eq!(story.status_of(id), Some(Delivery::Sent));
}

#[test]
fn polls_that_fail_wait_longer_each_time_and_a_named_time_wins() {
    let mut story = Story::conversing(site());
    story.next_poll(secs(5));
    let mut waits = Vec::new();
    for failure in 0..7_u16 {
        if failure % 2 == 0 {
            story.fail_poll();
        } else {
            story.answer_poll(refused(500));
        }
        assert!(matches!(
            story.state(),
            ConnectionState::Backoff | ConnectionState::Suspended
        ));
        waits.push(story.next_poll(MINUTE));
    }
    for (wait, ceiling) in waits.iter().zip([3, 6, 12, 24, 30]) {
        assert!(*wait <= secs(ceiling) && *wait >= secs(ceiling) / 2, "{waits:?}");
    }
    story.answer_poll(later(503, "50"));
    assert!(story.next_poll(MINUTE) >= secs(50));
    story.answer_poll(told(&[]));
    assert_eq!(story.state(), ConnectionState::Live);
}

#[test]
fn a_page_of_html_is_no_conversation() {
    let mut story = Story::conversing(site());
    story.next_poll(secs(5));
    let page = visavis_client_core::http::HttpResponse {
        status: 200,
        body: "<html>".to_owned(),
        ..Default::default()
    };
    story.answer_poll(page);
    assert_eq!(story.state(), ConnectionState::Backoff);
    let reason = story.client.connection().reason.unwrap();
    assert!(reason.contains("messagesPath"), "{reason}");
    story.advance(ms(1));
}
