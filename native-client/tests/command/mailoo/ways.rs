//! Both ways to Mailoo: through a site's own back end, and with the service itself by its key.

use std::path::Path;

use serde_json::Value;
use tokio::process::Command;
use visavis_backends::Manner;
use visavis_backends::faults::{HttpFault, Times};
use visavis_backends::mailoo::{Access, Integration, Key, Mailoo, MailooHandle, Route, Scope, Settings};
use visavis_native_client::Secret;
use visavis_native_client::mailoo::Owner;

use super::heard;
use crate::support::{Ended, Running, run, start, visavis};

const KEY_VARIABLE: &str = "VISAVIS_TEST_MAILOO_KEY";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Site,
    Key,
}

const WAYS: [Way; 2] = [Way::Site, Way::Key];

impl Way {
    fn takes_messages(self) -> Route {
        match self {
            Self::Site => Route::SiteSubmit,
            Self::Key => Route::Send,
        }
    }

    fn tells_messages(self) -> Route {
        match self {
            Self::Site => Route::SiteMessages,
            Self::Key => Route::List,
        }
    }
}

/// With the ids that the socket needs.
fn chat(service: &MailooHandle, way: Way, more: &[&str]) -> Command {
    let url = service.base_url();
    let mut arguments = match way {
        Way::Site => vec!["--bff-url", &url, "--ws-origin", "/api/v1/internal/chat-ws-origin"],
        Way::Key => vec!["--api-url", &url, "--api-key-env", KEY_VARIABLE],
    };
    for (option, value) in [
        ("--project-uid", Settings::DEV_PROJECT),
        ("--integration-id", Settings::DEV_INTEGRATION),
        ("--timeout", "15"),
        ("--linger", "0.3"),
        ("--log", "trace"),
    ] {
        if !more.contains(&option) {
            arguments.extend([option, value]);
        }
    }
    let mut command = visavis(&["chat", "--json", "--backend", "mailoo"]);
    command.args(arguments).args(more).env(KEY_VARIABLE, Settings::DEV_KEY);
    command
}

async fn service() -> MailooHandle {
    Mailoo::start(Settings::test().site_with_cookies()).await.unwrap()
}

/// Sends `text` and waits until the service has it.
async fn send(running: &mut Running, text: &str) {
    running.write(format!("{text}\n")).await;
    let sent = |event: &Value| event["event"] == "message-status" && event["status"] == "sent";
    running.until(text, sent).await;
}

async fn answered(running: &mut Running) -> String {
    let answer = running.until("an answer", |event| event["author"] == "agent").await;
    answer["text"].as_str().unwrap().to_owned()
}

