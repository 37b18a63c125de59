//! Messages as the API may tell them. No body is published, so the first of several names counts.

use crate::backend::{Incoming, lenient};
use crate::ids::ServerId;
use crate::json::{Object, Value};
use crate::message::Author;
use crate::time::UnixMillis;

// Every list here is a guess from the sibling calls that are documented.
const LISTS: [&str; 2] = ["messages", "items"];
const IDS: [&str; 4] = ["id", "messageId", "publicId", "uid"];
const TEXTS: [&str; 4] = ["content", "text", "body", "message"];
const TIMES: [&str; 4] = ["createdAt", "created_at", "sentAt", "timestamp"];
const AUTHORS: [&str; 5] = ["senderType", "sender", "role", "author", "from"];
const KINDS: [&str; 3] = ["type", "role", "kind"];
const NAMES: [&str; 3] = ["senderName", "authorName", "name"];

/// A message, and whether it says who wrote it.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) message: Incoming,
    pub(super) author: Named,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    Yes,
    No,
}

/// The conversation, oldest first: the root, `messages`, `items`, `data` or `data.messages`.
pub(super) fn list(body: &Value) -> Option<Vec<Told>> {
    let items = match body {
        Value::Array(items) => items,
        Value::Object(object) => listed(object)?,
        _ => return None,
    };
    let told = items.iter().filter_map(|item| message(item.as_object()?));
    Some(oldest_first(told.collect()))
}

fn listed(object: &Object) -> Option<&Vec<Value>> {
    let of = |object: &'_ Object, name: &str| object.get(name).and_then(Value::as_array).is_some();
    if let Some(name) = LISTS.into_iter().find(|name| of(object, name)) {
        return object.get(name)?.as_array();
    }
    match object.get("data")? {
        Value::Array(items) => Some(items),
        Value::Object(data) => listed(data),
        _ => None,
    }
}

/// By time where every message has one. A list that begins with the newest is turned, so that those of one moment keep their order.
fn oldest_first(mut told: Vec<Told>) -> Vec<Told> {
    let time = |told: &Told| told.message.at;
    if told.iter().all(|one| time(one).is_some()) {
        if told.first().map(time) > told.last().map(time) {
            told.reverse();
        }
        told.sort_by_key(time);
    }
    name_the_nameless(&mut told);
    told
}

/// A message without an id would be shown at every poll: what it says and when stands for one.
fn name_the_nameless(told: &mut [Told]) {
    let mut given: Vec<u64> = Vec::new();
    for Told { message, .. } in told {
        if message.server_id.is_some() {
            continue;
        }
        let at = message.at.unwrap_or_default();
        let mark = mark(&[message.author.kind(), &at.to_string(), &message.text]);
        let twins = given.iter().filter(|known| **known == mark).count();
        given.push(mark);
        message.server_id = Some(ServerId(["~", &mark.to_string(), "~", &twins.to_string()].concat()));
    }
}

/// FNV-1a: tells texts apart, keeps no secret.
pub(super) fn mark(parts: &[&str]) -> u64 {
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0xff]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// One message, if the object has a text.
pub(super) fn message(object: &Object) -> Option<Told> {
    let text = TEXTS.into_iter().find_map(|name| object.get(name)?.as_str())?;
    let author = author(object);
    Some(Told {
        author: if author.is_some() { Named::Yes } else { Named::No },
        message: Incoming {
            local_id: None,
            server_id: id(object),
            author: author.unwrap_or(Author::Agent {
                id: None,
                name: name(object),
                avatar: None,
            }),
            text: text.to_owned(),
            at: time(object),
            attachments: Vec::new(),
            choices: Vec::new(),
        },
    })
}

pub(super) fn id(object: &Object) -> Option<ServerId> {
    lenient::text(object, &IDS).map(ServerId)
}

pub(super) fn time(object: &Object) -> Option<UnixMillis> {
    lenient::time(object, &TIMES)
}

/// Whether the object has a text of its own.
pub(super) fn has_text(object: &Object) -> bool {
    TEXTS
        .into_iter()
        .any(|name| object.get(name).and_then(Value::as_str).is_some())
}

fn name(object: &Object) -> Option<String> {
    let person = AUTHORS.into_iter().find_map(|name| object.get(name)?.as_object());
    lenient::text(object, &NAMES).or_else(|| lenient::text(person?, &NAMES))
}

/// Who wrote it, by the first word that is known.
pub(super) fn author(object: &Object) -> Option<Author> {
    let side = object.get("direction").and_then(Value::as_str).and_then(side);
    let side = side.or_else(|| {
        AUTHORS.into_iter().find_map(|name| match object.get(name)? {
            Value::String(word) => self::side(word),
            Value::Object(person) => KINDS
                .into_iter()
                .find_map(|kind| self::side(person.get(kind)?.as_str()?)),
            _ => None,
        })
    })?;
    Some(match side {
        Side::Visitor => Author::Visitor,
        Side::Owner => Author::Agent {
            id: None,
            name: name(object),
            avatar: None,
        },
        Side::Bot => Author::Bot { name: name(object) },
        Side::System => Author::System,
    })
}

#[derive(Clone, Copy)]
enum Side {
    Visitor,
    Owner,
    Bot,
    System,
}

