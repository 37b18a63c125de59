//! The reference relay, on its own port: its origin is another one than the site's, as it is for a real site.

use std::net::{IpAddr, SocketAddr, UdpSocket};

use visavis_backends::{Relay, RelayHandle, Settings};

use crate::{
    listen::{CannotListen, Purpose},
    options::Options,
};

/// Starts the relay.
///
/// # Errors
/// When its port cannot be opened.
pub(crate) async fn start(options: &Options) -> Result<RelayHandle, CannotListen> {
    let address = SocketAddr::new(options.host, options.relay_port());
    let mut settings = Settings::demo().with_control(options.relay_control);
    if let Some(ip) = seen_by_others(options.host) {
        settings = settings.allow_origin(&format!("http://{}:*", url_host(ip)));
    }
    Relay::start_on(settings, address)
        .await
        .map_err(|cause| CannotListen::new(address, Purpose::Relay, cause))
}

/// The address under which other machines see this one, if they may.
pub(crate) fn seen_by_others(host: IpAddr) -> Option<IpAddr> {
    if host.is_loopback() {
        return None;
    }
    if !host.is_unspecified() {
        return Some(host);
    }
    // Connecting a datagram socket sends nothing; it only chooses the address that would be the sender's.
    let socket = UdpSocket::bind(("0.0.0.0", 0)).ok()?;
    socket.connect(("192.0.2.1", 9)).ok()?;
    socket.local_addr().ok().map(|address| address.ip())
}

pub(crate) fn url_host(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn only_this_machine_sees_a_loopback_address() {
        assert_eq!(seen_by_others("127.0.0.1".parse().unwrap()), None);
        assert_eq!(seen_by_others("::1".parse().unwrap()), None);
        let given = "192.0.2.7".parse().unwrap();
        assert_eq!(seen_by_others(given), Some(given));
    }
}
