//! What a client is made from: a back end's options and the machine's tuning, each default with its reason.

use std::time::Duration;

#[cfg(feature = "appengine")]
use crate::backend::appengine;
#[cfg(feature = "bloonio")]
use crate::backend::bloonio;
#[cfg(feature = "mailoo")]
use crate::backend::mailoo;
use crate::error::Error;
use crate::secret::Secret;

/// Everything that [`crate::Client::new`] needs to know.
#[derive(Clone, Debug)]
pub struct Config {
    /// Which back end, with its own options.
    pub backend: BackendOptions,
    /// Whether the machine asks for storage.
    pub persistence: Persistence,
    /// What the queue does after the server refused a message for good.
    pub after_refusal: AfterRefusal,
    /// Times and limits.
    pub tuning: Tuning,
}

/// The back ends and their options.
#[derive(Clone, Debug)]
#[non_exhaustive]
#[allow(
    clippy::large_enum_variant,
    reason = "a client has one back end, so no room is wasted"
)]
pub enum BackendOptions {
    /// Bloonio's relay.
    #[cfg(feature = "bloonio")]
    Bloonio(bloonio::Options),
    /// AppEngine's gateway.
    #[cfg(feature = "appengine")]
    AppEngine(Box<appengine::Options>),
    /// Mailoo, through the site's own back end.
    #[cfg(feature = "mailoo")]
    Mailoo(mailoo::Options),
    /// Mailoo itself, with its key.
    #[cfg(feature = "mailoo-direct")]
    MailooDirect(mailoo::DirectOptions),
}

impl BackendOptions {
    /// The origin that the server is told, when this back end has one: a native client names a page's at the socket's upgrade, too.
    pub fn origin(&self) -> Option<&str> {
        match self {
            #[cfg(feature = "bloonio")]
            Self::Bloonio(options) => Some(&options.origin),
            #[cfg(feature = "appengine")]
            Self::AppEngine(options) => options.origin.as_deref(),
            #[cfg(feature = "mailoo")]
            Self::Mailoo(options) => options.origin.as_deref(),
            #[cfg(feature = "mailoo-direct")]
            Self::MailooDirect(options) => options.origin.as_deref(),
        }
    }
}

impl Config {
    /// Options for AppEngine's gateway, with the three that are required.
    #[cfg(feature = "appengine")]
    pub fn appengine(
        base_url: impl Into<String>,
        org_id: impl Into<String>,
        config_id: impl Into<String>,
    ) -> appengine::Options {
        appengine::Options::new(base_url, org_id, config_id)
    }

    /// Options for Bloonio's relay, with the three that are required.
    #[cfg(feature = "bloonio")]
    pub fn bloonio(
        base_url: impl Into<String>,
        tenant_id: impl Into<String>,
        public_key: impl Into<String>,
    ) -> bloonio::Options {
        bloonio::Options::new(base_url, tenant_id, public_key)
    }

    /// Options for Mailoo through the site's own back end, with its address.
    #[cfg(feature = "mailoo")]
    pub fn mailoo(bff_url: impl Into<String>) -> mailoo::Options {
        mailoo::Options::new(bff_url)
    }

    /// Options for Mailoo itself, with the address of its service, its key and the integration's two ids: for native clients alone, since
    /// no page may hold a key. See [`Config::mailoo`] for everybody else.
    ///
    /// ```
    /// use visavis_client_core::{Config, Secret};
    ///
    /// # fn key() -> Secret { Secret::new("sk_…") }
    /// // The key comes from the environment or a vault, never from the source.
    /// let options = Config::mailoo_direct("https://api.mailoo.app", key(), "mailoo-website", "mailoo_dev_chat_integration")
    ///     .origin("https://site.example")
    ///     .sender_name("Camille")
    ///     .sender_email("camille@shop.example");
    /// let config = Config::from(options);
    /// assert_eq!(config.backend.origin(), Some("https://site.example"));
    /// ```
    #[cfg(feature = "mailoo-direct")]
    pub fn mailoo_direct(
        api_url: impl Into<String>,
        key: impl Into<Secret>,
        project_uid: impl Into<String>,
        integration_id: impl Into<String>,
    ) -> mailoo::DirectOptions {
        mailoo::DirectOptions::new(api_url, key, project_uid, integration_id)
    }

