//! No token, key or address with a token in it is logged: not by this crate, not by the ones below it, not at TRACE.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeSet;
use std::future::Future;
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;
use visavis_backends::faults::{HttpFault, Route, Times};
use visavis_backends::mailoo::{self, Mailoo};
use visavis_backends::model::Tenant;
use visavis_backends::{Manner, Relay, RelayHandle, Scope, Settings};
use visavis_native_client::{
    Config, Event, Events, Identity, MemoryStore, SessionChange, Store, StoreAnswer, Tuning, Visitor, bloonio,
};

/// Everything that was logged in this process.
#[derive(Clone, Default)]
struct Ledger(Arc<Mutex<Vec<u8>>>);

impl Ledger {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl Write for Ledger {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Ledger {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Libraries that log through `log` instead of `tracing`.
impl log::Log for Ledger {
    fn enabled(&self, _metadata: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let line = format!("{} {}: {}\n", record.level(), record.target(), record.args());
        self.0.lock().unwrap().extend_from_slice(line.as_bytes());
    }

    fn flush(&self) {}
}

fn listen_to_everything() -> Ledger {
    let ledger = Ledger::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::level_filters::LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(ledger.clone())
        .finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();
    log::set_boxed_logger(Box::new(ledger.clone())).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    ledger
}

/// A store that also notes the tokens it is given.
#[derive(Clone, Default)]
struct Notary {
    store: MemoryStore,
    tokens: Arc<Mutex<BTreeSet<String>>>,
}

impl Store for Notary {
    fn load(&self, scope: &str) -> StoreAnswer<Option<String>> {
        self.store.load(scope)
    }

    fn save(&self, scope: &str, text: String) -> StoreAnswer<()> {
        self.tokens.lock().unwrap().extend(tokens_in(&text));
        self.store.save(scope, text)
    }

    fn set_aside(&self, scope: &str) -> StoreAnswer<String> {
        self.store.set_aside(scope)
    }
}

fn tokens_in(text: &str) -> impl Iterator<Item = String> + '_ {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c)));
    words
        .filter(|word| word.matches('.').count() == 2 && word.len() > 60)
        .map(str::to_owned)
}

/// Lines of the log that hold what must not be there.
fn betrayals(log: &str, secrets: &[String]) -> Vec<String> {
    let betrays = |line: &&str| {
        secrets.iter().any(|secret| line.contains(secret.as_str()))
            || line.contains("token=")
            || line.contains("Bearer ")
            || tokens_in(line).next().is_some()
    };
    log.lines().filter(betrays).map(str::to_owned).collect()
}

fn options(relay: &RelayHandle) -> bloonio::Options {
    Config::bloonio(relay.base_url(), Tenant::DEMO_ID, Tenant::DEMO_PUBLIC_KEY)
}

fn brisk() -> Tuning {
    let mut tuning = Tuning::default();
    tuning.ping_interval = Duration::from_millis(300);
    tuning.welcome_timeout = Duration::from_secs(1);
    tuning
}

async fn soon<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), work)
        .await
        .expect("took too long")
}

async fn session_change(events: &mut Events, wanted: SessionChange) {
    let happened = |event: Event| matches!(event, Event::Session { change, .. } if change == wanted);
    while !happened(events.next().await.expect("the visitor's life goes on")) {}
}

/// Everything that a token passes through: creation, a refused renewal, renewal, a cut, replacement, resumption.
///
/// One life renews three times, which is as often as a visitor may within a minute.
async fn a_life_with_a_store(relay: &RelayHandle, notary: &Notary, identity: &str) {
    for _run in 0..2 {
        let config = Config::from(options(relay).origin("https://shop.example")).tuning(brisk());
        let visitor = Visitor::builder(config).store(notary.clone()).connect().await.unwrap();
        let mut events = visitor.events();
        soon(visitor.live()).await.unwrap();
        visitor.identify(Identity::parse(identity).unwrap()).unwrap();
        soon(visitor.send("hello").await.unwrap().acknowledged()).await.unwrap();
        relay.fail_http(
            Some(Route::Refresh),
            HttpFault::Status {
                status: 500,
                retry_after: None,
            },
            Times::Next(1),
        );
        relay.close_sockets(Scope::All, 4401);
        soon(session_change(&mut events, SessionChange::Refreshed)).await;
        soon(visitor.live()).await.unwrap();
        relay.stop(Manner::Abrupt).await;
        let waiting = visitor.send("while the relay is away").await.unwrap();
        relay.resume().unwrap();
        soon(waiting.acknowledged()).await.unwrap();
        relay.forget_sessions(Scope::All);
        soon(session_change(&mut events, SessionChange::Replaced)).await;
        soon(visitor.live()).await.unwrap();
        visitor.close().await;
    }
}

async fn a_life_with_a_ready_token(relay: &RelayHandle) -> String {
    let creator = Visitor::connect(options(relay)).await.unwrap();
    soon(creator.live()).await.unwrap();
    let session = creator.session_id().unwrap();
    creator.close().await;
    let token = relay.mint_token(&session, 3_600).unwrap();
    let visitor = Visitor::builder(options(relay).visitor_token_provider())
        .visitor_token_provider({
            let token = token.clone();
            move || std::future::ready(Ok::<_, String>(token.clone()))
        })
        .connect()
        .await
        .unwrap();
    soon(visitor.live()).await.unwrap();
    visitor.close().await;
    token
}

