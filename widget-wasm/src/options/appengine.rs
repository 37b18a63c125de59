//! Options of AppEngine's gateway.

use js_sys::{Function, Promise};
use visavis_client_core::appengine::{Dialect, Options, Page};
use visavis_client_core::{Config, Error, Guest};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::{SessionOptions, wrong};
use crate::driver::{Place, Providers, here};
use crate::object;

/// Reads what the page gave for the gateway.
///
/// # Errors
/// [`Error::Configuration`] naming the option.
pub(super) async fn read(options: &JsValue) -> Result<SessionOptions, Error> {
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
    let wants_broadcasts = text("broadcasts").as_deref() == Some("before-registration");
    let viewer = wants_broadcasts.then(|| gateway.clone().broadcast_only().into());
    let person = user(options).await?;
    let config = with_visitor(gateway, person, options, &providers)?.into();
    Ok(SessionOptions {
        config,
        providers,
        viewer,
    })
}

/// A user with a token is signed in; one without is a guest whose form is filled in already.
fn with_visitor(
    gateway: Options,
    person: Option<Guest>,
    options: &JsValue,
    providers: &Providers,
) -> Result<Options, Error> {
    let token = object::text(options, "token");
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

/// The user as an object or as JSON, given or made by the page's function.
async fn user(options: &JsValue) -> Result<Option<Guest>, Error> {
    let given = match object::function(options, "user") {
        Some(ask) => made(&ask)
            .await
            .map_err(|_| wrong("user: the page's function failed"))?,
        None => object::property(options, "user").unwrap_or_default(),
    };
    if given.is_null() || given.is_undefined() {
        return Ok(None);
    }
    let user = match given.as_string() {
        Some(text) => js_sys::JSON::parse(&text).unwrap_or_default(),
        None => given,
    };
    let Some(email) = object::text(&user, "email") else {
        return Err(wrong("user: expected an object with email and name"));
    };
    Ok(Some(Guest {
        name: object::text(&user, "name"),
        phone: object::text(&user, "phone"),
        ..Guest::new(email)
    }))
}

async fn made(ask: &Function) -> Result<JsValue, JsValue> {
    let returned = ask.call0(&JsValue::UNDEFINED)?;
    JsFuture::from(Promise::resolve(&returned)).await
}

fn page() -> Page {
    let Place { url, referrer, title } = here();
    Page {
        url: Some(url),
        referrer,
        title,
    }
}
