//! What a token says about its own lifetime. Never whether it is good: that is the server's verdict.

use std::time::Duration;

use base64ct::{Base64UrlUnpadded, Encoding};

use crate::json::{self, Value};

/// `exp - iat` of a JWT's payload: both by the server's clock, so the local one does not matter.
pub(crate) fn lifetime(token: &str) -> Option<Duration> {
    let payload = token.split('.').nth(1)?.trim_end_matches('=');
    let json = String::from_utf8(Base64UrlUnpadded::decode_vec(payload).ok()?).ok()?;
    let claims = json::parse(&json).ok()?;
    let claim = |name: &str| match claims.as_object()?.get(name)? {
        Value::Number(number) => number.as_u64().or_else(|| whole(number.as_f64()?)),
        _ => None,
    };
    let life = claim("exp")?.checked_sub(claim("iat")?)?;
    (life > 0).then_some(Duration::from_secs(life))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked to be in range"
)]
fn whole(number: f64) -> Option<u64> {
    (0.0..9e15).contains(&number).then_some(number as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(claims: &str) -> String {
        format!("e30.{}.c2ln", Base64UrlUnpadded::encode_string(claims.as_bytes()))
    }

    #[test]
    fn the_lifetime_is_the_difference_of_the_servers_times() {
        assert_eq!(
            lifetime(&token(r#"{"iat":4000000000,"exp":4000003600}"#)),
            Some(Duration::from_secs(3600))
        );
        assert_eq!(
            lifetime(&token(r#"{"iat":1.5,"exp":61.5}"#)),
            Some(Duration::from_secs(60))
        );
    }

    #[test]
    fn anything_else_has_no_lifetime() {
        for claims in [
            r#"{"exp":5}"#,
            r#"{"iat":9,"exp":5}"#,
            r#"{"iat":5,"exp":5}"#,
            "[]",
            "{",
            "",
        ] {
            assert_eq!(lifetime(&token(claims)), None, "{claims}");
        }
        assert_eq!(lifetime("not a token"), None);
        assert_eq!(lifetime("a.%%%.c"), None);
    }
}
