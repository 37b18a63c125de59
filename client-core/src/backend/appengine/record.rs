//! Records, messages and files as the gateway spells them: flat, wrapped in `data`, or both at once.

use crate::backend::Incoming;
use crate::backend::lenient;
use crate::ids::{LocalId, ServerId};
use crate::json::{Object, Value};
use crate::message::{Attachment, Author, Delivery};

use super::rich;

/// What is inside a record's wrapper, or the object itself when there is none.
pub(crate) fn payload(record: &Object) -> &Object {
    lenient::object(record, &["data"]).unwrap_or(record)
}

/// A message with what the log does not keep.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) chat_id: Option<String>,
    pub(crate) status: Option<Delivery>,
    pub(crate) incoming: Incoming,
}

/// Reads a message, live or from the history. `me` is the visitor's address. Without text and files it is none.
pub(crate) fn message(record: &Object, me: Option<&str>) -> Option<Received> {
    let inner = payload(record);
    let content = lenient::first(inner, &["content", "message"]);
    let text = content.map(rich::text).unwrap_or_default();
    let choices = content.map(rich::choices).unwrap_or_default();
    let attachments = inner
        .get("files")
        .and_then(Value::as_array)
        .map_or(&[][..], |list| list);
    let attachments: Vec<_> = attachments
        .iter()
        .filter_map(Value::as_object)
        .filter_map(file)
        .collect();
    if text.is_empty() && attachments.is_empty() && choices.is_empty() {
        return None;
    }
    let from = lenient::text(inner, &["from"]);
    let author = author(inner, from.as_deref(), me);
    Some(Received {
        chat_id: lenient::text(inner, &["chatId"]).or_else(|| lenient::text(record, &["chatId"])),
        status: lenient::text(inner, &["status"]).and_then(|word| delivery(&word)),
        incoming: Incoming {
            local_id: local_id(record).or_else(|| local_id(inner)),
            server_id: server_id(record, inner, &author),
            author,
            text,
            at: lenient::time(inner, &["sentTime", "timestamp"])
                .or_else(|| lenient::time(record, &["createdate", "createdAt"])),
            attachments,
            choices,
        },
    })
}

/// The id that the visitor's client gave, if it looks like one.
fn local_id(record: &Object) -> Option<LocalId> {
    lenient::text(record, &["messageId", "uuid"])?.parse().ok()
}

/// An answer of the assistant may carry the id of the question as `messageId`, and the visitor's message the client's id; the server's own
/// is then `sk`.
fn server_id(record: &Object, inner: &Object, author: &Author) -> Option<ServerId> {
    let outer: &[&str] = match author {
        Author::Bot { .. } | Author::Visitor => &["sk", "messageId", "id"],
        _ => &["messageId", "sk", "id"],
    };
    lenient::text(record, outer)
        .or_else(|| lenient::text(inner, &["messageId", "uuid", "id"]))
        .map(ServerId)
}

fn author(inner: &Object, from: Option<&str>, me: Option<&str>) -> Author {
    let kind = lenient::text(inner, &["type"]).unwrap_or_default();
    let role = lenient::text(inner, &["senderRole"]).unwrap_or_default();
    let is = |word: &str| from.is_some_and(|from| from.eq_ignore_ascii_case(word));
    if me.is_some_and(is) || (from.is_none() && role == "customer") {
        Author::Visitor
    } else if kind == "ai-assistant" || is("assistant") {
        // Its role is the system's.
        Author::Bot {
            name: lenient::text(inner, &["assistantName", "senderName", "fromName"]),
        }
    } else if kind == "system" || role == "system" || is("system") {
        Author::System
    } else {
        agent(from, lenient::text(inner, &["senderName", "fromName"]))
    }
}

/// A person by address: the name is the one given, else what stands before the `@`.
pub(crate) fn agent(address: Option<&str>, name: Option<String>) -> Author {
    Author::Agent {
        id: address.map(str::to_owned),
        name: name.or_else(|| address.map(name_of)),
        avatar: None,
    }
}

/// `jane@site.example` as `Jane`.
pub(crate) fn name_of(address: &str) -> String {
    let local = address.split('@').next().unwrap_or_default();
    let mut rest = local.chars();
    let first = rest.next().map(|first| first.to_ascii_uppercase().to_string());
    [first.unwrap_or_default().as_str(), rest.as_str()].concat()
}

/// How far a message has come, by the gateway's word.
pub(crate) fn delivery(word: &str) -> Option<Delivery> {
    Some(match word {
        "pending" | "sent" | "new" => Delivery::Sent,
        "delivered" => Delivery::Delivered,
        "read" | "seen" => Delivery::Read,
        "error" | "failed" => Delivery::Failed,
        _ => return None,
    })
}

