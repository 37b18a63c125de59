//! Several listeners, slow ones among them.

use visavis_backends::model::Role;
use visavis_native_client::{Event, Events, EventsEnd};

use crate::support::{builder, eventually, heard, live, quiet_relay, soon};

fn texts(events: &mut Events) -> Vec<String> {
    std::iter::from_fn(|| events.try_next())
        .filter_map(|event| match event {
            Event::Message { message, .. } => Some(message.text),
            _ => None,
        })
        .collect()
}

#[tokio::test]
async fn every_listener_hears_everything_from_when_it_began() {
    let relay = quiet_relay().await;
    let visitor = builder(&relay).connect().await.unwrap();
    let mut first = visitor.events();
    live(&visitor).await;
    let session = visitor.session_id().unwrap();
    relay.say(&session, Role::Bot, "one").unwrap();
    assert_eq!(heard(&mut first).await, "one");
    let mut second = visitor.events();
    relay.say(&session, Role::Bot, "two").unwrap();
    assert_eq!(
        (heard(&mut first).await, heard(&mut second).await),
        ("two".to_owned(), "two".to_owned())
    );
}

#[tokio::test]
async fn a_listener_that_sleeps_is_cut_off_and_nobody_else_notices() {
    let relay = quiet_relay().await;
    let visitor = builder(&relay).event_limit(50).connect().await.unwrap();
    live(&visitor).await;
    let session = visitor.session_id().unwrap();
    let mut asleep = visitor.events();
    let mut awake = visitor.events();
    while awake.try_next().is_some() {}
    for n in 0..500 {
        relay.say(&session, Role::Bot, &format!("{n}")).unwrap();
        assert_eq!(heard(&mut awake).await, n.to_string());
    }
    assert_eq!(asleep.end(), Some(EventsEnd::FellBehind));
    let heard = texts(&mut asleep);
    assert!(!heard.is_empty() && heard.len() <= 50);
    let expected: Vec<_> = (0..heard.len()).map(|n| n.to_string()).collect();
    assert_eq!(heard, expected, "nothing is missing in the middle");
    assert_eq!(soon("the end", asleep.next()).await, None);
    assert_eq!(awake.end(), None);
    assert_eq!(visitor.messages().len(), 500, "catching up is possible");
}

#[tokio::test]
async fn a_flood_without_a_listener_is_taken_in_whole() {
    let relay = quiet_relay().await;
    let visitor = builder(&relay).connect().await.unwrap();
    live(&visitor).await;
    let session = visitor.session_id().unwrap();
    for n in 0..5_000 {
        relay.say(&session, Role::Bot, &format!("{n}")).unwrap();
        // The relay, too, cuts off who does not read.
        tokio::task::yield_now().await;
    }
    eventually("the last message", || {
        visitor.messages().last().is_some_and(|last| last.text == "4999")
    })
    .await;
    assert!(visitor.messages().len() <= 1_000, "the log is bounded");
    assert_eq!(relay.counts().connects, 1, "the line held");
}
