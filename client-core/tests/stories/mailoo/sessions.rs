//! Sessions: made by the first message, resumed, lost.

use serde_json::json;
use visavis_client_core::event::SessionChange;
use visavis_client_core::http::HttpResponse;
use visavis_client_core::{Command, ConnectionState, Delivery, Event};

use crate::harness::{DAWN, DAY, MINUTE, Story, ms, secs};
use crate::relay::{answer, refused};
use crate::site::{KEY, by_key, own, owner, site, taken, told, with_socket};

fn sessions(story: &Story) -> Vec<(SessionChange, Option<String>)> {
    story.heard(|event| match event {
        Event::Session { change, id } => Some((*change, id.clone())),
        _ => None,
    })
}

fn changes(story: &Story) -> Vec<SessionChange> {
    sessions(story).into_iter().map(|(change, _)| change).collect()
}

#[test]
fn nothing_is_asked_before_the_first_message() {
    let mut story = Story::visiting(with_socket());
    story.advance(DAY);
    assert!(story.calls.is_empty() && story.dials.is_empty());
    assert_eq!(story.state(), ConnectionState::Live);
    assert_eq!(story.client.poll_timeout(), None);
}

#[test]
fn the_first_message_makes_the_session_and_the_others_wait_for_it() {
    let mut story = Story::visiting(site());
    let ids = [story.send("one"), story.send("two"), story.send("three")];
    assert_eq!(story.post(), Some(json!({ "content": "one" })));
    assert_eq!(story.calls.len(), 1);
    story.answer_post(taken("cs_1", "m_1"));
    assert_eq!(
        story.post(),
        Some(json!({ "content": "two", "sessionPublicId": "cs_1" }))
    );
    story.answer_post(taken("cs_1", "m_2"));
    story.answer_post(taken("cs_1", "m_3"));
    assert_eq!(story.posted(), ["one", "two", "three"]);
    for id in ids {
        assert_eq!(story.status_of(id), Some(Delivery::Sent));
    }
    let told = sessions(&story);
    assert_eq!(changes(&story), [SessionChange::Created]);
    let id = told[0].1.clone().unwrap();
    assert!(!id.contains("cs_1") && id.len() < 20, "{id}");
    assert_eq!(story.client.session_id(), Some(id.as_str()));
}

#[test]
fn without_a_store_a_message_leaves_at_once() {
    let mut story = Story::new(visavis_client_core::Config::from(site()).volatile());
    story.start();
    story.advance(ms(1));
    story.send("Hello");
    assert_eq!(story.post(), Some(json!({ "content": "Hello" })));
    story.answer_post(taken("cs_1", "m_1"));
    story.send("And");
    assert_eq!(story.posted(), ["Hello", "And"]);
}

#[test]
fn the_second_message_waits_until_the_session_is_stored() {
    let mut story = Story::visiting(site());
    story.keeping = crate::harness::Keeping::Held;
    story.send("one");
    story.send("two");
    story.store_all();
    assert_eq!(story.posted(), ["one"]);
    story.answer_post(taken("cs_1", "m_1"));
    assert_eq!(story.posted(), ["one"], "no write has noted the second one");
    story.store_all();
    assert_eq!(story.posted(), ["one", "two"]);
    let kept = story.kept.clone().unwrap();
    assert!(kept.contains("cs_1"));
}

#[test]
fn a_stored_session_goes_on_with_the_whole_conversation() {
    let mut first = Story::conversing(site());
    first.next_poll(secs(5));
    first.answer_poll(told(&[own("m_1", "Hello", 1), owner("m_2", "Hi!", 2)]));
    let kept = first.kept.clone().unwrap();

    let mut story = Story::reborn(3, site(), &kept, DAWN + 40 * 86_400_000);
    story.start();
    assert_eq!(story.state(), ConnectionState::Connecting);
    assert!(!story.poll().unwrap().contains("since"));
    story.answer_poll(told(&[
        own("m_1", "Hello", 1),
        owner("m_2", "Hi!", 2),
        owner("m_3", "Still there?", 3),
    ]));
    assert_eq!(story.state(), ConnectionState::Live);
    assert_eq!(changes(&story), [SessionChange::Resumed]);
    assert_eq!(story.texts(), ["Hello", "Hi!", "Still there?"]);
    let new: Vec<String> = story.heard(|event| match event {
        Event::Message { message, .. } => Some(message.text.clone()),
        _ => None,
    });
    assert_eq!(new, ["Still there?"]);
    story.next_poll(MINUTE);
    assert!(story.poll().unwrap().ends_with("since=2026-01-01T00%3A00%3A01.000Z"));
}

