//! The reference Mailoo, on its own port: a service elsewhere that the site's back end calls with a key.

use std::net::SocketAddr;

use visavis_backends::{
    Mailoo,
    mailoo::{MailooHandle, Settings},
};

use crate::{
    bff,
    listen::{CannotListen, Purpose},
    options::Options,
    relay::{seen_by_others, url_host},
};

/// What visitors read first.
const WELCOME: &str = "Hello! Write to us, and we answer as soon as we can.";

/// Starts the service.
///
/// # Errors
/// When its port cannot be opened.
pub(crate) async fn start(options: &Options) -> Result<MailooHandle, CannotListen> {
    let address = SocketAddr::new(options.host, options.mailoo_port());
    let mut settings = Settings::demo().with_control(options.relay_control);
    if let Some(ip) = seen_by_others(options.host) {
        settings = settings.allow_operators_from(&format!("http://{}:*", url_host(ip)));
    }
    Mailoo::start_on(settings, address)
        .await
        .map_err(|cause| CannotListen::new(address, Purpose::Mailoo, cause))
}

/// The site's variables for the service at `origin`, unless the environment names another one.
pub(crate) fn variables(origin: &str) -> bff::Settings {
    bff::Settings::with_fallback([
        (bff::Setting::Api, origin.to_owned()),
        (bff::Setting::ApiKey, Settings::DEV_KEY.to_owned()),
        (bff::Setting::ProjectUid, Settings::DEV_PROJECT.to_owned()),
        (bff::Setting::IntegrationId, Settings::DEV_INTEGRATION.to_owned()),
        (bff::Setting::WelcomeMessage, WELCOME.to_owned()),
    ])
}
