//! Outages, old tokens, crashes, refusals, and what must never be printed.

use serde_json::json;
use visavis_backends::Manner;
use visavis_backends::appengine::{
    Action, CloseManner, Dialect, Gateway, Interruption, Route, Scope, Settings, Standing, Transports,
};
use visavis_backends::faults::{HttpFault, Times};

use super::{ALICE, anonymous, assert_done, chat, gateway, heard, quiet_gateway, steps};
use crate::support::{run, start};

#[tokio::test]
async fn a_token_that_expires_in_the_middle_is_renewed() {
    for dialect in [Dialect::Gateway, Dialect::Seed] {
        let gateway = gateway(Settings::test().without_assistant().dialect(dialect)).await;
        let mut running = start(chat(&gateway, &[]));
        running.write("one\n").await;
        running.until("one", |event| event["status"] == "sent").await;
        gateway.expire_tokens();
        match dialect {
            Dialect::Gateway => gateway.announce_expiry(Scope::All),
            // The older vocabulary has no word for it: the next line is refused.
            Dialect::Seed => gateway.close_sockets(Scope::All, CloseManner::Cut),
        }
        running.write("two\n").await;
        running
            .until("a fresh token", |event| event["change"] == "refreshed")
            .await;
        assert_done(&running.end().await);
        assert_eq!(heard(&gateway), ["one", "two"], "{dialect:?}");
    }
}

#[tokio::test]
async fn a_restart_in_the_middle_loses_and_doubles_nothing() {
    let gateway = quiet_gateway().await;
    let mut running = start(chat(&gateway, &[]));
    running.write("one\n").await;
    running.until("one", |event| event["status"] == "sent").await;
    gateway.stop(Manner::Abrupt).await;
    running.until("the outage", |event| event["state"] == "backoff").await;
    running.write("two\n/agent\nthree\n").await;
    gateway.resume().unwrap();
    let ended = running.end().await;
    assert_done(&ended);
    assert_eq!(heard(&gateway), ["one", "two", "three"]);
    assert_eq!(gateway.counts().duplicates, 0);
    assert_eq!(ended.delivered(), ["sent"; 3]);
    assert_eq!(ended.of("command").len(), 1, "{:#?}", ended.events);
}

#[tokio::test]
async fn an_answer_that_a_cut_interrupts_comes_whole_from_the_history() {
    let gateway = gateway(Settings::test().chunk_ms(5)).await;
    gateway.interrupt_next_answer(Interruption::Cut, 2);
    let mut running = start(chat(&gateway, &[]));
    running.write("the blue sky\n").await;
    running
        .until("the interruption", |event| event["kind"] == "interrupted")
        .await;
    running
        .until("the stored answer", |event| event["text"] == "You said: the blue sky")
        .await;
    let ended = running.end().await;
    assert_done(&ended);
    assert_eq!(steps(&ended, "end").len(), 0);
    assert_eq!(
        ended.texts("bot").last(),
        Some(&"You said: the blue sky"),
        "{:#?}",
        ended.events
    );
}

#[tokio::test]
async fn what_was_printed_as_pending_survives_a_kill() {
    let gateway = quiet_gateway().await;
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("visavis.json").display().to_string();
    let file = folder.path().join("note.txt");
    std::fs::write(&file, "some text").unwrap();
    gateway.stop(Manner::Abrupt).await;
    let mut running = start(chat(&gateway, &["--store", &store]));
    running.write(format!("one\n/upload {}\ntwo\n", file.display())).await;
    running.until("the last line", |event| event["text"] == "two").await;
    running.signal("KILL");
    assert_eq!(running.end().await.code, None);
    gateway.resume().unwrap();

    let ended = run(chat(&gateway, &["--store", &store]), "three\n").await;
    assert_done(&ended);
    assert_eq!(heard(&gateway), ["one", "", "two", "three"]);
    assert_eq!(ended.texts("visitor"), ["three"], "the first run printed the others");
    let record = &gateway.transcript(&gateway.chat_ids()[0])[1];
    assert_eq!(record["files"][0]["name"], "note.txt", "{record:#?}");
    let mode = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(&store).unwrap());
    assert_eq!(mode & 0o777, 0o600);
}

