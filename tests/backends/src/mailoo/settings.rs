//! What a service is started with.

use serde::{Deserialize, Serialize};

use super::model::Integration;
use crate::model::origin::OriginRule;

/// What a restricted key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// `webhook.chat-integration-create`
    CreateIntegration,
    /// `chat.send-message`: send, list, status.
    SendMessage,
}

/// How far a key reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// Everything.
    Full,
    /// These scopes alone.
    Restricted(Vec<Scope>),
}

/// A key of a project.
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    pub(crate) project_uid: String,
    pub(crate) value: String,
    pub(crate) access: Access,
}

impl std::fmt::Debug for Key {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Key({}, {:?})", self.project_uid, self.access)
    }
}

impl Key {
    /// A key with everything it opens.
    #[must_use]
    pub fn new(project_uid: &str, value: &str, access: Access) -> Self {
        Self {
            project_uid: project_uid.to_owned(),
            value: value.to_owned(),
            access,
        }
    }

    pub(crate) fn allows(&self, scope: Scope) -> bool {
        match &self.access {
            Access::Full => true,
            Access::Restricted(scopes) => scopes.contains(&scope),
        }
    }
}

/// The shape of what is pushed on visitors' sockets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PushShape {
    /// `{"type":"message","message":{…}}`
    #[default]
    Nested,
    /// `{"type":"message","id":…,"content":…}`
    Flat,
    /// `{"event":"new_message","data":{…}}`
    Data,
    /// `{"type":"session.updated"}`: only that something changed.
    Unknown,
}

/// How a [`Mailoo`](super::Mailoo) behaves; the default is the demo's.
#[derive(Debug, Clone)]
pub struct Settings {
    pub(crate) keys: Vec<Key>,
    pub(crate) integrations: Vec<Integration>,
    pub(crate) owner_secret: String,
    pub(crate) bypass: Option<String>,
    pub(crate) shape: PushShape,
    pub(crate) seeded: bool,
    pub(crate) site: Option<Binding>,
    pub(crate) seed: Option<u64>,
    pub(crate) control: bool,
    pub(crate) operator_origins: Vec<OriginRule>,
}

/// Whether the site in front binds a session to the browser that opened it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Binding {
    Loose,
    Cookie,
}

impl Default for Settings {
    fn default() -> Self {
        Self::demo()
    }
}

impl Settings {
    /// The project of the development seed.
    pub const DEV_PROJECT: &'static str = "mailoo-website";
    /// The integration of the development seed.
    pub const DEV_INTEGRATION: &'static str = "mailoo_dev_chat_integration";
    /// The full key of the development seed.
    pub const DEV_KEY: &'static str = "mailoo_dev_key";
    /// What an owner may come with in place of a token.
    pub const DEV_BYPASS: &'static str = "mailoo_dev_owner";

    /// The demo: the development seed, an owner's bypass token, messages pushed nested, no control surface.
    #[must_use]
    pub fn demo() -> Self {
        Self {
            keys: Vec::new(),
            integrations: Vec::new(),
            owner_secret: "mailoo owner secret".to_owned(),
            bypass: Some(Self::DEV_BYPASS.to_owned()),
            shape: PushShape::default(),
            seeded: true,
            site: None,
            seed: None,
            control: false,
            operator_origins: ["http://127.0.0.1:*", "http://localhost:*"]
                .map(OriginRule::parse)
                .into(),
        }
    }

    /// For tests: as the demo, with a site in front, and the same ids every time.
    #[must_use]
    pub fn test() -> Self {
        Self::demo().site().seed(1)
    }

    /// Without the development seed.
    #[must_use]
    pub fn unseeded(mut self) -> Self {
        self.seeded = false;
        self
    }

    /// Adds a key.
    #[must_use]
    pub fn key(mut self, key: Key) -> Self {
        self.keys.push(key);
        self
    }

    /// Adds an integration.
    #[must_use]
    pub fn integration(mut self, integration: Integration) -> Self {
        self.integrations.push(integration);
        self
    }

    /// What pushed frames look like.
    #[must_use]
    pub fn push_shape(mut self, shape: PushShape) -> Self {
        self.shape = shape;
        self
    }

    /// No token but a signed one opens the owner's side.
    #[must_use]
    pub fn without_bypass(mut self) -> Self {
        self.bypass = None;
        self
    }

    /// Serves a site's own back end, too, which calls this API for the browser with the development key.
    #[must_use]
    pub fn site(mut self) -> Self {
        self.site = Some(Binding::Loose);
        self
    }

    /// The same, and a session is known only to the browser that opened it.
    #[must_use]
    pub fn site_with_cookies(mut self) -> Self {
        self.site = Some(Binding::Cookie);
        self
    }

    /// Lets pages of `origin` (`https://desk.example`, `http://192.0.2.1:*`) act as operators, beside those of this machine.
    #[must_use]
    pub fn allow_operators_from(mut self, origin: &str) -> Self {
        self.operator_origins.push(OriginRule::parse(origin));
        self
    }

    /// Makes ids a function of `seed`; without it they differ at every start.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Whether the faults can be set over HTTP under `/control/`; never on anything that others can reach.
    #[must_use]
    pub fn with_control(mut self, control: bool) -> Self {
        self.control = control;
        self
    }
}
