//! A visitor of a site that speaks Mailoo, over real sockets.

use std::time::Duration;

use visavis_backends::faults::{HttpFault, Times};
use visavis_backends::mailoo::{Direction, Mailoo, MailooHandle, PushShape, Route, Settings};
use visavis_native_client::{Attention, Config, Delivery, MemoryStore, SessionChange, Tuning, Visitor, mailoo};

use crate::support::{eventually, heard, live, session_change, shown, soon};

fn options(site: &MailooHandle) -> mailoo::Options {
    Config::mailoo(site.base_url())
}

fn with_socket(site: &MailooHandle) -> mailoo::Options {
    options(site)
        .project_uid(Settings::DEV_PROJECT)
        .integration_id(Settings::DEV_INTEGRATION)
        .ws_origin("/api/v1/internal/chat-ws-origin")
}

async fn visitor(options: mailoo::Options) -> Visitor {
    let visitor = Visitor::connect(options).await.unwrap();
    visitor.attend(Attention::Watching).unwrap();
    visitor
}

async fn send(visitor: &Visitor, text: &str) {
    let handle = visitor.send(text).await.unwrap();
    soon(text, handle.acknowledged()).await.unwrap();
}

/// What the visitor of a session said, as the service has it.
fn taken(site: &MailooHandle, session: &str) -> Vec<String> {
    let said = site.transcript(session).unwrap().into_iter();
    let own = said.filter(|message| message.direction == Direction::Inbound);
    own.map(|message| message.content).collect()
}

#[tokio::test]
async fn a_conversation_by_polling() {
    let site = Mailoo::start(Settings::test()).await.unwrap();
    let visitor = visitor(options(&site)).await;
    let mut events = visitor.events();
    send(&visitor, "Hello").await;
    send(&visitor, "Where is my order?").await;
    let session = site.session_ids().remove(0);
    assert_eq!(taken(&site, &session), ["Hello", "Where is my order?"]);
    site.say(&session, "On its way.").unwrap();
    assert_eq!(heard(&mut events).await, "On its way.");
    assert_eq!(site.counts().connects, 0);
    eventually("an unchanged conversation", || site.counts().unchanged > 0).await;
    assert_eq!(shown(&visitor), ["Hello", "Where is my order?", "On its way."]);
    visitor.close().await;
    site.shutdown().await;
}

#[tokio::test]
async fn a_reply_is_pushed_in_any_shape() {
    let site = Mailoo::start(Settings::test()).await.unwrap();
    let visitor = visitor(with_socket(&site)).await;
    let mut events = visitor.events();
    send(&visitor, "Hello").await;
    let session = site.session_ids().remove(0);
    eventually("a socket", || site.sockets(&session) == 1).await;
    let shapes = [PushShape::Nested, PushShape::Flat, PushShape::Data, PushShape::Unknown];
    for (number, shape) in shapes.into_iter().enumerate() {
        site.push_in(shape);
        let words = format!("answer {number}");
        site.say(&session, &words).unwrap();
        assert_eq!(heard(&mut events).await, words, "{shape:?}");
    }
    // Without a push nothing would have been heard for a minute.
    assert!(site.counts().lists < 12, "{:?}", site.counts());
    visitor.close().await;
    eventually("the socket's end", || site.sockets(&session) == 0).await;
    site.shutdown().await;
}

#[tokio::test]
async fn a_socket_that_is_refused_or_silent_changes_nothing() {
    let site = Mailoo::start(Settings::test()).await.unwrap();
    site.refuse_sockets(503, Times::UntilCleared);
    let visitor = visitor(with_socket(&site)).await;
    let mut events = visitor.events();
    send(&visitor, "Hello").await;
    let session = site.session_ids().remove(0);
    site.say(&session, "first").unwrap();
    assert_eq!(heard(&mut events).await, "first");
    site.clear_faults();
    eventually("a socket", || site.sockets(&session) == 1).await;
    site.lose_pushes(Times::Next(1));
    site.say(&session, "second").unwrap();
    site.say(&session, "third").unwrap();
    assert_eq!(heard(&mut events).await, "second");
    assert_eq!(heard(&mut events).await, "third");
    visitor.close().await;
    site.shutdown().await;
}

