//! A visitor against the reference gateway of AppEngine, over real sockets.

use visavis_backends::Manner;
use visavis_backends::appengine::{Dialect, Gateway, GatewayHandle, Settings};
use visavis_native_client::{Author, Config, Delivery, Event, Guest, Visitor};

use crate::support::{eventually, soon};

async fn visitor(gateway: &GatewayHandle) -> Visitor {
    let options = Config::appengine(gateway.base_url(), Settings::DEMO_ORG, Settings::DEMO_CONFIG)
        .guest(guest())
        .origin("https://shop.example");
    Visitor::connect(options).await.unwrap()
}

fn guest() -> Guest {
    Guest {
        email: "alice@b.c".to_owned(),
        name: Some("Alice".to_owned()),
        ..Guest::default()
    }
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
async fn a_conversation_in_both_vocabularies() {
    for dialect in [Dialect::Gateway, Dialect::Seed] {
        let gateway = Gateway::start(Settings::test().dialect(dialect)).await.unwrap();
        let visitor = visitor(&gateway).await;
        let mut events = visitor.events();
        for text in ["hello", "where is my order?"] {
            let handle = visitor.send(text).await.unwrap();
            soon("an acknowledgement", handle.acknowledged()).await.unwrap();
        }
        soon("a streamed answer", async {
            loop {
                match futures_util::StreamExt::next(&mut events)
                    .await
                    .expect("an open stream")
                {
                    Event::Message { message, .. } if matches!(message.author, Author::Bot { .. }) => return,
                    _ => {}
                }
            }
        })
        .await;
        assert_eq!(heard(&gateway), ["hello", "where is my order?"], "{dialect:?}");
        visitor.close().await;
        gateway.shutdown().await;
    }
}

#[tokio::test]
async fn messages_of_an_outage_arrive_once_and_in_order() {
    let gateway = Gateway::start(Settings::test().without_assistant()).await.unwrap();
    let visitor = visitor(&gateway).await;
    soon("the first", visitor.send("first").await.unwrap().acknowledged())
        .await
        .unwrap();
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
    visitor.close().await;
    gateway.shutdown().await;
}

#[tokio::test]
async fn a_file_arrives_with_its_message() {
    let gateway = Gateway::start(Settings::test().without_assistant()).await.unwrap();
    let visitor = visitor(&gateway).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("note.txt");
    std::fs::write(&file, "a few words").unwrap();
    let handle = visitor.send_file("as promised", &file).await.unwrap();
    soon("the file", handle.acknowledged()).await.unwrap();
    let chat = gateway.chat_ids().remove(0);
    let sent = gateway.transcript(&chat);
    let files = &sent.last().unwrap()["files"];
    assert_eq!(files[0]["name"], "note.txt", "{sent:#?}");
    eventually("the sent state", || {
        visitor
            .messages()
            .iter()
            .any(|message| message.text == "as promised" && message.status != Delivery::Pending)
    })
    .await;
    visitor.close().await;
    gateway.shutdown().await;
}
