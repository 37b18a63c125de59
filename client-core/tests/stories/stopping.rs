//! A stop ends everything, and a start begins again.

use serde_json::json;
use visavis_client_core::{Client, Command, ConnectionState, Environment, Event, Input, Typing};

use crate::harness::{DAY, MINUTE, Story, bloonio, secs};
use crate::relay::{self, bot, granted, jwt, welcome};

/// Ways to be in the middle of something.
fn busy_stories() -> Vec<(&'static str, Story)> {
    let begun = || {
        let mut story = Story::new(bloonio());
        story.start();
        story
    };
    let mut creating = begun();
    creating.send("waits");
    let mut dialling = begun();
    dialling.answer(granted("vs_1", &jwt(1, 3600)));
    let mut welcoming = begun();
    welcoming.answer(granted("vs_1", &jwt(1, 3600)));
    welcoming.open();
    let mut sending = Story::live();
    sending.send("in flight");
    sending.send("waits");
    sending.command(Command::Typing(Typing::Start));
    sending.frame(&json!({ "type": "typing", "state": "start", "role": "bot" }));
    let mut backoff = Story::live();
    backoff.send("in flight");
    backoff.close(1006);
    let mut offline = Story::live();
    offline.close(1006);
    offline.environment(Environment::Offline);
    let mut away = Story::live();
    away.environment(Environment::PageHidden);
    let mut hidden = Story::live();
    hidden.environment(Environment::Hidden);
    let mut refused = Story::live();
    let id = refused.send("later");
    refused
        .frame(&json!({ "type": "error", "code": "rate_limited", "client_msg_id": id.to_string(), "retry_after": 20 }));
    vec![
        ("idle", Story::new(bloonio())),
        ("creating", creating),
        ("dialling", dialling),
        ("welcoming", welcoming),
        ("sending", sending),
        ("backing off", backoff),
        ("offline", offline),
        ("page gone", away),
        ("hidden", hidden),
        ("held back", refused),
    ]
}

#[test]
fn a_stop_beats_everything_that_wakes() {
    for (what, mut story) in busy_stories() {
        let socket = story.socket();
        let call = story.open_call().map(|asked| asked.request);
        story.stop();
        assert_eq!(story.state(), ConnectionState::Closed, "{what}");
        assert_eq!(
            (story.socket(), story.open_call().is_some()),
            (None, false),
            "{what}: all let go"
        );
        assert_eq!(story.client.poll_timeout(), None, "{what}");
        story.forget();
        for change in [
            Environment::Offline,
            Environment::Online,
            Environment::Hidden,
            Environment::Visible,
            Environment::PageHidden,
            Environment::PageShown,
            Environment::Hidden,
        ] {
            story.environment(change);
        }
        if let Some(generation) = socket {
            let reason = String::new();
            story.give(Input::SocketOpened { generation });
            for text in [welcome().to_string(), bot("m9", "late", 1_782_036_000).to_string()] {
                story.give(Input::SocketFrame { generation, text });
            }
            story.give(Input::SocketBuffered {
                generation,
                bytes: 1 << 20,
            });
            story.give(Input::SocketClosed {
                generation,
                code: 4401,
                reason,
            });
        }
        if let Some(request) = call {
            story.give(Input::HttpFinished {
                request,
                result: Ok(granted("vs_9", &jwt(9, 3600))),
            });
        }
        story.sleep(MINUTE);
        story.give(Input::Timeout);
        story.freeze(MINUTE);
        story.give(Input::Timeout);
        story.advance(DAY * 2);
        assert!(story.is_quiet(), "{what}: {:?}", story.events);
        assert_eq!(story.client.poll_timeout(), None, "{what}");
        assert_eq!(story.state(), ConnectionState::Closed);
    }
}

#[test]
fn after_a_stop_nothing_is_sent_until_a_start() {
    let mut story = Story::live();
    story.stop();
    story.forget();
    story.send("kept");
    story.advance(MINUTE);
    assert!(story.dials.is_empty() && story.calls.is_empty());
    assert_eq!(story.texts(), ["kept"], "it is safe, and shown");
    story.start();
    story.go_live();
    assert_eq!(story.sent_texts(), ["kept"]);
}

#[test]
fn every_story_starts_again_after_a_stop() {
    for (what, mut story) in busy_stories() {
        story.stop();
        story.environment(Environment::Online);
        story.environment(Environment::Visible);
        story.start();
        assert!(story.tries(), "{what}");
        story.go_live();
        story.advance(secs(8));
        assert_eq!(story.state(), ConnectionState::Live, "{what}");
    }
}

#[test]
fn each_change_is_told_once_with_a_countdown() {
    let mut story = Story::live();
    story.close(1006);
    story.until(MINUTE, |story| story.socket().is_some()).unwrap();
    story.go_live();
    let told = story.heard(|event| match event {
        Event::Connection(status) => Some((status.state, status.retry_in.is_some(), status.reason.is_some())),
        _ => None,
    });
    assert_eq!(
        told,
        [
            (ConnectionState::Backoff, true, true),
            (ConnectionState::Connecting, false, false),
            (ConnectionState::Live, false, false)
        ]
    );
}

#[test]
fn a_client_is_a_value() {
    // Two copies that are told the same do the same: nothing is kept outside.
    let mut story = Story::live();
    story.send("hello");
    let mut copy: Client = story.client.clone();
    let now = story.now();
    let generation = story.socket().unwrap();
    let text = relay::bot("m1", "hi", 1_782_036_000).to_string();
    let input = Input::SocketFrame { generation, text };
    let one = format!("{:?}", story.client.handle(input.clone(), now).collect::<Vec<_>>());
    let two = format!("{:?}", copy.handle(input, now).collect::<Vec<_>>());
    assert_eq!(one, two);
}
