//! The same words from another tab or device, while the fate of a message is not known or before it is sent.

use visavis_client_core::io::Attention;
use visavis_client_core::{Command, Delivery};

use crate::harness::{DAWN, Story, secs};
use crate::site::{own, site, taken, told};

/// A visitor who was told the conversation when the server's clock showed one second, so that it shows 16 now.
fn after_fifteen_seconds() -> Story {
    let mut story = Story::conversing(site());
    story.next_poll(secs(5));
    story.answer_poll(told(&[own("m_1", "Hello", 1)]));
    story.command(Command::Attend(Attention::Away));
    story.advance(secs(15));
    assert!(story.poll().is_none());
    story
}

/// The conversation as it is told at every poll, until another message leaves or a minute has passed.
fn until_sent_again(story: &mut Story, conversation: &[serde_json::Value]) {
    let begun = story.clock();
    while story.post().is_none() && story.clock() - begun < secs(60) {
        if story.poll().is_some() {
            story.answer_poll(told(conversation));
        } else {
            story.next_poll(secs(25));
        }
    }
}

#[test]
fn words_that_were_written_before_are_another_message() {
    let mut story = after_fifteen_seconds();
    let id = story.send("ok");
    story.lose_post();
    let conversation = [own("m_1", "Hello", 1), own("m_2", "ok", 13)];
    until_sent_again(&mut story, &conversation);
    assert_eq!(story.status_of(id), Some(Delivery::Sending));
    story.answer_post(taken("cs_1", "m_3"));
    assert_eq!(story.posted(), ["ok", "ok"]);
    assert_eq!(story.texts(), ["Hello", "ok", "ok"]);
    assert_eq!(story.status_of(id), Some(Delivery::Sent));
}

#[test]
fn a_clock_that_lags_a_little_does_not_hide_a_message() {
    let mut story = after_fifteen_seconds();
    let id = story.send("ok");
    story.lose_post();
    until_sent_again(&mut story, &[own("m_1", "Hello", 1), own("m_2", "ok", 14)]);
    assert_eq!(story.status_of(id), Some(Delivery::Sent));
    assert_eq!(story.posted().len(), 1);
    assert_eq!(story.texts(), ["Hello", "ok"]);
}

#[test]
fn a_message_that_has_not_left_is_not_found_anywhere() {
    let mut story = after_fifteen_seconds();
    story.send("first");
    let waiting = story.send("ok");
    story.next_poll(secs(10));
    story.answer_poll(told(&[own("m_1", "Hello", 1), own("m_2", "ok", 17)]));
    assert_eq!(story.status_of(waiting), Some(Delivery::Pending));
    story.answer_post(taken("cs_1", "m_3"));
    assert_eq!(story.post().unwrap()["content"], "ok");
    story.answer_post(taken("cs_1", "m_4"));
    assert_eq!(story.status_of(waiting), Some(Delivery::Sent));
    let texts = story.texts();
    assert_eq!(texts.iter().filter(|text| **text == "ok").count(), 2, "{texts:?}");
}

#[test]
fn of_two_copies_one_is_another_message() {
    let mut story = after_fifteen_seconds();
    let id = story.send("ok");
    story.lose_post();
    let conversation = [own("m_1", "Hello", 1), own("m_2", "ok", 16), own("m_3", "ok", 17)];
    until_sent_again(&mut story, &conversation);
    assert_eq!(story.status_of(id), Some(Delivery::Sent));
    assert_eq!(story.posted().len(), 1);
    assert_eq!(story.texts(), ["Hello", "ok", "ok"]);
}

#[test]
fn one_copy_of_two_messages_is_the_earlier_ones() {
    let mut story = after_fifteen_seconds();
    let first = story.send("ok");
    // Taken, without a word of its id.
    story.answer_post(crate::relay::answer(
        200,
        &serde_json::json!({ "sessionPublicId": "cs_1" }),
    ));
    let second = story.send("ok");
    story.lose_post();
    until_sent_again(&mut story, &[own("m_1", "Hello", 1), own("m_2", "ok", 17)]);
    assert_eq!(story.status_of(first), Some(Delivery::Sent));
    assert_eq!(story.status_of(second), Some(Delivery::Sending));
    story.answer_post(taken("cs_1", "m_3"));
    assert_eq!(story.posted().len(), 3);
    assert_eq!(story.texts(), ["Hello", "ok", "ok"]);
}

#[test]
fn a_reload_remembers_when_a_message_left() {
    for (second, posts) in [(13, 1), (14, 0)] {
        let mut first = after_fifteen_seconds();
        let id = first.send("ok");
        let kept = first.kept.clone().unwrap();
        let mut story = Story::reborn(3, site(), &kept, DAWN + 60_000);
        story.start();
        until_sent_again(&mut story, &[own("m_1", "Hello", 1), own("m_2", "ok", second)]);
        assert_eq!(story.posted().len(), posts, "{second}");
        assert_eq!(
            story.status_of(id) == Some(Delivery::Sent),
            posts == 0,
            "{second}: {:?}",
            story.status_of(id)
        );
    }
}

/// The wire has nothing to tell them apart by. Better one of two messages than one twice: it was on its way for seconds at most.
#[test]
fn words_that_another_tab_writes_at_that_very_moment_are_taken_for_it() {
    let mut story = after_fifteen_seconds();
    let id = story.send("ok");
    story.lose_post();
    until_sent_again(
        &mut story,
        &[own("m_1", "Hello", 1), own("m_of_the_other_tab", "ok", 18)],
    );
    assert_eq!(story.status_of(id), Some(Delivery::Sent));
    assert_eq!(story.posted(), ["ok"]);
}
