//! One run after the other.

use std::path::{Path, PathBuf};

use visavis_backends::Manner;
use visavis_backends::model::Role;

use crate::support::{chat, quiet_relay, run, start};

fn file(folder: &Path) -> (PathBuf, String) {
    let path = folder.join("visavis.json");
    let text = path.to_str().unwrap().to_owned();
    (path, text)
}

#[tokio::test]
async fn a_second_run_resumes_and_repeats_nothing() {
    let relay = quiet_relay().await;
    let folder = tempfile::tempdir().unwrap();
    let (_, store) = file(folder.path());
    let mut running = start(chat(&relay, &["--store", &store]));
    running.live().await;
    let session = relay.session_ids().remove(0);
    relay.say(&session, Role::Bot, "printed by the first").unwrap();
    running.until("the bot", |event| event["author"] == "bot").await;
    running.write("one\n").await;
    assert_eq!(running.end().await.code, Some(0));

    relay.say(&session, Role::Bot, "said in between").unwrap();
    let ended = run(chat(&relay, &["--store", &store]), "two\n").await;
    assert_eq!(ended.code, Some(0), "{}", ended.complaints);
    let changes: Vec<_> = ended
        .of("session")
        .into_iter()
        .map(|event| (&event["change"], &event["id"]))
        .collect();
    assert_eq!(changes, [(&"resumed".into(), &session.as_str().into())]);
    assert_eq!(ended.texts("bot"), ["said in between"]);
    assert_eq!(ended.texts("visitor"), ["two"]);
    let history = ended
        .of("message")
        .into_iter()
        .find(|message| message["author"] == "bot")
        .unwrap();
    assert_eq!(history["history"], true);
    assert_eq!(relay.counts().creates, 1);
}

#[tokio::test]
async fn input_that_ends_while_offline_is_delivered_by_the_next_run() {
    let relay = quiet_relay().await;
    let folder = tempfile::tempdir().unwrap();
    let (_, store) = file(folder.path());
    assert_eq!(run(chat(&relay, &["--store", &store]), "zero\n").await.code, Some(0));
    relay.stop(Manner::Abrupt).await;
    let ended = run(
        chat(&relay, &["--store", &store, "--timeout", "0.5"]),
        "one\ntwo\nthree\n",
    )
    .await;
    assert_eq!(ended.code, Some(3), "{:?}", ended.events);
    assert_eq!(ended.delivered(), ["pending"; 3]);
    assert!(
        ended.complaints.contains("3 messages") && ended.complaints.contains("next run"),
        "{}",
        ended.complaints
    );
    relay.resume().unwrap();

    let ended = run(chat(&relay, &["--store", &store]), "").await;
    assert_eq!(ended.code, Some(0), "{}", ended.complaints);
    assert!(
        ended.texts("visitor").is_empty(),
        "they were printed by the run that read them"
    );
    let sent = ended
        .of("message-status")
        .into_iter()
        .filter(|status| status["status"] == "sent")
        .count();
    assert_eq!(sent, 3);
    let texts: Vec<_> = relay
        .transcript(&relay.session_ids()[0])
        .unwrap()
        .into_iter()
        .map(|message| message.text)
        .collect();
    assert_eq!(texts, ["zero", "one", "two", "three"]);
}

#[tokio::test]
async fn what_was_printed_as_pending_survives_a_kill() {
    let relay = quiet_relay().await;
    relay.stop(Manner::Abrupt).await;
    let folder = tempfile::tempdir().unwrap();
    let (_, store) = file(folder.path());
    let mut running = start(chat(&relay, &["--store", &store]));
    running.write("one\ntwo\n").await;
    running.until("the second line", |event| event["text"] == "two").await;
    running.signal("KILL");
    assert_eq!(running.end().await.code, None);
    relay.resume().unwrap();
    assert_eq!(run(chat(&relay, &["--store", &store]), "three\n").await.code, Some(0));
    let texts: Vec<_> = relay
        .transcript(&relay.session_ids()[0])
        .unwrap()
        .into_iter()
        .map(|message| message.text)
        .collect();
    assert_eq!(texts, ["one", "two", "three"]);
}

#[tokio::test]
async fn a_store_in_use_is_refused_and_named() {
    let relay = quiet_relay().await;
    let folder = tempfile::tempdir().unwrap();
    let (_, store) = file(folder.path());
    let mut first = start(chat(&relay, &["--store", &store]));
    first.live().await;
    let second = run(chat(&relay, &["--store", &store]), "hello\n").await;
    assert_eq!(second.code, Some(2));
    assert_eq!(second.errors(), ["configuration"]);
    assert!(
        second.complaints.contains("in use") && second.complaints.contains("visavis.json"),
        "{}",
        second.complaints
    );
    assert_eq!(first.end().await.code, Some(0));
    assert_eq!(run(chat(&relay, &["--store", &store]), "").await.code, Some(0));
}

#[tokio::test]
async fn a_corrupt_store_is_moved_aside_with_a_warning() {
    let relay = quiet_relay().await;
    let folder = tempfile::tempdir().unwrap();
    let (path, store) = file(folder.path());
    std::fs::write(&path, "{\"half a").unwrap();
    let ended = run(chat(&relay, &["--store", &store]), "hello\n").await;
    assert_eq!(ended.code, Some(0), "{}", ended.complaints);
    assert!(
        ended.complaints.contains("visavis.json.corrupt-1"),
        "{}",
        ended.complaints
    );
    assert_eq!(
        std::fs::read_to_string(folder.path().join("visavis.json.corrupt-1")).unwrap(),
        "{\"half a"
    );
}

#[tokio::test]
async fn without_a_store_nothing_is_written() {
    let relay = quiet_relay().await;
    let folder = tempfile::tempdir().unwrap();
    let mut command = chat(&relay, &[]);
    command
        .current_dir(folder.path())
        .env("HOME", folder.path())
        .env("XDG_STATE_HOME", folder.path());
    assert_eq!(run(command, "hello\n").await.code, Some(0));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
