//! Saying in one line why a port cannot be opened, and what to change.

use std::{fmt, io, net::SocketAddr};

/// A port could not be opened.
#[derive(Debug)]
pub(crate) struct CannotListen {
    address: SocketAddr,
    purpose: Purpose,
    cause: io::Error,
}

/// What a port is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The pages.
    Site,
    /// The relay.
    Relay,
    /// The gateway.
    Gateway,
    /// Mailoo's API.
    Mailoo,
}

impl Purpose {
    const fn name(self) -> &'static str {
        match self {
            Self::Site => "site",
            Self::Relay => "relay",
            Self::Gateway => "gateway",
            Self::Mailoo => "Mailoo API",
        }
    }

    const fn option(self) -> &'static str {
        match self {
            Self::Site => "--port",
            Self::Relay => "--relay-port",
            Self::Gateway => "--gateway-port",
            Self::Mailoo => "--mailoo-port",
        }
    }
}

impl fmt::Display for CannotListen {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (host, port) = (self.address.ip(), self.address.port());
        let (purpose, option) = (self.purpose.name(), self.purpose.option());
        match self.cause.kind() {
            io::ErrorKind::AddrInUse => {
                write!(
                    formatter,
                    "port {port} on {host} is already in use; choose another one for the {purpose} with {option}"
                )
            }
            io::ErrorKind::PermissionDenied => {
                write!(
                    formatter,
                    "port {port} is not open to this user; choose another one for the {purpose} with {option}"
                )
            }
            io::ErrorKind::AddrNotAvailable => {
                write!(
                    formatter,
                    "{host} is no address of this machine; choose another one with --host"
                )
            }
            _ => write!(
                formatter,
                "cannot listen on {host} port {port} for the {purpose}: {}",
                self.cause
            ),
        }
    }
}

impl std::error::Error for CannotListen {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.cause)
    }
}

impl CannotListen {
    /// `address` was refused for `purpose`.
    pub(crate) const fn new(address: SocketAddr, purpose: Purpose, cause: io::Error) -> Self {
        Self {
            address,
            purpose,
            cause,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_taken_port_is_named_with_the_option_that_changes_it() {
        let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = taken.local_addr().unwrap();
        let port = address.port();
        for (purpose, option) in [
            (Purpose::Site, "--port"),
            (Purpose::Relay, "--relay-port"),
            (Purpose::Gateway, "--gateway-port"),
        ] {
            let cause = std::net::TcpListener::bind(address).unwrap_err();
            let message = CannotListen::new(address, purpose, cause).to_string();
            assert!(
                message.contains(&format!("port {port} on 127.0.0.1 is already in use")),
                "{message}"
            );
            assert!(message.ends_with(option), "{message}");
        }
    }
}
