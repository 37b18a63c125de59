//! Tokens: renewed ahead of time, one call at a time, and what a refusal leads to.

use std::time::Duration;

use serde_json::json;
use visavis_client_core::event::SessionChange;
use visavis_client_core::http::HttpResponse;
use visavis_client_core::{ConnectionState, Environment, ErrorKind, Input};

use crate::harness::{DAY, MINUTE, Story, bloonio, secs};
use crate::relay::{self, answer, granted, jwt, later, refused, token, welcome};
use crate::session::changes;

const DAY_MS: i64 = 24 * 3_600_000;

/// Live with a session that was granted like this.
fn live_by(seed: u64, granted: HttpResponse) -> Story {
    let mut story = Story::seeded(seed, bloonio());
    story.start();
    story.answer(granted);
    story.go_live();
    story.forget();
    story
}

/// Live with a token of a thousand seconds whose renewal is under way.
fn renewing() -> Story {
    let mut story = live_by(7, granted("vs_1", &jwt(1, 1_000)));
    story.until(secs(1_000), |story| story.open_call().is_some()).unwrap();
    story
}

fn renewed_after(story: &mut Story) -> Duration {
    story.until(DAY, |story| !story.calls.is_empty()).expect("a renewal")
}

#[test]
fn a_token_is_renewed_between_seventy_and_eighty_percent_of_its_life() {
    let times: Vec<Duration> = (0..300)
        .map(|seed| renewed_after(&mut live_by(seed, granted("vs_1", &jwt(1, 1_000)))))
        .collect();
    let (first, last) = (times.iter().min().unwrap(), times.iter().max().unwrap());
    assert!(*first >= secs(700) && *last <= secs(800), "{first:?} {last:?}");
    assert!(
        *first < secs(705) && *last > secs(795),
        "spread over the whole tenth: {first:?} {last:?}"
    );
}

/// Ways to tell that a token is good for a thousand seconds.
#[test]
fn a_lifetime_is_read_wherever_it_is_told() {
    let opaque = token(&json!({ "sub": "visitor" }));
    let said = |data: serde_json::Value, date: Option<&str>| HttpResponse {
        date: date.map(str::to_owned),
        ..answer(201, &json!({ "data": data }))
    };
    let date = Some("Sun, 21 Jun 2026 10:00:00 GMT");
    for (how, granted, life) in [
        (
            "claims win",
            said(
                json!({ "visitor_token": jwt(1, 1_000), "expires_in": 5, "expires_at": "2026-06-21T10:00:05Z" }),
                date,
            ),
            1_000,
        ),
        (
            "expires_in",
            said(json!({ "visitor_token": opaque, "expires_in": 1_000 }), None),
            1_000,
        ),
        (
            "expires_at beside Date",
            said(
                json!({ "visitor_token": opaque, "expires_at": "2026-06-21T10:16:40Z" }),
                date,
            ),
            1_000,
        ),
        (
            "expires_at with an offset",
            said(
                json!({ "visitor_token": opaque, "expires_at": "2026-06-21T12:16:40+02:00" }),
                date,
            ),
            1_000,
        ),
        (
            "nobody says: an hour",
            said(json!({ "visitor_token": opaque }), None),
            3_600,
        ),
        (
            "without Date nothing can be compared",
            said(
                json!({ "visitor_token": opaque, "expires_at": "1999-01-01T00:00:00Z" }),
                None,
            ),
            3_600,
        ),
        (
            "times that make no sense",
            said(json!({ "visitor_token": token(&json!({ "iat": 9, "exp": 5 })) }), None),
            3_600,
        ),
    ] {
        let renewed = renewed_after(&mut live_by(7, granted));
        assert!(
            renewed >= secs(life * 7 / 10) && renewed <= secs(life * 8 / 10),
            "{how}: {renewed:?}"
        );
    }
}

#[test]
fn the_time_of_day_decides_nothing() {
    let mut story = live_by(7, granted("vs_1", &jwt(1, 1_000)));
    let begun = story.clock();
    for jump in (0..40).map(|step| if step % 2 == 0 { DAY_MS } else { -DAY_MS }) {
        story.set_wall(jump);
        story.advance(secs(17));
        assert!(story.calls.is_empty() && story.state() == ConnectionState::Live);
    }
    renewed_after(&mut story);
    let age = story.clock() - begun;
    assert!(age >= secs(700) && age <= secs(800), "{age:?}");
    story.answer(granted("vs_1", &jwt(2, 1_000)));
    story.forget();
    story.set_wall(400 * DAY_MS);
    assert!(renewed_after(&mut story) >= secs(700));
}