/// Waits for what the service has to come to, at most as long as the command's own patience.
async fn eventually(what: &str, is_so: impl Fn() -> bool) {
    let waited = tokio::time::timeout(std::time::Duration::from_secs(20), async {
        while !is_so() {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    });
    waited.await.unwrap_or_else(|_| panic!("waited in vain for {what}"));
}

/// Nothing that was printed or logged opens the conversation or the service.
fn assert_silent(ended: &Ended, secrets: &[&str]) {
    let everything = format!("{:?} {}", ended.events, ended.complaints);
    for secret in secrets {
        assert!(!everything.contains(secret), "{secret} in {everything}");
    }
}

#[tokio::test]
async fn a_socket_brings_answers_and_no_secret_is_told() {
    for way in WAYS {
        let service = service().await;
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("chat.json");
        let mut running = start(chat(&service, way, &["--store", store.to_str().unwrap()]));
        running.live().await;
        send(&mut running, "Hello").await;
        let session = service.session_ids().remove(0);
        eventually("a socket", || service.sockets(&session) == 1).await;
        service.say(&session, "Good morning.").unwrap();
        assert_eq!(answered(&mut running).await, "Good morning.");
        send(&mut running, "Where is my order?").await;
        let ended = running.end().await;
        assert_eq!(ended.code, Some(0), "{way:?} {}", ended.complaints);
        assert_eq!(heard(&service, &session), ["Hello", "Where is my order?"]);
        assert!(ended.complaints.contains("calling"), "nothing was logged");
        assert_silent(&ended, &[&session, Settings::DEV_KEY]);
        let kept = std::fs::read_to_string(&store).unwrap();
        assert!(kept.contains(&session) && !kept.contains(Settings::DEV_KEY), "{kept}");
        let id = ended.of("session")[0]["id"].as_str().unwrap().to_owned();
        assert!(id.starts_with("cs-") && id.len() < 16, "{id}");
        service.shutdown().await;
    }
}

#[tokio::test]
async fn without_a_socket_the_conversation_is_polled() {
    for way in WAYS {
        let service = service().await;
        service.refuse_sockets(403, Times::UntilCleared);
        let mut running = start(chat(&service, way, &[]));
        running.live().await;
        send(&mut running, "Hello").await;
        let session = service.session_ids().remove(0);
        service.say(&session, "Good morning.").unwrap();
        assert_eq!(answered(&mut running).await, "Good morning.");
        let ended = running.end().await;
        assert_eq!((ended.code, service.counts().connects), (Some(0), 0), "{way:?}");
        assert_silent(&ended, &[&session, Settings::DEV_KEY]);
        service.shutdown().await;
    }
}

#[tokio::test]
async fn what_a_socket_misses_comes_in_its_place() {
    for way in WAYS {
        let service = service().await;
        let mut running = start(chat(&service, way, &[]));
        running.live().await;
        send(&mut running, "Hello").await;
        let session = service.session_ids().remove(0);
        eventually("a socket", || service.sockets(&session) == 1).await;
        service.lose_pushes(Times::Next(2));
        for words in ["first", "second", "third"] {
            service.say(&session, words).unwrap();
        }
        for words in ["first", "second", "third"] {
            assert_eq!(answered(&mut running).await, words, "{way:?}");
        }
        assert_eq!(running.end().await.code, Some(0));
        service.shutdown().await;
    }
}

#[tokio::test]
async fn a_kill_loses_doubles_and_reorders_nothing() {
    for way in WAYS {
        let service = service().await;
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("chat.json");
        let with_store = |more: &[&str]| chat(&service, way, &[&["--store", store.to_str().unwrap()], more].concat());
        let mut first = start(with_store(&[]));
        first.live().await;
        send(&mut first, "one").await;
        let session = service.session_ids().remove(0);
        // The service takes the next one, and nobody is told before the end.
        service.fail_http(Some(way.takes_messages()), HttpFault::LoseAnswer, Times::Next(1));
        service.fail_http(Some(way.tells_messages()), HttpFault::Hang, Times::UntilCleared);
        first.write("two\nthree\n").await;
        first.until("the third line", |event| event["text"] == "three").await;
        eventually("the second message", || heard(&service, &session).len() == 2).await;
        first.signal("KILL");
        assert_eq!(first.end().await.code, None);
        service.clear_faults();

        let ended = run(with_store(&[]), "four\n").await;
        assert_eq!(ended.code, Some(0), "{way:?} {}", ended.complaints);
        assert_eq!(ended.of("session")[0]["change"], "resumed", "{way:?}");
        assert_eq!(ended.texts("visitor"), ["four"], "{way:?}");
        assert_eq!(heard(&service, &session), ["one", "two", "three", "four"], "{way:?}");
        assert_eq!(service.session_ids().len(), 1);
        service.shutdown().await;
    }
}

#[tokio::test]
async fn a_service_that_is_away_gets_everything_from_the_next_run() {
    for way in WAYS {
        let service = service().await;
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("chat.json");
        let with_store = |more: &[&str]| chat(&service, way, &[&["--store", store.to_str().unwrap()], more].concat());
        assert_eq!(run(with_store(&[]), "one\n").await.code, Some(0));
        service.stop(Manner::Abrupt).await;
        let ended = run(with_store(&["--timeout", "1"]), "two\nthree\n").await;
        assert_eq!(ended.code, Some(3), "{way:?} {}", ended.complaints);
        service.resume().unwrap();
        assert_eq!(run(with_store(&[]), "").await.code, Some(0));
        let session = service.session_ids().remove(0);
        assert_eq!(heard(&service, &session), ["one", "two", "three"], "{way:?}");
        service.shutdown().await;
    }
}

#[tokio::test]
async fn whoever_has_the_key_says_who_the_visitor_is() {
    let service = service().await;
    let sender = ["--sender-name", "Camille", "--sender-email", "camille@shop.example"];
    assert_eq!(run(chat(&service, Way::Key, &sender), "Hello\n").await.code, Some(0));
    assert_eq!(run(chat(&service, Way::Site, &[]), "Hello\n").await.code, Some(0));
    let owner = Owner::new(
        &service.base_url(),
        Secret::new(Settings::DEV_BYPASS),
        Settings::DEV_INTEGRATION,
    );
    let sessions = owner.unwrap().sessions().await.unwrap();
    let mut senders: Vec<_> = sessions
        .iter()
        .map(|session| (session.visitor_name.as_deref(), session.visitor_email.as_deref()))
        .collect();
    senders.sort_unstable();
    assert_eq!(
        senders,
        [(Some("Camille"), Some("camille@shop.example")), (Some("Guest"), None)]
    );
    service.shutdown().await;
}

/// The run ended by itself, told one error by cause, and kept what it was given.
async fn assert_refused(service: &MailooHandle, mut command: Command, key: &str, status: u16, store: &Path) {
    command.arg("--store").arg(store).env(KEY_VARIABLE, key);
    let ended = run(command, "Hello\n").await;
    assert_eq!(ended.code, Some(2), "{:?} {}", ended.events, ended.complaints);
    assert_eq!(ended.errors(), ["configuration"]);
    assert_eq!(ended.of("error")[0]["message"].as_str().map(str::is_empty), Some(false));
    assert!(
        ended.events.iter().any(|event| event["state"] == "failed"),
        "{:?}",
        ended.events
    );
    assert!(ended.complaints.contains(&status.to_string()), "{}", ended.complaints);
    assert_eq!(ended.delivered(), ["pending"]);
    assert_silent(&ended, &[key]);
    assert!(service.session_ids().is_empty());
}

#[tokio::test]
async fn a_key_that_is_refused_ends_the_run_and_keeps_the_queue() {
    let key = |value, scope| Key::new(Settings::DEV_PROJECT, value, Access::Restricted(vec![scope]));
    let settings = Settings::test()
        .key(key("sk_creates_only", Scope::CreateIntegration))
        .key(key("sk_sends_only", Scope::SendMessage));
    let service = Mailoo::start(settings).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("chat.json");
    let command = || chat(&service, Way::Key, &[]);
    assert_refused(&service, command(), "sk_of_somebody_else", 401, &store).await;
    std::fs::remove_file(&store).unwrap();
    assert_refused(&service, command(), "sk_creates_only", 403, &store).await;

    let mut with_leave = command();
    with_leave.arg("--store").arg(&store).env(KEY_VARIABLE, "sk_sends_only");
    let ended = run(with_leave, "").await;
    assert_eq!(ended.code, Some(0), "{}", ended.complaints);
    assert_eq!(heard(&service, &service.session_ids()[0]), ["Hello"]);
    service.shutdown().await;
}

#[tokio::test]
async fn an_origin_or_an_integration_that_is_refused_ends_the_run() {
    let integration = Integration::new(Settings::DEV_PROJECT, "of_a_shop", "Shop").allow_origin("https://shop.example");
    let service = Mailoo::start(Settings::test().integration(integration)).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let shop = ["--integration-id", "of_a_shop"];
    let elsewhere = [&shop[..], &["--origin", "https://elsewhere.example"]].concat();
    let nowhere = ["--integration-id", "of_nobody"];
    for (name, more, status) in [
        ("none", &shop[..], 403),
        ("elsewhere", &elsewhere, 403),
        ("nowhere", &nowhere, 404),
    ] {
        let command = chat(&service, Way::Key, more);
        assert_refused(&service, command, Settings::DEV_KEY, status, &at(name)).await;
    }
    let at_home = [&shop[..], &["--origin", "https://shop.example"]].concat();
    let ended = run(chat(&service, Way::Key, &at_home), "Hello\n").await;
    assert_eq!(ended.code, Some(0), "{}", ended.complaints);
    assert_eq!(heard(&service, &service.session_ids()[0]), ["Hello"]);
    service.shutdown().await;
}

#[tokio::test]
async fn a_key_comes_from_the_environment_or_not_at_all() {
    let service = service().await;
    for (value, cause) in [
        (None, "is not set"),
        (Some(" "), "is empty"),
        (Some("sk two"), "apiKey"),
    ] {
        let mut command = chat(&service, Way::Key, &[]);
        match value {
            Some(value) => command.env(KEY_VARIABLE, value),
            None => command.env_remove(KEY_VARIABLE),
        };
        let ended = run(command, "Hello\n").await;
        assert_eq!(ended.code, Some(2), "{}", ended.complaints);
        assert_eq!(ended.errors(), ["configuration"]);
        assert!(ended.complaints.contains(cause), "{}", ended.complaints);
        assert_silent(&ended, &["sk two"]);
    }
    let url = service.base_url();
    for more in [&["--bff-url", &url][..], &["--ws-origin", "/ws"]] {
        let ended = run(chat(&service, Way::Key, more), "Hello\n").await;
        assert_eq!((ended.code, ended.events.len()), (Some(2), 0));
        assert!(ended.complaints.contains("leave out"), "{}", ended.complaints);
    }
    assert_eq!(service.counts().messages, 0);
    service.shutdown().await;
}
