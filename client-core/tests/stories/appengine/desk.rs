//! People on the other side: queue, hand-overs, receipts, toasts, and what the visitor asks for.

use serde_json::json;
use visavis_client_core::event::AgentChange;
use visavis_client_core::ids::ServerId;
use visavis_client_core::{Attention, Command, Delivery, Event, Guest, Typing};

use crate::gateway::{CHAT, ME, alice, nobody, stored};
use crate::harness::{MINUTE, Story, ms, secs};
use crate::relay;

fn places(story: &Story) -> Vec<(Option<u32>, Option<u64>)> {
    story.heard(|event| match event {
        Event::Queue { position, wait, .. } => Some((*position, wait.map(|wait| wait.as_secs()))),
        _ => None,
    })
}

fn agents(story: &Story) -> Vec<(AgentChange, Option<String>)> {
    story.heard(|event| match event {
        Event::Agent { change, name, .. } => Some((*change, name.clone())),
        _ => None,
    })
}

/// A server keeps its line alive while time passes.
fn pass(story: &mut Story, seconds: u64) {
    for _ in 0..seconds {
        story.advance(secs(1));
        story.text("2");
    }
}

#[test]
fn the_queue_is_told_and_asked_for_only_in_silence() {
    let mut story = Story::with_gateway();
    story.says(
        "queued",
        json!({ "position": 3, "ahead": 2, "estimatedWaitSeconds": 120, "message": "Please hold" }),
    );
    assert_eq!(story.texts(), ["Please hold"]);
    for _ in 0..4 {
        pass(&mut story, 15);
        story.says("queue-update", json!({ "position": 2, "estimatedWaitSeconds": 60 }));
    }
    assert!(story.calls.is_empty(), "the server tells by itself");
    assert_eq!(places(&story).last(), Some(&(Some(2), Some(60))));
    pass(&mut story, 20);
    assert_eq!(story.calls.len(), 1);
    assert!(
        story.calls[0]
            .what
            .call
            .url
            .to_string()
            .contains("/chat/queue/position/")
    );
    story.answer(relay::answer(200, &json!({ "position": 1, "eta": 5 })));
    assert_eq!(places(&story).last(), Some(&(Some(1), Some(5))));
    pass(&mut story, 5);
    assert_eq!(story.calls.len(), 2);
    story.says(
        "agent-assigned",
        json!({ "agent": { "email": "jane@acme.example", "name": "Jane" } }),
    );
    story.answer(relay::answer(404, &json!({})));
    pass(&mut story, 60);
    assert_eq!(story.calls.len(), 2, "nobody waits any more");
    assert_eq!(agents(&story), [(AgentChange::Assigned, Some("Jane".to_owned()))]);
}

#[test]
fn a_repeated_notice_is_shown_once() {
    let mut story = Story::with_gateway();
    for _ in 0..2 {
        story.says("queued", json!({ "position": 1, "message": "Please hold" }));
    }
    assert_eq!(story.texts(), ["Please hold"]);
}

#[test]
fn the_conversation_changes_hands() {
    let mut story = Story::with_gateway();
    story.says(
        "agent-assigned",
        json!({ "agent": { "email": "jane@acme.example", "name": "Jane" } }),
    );
    story.says(
        "chat-assigned",
        json!({ "agent": { "email": "jane@acme.example", "name": "Jane" } }),
    );
    story.says(
        "chat-transferred",
        json!({ "fromAgent": "jane@acme.example", "note": "Bob knows more" }),
    );
    story.says(
        "agent-changed",
        json!({ "newAgent": "bob@acme.example", "newAgentName": "Bob" }),
    );
    story.says("chat-ended", json!({ "reason": "agent" }));
    let changes: Vec<_> = agents(&story).into_iter().map(|(change, _)| change).collect();
    assert_eq!(
        changes,
        [
            AgentChange::Assigned,
            AgentChange::Transferred,
            AgentChange::Changed,
            AgentChange::Left
        ]
    );
    assert_eq!(story.texts(), ["Bob knows more"]);
    let ended = story.heard(|event| match event {
        Event::Status { value, reason } => Some((value.clone(), reason.clone())),
        _ => None,
    });
    assert_eq!(ended, [("ended".to_owned(), Some("agent".to_owned()))]);
    story.send("One more thing");
    assert_eq!(
        story.emitted_as("chat-message").len(),
        1,
        "the next message opens it again"
    );
}