fn side(word: &str) -> Option<Side> {
    match word.to_ascii_lowercase().as_str() {
        "visitor" | "guest" | "user" | "customer" | "client" | "inbound" => Some(Side::Visitor),
        "owner" | "agent" | "admin" | "operator" | "staff" | "support" | "outbound" => Some(Side::Owner),
        "bot" => Some(Side::Bot),
        "system" => Some(Side::System),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;

    fn told(text: &str) -> Vec<Told> {
        list(&parse(text).unwrap()).unwrap()
    }

    #[test]
    fn a_list_is_found_wherever_it_stands() {
        let one = r#"[{"id":"m_1","content":"Hi","sender":"owner","createdAt":"2026-04-01T10:00:00Z"}]"#;
        for body in [
            one.to_owned(),
            format!(r#"{{"messages":{one}}}"#),
            format!(r#"{{"items":{one}}}"#),
            format!(r#"{{"data":{one}}}"#),
            format!(r#"{{"success":true,"data":{{"messages":{one}}}}}"#),
        ] {
            let told = told(&body);
            assert_eq!(told.len(), 1, "{body}");
            assert_eq!(told[0].message.server_id, Some(ServerId("m_1".to_owned())));
            assert_eq!(told[0].message.at, Some(UnixMillis(1_775_037_600_000)));
        }
        for body in [
            "{}",
            r#""text""#,
            r#"{"data":{"session":{}}}"#,
            r#"{"messages":"none"}"#,
        ] {
            assert!(list(&parse(body).unwrap()).is_none(), "{body}");
        }
    }

    #[test]
    fn every_name_of_a_field_is_read() {
        for id in IDS {
            for text in TEXTS {
                for time in TIMES {
                    let body = format!(r#"[{{"{id}":"m_1","{text}":"Hi","{time}":"2026-04-01T10:00:00Z"}}]"#);
                    let told = told(&body);
                    let message = &told[0].message;
                    assert_eq!((message.text.as_str(), message.at.is_some()), ("Hi", true), "{body}");
                    assert_eq!(message.server_id, Some(ServerId("m_1".to_owned())), "{body}");
                }
            }
        }
    }

    #[test]
    fn every_word_for_an_author_is_read() {
        let agent = |name: Option<&str>| Author::Agent {
            id: None,
            name: name.map(str::to_owned),
            avatar: None,
        };
        for (fields, author, named) in [
            (r#""direction":"INBOUND""#, Author::Visitor, Named::Yes),
            (r#""direction":"OUTBOUND""#, agent(None), Named::Yes),
            (r#""direction":"OUTBOUND","sender":"visitor""#, agent(None), Named::Yes),
            (r#""senderType":"GUEST""#, Author::Visitor, Named::Yes),
            (r#""sender":"user""#, Author::Visitor, Named::Yes),
            (r#""role":"customer""#, Author::Visitor, Named::Yes),
            (r#""author":"client""#, Author::Visitor, Named::Yes),
            (r#""from":"inbound""#, Author::Visitor, Named::Yes),
            (r#""sender":"owner","senderName":"Sam""#, agent(Some("Sam")), Named::Yes),
            (r#""role":"admin","authorName":"Sam""#, agent(Some("Sam")), Named::Yes),
            (r#""role":"operator","name":"Sam""#, agent(Some("Sam")), Named::Yes),
            (
                r#""author":{"role":"staff","name":"Sam"}"#,
                agent(Some("Sam")),
                Named::Yes,
            ),
            (r#""from":"support""#, agent(None), Named::Yes),
            (r#""sender":"system""#, Author::System, Named::Yes),
            (
                r#""sender":"BOT","senderName":"Iris""#,
                Author::Bot {
                    name: Some("Iris".to_owned()),
                },
                Named::Yes,
            ),
            (r#""sender":"Sam Smith","role":"agent""#, agent(None), Named::Yes),
            (r#""name":"Sam""#, agent(Some("Sam")), Named::No),
        ] {
            let told = told(&format!(r#"[{{"id":"m_1","content":"Hi",{fields}}}]"#));
            assert_eq!((&told[0].message.author, told[0].author), (&author, named), "{fields}");
        }
    }

    #[test]
    fn the_oldest_comes_first_and_one_moment_keeps_its_order() {
        let of =
            |id: &str, second: u32| format!(r#"{{"id":"{id}","text":"x","createdAt":"2026-04-01T10:00:0{second}Z"}}"#);
        let texts = [of("a", 1), of("b", 2), of("c", 2), of("d", 3)];
        let ids = |body: &str| -> Vec<String> {
            let told = told(body).into_iter();
            told.map(|told| told.message.server_id.unwrap().0).collect()
        };
        let mut turned = texts.clone();
        turned.reverse();
        for order in [texts, turned] {
            assert_eq!(ids(&format!("[{}]", order.join(","))), ["a", "b", "c", "d"]);
        }
    }

    #[test]
    fn what_has_no_id_has_the_same_name_every_time_and_no_two_the_same() {
        let body = r#"[{"text":"x","timestamp":1},{"text":"x","timestamp":1},{"text":"y","timestamp":1}]"#;
        let ids = |body: &str| -> Vec<_> { told(body).into_iter().map(|told| told.message.server_id).collect() };
        let first = ids(body);
        assert_eq!(first, ids(body));
        assert!(first[0] != first[1] && first[1] != first[2] && first.iter().all(Option::is_some));
    }
}
