//! A conversation with a site that speaks Mailoo.

mod ways;

use serde_json::Value;
use tokio::process::Command;
use visavis_backends::faults::{HttpFault, Times};
use visavis_backends::mailoo::{Direction, Mailoo, MailooHandle, Route, Settings};

use crate::support::{run, start, visavis};

fn chat(site: &MailooHandle, more: &[&str]) -> Command {
    let url = site.base_url();
    let mut arguments = vec!["chat", "--json", "--backend", "mailoo", "--bff-url", &url];
    for (option, value) in [("--timeout", "15"), ("--linger", "0.3")] {
        if !more.contains(&option) {
            arguments.extend([option, value]);
        }
    }
    arguments.extend(more);
    visavis(&arguments)
}

async fn site() -> MailooHandle {
    Mailoo::start(Settings::test().site_with_cookies()).await.unwrap()
}

fn heard(site: &MailooHandle, session: &str) -> Vec<String> {
    let said = site.transcript(session).unwrap().into_iter();
    let own = said.filter(|message| message.direction == Direction::Inbound);
    own.map(|message| message.content).collect()
}

#[tokio::test]
async fn lines_are_messages_of_one_session_whose_id_is_never_told() {
    let site = site().await;
    let mut running = start(chat(&site, &["--log", "trace"]));
    running.live().await;
    running.write("Hello\nWhere is my order?\n").await;
    let sent = |event: &Value| event["event"] == "message-status" && event["status"] == "sent";
    running.until("the first", sent).await;
    running.until("the second", sent).await;
    let session = site.session_ids().remove(0);
    site.say(&session, "On its way.").unwrap();
    let answer = running.until("an answer", |event| event["author"] == "agent").await;
    assert_eq!(
        (&answer["text"], &answer["name"]),
        (&"On its way.".into(), &"Sam".into())
    );
    let ended = running.end().await;
    assert_eq!(ended.code, Some(0), "{}", ended.complaints);
    assert_eq!(heard(&site, &session), ["Hello", "Where is my order?"]);
    let told = ended.of("session");
    assert_eq!((told.len(), &told[0]["change"]), (1, &"created".into()));
    let everything = format!("{:?} {}", ended.events, ended.complaints);
    assert!(!everything.contains(&session), "{everything}");
    site.shutdown().await;
}

#[tokio::test]
async fn a_second_run_goes_on_with_the_session() {
    let site = site().await;
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("chat.json");
    let store = store.to_str().unwrap();
    let first = run(chat(&site, &["--store", store]), "Hello\n").await;
    assert_eq!(first.code, Some(0), "{}", first.complaints);
    let session = site.session_ids().remove(0);
    site.say(&session, "Good morning.").unwrap();
    let second = run(chat(&site, &["--store", store, "--linger", "1"]), "Me again\n").await;
    assert_eq!(second.code, Some(0), "{}", second.complaints);
    assert_eq!(second.of("session")[0]["change"], "resumed");
    assert_eq!(second.texts("agent"), ["Good morning."]);
    assert_eq!(second.texts("visitor"), ["Me again"]);
    assert_eq!(heard(&site, &session), ["Hello", "Me again"]);
    site.shutdown().await;
}

#[tokio::test]
async fn a_refused_site_ends_the_run_and_an_unknown_fate_leaves_the_queue() {
    let site = site().await;
    let refused = HttpFault::Status {
        status: 403,
        retry_after: None,
    };
    site.fail_http(Some(Route::SiteSubmit), refused, Times::Next(1));
    let ended = run(chat(&site, &[]), "Hello\n").await;
    assert_eq!((ended.code, ended.errors()), (Some(2), vec!["configuration"]));

    site.fail_http(Some(Route::SiteSubmit), HttpFault::LoseAnswer, Times::Next(1));
    let ended = run(chat(&site, &["--timeout", "2"]), "Hello\nAnybody?\n").await;
    assert_eq!(ended.code, Some(3), "{:#?}", ended.events);
    assert_eq!(ended.delivered()[0], "uncertain");
    assert_eq!(heard(&site, &site.session_ids()[0]), ["Hello"]);
    site.shutdown().await;
}

#[tokio::test]
async fn commands_that_the_service_lacks_are_errors_and_the_run_goes_on() {
    let site = site().await;
    let ended = run(chat(&site, &[]), "/agent\n/identify u:00ff\n/typing start\nHello\n").await;
    assert_eq!(ended.code, Some(0), "{}", ended.complaints);
    assert_eq!(ended.errors(), ["unsupported", "unsupported"]);
    assert_eq!(ended.delivered(), ["sent"]);
    site.shutdown().await;
}
