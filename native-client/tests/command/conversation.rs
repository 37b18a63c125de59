//! What is said and heard.

use serde_json::{Value, json};
use visavis_backends::faults::{AckFault, Times};
use visavis_backends::model::{Role, Tenant};
use visavis_backends::operator::Action;
use visavis_backends::{Relay, Scope, Settings};

use crate::support::{chat, quiet_relay, run, start, visavis};

fn fields(value: &Value) -> Vec<&str> {
    let mut fields: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
    fields.sort_unstable();
    fields
}

#[tokio::test]
async fn lines_are_sent_in_order_and_the_bot_answers() {
    let relay = Relay::start(Settings::test()).await.unwrap();
    let ended = run(chat(&relay, &[]), "hello\nwhen are you open?\n").await;
    assert_eq!(ended.code, Some(0), "{}", ended.complaints);
    assert_eq!(ended.complaints, "");
    assert_eq!(ended.texts("visitor"), ["hello", "when are you open?"]);
    assert_eq!(ended.delivered(), ["sent", "sent"]);
    assert!(!ended.texts("bot").is_empty());
    let states: Vec<_> = ended
        .of("connection")
        .into_iter()
        .map(|event| &event["state"])
        .collect();
    assert_eq!(states, ["connecting", "live", "closed"]);
    let session = ended.of("session")[0];
    assert_eq!(session["change"], "created");
    assert!(session["id"].as_str().unwrap().starts_with("vs_"));
}

#[tokio::test]
async fn objects_have_the_documented_fields() {
    let relay = Relay::start(Settings::test()).await.unwrap();
    let ended = run(chat(&relay, &[]), "hello\n").await;
    let (own, other): (Vec<&Value>, Vec<&Value>) = ended
        .of("message")
        .into_iter()
        .partition(|message| message["author"] == "visitor");
    let shared = [
        "attachments",
        "author",
        "event",
        "history",
        "id",
        "local_id",
        "name",
        "sent_at",
        "text",
    ];
    assert_eq!(fields(own[0]), shared);
    let mut all = [&shared[..], &["replaces", "stream_id"]].concat();
    all.sort_unstable();
    assert_eq!(fields(other[0]), all);
    assert_eq!(
        fields(ended.of("connection")[0]),
        ["attempt", "event", "reason", "retry_in_ms", "state"]
    );
    assert_eq!(
        fields(ended.of("message-status")[0]),
        ["event", "id", "local_id", "reason", "status"]
    );
    assert_eq!(fields(ended.of("typing")[0]), ["author", "event", "on"]);
    assert_eq!(own[0]["id"], json!(null));
    assert!(own[0]["sent_at"].as_i64().unwrap() > 1_700_000_000_000);
    let statuses: Vec<_> = ended
        .of("message-status")
        .into_iter()
        .map(|status| &status["status"])
        .collect();
    assert_eq!(statuses, ["pending", "sending", "sent"]);
}

#[tokio::test]
async fn an_operator_is_heard_and_sees_typing() {
    let relay = quiet_relay().await;
    let mut running = start(chat(&relay, &[]));
    running.live().await;
    running.write("hello\n/typing start\n").await;
    running
        .until("typing to be told", |event| event["event"] == "command")
        .await;
    let session = relay.session_ids().remove(0);
    relay
        .operate(&session, "Ada", &Action::Reply("How can I help?".to_owned()))
        .unwrap();
    let answer = running.until("the answer", |event| event["author"] == "agent").await;
    assert_eq!(answer["text"], "How can I help?");
    assert_eq!(answer["name"], "Ada");
    let ended = running.end().await;
    assert_eq!(ended.code, Some(0));
}

#[tokio::test]
async fn a_message_that_changes_is_printed_again_and_a_repeated_one_is_not() {
    let relay = quiet_relay().await;
    let mut running = start(chat(&relay, &[]));
    running.live().await;
    let session = relay.session_ids().remove(0);
    relay.say(&session, Role::Bot, "one").unwrap();
    running.until("one", |event| event["text"] == "one").await;
    // After a new connection the relay repeats what was said.
    relay.close_sockets(Scope::All, 4401);
    running.live().await;
    relay.say(&session, Role::Bot, "two").unwrap();
    running.until("two", |event| event["text"] == "two").await;
    let ended = running.end().await;
    assert_eq!(ended.texts("bot"), ["one", "two"]);
    let changes: Vec<_> = ended.of("session").into_iter().map(|event| &event["change"]).collect();
    assert_eq!(changes, ["created", "refreshed"]);
}

#[tokio::test]
async fn a_replaced_session_is_told() {
    let relay = quiet_relay().await;
    let mut running = start(chat(&relay, &[]));
    running.live().await;
    relay.forget_sessions(Scope::All);
    let replaced = running
        .until("the replacement", |event| event["change"] == "replaced")
        .await;
    running.live().await;
    running.write("still there\n").await;
    let ended = running.end().await;
    assert_eq!(ended.code, Some(0));
    assert_eq!(replaced["id"].as_str(), Some(relay.session_ids()[0].as_str()));
}

