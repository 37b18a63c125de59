//! What the visitor's side says, in both vocabularies: an event's name and its one object.

use crate::backend::lenient;
use crate::ids::LocalId;
use crate::io::{PeerStatus, Typing};
use crate::json::{self, ObjectWriter};
use crate::message::{Attachment, Delivery};
use crate::time::UnixMillis;

/// The vocabulary that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Vocabulary {
    Gateway,
    Seed,
}

/// An event to emit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Emission {
    pub(crate) name: &'static str,
    /// A JSON object.
    pub(crate) body: String,
}

fn emission(name: &'static str, write: impl FnOnce(&mut ObjectWriter<'_>)) -> Emission {
    let mut body = String::new();
    let mut object = ObjectWriter::open(&mut body);
    write(&mut object);
    object.close();
    Emission { name, body }
}

fn given(object: &mut ObjectWriter<'_>, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        object.text(name, value);
    }
}

/// A message on its way out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outgoing<'a> {
    pub(crate) id: LocalId,
    pub(crate) text: &'a str,
    pub(crate) files: &'a [Attachment],
    pub(crate) chat_id: &'a str,
    pub(crate) chat_session_id: Option<&'a str>,
    /// The assistant of the settings.
    pub(crate) assistant: Option<&'a str>,
    pub(crate) at: UnixMillis,
}

fn files(object: &mut ObjectWriter<'_>, files: &[Attachment]) {
    if files.is_empty() {
        return;
    }
    object.list("files", files, |file, out| {
        let mut object = ObjectWriter::open(out);
        object.text("name", &file.name);
        object.text("url", &file.url);
        given(&mut object, "path", file.path.as_deref());
        given(&mut object, "mimeType", file.mime.as_deref());
        if let Some(size) = file.size {
            object.number("size", i64::try_from(size).unwrap_or(i64::MAX));
        }
        object.close();
    });
}

/// A message. `messageId` is what the gateway recognises a repetition by.
pub(crate) fn message(vocabulary: Vocabulary, outgoing: Outgoing<'_>) -> Emission {
    let id = outgoing.id.to_string();
    match vocabulary {
        Vocabulary::Gateway => emission("chat-message", |body| {
            body.text("message", outgoing.text);
            body.text("chatId", outgoing.chat_id);
            given(body, "chatSessionId", outgoing.chat_session_id);
            files(body, outgoing.files);
            given(body, "assistantId", outgoing.assistant);
            body.text("messageId", &id);
        }),
        Vocabulary::Seed => emission("message", |body| {
            body.text("chatId", outgoing.chat_id);
            body.text("content", outgoing.text);
            files(body, outgoing.files);
            body.text("type", "user");
            body.number("sentTime", outgoing.at.0);
            body.text("messageId", &id);
        }),
    }
}

/// The names under which a message goes out, for an error that names its cause.
pub(crate) const SENDS: [&str; 2] = ["chat-message", "message"];

/// Makes sure of the room. The older widget's server joins by the handshake.
pub(crate) fn join(chat_id: &str) -> Emission {
    emission("join-chat", |body| body.text("chatId", chat_id))
}

/// Asks for the conversation so far.
pub(crate) fn history(chat_id: &str, email: Option<&str>) -> Emission {
    emission("chat-history", |body| {
        body.text("chatId", chat_id);
        given(body, "email", email);
    })
}

/// Two people, of which one is the visitor.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Between<'a> {
    pub(crate) me: Option<&'a str>,
    pub(crate) agent: Option<&'a str>,
}

/// The visitor types, or stopped. The gateway takes it for a known agent only.
pub(crate) fn typing(
    vocabulary: Vocabulary,
    typing: Typing,
    chat_id: &str,
    between: Between<'_>,
    at: UnixMillis,
) -> Option<Emission> {
    let name = match typing {
        Typing::Start => "typing",
        Typing::Stop => "stop-typing",
    };
    if vocabulary == Vocabulary::Seed {
        return Some(emission(name, |body| body.text("chatId", chat_id)));
    }
    let (from, to) = (between.me?, between.agent?);
    let word = match typing {
        Typing::Start => "typing",
        Typing::Stop => "idle",
    };
    Some(emission("shareStatus", |body| {
        body.text("from", from);
        body.text("to", to);
        body.text("status", word);
        body.text("type", word);
        body.number("sentTime", at.0);
    }))
}

/// A message of the other side reached the visitor, or was seen.
pub(crate) fn receipt(vocabulary: Vocabulary, server_id: &str, delivery: Delivery, between: Between<'_>) -> Emission {
    match vocabulary {
        Vocabulary::Gateway => emission("updateMessageStatus", |body| {
            body.text("uid", server_id);
            body.text("status", delivery.as_str());
            given(body, "from", between.agent);
            given(body, "to", between.me);
            body.text("type", "message-status");
        }),
        Vocabulary::Seed => emission("message-status", |body| {
            body.text("messageId", server_id);
            body.text("status", delivery.as_str());
        }),
    }
}