#[test]
fn a_very_long_life_is_no_reason_to_hurry() {
    let mut story = live_by(7, granted("vs_1", &jwt(1, 200 * 24 * 3600)));
    story.advance(DAY);
    assert!(story.calls.is_empty());
    assert!(story.client.poll_timeout().unwrap().0.as_millis() <= 2_147_483_647);
}

#[test]
fn a_renewal_leaves_the_line_alone() {
    let mut story = renewing();
    assert_eq!(story.verbs(), ["visitor-token"]);
    assert_eq!(story.open_call().unwrap().bearer(), Some(jwt(1, 1_000).as_str()));
    let id = story.send("meanwhile");
    story.answer(granted("vs_1", &jwt(2, 1_000)));
    story.frame(&relay::ack(id, "m1"));
    assert!(story.closes.is_empty() && story.dials.is_empty());
    assert_eq!(story.state(), ConnectionState::Live);
    assert_eq!(changes(&story), [(SessionChange::Refreshed, Some("vs_1".to_owned()))]);
    story.close(1006);
    story.until(MINUTE, |story| story.socket().is_some()).unwrap();
    assert!(
        story.dials[0].what.1.expose().ends_with(&jwt(2, 1_000)),
        "the new one is for the next line"
    );
}

#[test]
fn the_new_token_is_renewed_in_its_turn() {
    let mut story = renewing();
    story.answer(granted("vs_1", &jwt(2, 500)));
    story.forget();
    let renewed = renewed_after(&mut story);
    assert!(renewed >= secs(350) && renewed <= secs(400), "{renewed:?}");
    assert_eq!(story.open_call().unwrap().bearer(), Some(jwt(2, 500).as_str()));
}

#[test]
fn a_renewal_without_a_session_id_keeps_the_one_known() {
    let mut story = renewing();
    story.answer(answer(200, &json!({ "data": { "visitor_token": jwt(2, 500) } })));
    assert_eq!(story.client.session_id(), Some("vs_1"));
}

#[test]
fn whoever_needs_the_token_waits_for_the_call_that_is_under_way() {
    for code in [1006, 4401, 1012] {
        let mut story = renewing();
        story.close(code);
        for _ in 0..8 {
            story.environment(Environment::Online);
            story.advance(secs(1));
        }
        assert_eq!(
            (story.calls.len(), story.dials.len()),
            (1, 0),
            "{code}: one call, and no dial without its result"
        );
        story.answer(granted("vs_1", &jwt(2, 1_000)));
        story.until(secs(30), |story| story.socket().is_some()).unwrap();
        assert_eq!(story.calls.len(), 1, "{code}");
        assert!(story.dials[0].what.1.expose().ends_with(&jwt(2, 1_000)));
    }
}

#[test]
fn a_renewal_ahead_of_time_that_fails_keeps_the_token_and_comes_again() {
    type End = fn(&mut Story);
    let ends: [(&str, End); 4] = [
        ("no network", Story::fail_call),
        ("a failing server", |story| story.answer(refused(500))),
        ("an answer that makes no sense", |story| {
            story.answer(answer(200, &json!({ "data": {} })))
        }),
        ("nothing at all", |story| story.advance(secs(10))),
    ];
    for (what, end) in ends {
        let mut story = renewing();
        story.forget();
        end(&mut story);
        assert_eq!(story.state(), ConnectionState::Live, "{what}");
        let again = story.until(secs(120), |story| !story.calls.is_empty()).expect(what);
        assert!(again >= secs(1), "{what}: not at once, {again:?}");
        assert_eq!(
            story.open_call().unwrap().bearer(),
            Some(jwt(1, 1_000).as_str()),
            "{what}"
        );
        story.answer(granted("vs_1", &jwt(2, 1_000)));
        assert_eq!(story.state(), ConnectionState::Live);
        assert!(story.closes.is_empty() && story.dials.is_empty(), "{what}");
    }
}

#[test]
fn a_renewal_ahead_of_time_waits_as_long_as_it_is_told() {
    let mut story = renewing();
    story.forget();
    story.answer(later(429, "150"));
    let again = story.until(secs(600), |story| !story.calls.is_empty()).unwrap();
    assert!(again >= secs(150), "{again:?}");
    assert_eq!(story.state(), ConnectionState::Live);
}

#[test]
fn a_refused_token_is_renewed_at_once() {
    let mut story = Story::live();
    story.close(4401);
    assert_eq!(story.verbs(), ["visitor-token"]);
    assert_eq!(
        (story.calls[0].at, story.state()),
        (story.clock(), ConnectionState::Connecting)
    );
    story.answer(granted("vs_1", &jwt(2, 3600)));
    assert_eq!(story.dials[0].at, story.clock(), "and used at once");
}

