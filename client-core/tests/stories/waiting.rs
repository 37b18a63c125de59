//! Told to wait, in a hurry, or down for long.

use std::time::Duration;

use visavis_client_core::http::HttpResponse;
use visavis_client_core::{ConnectionState, Environment};

use crate::closing::{FLOOR, SEEDS};
use crate::harness::{MINUTE, Story, bloonio, ms, secs};
use crate::relay::{granted, jwt, later};

/// Told to wait a minute on the way to a first session, by an answer.
fn told_to_wait(response: HttpResponse) -> Story {
    let mut story = Story::new(bloonio());
    story.start();
    story.answer(response);
    assert_eq!(story.state(), ConnectionState::Backoff);
    story.forget();
    story
}

/// `Retry-After` as a date, with the answer's own `Date` a minute earlier. Neither is near the client's clock.
fn by_date(status: u16) -> HttpResponse {
    HttpResponse {
        date: Some("Sun, 06 Nov 1994 08:48:37 GMT".to_owned()),
        ..later(status, "Sun, 06 Nov 1994 08:49:37 GMT")
    }
}

#[test]
fn a_wait_that_the_relay_names_is_kept() {
    for response in [
        later(429, "60"),
        later(503, "60"),
        later(503, " 60 "),
        by_date(429),
        by_date(503),
    ] {
        let mut story = told_to_wait(response);
        let waited = story.until(MINUTE * 3, Story::tries).unwrap();
        assert!(waited >= MINUTE && waited <= secs(66), "{waited:?}");
    }
    let mut story = told_to_wait(later(503, "Sun, 21 Jun 2026 10:02:02 GMT"));
    let waited = story.until(MINUTE * 3, Story::tries).unwrap();
    assert!(
        waited >= MINUTE && waited <= secs(66),
        "without a Date, by our own clock: {waited:?}"
    );
}

#[test]
fn a_wait_that_makes_no_sense_is_an_ordinary_failure() {
    for header in ["soon", "-5", "", "Sun, 06 Nov 1994 08:49:37 GMT"] {
        let mut story = told_to_wait(later(503, header));
        let waited = story.until(MINUTE * 3, Story::tries).unwrap();
        assert!(waited >= FLOOR && waited <= secs(10), "{header:?}: {waited:?}");
    }
    let mut story = told_to_wait(later(503, "999999999"));
    assert!(story.retry_in() <= secs(3_700), "not silenced for years");
    story.until(secs(4_000), Story::tries).unwrap();
}

#[test]
fn a_refresh_that_is_put_off_waits_too() {
    let mut story = Story::live();
    story.close(4401);
    story.answer(later(429, "45"));
    let waited = story.until(MINUTE * 3, Story::tries).unwrap();
    assert!(waited >= secs(45), "{waited:?}");
    assert_eq!(story.verbs(), ["visitor-token", "visitor-token"]);
}

type Pester = fn(&mut Story);

/// Everything that makes a client hurry.
const PESTERING: [(&str, Pester); 8] = [
    ("online", |story| story.environment(Environment::Online)),
    ("visible", |story| story.environment(Environment::Visible)),
    ("offline and online", |story| {
        story.environment(Environment::Offline);
        story.environment(Environment::Online);
    }),
    ("hidden and visible", |story| {
        story.environment(Environment::Hidden);
        story.environment(Environment::Visible);
    }),
    ("away and back", |story| {
        story.environment(Environment::PageHidden);
        story.environment(Environment::PageShown);
    }),
    ("a message", |story| {
        story.send("are you there?");
    }),
    ("start", Story::start),
    ("sleep", |story| {
        story.sleep(secs(60));
        story.give(visavis_client_core::Input::Timeout);
    }),
];

#[test]
fn nothing_hurries_before_the_time_that_the_relay_named() {
    for (what, pester) in PESTERING {
        let mut story = told_to_wait(later(429, "60"));
        for _ in 0..59 {
            story.advance(secs(1));
            pester(&mut story);
            assert!(story.calls.is_empty() && story.dials.is_empty(), "{what}");
        }
        story.advance(secs(7));
        assert_eq!(story.verbs(), ["visitor-session"], "{what}");
    }
}

#[test]
fn being_offline_is_no_way_around_the_wait() {
    let mut story = told_to_wait(later(429, "300"));
    story.environment(Environment::Offline);
    story.advance(secs(299));
    assert!(story.calls.is_empty());
    story.advance(secs(5));
    assert_eq!(story.verbs(), ["visitor-session"]);
}

#[test]
fn two_minutes_of_waiting_do_not_end_the_wait() {
    let mut story = told_to_wait(later(429, "600"));
    story.advance(secs(300));
    assert_eq!(story.state(), ConnectionState::Suspended);
    story.advance(secs(299));
    assert!(story.calls.is_empty());
    story.until(secs(10), Story::tries).unwrap();
    story.answer(later(429, "600"));
    assert_eq!(story.state(), ConnectionState::Suspended);
    assert!(story.retry_in() >= secs(600), "{:?}", story.retry_in());
}

