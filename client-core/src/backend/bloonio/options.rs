//! What a Bloonio visitor is configured with.

use serde_json::{Map, Value};

use crate::backend::lenient;
use crate::config::{Credential, Identity, IdentitySource};
use crate::error::Error;
use crate::json;
use crate::secret::Secret;
use crate::url::BaseUrl;

/// The app origin that a native client names when none is given. The tenant must allow it.
pub const DEFAULT_APP_ORIGIN: &str = "app://visavis";

/// Bloonio's documented default language.
pub const DEFAULT_LOCALE: &str = "fr";

/// Who answers first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SessionMode {
    /// The bot, until it hands over.
    Bot,
    /// A person; the bot never speaks.
    Human,
}

impl SessionMode {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bot => "bot",
            Self::Human => "human",
        }
    }

    /// Reads `bot` or `human`.
    ///
    /// # Errors
    /// [`Error::Configuration`] for any other word.
    pub fn parse(text: &str) -> Result<Self, Error> {
        match text {
            "bot" => Ok(Self::Bot),
            "human" => Ok(Self::Human),
            other => Err(Error::option(format!(
                "sessionMode: expected bot or human, not '{other}'"
            ))),
        }
    }
}

/// Options of a Bloonio visitor.
#[derive(Clone, Debug)]
pub struct Options {
    pub(crate) base_url: String,
    pub(crate) tenant_id: String,
    pub(crate) public_key: String,
    pub(crate) origin: String,
    pub(crate) locale: String,
    /// A JSON object as text.
    pub(crate) metadata: Option<String>,
    pub(crate) routing_key: Option<String>,
    pub(crate) mode: Option<SessionMode>,
    pub(crate) identity: Option<IdentitySource>,
    pub(crate) visitor_token: Option<Credential>,
}

impl Options {
    /// The three that are required; [`DEFAULT_APP_ORIGIN`] as origin, [`DEFAULT_LOCALE`] as language.
    pub fn new(base_url: impl Into<String>, tenant_id: impl Into<String>, public_key: impl Into<String>) -> Self {
        Self {
            base_url: base_url.into(),
            tenant_id: tenant_id.into(),
            public_key: public_key.into(),
            origin: DEFAULT_APP_ORIGIN.to_owned(),
            locale: DEFAULT_LOCALE.to_owned(),
            metadata: None,
            routing_key: None,
            mode: None,
            identity: None,
            visitor_token: None,
        }
    }

    /// The page's origin, or an app origin such as `app://my_bot`. The tenant must allow it.
    #[must_use]
    pub fn origin(mut self, origin: impl Into<String>) -> Self {
        self.origin = origin.into();
        self
    }

    /// The language of the session, such as `en`.
    #[must_use]
    pub fn locale(mut self, locale: impl Into<String>) -> Self {
        self.locale = locale.into();
        self
    }

    /// Free-form context for whoever answers.
    #[must_use]
    pub fn metadata(mut self, metadata: Map<String, Value>) -> Self {
        self.metadata = Some(Value::Object(metadata).to_string());
        self
    }

    /// The same as the text of a JSON object, for callers that have it so.
    ///
    /// # Errors
    /// [`Error::Configuration`] when the text is not that.
    pub fn metadata_json(mut self, text: &str) -> Result<Self, Error> {
        match json::parse(text) {
            Ok(json::Value::Object(_)) => {
                self.metadata = Some(text.to_owned());
                Ok(self)
            }
            _ => Err(Error::option(
                "metadata: expected a JSON object such as {\"plan\":\"pro\"}",
            )),
        }
    }

    /// The queue that the conversation goes to, such as a store's id.
    #[must_use]
    pub fn routing_key(mut self, key: impl Into<String>) -> Self {
        self.routing_key = Some(key.into());
        self
    }

    /// Who answers first.
    #[must_use]
    pub fn session_mode(mut self, mode: SessionMode) -> Self {
        self.mode = Some(mode);
        self
    }

    /// Links the session to this user of the site.
    #[must_use]
    pub fn identity(mut self, identity: Identity) -> Self {
        self.identity = Some(IdentitySource::Given(identity));
        self
    }

    /// Links the session to a user whom the application names when asked.
    #[must_use]
    pub fn identity_provider(mut self) -> Self {
        self.identity = Some(IdentitySource::Provider);
        self
    }

    /// A ready token, minted by the site's server: no session is created.
    #[must_use]
    pub fn visitor_token(mut self, token: impl Into<Secret>) -> Self {
        self.visitor_token = Some(Credential::Given(token.into()));
        self
    }

    /// Like [`Options::visitor_token`], asked from the application whenever a fresh one is needed.
    #[must_use]
    pub fn visitor_token_provider(mut self) -> Self {
        self.visitor_token = Some(Credential::Provider);
        self
    }

    /// Checks everything that can be checked without the server.
    pub(crate) fn validate(&self) -> Result<BaseUrl, Error> {
        let base = BaseUrl::parse("baseUrl", &self.base_url)?;
        for (option, value, example) in [
            (
                "tenantId",
                &self.tenant_id,
                "the tenant's id, such as 019e4ae7-1a2b-7c3d-8e4f-5a6b7c8d9e0f",
            ),
            ("publicKey", &self.public_key, "the widget's public key, pk_…"),
            (
                "origin",
                &self.origin,
                "a page's origin such as https://site.example, or app://my_bot",
            ),
            ("locale", &self.locale, "a language such as en"),
        ] {
            if value.trim().is_empty() {
                return Err(Error::option(format!("{option}: missing; expected {example}")));
            }
        }
        if self.public_key.starts_with("sk_") {
            return Err(Error::option(
                "publicKey: this is the tenant's secret (sk_…), which must stay on your server; use pk_…",
            ));
        }
        if let Some(Credential::Given(token)) = &self.visitor_token
            && !lenient::looks_like_jwt(token.expose())
        {
            return Err(Error::option("visitorToken: not a token of three dot-separated parts"));
        }
        Ok(base)
    }
}
