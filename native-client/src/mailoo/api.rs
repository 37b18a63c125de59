//! The calls of a site's server, or of a bot that is a visitor, with the key.

use std::fmt;

use serde_json::{Map, Value, json};
use visavis_client_core::mailoo::wire;
use visavis_client_core::{Error, Secret};

use super::call::{Caller, Credential, json as parsed};
use crate::network::Network;

/// The API of one project, opened by a key.
///
/// The key comes from the environment or as a [`Secret`]. It must never reach a browser: there, [`crate::Visitor`] with
/// [`super::Options`] talks through the site's own back end.
#[derive(Clone)]
pub struct Api {
    caller: Caller,
    project_uid: String,
}

impl fmt::Debug for Api {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Api")
            .field("project_uid", &self.project_uid)
            .finish_non_exhaustive()
    }
}

/// A message as it is sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Submission {
    /// What it says.
    pub content: String,
    /// The visitor's session; the first message has none and opens one.
    pub session: Option<Secret>,
    /// The visitor's display name, for the dashboard.
    pub sender_name: Option<String>,
    /// The visitor's address, for the dashboard.
    pub sender_email: Option<String>,
}

impl Submission {
    /// A first message.
    pub fn new(content: impl Into<String>) -> Self {
        Self {
            content: content.into(),
            ..Self::default()
        }
    }

    /// A message of a session that is open.
    #[must_use]
    pub fn session(mut self, session: Secret) -> Self {
        self.session = Some(session);
        self
    }

    /// Who the visitor is.
    #[must_use]
    pub fn sender(mut self, name: impl Into<String>, email: impl Into<String>) -> Self {
        self.sender_name = Some(name.into());
        self.sender_email = Some(email.into());
        self
    }

    fn body(&self) -> Value {
        let mut body = Map::from_iter([("content".to_owned(), json!(self.content))]);
        let session = self.session.as_ref().map(Secret::expose);
        for (name, value) in [
            ("sessionPublicId", session),
            ("senderName", self.sender_name.as_deref()),
            ("senderEmail", self.sender_email.as_deref()),
        ] {
            if let Some(value) = value {
                body.insert(name.to_owned(), json!(value));
            }
        }
        Value::Object(body)
    }
}

/// An integration that is to be created.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewIntegration {
    /// Its name in the dashboard.
    pub name: String,
    /// First line of every conversation.
    pub welcome_message: Option<String>,
    /// Origins whose pages may use it.
    pub allowed_origins: Vec<String>,
    /// The host that may use it.
    pub domain: Option<String>,
}

/// An integration that was created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Integration {
    /// Its id, which is public.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
}

impl Api {
    /// The API at `api_url` for a project.
    ///
    /// # Errors
    /// [`Error::Configuration`] when the address is none, or the system has no HTTP client.
    pub fn new(api_url: &str, key: Secret, project_uid: impl Into<String>) -> Result<Self, Error> {
        Ok(Self {
            caller: Caller::new(api_url, Credential::Key { key, origin: None })?,
            project_uid: project_uid.into(),
        })
    }

    /// The same with the key that an environment variable holds.
    ///
    /// # Errors
    /// [`Error::Configuration`] when there is no such variable or it is empty, and as [`Api::new`].
    pub fn from_env(api_url: &str, variable: &str, project_uid: impl Into<String>) -> Result<Self, Error> {
        let key = std::env::var(variable).unwrap_or_default();
        if key.trim().is_empty() {
            return Err(Error::Configuration {
                message: format!("apiKey: the environment variable {variable} is missing or empty"),
                status: None,
            });
        }
        Self::new(api_url, Secret::new(key.trim()), project_uid)
    }

    /// The site on whose behalf the calls are made; the service checks it against the integration's origins.
    #[must_use]
    pub fn origin(mut self, site: impl Into<String>) -> Self {
        if let Credential::Key { origin, .. } = &mut self.caller.credential {
            *origin = Some(site.into());
        }
        self
    }

    /// Shares HTTP connections with others of this process.
    #[must_use]
    pub fn network(mut self, network: Network) -> Self {
        self.caller.network = network;
        self
    }

