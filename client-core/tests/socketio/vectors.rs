//! The vectors of the published suites, as a client sees them: what it sends to the letter, what it makes of what comes.

use std::time::Duration;

use visavis_client_core::Secret;
use visavis_client_core::socketio::{
    Body, Carried, EnginePacket, Event, Fault, Handshake, Line, LineEvent, Malformed, Packet, Value, attachment,
};

use crate::{OPEN, at, events, joined, transmits};

fn json(text: &str) -> Value {
    text.parse().unwrap()
}

fn list(text: &str) -> Vec<Value> {
    json(text).as_array().unwrap().clone()
}

fn connect(payload: Option<&str>) -> Body {
    Body::Connect(payload.map(json))
}

fn event(id: Option<u64>, items: &str, attachments: usize) -> Body {
    Body::Event {
        id,
        items: list(items),
        attachments,
    }
}

fn ack(id: u64, args: &str, attachments: usize) -> Body {
    Body::Ack {
        id,
        args: list(args),
        attachments,
    }
}

const TWO_PLACES: &str = r#"{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}"#;

/// Text, namespace and meaning: each reads and writes to the letter.
fn packets() -> Vec<(String, &'static str, Body)> {
    let vector = |text: &str, namespace, body| (text.to_owned(), namespace, body);
    vec![
        vector("0", "/", connect(None)),
        vector(r#"0{"token":"123"}"#, "/", connect(Some(r#"{"token":"123"}"#))),
        vector(r#"0{"sid":"c1"}"#, "/", connect(Some(r#"{"sid":"c1"}"#))),
        vector("0/custom,", "/custom", connect(None)),
        vector(
            r#"0/custom,{"token":"abc"}"#,
            "/custom",
            connect(Some(r#"{"token":"abc"}"#)),
        ),
        vector(
            r#"0/chat,{"sid":"c1","pid":"p1"}"#,
            "/chat",
            connect(Some(r#"{"sid":"c1","pid":"p1"}"#)),
        ),
        vector(
            r#"4/random,{"message":"Invalid namespace"}"#,
            "/random",
            Body::ConnectError(json(r#"{"message":"Invalid namespace"}"#)),
        ),
        vector(r#"4/chat,"no""#, "/chat", Body::ConnectError(json(r#""no""#))),
        vector("1", "/", Body::Disconnect),
        vector("1/custom,", "/custom", Body::Disconnect),
        vector(r#"2["auth",{}]"#, "/", event(None, r#"["auth",{}]"#, 0)),
        vector(
            r#"2["message",1,"2",{"3":[true]}]"#,
            "/",
            event(None, r#"["message",1,"2",{"3":[true]}]"#, 0),
        ),
        vector(r#"2/chat,12["event",1]"#, "/chat", event(Some(12), r#"["event",1]"#, 0)),
        vector(
            r#"2456["message-with-ack",1,"2",{"3":[false]}]"#,
            "/",
            event(Some(456), r#"["message-with-ack",1,"2",{"3":[false]}]"#, 0),
        ),
        vector("2[7,null]", "/", event(None, "[7,null]", 0)),
        vector(
            r#"3456[1,"2",{"3":[false]}]"#,
            "/",
            ack(456, r#"[1,"2",{"3":[false]}]"#, 0),
        ),
        vector("3/chat,12[]", "/chat", ack(12, "[]", 0)),
        vector(
            &format!(r#"52-["message",{TWO_PLACES}]"#),
            "/",
            event(None, &format!(r#"["message",{TWO_PLACES}]"#), 2),
        ),
        vector(
            &format!(r#"52-789["message-with-ack",{TWO_PLACES}]"#),
            "/",
            event(Some(789), &format!(r#"["message-with-ack",{TWO_PLACES}]"#), 2),
        ),
        vector(
            r#"51-/chat,["e",{"_placeholder":true,"num":0}]"#,
            "/chat",
            event(None, r#"["e",{"_placeholder":true,"num":0}]"#, 1),
        ),
        vector(
            &format!("62-789[{TWO_PLACES}]"),
            "/",
            ack(789, &format!("[{TWO_PLACES}]"), 2),
        ),
        vector(
            r#"61-/chat,12[{"_placeholder":true,"num":0}]"#,
            "/chat",
            ack(12, r#"[{"_placeholder":true,"num":0}]"#, 1),
        ),
    ]
}

#[test]
fn packets_read_and_write_to_the_letter() {
    for (text, namespace, body) in packets() {
        let packet = Packet {
            namespace: namespace.to_owned(),
            body,
        };
        assert_eq!(packet.encode(), text);
        assert!(Packet::decode(&text) == Ok(packet), "{text}");
    }
}

#[test]
fn spellings_that_are_tolerated() {
    for (text, alike) in [
        ("0/custom", "0/custom,"),
        ("1/custom", "1/custom,"),
        ("0/,{}", "0{}"),
        (r#"2/,["x"]"#, r#"2["x"]"#),
        (r#"50-["x"]"#, r#"2["x"]"#),
        ("60-3[]", "33[]"),
        (r#"2 [ "x" , 1 ] "#, r#"2["x",1]"#),
        (r#"2["x",{"a":1}]"#, r#"2["x",{"a":1}]"#),
    ] {
        assert_eq!(Packet::decode(text).unwrap().encode(), alike, "{text}");
    }
}

#[test]
fn what_is_no_packet_is_refused_by_its_first_fault() {
    for (text, fault) in [
        ("", Malformed::Type),
        ("abc", Malformed::Type),
        ("7", Malformed::Type),
        ("é", Malformed::Type),
        ("2{}", Malformed::Payload),
        (r#"2abc["x"]"#, Malformed::Json),
        ("2", Malformed::Payload),
        ("2[]", Malformed::EventName),
        ("2[null]", Malformed::EventName),
        (r#"2[{"x":1}]"#, Malformed::EventName),
        (r#"2["connect"]"#, Malformed::EventName),
        (r#"2["connect_error"]"#, Malformed::EventName),
        (r#"2["disconnect"]"#, Malformed::EventName),
        (r#"2["disconnecting"]"#, Malformed::EventName),
        (r#"2["newListener"]"#, Malformed::EventName),
        (r#"2["removeListener"]"#, Malformed::EventName),
        (r#"2["x""#, Malformed::Json),
        (r#"2["x"]["y"]"#, Malformed::Json),
        (r#"299999999999999999999["x"]"#, Malformed::AckId),
        ("0[]", Malformed::Payload),
        (r#"0"x""#, Malformed::Payload),
        ("0null", Malformed::Payload),
        ("1{}", Malformed::Payload),
        ("1/chat,[]", Malformed::Payload),
        ("3[]", Malformed::AckId),
        ("31{}", Malformed::Payload),
        ("31", Malformed::Payload),
        ("4", Malformed::Payload),
        ("4[]", Malformed::Payload),
        ("41", Malformed::Payload),
        (r#"5["x"]"#, Malformed::Attachments),
        (r#"5-["x"]"#, Malformed::Attachments),
        (r#"511-["x"]"#, Malformed::Attachments),
        (r#"51["x"]"#, Malformed::Attachments),
        ("6a-1[]", Malformed::Attachments),
        (r#"599999999999999999999-["x"]"#, Malformed::Attachments),
    ] {
        assert_eq!(Packet::decode(text).unwrap_err(), fault, "{text}");
    }
}

#[test]
fn engine_packets_read_and_write_to_the_letter() {
    let handshake = |upgrades: &[&str]| {
        EnginePacket::Open(Handshake {
            sid: Secret::new("e1"),
            upgrades: upgrades.iter().map(|&upgrade| upgrade.to_owned()).collect(),
            ping_interval: Duration::from_millis(300),
            ping_timeout: Duration::from_millis(200),
            max_payload: 1_000_000,
        })
    };
    let polling = OPEN.replace("[]", r#"["websocket"]"#);
    for (text, packet) in [
        (OPEN, handshake(&[])),
        (&polling, handshake(&["websocket"])),
        ("1", EnginePacket::Close),
        ("2", EnginePacket::Ping("")),
        ("2probe", EnginePacket::Ping("probe")),
        ("3", EnginePacket::Pong("")),
        ("3probe", EnginePacket::Pong("probe")),
        ("4hello", EnginePacket::Message("hello")),
        ("5", EnginePacket::Upgrade),
        ("6", EnginePacket::Noop),
    ] {
        assert_eq!(packet.encode(), text);
        assert_eq!(EnginePacket::decode(text), Ok(packet));
    }
    for text in ["", "abc", "7", "é", "b"] {
        assert_eq!(EnginePacket::decode(text), Err(Malformed::EngineType), "{text}");
    }
    for text in ["0", "0{}", r#"0{"sid":7}"#, r#"0{"sid":""}"#, r#"0["sid"]"#, "0x"] {
        assert_eq!(EnginePacket::decode(text), Err(Malformed::Handshake), "{text}");
    }
}

#[test]
fn a_handshake_that_leaves_numbers_out_means_the_reference_server() {
    let EnginePacket::Open(handshake) = EnginePacket::decode(r#"0{"sid":"e1","pingTimeout":-1}"#).unwrap() else {
        panic!("not an open packet");
    };
    assert_eq!(handshake.ping_interval, Duration::from_secs(25));
    assert_eq!(handshake.ping_timeout, Duration::from_secs(20));
    assert_eq!(handshake.max_payload, 1_000_000);
}

#[test]
fn bytes_in_a_payload_are_base64() {
    let bytes = Carried::Binary(vec![1, 2, 3, 4]);
    assert_eq!(bytes.clone().into_payload(), "bAQIDBA==");
    assert_eq!(Carried::from_payload("bAQIDBA=="), Ok(bytes));
    assert_eq!(Carried::from_payload("4hello"), Ok(Carried::Text("4hello".to_owned())));
    assert_eq!(Carried::from_payload("b%"), Err(Malformed::Base64));
}

// --- a client over these vectors ----------------------------------------------------------------------------------------------

#[test]
fn connect_is_sent_after_open_and_never_for_the_main_namespace_besides() {
    for (namespace, auth, frame) in [
        ("/", "", "40"),
        ("/", r#"{"token":"123"}"#, r#"40{"token":"123"}"#),
        ("/custom", "", "40/custom,"),
        ("/custom", r#"{"token":"abc"}"#, r#"40/custom,{"token":"abc"}"#),
        ("/custom", "{}", "40/custom,{}"),
    ] {
        let mut line = Line::new(namespace, auth, None);
        assert_eq!(transmits(&mut line), [] as [&str; 0]);
        line.receive_text(OPEN, at(0));
        assert_eq!(transmits(&mut line), [frame]);
    }
}

#[test]
fn the_main_and_another_namespace_are_joined() {
    for (namespace, prefix, payload) in [("/", "", "{}"), ("/custom", "/custom,", r#"{"token":"abc"}"#)] {
        let mut line = Line::new(namespace, payload, None);
        line.receive_text(OPEN, at(0));
        line.receive_text(&format!(r#"40{prefix}{{"sid":"c1"}}"#), at(1));
        line.receive_text(&format!(r#"42{prefix}["auth",{payload}]"#), at(1));
        let told = events(&mut line);
        assert!(matches!(told[0], LineEvent::Opened(_)));
        assert_eq!(
            told[1],
            LineEvent::Connected {
                sid: "c1".to_owned(),
                recovered: false
            }
        );
        assert_eq!(told[2], LineEvent::Event(plain("auth", &format!("[{payload}]"))));
    }
}

fn plain(name: &str, args: &str) -> Event {
    Event {
        name: name.to_owned(),
        args: list(args),
        wants_ack: None,
        attachments: Vec::new(),
    }
}

#[test]
fn an_unknown_namespace_is_refused() {
    for (answer, message, data) in [
        (
            r#"44/random,{"message":"Invalid namespace"}"#,
            "Invalid namespace",
            None,
        ),
        (
            r#"44/random,{"message":"no","data":{"code":7}}"#,
            "no",
            Some(json(r#"{"code":7}"#)),
        ),
        (r#"44/random,"not you""#, "not you", None),
        ("44/random,{}", "", None),
    ] {
        let mut line = Line::new("/random", "", None);
        line.receive_text(OPEN, at(0));
        events(&mut line);
        line.receive_text(answer, at(1));
        let message = message.to_owned();
        assert_eq!(events(&mut line), [LineEvent::Refused { message, data }], "{answer}");
        assert!(!line.is_connected());
    }
}

#[test]
fn an_event_goes_out_and_comes_back() {
    let mut line = joined("/");
    assert_eq!(
        line.emit("message", r#"1,"2",{"3":[true]}"#, at(1)).unwrap(),
        r#"42["message",1,"2",{"3":[true]}]"#
    );
    line.receive_text(r#"42["message-back",1,"2",{"3":[true]}]"#, at(2));
    assert_eq!(
        events(&mut line),
        [LineEvent::Event(plain("message-back", r#"[1,"2",{"3":[true]}]"#))]
    );
    assert_eq!(line.emit("bare", "", at(2)).unwrap(), r#"42["bare"]"#);
    assert_eq!(
        joined("/chat").emit("a\"b", "null", at(2)).unwrap(),
        r#"42/chat,["a\"b",null]"#
    );
}

#[test]
fn an_ack_finds_its_event() {
    let mut line = joined("/");
    let (id, frame) = line
        .emit_with_ack("message-with-ack", r#"1,"2",{"3":[false]}"#, at(1))
        .unwrap();
    assert_eq!(
        (id, frame.as_str()),
        (0, r#"420["message-with-ack",1,"2",{"3":[false]}]"#)
    );
    line.receive_text(r#"430[1,"2",{"3":[false]}]"#, at(2));
    assert_eq!(
        events(&mut line),
        [LineEvent::Acknowledged {
            id,
            args: list(r#"[1,"2",{"3":[false]}]"#),
            attachments: Vec::new()
        }]
    );
}

#[test]
fn a_binary_event_comes_with_its_attachments() {
    let mut line = joined("/");
    line.receive_text(&format!(r#"452-["message-back",{TWO_PLACES}]"#), at(1));
    line.receive_binary(&[1, 2, 3], at(1));
    assert_eq!(events(&mut line), []);
    line.receive_binary(&[4, 5, 6], at(1));
    let told = events(&mut line);
    let [LineEvent::Event(event)] = told.as_slice() else {
        panic!("{told:?}");
    };
    assert_eq!(event.name, "message-back");
    let parts: Vec<_> = event
        .args
        .iter()
        .map(|arg| attachment(arg, &event.attachments))
        .collect();
    assert_eq!(parts, [Some(&[1, 2, 3][..]), Some(&[4, 5, 6][..])]);
    assert_eq!(attachment(&json("{}"), &event.attachments), None);
}

#[test]
fn a_binary_ack_comes_with_its_attachments() {
    let mut line = joined("/");
    let (id, _) = line.emit_with_ack("message-with-ack", "", at(1)).unwrap();
    line.receive_text(&format!("462-0[{TWO_PLACES}]"), at(1));
    line.receive_binary(&[1], at(1));
    line.receive_binary(&[2], at(1));
    assert_eq!(
        events(&mut line),
        [LineEvent::Acknowledged {
            id,
            args: list(&format!("[{TWO_PLACES}]")),
            attachments: vec![vec![1], vec![2]]
        }]
    );
}

#[test]
fn leaving_says_so() {
    let mut line = joined("/");
    line.leave();
    assert_eq!(transmits(&mut line), ["41"]);
    let mut line = joined("/custom");
    line.leave();
    assert_eq!(transmits(&mut line), ["41/custom,"]);
    line.receive_text(r#"42/custom,["late"]"#, at(1));
    assert_eq!(events(&mut line), []);
}

#[test]
fn three_rounds_of_the_heartbeat_are_answered() {
    let mut line = joined("/");
    for round in 1..=3 {
        line.receive_text("2", at(round * 300));
        assert_eq!(transmits(&mut line), ["3"]);
        assert!(!line.is_expired(at(round * 300 + 499)));
    }
    assert!(line.is_expired(at(1_400)));
}

#[test]
fn what_is_no_packet_breaks_the_line() {
    for (text, fault) in [
        ("abc", Malformed::EngineType),
        ("4abc", Malformed::Type),
        ("42{}", Malformed::Payload),
        (r#"42abc["x"]"#, Malformed::Json),
        (OPEN, Malformed::Handshake),
    ] {
        let mut line = joined("/");
        line.receive_text("2", at(1));
        line.receive_text(text, at(1));
        assert_eq!(
            events(&mut line),
            [LineEvent::Broken(Fault::Malformed(fault))],
            "{text}"
        );
        assert_eq!(
            transmits(&mut line),
            [] as [&str; 0],
            "nothing is written to a broken line"
        );
        line.receive_text(r#"42["late"]"#, at(2));
        line.receive_binary(&[1], at(2));
        assert_eq!(events(&mut line), []);
    }
}

#[test]
fn the_servers_close_ends_the_line() {
    let mut line = joined("/");
    line.receive_text("1", at(1));
    assert_eq!(events(&mut line), [LineEvent::Broken(Fault::Closed)]);
}