#[tokio::test]
async fn answers_that_are_cut_off_two_hundred_times_lose_double_and_reorder_nothing() {
    const VISITORS: usize = 20;
    const MESSAGES: usize = 10;
    let site = Mailoo::start(Settings::test()).await.unwrap();
    let mut visitors = Vec::new();
    for number in 0..VISITORS {
        let visitor = visitor(options(&site)).await;
        send(&visitor, &format!("hello from {number}")).await;
        visitors.push(visitor);
    }
    let cuts = u32::try_from(VISITORS * MESSAGES).unwrap();
    site.fail_http(Some(Route::SiteSubmit), HttpFault::LoseAnswer, Times::Next(cuts));
    let mut handles = Vec::new();
    for visitor in &visitors {
        for number in 0..MESSAGES {
            // Two of them are alike on purpose.
            let handle = visitor.send(&format!("message {}", number.max(1))).await.unwrap();
            handles.push(handle);
        }
    }
    for handle in handles {
        tokio::time::timeout(Duration::from_secs(60), handle.acknowledged())
            .await
            .expect("a message that is settled")
            .unwrap();
    }
    assert_eq!(site.counts().http_faults, u64::from(cuts), "{:?}", site.counts());
    let expected = |number: usize| {
        let messages = (0..MESSAGES).map(|message| format!("message {}", message.max(1)));
        std::iter::once(format!("hello from {number}"))
            .chain(messages)
            .collect::<Vec<_>>()
    };
    let sessions = site.session_ids();
    assert_eq!(sessions.len(), VISITORS);
    for (number, session) in sessions.iter().enumerate() {
        assert_eq!(taken(&site, session), expected(number));
    }
    for (number, visitor) in visitors.into_iter().enumerate() {
        assert_eq!(shown(&visitor), expected(number));
        assert!(
            visitor
                .messages()
                .iter()
                .all(|message| message.status == Delivery::Sent)
        );
        visitor.close().await;
    }
    site.shutdown().await;
}

#[tokio::test]
async fn a_message_that_never_arrived_is_sent_again_once_that_is_certain() {
    let site = Mailoo::start(Settings::test()).await.unwrap();
    let mut tuning = Tuning::default();
    tuning.request_timeout = Duration::from_secs(1);
    let visitor = Visitor::builder(Config::from(options(&site)).tuning(tuning))
        .connect()
        .await
        .unwrap();
    visitor.attend(Attention::Watching).unwrap();
    send(&visitor, "first").await;
    site.fail_http(Some(Route::SiteSubmit), HttpFault::Drop, Times::Next(1));
    let begun = tokio::time::Instant::now();
    let handles = [
        visitor.send("second").await.unwrap(),
        visitor.send("third").await.unwrap(),
    ];
    for handle in handles {
        soon("the rest", handle.acknowledged()).await.unwrap();
    }
    assert!(begun.elapsed() >= Duration::from_secs(6), "{:?}", begun.elapsed());
    assert_eq!(taken(&site, &site.session_ids()[0]), ["first", "second", "third"]);
    visitor.close().await;
    site.shutdown().await;
}

#[tokio::test]
async fn a_session_that_is_bound_to_a_cookie_outlives_the_process() {
    let site = Mailoo::start(Settings::test().site_with_cookies()).await.unwrap();
    let store = MemoryStore::default();
    let first = Visitor::builder(options(&site))
        .store(store.clone())
        .connect()
        .await
        .unwrap();
    send(&first, "Hello").await;
    send(&first, "Still me").await;
    first.close().await;
    let second = Visitor::builder(options(&site)).store(store).connect().await.unwrap();
    let mut events = second.events();
    live(&second).await;
    session_change(&mut events, SessionChange::Resumed).await;
    send(&second, "And again").await;
    let sessions = site.session_ids();
    assert_eq!(sessions.len(), 1);
    assert_eq!(taken(&site, &sessions[0]), ["Hello", "Still me", "And again"]);
    second.close().await;
    site.shutdown().await;
}

#[tokio::test]
async fn a_session_that_the_service_forgot_is_replaced() {
    let site = Mailoo::start(Settings::test()).await.unwrap();
    let visitor = visitor(with_socket(&site)).await;
    let mut events = visitor.events();
    send(&visitor, "Hello").await;
    let old = site.session_ids().remove(0);
    eventually("a socket", || site.sockets(&old) == 1).await;
    site.forget_sessions(None);
    send(&visitor, "Anybody?").await;
    session_change(&mut events, SessionChange::Replaced).await;
    let new = site.session_ids().remove(0);
    assert_eq!(
        (taken(&site, &old), taken(&site, &new)),
        (vec!["Hello".to_owned()], vec!["Anybody?".to_owned()])
    );
    assert_eq!(shown(&visitor), ["Hello", "Anybody?"]);
    visitor.close().await;
    site.shutdown().await;
}