#[test]
fn the_second_refusal_in_a_minute_makes_a_new_session_and_the_third_is_final() {
    let mut story = Story::live();
    story.frame(&relay::bot("m1", "hello", 1_782_036_000));
    story.close(4401);
    assert_eq!(story.verbs(), ["visitor-token"]);
    story.answer(granted("vs_1", &jwt(2, 3600)));
    story.advance(secs(1));
    story.open();
    story.close(4401);
    assert_eq!(story.verbs(), ["visitor-token", "visitor-session"]);
    story.answer(granted("vs_2", &jwt(3, 3600)));
    assert_eq!(
        changes(&story).last(),
        Some(&(SessionChange::Replaced, Some("vs_2".to_owned())))
    );
    story.advance(secs(1));
    story.open();
    story.close(4401);
    assert_eq!(story.state(), ConnectionState::Failed);
    assert_eq!(story.client.failure().unwrap().kind(), ErrorKind::Session);
    assert_eq!(story.errors().len(), 1);
    story.forget();
    story.advance(DAY);
    assert!(story.is_quiet(), "nothing more happens without the application");
    story.start();
    assert!(story.tries());
}

#[test]
fn refusals_far_apart_are_each_a_first_one() {
    let mut story = Story::live();
    for number in 2..6 {
        story.close(4401);
        assert_eq!(story.verbs().len(), number - 1);
        accept(&mut story);
        story.advance(secs(70));
    }
    assert!(story.verbs().iter().all(|verb| verb == "visitor-token"));
}

/// A machine that slept may have had its clock set back meanwhile: then nobody knows how long ago the first refusal was.
#[test]
fn a_refusal_before_the_clock_was_set_back_is_no_reason_to_give_the_session_up() {
    let mut story = Story::live();
    story.close(4401);
    accept(&mut story);
    story.set_wall(-DAY_MS);
    story.close(4401);
    assert_eq!(story.verbs(), ["visitor-token", "visitor-token"]);
}

fn accept(story: &mut Story) {
    story.answer(granted("vs_1", &jwt(2, 3600)));
    story.open();
    story.frame(&welcome());
}

#[test]
fn renewals_are_at_most_three_a_minute() {
    // The session is lost at each greeting.
    let mut story = Story::live();
    let end = story.clock() + secs(600);
    while story.clock() < end {
        if story.open_call().is_some() {
            story.answer(granted("vs_n", &jwt(2, 3600)));
        } else if story.socket().is_some() {
            story.open();
            story.frame(&welcome());
            story.close(4404);
        } else {
            story.advance(secs(1));
        }
    }
    let times: Vec<Duration> = story.calls.iter().map(|call| call.at).collect();
    assert!(times.len() >= 12, "it does not give up either: {}", times.len());
    for (first, fourth) in times.iter().zip(times.iter().skip(3)) {
        assert!(
            *fourth - *first >= MINUTE,
            "four renewals within {:?}",
            *fourth - *first
        );
    }
}

#[test]
fn a_session_that_is_unknown_to_the_refresh_is_replaced() {
    for status in [401, 403, 404, 410] {
        let mut story = Story::live();
        story.frame(&relay::bot("m1", "hello", 1_782_036_000));
        story.close(4401);
        story.answer(refused(status));
        assert_eq!(story.verbs(), ["visitor-token", "visitor-session"], "{status}");
        story.answer(granted("vs_2", &jwt(2, 3600)));
        assert_eq!(changes(&story), [(SessionChange::Replaced, Some("vs_2".to_owned()))]);
        story.go_live();
        story.frame(&relay::bot("n1", "again", 1_782_036_100));
        let conversations: Vec<u32> = story.client.messages().map(|message| message.conversation).collect();
        assert_eq!(conversations, [0, 1], "the old transcript stays, above a divider");
    }
}

#[test]
fn a_new_session_that_is_refused_is_the_end() {
    let mut story = Story::live();
    story.close(4401);
    story.answer(refused(404));
    story.answer(refused(403));
    assert_eq!(story.state(), ConnectionState::Failed);
    assert_eq!(story.client.failure().unwrap().kind(), ErrorKind::Configuration);
}

#[test]
fn a_new_session_that_cannot_be_made_now_is_made_later() {
    let mut story = Story::live();
    story.close(4404);
    story.fail_call();
    assert_eq!(story.state(), ConnectionState::Backoff);
    story.until(MINUTE, Story::tries).unwrap();
    assert_eq!(story.verbs(), ["visitor-session", "visitor-session"]);
    story.answer(granted("vs_2", &jwt(2, 3600)));
    assert_eq!(changes(&story), [(SessionChange::Replaced, Some("vs_2".to_owned()))]);
}

