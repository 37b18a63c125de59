//! Which transport a connection uses, and where it is found.

use crate::error::Error;
use crate::http::HttpRequest;
use crate::url::{BaseUrl, Url};

use super::polling::get;

/// Where a Socket.IO server listens unless it is told otherwise.
const DEFAULT_PATH: &str = "/socket.io/";

/// A WebSocket gets this many attempts in a row that fail before the handshake.
const WEBSOCKET_ATTEMPTS: u8 = 2;

/// Where a server is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    base: BaseUrl,
    origin: Option<String>,
}

impl Endpoint {
    /// The server below an address, under the usual path. `origin` is for drivers that may set the header.
    pub fn new(base: BaseUrl, origin: Option<&str>) -> Self {
        Self {
            base,
            origin: origin.map(str::to_owned),
        }
    }

    /// Where a WebSocket is opened.
    pub fn websocket(&self) -> Url {
        self.base
            .join_socket(DEFAULT_PATH)
            .with_query("EIO", "4")
            .with_query("transport", "websocket")
    }

    /// The call that opens a long-polling session.
    pub(super) fn handshake(&self) -> HttpRequest {
        let url = self
            .base
            .join(DEFAULT_PATH)
            .with_query("EIO", "4")
            .with_query("transport", "polling");
        HttpRequest {
            origin: self.origin.clone(),
            ..get(url)
        }
    }
}

/// How packets travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Transport {
    /// Frames of a WebSocket.
    WebSocket,
    /// Bodies of HTTP calls.
    Polling,
}

/// Which transports may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Transports {
    /// A WebSocket first, long-polling where none gets through.
    #[default]
    Auto,
    /// WebSockets only: for servers on which the calls of one session may reach different machines.
    WebSocket,
    /// Long-polling only: for networks that are known to let no WebSocket through.
    Polling,
}

impl Transports {
    /// Reads `auto`, `websocket` or `polling`.
    ///
    /// # Errors
    /// [`Error::Configuration`] for any other word.
    pub fn parse(text: &str) -> Result<Self, Error> {
        match text {
            "auto" => Ok(Self::Auto),
            "websocket" => Ok(Self::WebSocket),
            "polling" => Ok(Self::Polling),
            other => Err(Error::option(
                ["transport: expected auto, websocket or polling, not '", other, "'"].concat(),
            )),
        }
    }
}

/// Chooses the transport of each attempt: a WebSocket first, long-polling after two that failed before they opened.
///
/// Where long-polling worked, the next attempt tries one WebSocket before it goes back: a network that lets none through costs one failed
/// attempt, and a server that was only restarted does not keep its visitors on the dearer transport. Where it failed, too, the server is
/// away altogether and the count starts anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct TransportChoice {
    transports: Transports,
    failures: u8,
}

impl TransportChoice {
    /// Nothing was tried yet.
    pub const fn new(transports: Transports) -> Self {
        Self {
            transports,
            failures: 0,
        }
    }

    /// Whether another transport may be tried.
    pub const fn alternates(&self) -> bool {
        matches!(self.transports, Transports::Auto)
    }

    /// What the next attempt uses.
    pub const fn next(&self) -> Transport {
        match self.transports {
            Transports::Polling => Transport::Polling,
            Transports::Auto if self.failures >= WEBSOCKET_ATTEMPTS => Transport::Polling,
            Transports::Auto | Transports::WebSocket => Transport::WebSocket,
        }
    }

    /// The handshake came over this transport.
    pub const fn opened(&mut self, transport: Transport) {
        self.failures = match transport {
            Transport::WebSocket => 0,
            Transport::Polling => WEBSOCKET_ATTEMPTS - 1,
        };
    }

    /// The attempt ended before the handshake came.
    pub const fn failed(&mut self, transport: Transport) {
        self.failures = match transport {
            Transport::WebSocket => self.failures.saturating_add(1),
            Transport::Polling => 0,
        };
    }
}
