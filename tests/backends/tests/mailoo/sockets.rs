//! Both sockets.

use futures_util::StreamExt as _;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::{Error, Message, protocol::frame::coding::CloseCode};
use visavis_backends::Manner;
use visavis_backends::faults::Times;
use visavis_backends::mailoo::{MailooHandle, PushShape, Settings};

use crate::support::{Caller, PATIENCE, service};

type Socket = tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

fn visitors(service: &MailooHandle, session: &str) -> String {
    format!(
        "ws://{}/api/v1/chat/visitor-ws?projectUid={}&integrationId={}&sessionPublicId={session}",
        service.addr(),
        Settings::DEV_PROJECT,
        Settings::DEV_INTEGRATION
    )
}

async fn open(url: &str) -> Result<Socket, u16> {
    match tokio_tungstenite::connect_async(url).await {
        Ok((socket, _)) => Ok(socket),
        Err(Error::Http(answer)) => Err(answer.status().as_u16()),
        Err(error) => panic!("{error}"),
    }
}

async fn next(socket: &mut Socket) -> Message {
    tokio::time::timeout(PATIENCE, socket.next())
        .await
        .unwrap()
        .unwrap()
        .unwrap()
}

async fn frame(socket: &mut Socket) -> Value {
    serde_json::from_str(next(socket).await.to_text().unwrap()).unwrap()
}

#[tokio::test]
async fn a_visitors_socket_hears_the_owner_in_the_chosen_shape() {
    let service = service().await;
    let session = Caller::dev(&service).say("Hello", None).await;
    let mut socket = open(&visitors(&service, &session)).await.unwrap();
    let said = service.say(&session, "Hi!").unwrap();
    let nested = frame(&mut socket).await;
    assert_eq!(
        (&nested["type"], &nested["message"]["content"]),
        (&json!("message"), &json!("Hi!"))
    );
    assert_eq!(nested["message"]["id"], json!(said.id));
    for (shape, check) in [
        (PushShape::Flat, "/content"),
        (PushShape::Data, "/data/content"),
        (PushShape::Unknown, "/type"),
    ] {
        service.push_in(shape);
        service.say(&session, "session.updated").unwrap();
        let pushed = frame(&mut socket).await;
        assert_eq!(
            pushed.pointer(check),
            Some(&json!("session.updated")),
            "{shape:?} {pushed}"
        );
    }
    assert_eq!(service.sockets(&session), 1);
}

#[tokio::test]
async fn pushes_can_be_lost_and_sockets_refused_closed_and_silenced() {
    let service = service().await;
    let session = Caller::dev(&service).say("Hello", None).await;
    let url = visitors(&service, &session);
    let mut socket = open(&url).await.unwrap();
    service.lose_pushes(Times::Next(1));
    service.say(&session, "lost").unwrap();
    service.say(&session, "heard").unwrap();
    assert_eq!(frame(&mut socket).await["message"]["content"], "heard");
    service.close_sockets(1011);
    match next(&mut socket).await {
        Message::Close(Some(close)) => assert_eq!(close.code, CloseCode::Error),
        other => panic!("{other:?}"),
    }
    service.refuse_sockets(503, Times::Next(1));
    assert_eq!(open(&url).await.err(), Some(503));
    let mut socket = open(&url).await.unwrap();
    service.black_hole();
    service.say(&session, "swallowed").unwrap();
    let silence = tokio::time::timeout(std::time::Duration::from_millis(200), socket.next()).await;
    assert!(silence.is_err());
    service.forget_sessions(None);
    match next(&mut socket).await {
        Message::Close(Some(close)) => assert_eq!(u16::from(close.code), 4404),
        other => panic!("{other:?}"),
    }
    assert_eq!(open(&url).await.err(), Some(404));
}

#[tokio::test]
async fn the_owners_socket_hears_both_sides_and_needs_a_token() {
    let service = service().await;
    let of_owner = |token: &str| {
        format!(
            "ws://{}/api/v1/chat/ws?integrationId={}&token={token}",
            service.addr(),
            Settings::DEV_INTEGRATION
        )
    };
    assert_eq!(open(&of_owner("wrong")).await.err(), Some(401));
    let mut socket = open(&of_owner(&service.mint_owner_token(60))).await.unwrap();
    let session = Caller::dev(&service).say("Hello", None).await;
    service.say(&session, "Hi!").unwrap();
    for words in ["Hello", "Hi!"] {
        let told = frame(&mut socket).await;
        assert_eq!(
            (&told["sessionPublicId"], &told["message"]["content"]),
            (&json!(session), &json!(words))
        );
    }
}

#[tokio::test]
async fn an_outage_ends_sockets_and_keeps_what_was_said() {
    let service = service().await;
    let caller = Caller::dev(&service);
    let session = caller.say("Hello", None).await;
    let mut socket = open(&visitors(&service, &session)).await.unwrap();
    service.stop(Manner::Announced).await;
    match next(&mut socket).await {
        Message::Close(Some(close)) => assert_eq!(u16::from(close.code), 1012),
        other => panic!("{other:?}"),
    }
    service.resume().unwrap();
    caller.say("Still here?", Some(&session)).await;
    assert_eq!(service.transcript(&session).unwrap().len(), 2);
}