#[test]
fn a_session_that_is_gone_when_a_message_is_sent_is_replaced_by_that_message() {
    let mut story = Story::conversing(site());
    let id = story.send("Where is my order?");
    story.answer_post(refused(404));
    assert_eq!(story.post(), Some(json!({ "content": "Where is my order?" })));
    story.answer_post(taken("cs_2", "m_1b"));
    assert_eq!(story.status_of(id), Some(Delivery::Sent));
    assert_eq!(changes(&story), [SessionChange::Replaced]);
    let conversations: Vec<u32> = story.client.messages().map(|message| message.conversation).collect();
    assert_eq!(conversations, [0, 1]);
    assert_eq!(story.texts(), ["Hello", "Where is my order?"]);
    assert!(story.statuses(id).iter().all(|status| *status != Delivery::Uncertain));
}

#[test]
fn a_session_that_a_poll_finds_gone_is_forgotten_and_the_transcript_stays() {
    let mut story = Story::conversing(site());
    story.next_poll(secs(5));
    story.answer_poll(refused(404));
    assert_eq!(story.state(), ConnectionState::Live);
    assert_eq!(
        (story.texts(), story.client.has_session()),
        (vec!["Hello".to_owned()], false)
    );
    story.forget();
    story.advance(DAY);
    assert!(story.calls.is_empty(), "without a session nothing is asked");
    story.send("Anybody?");
    assert_eq!(story.post(), Some(json!({ "content": "Anybody?" })));
}

#[test]
fn a_stored_session_that_is_gone_leaves_the_queue_to_the_next_one() {
    let mut first = Story::conversing(site());
    first.stop();
    first.send("typed while away");
    let kept = first.kept.clone().unwrap();
    let mut story = Story::reborn(3, site(), &kept, DAWN);
    story.start();
    story.answer_poll(refused(404));
    assert_eq!(story.state(), ConnectionState::Live);
    assert_eq!(story.post(), Some(json!({ "content": "typed while away" })));
    story.answer_post(taken("cs_2", "m_9"));
    assert_eq!(changes(&story), [SessionChange::Replaced]);
}

#[test]
fn a_site_without_a_route_for_messages_still_takes_them() {
    let mut story = Story::conversing(site());
    story.next_poll(secs(5));
    let page = HttpResponse {
        status: 404,
        body: "<html>not found</html>".to_owned(),
        ..HttpResponse::default()
    };
    story.answer_poll(page.clone());
    assert!(story.client.has_session());
    assert_eq!(story.errors().len(), 1);
    assert!(story.errors()[0].to_string().contains("messagesPath"));
    let id = story.send("Still here");
    assert_eq!(story.post().unwrap()["sessionPublicId"], "cs_1");
    story.answer_post(taken("cs_1", "m_2"));
    assert_eq!(story.status_of(id), Some(Delivery::Sent));
    assert!(story.next_poll(2 * MINUTE) > secs(50));
    story.answer_poll(page);
    assert_eq!(story.errors().len(), 1, "told once");
    let id = story.send("Lost");
    story.lose_post();
    story.next_poll(MINUTE);
    story.answer_poll(HttpResponse {
        status: 404,
        ..HttpResponse::default()
    });
    assert_eq!(story.status_of(id), Some(Delivery::Uncertain));
}

#[test]
fn a_first_answer_without_a_session_is_an_error_that_the_page_sees() {
    let mut story = Story::visiting(site());
    let id = story.send("Hello");
    story.send("And");
    story.answer_post(answer(200, &json!({ "success": true })));
    assert_eq!(story.state(), ConnectionState::Failed);
    assert_eq!(story.status_of(id), Some(Delivery::Sent));
    assert!(
        story.errors()[0].to_string().contains("no session id"),
        "{:?}",
        story.errors()
    );
    assert_eq!(story.posted(), ["Hello"]);
}

