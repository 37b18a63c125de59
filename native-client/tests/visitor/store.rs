//! What outlives a visitor.

use std::path::Path;

use visavis_backends::Manner;
use visavis_backends::model::Role;
use visavis_native_client::{ConnectionState, ErrorKind, Event, FileStore, MemoryStore, SessionChange};

use crate::support::{builder, heard, live, next, quiet_relay, session_change, shown, soon, state, taken};

fn store(folder: &Path) -> FileStore {
    FileStore::open(folder.join("store.json")).unwrap()
}

#[tokio::test]
async fn a_second_run_resumes_the_session_and_shows_what_was_said() {
    let relay = quiet_relay().await;
    let folder = tempfile::tempdir().unwrap();
    let visitor = builder(&relay).store(store(folder.path())).connect().await.unwrap();
    live(&visitor).await;
    let session = visitor.session_id().unwrap();
    let handle = visitor.send("first run").await.unwrap();
    handle.acknowledged().await.unwrap();
    visitor.close().await;
    drop(visitor);

    relay.say(&session, Role::Agent, "while you were away").unwrap();
    let visitor = builder(&relay).store(store(folder.path())).connect().await.unwrap();
    let mut events = visitor.events();
    assert_eq!(heard(&mut events).await, "while you were away");
    session_change(&mut events, SessionChange::Resumed).await;
    live(&visitor).await;
    assert_eq!(visitor.session_id(), Some(session));
    assert_eq!(shown(&visitor), ["first run", "while you were away"]);
    assert_eq!(relay.counts().creates, 1);
}

#[tokio::test]
async fn what_a_run_could_not_send_is_sent_by_the_next() {
    let relay = quiet_relay().await;
    let folder = tempfile::tempdir().unwrap();
    let first = builder(&relay).store(store(folder.path())).connect().await.unwrap();
    live(&first).await;
    let session = first.session_id().unwrap();
    relay.stop(Manner::Abrupt).await;
    for n in 0..5 {
        first.send(format!("{n}")).await.unwrap();
    }
    first.close().await;
    drop(first);

    relay.resume().unwrap();
    let second = builder(&relay).store(store(folder.path())).connect().await.unwrap();
    second.send("5").await.unwrap();
    soon("the queue", second.flushed()).await;
    assert_eq!(second.session_id().as_ref(), Some(&session));
    assert_eq!(taken(&relay, &session), ["0", "1", "2", "3", "4", "5"]);
}

#[tokio::test]
async fn a_memory_store_carries_a_conversation_over_in_one_process() {
    let relay = quiet_relay().await;
    let store = MemoryStore::new();
    for run in 0..3 {
        let visitor = builder(&relay).store(store.clone()).connect().await.unwrap();
        live(&visitor).await;
        let handle = visitor.send(format!("run {run}")).await.unwrap();
        handle.acknowledged().await.unwrap();
        visitor.close().await;
    }
    assert_eq!(relay.counts().creates, 1);
}

#[tokio::test]
async fn two_relays_share_a_file_without_mixing() {
    let (one, two) = (quiet_relay().await, quiet_relay().await);
    let folder = tempfile::tempdir().unwrap();
    let file = store(folder.path());
    for relay in [&one, &two, &one, &two] {
        let visitor = builder(relay).store(file.clone()).connect().await.unwrap();
        live(&visitor).await;
        visitor.close().await;
    }
    assert_eq!((one.counts().creates, two.counts().creates), (1, 1));
}

#[tokio::test]
async fn the_file_is_free_again_when_the_visitor_is_closed_and_dropped() {
    let relay = quiet_relay().await;
    let folder = tempfile::tempdir().unwrap();
    let visitor = builder(&relay).store(store(folder.path())).connect().await.unwrap();
    let refusal = FileStore::open(folder.path().join("store.json")).unwrap_err();
    assert_eq!(refusal.kind(), ErrorKind::Configuration);
    visitor.close().await;
    store(folder.path());
}

#[tokio::test]
async fn an_unreadable_snapshot_is_set_aside_and_a_new_session_begins() {
    let relay = quiet_relay().await;
    let folder = tempfile::tempdir().unwrap();
    let visitor = builder(&relay).store(store(folder.path())).connect().await.unwrap();
    live(&visitor).await;
    visitor.close().await;
    drop(visitor);

    let file = folder.path().join("store.json");
    let mut content: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    for snapshot in content.as_object_mut().unwrap().values_mut() {
        *snapshot = "not what was written".into();
    }
    std::fs::write(&file, content.to_string()).unwrap();

    let visitor = builder(&relay).store(store(folder.path())).connect().await.unwrap();
    live(&visitor).await;
    assert_eq!(relay.counts().creates, 2);
    let aside = std::fs::read_to_string(folder.path().join("store.json.corrupt-1")).unwrap();
    assert_eq!(aside, "not what was written");
}

/// Fails every write from the second on.
struct FullDisk(std::sync::atomic::AtomicUsize);

impl visavis_native_client::Store for FullDisk {
    fn load(&self, _scope: &str) -> visavis_native_client::StoreAnswer<Option<String>> {
        Box::pin(std::future::ready(Ok(None)))
    }

    fn save(&self, _scope: &str, _text: String) -> visavis_native_client::StoreAnswer<()> {
        let earlier = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let result = if earlier == 0 {
            Ok(())
        } else {
            Err("the disk is full".to_owned())
        };
        Box::pin(std::future::ready(result))
    }

    fn set_aside(&self, _scope: &str) -> visavis_native_client::StoreAnswer<String> {
        Box::pin(std::future::ready(Err("the disk is full".to_owned())))
    }
}

#[tokio::test]
async fn a_store_that_fails_is_told_and_the_conversation_goes_on() {
    let relay = quiet_relay().await;
    let visitor = builder(&relay).store(FullDisk(0.into())).connect().await.unwrap();
    let mut events = visitor.events();
    state(&mut events, ConnectionState::Live).await;
    let sending = visitor.clone();
    let sent = tokio::spawn(async move { sending.send("hello").await?.acknowledged().await });
    next(&mut events, "the store's error", |event| match event {
        Event::Error(error) if error.kind() == ErrorKind::Storage => Some(()),
        _ => None,
    })
    .await;
    soon("the message all the same", sent).await.unwrap().unwrap();
}
