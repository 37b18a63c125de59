//! What many visitors share: one HTTP client, one TLS configuration, and how much may happen at once.

use std::sync::Arc;
use std::time::Duration;

use rustls::{ClientConfig, RootCertStore};
use tokio::sync::Semaphore;
use visavis_client_core::Error;

/// HTTP connections and TLS settings for one visitor or for thousands. Clones share them.
///
/// Give the same one to every visitor of a process: a second HTTP client costs more than ten visitors. It belongs to the runtime
/// in which it is first used. Proxies are not used, and redirects are not followed: a chat server answers itself.
#[derive(Clone)]
pub struct Network {
    pub(crate) http: reqwest::Client,
    pub(crate) tls: Arc<ClientConfig>,
    pub(crate) limits: Arc<Limits>,
}

/// Keeps ten thousand visitors that start together from opening ten thousand HTTP connections at once.
pub(crate) struct Limits {
    pub(crate) http: Semaphore,
    pub(crate) dials: Semaphore,
}

/// HTTP calls in flight. Enough to keep a server busy, few enough to leave the descriptors to the sockets.
const HTTP_AT_ONCE: usize = 64;

/// Sockets being opened. Below the listen backlog of ordinary servers, so that no handshake has to be repeated.
const DIALS_AT_ONCE: usize = 256;

/// Idle HTTP connections kept for a host. A visitor needs one for two calls, then none for most of an hour.
const IDLE_HTTP: usize = 8;

const IDLE_HTTP_TIME: Duration = Duration::from_secs(15);

/// A dead route is given up after this long, well before the machine's own limit of ten seconds for the whole call.
const CONNECT_LIMIT: Duration = Duration::from_secs(8);

impl Network {
    /// Trusts the certificate authorities that browsers trust.
    ///
    /// # Errors
    /// [`Error::Configuration`] when the system cannot provide an HTTP client.
    pub fn new() -> Result<Self, Error> {
        let roots = RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| unavailable(&error))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Self::with_tls(tls)
    }

    /// Trusts what `tls` says: for a company's own certificate authority, or for tests.
    ///
    /// # Errors
    /// [`Error::Configuration`] when the system cannot provide an HTTP client.
    pub fn with_tls(tls: ClientConfig) -> Result<Self, Error> {
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls.clone())
            .user_agent(USER_AGENT)
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .connect_timeout(CONNECT_LIMIT)
            .pool_max_idle_per_host(IDLE_HTTP)
            .pool_idle_timeout(IDLE_HTTP_TIME)
            .build()
            .map_err(|error| unavailable(&error))?;
        Ok(Self {
            http,
            tls: Arc::new(tls),
            limits: Arc::new(Limits {
                http: Semaphore::new(HTTP_AT_ONCE),
                dials: Semaphore::new(DIALS_AT_ONCE),
            }),
        })
    }
}

/// How this client names itself to servers.
pub(crate) const USER_AGENT: &str = concat!("visavis/", env!("CARGO_PKG_VERSION"));

fn unavailable(error: &dyn std::error::Error) -> Error {
    Error::Configuration {
        message: format!("network: no HTTP client can be made here ({error})"),
        status: None,
    }
}

impl std::fmt::Debug for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Network").finish_non_exhaustive()
    }
}