#[test]
fn an_unknown_end_of_a_refresh_is_no_refusal() {
    let mut story = Story::live();
    story.close(4401);
    for _ in 0..3 {
        story.fail_call();
        assert_eq!(story.state(), ConnectionState::Backoff);
        story.until(MINUTE, Story::tries).unwrap();
        assert_eq!(
            story.open_call().unwrap().bearer(),
            Some(jwt(1, 3600).as_str()),
            "the token is kept"
        );
    }
    assert!(story.verbs().iter().all(|verb| verb == "visitor-token"));
    assert!(story.dials.is_empty());
}

#[test]
fn a_refresh_that_hangs_ends_after_ten_seconds() {
    let mut story = Story::live();
    story.close(4401);
    let request = story.open_call().unwrap().request;
    let waited = story.until(MINUTE, |story| !story.cancelled.is_empty()).unwrap();
    assert_eq!((waited, story.cancelled.clone()), (secs(10), vec![request]));
    assert_eq!(story.state(), ConnectionState::Backoff);
    story.give(Input::HttpFinished {
        request,
        result: Ok(granted("vs_1", &jwt(66, 3600))),
    });
    assert!(story.dials.is_empty(), "the late answer counts for nothing");
    story.until(MINUTE, Story::tries).unwrap();
    assert_eq!(story.verbs(), ["visitor-token", "visitor-token"]);
}

#[test]
fn a_refresh_whose_session_has_ended_is_discarded() {
    let mut story = renewing();
    let request = story.open_call().unwrap().request;
    story.close(4404);
    assert_eq!(story.cancelled, [request]);
    assert_eq!(story.verbs(), ["visitor-token", "visitor-session"]);
    story.give(Input::HttpFinished {
        request,
        result: Ok(granted("vs_1", &jwt(66, 3600))),
    });
    assert!(
        story.dials.is_empty(),
        "the old session is gone, whatever the old call says"
    );
    story.answer(granted("vs_2", &jwt(2, 3600)));
    assert!(story.dials[0].what.1.expose().ends_with(&jwt(2, 3600)));
    assert_eq!(changes(&story), [(SessionChange::Replaced, Some("vs_2".to_owned()))]);
}

#[test]
fn a_stop_ends_a_refresh() {
    let mut story = renewing();
    let request = story.open_call().unwrap().request;
    story.stop();
    assert_eq!(story.cancelled, [request]);
    story.forget();
    story.give(Input::HttpFinished {
        request,
        result: Ok(granted("vs_1", &jwt(66, 3600))),
    });
    assert!(story.is_quiet());
    story.advance(DAY);
    assert!(story.is_quiet());
}

#[test]
fn an_old_token_is_renewed_before_it_is_used_again() {
    let mut story = live_by(7, granted("vs_1", &jwt(1, 1_000)));
    story.environment(Environment::PageHidden);
    story.advance(secs(900));
    story.forget();
    story.environment(Environment::PageShown);
    assert_eq!(
        (story.verbs(), story.dials.len()),
        (vec!["visitor-token".to_owned()], 0)
    );
    story.answer(granted("vs_1", &jwt(2, 1_000)));
    assert_eq!(story.dials.len(), 1);
}

#[test]
fn a_token_refused_during_the_handshake_is_renewed_too() {
    let mut story = Story::new(bloonio());
    story.start();
    story.answer(granted("vs_1", &jwt(1, 3600)));
    story.open();
    story.close(4401);
    assert_eq!(story.verbs(), ["visitor-session", "visitor-token"]);
    story.go_live();
}

#[test]
fn a_provided_token_that_is_refused_is_asked_for_again_once() {
    let mut story = Story::live_by_provider();
    story.close(4401);
    story.provide(Ok(&jwt(2, 3600)));
    assert_eq!(changes(&story), [(SessionChange::Refreshed, None)]);
    story.open();
    story.close(4401);
    assert_eq!(
        story.state(),
        ConnectionState::Failed,
        "the application makes the tokens, so it must help"
    );
    assert_eq!(story.client.failure().unwrap().kind(), ErrorKind::Session);
    assert!(story.calls.is_empty());
}

#[test]
fn a_lost_session_behind_a_provided_token_is_replaced_like_any_other() {
    let mut story = Story::live_by_provider();
    story.frame(&relay::bot("m1", "hello", 1_782_036_000));
    story.close(4404);
    story.provide(Ok(&jwt(2, 3600)));
    assert_eq!(changes(&story), [(SessionChange::Replaced, None)]);
    story.open();
    story.frame(&json!({ "type": "welcome", "session_id": "vs_2" }));
    story.frame(&relay::bot("n1", "again", 1_782_036_100));
    let conversations: Vec<u32> = story.client.messages().map(|message| message.conversation).collect();
    assert_eq!(conversations, [0, 1]);
    assert_eq!(story.client.session_id(), Some("vs_2"));
}
