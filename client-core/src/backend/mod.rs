//! The back ends: each a folder that turns its wire into one normal form. Adding one is a folder and a variant here.

pub mod bloonio;
pub(crate) mod jwt;
pub(crate) mod lenient;
pub(crate) mod signal;
pub mod socketio;

use std::time::Duration;

use crate::config::{BackendOptions, Credential, Identity, IdentitySource};
use crate::error::Error;
use crate::http::{HttpRequest, HttpResponse};
use crate::ids::LocalId;
use crate::io::Typing;
use crate::message::WidgetConfig;
use crate::secret::Secret;
use crate::time::Now;
use crate::url::Url;

pub use lenient::{http_date, rfc3339};
pub(crate) use signal::{Grant, Incoming, Reply, Signal, Welcome};

/// What a back end can do. What is missing is hidden by the widget and answered with [`Error::Unsupported`] by the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Capabilities {
    /// Typing signals, both ways.
    pub typing: bool,
    /// Linking the session to a user of the site.
    pub identify: bool,
    /// The other side's "delivered" and "read", and telling ours.
    pub receipts: bool,
    /// Sending files.
    pub upload: bool,
    /// A place in a queue.
    pub queue: bool,
    /// Answers that arrive piece by piece.
    pub streaming: bool,
    /// Reading older messages on demand.
    pub history: bool,
}

/// Where a session comes from.
#[derive(Clone, Debug)]
pub(crate) enum SessionSource {
    /// Created by a call.
    Create,
    /// A ready token.
    Token(Credential),
}

/// The closed set of back ends.
#[derive(Clone, Debug)]
pub(crate) enum Backend {
    Bloonio(bloonio::Bloonio),
}

impl Backend {
    pub(crate) fn new(options: BackendOptions) -> Result<Self, Error> {
        match options {
            BackendOptions::Bloonio(options) => Ok(Self::Bloonio(bloonio::Bloonio::new(options)?)),
        }
    }

    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Bloonio(_) => "bloonio",
        }
    }

    pub(crate) const fn capabilities(&self) -> Capabilities {
        match self {
            Self::Bloonio(_) => bloonio::CAPABILITIES,
        }
    }

    /// Longest message in characters.
    pub(crate) const fn content_limit(&self) -> usize {
        match self {
            Self::Bloonio(_) => bloonio::CONTENT_LIMIT,
        }
    }

    /// How long a token is taken to be good when nobody says.
    pub(crate) const fn default_lifetime(&self) -> Duration {
        match self {
            Self::Bloonio(_) => bloonio::DEFAULT_LIFETIME,
        }
    }

    /// What tells this client's stored state from any other's.
    pub(crate) fn scope(&self) -> String {
        match self {
            Self::Bloonio(bloonio) => bloonio.scope(),
        }
    }

    pub(crate) fn session_source(&self) -> SessionSource {
        match self {
            Self::Bloonio(bloonio) => bloonio.session_source(),
        }
    }

    pub(crate) fn identity(&self) -> Option<IdentitySource> {
        match self {
            Self::Bloonio(bloonio) => bloonio.identity(),
        }
    }

    pub(crate) fn fetch_config(&self) -> HttpRequest {
        match self {
            Self::Bloonio(bloonio) => bloonio.fetch_config(),
        }
    }

    pub(crate) fn read_config(&self, response: &HttpResponse, now: Now) -> Reply<WidgetConfig> {
        match self {
            Self::Bloonio(_) => bloonio::rest::read_config(response, now.wall),
        }
    }

    pub(crate) fn create_session(&self) -> HttpRequest {
        match self {
            Self::Bloonio(bloonio) => bloonio.create_session(),
        }
    }

    pub(crate) fn refresh(&self, token: &Secret) -> HttpRequest {
        match self {
            Self::Bloonio(bloonio) => bloonio.refresh(token),
        }
    }

    pub(crate) fn read_grant(&self, response: &HttpResponse, now: Now) -> Reply<Grant> {
        match self {
            Self::Bloonio(_) => bloonio::rest::read_grant(response, now.wall),
        }
    }

    pub(crate) fn identify(&self, token: &Secret, identity: &Identity) -> HttpRequest {
        match self {
            Self::Bloonio(bloonio) => bloonio.identify(token, identity),
        }
    }

    pub(crate) fn read_identified(&self, response: &HttpResponse, now: Now) -> Reply<Option<Grant>> {
        match self {
            Self::Bloonio(_) => bloonio::rest::read_identified(response, now.wall),
        }
    }

    pub(crate) fn socket_url(&self, token: &Secret) -> Url {
        match self {
            Self::Bloonio(bloonio) => bloonio.socket_url(token),
        }
    }

    pub(crate) fn message_frame(&self, id: LocalId, text: &str) -> String {
        match self {
            Self::Bloonio(_) => bloonio::frame::message(&id.to_string(), text),
        }
    }

    pub(crate) fn typing_frame(&self, typing: Typing) -> String {
        match self {
            Self::Bloonio(_) => bloonio::frame::typing(typing),
        }
    }

    pub(crate) fn ping_frame(&self) -> String {
        match self {
            Self::Bloonio(_) => bloonio::frame::ping(),
        }
    }

    pub(crate) fn decode(&self, frame: &str) -> Signal {
        match self {
            Self::Bloonio(_) => bloonio::frame::decode(frame),
        }
    }
}
