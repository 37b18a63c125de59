//! Options of Mailoo's chat. It is spoken through the site's own back end; there is no option for a key.

use visavis_client_core::{Config, Error};
use wasm_bindgen::JsValue;

use super::SessionOptions;
use crate::driver::Providers;
use crate::object;

/// Reads what the page gave for Mailoo.
///
/// # Errors
/// [`Error::Configuration`] naming the option.
pub(super) fn read(options: &JsValue) -> Result<SessionOptions, Error> {
    let text = |name| object::text(options, name);
    let mut mailoo = Config::mailoo(text("bffUrl").unwrap_or_default());
    if let Some(path) = text("submitPath") {
        mailoo = mailoo.submit_path(path);
    }
    if let Some(path) = text("messagesPath") {
        mailoo = mailoo.messages_path(path);
    }
    if let Some(project) = text("projectUid") {
        mailoo = mailoo.project_uid(project);
    }
    if let Some(integration) = text("integrationId") {
        mailoo = mailoo.integration_id(integration);
    }
    if let Some(origin) = text("wsOrigin") {
        mailoo = mailoo.ws_origin(origin);
    }
    if let Some(words) = text("welcomeMessage") {
        mailoo = mailoo.welcome_message(words);
    }
    Ok(SessionOptions {
        config: mailoo.into(),
        providers: Providers::default(),
        #[cfg(feature = "rich")]
        viewer: None,
    })
}
