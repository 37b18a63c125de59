//! Visitor tokens: HS256 JWTs bound to tenant, public key and origin.

use hmac::Mac as _;
use serde::{Deserialize, Serialize};

use super::{
    jwt::{self, JwtError},
    tenant::Tenant,
    time::UnixMillis,
};

/// What a visitor token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Session id, `vs_…`.
    pub sub: String,
    /// Tenant id.
    pub tid: String,
    /// Public key of the widget.
    pub wpk: String,
    /// Origin the token was given to.
    pub origin: String,
    /// Issued at, Unix seconds.
    pub iat: u64,
    /// Expires at, Unix seconds.
    pub exp: u64,
    /// Number of times that all tokens had been expired at once when this one was issued.
    #[serde(default)]
    pub epoch: u64,
}

impl Claims {
    /// Whether the token is too old at `now`, or from before the last mass expiry.
    #[must_use]
    pub fn is_expired(&self, now: UnixMillis, epoch: u64) -> bool {
        self.epoch < epoch || now.0 >= self.exp.saturating_mul(1_000)
    }

    /// End of life as RFC 3339.
    #[must_use]
    pub fn expires_at(&self) -> String {
        UnixMillis(self.exp.saturating_mul(1_000)).rfc3339()
    }
}

/// Why a token was not believed; a merely expired one is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenError {
    /// Not three base64url parts holding our claims.
    Malformed,
    /// Another algorithm than HS256.
    Algorithm,
    /// No tenant of that id and key.
    UnknownTenant,
    /// Not signed by us.
    Signature,
}

impl From<JwtError> for TokenError {
    fn from(error: JwtError) -> Self {
        match error {
            JwtError::Malformed => Self::Malformed,
            JwtError::Algorithm => Self::Algorithm,
            JwtError::Signature => Self::Signature,
        }
    }
}

const KEY_LABEL: &[u8] = b"visitor-token";

/// Signs `claims` with a key derived from the tenant's secret.
#[must_use]
pub fn sign(tenant: &Tenant, claims: &Claims) -> String {
    jwt::sign(&key(tenant), claims)
}

/// Reads `token`, whatever its age, and finds whose it is among `tenants`.
///
/// # Errors
/// When it is not a token that one of `tenants` signed.
pub fn verify<'t>(tenants: &'t [Tenant], token: &str) -> Result<(&'t Tenant, Claims), TokenError> {
    let token = jwt::read::<Claims>(token)?;
    let claimed = token.claimed();
    let tenant = tenants
        .iter()
        .find(|tenant| tenant.tenant_id == claimed.tid && tenant.widget_public_key == claimed.wpk)
        .ok_or(TokenError::UnknownTenant)?;
    Ok((tenant, token.verify(&key(tenant))?))
}

fn key(tenant: &Tenant) -> impl std::ops::Deref<Target = [u8]> + use<> {
    tenant.secret.mac(&[KEY_LABEL]).finalize().into_bytes()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use base64ct::{Base64UrlUnpadded, Encoding as _};

    use super::*;
    use crate::model::TenantSecret;

    fn claims() -> Claims {
        Claims {
            sub: "vs_1".to_owned(),
            tid: Tenant::DEMO_ID.to_owned(),
            wpk: Tenant::DEMO_PUBLIC_KEY.to_owned(),
            origin: "app://visavis".to_owned(),
            iat: 100,
            exp: 160,
            epoch: 0,
        }
    }

    #[test]
    fn what_was_signed_is_read_back() {
        let tenants = [Tenant::demo()];
        let token = sign(&tenants[0], &claims());
        assert_eq!(token.split('.').count(), 3);
        assert_eq!(verify(&tenants, &token).unwrap().1, claims());
    }

    #[test]
    fn expiry_is_by_time_and_by_epoch() {
        let claims = claims();
        assert!(!claims.is_expired(UnixMillis(159_999), 0));
        assert!(claims.is_expired(UnixMillis(160_000), 0));
        assert!(claims.is_expired(UnixMillis(100_000), 1));
    }

    #[test]
    fn forgeries_are_refused() {
        let tenants = [Tenant::demo()];
        let token = sign(&tenants[0], &claims());
        let mut other = Tenant::demo();
        other.secret = TenantSecret::new("sk_other");
        assert_eq!(
            verify(&tenants, &sign(&other, &claims())).unwrap_err(),
            TokenError::Signature
        );
        assert_eq!(verify(&tenants, "a.b").unwrap_err(), TokenError::Malformed);
        assert_eq!(verify(&[], &token).unwrap_err(), TokenError::UnknownTenant);

        let (_, rest) = token.split_once('.').unwrap();
        let none = format!("{}.{rest}", Base64UrlUnpadded::encode_string(br#"{"alg":"none"}"#));
        assert_eq!(verify(&tenants, &none).unwrap_err(), TokenError::Algorithm);

        let moved = Claims {
            origin: "https://evil.example".to_owned(),
            ..claims()
        };
        let payload = Base64UrlUnpadded::encode_string(&serde_json::to_vec(&moved).unwrap());
        let parts: Vec<&str> = token.split('.').collect();
        let swapped = format!("{}.{payload}.{}", parts[0], parts[2]);
        assert_eq!(verify(&tenants, &swapped).unwrap_err(), TokenError::Signature);
    }
}