    /// A configuration for a back end, with the defaults for everything else.
    pub fn new(backend: BackendOptions) -> Self {
        Self {
            backend,
            persistence: Persistence::Durable,
            after_refusal: AfterRefusal::Stop,
            tuning: Tuning::default(),
        }
    }

    /// Without a store: nothing is written, a message is safe once it is in memory.
    #[must_use]
    pub fn volatile(mut self) -> Self {
        self.persistence = Persistence::Volatile;
        self
    }

    /// Goes on with the next message when the server refused one for good.
    #[must_use]
    pub fn skip_refused(mut self) -> Self {
        self.after_refusal = AfterRefusal::Skip;
        self
    }

    /// Other times and limits.
    #[must_use]
    pub fn tuning(mut self, tuning: Tuning) -> Self {
        self.tuning = tuning;
        self
    }
}

#[cfg(feature = "appengine")]
impl From<appengine::Options> for Config {
    fn from(options: appengine::Options) -> Self {
        Self::new(BackendOptions::AppEngine(Box::new(options)))
    }
}

#[cfg(feature = "mailoo")]
impl From<mailoo::Options> for Config {
    fn from(options: mailoo::Options) -> Self {
        Self::new(BackendOptions::Mailoo(options))
    }
}

#[cfg(feature = "mailoo-direct")]
impl From<mailoo::DirectOptions> for Config {
    fn from(options: mailoo::DirectOptions) -> Self {
        Self::new(BackendOptions::MailooDirect(options))
    }
}

#[cfg(feature = "bloonio")]
impl From<bloonio::Options> for Config {
    fn from(options: bloonio::Options) -> Self {
        Self::new(BackendOptions::Bloonio(options))
    }
}

/// Whether there is a store behind the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Persistence {
    /// Writes are asked for and awaited before a message counts as safe.
    Durable,
    /// There is none; no snapshot is ever made.
    Volatile,
}

/// What the queue does after the server refused a message for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AfterRefusal {
    /// It waits until the visitor retries or deletes the message: what follows may make no sense without it.
    Stop,
    /// It goes on.
    Skip,
}

/// A secret that is known, or made by the application when asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// Known.
    Given(Secret),
    /// Asked for with [`crate::Output::Provide`] whenever a fresh one is needed.
    Provider,
}

/// A user of the site with the signature that the site's own server made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The site's id of the user.
    pub user_id: String,
    /// `hex(hmac_sha256(tenant_secret, user_id))`, made on the site's server. The secret itself never comes here.
    pub signature: Secret,
}

impl Identity {
    /// Splits `userId:signature` at the last colon: the signature is hexadecimal, an id may hold colons.
    ///
    /// # Errors
    /// [`Error::Configuration`] when one of the two is missing or the signature is not hexadecimal.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let split = text.trim().rsplit_once(':');
        let Some((user_id, signature)) = split.filter(|(user, signature)| !user.is_empty() && !signature.is_empty())
        else {
            return Err(Error::option(
                "identity: expected userId:signature, both made by your server",
            ));
        };
        if !signature.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(Error::option(
                "identity: the part after the last colon is not a hexadecimal signature",
            ));
        }
        Ok(Self {
            user_id: user_id.to_owned(),
            signature: Secret::new(signature),
        })
    }
}

/// Who the visitor is to the site, when it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdentitySource {
    /// Known now.
    Given(Identity),
    /// Asked from the application once there is a session.
    Provider,
}

