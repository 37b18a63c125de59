//! What the lines of the input may be.

use serde_json::json;
use visavis_backends::Manner;
use visavis_backends::model::Tenant;

use crate::support::{chat, quiet_relay, run, start};

#[tokio::test]
async fn blank_lines_carriage_returns_and_double_slashes() {
    let relay = quiet_relay().await;
    let ended = run(chat(&relay, &[]), "\n  \none\r\n\r\n//quit\nlast without an end").await;
    assert_eq!(ended.code, Some(0), "{}", ended.complaints);
    assert_eq!(ended.texts("visitor"), ["one", "/quit", "last without an end"]);
}

#[tokio::test]
async fn quit_is_the_end_of_input() {
    let relay = quiet_relay().await;
    let mut running = start(chat(&relay, &[]));
    running.write("one\n/quit\nnever sent\n").await;
    let ended = running.end().await;
    assert_eq!(ended.code, Some(0));
    assert_eq!(ended.texts("visitor"), ["one"]);
    assert_eq!(ended.delivered(), ["sent"]);
}

#[tokio::test]
async fn a_line_that_cannot_be_sent_is_an_error_and_the_run_goes_on() {
    let relay = quiet_relay().await;
    let mut input = b"one\ncaf\xe9\n".to_vec();
    input.extend_from_slice("\u{e9}".repeat(16_001).as_bytes());
    input.extend_from_slice(b"\n");
    input.extend_from_slice("x".repeat(2_000_000).as_bytes());
    input.extend_from_slice(b"\ntwo\n");
    let ended = run(chat(&relay, &[]), &input).await;
    assert_eq!(ended.code, Some(0), "{}", ended.complaints);
    assert_eq!(ended.texts("visitor"), ["one", "two"]);
    assert_eq!(ended.errors(), ["refused", "too-large", "too-large"]);
    assert_eq!(ended.of("error")[0]["status"], json!(null));
}

#[tokio::test]
async fn the_longest_message_arrives_whole() {
    let relay = quiet_relay().await;
    let longest = "\u{1f600}".repeat(16_000);
    let ended = run(chat(&relay, &[]), format!("{longest}\n")).await;
    assert_eq!(ended.code, Some(0), "{}", ended.complaints);
    assert_eq!(ended.texts("visitor"), [longest]);
    assert_eq!(ended.delivered(), ["sent"]);
}

#[tokio::test]
async fn commands_that_this_service_lacks_are_errors() {
    let relay = quiet_relay().await;
    let input = "/upload a.png\n/read 1\n/agent\n/context https://x Title\n/shrug\n/typing perhaps\none\n";
    let ended = run(chat(&relay, &[]), input).await;
    assert_eq!(ended.code, Some(0));
    let kinds = ended.errors();
    assert_eq!(kinds[..4], ["unsupported"; 4]);
    assert_eq!(kinds[4..], ["refused", "refused"]);
    assert_eq!(ended.texts("visitor"), ["one"]);
}

#[tokio::test]
async fn identify_waits_for_the_connection_and_typing_does_not() {
    let relay = quiet_relay().await;
    let signature = Tenant::demo().secret.sign_user("u:42");
    relay.stop(Manner::Abrupt).await;
    let mut running = start(chat(&relay, &[]));
    running
        .write(format!("/typing start\n/identify u:42:{signature}\n"))
        .await;
    running
        .until("typing to be dropped", |event| event["event"] == "command")
        .await;
    relay.resume().unwrap();
    let ended = running.end().await;
    assert_eq!(ended.code, Some(0), "{}", ended.complaints);
    let commands: Vec<_> = ended
        .of("command")
        .into_iter()
        .map(|event| (&event["name"], &event["ok"]))
        .collect();
    assert_eq!(
        commands,
        [(&json!("typing"), &json!(false)), (&json!("identify"), &json!(true))]
    );
    assert_eq!(relay.counts().identifies, 1);
}

#[tokio::test]
async fn a_refused_identity_is_an_error_and_the_run_goes_on() {
    let relay = quiet_relay().await;
    let ended = run(chat(&relay, &[]), "/identify u_42:abcdef\none\n/identify nonsense\n").await;
    assert_eq!(ended.code, Some(0), "{}", ended.complaints);
    assert_eq!(ended.errors(), ["refused", "refused"]);
    assert_eq!(ended.texts("visitor"), ["one"]);
    let refusals = ended.of("error");
    assert!(refusals.iter().any(|error| error["status"].is_number()), "{refusals:?}");
}

#[tokio::test]
async fn more_lines_than_the_queue_holds_all_arrive() {
    let relay = quiet_relay().await;
    let input: String = (0..500).map(|n| format!("line {n}\n")).collect();
    let ended = run(chat(&relay, &[]), &input).await;
    assert_eq!(ended.code, Some(0), "{}", ended.complaints);
    let arrived = relay.transcript(&relay.session_ids()[0]).unwrap();
    let texts: Vec<_> = arrived.into_iter().map(|message| message.text).collect();
    let expected: Vec<_> = (0..500).map(|n| format!("line {n}")).collect();
    assert_eq!(texts, expected);
}