/// Whom the visitor asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) skill: Option<String>,
    pub(crate) priority: Option<u32>,
    pub(crate) url: Option<String>,
}

pub(crate) fn wanted(body: &mut ObjectWriter<'_>, wanted: &Wanted) {
    given(body, "skill", wanted.skill.as_deref());
    if let Some(priority) = wanted.priority {
        body.number("priority", priority.into());
    }
    if let Some(url) = &wanted.url {
        let mut context = ObjectWriter::open(body.name("context"));
        context.text("url", url);
        context.close();
    }
}

/// A person is wanted. One name in both vocabularies.
pub(crate) fn request_agent(asked: &Wanted) -> Emission {
    emission("request-agent", |body| wanted(body, asked))
}

/// The visitor went to another page. One name in both vocabularies.
pub(crate) fn update_context(url: &str, referrer: Option<&str>, title: Option<&str>) -> Emission {
    emission("update-context", |body| {
        body.text("url", url);
        given(body, "referrer", referrer);
        given(body, "title", title);
    })
}

/// The visitor is done. `transcript` is where to send a copy.
pub(crate) fn close_chat(chat_id: &str, transcript: Option<&str>) -> Emission {
    emission("close-chat", |body| {
        body.text("chatId", chat_id);
        body.text("reason", "customer_closed");
        let wanted = if transcript.is_some() { "true" } else { "false" };
        body.name("sendTranscript").push_str(wanted);
        given(body, "transcriptEmail", transcript);
    })
}

/// A message to another participant.
pub(crate) fn peer_message(to: &str, text: &str) -> Emission {
    emission("peer-message", |body| {
        body.text("to", to);
        body.text("content", text);
    })
}

/// The visitor's own status, for another participant.
pub(crate) fn peer_status(status: &PeerStatus) -> Emission {
    emission("peer-status", |body| {
        body.text("to", &status.to);
        body.text("statusType", &status.kind);
        given(body, "message", status.message.as_deref());
    })
}

/// What the answer to an emission says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Taken {
        server_id: Option<String>,
        chat_id: Option<String>,
        /// Where it went: `queued`, `agent` or another word of the server.
        routed_to: Option<String>,
    },
    Refused(String),
}

