//! The relay forgets the session: nothing is lost in silence.

use std::time::Duration;

use visavis_backends::faults::{AckFault, Times};
use visavis_backends::model::{Role, Tenant};
use visavis_backends::{BotMode, Manner, Relay, Scope, Settings};
use visavis_native_client::{Config, Delivery, Event, SessionChange, Visitor};

use crate::talk::{brisk, soon};

#[tokio::test]
async fn what_was_never_sent_moves_and_what_was_in_flight_becomes_uncertain() {
    let relay = Relay::start(Settings::test().bot(BotMode::Off)).await.unwrap();
    let options = Config::bloonio(relay.base_url(), Tenant::DEMO_ID, Tenant::DEMO_PUBLIC_KEY);
    let visitor = Visitor::connect(Config::from(options).tuning(brisk()).skip_refused())
        .await
        .unwrap();
    let mut events = visitor.events();
    soon("a connection", visitor.live()).await.unwrap();
    let old = visitor.session_id().unwrap();

    relay.swallow_acks(AckFault::Never, Times::UntilCleared);
    let in_flight = visitor.send("in flight").await.unwrap();
    while relay.counts().messages == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    relay.stop(Manner::Abrupt).await;
    relay.clear_faults();
    for n in 0..3 {
        visitor.send(format!("never sent {n}")).await.unwrap();
    }
    relay.forget_sessions(Scope::All);
    relay.resume().unwrap();

    soon("the new session", async {
        loop {
            if let Some(Event::Session {
                change: SessionChange::Replaced,
                ..
            }) = events.next().await
            {
                return;
            }
        }
    })
    .await;
    soon("the queue", visitor.flushed()).await;
    let new = visitor.session_id().unwrap();
    assert_ne!(old, new);
    let moved: Vec<_> = relay
        .transcript(&new)
        .unwrap()
        .into_iter()
        .map(|message| message.text)
        .collect();
    assert_eq!(moved, ["never sent 0", "never sent 1", "never sent 2"]);
    assert_eq!(
        visitor.message(in_flight.local_id()).unwrap().status,
        Delivery::Uncertain
    );
    assert!(in_flight.acknowledged().await.is_err(), "whoever waits is told");

    // The visitor decides: once sent again, it is in the new conversation.
    visitor.retry(in_flight.local_id()).unwrap();
    soon("the acknowledgement", in_flight.acknowledged()).await.unwrap();
    let transcript = relay.transcript(&new).unwrap();
    assert_eq!(
        transcript.iter().filter(|message| message.text == "in flight").count(),
        1
    );
    assert!(transcript.iter().all(|message| message.role == Role::Visitor));
}
