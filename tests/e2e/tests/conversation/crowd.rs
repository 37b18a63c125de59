//! Many visitors in one process, on one network.

use std::time::Duration;

use tokio::task::JoinSet;
use visavis_backends::model::{Role, Tenant};
use visavis_backends::{BotMode, Manner, Relay, Settings};
use visavis_native_client::{Config, Network, Visitor};

use crate::talk::soon;

const VISITORS: usize = 200;
const WORDS: usize = 5;

async fn visit(network: Network, address: String, name: usize) -> (Visitor, String) {
    let options = Config::bloonio(address, Tenant::DEMO_ID, Tenant::DEMO_PUBLIC_KEY);
    let visitor = Visitor::builder(options).network(network).connect().await.unwrap();
    for word in 0..WORDS {
        visitor.send(format!("{name}: {word}")).await.unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    soon("the queue", visitor.flushed()).await;
    let session = visitor.session_id().unwrap();
    (visitor, session)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crowd_survives_a_restart_of_the_relay() {
    let relay = Relay::start(Settings::test().bot(BotMode::Off)).await.unwrap();
    let network = Network::new().unwrap();
    let mut visits: JoinSet<_> = (0..VISITORS)
        .map(|name| visit(network.clone(), relay.base_url(), name))
        .collect();
    tokio::time::sleep(Duration::from_millis(60)).await;
    relay.stop(Manner::Abrupt).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    relay.resume().unwrap();

    let mut crowd = Vec::new();
    while let Some(visit) = visits.join_next().await {
        crowd.push(visit.unwrap());
    }
    for (_, session) in &crowd {
        let transcript = relay.transcript(session).unwrap();
        let texts: Vec<_> = transcript.iter().map(|message| message.text.as_str()).collect();
        let (name, _) = texts[0].split_once(':').unwrap();
        let expected: Vec<_> = (0..WORDS).map(|word| format!("{name}: {word}")).collect();
        assert_eq!(texts, expected);
        assert!(transcript.iter().all(|message| message.role == Role::Visitor));
    }
    for (visitor, _) in &crowd {
        visitor.close().await;
    }
    soon("the sockets to close", async {
        while relay.counts().sockets_open > 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
}