/// Times and limits of the machine. The defaults suit websites; tests make them shorter or wider.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Tuning {
    /// An HTTP call must end within this time. 10 s: a slow mobile line, not a dead one.
    pub request_timeout: Duration,
    /// From opening the socket to the back end's greeting. 10 s.
    pub welcome_timeout: Duration,
    /// A ping goes out this long after the last greeting or pong. 25 s: under the usual 30 s of proxies.
    pub ping_interval: Duration,
    /// Silence after a ping that means the line is dead. 10 s, so that a half-open line is found within 35 s.
    pub pong_timeout: Duration,
    /// The same when the line is already doubted (wake, network change, missing acknowledgement). 5 s.
    pub probe_timeout: Duration,
    /// No acknowledgement for this long on a live line raises doubt; twice as long renews the line. 10 s.
    pub ack_timeout: Duration,
    /// A connection that lasted this long, or brought an acknowledgement, forgets earlier failures. 10 s: stops connect/close loops.
    pub stable_after: Duration,
    /// Without a live connection for this long the visitor is told that messages wait. 2 min.
    pub suspend_after: Duration,
    /// A hidden page gives up dialling after this long. 60 s.
    pub hidden_pause: Duration,
    /// While the system claims to be offline, one attempt in this time all the same. 60 s: the claim can be wrong.
    pub offline_poll: Duration,
    /// Queued messages at most. 100.
    pub queue_messages: usize,
    /// Queued bytes of text at most. 256 KiB.
    pub queue_bytes: usize,
    /// Messages in flight at most. 1: more would break order at the first refusal that is retried.
    pub window: usize,
    /// A message that was never sent asks the visitor after this long. 24 h.
    pub expire_after: Duration,
    /// How long a server is trusted to recognise a message that is sent again. 2 min, as no back end says.
    pub dedupe_window: Duration,
    /// Renewals of token or session in any minute at most; further ones wait like a failed attempt. 3.
    pub renewals_per_minute: usize,
    /// Messages kept in memory at most. 1,000.
    pub log_messages: usize,
    /// Messages kept in the store at most. 200.
    pub stored_messages: usize,
    /// Ids of messages remembered beyond the log, so that a replay is not shown twice. 1,000.
    pub remembered_ids: usize,
    /// While the visitor types, the signal is repeated this often. 4 s.
    pub typing_repeat: Duration,
    /// Without a key for this long the visitor has stopped typing. 5 s.
    pub typing_idle: Duration,
    /// The other side's typing ends by itself after this long. 8 s.
    pub typing_clear: Duration,
    /// Two typing signals are at least this far apart, stops excepted. 3 s.
    pub typing_interval: Duration,
    /// Above this many unwritten bytes no further frame is given to the socket. 64 KiB.
    pub buffer_high: u32,
    /// Below this many unwritten bytes frames are given again. 16 KiB.
    pub buffer_low: u32,
}

impl Default for Tuning {
    fn default() -> Self {
        Self {
            request_timeout: Duration::from_secs(10),
            welcome_timeout: Duration::from_secs(10),
            ping_interval: Duration::from_secs(25),
            pong_timeout: Duration::from_secs(10),
            probe_timeout: Duration::from_secs(5),
            ack_timeout: Duration::from_secs(10),
            stable_after: Duration::from_secs(10),
            suspend_after: Duration::from_secs(120),
            hidden_pause: Duration::from_secs(60),
            offline_poll: Duration::from_secs(60),
            queue_messages: 100,
            queue_bytes: 256 * 1024,
            window: 1,
            expire_after: Duration::from_secs(24 * 3600),
            dedupe_window: Duration::from_secs(120),
            renewals_per_minute: 3,
            log_messages: 1_000,
            stored_messages: 200,
            remembered_ids: 1_000,
            typing_repeat: Duration::from_secs(4),
            typing_idle: Duration::from_secs(5),
            typing_clear: Duration::from_secs(8),
            typing_interval: Duration::from_secs(3),
            buffer_high: 64 * 1024,
            buffer_low: 16 * 1024,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_is_split_at_the_last_colon() {
        let identity = Identity::parse("urn:user:42:9f86d0").unwrap();
        assert_eq!(identity.user_id, "urn:user:42");
        assert_eq!(identity.signature.expose(), "9f86d0");
    }

    #[test]
    fn half_an_identity_is_refused() {
        for text in ["", "u_42", "u_42:", ":9f86", "u_42:not hex"] {
            assert!(Identity::parse(text).is_err(), "{text}");
        }
    }
}
