//! What the network, the page and a hanging dial do to the connection.

use std::time::Duration;

use serde_json::json;
use visavis_client_core::{ConnectionState, Environment, Input};

use crate::harness::{DAY, MINUTE, Peer, Story, bloonio, ms, secs};
use crate::liveness::{NOTICED_SOON, down};
use crate::relay::{bot, granted, jwt, welcome};

#[test]
fn a_dial_that_hangs_and_a_greeting_that_never_comes_end_after_ten_seconds() {
    for opens_after in [None, Some(0), Some(3), Some(9)] {
        let mut story = Story::live();
        story.close(1006);
        story.until(MINUTE, |story| story.socket().is_some()).unwrap();
        let begun = story.clock();
        if let Some(after) = opens_after {
            story.advance(secs(after));
            story.open();
        }
        story
            .until(MINUTE, |story| story.state() == ConnectionState::Backoff)
            .unwrap();
        assert_eq!(story.clock() - begun, secs(10), "opened after {opens_after:?}");
        assert_eq!(story.closes.len(), 1, "the attempt is given up");
    }
}

#[test]
fn frames_before_the_greeting_do_not_make_a_line_live() {
    let mut story = Story::live();
    story.close(1006);
    story.until(MINUTE, |story| story.socket().is_some()).unwrap();
    story.send("hello");
    story.open();
    story.frame(&json!({ "type": "pong" }));
    story.frame(&bot("m1", "early", 1_782_036_000));
    assert_eq!(story.state(), ConnectionState::Connecting);
    assert!(story.sent("msg").is_empty());
    story.frame(&welcome());
    assert_eq!(story.sent_texts(), ["hello"]);
}

#[test]
fn coming_online_restarts_a_dial() {
    let mut story = Story::live();
    story.close(1006);
    story.until(MINUTE, |story| story.socket().is_some()).unwrap();
    let hanging = story.socket();
    story.advance(secs(3));
    story.environment(Environment::Online);
    assert!(
        story.socket().is_some() && story.socket() != hanging,
        "the old route is not trusted"
    );
    story.go_live();
}

#[test]
fn what_an_older_socket_says_is_not_heard() {
    let mut story = Story::live();
    let old = story.socket().unwrap();
    story.close(1006);
    story.until(MINUTE, |story| story.socket().is_some()).unwrap();
    story.open();
    story.forget();
    let reason = String::new();
    story.give(Input::SocketOpened { generation: old });
    story.give(Input::SocketFrame {
        generation: old,
        text: welcome().to_string(),
    });
    story.give(Input::SocketFrame {
        generation: old,
        text: bot("m1", "from beyond", 1_782_036_000).to_string(),
    });
    story.give(Input::SocketClosed {
        generation: old,
        code: 4404,
        reason,
    });
    assert!(story.is_quiet());
    assert_eq!(story.state(), ConnectionState::Connecting);
}

#[test]
fn offline_pauses_but_is_put_to_the_test_each_minute() {
    let mut story = Story::live();
    story.close(1006);
    story.environment(Environment::Offline);
    assert_eq!(story.state(), ConnectionState::Paused);
    assert_eq!(story.client.connection().reason.as_deref(), Some("offline"));
    story.forget();
    for _ in 0..5 {
        let waited = story.until(MINUTE * 5, |story| story.socket().is_some()).unwrap();
        assert_eq!(waited, MINUTE);
        story.close(1006);
        assert_eq!(story.state(), ConnectionState::Paused);
    }
    story.until(MINUTE, |story| story.socket().is_some()).unwrap();
    story.go_live();
    assert_eq!(story.state(), ConnectionState::Live, "the claim was wrong");
}

#[test]
fn offline_ends_an_attempt_under_way() {
    let mut story = Story::live();
    story.close(1006);
    story.until(MINUTE, |story| story.socket().is_some()).unwrap();
    story.environment(Environment::Offline);
    assert_eq!((story.state(), story.socket()), (ConnectionState::Paused, None));

    let mut story = Story::new(bloonio());
    story.start();
    story.environment(Environment::Offline);
    assert_eq!((story.state(), story.cancelled.len()), (ConnectionState::Paused, 1));
}

#[test]
fn coming_online_tries_at_once() {
    let mut story = Story::live();
    story.peer = Peer::Silent;
    story.environment(Environment::Offline);
    let noticed = story.until(MINUTE, down).unwrap();
    assert!(noticed <= NOTICED_SOON);
    assert_eq!(story.state(), ConnectionState::Paused);
    story.advance(secs(20));
    story.environment(Environment::Online);
    let waited = story.until(MINUTE, |story| story.socket().is_some()).unwrap();
    assert!(waited <= ms(250), "{waited:?}");
}

#[test]
fn a_page_that_nobody_sees_stops_dialling_after_a_minute() {
    let mut story = Story::live();
    story.environment(Environment::Hidden);
    story.close(1006);
    assert_eq!(
        story.state(),
        ConnectionState::Backoff,
        "a short look elsewhere changes nothing"
    );
    let hidden = story.clock();
    while story.clock() - hidden < secs(60) {
        if story.socket().is_some() {
            story.close(1006);
        }
        story.advance(ms(500));
    }
    if story.socket().is_some() {
        story.close(1006);
    }
    assert_eq!(story.state(), ConnectionState::Paused);
    story.forget();
    story.advance(DAY);
    assert!(story.dials.is_empty() && story.calls.is_empty());
    story.environment(Environment::Online);
    story.sleep(secs(600));
    story.give(Input::Timeout);
    story.advance(DAY);
    assert!(story.dials.is_empty(), "no network and no sleep makes it visible");
    story.environment(Environment::Visible);
    let waited = story
        .until(MINUTE, |story| story.socket().is_some() || story.open_call().is_some())
        .unwrap();
    assert!(waited <= ms(250), "{waited:?}");
}

