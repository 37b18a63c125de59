//! Every event in every spelling, by what it means.

use super::*;
use crate::json;

/// What an event means, in short.
fn meaning(name: &str, argument: &str) -> String {
    let argument = json::parse(argument).unwrap();
    match read(name, Some(&argument), Some("a@b.c"), UnixMillis(0)) {
        Received::Greeting(greeting) => match greeting {
            Greeting::Accepted(_) => "accepted".to_owned(),
            Greeting::Expired => "expired".to_owned(),
            Greeting::Refused(words) => format!("refused {words}"),
        },
        Received::Message(message) => {
            format!("{} says {}", message.incoming.author.kind(), message.incoming.text)
        }
        Received::Messages(list) => format!("{} messages", list.len()),
        other => format!("{other:?}"),
    }
}

#[test]
fn messages_and_the_greeting() {
    for (name, argument, expected) in [
        ("authenticate", r#"{"success":true}"#, "accepted"),
        (
            "authenticate",
            r#"{"success":false,"error":"token_expired"}"#,
            "expired",
        ),
        ("message", r#"{"content":"x","from":"jane@x.io"}"#, "agent says x"),
        (
            "chat-message",
            r#"{"data":{"message":"x","from":"A@b.c"}}"#,
            "visitor says x",
        ),
        (
            "messages",
            r#"[{"content":"x"},{"content":""},{"content":"y"}]"#,
            "2 messages",
        ),
        ("messages", r#"{"messages":[{"content":"x"}]}"#, "1 messages"),
    ] {
        assert_eq!(meaning(name, argument), expected, "{name} {argument}");
    }
}

#[test]
fn typing_and_status_share_a_name() {
    let typing = |on: bool| format!(r#"Typing {{ from: Some("jane@x.io"), on: {on} }}"#);
    for (name, argument, expected) in [
        ("typing", r#"{"from":"jane@x.io","chatId":"c"}"#, typing(true)),
        ("typing", r#"{"userId":"jane@x.io","isTyping":false}"#, typing(false)),
        ("stop-typing", r#"{"email":"jane@x.io"}"#, typing(false)),
        ("status", r#"{"from":"jane@x.io","status":"typing"}"#, typing(true)),
        ("status", r#"{"from":"jane@x.io","type":"idle"}"#, typing(false)),
        ("status", r#"{"from":"jane@x.io","status":"stop"}"#, typing(false)),
        ("status", r#"{"from":"A@B.C","status":"typing"}"#, "Ignored".to_owned()),
        (
            "status",
            r#"{"status":"resolved","reason":"done"}"#,
            r#"Status { value: "resolved", reason: Some("done") }"#.to_owned(),
        ),
        (
            "presence-change",
            r#"{"email":"jane@x.io","status":"available"}"#,
            r#"Presence { email: Some("jane@x.io"), status: "online" }"#.to_owned(),
        ),
        (
            "presence",
            r#"{"email":"jane@x.io","status":"away","name":"Jane"}"#,
            r#"Presence { email: Some("jane@x.io"), status: "away" }"#.to_owned(),
        ),
    ] {
        assert_eq!(meaning(name, argument), expected, "{name} {argument}");
    }
}

#[test]
fn the_desk_is_read_in_every_spelling() {
    let jane = Person {
        email: Some("jane@x.io".to_owned()),
        name: Some("Jane".to_owned()),
    };
    for (name, argument) in [
        ("agent-assigned", r#"{"agent":{"email":"jane@x.io","name":"Jane"}}"#),
        ("chat-assigned", r#"{"assignedAgent":"jane@x.io","agentName":"Jane"}"#),
        ("chat-assigned", r#"{"agentEmail":"jane@x.io","agentName":"Jane"}"#),
    ] {
        assert_eq!(
            meaning(name, argument),
            format!("{:?}", Received::Assigned(jane.clone())),
            "{argument}"
        );
    }
    assert_eq!(
        meaning("agent-changed", r#"{"newAgent":"jane@x.io","newAgentName":"Jane"}"#),
        format!("{:?}", Received::Changed(jane.clone()))
    );
    let place = Place {
        position: Some(3),
        ahead: Some(2),
        wait: Some(Duration::from_secs(120)),
    };
    for (name, argument) in [
        ("queue-update", r#"{"position":3,"ahead":2,"estimatedWaitSeconds":120}"#),
        ("queue-status", r#"{"position":"3","ahead":2,"eta":120}"#),
    ] {
        let words = None;
        let place = place.clone();
        assert_eq!(
            meaning(name, argument),
            format!("{:?}", Received::Queue { place, words }),
            "{argument}"
        );
    }
    assert!(meaning("queued", r#"{"position":1,"message":"Hold on"}"#).contains("Hold on"));
    assert!(
        meaning("chat-transferred", r#"{"chatId":"c","fromAgent":"bob","note":"n"}"#).contains("note: Some(\"n\")")
    );
}

#[test]
fn progress_is_read_under_both_ids() {
    for (name, argument, id, word) in [
        (
            "message-status-update",
            r#"{"messageId":"m","status":"delivered"}"#,
            "m",
            "Delivered",
        ),
        (
            "update",
            r#"{"uid":"m","status":"read","from":"x","to":"y"}"#,
            "m",
            "Read",
        ),
        ("read", r#"{"messageIds":["m"]}"#, "m", "Read"),
    ] {
        assert_eq!(
            meaning(name, argument),
            format!(r#"Progress {{ ids: ["{id}"], delivery: {word} }}"#)
        );
    }
    assert_eq!(meaning("delete", r#"{"uid":"m"}"#), r#"Deleted("m")"#);
}

fn piece(name: &str, argument: &str) -> (Option<String>, Piece) {
    let argument = json::parse(argument).unwrap();
    match read(name, Some(&argument), None, UnixMillis(0)) {
        Received::Stream { key, piece } => (key, piece),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_answers_pieces_are_the_same_in_both_vocabularies() {
    let text = || Piece::Text("Hel".to_owned());
    let tool = || Piece::ToolUse {
        tool: "orders".to_owned(),
        summary: None,
    };
    let end = || Piece::End {
        stored_id: Some("s".to_owned()),
        whole: None,
    };
    for (name, argument, expected) in [
        (
            "chat-stream",
            r#"{"messageId":"m","event":"chunk","data":"Hel"}"#,
            text(),
        ),
        (
            "chat-stream",
            r#"{"messageId":"m","event":"chunk","data":{"delta":"Hel"}}"#,
            text(),
        ),
        ("ai-stream-chunk", r#"{"messageId":"m","token":"Hel"}"#, text()),
        ("ai-stream-chunk", r#"{"streamId":"m","chunk":"Hel"}"#, text()),
        ("ai-stream-start", r#"{"messageId":"m"}"#, Piece::Start),
        (
            "chat-stream",
            r#"{"messageId":"m","event":"tool-use","data":{"name":"orders"}}"#,
            tool(),
        ),
        ("ai-stream-tool-use", r#"{"messageId":"m","toolName":"orders"}"#, tool()),
        ("chat-stream", r#"{"messageId":"m","event":"end","sk":"s"}"#, end()),
        ("ai-stream-end", r#"{"messageId":"m","sk":"s"}"#, end()),
        (
            "chat-stream",
            r#"{"messageId":"m","event":"error","error":"no"}"#,
            Piece::Failed("no".to_owned()),
        ),
        (
            "ai-stream-error",
            r#"{"messageId":"m","message":"no"}"#,
            Piece::Failed("no".to_owned()),
        ),
    ] {
        assert_eq!(
            piece(name, argument),
            (Some("m".to_owned()), expected),
            "{name} {argument}"
        );
    }
}

#[test]
fn a_breadcrumb_never_shows_long_json() {
    let result = |data: &str| {
        let argument = [
            r#"{"messageId":"m","event":"tool-result","data":{"name":"t","result":"#,
            data,
            "}}",
        ]
        .concat();
        match piece("chat-stream", &argument).1 {
            Piece::ToolResult { summary, .. } => summary,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(result("\"3 orders\"").as_deref(), Some("3 orders"));
    assert_eq!(result(r#"{"n":3}"#).as_deref(), Some(r#"{"n":3}"#));
    assert_eq!(result(&format!("[{}1]", "1,".repeat(150))), None);
}

#[test]
fn trouble_is_told_in_words_and_with_its_cause() {
    for (name, argument, words, cause) in [
        ("error", r#""gone wrong""#, "gone wrong", None),
        ("error", r#"{"code":1,"message":"gone wrong"}"#, "gone wrong", None),
        (
            "exception",
            r#"{"status":"error","message":"gone wrong","cause":{"pattern":"chat-message","data":{}}}"#,
            "gone wrong",
            Some("chat-message"),
        ),
    ] {
        let argument = json::parse(argument).unwrap();
        let Received::Trouble { words: said, cause: by } = read(name, Some(&argument), None, UnixMillis(0)) else {
            panic!("{name}");
        };
        assert_eq!((said.as_str(), by.as_deref()), (words, cause));
    }
}

#[test]
fn toasts_broadcasts_and_ends() {
    for (name, argument, expected) in [
        (
            "engage",
            r#"{"_id":"e1","data":{"title":"Hi","url":"https://x/"}}"#,
            r#"Engage { id: "e1", text: "Hi", url: Some("https://x/") }"#,
        ),
        ("engage", r#"{"message":"no id"}"#, "Unknown"),
        (
            "broadcast-start",
            r#"{"broadcastId":"b","streamUrl":"https://x/v","title":"Live"}"#,
            r#"Broadcast { id: "b", on: true, url: Some("https://x/v"), title: Some("Live") }"#,
        ),
        (
            "broadcast-end",
            r#"{"id":"b"}"#,
            r#"Broadcast { id: "b", on: false, url: None, title: None }"#,
        ),
        (
            "chat-ended",
            r#"{"reason":"agent"}"#,
            r#"Ended { reason: Some("agent") }"#,
        ),
        ("session-expired", "{}", "SessionExpired"),
        ("token_expired", "null", "TokenExpired"),
        ("user-joined", r#"{"userName":"x"}"#, "Ignored"),
        ("of-tomorrow", "{}", "Unknown"),
    ] {
        assert_eq!(meaning(name, argument), expected, "{name} {argument}");
    }
}

#[test]
fn a_history_is_a_list_wherever_it_stands() {
    for text in [
        r#"[{"content":"x"}]"#,
        r#"{"success":true,"history":[{"content":"x"}]}"#,
        r#"{"data":[{"content":"x"}]}"#,
        r#"{"data":{"messages":[{"data":{"content":"x"}}]}}"#,
        r#"{"items":[{"content":"x"}]}"#,
    ] {
        assert_eq!(
            history(&json::parse(text).unwrap(), None).map(|list| list.len()),
            Some(1),
            "{text}"
        );
    }
    assert!(history(&json::parse(r#"{"success":false}"#).unwrap(), None).is_none());
}
