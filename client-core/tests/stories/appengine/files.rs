//! Files: uploaded first, then named by their message.

use serde_json::json;
use visavis_client_core::ids::{FileId, LocalId};
use visavis_client_core::io::FileInfo;
use visavis_client_core::{Command, Delivery, Event, Input};

use crate::gateway::{CHAT, alice, registered, stored};
use crate::harness::Story;
use crate::relay;

fn picture(number: u64, size: u64) -> FileInfo {
    FileInfo {
        file: FileId(number),
        name: format!("{number}.png"),
        mime: Some("image/png".to_owned()),
        size,
    }
}

fn send(story: &mut Story, text: &str, files: Vec<FileInfo>) -> LocalId {
    story.command(Command::SendFiles {
        text: text.to_owned(),
        files,
    });
    story.client.messages().last().unwrap().local_id.unwrap()
}

fn uploaded(number: u64) -> visavis_client_core::http::HttpResponse {
    relay::answer(
        201,
        &json!({ "path": format!("acme/chat/{number}.png"), "signedUrl": format!("https://files.example/{number}.png?sig") }),
    )
}

#[test]
fn files_are_uploaded_one_after_the_other_and_go_with_the_message() {
    let mut story = Story::with_gateway();
    let id = send(&mut story, "Look", vec![picture(1, 10), picture(2, 20)]);
    let next = story.send("And?");
    let call = &story.uploads[0].what.1;
    assert_eq!(
        call.call.url.to_string(),
        "https://gateway.example/repository/file/upload"
    );
    assert_eq!(
        (call.part, call.fields.clone()),
        ("file", vec![("location", format!("acme/chat/{CHAT}"))])
    );
    assert!(call.call.bearer.is_some());
    assert!(story.emitted_as("chat-message").is_empty(), "nothing overtakes");
    story.answer(uploaded(1));
    story.answer(uploaded(2));
    let sent = story.emitted_as("chat-message");
    assert_eq!(sent.len(), 1);
    assert_eq!(
        sent[0].body["files"],
        json!([
            { "name": "1.png", "url": "https://files.example/1.png?sig", "path": "acme/chat/1.png", "mimeType": "image/png", "size": 10 },
            { "name": "2.png", "url": "https://files.example/2.png?sig", "path": "acme/chat/2.png", "mimeType": "image/png", "size": 20 },
        ])
    );
    assert!(story.released.is_empty());
    story.takes("m_1");
    assert_eq!(story.released, [FileId(1), FileId(2)]);
    assert_eq!(
        (story.status_of(id), story.status_of(next)),
        (Some(Delivery::Sent), Some(Delivery::Sending))
    );
    assert_eq!(
        story.client.message(id).unwrap().attachments[1].url,
        "https://files.example/2.png?sig"
    );
}

#[test]
fn progress_is_told() {
    let mut story = Story::with_gateway();
    let id = send(&mut story, "", vec![picture(1, 10)]);
    let request = story.uploads[0].what.0;
    story.give(Input::Uploading {
        request,
        sent: 5,
        total: 10,
    });
    let told = story.heard(|event| match event {
        Event::Upload {
            local_id, sent, total, ..
        } => Some((*local_id, *sent, *total)),
        _ => None,
    });
    assert_eq!(told, [(id, 5, 10)]);
}

#[test]
fn an_upload_finds_the_route_that_takes_it() {
    let mut story = Story::with_gateway();
    send(&mut story, "", vec![picture(1, 10)]);
    story.answer(relay::refused(404));
    assert_eq!(story.uploads[1].what.1.part, "files");
    story.answer(relay::answer(
        201,
        &json!([{ "name": "1.png", "url": "https://files.example/1.png" }]),
    ));
    assert_eq!(story.emitted_as("chat-message").len(), 1);
    story.takes("m_1");
    send(&mut story, "", vec![picture(2, 10)]);
    assert_eq!(story.uploads[2].what.1.part, "files", "and remembers it");
}

