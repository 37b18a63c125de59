//! A customer of the relay: its keys and its allowed origins.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Map, Value, json};
use sha2::Sha256;

use super::{hex, origin::OriginRule};

/// The key that only the tenant's own server and the relay know; never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct TenantSecret(String);

impl TenantSecret {
    /// Wraps `secret`, usually `sk_…`.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// A keyed hash over `parts`, one after the other.
    pub(crate) fn mac(&self, parts: &[&[u8]]) -> Hmac<Sha256> {
        let mut mac = new_mac(self.0.as_bytes());
        for part in parts {
            mac.update(part);
        }
        mac
    }

    /// What the tenant's server hands to its logged-in user: `hex(hmac_sha256(secret, user_id))`.
    #[must_use]
    pub fn sign_user(&self, user_id: &str) -> String {
        hex::encode(&self.mac(&[user_id.as_bytes()]).finalize().into_bytes())
    }

    /// Whether `signature` is what [`sign_user`](Self::sign_user) gives for `user_id`, compared in constant time.
    #[must_use]
    pub fn verifies_user(&self, user_id: &str, signature: &str) -> bool {
        hex::decode(signature).is_some_and(|bytes| self.mac(&[user_id.as_bytes()]).verify_slice(&bytes).is_ok())
    }
}

impl fmt::Debug for TenantSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("TenantSecret(…)")
    }
}

pub(crate) fn new_mac(key: &[u8]) -> Hmac<Sha256> {
    match Hmac::<Sha256>::new_from_slice(key) {
        Ok(mac) => mac,
        Err(_) => unreachable!("HMAC takes a key of any length"),
    }
}

/// A tenant as the relay knows it.
#[derive(Debug, Clone)]
pub struct Tenant {
    /// Opaque id, a UUID in the chat documents.
    pub tenant_id: String,
    /// Public key of the widget, `pk_…`.
    pub widget_public_key: String,
    /// Server-side key, `sk_…`.
    pub secret: TenantSecret,
    /// Name shown to visitors.
    pub name: String,
    /// Origins that may open sessions.
    pub allowed_origins: Vec<OriginRule>,
    /// Further fields of the widget configuration, for example `welcome_message`.
    pub extras: Map<String, Value>,
}

/// Why a visitor's credentials were not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CredentialError {
    /// The public key is not this tenant's.
    WrongKey,
    /// The origin is not in the tenant's list.
    RefusedOrigin,
}

impl Tenant {
    /// Id of the demo tenant.
    pub const DEMO_ID: &'static str = "019e4ae7-1a2b-7c3d-8e4f-5a6b7c8d9e0f";
    /// Public key of the demo tenant.
    pub const DEMO_PUBLIC_KEY: &'static str = "pk_demo_7f3a";
    /// Secret of the demo tenant; it protects nothing, the demo's data lives in memory.
    pub const DEMO_SECRET: &'static str = "sk_demo_keep_me_on_the_server";

    /// The tenant of the demo: any port of this machine, and the native client's `app://visavis`.
    #[must_use]
    pub fn demo() -> Self {
        Self {
            tenant_id: Self::DEMO_ID.to_owned(),
            widget_public_key: Self::DEMO_PUBLIC_KEY.to_owned(),
            secret: TenantSecret::new(Self::DEMO_SECRET),
            name: "Demo Boutique".to_owned(),
            allowed_origins: ["http://127.0.0.1:*", "http://localhost:*", "app://visavis"]
                .map(OriginRule::parse)
                .to_vec(),
            extras: Map::new(),
        }
    }

    /// Whether a page or app at `origin` may open sessions.
    #[must_use]
    pub fn allows(&self, origin: &str) -> bool {
        self.allowed_origins.iter().any(|rule| rule.allows(origin))
    }

    /// Checks the public key first, then the origin.
    ///
    /// # Errors
    /// What was wrong.
    pub fn check(&self, widget_public_key: &str, origin: &str) -> Result<(), CredentialError> {
        if self.widget_public_key != widget_public_key {
            return Err(CredentialError::WrongKey);
        }
        if !self.allows(origin) {
            return Err(CredentialError::RefusedOrigin);
        }
        Ok(())
    }

    /// The widget configuration as sent to visitors.
    #[must_use]
    pub fn widget_config(&self, presence: Presence) -> Value {
        let mut config = self.extras.clone();
        config.insert("tenant_id".to_owned(), json!(self.tenant_id));
        config.insert("tenant_name".to_owned(), json!(self.name));
        config.insert("is_online".to_owned(), json!(presence == Presence::Online));
        Value::Object(config)
    }
}

/// Whether the tenant's people are there, as `is_online` tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Presence {
    /// Somebody is there.
    #[default]
    Online,
    /// Nobody is there.
    Offline,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_signature_is_hex_hmac_sha256() {
        // RFC 4231, test case 2.
        let secret = TenantSecret::new("Jefe");
        let signature = secret.sign_user("what do ya want for nothing?");
        assert_eq!(
            signature,
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert!(secret.verifies_user("what do ya want for nothing?", &signature.to_uppercase()));
        assert!(!secret.verifies_user("u_42", &signature));
        assert!(!secret.verifies_user("what do ya want for nothing?", "not hex"));
        assert!(!secret.verifies_user("what do ya want for nothing?", &signature[..32]));
    }

    #[test]
    fn the_secret_is_not_printed() {
        assert!(!format!("{:?}", Tenant::demo()).contains(Tenant::DEMO_SECRET));
    }

    #[test]
    fn key_is_judged_before_origin() {
        let tenant = Tenant::demo();
        assert_eq!(
            tenant.check("pk_other", "https://evil.example"),
            Err(CredentialError::WrongKey)
        );
        let refused = tenant.check(Tenant::DEMO_PUBLIC_KEY, "https://evil.example");
        assert_eq!(refused, Err(CredentialError::RefusedOrigin));
        assert_eq!(tenant.check(Tenant::DEMO_PUBLIC_KEY, "http://127.0.0.1:4001"), Ok(()));
    }
}
