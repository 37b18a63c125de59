//! Joining, events and acknowledgements both ways, bytes, the heartbeat.

use std::time::Duration;

use serde_json::json;
use visavis_client_core::socketio::{Body, Carried, Line, LineEvent, Packet, attachment};

use crate::client::Client;
use crate::server::Server;
use crate::{BOTH, text};

#[tokio::test]
async fn namespaces_are_joined_with_their_payload() {
    let server = Server::start().await;
    for transport in BOTH {
        for (namespace, auth, greeting) in [
            ("/", "", "{}"),
            ("/", r#"{"token":"123"}"#, r#"{"token":"123"}"#),
            ("/custom", "", "{}"),
            ("/custom", r#"{"token":"abc"}"#, r#"{"token":"abc"}"#),
        ] {
            let (mut client, recovered) = Client::join(transport, &server.endpoint(), namespace, auth, None).await;
            let event = client.event().await;
            assert_eq!((event.name.as_str(), text(&event.args).as_str()), ("auth", greeting));
            assert!(!recovered);
        }
    }
}

#[tokio::test]
async fn what_the_server_refuses_says_why() {
    let server = Server::start().await;
    for transport in BOTH {
        for (namespace, words, reason) in [
            ("/random", "Invalid namespace", None),
            ("/guarded", "not you", Some(r#"{"code":7}"#)),
        ] {
            let line = Line::new(namespace, "", None);
            let mut client = Client::dial(transport, &server.endpoint(), line).await.unwrap();
            assert!(matches!(client.next().await, Ok(LineEvent::Opened(_))));
            let Ok(LineEvent::Refused { message, data }) = client.next().await else {
                panic!("not refused");
            };
            assert_eq!(
                (message.as_str(), data.map(|data| data.to_string()).as_deref()),
                (words, reason)
            );
        }
    }
}

#[tokio::test]
async fn events_go_out_and_come_back_in_order() {
    let server = Server::start().await;
    for transport in BOTH {
        let mut client = Client::greeted(transport, &server.endpoint(), "/custom").await;
        for number in 0..100 {
            client
                .emit("message", &format!(r#"{number},"2",{{"3":[true]}},"é\u2028😀""#))
                .await;
        }
        for number in 0..100 {
            let event = client.event().await;
            assert_eq!(event.name, "message-back");
            assert_eq!(
                text(&event.args),
                format!(r#"{number},"2",{{"3":[true]}},"é{}😀""#, '\u{2028}')
            );
        }
    }
}

#[tokio::test]
async fn acknowledgements_find_their_events() {
    let server = Server::start().await;
    for transport in BOTH {
        let mut client = Client::greeted(transport, &server.endpoint(), "/").await;
        for expected in 0..3 {
            let id = client.emit_with_ack("message-with-ack", r#"1,"2",{"3":[false]}"#).await;
            assert_eq!(id, expected);
        }
        for expected in 0..3 {
            let Ok(LineEvent::Acknowledged { id, args, .. }) = client.next().await else {
                panic!("no answer");
            };
            assert_eq!((id, text(&args).as_str()), (expected, r#"1,"2",{"3":[false]}"#));
        }
        assert_eq!(client.line.awaited(), [] as [u64; 0]);
    }
}

#[tokio::test]
async fn the_servers_questions_are_answered() {
    let server = Server::start().await;
    for transport in BOTH {
        let mut client = Client::greeted(transport, &server.endpoint(), "/custom").await;
        client.emit("question-me", "7").await;
        let question = client.event().await;
        assert_eq!(
            (question.name.as_str(), text(&question.args).as_str()),
            ("question", "7")
        );
        client
            .line
            .acknowledge(question.wants_ack.unwrap(), r#"{"yes":true},2"#);
        let answered = client.event().await;
        assert_eq!(
            (answered.name.as_str(), text(&answered.args).as_str()),
            ("answered", r#"{"yes":true},2"#)
        );
    }
}

#[tokio::test]
async fn bytes_come_in_step() {
    let mut server = Server::start().await;
    for transport in BOTH {
        let mut client = Client::greeted(transport, &server.endpoint(), "/").await;
        server
            .command(
                "bytes",
                json!({ "namespace": "/", "event": "file", "bytes": [9, 8, 7] }),
            )
            .await;
        server.emit("after", json!([1])).await;
        let file = client.event().await;
        assert_eq!(attachment(&file.args[0], &file.attachments), Some(&[9, 8, 7][..]));
        assert_eq!(client.event().await.name, "after");

        let asked = client.emit_with_ack("bytes-with-ack", "").await;
        let Ok(LineEvent::Acknowledged { id, args, attachments }) = client.next().await else {
            panic!("no answer");
        };
        assert_eq!((id, attachment(&args[0], &attachments)), (asked, Some(&[1, 2, 3][..])));
        assert_eq!(
            (text(&args[1..2]).as_str(), attachment(&args[2], &attachments)),
            (r#""and""#, Some(&[][..]))
        );
    }
}

#[tokio::test]
async fn bytes_go_out_and_come_back() {
    let server = Server::start().await;
    for transport in BOTH {
        let mut client = Client::greeted(transport, &server.endpoint(), "/").await;
        let places = r#"["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#;
        let packet = Packet {
            namespace: "/".to_owned(),
            body: Body::Event {
                id: None,
                items: places
                    .parse::<visavis_client_core::socketio::Value>()
                    .unwrap()
                    .as_array()
                    .unwrap()
                    .clone(),
                attachments: 2,
            },
        };
        client.send(Carried::Text(["4", &packet.encode()].concat())).await;
        for part in [vec![1, 2, 3], vec![4, 5, 6]] {
            client.send(Carried::Binary(part)).await;
        }
        let back = client.event().await;
        assert_eq!(back.name, "message-back");
        assert_eq!(back.attachments, [vec![1, 2, 3], vec![4, 5, 6]]);
    }
}

#[tokio::test]
async fn a_heartbeat_that_is_answered_keeps_the_line_open() {
    let mut server = Server::with(json!({ "pingTimeout": 700 })).await;
    for transport in BOTH {
        let mut client = Client::greeted(transport, &server.endpoint(), "/").await;
        assert_eq!(client.listen(Duration::from_millis(1_800)).await, []);
        client.emit("message", "1").await;
        assert_eq!(client.event().await.name, "message-back");
        client.close().await;
    }
    // Both were closed by the client alone, none by the server for want of pongs. A ping that meets the closing handshake is an error to the server.
    let seen = server.command("seen", json!({})).await;
    let left = seen["left"].as_array().unwrap();
    assert_eq!(left.len(), 2, "{left:?}");
    assert!(
        left.iter()
            .all(|reason| reason == "transport close" || reason == "transport error"),
        "{left:?}"
    );
}
