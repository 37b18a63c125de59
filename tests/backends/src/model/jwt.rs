//! Signed tokens: JWTs with HS256.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use hmac::Mac as _;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::tenant::new_mac;

/// Why a token was not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JwtError {
    /// Not three base64url parts holding the claims that were expected.
    Malformed,
    /// Another algorithm than HS256.
    Algorithm,
    /// Signed with another key.
    Signature,
}

const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

#[derive(Deserialize)]
struct Header {
    alg: String,
}

/// Signs `claims` with `key`.
#[must_use]
pub fn sign(key: &[u8], claims: &impl Serialize) -> String {
    let payload = serde_json::to_vec(claims).unwrap_or_default();
    let mut token = Base64UrlUnpadded::encode_string(HEADER.as_bytes());
    token.push('.');
    token.push_str(&Base64UrlUnpadded::encode_string(&payload));
    let signature = mac(key, &token).finalize().into_bytes();
    token.push('.');
    token.push_str(&Base64UrlUnpadded::encode_string(&signature));
    token
}

/// A token that was read but whose signature nobody has looked at.
#[derive(Debug)]
pub struct Unverified<'t, C> {
    claims: C,
    signed: &'t str,
    signature: Vec<u8>,
}

/// Reads a token's parts.
///
/// # Errors
/// When it is no token, of another algorithm, or says other things than `C`.
pub fn read<C: DeserializeOwned>(token: &str) -> Result<Unverified<'_, C>, JwtError> {
    let (signed, signature) = token.rsplit_once('.').ok_or(JwtError::Malformed)?;
    let (header, payload) = signed.split_once('.').ok_or(JwtError::Malformed)?;
    let header: Header = part(header)?;
    if header.alg != "HS256" {
        return Err(JwtError::Algorithm);
    }
    Ok(Unverified {
        claims: part(payload)?,
        signed,
        signature: Base64UrlUnpadded::decode_vec(signature).map_err(|_| JwtError::Malformed)?,
    })
}

impl<C> Unverified<'_, C> {
    /// What the token claims, for finding the key to check it with.
    #[must_use]
    pub const fn claimed(&self) -> &C {
        &self.claims
    }

    /// The claims, now believed.
    ///
    /// # Errors
    /// When the token was not signed with `key`.
    pub fn verify(self, key: &[u8]) -> Result<C, JwtError> {
        mac(key, self.signed)
            .verify_slice(&self.signature)
            .map_err(|_| JwtError::Signature)?;
        Ok(self.claims)
    }
}

fn mac(key: &[u8], signed: &str) -> hmac::Hmac<sha2::Sha256> {
    let mut mac = new_mac(key);
    mac.update(signed.as_bytes());
    mac
}

fn part<T: DeserializeOwned>(encoded: &str) -> Result<T, JwtError> {
    let bytes = Base64UrlUnpadded::decode_vec(encoded).map_err(|_| JwtError::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| JwtError::Malformed)
}
