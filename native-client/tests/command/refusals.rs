//! What cannot work is said at once, with the right exit code.

use visavis_backends::faults::{HttpFault, Route, Times};
use visavis_backends::model::Tenant;

use crate::support::{Ended, chat, chat_at, quiet_relay, run, visavis};

fn assert_failed(ended: &Ended, code: i32, kind: &str, status: Option<u16>) {
    assert_eq!(ended.code, Some(code), "{:?} {}", ended.events, ended.complaints);
    let errors = ended.of("error");
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!(errors[0]["kind"], kind, "{errors:?}");
    assert_eq!(errors[0]["status"].as_u64(), status.map(u64::from), "{errors:?}");
    assert!(errors[0]["message"].as_str().unwrap().len() > 10, "{errors:?}");
}

#[tokio::test]
async fn a_refused_origin() {
    let relay = quiet_relay().await;
    let ended = run(chat(&relay, &["--origin", "https://elsewhere.example"]), "hello\n").await;
    assert_failed(&ended, 2, "configuration", Some(403));
    assert!(ended.events.iter().any(|event| event["state"] == "failed"));
}

#[tokio::test]
async fn a_wrong_key() {
    let relay = quiet_relay().await;
    let ended = run(chat(&relay, &["--public-key", "pk_of_somebody_else"]), "hello\n").await;
    assert_eq!(ended.code, Some(2), "{:?}", ended.events);
    assert_eq!(ended.errors(), ["configuration"]);
}

#[tokio::test]
async fn an_unknown_tenant() {
    let relay = quiet_relay().await;
    let mut command = visavis(&["chat", "--json", "--base-url", &relay.base_url(), "--tenant-id"]);
    command.args([
        "00000000-0000-4000-8000-000000000000",
        "--public-key",
        Tenant::DEMO_PUBLIC_KEY,
    ]);
    let ended = run(command, "hello\n").await;
    assert_eq!(ended.code, Some(2), "{:?}", ended.events);
    assert_eq!(ended.errors(), ["configuration"]);
}

#[tokio::test]
async fn a_refused_ready_token() {
    let relay = quiet_relay().await;
    let mut command = chat(&relay, &["--visitor-token-env", "TOKEN"]);
    command.env("TOKEN", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl");
    let ended = run(command, "hello\n").await;
    assert_eq!(ended.code, Some(2), "{:?} {}", ended.events, ended.complaints);
}

#[tokio::test]
async fn html_instead_of_json() {
    let relay = quiet_relay().await;
    relay.fail_http(
        Some(Route::Create),
        HttpFault::Html { status: 200 },
        Times::UntilCleared,
    );
    let ended = run(chat(&relay, &[]), "hello\n").await;
    assert_failed(&ended, 4, "protocol", None);
    assert!(ended.complaints.contains("lost"), "{}", ended.complaints);
}

#[tokio::test]
async fn a_base_url_with_a_path_that_leads_nowhere() {
    let relay = quiet_relay().await;
    let ended = run(chat_at(&format!("{}/shop", relay.base_url()), &[]), "hello\n").await;
    assert!(matches!(ended.code, Some(2 | 4)), "{:?} {:?}", ended.code, ended.events);
    assert_eq!(ended.errors().len(), 1);
}

#[tokio::test]
async fn a_base_url_where_nobody_listens() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let ended = run(chat_at(&url, &["--timeout", "1"]), "hello\n").await;
    assert_eq!(ended.code, Some(3), "{:?}", ended.events);
    let backoff = ended.events.iter().find(|event| event["state"] == "backoff").unwrap();
    assert!(
        backoff["reason"].as_str().unwrap().to_lowercase().contains("refused"),
        "{backoff}"
    );
    assert!(backoff["retry_in_ms"].is_u64());
    assert!(ended.complaints.contains("1 message"), "{}", ended.complaints);
}

#[tokio::test]
async fn a_base_url_that_is_none() {
    for url in ["relay.example", "ftp://relay.example", "http://", "http://x?y"] {
        let ended = run(chat_at(url, &[]), "hello\n").await;
        assert_failed(&ended, 2, "configuration", None);
        assert!(ended.complaints.contains("baseUrl"), "{}", ended.complaints);
    }
}

#[tokio::test]
async fn a_relay_that_never_says_welcome() {
    let relay = quiet_relay().await;
    relay.withhold_welcomes(Times::UntilCleared);
    let ended = run(chat(&relay, &["--timeout", "2"]), "hello\n").await;
    assert_eq!(ended.code, Some(3), "{:?}", ended.events);
    assert_eq!(ended.delivered(), ["pending"]);
    assert!(!ended.events.iter().any(|event| event["state"] == "live"));
}

#[tokio::test]
async fn environment_variables_that_are_missing_or_empty() {
    let relay = quiet_relay().await;
    for option in ["--identity-env", "--visitor-token-env"] {
        let ended = run(chat(&relay, &[option, "VISAVIS_TEST_UNSET"]), "hello\n").await;
        assert_failed(&ended, 2, "configuration", None);
        assert!(ended.complaints.contains("VISAVIS_TEST_UNSET"), "{}", ended.complaints);

        let mut command = chat(&relay, &[option, "VISAVIS_TEST_EMPTY"]);
        command.env("VISAVIS_TEST_EMPTY", " ");
        let ended = run(command, "hello\n").await;
        assert_failed(&ended, 2, "configuration", None);
        assert!(ended.complaints.contains("VISAVIS_TEST_EMPTY"), "{}", ended.complaints);
    }
    assert_eq!(relay.counts().creates, 0);
}

#[tokio::test]
async fn bad_options_are_usage_errors() {
    let relay = quiet_relay().await;
    for arguments in [
        &["--colour"][..],
        &["--metadata", "[]"],
        &["--session-mode", "robot"],
        &["--timeout", "soon"],
        &["--backend", "mailoo"],
        &["--backend=appengine"],
        &["--org-id", "acme"],
    ] {
        let ended = run(chat(&relay, arguments), "").await;
        assert_eq!(ended.code, Some(2), "{arguments:?}");
        assert!(
            ended.events.is_empty() && ended.complaints.contains("error:"),
            "{arguments:?} {}",
            ended.complaints
        );
    }
    let ended = run(visavis(&["chat", "--backend", "mailoo"]), "").await;
    assert_eq!(ended.code, Some(2));
    assert!(ended.complaints.contains("--bff-url"), "{}", ended.complaints);
    assert_eq!(run(visavis(&["chat"]), "").await.code, Some(2));
}
