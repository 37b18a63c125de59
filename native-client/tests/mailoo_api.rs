//! Mailoo's API with a key, and the owner's side with a token, against the reference service.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../examples/mailoo_owner.rs"]
#[allow(dead_code, reason = "the example begins by itself")]
mod bot;

use std::time::Duration;

use visavis_backends::faults::{HttpFault, Times};
use visavis_backends::mailoo::{Access, Key, Mailoo, MailooHandle, Route, Scope, Settings};
use visavis_native_client::mailoo::{Api, NewIntegration, Owner, Pushed, Submission};
use visavis_native_client::{Author, Error, Secret};

const INTEGRATION: &str = Settings::DEV_INTEGRATION;

async fn service() -> MailooHandle {
    Mailoo::start(Settings::test()).await.unwrap()
}

fn api(service: &MailooHandle, key: &str) -> Api {
    Api::new(&service.base_url(), Secret::new(key), Settings::DEV_PROJECT).unwrap()
}

fn owner(service: &MailooHandle) -> Owner {
    Owner::new(&service.base_url(), Secret::new(Settings::DEV_BYPASS), INTEGRATION).unwrap()
}

#[tokio::test]
async fn both_sides_of_a_conversation() {
    let service = service().await;
    let (visitor, owner) = (api(&service, Settings::DEV_KEY), owner(&service));
    let mut events = owner.listen().await.unwrap();
    let first = Submission::new("Hello").sender("Camille", "camille@boutique.example");
    let sent = visitor.send(INTEGRATION, &first).await.unwrap();
    let session = sent.session.unwrap();
    let pushed = tokio::time::timeout(Duration::from_secs(10), events.next())
        .await
        .unwrap();
    match pushed {
        Some(Pushed::Message {
            session: Some(of),
            message,
        }) => {
            assert_eq!((of, message.text.as_str()), (session.clone(), "Hello"));
            assert_eq!(message.id, sent.id);
        }
        other => panic!("{other:?}"),
    }
    let list = owner.sessions().await.unwrap();
    assert_eq!(list[0].session, session);
    assert_eq!(list[0].visitor_name.as_deref(), Some("Camille"));
    owner.reply(&session, "Good day").await.unwrap();
    let older = Submission::new("One more").session(session.clone());
    visitor.send_by_legacy_path(INTEGRATION, &older).await.unwrap();
    for said in [
        visitor.messages(INTEGRATION, &session, None).await.unwrap(),
        owner.messages(&session).await.unwrap(),
    ] {
        let texts: Vec<_> = said.iter().map(|message| message.text.as_str()).collect();
        assert_eq!(texts, ["Hello", "Good day", "One more"]);
        assert_eq!(said[0].author, Author::Visitor);
        assert_eq!(said[1].author.kind(), "agent");
    }
    let none = visitor
        .messages(INTEGRATION, &session, Some("2999-01-01T00:00:00Z"))
        .await
        .unwrap();
    assert!(none.is_empty());
    events.close().await;
    service.shutdown().await;
}

#[tokio::test]
async fn an_integration_is_created_and_asked_for_its_status() {
    let service = service().await;
    let api = api(&service, Settings::DEV_KEY);
    let new = NewIntegration {
        name: "Shop".to_owned(),
        welcome_message: Some("Hi".to_owned()),
        allowed_origins: vec!["https://shop.example".to_owned()],
        domain: Some("blog.example".to_owned()),
    };
    let made = api.create_integration(&new).await.unwrap();
    assert_eq!(made.name.as_deref(), Some("Shop"));
    let status = api.status(&made.id).await.unwrap();
    assert_eq!(
        (status.online, status.welcome_message.as_deref()),
        (Some(true), Some("Hi"))
    );
    let hello = Submission::new("Hello");
    assert!(matches!(
        api.send(&made.id, &hello).await,
        Err(Error::Configuration { status: Some(403), .. })
    ));
    let elsewhere = api.clone().origin("https://elsewhere.example");
    assert!(matches!(
        elsewhere.send(&made.id, &hello).await,
        Err(Error::Configuration { status: Some(403), .. })
    ));
    for home in ["https://shop.example", "https://blog.example"] {
        let at_home = api.clone().origin(home);
        assert!(
            at_home.send(&made.id, &hello).await.unwrap().session.is_some(),
            "{home}"
        );
    }
    service.shutdown().await;
}

