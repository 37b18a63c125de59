//! Going on where a line broke, where the server keeps that.

use std::time::Duration;

use serde_json::{Value, json};
use visavis_client_core::Secret;
use visavis_client_core::socketio::{Recovery, Transport};

use crate::client::{Client, Loss};
use crate::server::Server;

fn keeping() -> Value {
    json!({ "connectionStateRecovery": {} })
}

/// A client that saw one event and was cut off.
async fn cut_off(server: &mut Server) -> Option<Recovery> {
    let mut client = Client::greeted(Transport::WebSocket, &server.endpoint(), "/").await;
    server.emit("seen", json!([{}])).await;
    assert_eq!(client.event().await.name, "seen");
    server.command("cut", json!({})).await;
    assert_eq!(client.next().await, Err(Loss::Closed));
    client.line.recovery()
}

#[tokio::test]
async fn what_was_missed_comes_first_and_in_order() {
    let mut server = Server::with(keeping()).await;
    for transport in crate::BOTH {
        let recovery = cut_off(&mut server).await;
        assert!(recovery.is_some());
        for number in 0..20 {
            server.emit("missed", json!([number])).await;
        }
        let (mut client, recovered) = Client::join(transport, &server.endpoint(), "/", "{}", recovery).await;
        assert!(recovered);
        for number in 0..20 {
            let event = client.event().await;
            assert_eq!((event.name.as_str(), event.args[0].as_u64()), ("missed", Some(number)));
        }
        server.emit("live", json!([])).await;
        assert_eq!(client.event().await.name, "live");
        client.close().await;
    }
}

#[tokio::test]
async fn a_recovered_line_can_be_recovered_again() {
    let mut server = Server::with(keeping()).await;
    let mut recovery = cut_off(&mut server).await;
    for number in 0..3 {
        server.emit("missed", json!([number])).await;
        let (mut client, recovered) = Client::join(Transport::WebSocket, &server.endpoint(), "/", "{}", recovery).await;
        assert!(recovered, "{number}");
        let event = client.event().await;
        assert_eq!(event.args[0].as_u64(), Some(number), "nothing comes twice");
        server.command("cut", json!({})).await;
        assert_eq!(client.next().await, Err(Loss::Closed));
        recovery = client.line.recovery();
    }
}

#[tokio::test]
async fn a_server_that_keeps_nothing_starts_clean() {
    let mut server = Server::start().await;
    assert_eq!(cut_off(&mut server).await, None);
    let stale = Recovery {
        pid: Secret::new("p"),
        offset: "o".to_owned(),
    };
    let (_, recovered) = Client::join(Transport::WebSocket, &server.endpoint(), "/", "{}", Some(stale)).await;
    assert!(!recovered);
}

#[tokio::test]
async fn a_restart_or_too_long_a_time_starts_clean() {
    let mut server = Server::with(keeping()).await;
    let recovery = cut_off(&mut server).await;
    server.kill().await;
    server.restart().await;
    let (mut client, recovered) = Client::join(Transport::WebSocket, &server.endpoint(), "/", "{}", recovery).await;
    assert!(!recovered);
    assert_eq!(client.event().await.name, "auth", "the server greets a new socket");

    let short = json!({ "connectionStateRecovery": { "maxDisconnectionDuration": 50 } });
    let mut server = Server::with(short).await;
    let recovery = cut_off(&mut server).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    let (_, recovered) = Client::join(Transport::WebSocket, &server.endpoint(), "/", "{}", recovery).await;
    assert!(!recovered);
}

#[tokio::test]
async fn being_put_out_leaves_nothing_to_recover() {
    let mut server = Server::with(keeping()).await;
    let mut client = Client::greeted(Transport::WebSocket, &server.endpoint(), "/").await;
    server.emit("seen", json!([{}])).await;
    client.event().await;
    assert!(client.line.recovery().is_some());
    server.command("disconnect", json!({ "namespace": "/" })).await;
    client.next().await.unwrap();
    assert_eq!(client.line.recovery(), None);
}
