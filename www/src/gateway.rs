//! The reference AppEngine gateway, on its own port as the relay is.

use std::net::SocketAddr;

use visavis_backends::{
    Gateway,
    appengine::{GatewayHandle, Settings},
};

use crate::{
    listen::{CannotListen, Purpose},
    options::Options,
    relay::{seen_by_others, url_host},
};

/// Starts the gateway.
///
/// # Errors
/// When its port cannot be opened.
pub(crate) async fn start(options: &Options) -> Result<GatewayHandle, CannotListen> {
    let address = SocketAddr::new(options.host, options.gateway_port());
    let mut settings = Settings::demo().with_control(options.relay_control);
    if let Some(ip) = seen_by_others(options.host) {
        settings = settings.allow_operators_from(&format!("http://{}:*", url_host(ip)));
    }
    Gateway::start_on(settings, address)
        .await
        .map_err(|cause| CannotListen::new(address, Purpose::Gateway, cause))
}
