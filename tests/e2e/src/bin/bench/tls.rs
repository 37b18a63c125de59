//! TLS in front of the relay, and a client that trusts it.

use std::fmt::Write;
use std::net::SocketAddr;
use std::sync::Arc;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::client::Failure;

/// A front door with TLS.
pub(crate) struct Front {
    pub(crate) base_url: String,
    pub(crate) certificate: Vec<u8>,
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

fn words(error: impl std::fmt::Display) -> Failure {
    error.to_string()
}

impl Front {
    /// Takes TLS off what arrives and passes it on to the relay.
    pub(crate) async fn of(relay: SocketAddr) -> Result<Self, Failure> {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["localhost".to_owned()]).map_err(words)?;
        let certificate = cert.der().clone();
        let key = PrivateKeyDer::try_from(signing_key.serialize_der()).map_err(words)?;
        let settings = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(words)?
            .with_no_client_auth()
            .with_single_cert(vec![certificate.clone()], key)
            .map_err(words)?;
        let acceptor = TlsAcceptor::from(Arc::new(settings));
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(words)?;
        let port = listener.local_addr().map_err(words)?.port();
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    let mut near = acceptor.accept(near).await?;
                    let mut far = TcpStream::connect(relay).await?;
                    tokio::io::copy_bidirectional_with_sizes(&mut near, &mut far, 2_048, 2_048).await
                });
            }
        });
        Ok(Self {
            base_url: format!("https://localhost:{port}"),
            certificate: certificate.to_vec(),
        })
    }

    /// The line that tells a client's process where to go and what to trust.
    pub(crate) fn line(&self) -> String {
        let mut line = format!("{} ", self.base_url);
        for byte in &self.certificate {
            let _ = write!(line, "{byte:02x}");
        }
        line
    }
}

pub(crate) fn from_hex(text: &str) -> Result<Vec<u8>, Failure> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|digit| u8::try_from(digit.to_digit(16)?).ok())
        .collect();
    let digits = digits.ok_or("the certificate is not hexadecimal")?;
    Ok(digits.chunks_exact(2).map(|pair| (pair[0] << 4) | pair[1]).collect())
}

pub(crate) fn trusting(certificate: &[u8]) -> Result<ClientConfig, Failure> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(certificate.to_vec())).map_err(words)?;
    let versions = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions();
    Ok(versions
        .map_err(words)?
        .with_root_certificates(roots)
        .with_no_client_auth())
}
