//! A visitor against the reference gateway of AppEngine, over real sockets.

use visavis_backends::Manner;
use visavis_backends::appengine::{Dialect, Gateway, GatewayHandle, Settings};
use visavis_native_client::{
    Author, Config, ConnectionState, Delivery, ErrorKind, Event, Events, Guest, PeerStatus, Visitor,
};

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

async fn heard_of<T>(events: &mut Events, what: &str, pick: impl Fn(Event) -> Option<T>) -> T {
    soon(what, async {
        loop {
            let event = futures_util::StreamExt::next(events).await.expect("an open stream");
            if let Some(found) = pick(event) {
                return found;
            }
        }
    })
    .await
}

/// The outcome of a command.
async fn done(events: &mut Events, command: &str) -> bool {
    heard_of(events, command, |event| match event {
        Event::Command { name, ok } if name == command => Some(ok),
        _ => None,
    })
    .await
}

#[tokio::test]
async fn a_form_is_asked_for_and_handed_in() {
    let gateway = Gateway::start(Settings::test().without_assistant()).await.unwrap();
    let options = Config::appengine(gateway.base_url(), Settings::DEMO_ORG, Settings::DEMO_CONFIG);
    let visitor = Visitor::connect(options).await.unwrap();
    let mut events = visitor.events();
    let form = heard_of(&mut events, "the form", |event| match event {
        Event::Registration(form) => Some(form),
        _ => None,
    })
    .await;
    assert!(form.name && !form.phone, "{form:?}");
    visitor.register(Guest::new("nobody")).unwrap();
    let refused = heard_of(&mut events, "a refusal", |event| match event {
        Event::Error(error) => Some(error.kind()),
        _ => None,
    })
    .await;
    assert_eq!(refused, ErrorKind::Configuration);
    visitor.register(guest()).unwrap();
    soon("a connection", visitor.live()).await.unwrap();
    assert_eq!(visitor.connection().state, ConnectionState::Live);
    visitor.close().await;
}

#[tokio::test]
async fn a_conversation_is_closed_and_its_transcript_mailed() {
    let gateway = Gateway::start(Settings::test().without_assistant()).await.unwrap();
    let visitor = visitor(&gateway).await;
    let mut events = visitor.events();
    soon("hello", visitor.send("hello").await.unwrap().acknowledged())
        .await
        .unwrap();
    visitor.close_chat(Some("alice@b.c".to_owned())).unwrap();
    assert!(done(&mut events, "close-chat").await);
    assert_eq!(gateway.sent_transcripts().len(), 1);
    visitor.close().await;
}

#[tokio::test]
async fn a_message_for_later_needs_no_connection() {
    let gateway = Gateway::start(Settings::test()).await.unwrap();
    let visitor = visitor(&gateway).await;
    let mut events = visitor.events();
    visitor.stop().unwrap();
    let form = Guest {
        comments: Some("call me".to_owned()),
        ..guest()
    };
    visitor.contact(form).unwrap();
    assert!(done(&mut events, "contact").await);
    let forms = gateway.contact_forms();
    assert_eq!((forms.len(), forms[0].message.as_str()), (1, "call me"));
    visitor.close().await;
}

#[tokio::test]
async fn another_participant_is_told_something() {
    let gateway = Gateway::start(Settings::test().without_assistant()).await.unwrap();
    let visitor = visitor(&gateway).await;
    let mut events = visitor.events();
    soon("a connection", visitor.live()).await.unwrap();
    let before = gateway.counts().events;
    visitor.peer_message("bob@b.c", "psst").unwrap();
    assert!(done(&mut events, "peer-message").await);
    let status = PeerStatus {
        to: "bob@b.c".to_owned(),
        kind: "away".to_owned(),
        message: None,
    };
    visitor.peer_status(status).unwrap();
    assert!(done(&mut events, "peer-status").await);
    eventually("both to arrive", || gateway.counts().events == before + 2).await;
    visitor.close().await;
}

#[tokio::test]
async fn a_file_is_not_offered_to_a_service_that_takes_none() {
    let relay = crate::support::quiet_relay().await;
    let visitor = crate::support::builder(&relay).connect().await.unwrap();
    let refused = visitor.send_file("", "/nowhere/at/all.png").await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Unsupported);
    visitor.close().await;
}