    fn path<'p>(&'p self, parts: &[&'p str]) -> Vec<&'p str> {
        ["webhooks", "chat", &self.project_uid]
            .into_iter()
            .chain(parts.iter().copied())
            .collect()
    }

    /// Creates an integration. Needs the scope `webhook.chat-integration-create`.
    ///
    /// # Errors
    /// [`Error::Configuration`] for a key, scope or origin that is refused, [`Error::Session`] for what is not known, [`Error::Refused`],
    /// [`Error::Network`] when it is not known whether it was done, [`Error::Protocol`].
    pub async fn create_integration(&self, new: &NewIntegration) -> Result<Integration, Error> {
        let mut config = Map::new();
        if let Some(text) = &new.welcome_message {
            config.insert("welcomeMessage".to_owned(), json!(text));
        }
        if !new.allowed_origins.is_empty() {
            config.insert("allowedOrigins".to_owned(), json!(new.allowed_origins));
        }
        if let Some(domain) = &new.domain {
            config.insert("domain".to_owned(), json!(domain));
        }
        let url = self.caller.url(&self.path(&["integrations"]))?;
        let body = json!({ "name": new.name, "config": config });
        let made = parsed(&self.caller.post(url, &body).await?)?;
        let places = ["/integration", "/data/integration", "/data", ""];
        let made = places
            .into_iter()
            .filter_map(|place| made.pointer(place))
            .find(|made| made["id"].is_string());
        let made = made.ok_or_else(|| Error::Protocol {
            message: "no id in the answer to a new integration".to_owned(),
        })?;
        Ok(Integration {
            id: made["id"].as_str().unwrap_or_default().to_owned(),
            name: made["name"].as_str().map(str::to_owned),
        })
    }

    /// Sends a visitor's message. Needs the scope `chat.send-message`. Nothing recognises a message that is sent again: after
    /// [`Error::Network`], look into the conversation first.
    ///
    /// # Errors
    /// As [`Api::create_integration`]; [`Error::Session`] when the session is gone.
    pub async fn send(&self, integration: &str, message: &Submission) -> Result<wire::Sent, Error> {
        let url = self.caller.url(&self.path(&[integration, "messages"]))?;
        Ok(wire::sent(&self.caller.post(url, &message.body()).await?))
    }

    /// The same by the older path, which names no project.
    ///
    /// # Errors
    /// As [`Api::send`].
    pub async fn send_by_legacy_path(&self, integration: &str, message: &Submission) -> Result<wire::Sent, Error> {
        let url = self.caller.url(&["webhooks", "messages", integration])?;
        Ok(wire::sent(&self.caller.post(url, &message.body()).await?))
    }

    /// Reads a visitor's conversation, oldest message first; `since` is a moment of ISO 8601. Needs the scope `chat.send-message`.
    ///
    /// # Errors
    /// As [`Api::send`].
    pub async fn messages(
        &self,
        integration: &str,
        session: &Secret,
        since: Option<&str>,
    ) -> Result<Vec<wire::Message>, Error> {
        let mut url = self
            .caller
            .url(&self.path(&[integration, "sessions", session.expose(), "messages"]))?;
        if let Some(since) = since {
            url.query_pairs_mut().append_pair("since", since);
        }
        conversation(&self.caller.get(url).await?)
    }

    /// Whether somebody is there. Needs the scope `chat.send-message`.
    ///
    /// # Errors
    /// As [`Api::create_integration`].
    pub async fn status(&self, integration: &str) -> Result<wire::Status, Error> {
        let url = self.caller.url(&self.path(&[integration, "status"]))?;
        wire::status(&self.caller.get(url).await?).ok_or_else(|| Error::Protocol {
            message: "the service answers with something else than its status".to_owned(),
        })
    }
}

pub(super) fn conversation(body: &str) -> Result<Vec<wire::Message>, Error> {
    wire::messages(body).ok_or_else(|| Error::Protocol {
        message: "the service answers with something else than messages".to_owned(),
    })
}
