//! How a line ends, and how long until the next attempt.

use std::time::Duration;

use visavis_client_core::{ConnectionState, Environment, ErrorKind};

use crate::harness::{MINUTE, Story, bloonio, ms, secs};
use crate::relay::welcome;

pub(crate) const SEEDS: u64 = 120;
pub(crate) const FLOOR: Duration = ms(250);

/// What comes after a close.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Next {
    /// A first delay spread over this window.
    Within(Duration),
    /// Not before the first, not after the second.
    Between(Duration, Duration),
    Refresh,
    NewSession,
    Failed(ErrorKind),
}

#[test]
fn the_whole_table_of_close_codes() {
    let five = Next::Within(secs(5));
    let ten = Next::Within(secs(10));
    let refused = Next::Failed(ErrorKind::Configuration);
    for (code, next) in [
        (1000, five),
        (1001, ten),
        (1002, five),
        (1003, five),
        (1005, five),
        (1006, five),
        (1007, five),
        (1008, refused),
        (1009, five),
        (1011, five),
        (1012, ten),
        (1013, ten),
        (1015, five),
        (3000, five),
        (4000, five),
        (4400, refused),
        (4401, Next::Refresh),
        (4403, refused),
        (4404, Next::NewSession),
        (4429, Next::Between(secs(30), secs(36))),
        (4450, refused),
        (4499, refused),
        (4500, five),
        (4999, five),
    ] {
        let mut story = Story::live();
        story.close(code);
        match next {
            Next::Within(window) => holds_window(code, window),
            Next::Between(least, most) => {
                assert_eq!(story.state(), ConnectionState::Backoff, "{code}");
                let delay = story.retry_in();
                assert!(delay >= least && delay <= most, "{code}: {delay:?}");
            }
            Next::Refresh => assert_eq!(story.verbs(), ["visitor-token"], "{code}"),
            Next::NewSession => assert_eq!(story.verbs(), ["visitor-session"], "{code}"),
            Next::Failed(kind) => {
                assert_eq!(story.state(), ConnectionState::Failed, "{code}");
                let failure = story.client.failure().unwrap();
                assert_eq!((failure.kind(), failure.status()), (kind, Some(code)));
                story.forget();
                story.advance(MINUTE * 60);
                story.environment(Environment::Online);
                assert!(story.is_quiet(), "{code}: nothing until the application acts");
            }
        }
    }
}

/// Over many clients the first delay fills its window and nothing else.
fn holds_window(code: u16, window: Duration) {
    let delays: Vec<Duration> = (0..SEEDS)
        .map(|seed| {
            let mut story = Story::live_with(seed, bloonio());
            story.close(code);
            assert_eq!(story.state(), ConnectionState::Backoff, "{code}");
            assert!(story.client.connection().reason.unwrap().contains(&code.to_string()));
            let delay = story.retry_in();
            assert!(story.calls.is_empty(), "the token is still good");
            delay
        })
        .collect();
    fills(&delays, window, &code.to_string());
}

fn fills(delays: &[Duration], window: Duration, what: &str) {
    let (least, most) = (*delays.iter().min().unwrap(), *delays.iter().max().unwrap());
    assert!(
        least >= FLOOR && least < FLOOR.max(window / 10),
        "{what}: from {least:?}"
    );
    assert!(most <= window && most > window * 9 / 10, "{what}: to {most:?}");
    let in_first_half = delays.iter().filter(|delay| **delay < window / 2).count();
    assert!(
        in_first_half * 3 > delays.len() && in_first_half * 3 < delays.len() * 2,
        "{what}: even"
    );
}

#[test]
fn a_retry_keeps_its_word() {
    let mut story = Story::live();
    story.close(1006);
    let delay = story.retry_in();
    let waited = story.until(MINUTE, |story| story.socket().is_some()).unwrap();
    assert_eq!(waited, delay);
}

/// The delays of many clients before their `attempt`th try, none of which succeeds.
fn delays_of_attempt(attempt: usize) -> Vec<Duration> {
    (0..SEEDS)
        .map(|seed| {
            let mut story = Story::live_with(seed, bloonio());
            story.close(1006);
            for _ in 1..attempt {
                story.until(MINUTE, |story| story.socket().is_some()).unwrap();
                story.close(1006);
            }
            story.retry_in()
        })
        .collect()
}

