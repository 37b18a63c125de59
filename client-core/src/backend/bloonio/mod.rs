//! Bloonio's relay: JSON frames over a WebSocket, short-lived visitor tokens by REST.
//!
//! Facts are from the vendor's public page on its widget and SDK. What that page leaves open is one constant or one function here.

pub(crate) mod frame;
mod options;
pub(crate) mod rest;

use std::time::Duration;

pub use options::{DEFAULT_APP_ORIGIN, DEFAULT_LOCALE, Options, SessionMode};

use crate::backend::{Capabilities, SessionSource};
use crate::config::{Identity, IdentitySource};
use crate::error::Error;
use crate::http::HttpRequest;
use crate::secret::Secret;
use crate::url::{BaseUrl, Url};

/// Where all calls and the socket live below the base URL.
pub(crate) const PREFIX: &str = "/api/v1";

/// Longest message in characters. The vendor names no limit; this one is ours.
pub const CONTENT_LIMIT: usize = 16_000;

/// A token whose lifetime nobody tells is taken for this long: the documented "about one hour".
pub(crate) const DEFAULT_LIFETIME: Duration = Duration::from_secs(3_600);

pub(crate) const CAPABILITIES: Capabilities = Capabilities {
    typing: true,
    identify: true,
    receipts: false,
    upload: false,
    queue: false,
    streaming: false,
    history: false,
    context: false,
};

/// The checked options.
#[derive(Clone, Debug)]
pub(crate) struct Bloonio {
    base: BaseUrl,
    options: Options,
}

impl Bloonio {
    pub(crate) fn new(options: Options) -> Result<Self, Error> {
        Ok(Self {
            base: options.validate()?,
            options,
        })
    }

    pub(crate) fn scope(&self) -> String {
        format!(
            "bloonio {} {} {}",
            self.base.as_str(),
            self.options.tenant_id,
            self.options.public_key
        )
    }

    pub(crate) fn session_source(&self) -> SessionSource {
        match &self.options.visitor_token {
            None => SessionSource::Create,
            Some(credential) => SessionSource::Token(credential.clone()),
        }
    }

    pub(crate) fn identity(&self) -> Option<IdentitySource> {
        self.options.identity.clone()
    }

    pub(crate) fn fetch_config(&self) -> HttpRequest {
        let Options {
            tenant_id,
            public_key,
            origin,
            ..
        } = &self.options;
        rest::fetch_config(&self.base, tenant_id, public_key, origin)
    }

    pub(crate) fn create_session(&self) -> HttpRequest {
        rest::create_session(&self.base, &self.options)
    }

    pub(crate) fn refresh(&self, token: &Secret) -> HttpRequest {
        rest::refresh(&self.base, token, Some(&self.options.origin))
    }

    pub(crate) fn identify(&self, token: &Secret, identity: &Identity) -> HttpRequest {
        rest::identify(&self.base, token, identity, Some(&self.options.origin))
    }

    pub(crate) fn socket_url(&self, token: &Secret) -> Url {
        socket_url(&self.base, token)
    }
}

/// The token goes into the query because a browser cannot set a header on the handshake.
pub(crate) fn socket_url(base: &BaseUrl, token: &Secret) -> Url {
    base.join_socket(&format!("{PREFIX}/ws/widget"))
        .with_query("token", token.expose())
}
