//! The command line.

use std::{net::IpAddr, path::PathBuf};

use clap::Parser;

/// Serves the visavis demo site, its operator console and the reference back ends from one process.
#[derive(Debug, Clone, Parser)]
#[command(name = "visavis-www", version)]
pub(crate) struct Options {
    /// Address to listen on, for the site and the back ends; 0.0.0.0 lets other machines in
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1", value_parser = address)]
    pub(crate) host: IpAddr,
    /// Port of the site; 0 takes any free one
    #[arg(long, default_value_t = 7470)]
    pub(crate) port: u16,
    /// Port of the relay [default: the site's port + 1]
    #[arg(long, value_name = "PORT")]
    pub(crate) relay_port: Option<u16>,
    /// Port of the AppEngine gateway [default: the site's port + 2]
    #[arg(long, value_name = "PORT")]
    pub(crate) gateway_port: Option<u16>,
    /// Port of the Mailoo API [default: the site's port + 3]
    #[arg(long, value_name = "PORT")]
    pub(crate) mailoo_port: Option<u16>,
    /// Folder of the built widget: visavis.js and what it loads
    #[arg(long, value_name = "DIR")]
    pub(crate) widget: Option<PathBuf>,
    /// Folder of the pages [default: the site folder of this package]
    #[arg(long, value_name = "DIR", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/site"), hide_default_value = true)]
    pub(crate) site: PathBuf,
    /// Lets anybody who reaches the back ends set faults over HTTP; for browser tests
    #[arg(long, hide = true)]
    pub(crate) relay_control: bool,
}

fn address(text: &str) -> Result<IpAddr, String> {
    match text {
        "localhost" => Ok(IpAddr::from([127, 0, 0, 1])),
        _ => text
            .parse()
            .map_err(|_| "expected an IP address such as 127.0.0.1, or localhost".to_owned()),
    }
}

impl Options {
    /// The relay's port: as given, else the one after the site's; any free one beside a site on any free one.
    pub(crate) fn relay_port(&self) -> u16 {
        self.relay_port.unwrap_or_else(|| self.beside(1))
    }

    /// The gateway's port: as given, else the second after the site's.
    pub(crate) fn gateway_port(&self) -> u16 {
        self.gateway_port.unwrap_or_else(|| self.beside(2))
    }

    /// The Mailoo API's port: as given, else the third after the site's.
    pub(crate) fn mailoo_port(&self) -> u16 {
        self.mailoo_port.unwrap_or_else(|| self.beside(3))
    }

    fn beside(&self, places: u16) -> u16 {
        match self.port {
            0 => 0,
            site => site.checked_add(places).unwrap_or(0),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn options(line: &[&str]) -> Options {
        Options::try_parse_from([&["visavis-www"], line].concat()).unwrap()
    }

    #[test]
    fn the_back_ends_stand_beside_the_site() {
        assert_eq!(options(&[]).relay_port(), 7471);
        assert_eq!(options(&["--port", "9000"]).relay_port(), 9001);
        assert_eq!(options(&["--port", "9000", "--relay-port", "80"]).relay_port(), 80);
        assert_eq!(options(&["--port", "0"]).relay_port(), 0);
        assert_eq!(options(&["--port", "65535"]).relay_port(), 0);
        assert_eq!(options(&["--port", "9000"]).gateway_port(), 9002);
        assert_eq!(options(&["--port", "9000"]).mailoo_port(), 9003);
        assert_eq!(options(&["--port", "65534"]).gateway_port(), 0);
        assert_eq!(options(&["--port", "0", "--gateway-port", "81"]).gateway_port(), 81);
    }

    #[test]
    fn hosts_are_addresses() {
        assert_eq!(options(&["--host", "localhost"]).host, IpAddr::from([127, 0, 0, 1]));
        assert!(Options::try_parse_from(["visavis-www", "--host", "shop.example"]).is_err());
    }
}