/// A file of a message, of an upload's answer or of the settings. One without any address is none.
pub(crate) fn file(file: &Object) -> Option<Attachment> {
    let path = lenient::text(file, &["path", "key", "location"]);
    let url = lenient::text(file, &["signedUrl", "url"]).or_else(|| path.clone())?;
    let last_part = |address: &str| {
        let part = address
            .split(['?', '#'])
            .next()?
            .rsplit('/')
            .find(|part| !part.is_empty());
        part.map(str::to_owned)
    };
    Some(Attachment {
        name: lenient::text(file, &["name", "filename", "originalname"])
            .or_else(|| last_part(path.as_deref().unwrap_or(&url)))
            .unwrap_or_default(),
        mime: lenient::text(file, &["mimeType", "mimetype", "contentType", "type"]),
        size: lenient::number(file, &["size"]),
        path,
        url,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;
    use crate::time::UnixMillis;

    fn read(text: &str) -> Option<Received> {
        let value = json::parse(text).unwrap();
        message(value.as_object().unwrap(), Some("a@b.c"))
    }

    #[test]
    fn every_spelling_of_a_message_is_the_same_message() {
        for spelling in [
            r#"{"sk":"s1","createdate":"2024-04-24T23:06:40Z","data":{"chatId":"c1","from":"jane@x.io","to":"a@b.c","content":"Hi","type":"user","senderRole":"agent"}}"#,
            r#"{"messageId":"s1","chatId":"c1","from":"jane@x.io","message":"Hi","timestamp":1714000000000}"#,
            r#"{"id":"s1","chatId":"c1","data":{"from":"jane@x.io","content":{"text":"Hi"},"sentTime":"1714000000000"}}"#,
            r#"{"data":{"uuid":"s1","chatId":"c1","from":"jane@x.io","content":{"ops":[{"insert":"H"},{"insert":"i"}]},"sentTime":1714000000}}"#,
        ] {
            let read = read(spelling).unwrap();
            let incoming = read.incoming;
            assert_eq!(read.chat_id.as_deref(), Some("c1"), "{spelling}");
            assert_eq!(incoming.text, "Hi", "{spelling}");
            assert_eq!(incoming.server_id, Some(ServerId("s1".to_owned())), "{spelling}");
            assert_eq!(incoming.at, Some(UnixMillis(1_714_000_000_000)), "{spelling}");
            assert_eq!(incoming.author, agent(Some("jane@x.io"), None), "{spelling}");
            assert_eq!(incoming.author.name(), Some("Jane"));
        }
    }

    #[test]
    fn the_author_follows_from_address_kind_and_role() {
        for (fields, author) in [
            (r#""from":"A@B.C""#, "visitor"),
            (r#""senderRole":"customer""#, "visitor"),
            (r#""from":"system""#, "system"),
            (r#""from":"x@y.z","type":"system""#, "system"),
            (r#""from":"x@y.z","type":"ai-assistant""#, "bot"),
            (r#""from":"assistant""#, "bot"),
            (
                r#""from":"assistant","type":"ai-assistant","senderRole":"system""#,
                "bot",
            ),
            (r#""from":"x@y.z","senderRole":"system""#, "system"),
            (r#""from":"x@y.z""#, "agent"),
        ] {
            let read = read(&[r#"{"content":"x","#, fields, "}"].concat()).unwrap();
            assert_eq!(read.incoming.author.kind(), author, "{fields}");
        }
    }

    #[test]
    fn an_answer_under_the_questions_id_has_its_own() {
        let read = read(r#"{"messageId":"q","sk":"a","type":"ai-assistant","content":"x"}"#).unwrap();
        assert_eq!(read.incoming.server_id, Some(ServerId("a".to_owned())));
    }

    #[test]
    fn a_uuid_is_the_visitors_own_id_too() {
        let id = "7c1e2b9a-0d3f-4c55-9a1e-5f0c7d2b8e41";
        let read = read(&[r#"{"sk":"s","messageId":""#, id, r#"","content":"x","from":"a@b.c"}"#].concat()).unwrap();
        assert_eq!(read.incoming.local_id, id.parse().ok());
    }

    #[test]
    fn files_have_a_name_an_address_and_a_lasting_path() {
        let read = read(
            r#"{"files":[{"path":"o/chat/a%20b.png","signedUrl":"https://x/s?k","mimeType":"image/png","size":3},{"url":"https://x/y/z.pdf?q","type":"application/pdf"},{"size":1}]}"#,
        );
        let files = read.unwrap().incoming.attachments;
        assert_eq!(files.len(), 2);
        assert_eq!(
            (files[0].name.as_str(), files[0].url.as_str()),
            ("a%20b.png", "https://x/s?k")
        );
        assert_eq!(
            (files[0].path.as_deref(), files[0].size),
            (Some("o/chat/a%20b.png"), Some(3))
        );
        assert_eq!(
            (files[1].name.as_str(), files[1].mime.as_deref()),
            ("z.pdf", Some("application/pdf"))
        );
    }

    #[test]
    fn nothing_to_show_is_no_message() {
        for text in ["{}", r#"{"content":""}"#, r#"{"data":{"from":"x"}}"#, r#"{"files":[]}"#] {
            assert!(read(text).is_none(), "{text}");
        }
    }
}
