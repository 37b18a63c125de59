//! Where a session comes from: made, resumed, brought along.

use serde_json::{Map, Value, json};
use visavis_client_core::bloonio::SessionMode;
use visavis_client_core::event::SessionChange;
use visavis_client_core::http::Method;
use visavis_client_core::io::Provision;
use visavis_client_core::{Command, Config, ConnectionState, Delivery, ErrorKind, Event};

use crate::harness::{DAWN, DAY, MINUTE, Story, TENANT, bloonio, secs};
use crate::relay::{self, answer, granted, jwt, later, refused, welcome};

pub(crate) fn changes(story: &Story) -> Vec<(SessionChange, Option<String>)> {
    story.heard(|event| match event {
        Event::Session { change, id } => Some((*change, id.clone())),
        _ => None,
    })
}

fn kinds(story: &Story) -> Vec<ErrorKind> {
    story.errors().iter().map(visavis_client_core::Error::kind).collect()
}

#[test]
fn nothing_happens_before_it_is_asked_for() {
    let mut story = Story::new(bloonio());
    story.advance(DAY);
    assert!(story.is_quiet());
    assert_eq!(story.state(), ConnectionState::Idle);
    assert_eq!(story.client.poll_timeout(), None);
}

#[test]
fn a_session_is_created_with_all_seven_fields() {
    let metadata: Map<String, Value> = json!({ "plan": "gold", "cart": [1, 2] }).as_object().unwrap().clone();
    let options = bloonio()
        .locale("en")
        .metadata(metadata)
        .routing_key("store-12")
        .session_mode(SessionMode::Human);
    let mut story = Story::new(options);
    story.start();
    let asked = story.open_call().unwrap();
    assert_eq!(asked.call.method, Method::Post);
    assert_eq!(
        asked.call.url.expose(),
        "https://relay.example/api/v1/create/visitor-session"
    );
    assert_eq!(asked.bearer(), None);
    assert_eq!(
        asked.body(),
        json!({
            "tenant_id": TENANT, "widget_public_key": "pk_7f3a", "origin": "https://site.example", "locale": "en",
            "metadata": { "plan": "gold", "cart": [1, 2] }, "routing_key": "store-12", "mode": "human",
        })
    );
}

#[test]
fn what_was_not_given_is_not_said() {
    let mut story = Story::new(Config::bloonio("https://relay.example/", TENANT, "pk_7f3a"));
    story.start();
    assert_eq!(
        story.open_call().unwrap().body(),
        json!({ "tenant_id": TENANT, "widget_public_key": "pk_7f3a", "origin": "app://visavis", "locale": "fr" })
    );
}

#[test]
fn from_start_to_live() {
    let mut story = Story::new(bloonio());
    story.start();
    assert_eq!((story.state(), story.calls.len()), (ConnectionState::Connecting, 1));
    let token = jwt(1, 3600);
    story.answer(granted("vs_1", &token));
    assert_eq!(changes(&story), [(SessionChange::Created, Some("vs_1".to_owned()))]);
    let url = &story.dials[0].what.1;
    assert_eq!(
        url.expose(),
        format!("wss://relay.example/api/v1/ws/widget?token={token}")
    );
    story.open();
    assert_eq!(story.state(), ConnectionState::Connecting, "open is not yet welcome");
    story.frame(&welcome());
    assert_eq!(story.state(), ConnectionState::Live);
    assert_eq!(story.client.session_id(), Some("vs_1"));
    let config = story.client.widget_config().unwrap();
    assert_eq!((config.title.as_deref(), config.online), (Some("Demo"), Some(true)));
    assert_eq!((story.calls.len(), story.dials.len()), (1, 1));
}

#[test]
fn a_first_message_connects() {
    let mut story = Story::new(bloonio());
    let id = story.send("hello");
    assert_eq!(story.verbs(), ["visitor-session"]);
    story.go_live();
    assert_eq!(story.sent_texts(), ["hello"]);
    story.frame(&relay::ack(id, "m1"));
    assert_eq!(story.status_of(id), Some(Delivery::Sent));
}

#[test]
fn settings_are_read_without_a_session() {
    let mut story = Story::new(bloonio());
    story.command(Command::FetchConfig);
    let asked = story.open_call().unwrap();
    assert_eq!(asked.call.method, Method::Get);
    assert_eq!((asked.bearer(), asked.call.body.as_deref()), (None, None));
    assert_eq!(
        asked.call.url.expose(),
        format!(
            "https://relay.example/api/v1/fetch/widget-config?tenant_id={TENANT}&widget_public_key=pk_7f3a\
             &origin=https%3A%2F%2Fsite.example"
        )
    );
    story.answer(answer(
        200,
        &json!({ "status_code": 200, "data": { "tenant_id": TENANT, "tenant_name": "Demo", "is_online": false } }),
    ));
    let configs = story.heard(|event| match event {
        Event::Config(config) => Some((config.title.clone(), config.online)),
        _ => None,
    });
    assert_eq!(configs, [(Some("Demo".to_owned()), Some(false))]);
    assert_eq!((story.state(), story.calls.len()), (ConnectionState::Idle, 1));
    assert!(!story.client.has_session());
}

