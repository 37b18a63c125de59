//! A visitor where no WebSocket gets through: the line goes by calls.

use visavis_backends::Manner;
use visavis_backends::appengine::{
    CloseManner, Dialect, Gateway, GatewayHandle, Scope, Settings, Transports as Spoken,
};
use visavis_native_client::appengine::Transports;
use visavis_native_client::{Author, Config, ConnectionState, Event, Guest, Visitor};

use crate::support::{eventually, soon};

async fn without_websockets(settings: Settings) -> GatewayHandle {
    Gateway::start(settings.transports(Spoken::Polling)).await.unwrap()
}

async fn visitor(gateway: &GatewayHandle, transports: Transports) -> Visitor {
    let options = Config::appengine(gateway.base_url(), Settings::DEMO_ORG, Settings::DEMO_CONFIG)
        .guest(Guest::new("alice@b.c"))
        .transport(transports);
    Visitor::connect(options).await.unwrap()
}

async fn say(visitor: &Visitor, text: &str) {
    let handle = visitor.send(text).await.unwrap();
    soon(text, handle.acknowledged()).await.unwrap();
}

/// What the visitor said, as the gateway has it.
fn heard(gateway: &GatewayHandle) -> Vec<String> {
    let chats = gateway.chat_ids();
    let transcript = chats.iter().flat_map(|chat| gateway.transcript(chat));
    transcript
        .filter(|record| record["author"] == "visitor")
        .filter_map(|record| Some(record["text"].as_str()?.to_owned()))
        .collect()
}

#[tokio::test]
async fn two_websockets_fail_and_the_third_attempt_goes_by_calls() {
    let gateway = without_websockets(Settings::test().without_assistant()).await;
    let visitor = visitor(&gateway, Transports::Auto).await;
    let mut events = visitor.events();
    say(&visitor, "hello").await;
    assert_eq!(heard(&gateway), ["hello"]);
    let mut attempts = 0;
    while let Some(event) = events.try_next() {
        if let Event::Connection(status) = event {
            attempts = attempts.max(status.attempt);
        }
    }
    assert_eq!(attempts, 2);
    visitor.close().await;
    eventually("the gateway to notice", || gateway.counts().sockets_open == 0).await;
}

#[tokio::test]
async fn who_insists_on_websockets_makes_no_calls_in_their_place() {
    let gateway = without_websockets(Settings::test()).await;
    let visitor = visitor(&gateway, Transports::WebSocket).await;
    soon("three failures", visitor.connection_until(|status| status.attempt >= 3)).await;
    assert_eq!(gateway.counts().connects, 0);
    visitor.close().await;
}

#[tokio::test]
async fn a_conversation_by_calls_in_both_vocabularies() {
    for dialect in [Dialect::Gateway, Dialect::Seed] {
        let gateway = without_websockets(Settings::test().dialect(dialect).chunk_ms(2)).await;
        let visitor = visitor(&gateway, Transports::Polling).await;
        let mut events = visitor.events();
        say(&visitor, "hello").await;
        say(&visitor, "the blue sky").await;
        let answer = soon("the answer", async {
            loop {
                match futures_util::StreamExt::next(&mut events)
                    .await
                    .expect("an open stream")
                {
                    Event::Message { message, .. }
                        if matches!(message.author, Author::Bot { .. }) && message.text.contains("blue") =>
                    {
                        return message;
                    }
                    _ => {}
                }
            }
        })
        .await;
        assert!(answer.stream_id.is_some(), "{dialect:?}: it came piece by piece");
        assert_eq!(heard(&gateway), ["hello", "the blue sky"], "{dialect:?}");
        visitor.close().await;
    }
}

#[tokio::test]
async fn the_heartbeat_is_answered_by_calls() {
    let gateway = without_websockets(Settings::test().without_assistant().heartbeat_ms(200, 400)).await;
    let visitor = visitor(&gateway, Transports::Polling).await;
    say(&visitor, "hello").await;
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    assert_eq!(visitor.connection().state, ConnectionState::Live);
    say(&visitor, "still here").await;
    assert_eq!(gateway.counts().connects, 1, "on the same line");
    visitor.close().await;
}

#[tokio::test]
async fn messages_of_an_outage_arrive_once_and_in_order() {
    let gateway = without_websockets(Settings::test().without_assistant()).await;
    let visitor = visitor(&gateway, Transports::Polling).await;
    say(&visitor, "first").await;
    gateway.stop(Manner::Abrupt).await;
    let mut handles = Vec::new();
    for text in ["second", "third", "fourth"] {
        handles.push(visitor.send(text).await.unwrap());
    }
    gateway.resume().unwrap();
    for handle in handles {
        soon("the rest", handle.acknowledged()).await.unwrap();
    }
    assert_eq!(heard(&gateway), ["first", "second", "third", "fourth"]);
    assert_eq!(gateway.counts().duplicates, 0);
    visitor.close().await;
}

#[tokio::test]
async fn who_is_put_out_stays_out_until_the_visitor_acts() {
    let gateway = without_websockets(Settings::test().without_assistant()).await;
    let visitor = visitor(&gateway, Transports::Polling).await;
    say(&visitor, "hello").await;
    gateway.close_sockets(Scope::All, CloseManner::Packet);
    soon(
        "a pause",
        visitor.connection_until(|status| status.state == ConnectionState::Paused),
    )
    .await;
    say(&visitor, "let me in").await;
    visitor.close().await;
}
