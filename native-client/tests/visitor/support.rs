//! A relay, a visitor, and waiting with an end.

use std::future::Future;
use std::time::Duration;

use visavis_backends::model::{Role, Tenant};
use visavis_backends::{BotMode, Relay, RelayHandle, Settings};
use visavis_native_client::{
    Author, Builder, Config, ConnectionState, Event, Events, SessionChange, Tuning, Visitor, bloonio,
};

/// Nothing in these tests takes longer on a healthy machine; an overloaded one gets some air.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A relay whose bot says nothing unless it is asked to.
pub(crate) async fn quiet_relay() -> RelayHandle {
    Relay::start(Settings::test().bot(BotMode::Off)).await.unwrap()
}

pub(crate) fn options(relay: &RelayHandle) -> bloonio::Options {
    Config::bloonio(relay.base_url(), Tenant::DEMO_ID, Tenant::DEMO_PUBLIC_KEY).locale("en")
}

/// A builder for a visitor of `relay` that finds dead lines quickly.
pub(crate) fn builder(relay: &RelayHandle) -> Builder {
    Visitor::builder(Config::from(options(relay)).tuning(brisk()))
}

/// Shorter times than a website's, so that a test about waiting does not wait.
pub(crate) fn brisk() -> Tuning {
    let mut tuning = Tuning::default();
    tuning.ping_interval = Duration::from_secs(1);
    tuning.pong_timeout = Duration::from_secs(1);
    tuning.probe_timeout = Duration::from_secs(1);
    tuning.ack_timeout = Duration::from_secs(1);
    tuning.welcome_timeout = Duration::from_secs(2);
    tuning
}

pub(crate) async fn soon<T>(what: &str, work: impl Future<Output = T>) -> T {
    match tokio::time::timeout(PATIENCE, work).await {
        Ok(value) => value,
        Err(_) => panic!("waited in vain for {what}"),
    }
}

/// Looks again and again until `look` is satisfied.
pub(crate) async fn eventually(what: &str, look: impl Fn() -> bool) {
    soon(what, async {
        while !look() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}

pub(crate) async fn live(visitor: &Visitor) {
    soon("a live connection", visitor.live()).await.unwrap();
}

/// The first event that `pick` wants.
pub(crate) async fn next<T>(events: &mut Events, what: &str, pick: impl Fn(&Event) -> Option<T>) -> T {
    soon(what, async {
        loop {
            let event = events.next().await.expect("the events ended");
            // Shown when the test fails.
            println!("{event:?}");
            if let Some(found) = pick(&event) {
                return found;
            }
        }
    })
    .await
}

pub(crate) async fn session_change(events: &mut Events, wanted: SessionChange) {
    next(events, wanted.as_str(), |event| match event {
        Event::Session { change, .. } if *change == wanted => Some(()),
        _ => None,
    })
    .await;
}

pub(crate) async fn state(events: &mut Events, wanted: ConnectionState) {
    next(events, wanted.as_str(), |event| match event {
        Event::Connection(status) if status.state == wanted => Some(()),
        _ => None,
    })
    .await;
}

/// The text of the next message of the other side.
pub(crate) async fn heard(events: &mut Events) -> String {
    next(events, "a message", |event| match event {
        Event::Message { message, .. } if message.author != Author::Visitor => Some(message.text.clone()),
        _ => None,
    })
    .await
}

/// What the relay kept of the visitor's words, in its order.
pub(crate) fn taken(relay: &RelayHandle, session: &str) -> Vec<String> {
    let transcript = relay.transcript(session).unwrap();
    let own = transcript.into_iter().filter(|message| message.role == Role::Visitor);
    own.map(|message| message.text).collect()
}

/// What the visitor shows, in its order.
pub(crate) fn shown(visitor: &Visitor) -> Vec<String> {
    visitor.messages().into_iter().map(|message| message.text).collect()
}
