//! When a run ends.

use std::time::{Duration, Instant};

use visavis_backends::Manner;

use crate::support::{chat, quiet_relay, run, start};

#[tokio::test]
async fn an_empty_input_connects_listens_and_ends() {
    let relay = quiet_relay().await;
    let ended = run(chat(&relay, &["--linger", "0"]), "").await;
    assert_eq!(ended.code, Some(0), "{}", ended.complaints);
    assert!(ended.events.iter().any(|event| event["state"] == "live"));
}

#[tokio::test]
async fn lingering_hears_what_comes_late() {
    let relay = quiet_relay().await;
    let mut running = start(chat(&relay, &["--linger", "2"]));
    running.write("hello\n").await;
    running.close_input();
    running
        .until("the acknowledgement", |event| event["status"] == "sent")
        .await;
    let begun = Instant::now();
    relay
        .say(&relay.session_ids()[0], visavis_backends::model::Role::Bot, "late")
        .unwrap();
    let ended = running.end().await;
    assert_eq!(ended.code, Some(0));
    assert_eq!(ended.texts("bot"), ["late"]);
    assert!(begun.elapsed() >= Duration::from_millis(1_800), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn without_a_store_it_says_how_many_messages_are_lost() {
    let relay = quiet_relay().await;
    relay.stop(Manner::Abrupt).await;
    let begun = Instant::now();
    let ended = run(chat(&relay, &["--timeout", "1"]), "one\ntwo\n").await;
    assert_eq!(ended.code, Some(3));
    assert!(begun.elapsed() >= Duration::from_secs(1));
    assert!(
        ended.complaints.contains("2 messages") && ended.complaints.contains("lost"),
        "{}",
        ended.complaints
    );
}

#[tokio::test]
async fn lines_that_did_not_fit_into_the_queue_are_counted() {
    let relay = quiet_relay().await;
    relay.stop(Manner::Abrupt).await;
    let input: String = (0..150).map(|n| format!("line {n}\n")).collect();
    let ended = run(chat(&relay, &["--timeout", "1"]), &input).await;
    assert_eq!(ended.code, Some(3), "{}", ended.complaints);
    assert_eq!(ended.texts("visitor").len(), 100);
    assert!(
        ended.complaints.contains("100 messages") && ended.complaints.contains("50 lines"),
        "{}",
        ended.complaints
    );
}

#[tokio::test]
async fn a_full_queue_stops_reading_for_as_long_as_somebody_may_write() {
    let relay = quiet_relay().await;
    relay.stop(Manner::Abrupt).await;
    let mut running = start(chat(&relay, &["--timeout", "0.5"]));
    let input: String = (0..150).map(|n| format!("line {n}\n")).collect();
    running.write(&input).await;
    running
        .until("the last that fits", |event| event["text"] == "line 99")
        .await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    relay.resume().unwrap();
    let last = running
        .until("the last line", |event| event["text"] == "line 149")
        .await;
    let sent = |event: &serde_json::Value| event["status"] == "sent" && event["local_id"] == last["local_id"];
    running.until("its acknowledgement", sent).await;
    let ended = running.end().await;
    assert_eq!(ended.code, Some(0), "{}", ended.complaints);
    assert_eq!(relay.transcript(&relay.session_ids()[0]).unwrap().len(), 150);
}

#[tokio::test]
async fn never_connected_is_not_done() {
    let relay = quiet_relay().await;
    relay.stop(Manner::Abrupt).await;
    let ended = run(chat(&relay, &["--timeout", "0.3"]), "").await;
    assert_eq!(ended.code, Some(3));
    assert!(ended.complaints.contains("never connected"), "{}", ended.complaints);
}

#[cfg(unix)]
#[tokio::test]
async fn signals_store_close_and_have_their_codes() {
    for (name, code) in [("INT", 130), ("TERM", 143)] {
        let relay = quiet_relay().await;
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("s.json");
        let mut running = start(chat(&relay, &["--store", store.to_str().unwrap()]));
        running.live().await;
        relay.stop(Manner::Abrupt).await;
        running.write("kept\n").await;
        running.until("the line", |event| event["text"] == "kept").await;
        running.signal(name);
        let ended = running.end().await;
        assert_eq!(ended.code, Some(code), "{}", ended.complaints);
        relay.resume().unwrap();
        let next = run(chat(&relay, &["--store", store.to_str().unwrap()]), "").await;
        assert_eq!(next.code, Some(0), "{}", next.complaints);
        assert_eq!(relay.transcript(&relay.session_ids()[0]).unwrap().len(), 1);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_signal_closes_a_live_socket_properly() {
    let relay = quiet_relay().await;
    let mut running = start(chat(&relay, &[]));
    running.live().await;
    running.signal("TERM");
    let ended = running.end().await;
    assert_eq!(ended.code, Some(143));
    assert_eq!(ended.events.last().unwrap()["state"], "closed");
}
