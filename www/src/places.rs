//! Where the site and the back ends can be reached, and with which public names of the tenants.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use serde_json::{Value, json};
use visavis_backends::{appengine::Settings, model::Tenant};

/// What a page needs to embed the widget.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    pub(crate) site: SocketAddr,
    pub(crate) relay: SocketAddr,
    pub(crate) gateway: SocketAddr,
    pub(crate) mailoo: SocketAddr,
    pub(crate) tenant_id: String,
    pub(crate) public_key: String,
    pub(crate) org_id: String,
    pub(crate) config_id: String,
}

impl Places {
    /// The demo's tenants at these addresses.
    pub(crate) fn of_demo([site, relay, gateway, mailoo]: [SocketAddr; 4]) -> Self {
        Self {
            site,
            relay,
            gateway,
            mailoo,
            tenant_id: Tenant::DEMO_ID.to_owned(),
            public_key: Tenant::DEMO_PUBLIC_KEY.to_owned(),
            org_id: Settings::DEMO_ORG.to_owned(),
            config_id: Settings::DEMO_CONFIG.to_owned(),
        }
    }

    /// The site's address, as it is printed.
    pub(crate) fn site_url(&self) -> String {
        format!("http://{}", reachable(self.site))
    }

    /// The relay's origin for a page that was asked for under the name `host`, the `Host` header.
    ///
    /// A relay that listens everywhere is reached under the name that reached the site.
    pub(crate) fn relay_url(&self, host: Option<&str>) -> String {
        origin(self.relay, host)
    }

    /// The gateway's origin, by the same rule.
    pub(crate) fn gateway_url(&self, host: Option<&str>) -> String {
        origin(self.gateway, host)
    }

    /// The Mailoo API's origin, by the same rule.
    pub(crate) fn mailoo_url(&self, host: Option<&str>) -> String {
        origin(self.mailoo, host)
    }

    /// The `/config.json` of a page that was asked for under the name `host`.
    pub(crate) fn config(&self, host: Option<&str>) -> Value {
        json!({
            "base_url": self.relay_url(host),
            "tenant_id": self.tenant_id,
            "public_key": self.public_key,
            "appengine": {
                "base_url": self.gateway_url(host),
                "org_id": self.org_id,
                "config_id": self.config_id,
            },
        })
    }
}

fn origin(server: SocketAddr, host: Option<&str>) -> String {
    match host.and_then(host_name) {
        Some(name) if server.ip().is_unspecified() => format!("http://{name}:{}", server.port()),
        _ => format!("http://{}", reachable(server)),
    }
}

/// The same address, with this machine's own one instead of "everywhere".
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// The name without its port, if it is made of what host names and addresses are made of: it ends up in a policy and in a page.
fn host_name(host: &str) -> Option<&str> {
    let end = match (host.rfind(']'), host.rfind(':')) {
        (Some(bracket), _) => bracket + 1,
        (None, Some(colon)) => colon,
        (None, None) => host.len(),
    };
    let name = host.get(..end)?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']');
    (!name.is_empty() && name.bytes().all(plain)).then_some(name)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn places(ip: &str) -> Places {
        let at = |port| SocketAddr::new(ip.parse().unwrap(), port);
        Places::of_demo([7470, 7471, 7472, 7473].map(at))
    }

    #[test]
    fn a_relay_with_an_address_has_one_name() {
        let places = places("127.0.0.1");
        assert_eq!(places.site_url(), "http://127.0.0.1:7470");
        assert_eq!(places.relay_url(Some("localhost:7470")), "http://127.0.0.1:7471");
    }

    #[test]
    fn a_relay_that_listens_everywhere_is_reached_as_the_site_was() {
        let places = places("0.0.0.0");
        assert_eq!(places.site_url(), "http://127.0.0.1:7470");
        assert_eq!(places.relay_url(Some("192.168.1.9:7470")), "http://192.168.1.9:7471");
        assert_eq!(places.relay_url(Some("desk.local")), "http://desk.local:7471");
        assert_eq!(places.relay_url(Some("[fe80::1]:7470")), "http://[fe80::1]:7471");
        assert_eq!(places.relay_url(None), "http://127.0.0.1:7471");
        assert_eq!(places.gateway_url(Some("desk.local")), "http://desk.local:7472");
    }

    #[test]
    fn a_strange_host_header_is_not_repeated() {
        let places = places("0.0.0.0");
        for strange in ["a b", "x;script-src *", "\"><script>", "", ":7470"] {
            assert_eq!(places.relay_url(Some(strange)), "http://127.0.0.1:7471", "{strange}");
        }
    }
}