#[test]
fn what_an_answer_leaves_out_of_the_settings_stays() {
    let mut story = Story::new(bloonio());
    story.command(Command::FetchConfig);
    story.answer(answer(
        200,
        &json!({ "data": { "tenant_name": "Demo", "is_online": false, "logo_url": "https://x.example/l.png" } }),
    ));
    story.start();
    story.go_live_with(&json!({ "type": "welcome", "widget_config": { "is_online": false } }));
    let config = story.client.widget_config().unwrap();
    assert_eq!((config.title.as_deref(), config.online), (Some("Demo"), Some(false)));
    assert_eq!(config.logo_url.as_deref(), Some("https://x.example/l.png"));
}

#[test]
fn settings_that_cannot_be_read_are_an_error_and_no_more() {
    for (response, kind) in [
        (refused(403), ErrorKind::Configuration),
        (refused(503), ErrorKind::Refused),
    ] {
        let mut story = Story::new(bloonio());
        story.command(Command::FetchConfig);
        story.answer(response);
        assert_eq!(kinds(&story), [kind]);
        assert_eq!(story.state(), ConnectionState::Idle);
    }
    let mut story = Story::new(bloonio());
    story.command(Command::FetchConfig);
    story.fail_call();
    assert_eq!(kinds(&story), [ErrorKind::Network]);
}

#[test]
fn a_refused_key_or_origin_fails_at_once() {
    for status in [400, 401, 403, 404, 422] {
        let mut story = Story::new(bloonio());
        story.start();
        story.answer(answer(status, &json!({ "detail": "origin not allowed" })));
        assert_eq!(story.state(), ConnectionState::Failed, "{status}");
        let failure = story.client.failure().unwrap();
        assert_eq!(
            (failure.kind(), failure.status()),
            (ErrorKind::Configuration, Some(status))
        );
        assert!(failure.to_string().contains("origin not allowed"), "{failure}");
        story.forget();
        story.advance(DAY);
        assert!(story.is_quiet(), "nothing is tried again by itself");
        story.start();
        assert_eq!(story.verbs(), ["visitor-session"], "a start tries again");
    }
}

#[test]
fn an_unreachable_relay_is_tried_again() {
    let mut story = Story::new(bloonio());
    story.start();
    for _ in 0..5 {
        story.fail_call();
        assert_eq!(story.state(), ConnectionState::Backoff);
        story.until(MINUTE, Story::tries).unwrap();
    }
    assert!(story.verbs().iter().all(|verb| verb == "visitor-session"));
    story.go_live();
}

#[test]
fn a_server_that_is_no_relay_is_asked_twice() {
    let mut story = Story::new(bloonio());
    story.start();
    let page = || visavis_client_core::http::HttpResponse {
        status: 200,
        body: "<!doctype html><title>It works</title>".to_owned(),
        ..Default::default()
    };
    story.answer(page());
    assert_eq!(story.state(), ConnectionState::Backoff);
    story.until(MINUTE, Story::tries).unwrap();
    story.answer(page());
    assert_eq!(story.state(), ConnectionState::Failed);
    assert_eq!(story.client.failure().unwrap().kind(), ErrorKind::Protocol);
}

#[test]
fn an_expired_token_is_renewed_with_itself_as_bearer() {
    let mut story = Story::live();
    let old = jwt(1, 3600);
    story.stop();
    story.advance(secs(7_200));
    story.forget();
    story.start();
    let asked = story.open_call().unwrap();
    assert_eq!(
        asked.call.url.expose(),
        "https://relay.example/api/v1/refresh/visitor-token"
    );
    assert_eq!(asked.bearer(), Some(old.as_str()));
    assert_eq!((asked.call.method, asked.body()), (Method::Post, json!({})));
    assert!(story.dials.is_empty(), "the old token is not used");
    let new = jwt(2, 3600);
    story.answer(granted("vs_1", &new));
    assert!(story.dials[0].what.1.expose().ends_with(&new));
    story.open();
    story.frame(&welcome());
    assert_eq!(changes(&story), [(SessionChange::Refreshed, Some("vs_1".to_owned()))]);
}

#[test]
fn a_good_token_is_used_again_after_a_stop() {
    let mut story = Story::live();
    story.stop();
    story.advance(MINUTE);
    story.forget();
    story.start();
    assert_eq!((story.calls.len(), story.dials.len()), (0, 1));
}

