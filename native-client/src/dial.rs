//! Opens a WebSocket: resolve, connect, TLS, upgrade, each step with a limit.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_tungstenite::tungstenite::http::Uri;
use visavis_client_core::url::Url;

use crate::network::Network;
use crate::socket::Socket;
use crate::upgrade::upgrade;

/// One address may take this long, so that a dead one leaves time for the next within the machine's ten seconds.
const CONNECT_LIMIT: Duration = Duration::from_secs(4);
const RESOLVE_LIMIT: Duration = Duration::from_secs(5);
const TLS_LIMIT: Duration = Duration::from_secs(8);
const UPGRADE_LIMIT: Duration = Duration::from_secs(8);

/// Where a socket leads, taken apart once.
struct Target {
    host: String,
    port: u16,
    secure: bool,
    /// The `Host` header.
    authority: String,
    /// Path and query; the query holds a token.
    path: String,
}

/// Opens the socket, waiting for its turn among the process's dials. Errors are words for a person.
///
/// `origin` is told to the server when it is a page's: servers may check it as they would a browser's.
pub(crate) async fn dial(network: Network, url: Url, origin: Option<String>) -> Result<Socket, String> {
    let target = Target::parse(&url)?;
    let _turn = network
        .limits
        .dials
        .acquire()
        .await
        .map_err(|error| error.to_string())?;
    let origin = origin.filter(|origin| origin.starts_with("http://") || origin.starts_with("https://"));
    let mut tcp = connect(&target).await?;
    if !target.secure {
        let early = upgrade_within_limit(&mut tcp, &target, origin.as_deref()).await?;
        return Ok(Socket::plain(tcp, early).await);
    }
    // A TLS session under construction is large; plain dials do not make room for it.
    Box::pin(secure(&network, tcp, &target, origin.as_deref())).await
}

async fn secure(network: &Network, tcp: TcpStream, target: &Target, origin: Option<&str>) -> Result<Socket, String> {
    let name = ServerName::try_from(target.host.clone()).map_err(|error| error.to_string())?;
    let connector = TlsConnector::from(Arc::clone(&network.tls));
    let mut tls = within(TLS_LIMIT, "the TLS handshake", connector.connect(name, tcp)).await?;
    let early = upgrade_within_limit(&mut tls, target, origin).await?;
    Ok(Socket::tls(tls, early).await)
}

async fn upgrade_within_limit<S>(stream: &mut S, target: &Target, origin: Option<&str>) -> Result<Vec<u8>, String>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    let upgrading = upgrade(stream, &target.authority, &target.path, origin);
    within(UPGRADE_LIMIT, "the answer to the upgrade", upgrading).await
}

async fn connect(target: &Target) -> Result<TcpStream, String> {
    let resolving = tokio::net::lookup_host((target.host.as_str(), target.port));
    let addresses: Vec<SocketAddr> = within(RESOLVE_LIMIT, "the name server", resolving).await?.collect();
    let mut failure = format!("{} has no address", target.host);
    for address in addresses {
        match within(CONNECT_LIMIT, "the connection", TcpStream::connect(address)).await {
            Ok(stream) => {
                stream.set_nodelay(true).map_err(|error| error.to_string())?;
                return Ok(stream);
            }
            Err(words) => failure = words,
        }
    }
    Err(failure)
}

async fn within<T, E: std::error::Error>(
    limit: Duration,
    what: &str,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, String> {
    match tokio::time::timeout(limit, work).await {
        Ok(result) => result.map_err(|error| crate::words::cause(&error)),
        Err(_) => Err(format!("{what} took longer than {} s", limit.as_secs())),
    }
}

impl Target {
    fn parse(url: &Url) -> Result<Self, String> {
        // The parser's words are not repeated: they could quote the query.
        let uri: Uri = url.expose().parse().map_err(|_| format!("{url} is not an address"))?;
        let secure = match uri.scheme_str() {
            Some("ws") => false,
            Some("wss") => true,
            _ => return Err(format!("{url} is not the address of a WebSocket")),
        };
        let authority = uri.authority().ok_or_else(|| format!("{url} names no host"))?;
        Ok(Self {
            host: authority.host().trim_matches(['[', ']']).to_owned(),
            port: authority.port_u16().unwrap_or(if secure { 443 } else { 80 }),
            secure,
            authority: authority.as_str().to_owned(),
            path: uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn an_address_is_taken_apart() {
        let target = Target::parse(&Url::new("wss://relay.example/api/v1/ws?token=t")).unwrap();
        assert_eq!(
            (target.host.as_str(), target.port, target.secure),
            ("relay.example", 443, true)
        );
        assert_eq!(target.path, "/api/v1/ws?token=t");
        let target = Target::parse(&Url::new("ws://[::1]:8080/ws")).unwrap();
        assert_eq!((target.host.as_str(), target.port, target.secure), ("::1", 8080, false));
        assert_eq!(target.authority, "[::1]:8080");
    }

    #[test]
    fn a_wrong_address_is_told_without_its_query() {
        for address in [
            "http://relay.example/?token=secret",
            "ws://?token=secret",
            "relay?token=secret",
        ] {
            let Err(words) = Target::parse(&Url::new(address)) else {
                panic!("{address} was taken")
            };
            assert!(!words.contains("secret"), "{words}");
        }
    }
}