/// Reads the answer to a message. Anything but an explicit failure is success.
pub(crate) fn verdict(answer: Option<&json::Value>) -> Verdict {
    let empty = json::Object::default();
    let body = answer.and_then(json::Value::as_object).unwrap_or(&empty);
    let error = lenient::first(body, &["error"]);
    if !lenient::flag(body, &["success"]).unwrap_or(error.is_none()) {
        let words = super::answer::said(body);
        return Verdict::Refused(words.unwrap_or_else(|| "the server refused it without a reason".to_owned()));
    }
    Verdict::Taken {
        server_id: lenient::text(body, &["messageId", "sk", "id"]),
        chat_id: lenient::text(body, &["chatId"]),
        routed_to: lenient::text(body, &["routedTo"]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "7c1e2b9a-0d3f-4c55-9a1e-5f0c7d2b8e41";

    fn outgoing(files: &[Attachment]) -> Outgoing<'_> {
        Outgoing {
            id: ID.parse().unwrap(),
            text: "Hi",
            files,
            chat_id: "customer::a@b.c",
            chat_session_id: None,
            assistant: None,
            at: UnixMillis(1_714_000_000_000),
        }
    }

    const BETWEEN: Between<'_> = Between {
        me: Some("a@b.c"),
        agent: Some("jane@x.io"),
    };

    fn said(emission: &Emission) -> (&'static str, &str) {
        (emission.name, &emission.body)
    }

    #[test]
    fn a_message_in_both_vocabularies() {
        assert_eq!(
            said(&message(Vocabulary::Gateway, outgoing(&[]))),
            (
                "chat-message",
                r#"{"message":"Hi","chatId":"customer::a@b.c","messageId":"7c1e2b9a-0d3f-4c55-9a1e-5f0c7d2b8e41"}"#
            )
        );
        assert_eq!(
            said(&message(Vocabulary::Seed, outgoing(&[]))),
            (
                "message",
                r#"{"chatId":"customer::a@b.c","content":"Hi","type":"user","sentTime":1714000000000,"messageId":"7c1e2b9a-0d3f-4c55-9a1e-5f0c7d2b8e41"}"#
            )
        );
    }

    #[test]
    fn session_assistant_and_files_go_along() {
        let file = Attachment {
            name: "a.png".to_owned(),
            url: "https://x/a.png".to_owned(),
            path: Some("o/a.png".to_owned()),
            mime: Some("image/png".to_owned()),
            size: Some(3),
        };
        let files = [file];
        let outgoing = Outgoing {
            chat_session_id: Some("cs_1"),
            assistant: Some("Ada"),
            ..outgoing(&files)
        };
        assert_eq!(
            message(Vocabulary::Gateway, outgoing).body,
            concat!(
                r#"{"message":"Hi","chatId":"customer::a@b.c","chatSessionId":"cs_1","#,
                r#""files":[{"name":"a.png","url":"https://x/a.png","path":"o/a.png","mimeType":"image/png","size":3}],"#,
                r#""assistantId":"Ada","messageId":"7c1e2b9a-0d3f-4c55-9a1e-5f0c7d2b8e41"}"#
            )
        );
    }

    #[test]
    fn typing_needs_an_agent_in_the_gateways_words_only() {
        let at = UnixMillis(1_714_000_000_000);
        let say = |vocabulary, state, between| typing(vocabulary, state, "c_1", between, at);
        assert_eq!(
            say(Vocabulary::Gateway, Typing::Start, BETWEEN).unwrap().body,
            r#"{"from":"a@b.c","to":"jane@x.io","status":"typing","type":"typing","sentTime":1714000000000}"#
        );
        assert!(
            say(Vocabulary::Gateway, Typing::Stop, BETWEEN)
                .unwrap()
                .body
                .contains("idle")
        );
        let nobody = Between { agent: None, ..BETWEEN };
        assert_eq!(say(Vocabulary::Gateway, Typing::Start, nobody), None);
        assert_eq!(
            said(&say(Vocabulary::Seed, Typing::Stop, nobody).unwrap()),
            ("stop-typing", r#"{"chatId":"c_1"}"#)
        );
    }

    #[test]
    fn the_other_intents_are_as_documented() {
        let asked = Wanted {
            skill: Some("billing".to_owned()),
            priority: Some(5),
            url: Some("https://x/".to_owned()),
        };
        for (emission, name, body) in [
            (
                receipt(Vocabulary::Gateway, "66f1", Delivery::Read, BETWEEN),
                "updateMessageStatus",
                r#"{"uid":"66f1","status":"read","from":"jane@x.io","to":"a@b.c","type":"message-status"}"#,
            ),
            (
                receipt(Vocabulary::Seed, "66f1", Delivery::Delivered, BETWEEN),
                "message-status",
                r#"{"messageId":"66f1","status":"delivered"}"#,
            ),
            (join("c"), "join-chat", r#"{"chatId":"c"}"#),
            (
                history("c", Some("a@b.c")),
                "chat-history",
                r#"{"chatId":"c","email":"a@b.c"}"#,
            ),
            (
                request_agent(&asked),
                "request-agent",
                r#"{"skill":"billing","priority":5,"context":{"url":"https://x/"}}"#,
            ),
            (request_agent(&Wanted::default()), "request-agent", "{}"),
            (
                update_context("https://x/pricing", Some("https://x/"), Some("Pricing")),
                "update-context",
                r#"{"url":"https://x/pricing","referrer":"https://x/","title":"Pricing"}"#,
            ),
            (
                close_chat("c", Some("a@b.c")),
                "close-chat",
                r#"{"chatId":"c","reason":"customer_closed","sendTranscript":true,"transcriptEmail":"a@b.c"}"#,
            ),
            (
                close_chat("c", None),
                "close-chat",
                r#"{"chatId":"c","reason":"customer_closed","sendTranscript":false}"#,
            ),
            (
                peer_message("p@x.io", "psst"),
                "peer-message",
                r#"{"to":"p@x.io","content":"psst"}"#,
            ),
        ] {
            assert_eq!(said(&emission), (name, body));
        }
    }

    #[test]
    fn only_an_explicit_failure_is_one() {
        let read = |text: &str| verdict(Some(&json::parse(text).unwrap()));
        let taken = Verdict::Taken {
            server_id: Some("66f0".to_owned()),
            chat_id: Some("c".to_owned()),
            routed_to: Some("queued".to_owned()),
        };
        assert_eq!(
            read(r#"{"success":true,"messageId":"66f0","chatId":"c","routedTo":"queued"}"#),
            taken
        );
        let nothing = Verdict::Taken {
            server_id: None,
            chat_id: None,
            routed_to: None,
        };
        assert_eq!((verdict(None), read("\"ok\"")), (nothing.clone(), nothing));
        for (text, words) in [
            (r#"{"success":false,"error":"no"}"#, "no"),
            (r#"{"success":false,"message":"because"}"#, "because"),
            (r#"{"error":"no"}"#, "no"),
            (r#"{"success":false}"#, "the server refused it without a reason"),
        ] {
            assert_eq!(read(text), Verdict::Refused(words.to_owned()), "{text}");
        }
    }
}