#[test]
fn typing_is_told_to_an_agent_who_is_known() {
    let mut story = Story::with_gateway();
    story.command(Command::Typing(Typing::Start));
    assert!(story.emitted().is_empty());
    story.command(Command::Typing(Typing::Stop));
    story.says(
        "agent-assigned",
        json!({ "agent": { "email": "jane@acme.example", "name": "Jane" } }),
    );
    story.advance(secs(5));
    story.command(Command::Typing(Typing::Start));
    let told = story.emitted_as("shareStatus");
    assert_eq!(
        (told.len(), &told[0].body["to"], &told[0].body["status"]),
        (1, &json!("jane@acme.example"), &json!("typing"))
    );
    story.says(
        "status",
        json!({ "from": "jane@acme.example", "to": ME, "status": "typing" }),
    );
    assert_eq!(story.client.typing().and_then(|author| author.name()), Some("Jane"));
    story.says("status", json!({ "from": "jane@acme.example", "status": "idle" }));
    assert!(story.client.typing().is_none());
}

#[test]
fn receipts_go_both_ways() {
    let mut story = Story::with_gateway();
    let id = story.send("Hello");
    story.takes("m_1");
    story.says("update", json!({ "uid": "m_1", "status": "delivered" }));
    story.says(
        "message-status-update",
        json!({ "messageId": id.to_string(), "status": "read" }),
    );
    story.says("update", json!({ "uid": "m_1", "status": "delivered" }));
    assert_eq!(
        story.statuses(id),
        [Delivery::Sending, Delivery::Sent, Delivery::Delivered, Delivery::Read]
    );
    story.forget();
    story.says("message", stored("m_2", "jane@acme.example", "Hi", 1));
    let told: Vec<_> = story
        .emitted_as("updateMessageStatus")
        .into_iter()
        .map(|emitted| emitted.body)
        .collect();
    assert_eq!(
        told,
        [
            json!({ "uid": "m_2", "status": "delivered", "from": "jane@acme.example", "to": ME, "type": "message-status" })
        ]
    );
    story.command(Command::Attend(Attention::Watching));
    assert_eq!(story.emitted_as("updateMessageStatus")[1].body["status"], "read");
    story.command(Command::Attend(Attention::Watching));
    assert_eq!(story.emitted_as("updateMessageStatus").len(), 2, "once");
}

#[test]
fn beside_an_open_conversation_a_message_is_read_when_it_was_seen() {
    let mut story = Story::with_gateway();
    story.command(Command::Attend(Attention::Beside));
    story.says("message", stored("m_2", "jane@acme.example", "Hi", 1));
    assert_eq!(story.client.unread(), 0);
    assert_eq!(story.emitted_as("updateMessageStatus").len(), 1, "delivered");
    story.command(Command::MarkRead {
        server_id: ServerId("m_2".to_owned()),
    });
    let told = story.emitted_as("updateMessageStatus");
    assert_eq!(told.len(), 2);
    assert_eq!(
        (&told[1].body["status"], &told[1].body["from"]),
        (&json!("read"), &json!("jane@acme.example"))
    );
}

#[test]
fn a_removed_message_is_gone() {
    let mut story = Story::with_gateway();
    story.says("message", stored("m_2", "jane@acme.example", "Oops", 1));
    story.says("delete", json!({ "uid": "m_2" }));
    assert!(story.texts().is_empty());
    assert_eq!(
        story
            .heard(|event| matches!(event, Event::MessageRemoved { .. }).then_some(()))
            .len(),
        1
    );
}

#[test]
fn offered_answers_outlive_a_reload_and_are_given_in_words() {
    let mut story = Story::with_gateway();
    let mut question = stored("m_2", "assistant", "", 1);
    question["content"] = json!({ "config": {
        "nodeType": "ChoiceInput", "message": "Which <b>colour</b>?", "options": ["red", { "label": "blue" }],
    } });
    story.says("message", question);
    let offered = |story: &Story| {
        let asked = story.client.messages().find(|message| message.text == "Which colour?");
        asked.map(|message| message.choices.clone())
    };
    assert_eq!(offered(&story).unwrap(), ["red", "blue"]);
    story.store_all();
    let (kept, wall) = (story.kept.clone().unwrap(), story.wall());
    let mut story = Story::reborn(9, nobody(), &kept, wall);
    assert_eq!(offered(&story).unwrap(), ["red", "blue"]);
    story.start();
    story.join();
    story.greet(&[]);
    story.send("blue");
    assert_eq!(story.emitted_as("chat-message")[0].body["message"], "blue");
}

#[test]
fn a_toast_is_shown_once_in_all_lives() {
    let mut story = Story::new(alice());
    story.start();
    story.register_and_join();
    story.greet(&[stored("m_1", "jane@acme.example", "Hi", 1)]);
    let toasts = |story: &Story| {
        story
            .heard(|event| matches!(event, Event::Engage { .. }).then_some(()))
            .len()
    };
    for id in ["e_1", "e_1", "e_2"] {
        story.says("engage", json!({ "engageId": id, "message": "Need help?" }));
    }
    assert_eq!(toasts(&story), 2);
    let (kept, wall) = (story.kept.clone().unwrap(), story.wall());
    let mut story = Story::reborn(9, nobody(), &kept, wall);
    story.start();
    story.join();
    story.greet(&[stored("m_1", "jane@acme.example", "Hi", 1)]);
    story.says("engage", json!({ "engageId": "e_1", "message": "Need help?" }));
    assert_eq!(toasts(&story), 0);
}