#[tokio::test]
async fn a_lost_acknowledgement_doubles_nothing() {
    let relay = quiet_relay().await;
    relay.swallow_acks(AckFault::Cut, Times::Next(2));
    let ended = run(chat(&relay, &[]), "one\ntwo\nthree\n").await;
    assert_eq!(ended.code, Some(0), "{}", ended.complaints);
    assert_eq!(ended.delivered(), ["sent"; 3]);
    let texts: Vec<_> = relay
        .transcript(&relay.session_ids()[0])
        .unwrap()
        .into_iter()
        .map(|message| message.text)
        .collect();
    assert_eq!(texts, ["one", "two", "three"]);
}

#[tokio::test]
async fn options_reach_the_relay() {
    let relay = quiet_relay().await;
    let signature = Tenant::demo().secret.sign_user("u_42");
    let mut command = chat(
        &relay,
        &[
            "--routing-key",
            "store 7",
            "--session-mode",
            "human",
            "--metadata",
            r#"{"plan":"pro"}"#,
            "--identity-env",
            "WHO",
        ],
    );
    command.env("WHO", format!("u_42:{signature}"));
    let ended = run(command, "hello\n").await;
    assert_eq!(ended.code, Some(0), "{}", ended.complaints);
    let (opening, user) = relay
        .read_session(&relay.session_ids()[0], |session| {
            (session.opening.clone(), session.user.clone())
        })
        .unwrap();
    assert_eq!(opening.routing_key.as_deref(), Some("store 7"));
    assert_eq!(opening.locale, "en");
    assert_eq!(opening.origin, "app://visavis");
    assert_eq!(opening.metadata["plan"], "pro");
    assert_eq!(opening.mode, visavis_backends::model::Mode::Human);
    assert_eq!(user.unwrap().user_id, "u_42");
    assert!(ended.of("session").iter().any(|event| event["change"] == "identified"));
}

#[tokio::test]
async fn a_ready_token_is_used_instead_of_a_new_session() {
    let relay = quiet_relay().await;
    let first = run(chat(&relay, &[]), "first\n").await;
    assert_eq!(first.code, Some(0));
    let session = relay.session_ids().remove(0);
    let mut command = chat(&relay, &["--visitor-token-env", "TOKEN"]);
    let token = relay.mint_token(&session, 600).unwrap();
    command.env("TOKEN", &token);
    let ended = run(command, "second\n").await;
    assert_eq!(ended.code, Some(0), "{}", ended.complaints);
    assert_eq!(relay.counts().creates, 1);
    assert_eq!(relay.transcript(&session).unwrap().len(), 2);
    let everything = format!("{:?}{}", ended.events, ended.complaints);
    assert!(!everything.contains(&token));
}

#[tokio::test]
async fn nothing_secret_is_logged_at_the_highest_level() {
    let relay = quiet_relay().await;
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store.json");
    let mut command = chat(
        &relay,
        &[
            "--log",
            "trace",
            "--store",
            store.to_str().unwrap(),
            "--identity-env",
            "WHO",
        ],
    );
    let signature = Tenant::demo().secret.sign_user("u_42");
    command.env("WHO", format!("u_42:{signature}"));
    let mut running = start(command);
    running.live().await;
    relay.close_sockets(Scope::All, 4401);
    running.live().await;
    running.write("hello\n").await;
    let ended = running.end().await;
    assert_eq!(ended.code, Some(0));
    assert!(ended.complaints.contains("visavis_native_client"), "it logs something");
    let stored = std::fs::read_to_string(store).unwrap();
    let token = stored
        .split(['"', '\\'])
        .find(|word| word.matches('.').count() == 2 && word.len() > 60);
    let everything = format!("{:?}{}", ended.events, ended.complaints);
    for secret in [token.unwrap(), signature.as_str(), "token=", "Bearer"] {
        assert!(!everything.contains(secret), "{secret} is in\n{everything}");
    }
}

#[tokio::test]
async fn without_json_a_person_can_read_it() {
    let relay = Relay::start(Settings::test()).await.unwrap();
    let mut command = visavis(&[
        "chat",
        "--base-url",
        &relay.base_url(),
        "--tenant-id",
        Tenant::DEMO_ID,
        "--public-key",
        Tenant::DEMO_PUBLIC_KEY,
        "--linger",
        "0.3",
    ]);
    let mut child = command.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut input, b"hello\n")
        .await
        .unwrap();
    drop(input);
    let output = tokio::time::timeout(std::time::Duration::from_secs(20), child.wait_with_output())
        .await
        .unwrap()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(text.contains("connected") && text.contains("you: hello"), "{text}");
    assert!(!text.contains('\u{1b}'), "no colours in a pipe: {text:?}");
}
