//! What a visitor survives.

use visavis_backends::faults::{AckFault, HttpFault, Route, Times};
use visavis_backends::model::Role;
use visavis_backends::{Manner, Relay, RelayHandle, Scope, Settings};
use visavis_native_client::{ConnectionState, Event, SessionChange, Visitor};

use crate::support::{builder, eventually, live, next, quiet_relay, session_change, shown, soon, state, taken};

fn words(name: &str, count: usize) -> Vec<String> {
    (0..count).map(|n| format!("{name} {n}")).collect()
}

async fn send_all(visitor: &Visitor, words: &[String]) {
    for word in words {
        visitor.send(word).await.unwrap();
    }
}

async fn arrived(relay: &RelayHandle, visitor: &Visitor, expected: &[String]) {
    soon("the queue", visitor.flushed()).await;
    assert_eq!(taken(relay, &visitor.session_id().unwrap()), expected);
}

#[tokio::test]
async fn a_relay_that_is_killed_and_comes_back_costs_nothing() {
    let relay = quiet_relay().await;
    let visitor = builder(&relay).connect().await.unwrap();
    live(&visitor).await;
    let session = visitor.session_id().unwrap();
    let mut expected = words("before", 3);
    send_all(&visitor, &expected).await;
    relay.stop(Manner::Abrupt).await;
    let meanwhile = words("meanwhile", 5);
    send_all(&visitor, &meanwhile).await;
    for n in 0..5 {
        relay.say(&session, Role::Agent, &format!("answer {n}")).unwrap();
    }
    assert_ne!(visitor.connection().state, ConnectionState::Live);
    relay.resume().unwrap();
    expected.extend(meanwhile);
    arrived(&relay, &visitor, &expected).await;

    eventually("the answers", || visitor.messages().len() == 13).await;
    let answers: Vec<_> = shown(&visitor)
        .into_iter()
        .filter(|text| text.starts_with("answer"))
        .collect();
    assert_eq!(answers, words("answer", 5));
}

#[tokio::test]
async fn an_announced_restart_is_survived() {
    let relay = quiet_relay().await;
    let visitor = builder(&relay).connect().await.unwrap();
    let mut events = visitor.events();
    live(&visitor).await;
    relay.stop(Manner::Announced).await;
    state(&mut events, ConnectionState::Backoff).await;
    let expected = words("word", 3);
    send_all(&visitor, &expected).await;
    relay.resume().unwrap();
    arrived(&relay, &visitor, &expected).await;
}

#[tokio::test]
async fn an_expired_token_is_renewed_once() {
    let relay = quiet_relay().await;
    let visitor = builder(&relay).connect().await.unwrap();
    let mut events = visitor.events();
    live(&visitor).await;
    let session = visitor.session_id();
    state(&mut events, ConnectionState::Live).await;
    relay.close_sockets(Scope::All, 4401);
    state(&mut events, ConnectionState::Live).await;
    assert_eq!(relay.counts().refreshes, 1);
    assert_eq!(relay.counts().creates, 1);
    assert_eq!(visitor.session_id(), session);
}

#[tokio::test]
async fn a_lost_session_is_replaced_and_the_visitor_is_told() {
    let relay = quiet_relay().await;
    let visitor = builder(&relay).connect().await.unwrap();
    let mut events = visitor.events();
    live(&visitor).await;
    send_all(&visitor, &words("old", 2)).await;
    soon("the queue", visitor.flushed()).await;
    let old = visitor.session_id().unwrap();
    relay.forget_sessions(Scope::All);
    session_change(&mut events, SessionChange::Replaced).await;
    live(&visitor).await;
    let new = visitor.session_id().unwrap();
    assert_ne!(old, new);
    send_all(&visitor, &words("new", 2)).await;
    arrived(&relay, &visitor, &words("new", 2)).await;
    assert_eq!(
        shown(&visitor),
        ["old 0", "old 1", "new 0", "new 1"],
        "the old transcript stays"
    );
}

#[tokio::test]
async fn a_swallowed_acknowledgement_doubles_nothing() {
    let relay = quiet_relay().await;
    let visitor = builder(&relay).connect().await.unwrap();
    live(&visitor).await;
    relay.swallow_acks(AckFault::Cut, Times::Next(2));
    let expected = words("word", 5);
    send_all(&visitor, &expected).await;
    arrived(&relay, &visitor, &expected).await;
    relay.swallow_acks(AckFault::Never, Times::Next(1));
    let handle = visitor.send("last").await.unwrap();
    soon("the acknowledgement", handle.acknowledged()).await.unwrap();
    arrived(&relay, &visitor, &[expected, vec!["last".to_owned()]].concat()).await;
    assert_eq!(shown(&visitor).len(), 6);
}

#[tokio::test]
async fn a_line_that_fell_silent_is_found_and_replaced() {
    let relay = quiet_relay().await;
    let visitor = builder(&relay).connect().await.unwrap();
    let mut events = visitor.events();
    state(&mut events, ConnectionState::Live).await;
    relay.black_hole(Scope::All);
    state(&mut events, ConnectionState::Backoff).await;
    state(&mut events, ConnectionState::Live).await;
    assert_eq!(relay.counts().connects, 2);
}

#[tokio::test]
async fn a_relay_that_never_says_welcome_is_given_up_and_tried_again() {
    let relay = quiet_relay().await;
    relay.withhold_welcomes(Times::Next(1));
    let visitor = builder(&relay).connect().await.unwrap();
    let mut events = visitor.events();
    state(&mut events, ConnectionState::Backoff).await;
    live(&visitor).await;
    assert!(relay.counts().connects >= 2);
}

#[tokio::test]
async fn a_call_that_hangs_fails_or_breaks_is_made_again() {
    for fault in [
        HttpFault::Drop,
        HttpFault::LoseAnswer,
        HttpFault::Status {
            status: 503,
            retry_after: Some(1),
        },
    ] {
        let relay = quiet_relay().await;
        relay.fail_http(Some(Route::Create), fault, Times::Next(1));
        let visitor = builder(&relay).connect().await.unwrap();
        live(&visitor).await;
        visitor.close().await;
    }
}

#[tokio::test]
async fn a_short_token_is_renewed_ahead_of_time_on_a_live_line() {
    let relay = Relay::start(Settings::test().token_lifetime_s(2)).await.unwrap();
    let visitor = builder(&relay).connect().await.unwrap();
    let mut events = visitor.events();
    live(&visitor).await;
    next(&mut events, "a renewal", |event| {
        matches!(
            event,
            Event::Session {
                change: SessionChange::Refreshed,
                ..
            }
        )
        .then_some(())
    })
    .await;
    assert_eq!(visitor.connection().state, ConnectionState::Live);
    assert_eq!(relay.counts().connects, 1, "a renewal does not close a healthy line");
}
