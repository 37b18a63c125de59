//! What every back end that listens has in common: a handle that gives the port back, an outage, commands over HTTP.

use std::{fmt, future::Future, io, net::SocketAddr, ops::Deref, sync::OnceLock, time::Duration};

use axum::Router;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use tokio::time::{Instant, sleep};

use crate::{
    Manner,
    faults::Times,
    listening::{Listening, Wiring},
};

/// How long a stop waits for sockets to leave.
pub(crate) const STOP_LIMIT: Duration = Duration::from_secs(2);

/// The answer to an outage leaves before the outage begins.
const LAST_WORDS: Duration = Duration::from_millis(50);

/// A back end that can listen.
pub(crate) trait Station: Clone + Send + Sync + Sized + 'static {
    fn place(&self) -> &OnceLock<Listening>;

    fn routes(&self) -> Router;

    fn wiring(&self) -> Wiring {
        Wiring::Direct
    }

    /// Cuts every connection without waiting.
    fn abandon(&self);

    /// Ends what runs, the port being closed already.
    fn leave(&self, manner: Manner) -> impl Future<Output = ()> + Send;

    /// Listens on `addr`.
    fn listen(self, addr: SocketAddr) -> io::Result<Handle<Self>> {
        let listening = Listening::reserve(addr)?;
        let addr = listening.addr();
        self.place()
            .get_or_init(|| listening)
            .open(self.routes(), self.wiring())?;
        Ok(Handle {
            station: self,
            addr,
            end: |station| {
                station.abandon();
                if let Some(listening) = station.place().get() {
                    listening.abandon();
                }
            },
        })
    }

    /// Goes away: nothing is listened to, all connections end.
    fn go_away(&self, manner: Manner) -> impl Future<Output = ()> + Send {
        async move {
            if let Some(listening) = self.place().get() {
                listening.close().await;
            }
            self.leave(manner).await;
        }
    }

    /// Comes back on the same port.
    fn come_back(&self) -> io::Result<()> {
        let listening = self.place().get().ok_or(io::ErrorKind::NotConnected)?;
        listening.open(self.routes(), self.wiring())
    }
}

/// A back end with its listener. Dropping it stops the back end.
pub struct Handle<S> {
    station: S,
    addr: SocketAddr,
    end: fn(&S),
}

impl<S: fmt::Debug> fmt::Debug for Handle<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Handle")
            .field("station", &self.station)
            .field("addr", &self.addr)
            .finish_non_exhaustive()
    }
}

impl<S> Deref for Handle<S> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.station
    }
}

impl<S> Drop for Handle<S> {
    fn drop(&mut self) {
        (self.end)(&self.station);
    }
}

impl<S> Handle<S> {
    /// `http://127.0.0.1:<port>`
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// The address listened on.
    #[must_use]
    pub const fn addr(&self) -> SocketAddr {
        self.addr
    }
}

/// Waits until nobody is there any more, but not for ever.
pub(crate) async fn until_empty(open: impl Fn() -> u64) {
    let limit = Instant::now() + STOP_LIMIT;
    while open() > 0 && Instant::now() < limit {
        sleep(Duration::from_millis(2)).await;
    }
}

/// Reads a command over HTTP: its name from the path, its fields from the body.
pub(crate) fn command<C: DeserializeOwned>(name: String, body: &[u8]) -> Result<C, String> {
    let mut fields: Map<String, Value> = match body {
        [] => Map::new(),
        body => serde_json::from_slice(body).map_err(|error| error.to_string())?,
    };
    // A command may have a field called name, so its own comes last.
    fields.insert("command".to_owned(), Value::String(name));
    serde_json::from_value(Value::Object(fields)).map_err(|error| error.to_string())
}

/// Left out means until the faults are cleared.
pub(crate) fn times(count: Option<u32>) -> Times {
    count.map_or(Times::UntilCleared, Times::Next)
}

/// A back end that is embedded in another server cannot stop listening.
#[derive(Debug)]
pub(crate) struct Embedded;

/// Goes away in a moment and comes back after `length`.
pub(crate) fn begin_outage(station: &impl Station, length: Duration, manner: Manner) -> Result<(), Embedded> {
    if station.place().get().is_none() {
        return Err(Embedded);
    }
    let station = station.clone();
    tokio::spawn(async move {
        sleep(LAST_WORDS).await;
        station.go_away(manner).await;
        sleep(length).await;
        if let Err(error) = station.come_back() {
            tracing::error!(%error, "the server cannot come back");
        }
    });
    Ok(())
}
