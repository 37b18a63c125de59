//! The published parser beside the core's, on texts that are nearly packets.

use serde_json::{Value, json};
use visavis_client_core::rng::Rng;
use visavis_client_core::socketio::{self, Body, Malformed, Packet};

use crate::server::Server;

const TEXTS: usize = 20_000;

/// What stands behind a type, in its order.
const SLOTS: [&[&str]; 4] = [
    &["", "", "", "1-", "2-", "10-", "11-", "-"],
    &["", "", "/chat,", "/chat,", "/a/b,", "/chat", "/", ",", "/,"],
    &["", "", "0", "7", "12", "012"],
    &[
        "",
        "[]",
        "{}",
        "[7]",
        "[\"e\"]",
        "[\"e\",1,{\"a\":[null]}]",
        "[\"connect\"]",
        "[\"newListener\",1]",
        "{\"sid\":\"c\"}",
        "{\"message\":\"no\"}",
        "\"no\"",
        "[null]",
        "null",
        "true",
        "[",
        "}",
        "abc",
        "\u{e9}",
        "[]]",
    ],
];

/// What fits behind the types 0 to 7: a count, and payloads.
const FITTING: [(&str, &[&str]); 8] = [
    ("", &["", "{}", "{\"sid\":\"c\"}"]),
    ("", &[""]),
    ("", &["[\"e\"]", "[7]", "[\"e\",1,{\"a\":[null]}]"]),
    ("", &["[]", "[7]", "[\"e\"]", "[null]"]),
    ("", &["{}", "{\"message\":\"no\"}", "\"no\""]),
    ("1-", &["[\"e\",{\"_placeholder\":true,\"num\":0}]", "[7]"]),
    ("2-", &["[]", "[{\"_placeholder\":true,\"num\":0}]"]),
    ("", &[""]),
];

fn nearly(rng: &mut Rng) -> String {
    let mut draw = |limit: usize| usize::try_from(rng.next_u64() % limit as u64).unwrap();
    let kind = draw(FITTING.len());
    let (count, payloads) = FITTING[kind];
    let payload = payloads[draw(payloads.len())];
    let mut text = kind.to_string();
    for (slot, fitting) in SLOTS.iter().zip([count, "/chat,", "12", payload]) {
        let piece = if draw(4) == 0 { slot[draw(slot.len())] } else { fitting };
        text.push_str(piece);
    }
    text
}

fn values(items: &[socketio::Value]) -> Value {
    items.iter().map(value).collect()
}

fn value(value: &socketio::Value) -> Value {
    serde_json::from_str(&value.to_string()).unwrap()
}

/// A packet as the published parser describes it. A packet that announces no attachments is an ordinary one there, too.
fn described(packet: &Packet) -> Value {
    let (kind, id, data, attachments) = match &packet.body {
        Body::Connect(payload) => (0, None, payload.as_ref().map(value), 0),
        Body::Disconnect => (1, None, None, 0),
        Body::Event { id, items, attachments } => (2, *id, Some(values(items)), *attachments),
        Body::Ack { id, args, attachments } => (3, Some(*id), Some(values(args)), *attachments),
        Body::ConnectError(payload) => (4, None, Some(value(payload)), 0),
    };
    json!({ "type": kind, "nsp": packet.namespace, "id": id, "data": data, "attachments": attachments })
}

/// Theirs in the same words: an id means nothing where nobody asks for an answer.
fn normal(theirs: &Value) -> Value {
    let kind = theirs["type"].as_u64().unwrap();
    let (kind, id) = match kind {
        5 | 6 => (kind - 3, &theirs["id"]),
        2 | 3 => (kind, &theirs["id"]),
        _ => (kind, &Value::Null),
    };
    json!({ "type": kind, "nsp": theirs["nsp"], "id": id, "data": theirs["data"], "attachments": theirs["attachments"] })
}

/// Where the core is stricter on purpose: no payload where there must be one, an answer to nothing, a count without digits.
fn stricter(theirs: &Value, ours: Malformed, text: &str) -> bool {
    let kind = theirs["type"].as_u64().unwrap();
    match ours {
        Malformed::Payload => kind >= 2 && theirs["data"].is_null(),
        Malformed::AckId => matches!(kind, 3 | 6) && theirs["id"].is_null(),
        Malformed::Attachments => text.starts_with("5-") || text.starts_with("6-"),
        _ => false,
    }
}

#[tokio::test]
async fn both_parsers_agree_on_texts_that_are_nearly_packets() {
    let mut server = Server::start().await;
    let mut rng = Rng::new(7);
    let (mut taken, mut refused, mut strict) = (0, 0, 0);
    for _ in 0..TEXTS / 1_000 {
        let texts: Vec<String> = (0..1_000).map(|_| nearly(&mut rng)).collect();
        let answers = server.command("decode", json!({ "texts": texts })).await;
        for (text, theirs) in texts.iter().zip(answers.as_array().unwrap()) {
            match (Packet::decode(text), theirs.is_null()) {
                (Ok(ours), false) => {
                    assert_eq!(described(&ours), normal(theirs), "{text}");
                    taken += 1;
                }
                (Err(_), true) => refused += 1,
                (Err(malformed), false) => {
                    assert!(
                        stricter(theirs, malformed, text),
                        "{text}: {malformed}, but theirs is {theirs}"
                    );
                    strict += 1;
                }
                (Ok(_), true) => panic!("{text} is refused by the published parser"),
            }
        }
    }
    assert!(
        taken > TEXTS / 10 && refused > TEXTS / 10 && strict > 0,
        "{taken} {refused} {strict}"
    );
}
