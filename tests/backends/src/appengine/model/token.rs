//! The gateway's tokens.

use serde::{Deserialize, Serialize};

use super::person::{Customer, Standing};
use crate::model::{UnixMillis, jwt};

/// What a token may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Use {
    Access,
    Refresh,
}

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Claims {
    pub(crate) sub: String,
    pub(crate) name: String,
    pub(crate) org: String,
    pub(crate) standing: Standing,
    #[serde(rename = "use")]
    pub(crate) purpose: Use,
    pub(crate) iat: u64,
    pub(crate) exp: u64,
    /// Number of times that all tokens had been expired at once when this one was issued.
    pub(crate) epoch: u64,
    /// Tells two tokens of the same second apart.
    pub(crate) jti: String,
}

/// Why a token opens nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Not ours, or for another use.
    Invalid,
    /// Ours, and too old.
    Expired,
}

impl Refusal {
    /// The `error` of a failed `authenticate`.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Invalid => "invalid_token",
            Self::Expired => "token_expired",
        }
    }

    pub(crate) const fn explanation(self) -> &'static str {
        match self {
            Self::Invalid => "The token is missing or invalid.",
            Self::Expired => "The token has expired.",
        }
    }
}

impl Claims {
    pub(crate) fn customer(&self) -> Customer {
        Customer {
            email: self.sub.clone(),
            name: self.name.clone(),
            standing: self.standing,
        }
    }
}

/// Reads a token and judges its age.
pub(crate) fn check(key: &[u8], token: &str, purpose: Use, now: UnixMillis, epoch: u64) -> Result<Claims, Refusal> {
    let claims = jwt::read::<Claims>(token)
        .and_then(|token| token.verify(key))
        .map_err(|_| Refusal::Invalid)?;
    if claims.purpose != purpose {
        return Err(Refusal::Invalid);
    }
    // A refresh token outlives a mass expiry: that is what it is for.
    let is_of_an_older_epoch = purpose == Use::Access && claims.epoch < epoch;
    if is_of_an_older_epoch || now.0 >= claims.exp.saturating_mul(1_000) {
        return Err(Refusal::Expired);
    }
    Ok(claims)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(purpose: Use) -> Claims {
        Claims {
            sub: "a@b.c".to_owned(),
            name: "Alice".to_owned(),
            org: "acme".to_owned(),
            standing: Standing::Guest,
            purpose,
            iat: 100,
            exp: 160,
            epoch: 0,
            jti: "1".to_owned(),
        }
    }

    #[test]
    fn age_and_use_are_judged() {
        let access = jwt::sign(b"k", &claims(Use::Access));
        let refresh = jwt::sign(b"k", &claims(Use::Refresh));
        let now = UnixMillis(159_999);
        assert_eq!(check(b"k", &access, Use::Access, now, 0), Ok(claims(Use::Access)));
        assert_eq!(check(b"k", &access, Use::Access, now.plus(1), 0), Err(Refusal::Expired));
        assert_eq!(check(b"k", &access, Use::Access, now, 1), Err(Refusal::Expired));
        assert_eq!(check(b"k", &refresh, Use::Access, now, 0), Err(Refusal::Invalid));
        assert_eq!(check(b"k", &refresh, Use::Refresh, now, 1), Ok(claims(Use::Refresh)));
        assert_eq!(check(b"other", &access, Use::Access, now, 0), Err(Refusal::Invalid));
        assert_eq!(check(b"k", "Bearer x", Use::Access, now, 0), Err(Refusal::Invalid));
    }
}
