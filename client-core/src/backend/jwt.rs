//! What a token says about its own lifetime. Never whether it is good: that is the server's verdict.

use std::time::Duration;

use crate::json::{self, Value};

/// `exp - iat` of a JWT's payload: both by the server's clock, so the local one does not matter.
pub(crate) fn lifetime(token: &str) -> Option<Duration> {
    let payload = token.split('.').nth(1)?.trim_end_matches('=');
    let json = String::from_utf8(base64url(payload)?).ok()?;
    let claims = json::parse(&json).ok()?;
    let claim = |name: &str| match claims.as_object()?.get(name)? {
        Value::Number(number) => number.as_u64().or_else(|| whole(number.as_f64()?)),
        _ => None,
    };
    let life = claim("exp")?.checked_sub(claim("iat")?)?;
    (life > 0).then_some(Duration::from_secs(life))
}

/// Base64 with the alphabet for URLs, without padding (RFC 4648, section 5). Bits left over at the end are not looked at. A page that speaks
/// no Socket.IO need not download a library for it.
fn base64url(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let (mut bits, mut held) = (0_u32, 0);
    for symbol in text.bytes() {
        let value = match symbol {
            b'A'..=b'Z' => symbol - b'A',
            b'a'..=b'z' => symbol - b'a' + 26,
            b'0'..=b'9' => symbol - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xff).ok()?);
        }
    }
    (text.len() % 4 != 1).then_some(bytes)
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
    use base64ct::{Base64UrlUnpadded, Encoding};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_others_encoded_is_decoded(bytes in any::<Vec<u8>>()) {
            prop_assert_eq!(base64url(&Base64UrlUnpadded::encode_string(&bytes)), Some(bytes));
        }

        #[test]
        fn what_others_decode_is_decoded_alike(text in "[A-Za-z0-9_+/=. -]{0,12}") {
            if let Ok(bytes) = Base64UrlUnpadded::decode_vec(&text) {
                prop_assert_eq!(base64url(&text), Some(bytes));
            }
        }
    }

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
