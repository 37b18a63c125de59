//! The relay is gone for a while, and both sides go on talking.

use std::time::Duration;

use visavis_backends::{Manner, Settings};

use crate::talk::Talk;

#[tokio::test]
async fn both_send_while_the_relay_is_down_for_seconds() {
    for manner in [Manner::Abrupt, Manner::Announced] {
        let mut talk = Talk::begin(Settings::test()).await;
        talk.visitor_says().await;
        talk.bot_says();
        talk.relay.stop(manner).await;
        for _ in 0..5 {
            talk.visitor_says().await;
            talk.bot_says();
            tokio::time::sleep(Duration::from_millis(800)).await;
        }
        talk.relay.resume().unwrap();
        talk.agree(&format!("outage, {manner:?}")).await;
    }
}

#[tokio::test]
async fn a_visitor_that_restarts_during_the_outage_forgets_nothing() {
    let mut talk = Talk::begin(Settings::test()).await;
    talk.visitor_says().await;
    talk.relay.stop(Manner::Abrupt).await;
    for _ in 0..3 {
        talk.visitor_says().await;
        talk.bot_says();
        talk.visitor_restarts().await;
    }
    talk.relay.resume().unwrap();
    talk.agree("restarts during an outage").await;
}