#[tokio::test]
async fn a_second_run_resumes_and_repeats_nothing() {
    let gateway = quiet_gateway().await;
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("visavis.json").display().to_string();
    assert_done(&run(chat(&gateway, &["--store", &store]), "one\n").await);
    let chat_id = gateway.chat_ids().remove(0);
    let reply = Action::Reply {
        content: json!("said in between"),
        files: Vec::new(),
    };
    gateway.operate(&chat_id, "jane@x.io", reply).unwrap();
    let ended = run(chat(&gateway, &["--store", &store]), "two\n").await;
    assert_done(&ended);
    let session = ended.of("session")[0];
    assert_eq!(
        (&session["change"], &session["id"]),
        (&json!("resumed"), &json!(chat_id))
    );
    assert_eq!(
        (ended.texts("agent"), ended.texts("visitor")),
        (vec!["said in between"], vec!["two"])
    );
    assert_eq!(gateway.chat_ids(), [chat_id], "one conversation");
}

#[tokio::test]
async fn usage_and_refusals_end_with_2() {
    let gateway = quiet_gateway().await;
    let ended = run(anonymous(&gateway, &[]), "hello\n").await;
    assert_eq!(ended.code, Some(2));
    assert!(ended.complaints.contains("--email"), "{}", ended.complaints);

    let ended = run(anonymous(&gateway, &["--email", "nobody"]), "hello\n").await;
    assert_eq!((ended.code, ended.errors()), (Some(2), vec!["configuration"]));

    let ended = run(
        anonymous(&gateway, &["--email", ALICE, "--token-env", "VISAVIS_TEST_UNSET"]),
        "hello\n",
    )
    .await;
    assert_eq!((ended.code, ended.errors()), (Some(2), vec!["configuration"]));

    let mut command = anonymous(&gateway, &["--email", ALICE, "--token-env", "TOKEN"]);
    command.env("TOKEN", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl");
    let ended = run(command, "hello\n").await;
    assert_eq!(ended.code, Some(2), "{:#?} {}", ended.events, ended.complaints);
    assert!(ended.events.iter().any(|event| event["state"] == "failed"));

    let ended = run(chat(&gateway, &["--org-id", "somebody-else"]), "hello\n").await;
    assert_eq!(ended.code, Some(2), "{:#?} {}", ended.events, ended.complaints);
    assert!(heard(&gateway).is_empty());
}

#[tokio::test]
async fn a_refused_namespace_ends_with_2() {
    let gateway = quiet_gateway().await;
    gateway.refuse_namespace("You are not welcome", Times::UntilCleared);
    let ended = run(chat(&gateway, &[]), "hello\n").await;
    assert_eq!(ended.code, Some(2), "{:#?}", ended.events);
    assert!(ended.complaints.contains("not welcome"), "{}", ended.complaints);
}

#[tokio::test]
async fn lines_that_are_never_sent_end_with_3() {
    let gateway = quiet_gateway().await;
    gateway.stop(Manner::Abrupt).await;
    let ended = run(chat(&gateway, &["--timeout", "1"]), "one\ntwo\n").await;
    assert_eq!(ended.code, Some(3), "{:#?}", ended.events);
    assert_eq!(ended.delivered(), ["pending"; 2]);
    assert!(ended.complaints.contains("2 messages"), "{}", ended.complaints);
}

#[tokio::test]
async fn a_command_that_is_never_carried_out_ends_with_3() {
    let gateway = quiet_gateway().await;
    gateway.stop(Manner::Abrupt).await;
    let ended = run(chat(&gateway, &["--timeout", "1"]), "/agent\n").await;
    assert_eq!(ended.code, Some(3), "{:#?}", ended.events);
    assert!(ended.complaints.contains("timed out"), "{}", ended.complaints);
}

#[tokio::test]
async fn what_is_no_gateway_ends_with_4() {
    let gateway = quiet_gateway().await;
    gateway.fail_http(
        Some(Route::RegisterGuest),
        HttpFault::Html { status: 200 },
        Times::UntilCleared,
    );
    let ended = run(chat(&gateway, &[]), "hello\n").await;
    assert_eq!(
        (ended.code, ended.errors()),
        (Some(4), vec!["protocol"]),
        "{:#?}",
        ended.events
    );
    assert!(ended.complaints.contains("lost"), "{}", ended.complaints);
}

#[tokio::test]
async fn where_no_websocket_gets_through_it_goes_by_calls() {
    let gateway = gateway(Settings::test().without_assistant().transports(Transports::Polling)).await;
    for more in [&["--transport", "polling"][..], &["--transport", "auto"], &[]] {
        assert_done(&run(chat(&gateway, more), "hello\n").await);
    }
    assert_eq!(heard(&gateway), ["hello"; 3]);
    let more = ["--transport", "websocket", "--timeout", "1"];
    let ended = run(chat(&gateway, &more), "hello\n").await;
    assert_eq!(ended.code, Some(3), "{:#?}", ended.events);
    let more = ["--transport", "polling", "--log", "trace"];
    let ended = run(chat(&gateway, &more), "hello\n").await;
    assert_done(&ended);
    assert!(!ended.complaints.contains("sid="), "{}", ended.complaints);
}

/// Every token that the run can have had: those that look like one in whatever it wrote down.
fn tokens_in(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c)));
    words
        .filter(|word| word.matches('.').count() == 2 && word.len() > 60)
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn nothing_that_is_printed_shows_a_secret() {
    const APP_KEY: &str = "ak_public_but_nobodys_business";
    let gateway = gateway(Settings::test()).await;
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("visavis.json").display().to_string();
    let file = folder.path().join("note.txt");
    std::fs::write(&file, "some text").unwrap();
    let common = [
        "--store",
        &store,
        "--log",
        "trace",
        "--app-id",
        "shop",
        "--app-key",
        APP_KEY,
    ];
    let mut running = start(chat(&gateway, &common));
    running
        .write(format!("hello\n/upload {}\n/agent\n", file.display()))
        .await;
    running.until("the file", |event| event["name"] == "upload").await;
    gateway.expire_tokens();
    gateway.announce_expiry(Scope::All);
    running
        .until("a fresh token", |event| event["change"] == "refreshed")
        .await;
    let guest = running.end().await;
    assert_done(&guest);
    let mut secrets = tokens_in(&std::fs::read_to_string(&store).unwrap());
    assert!(!secrets.is_empty(), "the store has the token");

    let tokens = gateway.mint_tokens("camille@b.c", "Camille", Standing::Customer);
    let mut command = anonymous(
        &gateway,
        &["--token-env", "TOKEN", "--email", "camille@b.c", "--log", "trace"],
    );
    command.env("TOKEN", &tokens.access);
    let signed_in = run(command, "hello\n").await;
    assert_done(&signed_in);
    secrets.extend([tokens.access, APP_KEY.to_owned()]);

    for ended in [guest, signed_in] {
        let printed = format!("{}\n{:?}", ended.complaints, ended.events);
        assert!(printed.contains("visavis_native_client"), "it was logged");
        for secret in &secrets {
            assert!(!printed.contains(secret.as_str()), "{secret} in {printed}");
        }
        assert_eq!(tokens_in(&printed), Vec::<String>::new());
        assert!(!printed.contains("Bearer "), "{printed}");
    }
}

#[tokio::test]
async fn a_gateway_without_a_token_for_guests_is_said() {
    let gateway: visavis_backends::appengine::GatewayHandle = Gateway::start(
        Settings::test()
            .switch_off(Route::RegisterGuest, 404)
            .switch_off(Route::GuestAuth, 404)
            .switch_off(Route::SignUp, 404),
    )
    .await
    .unwrap();
    let ended = run(chat(&gateway, &[]), "hello\n").await;
    assert_eq!(ended.code, Some(2), "{:#?} {}", ended.events, ended.complaints);
}
