//! Connect, talk, close.

use visavis_backends::model::Role;
use visavis_backends::operator::Action;
use visavis_backends::{Relay, Settings};
use visavis_native_client::{
    Config, ConnectionState, Delivery, Error, ErrorKind, Event, SessionChange, Typing, Visitor,
};

use crate::support::{
    builder, eventually, heard, live, next, options, quiet_relay, session_change, shown, soon, state, taken,
};

#[tokio::test]
async fn a_visitor_connects_sends_hears_and_closes() {
    let relay = Relay::start(Settings::test()).await.unwrap();
    let visitor = Visitor::connect(options(&relay)).await.unwrap();
    let mut events = visitor.events();
    session_change(&mut events, SessionChange::Created).await;
    state(&mut events, ConnectionState::Live).await;

    let handle = soon("storing", visitor.send("hello")).await.unwrap();
    let id = soon("the acknowledgement", handle.acknowledged()).await.unwrap();
    assert!(id.is_some(), "the relay tells its id of the message");
    assert_eq!(visitor.message(handle.local_id()).unwrap().status, Delivery::Sent);
    assert!(!heard(&mut events).await.is_empty());

    let session = visitor.session_id().unwrap();
    visitor.close().await;
    assert_eq!(taken(&relay, &session), ["hello"]);
    state(&mut events, ConnectionState::Closed).await;
    assert_eq!(events.next().await, None);
}

#[tokio::test]
async fn own_messages_are_told_in_the_order_of_their_life() {
    let relay = quiet_relay().await;
    let visitor = builder(&relay).connect().await.unwrap();
    let mut events = visitor.events();
    live(&visitor).await;
    let handle = visitor.send("one").await.unwrap();
    handle.acknowledged().await.unwrap();
    let mut life = Vec::new();
    while life.last() != Some(&Delivery::Sent) {
        life.push(
            next(&mut events, "the message's life", |event| match event {
                Event::Message { message, .. } if message.local_id == Some(handle.local_id()) => Some(message.status),
                Event::MessageStatus { local_id, status, .. } if *local_id == handle.local_id() => Some(*status),
                _ => None,
            })
            .await,
        );
    }
    assert_eq!(life, [Delivery::Pending, Delivery::Sending, Delivery::Sent]);
}

#[tokio::test]
async fn messages_sent_before_the_connection_is_live_arrive_in_order() {
    let relay = quiet_relay().await;
    let visitor = builder(&relay).connect().await.unwrap();
    let words: Vec<_> = (0..20).map(|n| format!("message {n}")).collect();
    for word in &words {
        visitor.try_send(word).unwrap();
    }
    soon("the queue", visitor.flushed()).await;
    assert_eq!(taken(&relay, &visitor.session_id().unwrap()), words);
    assert_eq!(shown(&visitor), words);
}

#[tokio::test]
async fn an_operator_and_a_visitor_see_each_other_type_and_talk() {
    let relay = quiet_relay().await;
    let visitor = builder(&relay).connect().await.unwrap();
    let mut events = visitor.events();
    live(&visitor).await;
    let session = visitor.session_id().unwrap();

    visitor.typing(Typing::Start).unwrap();
    relay
        .operate(
            &session,
            "Ada",
            &Action::Typing(visavis_backends::model::frame::TypingState::Start),
        )
        .unwrap();
    next(&mut events, "typing", |event| {
        matches!(event, Event::Typing { on: true, .. }).then_some(())
    })
    .await;
    relay.say(&session, Role::Agent, "How can I help?").unwrap();
    assert_eq!(heard(&mut events).await, "How can I help?");
    assert_eq!(visitor.unread(), 1);
}

#[tokio::test]
async fn an_identity_is_told_to_the_relay() {
    let relay = quiet_relay().await;
    let visitor = builder(&relay).connect().await.unwrap();
    let mut events = visitor.events();
    live(&visitor).await;
    let signature = visavis_backends::model::Tenant::demo().secret.sign_user("u_42");
    visitor
        .identify(visavis_native_client::Identity::parse(&format!("u_42:{signature}")).unwrap())
        .unwrap();
    session_change(&mut events, SessionChange::Identified).await;
    assert_eq!(relay.counts().identifies, 1);
}

#[tokio::test]
async fn a_wrong_option_is_named_before_anything_is_sent() {
    let error = Visitor::connect(Config::bloonio("relay.example", "t", "pk_x"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().starts_with("baseUrl: "), "{error}");
}

#[tokio::test]
async fn a_refused_origin_ends_waiting_with_the_reason() {
    let relay = quiet_relay().await;
    let visitor = Visitor::connect(options(&relay).origin("https://elsewhere.example"))
        .await
        .unwrap();
    let error = soon("the refusal", visitor.live()).await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Configuration, Some(403)));
    assert_eq!(visitor.failure(), Some(error));
}

#[tokio::test]
async fn an_empty_and_an_overlong_text_are_refused_and_harm_nothing() {
    let relay = quiet_relay().await;
    let visitor = builder(&relay).connect().await.unwrap();
    assert!(visitor.send(" \n").await.is_err());
    let error = visitor.send("é".repeat(16_001)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    let longest = "é".repeat(16_000);
    let handle = visitor.send(&longest).await.unwrap();
    soon("the longest message", handle.acknowledged()).await.unwrap();
    assert_eq!(taken(&relay, &visitor.session_id().unwrap()), [longest]);
}

#[tokio::test]
async fn a_full_queue_refuses_at_once_or_waits_for_room() {
    let relay = quiet_relay().await;
    relay.stop(visavis_backends::Manner::Abrupt).await;
    let visitor = builder(&relay).connect().await.unwrap();
    for n in 0..100 {
        visitor.try_send(format!("{n}")).unwrap();
    }
    assert!(matches!(visitor.try_send("100"), Err(Error::QueueFull { .. })));
    let waiting = tokio::spawn({
        let visitor = visitor.clone();
        async move { visitor.send("100").await.map(|_| ()) }
    });
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    assert!(!waiting.is_finished());
    relay.resume().unwrap();
    soon("room", waiting).await.unwrap().unwrap();
    soon("the queue", visitor.flushed()).await;
    let expected: Vec<_> = (0..=100).map(|n| n.to_string()).collect();
    assert_eq!(taken(&relay, &visitor.session_id().unwrap()), expected);
}

#[tokio::test]
async fn a_stopped_visitor_starts_again_with_its_session() {
    let relay = quiet_relay().await;
    let visitor = builder(&relay).connect().await.unwrap();
    live(&visitor).await;
    let session = visitor.session_id().unwrap();
    visitor.stop().unwrap();
    eventually("the socket to close", || relay.counts().sockets_open == 0).await;
    visitor.start().unwrap();
    live(&visitor).await;
    assert_eq!(visitor.session_id(), Some(session));
}
