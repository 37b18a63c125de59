//! The owner's side: sessions, their conversations, replies, and a socket that tells of news.

use std::fmt;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message as Frame;
use visavis_client_core::mailoo::wire;
use visavis_client_core::url::Url;
use visavis_client_core::{Error, Secret};

use super::api::conversation;
use super::call::{Caller, Credential, json as parsed};
use crate::dial::dial;
use crate::network::Network;
use crate::socket::Socket;

/// One integration as its owner sees it, opened by a token.
#[derive(Clone)]
pub struct Owner {
    caller: Caller,
    token: Secret,
    integration: String,
    api_url: String,
}

impl fmt::Debug for Owner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Owner")
            .field("integration", &self.integration)
            .finish_non_exhaustive()
    }
}

/// A conversation in the owner's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionSummary {
    /// Its id: whoever knows it can read the conversation.
    pub session: Secret,
    /// Who the visitor is, as far as the site said.
    pub visitor_name: Option<String>,
    /// The visitor's address.
    pub visitor_email: Option<String>,
}

impl Owner {
    /// The owner's side of an integration at `api_url`.
    ///
    /// # Errors
    /// [`Error::Configuration`] when the address is none, or the system has no HTTP client.
    pub fn new(api_url: &str, token: Secret, integration: impl Into<String>) -> Result<Self, Error> {
        Ok(Self {
            caller: Caller::new(api_url, Credential::Token(token.clone()))?,
            token,
            integration: integration.into(),
            api_url: api_url.trim().trim_end_matches('/').to_owned(),
        })
    }

    /// Shares HTTP connections with others of this process.
    #[must_use]
    pub fn network(mut self, network: Network) -> Self {
        self.caller.network = network;
        self
    }

    fn url(&self, parts: &[&str]) -> Result<reqwest::Url, Error> {
        let path: Vec<&str> = ["chat", &self.integration]
            .into_iter()
            .chain(parts.iter().copied())
            .collect();
        self.caller.url(&path)
    }

    /// All conversations.
    ///
    /// # Errors
    /// [`Error::Configuration`] for a token that is refused, [`Error::Session`] for what is not known, [`Error::Refused`],
    /// [`Error::Network`], [`Error::Protocol`].
    pub async fn sessions(&self) -> Result<Vec<SessionSummary>, Error> {
        let told = parsed(&self.caller.get(self.url(&["sessions"])?).await?)?;
        let places = ["", "/sessions", "/items", "/data", "/data/sessions"];
        let list = places.into_iter().find_map(|place| told.pointer(place)?.as_array());
        let list = list.ok_or_else(|| Error::Protocol {
            message: "the service answers with something else than sessions".to_owned(),
        })?;
        Ok(list.iter().filter_map(summary).collect())
    }

    /// A conversation, oldest message first.
    ///
    /// # Errors
    /// As [`Owner::sessions`].
    pub async fn messages(&self, session: &Secret) -> Result<Vec<wire::Message>, Error> {
        let url = self.url(&["sessions", session.expose(), "messages"])?;
        conversation(&self.caller.get(url).await?)
    }

    /// Answers a visitor.
    ///
    /// # Errors
    /// As [`Owner::sessions`]; after [`Error::Network`] it may have been sent.
    pub async fn reply(&self, session: &Secret, content: &str) -> Result<wire::Sent, Error> {
        let url = self.url(&["sessions", session.expose(), "reply"])?;
        Ok(wire::sent(
            &self.caller.post(url, &json!({ "content": content })).await?,
        ))
    }

    /// Listens to all conversations, until the socket ends. The conversations themselves are the truth: read them after a break.
    ///
    /// # Errors
    /// [`Error::Network`] when the socket cannot be opened.
    pub async fn listen(&self) -> Result<OwnerEvents, Error> {
        let mut url = self.caller.url(&["chat", "ws"])?;
        url.query_pairs_mut()
            .append_pair("integrationId", &self.integration)
            .append_pair("token", self.token.expose());
        // The address of a socket is that of the API with another scheme.
        let address = format!("ws{}", url.as_str().strip_prefix("http").unwrap_or_default());
        let socket = dial(self.caller.network.clone(), Url::new(address), None).await;
        let socket = socket.map_err(|message| Error::Network { message })?;
        tracing::debug!(api = self.api_url, "listening as the owner");
        Ok(OwnerEvents { socket })
    }
}

fn summary(told: &Value) -> Option<SessionSummary> {
    let text = |names: &[&str]| names.iter().find_map(|name| told[*name].as_str()).map(str::to_owned);
    Some(SessionSummary {
        session: Secret::new(text(&["sessionPublicId", "publicId", "id"])?),
        visitor_name: text(&["visitorName", "senderName", "name"]),
        visitor_email: text(&["visitorEmail", "senderEmail", "email"]),
    })
}

/// Something that was pushed to the owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pushed {
    /// A message of either side.
    Message {
        /// Whose conversation it belongs to, where that is told.
        session: Option<Secret>,
        /// The message.
        message: wire::Message,
    },
    /// Something else changed: read the conversations.
    Changed,
}

/// What the owner's socket tells.
pub struct OwnerEvents {
    socket: Socket,
}

impl fmt::Debug for OwnerEvents {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("OwnerEvents(…)")
    }
}

impl OwnerEvents {
    /// The next one; `None` when the socket has ended.
    pub async fn next(&mut self) -> Option<Pushed> {
        loop {
            match self.socket.next().await?.ok()? {
                Frame::Text(text) => return Some(read(&text)),
                Frame::Binary(_) => return Some(Pushed::Changed),
                Frame::Close(_) => return None,
                // Pings are answered by the library; what it wrote must leave.
                _ => self.socket.flush().await.ok()?,
            }
        }
    }

    /// Says goodbye.
    pub async fn close(self) {
        self.socket.close(1000).await;
    }
}

fn read(text: &str) -> Pushed {
    let Some(message) = wire::pushed(text) else {
        return Pushed::Changed;
    };
    let frame: Value = serde_json::from_str(text).unwrap_or_default();
    let places = [
        "/sessionPublicId",
        "/session/publicId",
        "/message/sessionPublicId",
        "/data/sessionPublicId",
    ];
    let session = places.into_iter().find_map(|place| frame.pointer(place)?.as_str());
    Pushed::Message {
        session: session.map(Secret::new),
        message,
    }
}
