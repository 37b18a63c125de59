//! What an AppEngine visitor is configured with.

use crate::backend::socketio::Transports;
use crate::config::Credential;
use crate::error::Error;
use crate::message::Guest;
use crate::secret::Secret;
use crate::url::BaseUrl;

/// The namespace that all newer documents name.
pub const DEFAULT_NAMESPACE: &str = "/chat";

/// Which vocabulary is written. Both are always read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Dialect {
    /// Found out from the server's greeting.
    #[default]
    Auto,
    /// The gateway's own.
    Gateway,
    /// The older web widget's.
    Seed,
}

impl Dialect {
    /// Reads `auto`, `gateway` or `seed`.
    ///
    /// # Errors
    /// [`Error::Configuration`] for any other word.
    pub fn parse(text: &str) -> Result<Self, Error> {
        match text {
            "auto" => Ok(Self::Auto),
            "gateway" => Ok(Self::Gateway),
            "seed" => Ok(Self::Seed),
            other => Err(Error::option(
                ["dialect: expected auto, gateway or seed, not '", other, "'"].concat(),
            )),
        }
    }
}

/// Where the visitor is.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Page {
    /// Address.
    pub url: Option<String>,
    /// Where the visitor came from.
    pub referrer: Option<String>,
    /// Title.
    pub title: Option<String>,
}

/// Who the visitor is before the conversation begins.
#[derive(Clone, Debug)]
pub(crate) enum Visitor {
    /// Nobody yet: the application hands a form in.
    Unknown,
    /// A form that was filled in already.
    Guest(Guest),
    /// Signed in at the site, with a token of the gateway.
    SignedIn { person: Guest, token: Credential },
    /// Sees broadcasts and says nothing.
    Viewer,
}

/// Options of an AppEngine visitor.
#[derive(Clone, Debug)]
pub struct Options {
    pub(crate) base_url: String,
    pub(crate) org_id: String,
    pub(crate) config_id: String,
    pub(crate) app_id: Option<String>,
    pub(crate) app_key: Option<Secret>,
    pub(crate) namespace: String,
    pub(crate) dialect: Dialect,
    pub(crate) transports: Transports,
    pub(crate) language: Option<String>,
    pub(crate) origin: Option<String>,
    pub(crate) page: Page,
    pub(crate) visitor: Visitor,
    pub(crate) refresh_token: Option<Secret>,
    pub(crate) chat_id: Option<String>,
}

impl Options {
    /// The three that are required.
    pub fn new(base_url: impl Into<String>, org_id: impl Into<String>, config_id: impl Into<String>) -> Self {
        Self {
            base_url: base_url.into(),
            org_id: org_id.into(),
            config_id: config_id.into(),
            app_id: None,
            app_key: None,
            namespace: DEFAULT_NAMESPACE.to_owned(),
            dialect: Dialect::Auto,
            transports: Transports::Auto,
            language: None,
            origin: None,
            page: Page::default(),
            visitor: Visitor::Unknown,
            refresh_token: None,
            chat_id: None,
        }
    }

    /// A label for the place where the chat is embedded.
    #[must_use]
    pub fn app_id(mut self, app_id: impl Into<String>) -> Self {
        self.app_id = Some(app_id.into());
        self
    }

    /// A public key that may read the settings.
    #[must_use]
    pub fn app_key(mut self, app_key: impl Into<Secret>) -> Self {
        self.app_key = Some(app_key.into());
        self
    }

    /// The Socket.IO namespace, [`DEFAULT_NAMESPACE`] when not given.
    #[must_use]
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = namespace.into();
        self
    }

    /// The vocabulary that is written.
    #[must_use]
    pub fn dialect(mut self, dialect: Dialect) -> Self {
        self.dialect = dialect;
        self
    }

    /// How packets travel: by WebSocket, and unless told otherwise by long-polling where WebSockets failed twice before they opened.
    #[must_use]
    pub fn transport(mut self, transports: Transports) -> Self {
        self.transports = transports;
        self
    }

    /// The language of the interface, such as `en`.
    #[must_use]
    pub fn language(mut self, language: impl Into<String>) -> Self {
        self.language = Some(language.into());
        self
    }

    /// The page's origin, for native clients.
    #[must_use]
    pub fn origin(mut self, origin: impl Into<String>) -> Self {
        self.origin = Some(origin.into());
        self
    }

    /// The page on which the chat begins.
    #[must_use]
    pub fn page(mut self, page: Page) -> Self {
        self.page = page;
        self
    }

    /// A visitor who has filled the form in already.
    #[must_use]
    pub fn guest(mut self, guest: Guest) -> Self {
        self.visitor = Visitor::Guest(guest);
        self
    }

    /// A visitor who is signed in at the site: no form is needed.
    #[must_use]
    pub fn user(mut self, person: Guest, token: impl Into<Secret>) -> Self {
        let token = Credential::Given(token.into());
        self.visitor = Visitor::SignedIn { person, token };
        self
    }

    /// Like [`Options::user`], with a token that the application makes when asked.
    #[must_use]
    pub fn user_with_provider(mut self, person: Guest) -> Self {
        let token = Credential::Provider;
        self.visitor = Visitor::SignedIn { person, token };
        self
    }

    /// What renews the given token.
    #[must_use]
    pub fn refresh_token(mut self, token: impl Into<Secret>) -> Self {
        self.refresh_token = Some(token.into());
        self
    }

    /// Sees broadcasts only: no form, no token, nothing can be sent.
    #[must_use]
    pub fn broadcast_only(mut self) -> Self {
        self.visitor = Visitor::Viewer;
        self
    }

    /// A conversation that the site chose.
    #[must_use]
    pub fn chat_id(mut self, chat_id: impl Into<String>) -> Self {
        self.chat_id = Some(chat_id.into());
        self
    }

    /// Checks everything that can be checked without the server.
    pub(crate) fn validate(&self) -> Result<BaseUrl, Error> {
        let base = BaseUrl::parse("baseUrl", &self.base_url)?;
        for (option, value, example) in [
            ("orgId", &self.org_id, "the organisation's id, such as acme"),
            ("configId", &self.config_id, "the id of a chat configuration"),
        ] {
            if value.trim().is_empty() {
                return Err(Error::option([option, ": missing; expected ", example].concat()));
            }
        }
        if !self.namespace.starts_with('/') || self.namespace.contains([',', '?', ' ']) {
            return Err(Error::option("namespace: expected a path such as /chat"));
        }
        match &self.visitor {
            Visitor::Guest(person) | Visitor::SignedIn { person, .. } => person.validate()?,
            Visitor::Unknown | Visitor::Viewer => {}
        }
        Ok(base)
    }
}
