//! A conversation with AppEngine's gateway.

mod desk;
mod trouble;

use serde_json::{Value, json};
use tokio::process::Command;
use visavis_backends::appengine::{Dialect, Gateway, GatewayHandle, Route, Settings, Standing, StoredCopy};

use crate::support::{Ended, run, visavis};

const ALICE: &str = "alice@b.c";

/// `visavis chat --json` for a visitor of `gateway` who has not said who it is.
fn anonymous(gateway: &GatewayHandle, more: &[&str]) -> Command {
    let url = gateway.base_url();
    let mut arguments = vec!["chat", "--json", "--backend", "appengine", "--base-url", &url];
    for (option, value) in [
        ("--org-id", Settings::DEMO_ORG),
        ("--config-id", Settings::DEMO_CONFIG),
        ("--timeout", "15"),
        ("--linger", "0.3"),
    ] {
        if !more.contains(&option) {
            arguments.extend([option, value]);
        }
    }
    arguments.extend(more);
    visavis(&arguments)
}

/// The same for a guest.
fn chat(gateway: &GatewayHandle, more: &[&str]) -> Command {
    let mut command = anonymous(gateway, more);
    command.args(["--email", ALICE, "--name", "Alice"]);
    command
}

async fn gateway(settings: Settings) -> GatewayHandle {
    Gateway::start(settings).await.unwrap()
}

/// A gateway where messages go to people, of whom nobody says anything by himself.
async fn quiet_gateway() -> GatewayHandle {
    gateway(Settings::test().without_assistant()).await
}

/// What the visitor said, as the gateway has it.
fn heard(gateway: &GatewayHandle) -> Vec<String> {
    let chats = gateway.chat_ids();
    let transcript = chats.iter().flat_map(|chat| gateway.transcript(chat));
    transcript
        .filter(|record| record["author"] == "visitor")
        .filter_map(|record| Some(record["text"].as_str()?.to_owned()))
        .collect()
}

fn assert_done(ended: &Ended) {
    assert_eq!(ended.code, Some(0), "{:#?} {}", ended.events, ended.complaints);
    assert!(ended.errors().is_empty(), "{:#?}", ended.events);
}

fn steps(ended: &Ended, kind: &str) -> Vec<Value> {
    let steps = ended.of("stream").into_iter();
    steps.filter(|step| step["kind"] == kind).cloned().collect()
}

#[tokio::test]
async fn lines_are_sent_in_order_in_both_vocabularies() {
    for dialect in [Dialect::Gateway, Dialect::Seed] {
        let gateway = gateway(Settings::test().dialect(dialect)).await;
        let ended = run(chat(&gateway, &[]), "hello\nthe blue sky\n").await;
        assert_done(&ended);
        assert_eq!(ended.texts("visitor"), ["hello", "the blue sky"]);
        assert_eq!(ended.texts("bot")[1], "You said: the blue sky", "{dialect:?}");
        assert_eq!(heard(&gateway), ["hello", "the blue sky"], "{dialect:?}");
    }
}

#[tokio::test]
async fn a_vocabulary_can_be_chosen() {
    let gateway = gateway(Settings::test().dialect(Dialect::Seed)).await;
    let begun = std::time::Instant::now();
    let ended = run(chat(&gateway, &["--dialect", "seed"]), "hello\n").await;
    assert_done(&ended);
    assert_eq!(heard(&gateway), ["hello"]);
    // Nobody waits three seconds for a greeting that an older server does not have.
    assert!(begun.elapsed().as_millis() < 2_900, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_streamed_answer_is_followed_by_exactly_one_message() {
    for dialect in [Dialect::Gateway, Dialect::Seed] {
        for copy in [StoredCopy::Kept, StoredCopy::Pushed] {
            let settings = Settings::test().dialect(dialect).stored_copy(copy).chunk_ms(2);
            let gateway = gateway(settings).await;
            let ended = run(chat(&gateway, &[]), "Where is order 1002?\n").await;
            assert_done(&ended);
            let said: String = steps(&ended, "chunk")
                .iter()
                .map(|step| step["text"].as_str().unwrap().to_owned())
                .collect();
            assert!(said.contains("1002"), "{said}");
            let (start, end) = (steps(&ended, "start"), steps(&ended, "end"));
            assert_eq!((start.len(), end.len()), (1, 1), "{:#?}", ended.events);
            assert_eq!(end[0]["text"], said);
            let tools = steps(&ended, "tool-use");
            assert_eq!(tools[0]["tool"], "look_up_order", "{tools:#?}");
            let results = steps(&ended, "tool-result");
            assert_eq!(results[0]["summary"], "looked up in the order book", "{results:#?}");
            let answers: Vec<_> = ended
                .of("message")
                .into_iter()
                .filter(|message| message["author"] == "bot")
                .collect();
            assert_eq!(answers.len(), 1, "{dialect:?} {copy:?} {:#?}", ended.events);
            assert_eq!(
                (&answers[0]["stream_id"], &answers[0]["text"]),
                (&end[0]["id"], &json!(said))
            );
        }
    }
}

#[tokio::test]
async fn an_answer_that_streams_slowly_is_waited_for() {
    let gateway = gateway(Settings::test().chunk_ms(60)).await;
    let ended = run(chat(&gateway, &["--linger", "0.1"]), "at length 20\n").await;
    assert_done(&ended);
    assert_eq!(steps(&ended, "chunk").len(), 20);
    assert_eq!(ended.texts("bot").len(), 1);
}

#[tokio::test]
async fn every_address_for_guests_is_tried() {
    let settings = Settings::test()
        .without_assistant()
        .switch_off(Route::RegisterGuest, 404)
        .switch_off(Route::GuestAuth, 405);
    let gateway = gateway(settings).await;
    let ended = run(chat(&gateway, &["--phone", "123"]), "hello\n").await;
    assert_done(&ended);
    assert_eq!(
        (heard(&gateway), gateway.counts().registrations),
        (vec!["hello".to_owned()], 1)
    );
    let session = ended.of("session")[0];
    assert_eq!(
        (&session["change"], session["id"].is_string()),
        (&json!("created"), true),
        "{session}"
    );
}

#[tokio::test]
async fn somebody_who_is_signed_in_needs_no_registration() {
    let gateway = quiet_gateway().await;
    let tokens = gateway.mint_tokens("camille@b.c", "Camille", Standing::Customer);
    let mut command = anonymous(&gateway, &["--token-env", "TOKEN", "--email", "camille@b.c"]);
    command.env("TOKEN", &tokens.access);
    let ended = run(command, "hello\n").await;
    assert_done(&ended);
    assert_eq!(
        (heard(&gateway), gateway.counts().registrations),
        (vec!["hello".to_owned()], 0)
    );
}
