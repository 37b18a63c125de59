//! How connections end: put out, closed, cut, silent, left, restarted.

use std::time::Duration;

use serde_json::json;
use visavis_client_core::socketio::{
    Fault, Line, LineEvent, PollingFault, Refusal, Transport, TransportChoice, Transports, Unsent,
};

use crate::BOTH;
use crate::client::{Client, Loss, now};
use crate::server::Server;

#[tokio::test]
async fn being_put_out_of_a_namespace_is_told() {
    let mut server = Server::start().await;
    for transport in BOTH {
        let mut client = Client::greeted(transport, &server.endpoint(), "/custom").await;
        server.command("disconnect", json!({ "namespace": "/custom" })).await;
        assert_eq!(client.next().await, Ok(LineEvent::Disconnected));
        assert_eq!(client.line.emit("message", "1", now()), Err(Unsent::NotConnected));
    }
}

#[tokio::test]
async fn the_servers_close_ends_the_connection() {
    let mut server = Server::start().await;
    let mut socket = Client::greeted(Transport::WebSocket, &server.endpoint(), "/").await;
    let mut polling = Client::greeted(Transport::Polling, &server.endpoint(), "/").await;
    server.command("close", json!({})).await;
    assert_eq!(socket.next().await, Err(Loss::Closed));
    assert_eq!(polling.next().await, Ok(LineEvent::Broken(Fault::Closed)));
}

#[tokio::test]
async fn a_server_that_stops_to_ping_is_dead_by_the_clock() {
    let mut server = Server::with(json!({ "pingTimeout": 700 })).await;
    for transport in BOTH {
        let mut client = Client::greeted(transport, &server.endpoint(), "/").await;
        server.command("mute", json!({})).await;
        let muted = tokio::time::Instant::now();
        assert_eq!(client.next().await, Err(Loss::Silent));
        let took = muted.elapsed();
        assert!(
            took > Duration::from_millis(600) && took < Duration::from_secs(3),
            "{took:?}"
        );
        assert_eq!(client.line.emit("message", "1", now()), Err(Unsent::Expired));
    }
}

#[tokio::test]
async fn leaving_is_heard_by_the_server() {
    let mut server = Server::start().await;
    for transport in BOTH {
        let mut client = Client::greeted(transport, &server.endpoint(), "/custom").await;
        client.line.leave();
        client.close().await;
    }
    let seen = server.command("seen", json!({})).await;
    assert_eq!(
        seen["left"],
        json!(["client namespace disconnect", "client namespace disconnect"])
    );
    assert_eq!(seen["connected"], 0);
}

#[tokio::test]
async fn a_restarted_server_knows_nobody() {
    let mut server = Server::start().await;
    let mut socket = Client::greeted(Transport::WebSocket, &server.endpoint(), "/").await;
    let mut polling = Client::greeted(Transport::Polling, &server.endpoint(), "/").await;
    server.kill().await;
    assert_eq!(socket.next().await, Err(Loss::Closed));
    assert!(matches!(
        polling.next().await,
        Err(Loss::Polling(PollingFault::Failed(_)))
    ));
    for transport in BOTH {
        let line = Line::new("/", "", None);
        match Client::dial(transport, &server.endpoint(), line).await {
            Ok(mut client) => assert!(client.next().await.is_err()),
            Err(loss) => assert_eq!(loss, Loss::Closed),
        }
    }
    server.restart().await;
    for transport in BOTH {
        Client::greeted(transport, &server.endpoint(), "/").await;
    }
}

#[tokio::test]
async fn a_session_that_is_gone_is_known_by_its_code() {
    let mut server = Server::start().await;
    let mut client = Client::greeted(Transport::Polling, &server.endpoint(), "/").await;
    // The poll that waits is answered by an old packet, so that the next one meets the server after its restart.
    server.emit("last", json!([])).await;
    assert_eq!(client.event().await.name, "last");
    server.kill().await;
    server.restart().await;
    client.emit("message", "1").await;
    let loss = client.next().await.unwrap_err();
    let Loss::Polling(PollingFault::Refused {
        status,
        refusal,
        message,
        ..
    }) = loss
    else {
        panic!("{loss:?}");
    };
    assert_eq!(
        (status, refusal, message.as_str()),
        (400, Some(Refusal::SessionUnknown), "Session ID unknown")
    );
}

#[tokio::test]
async fn polling_stands_in_where_no_websocket_gets_through() {
    let server = Server::with(json!({ "transports": ["polling"] })).await;
    let mut choice = TransportChoice::new(Transports::Auto);
    let mut tried = Vec::new();
    let mut client = loop {
        let transport = choice.next();
        tried.push(transport);
        match Client::dial(transport, &server.endpoint(), Line::new("/", "", None)).await {
            Ok(mut client) => match client.next().await {
                Ok(LineEvent::Opened(_)) => {
                    choice.opened(transport);
                    break client;
                }
                _ => choice.failed(transport),
            },
            Err(_) => choice.failed(transport),
        }
    };
    assert_eq!(tried, [Transport::WebSocket, Transport::WebSocket, Transport::Polling]);
    assert!(matches!(client.next().await, Ok(LineEvent::Connected { .. })));
}