#[test]
fn a_person_is_asked_for_by_rest_when_the_event_finds_no_ear() {
    let mut story = Story::with_gateway();
    let ask = || Command::RequestAgent {
        skill: Some("billing".to_owned()),
        priority: Some(5),
    };
    story.command(ask());
    assert_eq!(
        story.emitted_as("request-agent")[0].body,
        json!({ "skill": "billing", "priority": 5 })
    );
    story.advance(secs(5));
    assert_eq!(
        story.calls[0].what.body(),
        json!({ "chatId": CHAT, "customerEmail": ME, "customerName": "Alice", "skill": "billing", "priority": 5 })
    );
    let mut story = Story::with_gateway();
    story.command(ask());
    story.says("queued", json!({ "position": 1 }));
    story.advance(secs(6));
    assert!(story.calls.is_empty());
}

#[test]
fn what_is_asked_for_before_the_line_is_up_waits_for_it() {
    let mut story = Story::new(alice());
    story.start();
    story.command(Command::RequestAgent {
        skill: None,
        priority: None,
    });
    story.register_and_join();
    assert!(story.emitted().is_empty());
    story.greet(&[stored("m_1", "jane@acme.example", "Hi", 1)]);
    assert_eq!(story.emitted_as("request-agent").len(), 1);
}

#[test]
fn pages_that_follow_fast_count_as_one() {
    let mut story = Story::with_gateway();
    let go = |story: &mut Story, url: &str| {
        story.command(Command::UpdateContext {
            url: url.to_owned(),
            referrer: None,
            title: Some("T".to_owned()),
        });
    };
    go(&mut story, "https://site.example/a");
    story.advance(ms(300));
    go(&mut story, "https://site.example/b");
    story.advance(ms(500));
    let told = story.emitted_as("update-context");
    assert_eq!(
        (told.len(), &told[0].body),
        (1, &json!({ "url": "https://site.example/b", "title": "T" }))
    );
    go(&mut story, "https://site.example/b");
    story.advance(secs(1));
    assert_eq!(story.emitted_as("update-context").len(), 1, "the same page again");
    story.join_again();
    assert_eq!(story.handshakes()[0]["context"]["currentUrl"], "https://site.example/b");
}

#[test]
fn a_conversation_is_closed_with_a_transcript() {
    let mut story = Story::with_gateway();
    story.command(Command::CloseChat {
        transcript: Some(ME.to_owned()),
    });
    let body = &story.emitted_as("close-chat")[0].body;
    assert_eq!(
        (&body["reason"], &body["sendTranscript"]),
        (&json!("customer_closed"), &json!(true))
    );
    story.acks("close-chat", json!({ "success": true }));
    let outcome = |story: &Story| {
        story.heard(|event| match event {
            Event::Command { name: "close-chat", ok } => Some(*ok),
            _ => None,
        })
    };
    assert_eq!(outcome(&story), [true]);
    story.forget();
    story.command(Command::CloseChat { transcript: None });
    story.text("2");
    story.advance(secs(12));
    assert_eq!(outcome(&story), [false], "the server did not answer");
}

#[test]
fn the_contact_form_is_a_call_of_its_own() {
    let form = || Guest {
        comments: Some("Call me".to_owned()),
        ..Guest::new(ME)
    };
    let mut story = Story::new(nobody());
    story.command(Command::Contact(form()));
    assert_eq!(story.verbs(), ["cfg_1"]);
    assert_eq!(story.calls[0].what.body()["message"], "Call me");
    story.answer(relay::answer(202, &json!({})));
    story.command(Command::Contact(form()));
    story.answer(relay::refused(404));
    let outcomes = story.heard(|event| match event {
        Event::Command { name: "contact", ok } => Some(*ok),
        _ => None,
    });
    assert_eq!(outcomes, [true, false]);
    assert_eq!(story.errors().len(), 1);
}

#[test]
fn participants_can_be_spoken_to() {
    let mut story = Story::with_gateway();
    story.command(Command::PeerMessage {
        to: "bob@site.example".to_owned(),
        text: "psst".to_owned(),
    });
    assert_eq!(
        story.emitted_as("peer-message")[0].body,
        json!({ "to": "bob@site.example", "content": "psst" })
    );
}

#[test]
fn presence_and_status_are_told() {
    let mut story = Story::with_gateway();
    story.says(
        "presence",
        json!({ "email": "jane@acme.example", "status": "available" }),
    );
    story.says("status", json!({ "status": "resolved" }));
    let told = story.heard(|event| match event {
        Event::Presence { status, .. } | Event::Status { value: status, .. } => Some(status.clone()),
        _ => None,
    });
    assert_eq!(told, ["online", "resolved"]);
    story.advance(MINUTE);
}
