//! What the page asked for, turned into the core's configuration and into the looks of an element.

use visavis_client_core::bloonio::{self, SessionMode};
use visavis_client_core::{Config, Error, Identity};
use wasm_bindgen::JsValue;

use crate::driver::Providers;
use crate::object;

/// The session's side of the options: what makes two elements share one client, and what it begins with.
pub(crate) struct SessionOptions {
    /// For the core.
    pub(crate) config: Config,
    /// The page's functions for secrets.
    pub(crate) providers: Providers,
}

impl SessionOptions {
    /// Reads the options object of `Visavis.init`.
    ///
    /// # Errors
    /// [`Error::Configuration`] naming the option.
    pub(crate) fn read(options: &JsValue) -> Result<Self, Error> {
        let required = |name| object::text(options, name).unwrap_or_default();
        let mut bloonio = Config::bloonio(required("baseUrl"), required("tenantId"), required("publicKey"));
        if let Some(origin) = web_sys::window().and_then(|window| window.location().origin().ok()) {
            bloonio = bloonio.origin(origin);
        }
        if let Some(locale) = object::text(options, "locale") {
            bloonio = bloonio.locale(locale);
        }
        if let Some(key) = object::text(options, "routingKey") {
            bloonio = bloonio.routing_key(key);
        }
        if let Some(mode) = object::text(options, "sessionMode") {
            bloonio = bloonio.session_mode(SessionMode::parse(&mode)?);
        }
        // The loader hands metadata over as JSON text, whether the page gave an object or text.
        if let Some(metadata) = object::text(options, "metadata") {
            bloonio = bloonio.metadata_json(&metadata)?;
        }
        let providers = Providers {
            identity: object::function(options, "identity"),
            visitor_token: object::function(options, "visitorToken"),
        };
        let config = with_secrets(bloonio, options, &providers)?.into();
        Ok(Self { config, providers })
    }
}

fn with_secrets(
    bloonio: bloonio::Options,
    options: &JsValue,
    providers: &Providers,
) -> Result<bloonio::Options, Error> {
    let mut bloonio = bloonio;
    if let Some(identity) = object::text(options, "identity") {
        bloonio = bloonio.identity(Identity::parse(&identity)?);
    } else if providers.identity.is_some() {
        bloonio = bloonio.identity_provider();
    }
    if let Some(token) = object::text(options, "visitorToken") {
        bloonio = bloonio.visitor_token(token);
    } else if providers.visitor_token.is_some() {
        bloonio = bloonio.visitor_token_provider();
    }
    Ok(bloonio)
}

/// The form an element takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// A floating button that opens a panel.
    Launcher,
    /// A panel that is always there.
    Docked,
    /// Messages and composer alone.
    Thread,
}

/// The element's side of the options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Looks {
    /// The form.
    pub(crate) mode: Mode,
    /// Language of the interface, such as `en` or `fr-CA`.
    pub(crate) locale: String,
    /// The launcher's corner.
    pub(crate) corner: Corner,
}

/// Who decides on the launcher's corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Corner {
    /// The page did, and the loader has placed it.
    Chosen,
    /// The back end may.
    Open,
}

impl Looks {
    /// Reads an element's options; the loader has checked them.
    pub(crate) fn read(options: &JsValue) -> Self {
        let mode = match object::text(options, "mode").as_deref() {
            Some("docked") => Mode::Docked,
            Some("thread") => Mode::Thread,
            _ => Mode::Launcher,
        };
        let locale = object::text(options, "locale").unwrap_or_else(|| String::from("en"));
        let corner = object::text(options, "position").map_or(Corner::Open, |_| Corner::Chosen);
        Self { mode, locale, corner }
    }
}
