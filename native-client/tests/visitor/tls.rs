//! The same over TLS: a proxy with a certificate of its own in front of the relay.

use std::net::SocketAddr;
use std::sync::Arc;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use visavis_backends::model::Tenant;
use visavis_native_client::{Config, ConnectionState, Network, Visitor};

use crate::support::{eventually, live, quiet_relay, soon, taken};

struct Identity {
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
}

fn identity(name: &str) -> Identity {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed([name.to_owned()]).unwrap();
    Identity {
        certificate: cert.der().clone(),
        key: PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap(),
    }
}

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// Takes TLS off what it receives and passes it on.
async fn tls_in_front_of(relay: SocketAddr, identity: &Identity) -> u16 {
    let settings = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![identity.certificate.clone()], identity.key.clone_key())
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(settings));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((near, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let mut near = acceptor.accept(near).await?;
                let mut far = TcpStream::connect(relay).await?;
                tokio::io::copy_bidirectional(&mut near, &mut far).await
            });
        }
    });
    port
}

fn trusting(identity: &Identity) -> Network {
    let mut roots = RootCertStore::empty();
    roots.add(identity.certificate.clone()).unwrap();
    let tls = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    Network::with_tls(tls).unwrap()
}

fn options(port: u16) -> Config {
    Config::bloonio(
        format!("https://localhost:{port}"),
        Tenant::DEMO_ID,
        Tenant::DEMO_PUBLIC_KEY,
    )
    .into()
}

#[tokio::test]
async fn a_visitor_talks_over_tls() {
    let relay = quiet_relay().await;
    let identity = identity("localhost");
    let port = tls_in_front_of(relay.addr(), &identity).await;
    let visitor = Visitor::builder(options(port))
        .network(trusting(&identity))
        .connect()
        .await
        .unwrap();
    live(&visitor).await;
    for text in ["one", "two"] {
        let handle = visitor.send(text).await.unwrap();
        soon("the acknowledgement", handle.acknowledged()).await.unwrap();
    }
    assert_eq!(taken(&relay, &visitor.session_id().unwrap()), ["one", "two"]);
    visitor.close().await;
    eventually("the socket to close", || relay.counts().sockets_open == 0).await;
}

#[tokio::test]
async fn an_unknown_certificate_and_a_wrong_name_are_refused() {
    let relay = quiet_relay().await;
    let (good, other_name) = (identity("localhost"), identity("elsewhere.example"));
    let refused = [
        (tls_in_front_of(relay.addr(), &good).await, Network::new().unwrap()),
        (tls_in_front_of(relay.addr(), &other_name).await, trusting(&other_name)),
    ];
    for (port, network) in refused {
        let visitor = Visitor::builder(options(port))
            .network(network)
            .connect()
            .await
            .unwrap();
        let status = soon(
            "the refusal",
            visitor.connection_until(|status| status.state == ConnectionState::Backoff),
        )
        .await;
        let reason = status.reason.unwrap();
        assert!(reason.contains("certificate"), "{reason}");
        visitor.close().await;
    }
    assert_eq!(relay.counts().creates, 0);
}
