//! A conversation, and the oracle that judges it.

use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::task::JoinHandle;
use visavis_backends::model::{Role, Tenant};
use visavis_backends::{BotMode, Counts, Relay, RelayHandle, Settings};
use visavis_native_client::{Author, Config, Delivery, Event, MemoryStore, Tuning, Visitor};

/// The slowest recovery is a backoff of some seconds, a few times over, on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(120);

pub(crate) async fn soon<T>(what: &str, work: impl Future<Output = T>) -> T {
    match tokio::time::timeout(PATIENCE, work).await {
        Ok(value) => value,
        Err(_) => panic!("waited in vain for {what}"),
    }
}

/// Finds dead lines in a second, so that a test with ten faults does not take six minutes.
pub(crate) fn brisk() -> Tuning {
    let mut tuning = Tuning::default();
    tuning.ping_interval = Duration::from_millis(700);
    tuning.pong_timeout = Duration::from_millis(700);
    tuning.probe_timeout = Duration::from_millis(700);
    tuning.ack_timeout = Duration::from_millis(700);
    tuning.welcome_timeout = Duration::from_secs(2);
    tuning.request_timeout = Duration::from_secs(2);
    tuning.renewals_per_minute = 1_000;
    tuning
}

/// A relay, a visitor, and what each of them ought to have heard.
pub(crate) struct Talk {
    pub(crate) relay: Arc<RelayHandle>,
    pub(crate) session: String,
    /// Where the visitor connects: the relay itself, or something in front of it.
    address: String,
    store: MemoryStore,
    visitor: Visitor,
    said_by_visitor: Vec<String>,
    said_by_bot: Vec<String>,
    heard: Heard,
    listening: JoinHandle<()>,
}

/// Every message that was announced, over all of the visitor's lives.
type Heard = Arc<Mutex<Vec<(Author, String)>>>;

impl Talk {
    pub(crate) async fn begin(settings: Settings) -> Self {
        let relay = Relay::start(settings.bot(BotMode::Off)).await.unwrap();
        let address = relay.base_url();
        Self::begin_through(relay, address).await
    }

    /// Connects to `address`, which leads to the relay.
    pub(crate) async fn begin_through(relay: RelayHandle, address: String) -> Self {
        let (store, heard) = (MemoryStore::new(), Heard::default());
        let (visitor, listening) = connect(&address, &store, &heard).await;
        soon("the first connection", visitor.live()).await.unwrap();
        Self {
            session: visitor.session_id().unwrap(),
            relay: Arc::new(relay),
            address,
            store,
            visitor,
            said_by_visitor: Vec::new(),
            said_by_bot: Vec::new(),
            heard,
            listening,
        }
    }

    pub(crate) async fn visitor_says(&mut self) {
        let text = format!("visitor {}", self.said_by_visitor.len());
        soon("room in the queue", self.visitor.send(&text)).await.unwrap();
        self.said_by_visitor.push(text);
    }

    pub(crate) fn bot_says(&mut self) {
        let text = format!("bot {}", self.said_by_bot.len());
        self.relay.say(&self.session, Role::Bot, &text).unwrap();
        self.said_by_bot.push(text);
    }

    /// Waits until the relay has seen so much.
    pub(crate) async fn until_relay(&self, seen: impl Fn(&Counts) -> bool) {
        let looking = async {
            while !seen(&self.relay.counts()) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        soon("the relay to see it", looking).await;
    }

    /// The visitor goes, and a new one begins with what was stored.
    pub(crate) async fn visitor_restarts(&mut self) {
        self.visitor.close().await;
        // What was announced before the end is heard to the end.
        let _ = (&mut self.listening).await;
        (self.visitor, self.listening) = connect(&self.address, &self.store, &self.heard).await;
    }

    /// The relay heals, the queue empties, and both sides agree on every word.
    pub(crate) async fn agree(mut self, name: &str) {
        self.relay.clear_faults();
        self.relay.resume().unwrap();
        // A word from each side shows that both directions work again.
        self.visitor_says().await;
        soon(&format!("{name}: the queue"), self.visitor.flushed()).await;
        self.bot_says();
        let last = self.said_by_bot.last().cloned().unwrap();
        let complete = async {
            while !self.bots_words_shown().contains(&last) {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        soon(&format!("{name}: the last word"), complete).await;
        assert_eq!(
            self.visitor.session_id().as_ref(),
            Some(&self.session),
            "{name}: the session"
        );
        self.visitor.close().await;
        let _ = (&mut self.listening).await;

        assert_eq!(
            self.taken_by_relay(),
            self.said_by_visitor,
            "{name}: what the relay took"
        );
        assert_eq!(
            self.bots_words_shown(),
            self.said_by_bot,
            "{name}: what the visitor shows of the bot"
        );
        assert_eq!(
            self.own_words_shown(),
            self.said_by_visitor,
            "{name}: what the visitor shows of itself"
        );
        assert_eq!(
            self.announced(|author| *author != Author::Visitor),
            self.said_by_bot,
            "{name}: the bot's announced"
        );
        assert_eq!(
            self.announced(|author| *author == Author::Visitor),
            self.said_by_visitor,
            "{name}: own ones announced"
        );
    }

    fn taken_by_relay(&self) -> Vec<String> {
        let transcript = self.relay.transcript(&self.session).unwrap();
        let own = transcript.into_iter().filter(|message| message.role == Role::Visitor);
        own.map(|message| message.text).collect()
    }

    fn bots_words_shown(&self) -> Vec<String> {
        let messages = self.visitor.messages().into_iter();
        messages
            .filter(|message| message.author != Author::Visitor)
            .map(|message| message.text)
            .collect()
    }

    fn own_words_shown(&self) -> Vec<String> {
        let own = self
            .visitor
            .messages()
            .into_iter()
            .filter(|message| message.author == Author::Visitor);
        own.map(|message| {
            assert_eq!(message.status, Delivery::Sent, "{}", message.text);
            message.text
        })
        .collect()
    }

    fn announced(&self, by: impl Fn(&Author) -> bool) -> Vec<String> {
        let heard = self.heard.lock().unwrap();
        heard
            .iter()
            .filter(|(author, _)| by(author))
            .map(|(_, text)| text.clone())
            .collect()
    }
}

async fn connect(address: &str, store: &MemoryStore, heard: &Heard) -> (Visitor, JoinHandle<()>) {
    let options = Config::bloonio(address, Tenant::DEMO_ID, Tenant::DEMO_PUBLIC_KEY);
    let config = Config::from(options).tuning(brisk());
    let visitor = Visitor::builder(config).store(store.clone()).connect().await.unwrap();
    let mut events = visitor.events();
    let heard = Arc::clone(heard);
    let listening = tokio::spawn(async move {
        while let Some(event) = events.next().await {
            if let Event::Message {
                message,
                replaces: false,
                ..
            } = event
            {
                heard.lock().unwrap().push((message.author, message.text));
            }
        }
    });
    (visitor, listening)
}