#[test]
fn delays_grow_from_four_seconds_to_thirty() {
    for (attempt, ceiling) in [(2, 4), (3, 8), (4, 16), (5, 30), (7, 30)] {
        fills(
            &delays_of_attempt(attempt),
            secs(ceiling),
            &format!("attempt {attempt}"),
        );
    }
}

#[test]
fn evidence_of_our_own_shortens_the_first_delay() {
    type Happen = fn(&mut Story);
    let evidence: [(&str, Happen); 4] = [
        ("the network came back", |story| {
            story.environment(Environment::Offline);
            story.environment(Environment::Online);
        }),
        ("the machine slept", |story| {
            story.sleep(secs(600));
            story.give(visavis_client_core::Input::Timeout);
        }),
        ("the clock was set back", |story| {
            story.set_wall(-3_600_000);
            story.give(visavis_client_core::Input::Timeout);
        }),
        ("half a minute has not passed", |story| {
            story.environment(Environment::Online);
            story.advance(secs(29));
        }),
    ];
    for (what, happen) in evidence {
        let delays: Vec<Duration> = (0..SEEDS)
            .map(|seed| {
                let mut story = Story::live_with(seed, bloonio());
                happen(&mut story);
                story.close(1006);
                story.retry_in()
            })
            .collect();
        let (least, most) = (*delays.iter().min().unwrap(), *delays.iter().max().unwrap());
        assert!(
            least >= FLOOR && most <= secs(1) && most > ms(900),
            "{what}: {least:?} to {most:?}"
        );
    }
}

#[test]
fn old_evidence_explains_nothing() {
    let delays: Vec<Duration> = (0..SEEDS)
        .map(|seed| {
            let mut story = Story::live_with(seed, bloonio());
            story.environment(Environment::Online);
            story.advance(secs(31));
            story.close(1006);
            story.retry_in()
        })
        .collect();
    fills(&delays, secs(5), "after half a minute");
}

#[test]
fn our_own_ping_timeout_is_evidence() {
    let mut delays = Vec::new();
    for seed in 0..SEEDS {
        let mut story = Story::live_with(seed, bloonio());
        story.peer = crate::harness::Peer::Silent;
        story
            .until(MINUTE, |story| story.state() == ConnectionState::Backoff)
            .unwrap();
        delays.push(story.retry_in());
    }
    assert!(*delays.iter().max().unwrap() <= secs(1));
}

#[test]
fn a_line_that_did_not_last_does_not_forget_failures() {
    let mut story = Story::live();
    for failures in 1..6 {
        story.close(1006);
        assert_eq!(story.client.connection().attempt, failures);
        story.until(MINUTE, |story| story.socket().is_some()).unwrap();
        story.go_live();
        story.advance(secs(9));
    }
    story.advance(secs(1));
    story.close(1006);
    assert_eq!(story.client.connection().attempt, 1, "ten seconds are enough");
}

#[test]
fn an_acknowledgement_forgets_failures() {
    let mut story = Story::live();
    story.close(1006);
    story.until(MINUTE, |story| story.socket().is_some()).unwrap();
    story.close(1006);
    story.until(MINUTE, |story| story.socket().is_some()).unwrap();
    story.go_live();
    let id = story.send("hello");
    story.frame(&crate::relay::ack(id, "m1"));
    story.close(1006);
    assert_eq!(story.client.connection().attempt, 1);
}

#[test]
fn two_misunderstandings_in_a_row_are_one_too_many() {
    for code in [1002, 1003, 1007] {
        let mut story = Story::live();
        story.close(code);
        assert_eq!(story.state(), ConnectionState::Backoff, "{code}: one more try");
        story.until(MINUTE, |story| story.socket().is_some()).unwrap();
        story.go_live();
        story.close(code);
        assert_eq!(story.state(), ConnectionState::Failed, "{code}");
        assert_eq!(story.client.failure().unwrap().kind(), ErrorKind::Protocol);
        story.start();
        assert!(story.tries(), "a start tries again");
    }
}

#[test]
fn misunderstandings_far_apart_are_forgiven() {
    let mut story = Story::live();
    for _ in 0..4 {
        story.close(1002);
        story.reconnect(&welcome());
        story.advance(secs(11));
    }
    assert_eq!(story.state(), ConnectionState::Live);
}