#[test]
fn a_session_that_the_server_changes_by_itself_is_followed() {
    let mut story = Story::conversing(site());
    let id = story.send("More");
    story.answer_post(taken("cs_7", "m_2"));
    assert_eq!(story.status_of(id), Some(Delivery::Sent));
    story.next_poll(secs(5));
    assert!(story.poll().unwrap().contains("sessionPublicId=cs_7"));
    assert_eq!(changes(&story), [SessionChange::Replaced]);
}

#[test]
fn the_welcome_message_needs_no_network() {
    let mut story = Story::new(site().welcome_message("How can we help?"));
    story.command(Command::FetchConfig);
    assert!(story.calls.is_empty());
    let config = story.client.widget_config().unwrap();
    assert_eq!(config.welcome_message.as_deref(), Some("How can we help?"));
    let mut story = Story::visiting(site().welcome_message("How can we help?"));
    assert!(story.client.widget_config().is_some() && story.calls.is_empty());
    story.stop();
    story.advance(ms(1));
}

#[test]
fn a_session_id_is_never_told_or_logged() {
    for mut story in [Story::conversing(with_socket()), Story::conversing(by_key())] {
        story.next_poll(secs(5));
        assert!(story.poll().unwrap().contains("cs_1"));
        story.send("x");
        let seen = format!(
            "{:?} {:?} {:?} {:?}",
            story.events, story.calls, story.dials, story.client
        );
        assert!(!seen.contains("cs_1") && !seen.contains(KEY), "{seen}");
    }
}

#[test]
fn with_a_key_only_the_routes_are_others() {
    let mut story = Story::visiting(by_key());
    story.send("Hello");
    let post = story.calls[0].what.call.clone();
    assert_eq!(
        post.url.expose(),
        "https://api.mailoo.example/api/v1/webhooks/chat/mailoo-website/mailoo_dev_chat_integration/messages"
    );
    assert_eq!(post.headers, [("X-API-Key", KEY.into())]);
    assert_eq!(
        story.post(),
        Some(json!({ "content": "Hello", "senderName": "Camille" }))
    );
    story.answer_post(taken("cs_1", "m_1"));
    assert!(
        story.dials[0]
            .what
            .1
            .expose()
            .starts_with("wss://api.mailoo.example/api/v1/chat/visitor-ws?"),
        "the socket is known without being asked for"
    );
    story.open();
    assert_eq!(
        story.poll().as_deref(),
        Some(
            "https://api.mailoo.example/api/v1/webhooks/chat/mailoo-website/mailoo_dev_chat_integration/sessions/cs_1/messages"
        )
    );
    story.answer_poll(told(&[own("m_1", "Hello", 1), owner("m_2", "Hi!", 2)]));
    assert_eq!(story.texts(), ["Hello", "Hi!"]);
    let kept = story.kept.clone().unwrap();
    assert!(kept.contains("cs_1") && !kept.contains(KEY), "{kept}");
}

#[test]
fn what_is_wrong_with_the_service_is_not_said_of_a_site() {
    let page = || HttpResponse {
        status: 200,
        body: "<html>".to_owned(),
        ..HttpResponse::default()
    };
    let mut story = Story::visiting(by_key());
    story.send("Hello");
    story.answer_post(page());
    let words = story.errors()[0].to_string();
    assert!(words.contains("apiUrl") && !words.contains("site"), "{words}");
    let mut story = Story::conversing(by_key());
    story.next_poll(secs(5));
    story.answer_poll(page());
    let words = story.client.connection().reason.unwrap();
    assert!(words.contains("apiUrl") && !words.contains("site"), "{words}");
    for status in [401, 403] {
        let mut story = Story::visiting(by_key());
        let id = story.send("Hello");
        story.answer_post(refused(status));
        assert_eq!(story.state(), ConnectionState::Failed);
        assert_eq!(story.status_of(id), Some(Delivery::Pending));
    }
}