#[tokio::test]
async fn a_bot_answers_as_the_owner_once_whatever_happens() {
    let service = service().await;
    let (visitor, owner) = (api(&service, Settings::DEV_KEY), owner(&service));
    let first = Submission::new("Before it came");
    let session = visitor.send(INTEGRATION, &first).await.unwrap().session.unwrap();
    let attending = tokio::spawn({
        let owner = owner.clone();
        async move { bot::attend(&owner).await }
    });
    let said = async |count: usize| {
        loop {
            let said = visitor.messages(INTEGRATION, &session, None).await.unwrap();
            if said.len() >= count {
                return said.into_iter().map(|message| message.text).collect::<Vec<_>>();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let patience = Duration::from_secs(20);
    tokio::time::timeout(patience, said(2)).await.unwrap();
    let next = Submission::new("And now").session(session.clone());
    visitor.send(INTEGRATION, &next).await.unwrap();
    tokio::time::timeout(patience, said(4)).await.unwrap();
    attending.abort();
    // The answer was taken, and nobody was told.
    visitor
        .send(INTEGRATION, &Submission::new("Still there?").session(session.clone()))
        .await
        .unwrap();
    service.fail_http(Some(Route::Owner), HttpFault::Delay { ms: 0 }, Times::Next(2));
    service.fail_http(Some(Route::Owner), HttpFault::LoseAnswer, Times::Next(1));
    assert!(matches!(bot::answer_all(&owner).await, Err(Error::Network { .. })));
    bot::answer_all(&owner).await.unwrap();
    assert_eq!(
        said(6).await,
        [
            "Before it came",
            "You said: Before it came",
            "And now",
            "You said: And now",
            "Still there?",
            "You said: Still there?"
        ]
    );
    service.shutdown().await;
}

#[tokio::test]
async fn errors_are_told_by_cause_and_never_show_the_key_or_a_session() {
    let restricted = Key::new(
        Settings::DEV_PROJECT,
        "sk_sender",
        Access::Restricted(vec![Scope::SendMessage]),
    );
    let service = Mailoo::start(Settings::test().key(restricted)).await.unwrap();
    let hello = Submission::new("Hello");
    let mut told = Vec::new();
    let wrong = api(&service, "sk_wrong").send(INTEGRATION, &hello).await.unwrap_err();
    assert!(
        matches!(wrong, Error::Configuration { status: Some(401), .. }),
        "{wrong:?}"
    );
    told.push(wrong);
    let sender = api(&service, "sk_sender");
    let scope = sender.create_integration(&NewIntegration::default()).await.unwrap_err();
    assert!(
        matches!(scope, Error::Configuration { status: Some(403), .. }),
        "{scope:?}"
    );
    told.push(scope);
    let gone = Secret::new("cs_secret");
    let unknown = sender.messages(INTEGRATION, &gone, None).await.unwrap_err();
    assert!(
        matches!(unknown, Error::Session { status: Some(404), .. }),
        "{unknown:?}"
    );
    told.push(unknown);
    let fault = |status, retry_after| HttpFault::Status { status, retry_after };
    service.fail_http(Some(Route::Send), fault(429, Some(7)), Times::Next(1));
    match sender.send(INTEGRATION, &hello).await.unwrap_err() {
        Error::Refused { retry_after, .. } => assert_eq!(retry_after, Some(Duration::from_secs(7))),
        other => panic!("{other:?}"),
    }
    for cut in [HttpFault::LoseAnswer, fault(502, None)] {
        service.fail_http(Some(Route::Send), cut, Times::Next(1));
        let unclear = sender.send(INTEGRATION, &hello).await.unwrap_err();
        assert!(matches!(unclear, Error::Network { .. }), "{unclear:?}");
        told.push(unclear);
    }
    service.stop(visavis_backends::Manner::Abrupt).await;
    told.push(sender.messages(INTEGRATION, &gone, None).await.unwrap_err());
    let words = format!("{told:?} {sender:?} {:?} {:?}", owner(&service), hello.session(gone));
    for secret in ["sk_", "cs_secret", Settings::DEV_BYPASS] {
        assert!(!words.contains(secret), "{words}");
    }
}

#[test]
fn a_key_comes_from_the_environment_or_not_at_all() {
    let missing = Api::from_env("https://api.mailoo.app", "VISAVIS_TEST_NO_SUCH_KEY", "p").unwrap_err();
    assert!(missing.to_string().contains("VISAVIS_TEST_NO_SUCH_KEY"), "{missing}");
    assert!(Api::new("api.mailoo.app", Secret::new("k"), "p").is_err());
    assert!(Api::new("ftp://api.mailoo.app", Secret::new("k"), "p").is_err());
}
