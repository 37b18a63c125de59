//! Telling the relay which user of the site the visitor is.

use serde_json::json;
use visavis_client_core::config::Identity;
use visavis_client_core::event::SessionChange;
use visavis_client_core::http::HttpFailure;
use visavis_client_core::io::Provision;
use visavis_client_core::{Command, ConnectionState, ErrorKind, Input};

use crate::harness::{DAY, MINUTE, Story, bloonio, secs};
use crate::relay::{answer, granted, jwt, later, refused, welcome};
use crate::session::changes;

const USER: &str = "urn:user:42:9f86d081884c";

fn identity() -> Identity {
    Identity::parse(USER).unwrap()
}

fn linked(story: &Story) -> usize {
    let is_linked = |change: &&(SessionChange, Option<String>)| change.0 == SessionChange::Identified;
    changes(story).iter().filter(is_linked).count()
}

fn identified() -> visavis_client_core::http::HttpResponse {
    answer(
        200,
        &json!({ "status_code": 200, "data": {}, "message": "Visitor identified." }),
    )
}

/// Live, with the call that names the user under way.
fn calling(options: visavis_client_core::bloonio::Options) -> Story {
    let mut story = Story::live_with(7, options);
    story.advance(secs(1));
    assert_eq!(story.open_call().unwrap().verb(), "visitor");
    story
}

#[test]
fn a_known_user_is_named_once_the_session_is_there() {
    let mut story = Story::seeded(7, bloonio().identity(identity()));
    story.start();
    assert_eq!(story.verbs(), ["visitor-session"], "there is no session to link yet");
    story.go_live();
    let asked = story.open_call().unwrap();
    assert_eq!(asked.call.url.expose(), "https://relay.example/api/v1/identify/visitor");
    assert_eq!(asked.bearer(), Some(jwt(1, 3600).as_str()));
    assert_eq!(
        asked.body(),
        json!({ "user_id": "urn:user:42", "user_signature": "9f86d081884c" })
    );
    story.answer(identified());
    assert_eq!(linked(&story), 1);
    story.close(1006);
    story.reconnect(&welcome());
    story.advance(MINUTE);
    assert_eq!(story.verbs(), ["visitor-session", "visitor"], "once a session");
}

#[test]
fn a_new_session_is_told_again() {
    let mut story = calling(bloonio().identity(identity()));
    story.answer(identified());
    story.forget();
    story.close(4404);
    story.go_live();
    assert_eq!(story.verbs(), ["visitor-session", "visitor"]);
    story.answer(identified());
    assert_eq!(linked(&story), 1);
}

#[test]
fn a_token_in_the_answer_is_used_from_then_on() {
    let mut story = calling(bloonio().identity(identity()));
    let linked_token = jwt(77, 3600);
    story.answer(granted("vs_1", &linked_token));
    assert_eq!(linked(&story), 1);
    assert_eq!(story.state(), ConnectionState::Live, "the line stays");
    story.close(1006);
    story.until(MINUTE, |story| story.socket().is_some()).unwrap();
    assert!(story.dials[0].what.1.expose().ends_with(&linked_token));
}

#[test]
fn the_application_is_asked_for_the_user() {
    let mut story = Story::live_with(7, bloonio().identity_provider());
    story.advance(secs(1));
    let mut asking = Story::seeded(7, bloonio().identity_provider());
    asking.start();
    asking.go_live();
    assert_eq!(asking.questions.last().unwrap().what.1, Provision::Identity);
    asking.provide(Ok(USER));
    assert_eq!(asking.open_call().unwrap().body()["user_id"], "urn:user:42");
    asking.answer(identified());
    assert_eq!(linked(&asking), 1);
}

#[test]
fn an_application_without_a_user_leaves_the_visitor_anonymous() {
    for told in [Err("nobody is signed in"), Ok("u_42"), Ok("u_42:not hex")] {
        let mut story = Story::seeded(7, bloonio().identity_provider());
        story.start();
        story.go_live();
        story.provide(told);
        assert_eq!(story.errors().len(), 1, "{told:?}");
        assert_eq!((story.state(), story.verbs().len()), (ConnectionState::Live, 1));
    }
}

#[test]
fn a_user_is_named_by_command_now_or_once_there_is_a_session() {
    let mut story = Story::live();
    story.command(Command::Identify(identity()));
    assert_eq!(story.verbs(), ["visitor"]);
    story.answer(identified());
    assert_eq!(linked(&story), 1);

    let mut story = Story::new(bloonio());
    story.command(Command::Identify(identity()));
    assert!(story.is_quiet());
    story.start();
    story.go_live();
    assert_eq!(story.verbs(), ["visitor-session", "visitor"]);
}

#[test]
fn another_user_replaces_the_first() {
    let mut story = calling(bloonio().identity(identity()));
    story.answer(identified());
    story.forget();
    story.command(Command::Identify(Identity::parse("u_43:ab").unwrap()));
    assert_eq!(story.open_call().unwrap().body()["user_id"], "u_43");
}

#[test]
fn a_bad_signature_is_told_and_not_tried_again() {
    for status in [400, 401, 403, 422] {
        let mut story = calling(bloonio().identity(identity()));
        story.answer(refused(status));
        let errors = story.errors();
        assert_eq!(errors.len(), 1);
        assert_eq!(
            (errors[0].kind(), errors[0].status()),
            (ErrorKind::Refused, Some(status))
        );
        assert!(!errors[0].to_string().contains("9f86"), "no signature in words");
        assert_eq!(story.state(), ConnectionState::Live, "the visitor stays, anonymous");
        story.forget();
        story.advance(secs(1_200));
        story.close(1006);
        story.reconnect(&welcome());
        story.advance(secs(1_200));
        assert!(
            !story.verbs().contains(&"visitor".to_owned()),
            "{status} was tried again"
        );
    }
}

#[test]
fn a_failure_that_may_pass_is_tried_again() {
    for failure in [HttpFailure::Network("reset".to_owned()), HttpFailure::Timeout] {
        let mut story = calling(bloonio().identity(identity()));
        story.forget();
        story.finish(Err(failure));
        story
            .until(MINUTE * 2, |story| story.verbs() == ["visitor"])
            .expect("another try");
        story.answer(identified());
        assert_eq!(linked(&story), 1);
        assert!(story.errors().is_empty());
    }
    for status in [429, 500, 503] {
        let mut story = calling(bloonio().identity(identity()));
        story.forget();
        story.answer(later(status, "90"));
        let waited = story
            .until(MINUTE * 4, |story| story.verbs() == ["visitor"])
            .expect("another try");
        assert!(waited >= secs(90), "{status}: {waited:?}");
    }
}

#[test]
fn after_a_stop_a_late_answer_changes_nothing() {
    let mut story = calling(bloonio().identity(identity()));
    let request = story.open_call().unwrap().request;
    story.stop();
    assert_eq!(story.cancelled, [request]);
    story.forget();
    story.give(Input::HttpFinished {
        request,
        result: Ok(granted("vs_1", &jwt(5, 3600))),
    });
    assert_eq!(story.client.poll_timeout(), None);
    assert!(story.is_quiet(), "{:?}", story.events);
    story.advance(DAY);
    assert!(story.is_quiet());
    story.start();
    story.go_live();
    assert_eq!(
        story.verbs().last().unwrap(),
        "visitor",
        "it is done with the next line"
    );
}