#[test]
fn a_line_lost_in_the_background_is_not_dialled_for() {
    let mut story = Story::live();
    story.environment(Environment::Hidden);
    story.advance(MINUTE * 10);
    assert_eq!(story.state(), ConnectionState::Live, "a line that lives is kept");
    story.forget();
    story.close(1006);
    assert_eq!(story.state(), ConnectionState::Paused);
    story.advance(DAY);
    assert!(story.dials.is_empty() && story.calls.is_empty());
}

#[test]
fn a_message_is_sent_from_a_hidden_page_too() {
    let mut story = Story::live();
    story.environment(Environment::Hidden);
    story.advance(MINUTE * 2);
    story.close(1006);
    assert_eq!(story.state(), ConnectionState::Paused);
    story.send("from a script");
    let waited = story.until(MINUTE, |story| story.socket().is_some()).unwrap();
    assert!(waited <= ms(250), "{waited:?}");
    story.go_live();
    assert_eq!(story.sent_texts(), ["from a script"]);
}

#[test]
fn hidden_and_offline_is_hidden() {
    let mut story = Story::live();
    story.close(1006);
    story.environment(Environment::Offline);
    story.environment(Environment::Hidden);
    story.advance(secs(61));
    if story.socket().is_some() {
        story.close(1006);
    }
    story.forget();
    story.advance(MINUTE * 30);
    assert!(story.dials.is_empty(), "no dialling in the background");
    story.environment(Environment::Visible);
    story.until(MINUTE, Story::tries).unwrap();
}

#[test]
fn a_page_hidden_before_the_start_counts_from_when_it_was_hidden() {
    let mut story = Story::new(bloonio());
    story.environment(Environment::Hidden);
    assert_eq!(story.client.poll_timeout(), None, "nothing to watch before a start");
    story.advance(MINUTE * 5);
    story.start();
    story.fail_call();
    assert_eq!(story.state(), ConnectionState::Paused);
    story.environment(Environment::Visible);
    story.until(secs(1), Story::tries).unwrap();
    story.go_live();
}

#[test]
fn a_page_that_goes_away_lets_go_of_the_socket_and_comes_back() {
    let mut story = Story::live();
    let waiting = story.send("on its way");
    story.environment(Environment::PageHidden);
    assert_eq!(story.closes[0].what.1, 1000);
    assert_eq!(story.state(), ConnectionState::Paused);
    story.forget();
    story.environment(Environment::Online);
    story.environment(Environment::Visible);
    story.advance(DAY / 2);
    assert!(
        story.dials.is_empty() && story.calls.is_empty(),
        "a frozen page does nothing"
    );
    assert!(story.client.has_session());
    story.environment(Environment::PageShown);
    story.go_live();
    assert_eq!(story.verbs(), ["visitor-token"], "the same session, with a fresh token");
    // Half a day later nobody can tell whether it arrived.
    assert_eq!(story.status_of(waiting), Some(visavis_client_core::Delivery::Uncertain));
}

#[test]
fn a_page_that_goes_away_in_the_middle_of_anything_comes_back() {
    type Act = fn(&mut Story);
    let moments: [(&str, Act); 5] = [
        ("creating", |_| {}),
        ("dialling", |story| story.answer(granted("vs_1", &jwt(1, 3600)))),
        ("welcoming", |story| {
            story.answer(granted("vs_1", &jwt(1, 3600)));
            story.open();
        }),
        ("backing off", |story| story.fail_call()),
        ("offline", |story| story.environment(Environment::Offline)),
    ];
    for (what, act) in moments {
        let mut story = Story::new(bloonio());
        story.start();
        act(&mut story);
        story.environment(Environment::PageHidden);
        assert_eq!(
            (story.state(), story.socket()),
            (ConnectionState::Paused, None),
            "{what}"
        );
        assert!(story.open_call().is_none(), "{what}");
        story.environment(Environment::PageShown);
        assert!(story.tries(), "{what}");
        story.go_live();
    }
    let mut idle = Story::new(bloonio());
    idle.environment(Environment::PageHidden);
    idle.environment(Environment::PageShown);
    assert!(idle.is_quiet(), "nobody asked for a connection");
}

#[test]
fn a_network_that_comes_and_goes_does_not_put_the_next_try_off() {
    let mut story = Story::live();
    story.close(1006);
    let begun = story.clock();
    while story.clock() - begun < MINUTE {
        story.environment(Environment::Offline);
        story.advance(ms(300));
        story.environment(Environment::Online);
        story.advance(ms(700));
        if story.socket().is_some() {
            story.close(1006);
        }
    }
    assert!(story.dials.len() >= 9, "{} tries in a minute", story.dials.len());
    let times: Vec<Duration> = story.dials.iter().map(|dial| dial.at).collect();
    for (one, next) in times.iter().zip(times.iter().skip(1)) {
        assert!(*next - *one >= secs(5), "{:?} apart", *next - *one);
    }
}
