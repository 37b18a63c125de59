//! What the published suites ask of a server, held against what the core reads and writes.

use serde_json::json;
use visavis_client_core::http::{HttpRequest, HttpResponse, MediaType, Method};
use visavis_client_core::socketio::{
    Exchange, Fault, LineEvent, Malformed, Polling, PollingFault, PollingOutput, Refusal, Transport,
};
use visavis_client_core::url::Url;

use crate::client::{Client, carry_out, http, now};
use crate::server::Server;
use crate::{BOTH, text};

/// What a long-polling session makes of this answer to its handshake.
fn judged(server: &Server, answer: HttpResponse) -> PollingFault {
    let mut polling = Polling::new(&server.endpoint(), now());
    let _handshake = polling.poll_output();
    polling.finished(Exchange::Get, Ok(answer), now());
    match polling.poll_output() {
        Some(PollingOutput::Failed(fault)) => fault,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_servers_refusals_are_known() {
    let server = Server::start().await;
    for (method, query, expected) in [
        (Method::Get, "EIO=4&transport=abc", Refusal::TransportUnknown),
        (Method::Get, "EIO=4", Refusal::TransportUnknown),
        (Method::Get, "EIO=4&transport=polling&sid=abc", Refusal::SessionUnknown),
        (Method::Post, "EIO=4&transport=polling", Refusal::BadHandshakeMethod),
        (Method::Get, "EIO=4&transport=websocket", Refusal::BadRequest),
        (Method::Get, "EIO=3&transport=polling", Refusal::UnsupportedVersion),
        (Method::Get, "transport=polling", Refusal::UnsupportedVersion),
    ] {
        let call = HttpRequest {
            method,
            url: Url::new(format!("{}/socket.io/?{query}", server.address())),
            bearer: None,
            origin: None,
            body: None,
            headers: Vec::new(),
            media_type: MediaType::Text,
            timeout: std::time::Duration::from_secs(10),
        };
        let answer = carry_out(&http(), call).await.unwrap();
        match judged(&server, answer) {
            PollingFault::Refused {
                status: 400, refusal, ..
            } => assert_eq!(refusal, Some(expected), "{query}"),
            other => panic!("{query}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn many_packets_share_few_bodies_under_the_servers_limit() {
    let mut server = Server::with(json!({ "maxHttpBufferSize": 200 })).await;
    let mut client = Client::greeted(Transport::Polling, &server.endpoint(), "/").await;
    for number in 0..200 {
        client.emit("message", &number.to_string()).await;
    }
    for number in 0..200 {
        assert_eq!(text(&client.event().await.args), number.to_string());
    }
    let bodies = client.posted();
    assert!(bodies.iter().all(|body| body.len() <= 200));
    assert!(bodies.len() < 60, "{} bodies", bodies.len());
    let seen = server.command("seen", json!({})).await;
    assert_eq!(seen["transports"], json!(["polling"]));
}

#[tokio::test]
async fn a_body_over_the_servers_limit_ends_the_session() {
    let server = Server::with(json!({ "maxHttpBufferSize": 200 })).await;
    let mut client = Client::greeted(Transport::Polling, &server.endpoint(), "/").await;
    client.emit("message", &format!("\"{}\"", "x".repeat(300))).await;
    let loss = client.next().await.unwrap_err();
    assert!(
        matches!(
            loss,
            crate::client::Loss::Polling(PollingFault::Refused { status: 413, .. } | PollingFault::Failed(_))
        ),
        "{loss:?}"
    );
}

#[tokio::test]
async fn the_server_ends_what_it_does_not_understand_as_the_core_does() {
    let server = Server::start().await;
    for transport in BOTH {
        for bad in ["4abc", "42{}", r#"42abc["x"]"#, r#"42["connect"]"#, "4599-[\"x\"]"] {
            let mut client = Client::greeted(transport, &server.endpoint(), "/").await;
            client
                .send(visavis_client_core::socketio::Carried::Text(bad.to_owned()))
                .await;
            let ended = client.next().await;
            assert!(
                matches!(&ended, Err(_) | Ok(LineEvent::Broken(Fault::Closed))),
                "{transport:?} {bad}: {ended:?}"
            );
            let mut own = Client::greeted(transport, &server.endpoint(), "/").await;
            own.line.receive_text(bad, now());
            let broken = own.next().await;
            assert!(
                matches!(broken, Ok(LineEvent::Broken(Fault::Malformed(fault))) if fault != Malformed::EngineType),
                "{bad}: {broken:?}"
            );
        }
    }
}
