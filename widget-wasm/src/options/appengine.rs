//! Options of AppEngine's gateway.

use visavis_client_core::appengine::{Dialect, Options, Page};
use visavis_client_core::{Config, Error, Guest};
use wasm_bindgen::JsValue;

use super::{SessionOptions, wrong};
use crate::driver::{Place, Providers, here};
use crate::object;

/// Reads what the page gave for the gateway.
///
/// # Errors
/// [`Error::Configuration`] naming the option.
pub(super) fn read(options: &JsValue) -> Result<SessionOptions, Error> {
    let text = |name| object::text(options, name);
    let required = |name| text(name).unwrap_or_default();
    let mut gateway = Config::appengine(required("baseUrl"), required("orgId"), required("configId")).page(page());
    if let Some(app) = text("appId") {
        gateway = gateway.app_id(app);
    }
    if let Some(key) = text("appKey") {
        gateway = gateway.app_key(key);
    }
    if let Some(namespace) = text("namespace") {
        gateway = gateway.namespace(namespace);
    }
    if let Some(dialect) = text("dialect") {
        gateway = gateway.dialect(Dialect::parse(&dialect)?);
    }
    if let Some(locale) = text("locale") {
        gateway = gateway.language(locale);
    }
    let providers = Providers {
        visitor_token: object::function(options, "token"),
        ..Providers::default()
    };
    let config = with_visitor(gateway, options, &providers)?.into();
    Ok(SessionOptions { config, providers })
}

/// A user with a token is signed in; one without is a guest whose form is filled in already.
fn with_visitor(gateway: Options, options: &JsValue, providers: &Providers) -> Result<Options, Error> {
    let token = object::text(options, "token");
    let person = user(options);
    match person {
        Some(person) if providers.visitor_token.is_some() => Ok(gateway.user_with_provider(person)),
        Some(person) => Ok(match token {
            Some(token) => gateway.user(person, token),
            None => gateway.guest(person),
        }),
        None if token.is_some() || providers.visitor_token.is_some() => Err(wrong(
            "user: missing beside the token; expected an object with email and name",
        )),
        None => Ok(gateway),
    }
}

fn user(options: &JsValue) -> Option<Guest> {
    let user = object::property(options, "user").filter(JsValue::is_object)?;
    Some(Guest {
        name: object::text(&user, "name"),
        phone: object::text(&user, "phone"),
        ..Guest::new(object::text(&user, "email").unwrap_or_default())
    })
}

fn page() -> Page {
    let Place { url, referrer, title } = here();
    Page {
        url: Some(url),
        referrer,
        title,
    }
}