// --- hurrying -----------------------------------------------------------------------------------------------------------------

/// Down for so long that attempts are rare; the last one has just failed.
fn suspended() -> Story {
    let mut story = Story::live();
    story.close(1006);
    while story.state() != ConnectionState::Suspended || story.retry_in() < secs(18) {
        story
            .until(MINUTE, |story| {
                story.socket().is_some() || story.state() == ConnectionState::Suspended
            })
            .unwrap();
        if story.socket().is_none() {
            story.until(MINUTE, |story| story.socket().is_some()).unwrap();
        }
        story.close(1006);
    }
    story.forget();
    story
}

#[test]
fn two_minutes_without_a_line_are_told() {
    let mut story = Story::live();
    let lost = story.clock();
    story.close(1006);
    while story.state() != ConnectionState::Suspended {
        assert!(story.clock() - lost <= secs(131), "an attempt under way may end first");
        if story.socket().is_some() {
            story.close(1006);
        } else {
            story.advance(ms(100));
        }
    }
    assert!(story.clock() - lost >= secs(120), "{:?}", story.clock() - lost);
}

#[test]
fn a_long_attempt_does_not_hide_the_two_minutes() {
    let mut story = Story::live();
    let lost = story.clock();
    story.close(1006);
    story
        .until(MINUTE * 3, |story| story.state() == ConnectionState::Suspended)
        .expect("told, though each dial hangs");
    assert!(story.clock() - lost <= secs(131));
}

#[test]
fn while_suspended_an_attempt_comes_each_twenty_to_thirty_seconds() {
    let mut story = suspended();
    let mut gaps = Vec::new();
    for _ in 0..60 {
        gaps.push(story.until(MINUTE, |story| story.socket().is_some()).unwrap());
        story.close(1006);
        assert_eq!(story.state(), ConnectionState::Suspended);
    }
    assert!(gaps.iter().all(|gap| *gap >= secs(20) && *gap <= secs(30)), "{gaps:?}");
    assert!(gaps.iter().any(|gap| *gap < secs(22)) && gaps.iter().any(|gap| *gap > secs(28)));
    story.until(MINUTE, |story| story.socket().is_some()).unwrap();
    story.go_live();
    assert_eq!(story.state(), ConnectionState::Live);
}

#[test]
fn being_live_again_begins_the_two_minutes_anew() {
    let mut story = suspended();
    story.until(MINUTE, |story| story.socket().is_some()).unwrap();
    story.go_live();
    story.advance(secs(15));
    story.close(1006);
    assert_eq!(story.state(), ConnectionState::Backoff);
}

#[test]
fn a_visitor_who_writes_or_looks_is_not_kept_waiting() {
    type Happen = fn(&mut Story);
    let reasons: [(&str, Happen); 4] = [
        ("a message", |story| {
            story.send("hello?");
        }),
        ("online", |story| story.environment(Environment::Online)),
        ("visible", |story| story.environment(Environment::Visible)),
        ("start", Story::start),
    ];
    for (what, happen) in reasons {
        let mut story = suspended();
        happen(&mut story);
        let waited = story.until(MINUTE, |story| story.socket().is_some()).unwrap();
        assert!(waited <= ms(250), "{what}: {waited:?}");
    }
}

#[test]
fn hurried_attempts_keep_five_seconds_apart() {
    let mut story = suspended();
    let end = story.clock() + secs(120);
    while story.clock() < end {
        if story.socket().is_some() {
            story.close(1006);
        }
        story.environment(Environment::Online);
        story.environment(Environment::Visible);
        if story.client.queued() < 90 {
            story.send("hello?");
        }
        story.advance(ms(100));
    }
    let times: Vec<Duration> = story.dials.iter().map(|dial| dial.at).collect();
    assert!(times.len() >= 20, "{} attempts in two minutes", times.len());
    for (one, next) in times.iter().zip(times.iter().skip(1)) {
        assert!(*next - *one >= secs(5), "{:?} apart", *next - *one);
    }
}

#[test]
fn a_hurried_attempt_spreads_a_little() {
    let delays: Vec<Duration> = (0..SEEDS)
        .map(|seed| {
            let mut story = Story::live_with(seed, bloonio());
            story.close(4429);
            let waited = story.retry_in();
            assert!(waited >= secs(30));
            let mut story = Story::live_with(seed, bloonio());
            story.environment(Environment::Offline);
            story.close(1006);
            story.environment(Environment::Online);
            story.until(MINUTE, |story| story.socket().is_some()).unwrap()
        })
        .collect();
    assert!(delays.iter().all(|delay| *delay <= ms(250)));
    assert!(delays.iter().any(|delay| *delay < ms(30)) && delays.iter().any(|delay| *delay > ms(220)));
}

#[test]
fn the_first_session_waits_for_nobody() {
    let mut story = Story::new(bloonio());
    story.start();
    assert_eq!(story.calls[0].at, story.clock());
    story.answer(granted("vs_1", &jwt(1, 3600)));
    assert_eq!(story.dials[0].at, story.clock());
}