#[test]
fn a_ready_token_needs_no_session() {
    let token = jwt(9, 3600);
    let mut story = Story::new(bloonio().visitor_token(token.as_str()));
    story.start();
    assert!(story.calls.is_empty());
    assert!(story.dials[0].what.1.expose().ends_with(&token));
    story.open();
    story.frame(&json!({ "type": "welcome", "session_id": "vs_app" }));
    assert_eq!(changes(&story), [(SessionChange::Resumed, Some("vs_app".to_owned()))]);
    assert_eq!(story.client.session_id(), Some("vs_app"));
    let renewed = story.until(secs(3_600), |story| !story.calls.is_empty()).unwrap();
    assert!(renewed > secs(2_500) && renewed <= secs(2_880), "{renewed:?}");
    assert_eq!(story.open_call().unwrap().bearer(), Some(token.as_str()));
}

#[test]
fn a_ready_token_that_is_refused_for_good_needs_the_application() {
    for code in [4401, 4404] {
        let mut story = Story::new(bloonio().visitor_token(jwt(9, 3600)));
        story.start();
        story.open();
        story.frame(&welcome());
        story.close(code);
        if let Some(asked) = story.open_call() {
            assert_eq!(asked.verb(), "visitor-token");
            story.answer(refused(401));
        }
        assert_eq!(story.state(), ConnectionState::Failed, "{code}");
        assert_eq!(story.client.failure().unwrap().kind(), ErrorKind::Session);
        assert!(
            !story.verbs().contains(&"visitor-session".to_owned()),
            "no session of our own is made"
        );
    }
}

#[test]
fn the_application_is_asked_for_tokens() {
    let mut story = Story::new(bloonio().visitor_token_provider());
    story.start();
    assert_eq!(story.questions[0].what.1, Provision::VisitorToken);
    let token = jwt(1, 600);
    story.provide(Ok(&token));
    assert!(story.dials[0].what.1.expose().ends_with(&token));
    story.open();
    story.frame(&welcome());
    assert!(story.calls.is_empty());
    let asked = story.until(secs(600), |story| story.questions.len() == 2).unwrap();
    assert!(asked >= secs(420) && asked <= secs(480), "{asked:?}");
    story.provide(Ok(&jwt(2, 600)));
    assert_eq!(story.state(), ConnectionState::Live);
    story.close(1006);
    story.until(MINUTE, |story| story.socket().is_some()).unwrap();
    assert!(story.dials[1].what.1.expose().ends_with(&jwt(2, 600)));
    assert!(story.calls.is_empty(), "a provided token is never renewed by REST");
}

#[test]
fn an_application_that_has_no_token_is_asked_again() {
    let mut story = Story::new(bloonio().visitor_token_provider());
    story.start();
    story.provide(Err("not signed in yet"));
    assert_eq!(story.state(), ConnectionState::Backoff);
    story.until(MINUTE, |story| story.questions.len() == 2).unwrap();
    // It never answers: after ten seconds it is asked anew, and the late answer counts for nothing.
    let late = story.questions[1].what.0;
    let waited = story
        .until(MINUTE, |story| story.state() == ConnectionState::Backoff)
        .unwrap();
    assert_eq!(waited, secs(10));
    story.until(MINUTE, |story| story.questions.len() == 3).unwrap();
    story.give(visavis_client_core::Input::Provided {
        request: late,
        result: Ok(jwt(1, 600).into()),
    });
    assert!(story.dials.is_empty());
    story.provide(Ok(&jwt(2, 600)));
    assert!(story.dials[0].what.1.expose().ends_with(&jwt(2, 600)));
}

#[test]
fn what_is_no_token_is_not_sent_anywhere() {
    let mut story = Story::new(bloonio().visitor_token_provider());
    story.start();
    story.provide(Ok("u_42:9f86d0"));
    assert_eq!(story.state(), ConnectionState::Failed);
    let failure = story.client.failure().unwrap();
    assert_eq!(failure.kind(), ErrorKind::Configuration);
    assert!(failure.to_string().starts_with("visitorToken") && !failure.to_string().contains("9f86"));
    assert!(story.dials.is_empty());
}

// --- resuming -----------------------------------------------------------------------------------------------------------------

/// What a client leaves behind that lived until now with an hour's token.
fn left_behind() -> String {
    let mut story = Story::live();
    story.frame(&relay::bot("m1", "hello", 1_782_036_000));
    story.stop();
    story.kept.unwrap()
}

fn millis(time: std::time::Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap()
}

