//! Options of Bloonio's relay.

use visavis_client_core::bloonio::{Options, SessionMode};
use visavis_client_core::{Config, Error, Identity};
use wasm_bindgen::JsValue;

use super::SessionOptions;
use crate::driver::Providers;
use crate::object;

/// Reads what the page gave for the relay.
///
/// # Errors
/// [`Error::Configuration`] naming the option.
pub(super) fn read(options: &JsValue) -> Result<SessionOptions, Error> {
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
    Ok(SessionOptions {
        config,
        providers,
        #[cfg(feature = "rich")]
        viewer: None,
    })
}

fn with_secrets(bloonio: Options, options: &JsValue, providers: &Providers) -> Result<Options, Error> {
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