/// Through Mailoo with its key: taken, refused, lost, begun anew, with a socket and without. Answers the key and every session.
async fn a_life_with_a_key() -> Vec<String> {
    const KEY: &str = mailoo::Settings::DEV_KEY;
    let service = Mailoo::start(mailoo::Settings::test()).await.unwrap();
    let options = |key: &str| {
        Config::mailoo_direct(
            service.base_url(),
            key,
            mailoo::Settings::DEV_PROJECT,
            mailoo::Settings::DEV_INTEGRATION,
        )
        .origin("https://shop.example")
    };
    let store = MemoryStore::new();
    let visitor = Visitor::builder(options(KEY))
        .store(store.clone())
        .connect()
        .await
        .unwrap();
    soon(visitor.send("hello").await.unwrap().acknowledged()).await.unwrap();
    let mut sessions = service.session_ids();
    visitor.attend(visavis_native_client::Attention::Watching).unwrap();
    while service.sockets(&sessions[0]) == 0 || service.counts().lists == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    service.close_sockets(1006);
    service.fail_http(Some(mailoo::Route::Send), HttpFault::LoseAnswer, Times::Next(1));
    soon(visitor.send("was it heard?").await.unwrap().acknowledged())
        .await
        .unwrap();
    service.forget_sessions(None);
    soon(visitor.send("hello again").await.unwrap().acknowledged())
        .await
        .unwrap();
    sessions.extend(service.session_ids());
    service.stop(Manner::Abrupt).await;
    soon(visitor.connection_until(|status| status.state.as_str() == "backoff")).await;
    visitor.close().await;
    service.resume().unwrap();
    let stranger = Visitor::connect(options("sk_of_a_stranger")).await.unwrap();
    let _queued = stranger.send("hello").await.unwrap();
    soon(stranger.connection_until(|status| status.state.as_str() == "failed")).await;
    stranger.close().await;
    let kept = soon(store.load(&format!(
        "mailoo {} {} {}",
        service.base_url(),
        mailoo::Settings::DEV_PROJECT,
        mailoo::Settings::DEV_INTEGRATION
    )))
    .await
    .unwrap()
    .expect("a stored visitor");
    assert!(!kept.contains(KEY), "{kept}");
    assert_eq!(sessions.len(), 2);
    sessions.extend([KEY.to_owned(), "sk_of_a_stranger".to_owned()]);
    service.shutdown().await;
    sessions
}

#[tokio::test]
async fn no_level_of_logging_shows_a_secret() {
    let ledger = listen_to_everything();
    let relay = Relay::start(Settings::test().allow_origin("https://shop.example"))
        .await
        .unwrap();
    let tenant = Tenant::demo();
    let signature = tenant.secret.sign_user("u_42");
    let notary = Notary::default();

    a_life_with_a_store(&relay, &notary, &format!("u_42:{signature}")).await;
    let ready = a_life_with_a_ready_token(&relay).await;
    let keys_and_sessions = a_life_with_a_key().await;

    let mut secrets: Vec<String> = notary.tokens.lock().unwrap().iter().cloned().collect();
    assert!(secrets.len() >= 3, "created, renewed and replaced: {}", secrets.len());
    secrets.extend([
        ready,
        signature,
        Tenant::DEMO_PUBLIC_KEY.to_owned(),
        Tenant::DEMO_SECRET.to_owned(),
    ]);
    secrets.extend(keys_and_sessions);

    let log = ledger.text();
    for library in ["visavis_native_client", "tungstenite", "reqwest", "hyper_util"] {
        assert!(log.contains(library), "{library} was not listened to");
    }
    let found = betrayals(&log, &secrets);
    assert!(
        found.is_empty(),
        "{} lines of {}, such as: {}",
        found.len(),
        log.lines().count(),
        found[0]
    );

    // The search finds what it searches for.
    tracing::trace!("GET /ws?token={}", secrets[0]);
    log::trace!("{}", secrets[1]);
    assert_eq!(betrayals(&ledger.text(), &secrets).len(), 2);
}

#[test]
fn what_can_be_printed_shows_no_secret() {
    let store = MemoryStore::new();
    let config = Config::from(
        Config::bloonio("https://relay.example", Tenant::DEMO_ID, Tenant::DEMO_PUBLIC_KEY)
            .identity(Identity::parse("u_42:abcdef").unwrap())
            .visitor_token("aaaaaaaaaa.bbbbbbbbbb.cccccccccc"),
    );
    let with_key = Config::mailoo_direct("https://api.mailoo.app", "sk_secret", "p", "i");
    let printed = format!(
        "{:?} {with_key:?} {:?}",
        Visitor::builder(config).store(store),
        Visitor::builder(with_key.clone())
    );
    for secret in ["abcdef", "bbbbbbbbbb", "sk_secret"] {
        assert!(!printed.contains(secret), "{printed}");
    }
}