#[test]
fn a_stored_session_with_a_fresh_token_dials_at_once() {
    let mut story = Story::reborn(8, bloonio(), &left_behind(), DAWN + millis(secs(1_800)));
    assert!(story.client.has_session());
    assert_eq!(story.texts(), ["hello"]);
    story.start();
    assert_eq!((story.calls.len(), story.dials.len()), (0, 1));
    assert!(story.dials[0].what.1.expose().ends_with(&jwt(1, 3600)));
    story.go_live();
    assert_eq!(changes(&story), [(SessionChange::Resumed, Some("vs_1".to_owned()))]);
    story.close(1006);
    story.reconnect(&welcome());
    assert_eq!(changes(&story).len(), 1, "told once a life");
}

#[test]
fn a_stored_session_with_an_old_token_renews_first() {
    for age in [secs(2_881), secs(3_700), DAY, DAY * 29] {
        let mut story = Story::reborn(8, bloonio(), &left_behind(), DAWN + millis(age));
        story.start();
        assert_eq!(story.verbs(), ["visitor-token"], "{age:?}");
        assert!(story.dials.is_empty());
        assert_eq!(story.open_call().unwrap().bearer(), Some(jwt(1, 3600).as_str()));
    }
}

#[test]
fn a_resumed_token_is_renewed_when_its_own_time_has_come() {
    let mut story = Story::reborn(8, bloonio(), &left_behind(), DAWN + millis(secs(1_800)));
    story.start();
    story.go_live();
    let renewed = story.until(secs(3_600), |story| !story.calls.is_empty()).unwrap();
    assert!(
        renewed >= secs(2_520 - 1_800) && renewed <= secs(2_880 - 1_800),
        "{renewed:?}"
    );
}

#[test]
fn a_wrong_time_of_day_costs_one_call_at_most() {
    // A day fast: the token looks old and is renewed first.
    let mut story = Story::reborn(8, bloonio(), &left_behind(), DAWN + millis(DAY));
    story.start();
    story.go_live();
    assert_eq!(story.verbs(), ["visitor-token"]);

    // A day slow, and the token long expired: the relay says so, and it is renewed then.
    let mut story = Story::reborn(8, bloonio(), &left_behind(), DAWN - millis(DAY));
    story.start();
    assert!(story.calls.is_empty());
    story.open();
    story.close(4401);
    assert_eq!(story.verbs(), ["visitor-token"]);
    story.go_live();
    assert_eq!(story.calls.len(), 1);
    assert_eq!(story.client.messages().count(), 1);
}

#[test]
fn a_session_that_the_relay_has_forgotten_is_not_mixed_with_a_new_one() {
    let mut story = Story::reborn(8, bloonio(), &left_behind(), DAWN + millis(DAY * 31));
    story.start();
    assert_eq!(story.verbs(), ["visitor-session"], "thirty days idle: gone");
    story.go_live();
    story.frame(&relay::bot("n1", "good morning", 1_784_800_000));
    let of_new = story.client.messages().last().unwrap().conversation;
    let of_old: Vec<u32> = story
        .client
        .messages()
        .filter(|message| message.text == "hello")
        .map(|message| message.conversation)
        .collect();
    assert!(
        of_old.iter().all(|old| *old < of_new),
        "a divider, or nothing of the old one"
    );
    let gaps = story.heard(|event| matches!(event, Event::Gap { .. }).then_some(()));
    assert!(gaps.is_empty(), "nothing is missing between two conversations");
}

#[test]
fn a_damaged_store_is_refused_and_the_client_goes_on() {
    let kept = left_behind();
    let mut story = Story::new(bloonio());
    let now = story.now();
    assert!(story.client.restore(&kept[..kept.len() / 2], now).is_err());
    assert!(story.client.restore("", now).is_err());
    story.start();
    story.go_live();
    assert_eq!(story.client.messages().count(), 0);
}

#[test]
fn clients_of_different_tenants_do_not_share_a_store() {
    let scope = |base: &str, tenant: &str, key: &str| Story::new(Config::bloonio(base, tenant, key)).client.scope();
    let mine = scope("https://relay.example", TENANT, "pk_1");
    assert_eq!(mine, scope("https://relay.example/", TENANT, "pk_1"));
    assert_ne!(mine, scope("https://relay.example", TENANT, "pk_2"));
    assert_ne!(mine, scope("https://relay.example", "other", "pk_1"));
    assert_ne!(mine, scope("https://other.example", TENANT, "pk_1"));
}

#[test]
fn a_busy_relay_is_not_a_refusal() {
    let mut story = Story::new(bloonio());
    story.start();
    story.answer(later(503, "3"));
    assert_eq!(story.state(), ConnectionState::Backoff);
    assert!(story.retry_in() >= secs(3), "{:?}", story.retry_in());
    story.until(MINUTE, Story::tries).unwrap();
    story.go_live();
}
