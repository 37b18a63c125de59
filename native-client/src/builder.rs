//! Options of a visitor that only a native client has.

use std::future::Future;
use std::sync::Arc;

use visavis_client_core::{Client, Command, Config, Error};

use crate::clock::Clock;
use crate::events::EVENT_LIMIT;
use crate::network::Network;
use crate::provider::{Provider, Providers};
use crate::shared::Shared;
use crate::storage::Store;
use crate::task::{Means, Task};
use crate::visitor::Visitor;

/// Makes a [`Visitor`] with more than the defaults. Made by [`Visitor::builder`].
#[must_use = "a builder does nothing until `connect` is called"]
pub struct Builder {
    config: Config,
    store: Option<Arc<dyn Store>>,
    network: Option<Network>,
    providers: Providers,
    event_limit: usize,
}

impl Builder {
    pub(crate) fn new(config: Config) -> Self {
        Self {
            config,
            store: None,
            network: None,
            providers: Providers::default(),
            event_limit: EVENT_LIMIT,
        }
    }

    /// Where session, queue and transcript survive the process. Without one nothing is written, and every run begins a new session.
    pub fn store(mut self, store: impl Store) -> Self {
        self.store = Some(Arc::new(store));
        self
    }

    /// Shares HTTP connections and TLS settings with other visitors. Without it the visitor has its own.
    pub fn network(mut self, network: Network) -> Self {
        self.network = Some(network);
        self
    }

    /// Makes a visitor token whenever the configuration's `visitor_token_provider()` asks for a fresh one.
    pub fn visitor_token_provider<F, R, E>(mut self, make: F) -> Self
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output = Result<String, E>> + Send + 'static,
        E: std::fmt::Display,
    {
        self.providers.visitor_token = Some(Provider::new(make));
        self
    }

    /// Makes an identity, as `userId:signature`, whenever the configuration's `identity_provider()` asks for it.
    pub fn identity_provider<F, R, E>(mut self, make: F) -> Self
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output = Result<String, E>> + Send + 'static,
        E: std::fmt::Display,
    {
        self.providers.identity = Some(Provider::new(make));
        self
    }

    /// Events that may wait for one listener before it is cut off, see [`Events`](crate::Events); for each 4 KiB of text as well. 4,096:
    /// some minutes of a busy conversation, at most 16 MiB.
    pub fn event_limit(mut self, events: usize) -> Self {
        self.event_limit = events;
        self
    }

    /// Reads the store, starts the visitor's task on the current runtime and begins to connect.
    ///
    /// It returns before the visitor is live: the network may be down, and messages are queued meanwhile. [`Visitor::live`] waits.
    ///
    /// # Errors
    /// [`Error::Configuration`] naming the option that is wrong; [`Error::Storage`] when the store cannot be read.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub async fn connect(self) -> Result<Visitor, Error> {
        let config = match self.store {
            Some(_) => self.config,
            None => self.config.volatile(),
        };
        let origin = config.backend.origin().map(str::to_owned);
        let clock = Clock::start();
        let mut client = Client::new(config, seed()?, clock.now())?;
        if let Some(store) = &self.store {
            restore(&mut client, store.as_ref(), clock).await?;
        }
        let network = match self.network {
            Some(network) => network,
            None => Network::new()?,
        };
        let shared = Arc::new(Shared::new(client, clock, self.event_limit));
        let means = Means {
            network,
            store: self.store,
            providers: self.providers,
            origin,
        };
        let task = Task::new(Arc::clone(&shared), means);
        let visitor = Visitor::new(shared);
        visitor.command(Command::Start)?;
        tokio::spawn(task);
        Ok(visitor)
    }
}

async fn restore(client: &mut Client, store: &dyn Store, clock: Clock) -> Result<(), Error> {
    let scope = client.scope();
    let loaded = store.load(&scope).await;
    let Some(snapshot) = loaded.map_err(|message| Error::Storage { message })? else {
        return Ok(());
    };
    if let Err(unreadable) = client.restore(&snapshot, clock.now()) {
        let aside = store.set_aside(&scope).await;
        let moved_to = aside.map_err(|message| Error::Storage { message })?;
        tracing::warn!(%unreadable, moved_to, "the stored conversation cannot be read; it was moved aside and a new one begins");
    }
    Ok(())
}

fn seed() -> Result<u64, Error> {
    getrandom::u64().map_err(|error| Error::Configuration {
        message: format!("random numbers: the system has none ({error})"),
        status: None,
    })
}

impl std::fmt::Debug for Builder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Builder")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}