#[test]
fn a_failed_upload_fails_the_message_and_keeps_text_and_file() {
    for (status, words) in [(413, "25 MB"), (415, "unsupported file type")] {
        let mut story = Story::with_gateway();
        let id = send(&mut story, "Look", vec![picture(1, 10)]);
        story.answer(relay::refused(status));
        let message = story.client.message(id).unwrap();
        assert_eq!(
            (message.status, message.text.as_str(), message.attachments.len()),
            (Delivery::Failed, "Look", 1)
        );
        assert!(message.reason.as_ref().unwrap().contains(words), "{status}");
        assert!(story.released.is_empty());
        story.command(Command::Retry { local_id: id });
        story.answer(uploaded(1));
        story.takes("m_1");
        assert_eq!(story.status_of(id), Some(Delivery::Sent));
    }
}

#[test]
fn a_discarded_message_lets_its_files_go() {
    let mut story = Story::with_gateway();
    let id = send(&mut story, "Look", vec![picture(1, 10)]);
    story.fail_call();
    story.command(Command::Discard { local_id: id });
    assert_eq!(story.released, [FileId(1)]);
    assert!(story.texts().is_empty());
}

#[test]
fn a_file_that_is_too_large_is_refused_at_once() {
    let mut story = Story::with_gateway();
    story.command(Command::SendFiles {
        text: "Look".to_owned(),
        files: vec![picture(1, 25 * 1024 * 1024 + 1)],
    });
    assert!(story.errors()[0].to_string().contains("25 MB"));
    assert!(story.uploads.is_empty() && story.texts().is_empty());
}

#[test]
fn an_old_token_is_renewed_before_the_upload_is_tried_again() {
    let mut story = Story::with_gateway();
    let id = send(&mut story, "Look", vec![picture(1, 10)]);
    story.answer(relay::refused(401));
    assert_eq!(story.verbs(), ["register-guest"]);
    story.answer(registered(2));
    assert_eq!(story.uploads.len(), 2);
    assert_eq!(
        story.uploads[1].what.1.call.bearer.as_ref().unwrap().expose(),
        relay::jwt(2, 3600)
    );
    story.answer(uploaded(1));
    story.join();
    story.greet(&[stored("m_0", "jane@acme.example", "Hi", 1)]);
    story.takes("m_1");
    assert_eq!(story.status_of(id), Some(Delivery::Sent));
}

#[test]
fn a_file_that_never_left_is_missing_after_a_restart() {
    let mut story = Story::new(alice());
    let id = send(&mut story, "Look", vec![picture(1, 10)]);
    let (kept, wall) = (story.kept.clone().unwrap(), story.wall());
    let story = Story::reborn(9, alice(), &kept, wall);
    let message = story.client.message(id).unwrap();
    assert_eq!(message.status, Delivery::Failed);
    assert!(message.reason.as_ref().unwrap().contains("1.png"));
    assert_eq!(message.text, "Look");
}

#[test]
fn a_message_may_be_files_alone() {
    let mut story = Story::with_gateway();
    send(&mut story, "", vec![picture(1, 10)]);
    story.answer(uploaded(1));
    assert_eq!(story.emitted_as("chat-message")[0].body["message"], "");
}

#[test]
fn a_message_whose_file_is_on_its_way_can_be_given_up() {
    let mut story = Story::with_gateway();
    let id = send(&mut story, "Look", vec![picture(1, 10), picture(2, 20)]);
    let next = story.send("And?");
    story.command(Command::Discard { local_id: id });
    assert!(story.client.message(id).is_none());
    assert_eq!(story.released, [FileId(1), FileId(2)]);
    let sent = story.emitted_as("chat-message");
    assert_eq!(sent.len(), 1, "what came behind it goes out");
    assert_eq!(sent[0].body["message"], "And?");
    assert_eq!(story.status_of(next), Some(Delivery::Sending));
    let errors = story.heard(|event| matches!(event, Event::Error(_)).then_some(()));
    assert!(errors.is_empty());
}
