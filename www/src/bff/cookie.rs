//! Which sessions a browser has opened, in a cookie that only this server can write and no script can read.

use axum::http::HeaderMap;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::settings::ApiKey;
use crate::cookies::{cookies, hex};

/// The cookie's name.
const NAME: &str = "visavis_chat";

/// A browser's newest sessions: a tab that still shows an older one may go on with it.
const KEPT: usize = 4;

/// As long as a conversation is worth keeping.
const LIFETIME_S: u32 = 30 * 24 * 3600;

/// The sessions that a browser may use. The cookie holds signatures of their ids, not the ids: it opens nothing elsewhere.
pub(super) struct Opened<'a> {
    key: &'a ApiKey,
    signatures: Vec<String>,
}

impl<'a> Opened<'a> {
    /// What the request's cookie says.
    pub(super) fn read(headers: &HeaderMap, key: &'a ApiKey) -> Self {
        let value = cookies(headers).find_map(|(name, value)| (name == NAME).then_some(value));
        let signatures = value.map_or_else(Vec::new, |value| {
            value.split('.').take(KEPT).map(str::to_owned).collect()
        });
        Self { key, signatures }
    }

    /// Whether this browser opened the session.
    pub(super) fn has(&self, session: &str) -> bool {
        self.signatures.iter().any(|signature| {
            let signature = decoded(signature);
            // In constant time.
            signature.is_some_and(|signature| mac(self.key, session).verify_slice(&signature).is_ok())
        })
    }

    /// The header that adds a session, which becomes the newest.
    pub(super) fn with(&self, session: &str) -> String {
        let newest = hex(&mac(self.key, session).finalize().into_bytes());
        let mut all = vec![newest];
        all.extend(self.signatures.iter().take(KEPT - 1).cloned());
        format!(
            "{NAME}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={LIFETIME_S}",
            all.join(".")
        )
    }
}

/// The key signs, for a purpose of its own: whoever restarts the server need not keep another secret.
fn mac(key: &ApiKey, session: &str) -> Hmac<Sha256> {
    let mut mac = match Hmac::<Sha256>::new_from_slice(key.expose().as_bytes()) {
        Ok(mac) => mac,
        Err(_) => unreachable!("HMAC takes keys of any length"),
    };
    mac.update(b"visavis chat session\0");
    mac.update(session.as_bytes());
    mac
}

fn decoded(hex: &str) -> Option<Vec<u8>> {
    let pairs = hex.as_bytes().chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use axum::http::{HeaderValue, header::COOKIE};

    use super::*;

    fn browser(set_cookie: &str) -> HeaderMap {
        let cookie = set_cookie.split(';').next().unwrap();
        HeaderMap::from_iter([(COOKIE, HeaderValue::from_str(&format!("theme=dark; {cookie}")).unwrap())])
    }

    #[test]
    fn a_browser_has_the_sessions_that_it_opened_and_no_others() {
        let key = ApiKey::for_tests("mk_1");
        let none = HeaderMap::new();
        let mut headers = browser(&Opened::read(&none, &key).with("cs_1"));
        assert!(Opened::read(&headers, &key).has("cs_1"));
        assert!(!Opened::read(&headers, &key).has("cs_2"));
        headers = browser(&Opened::read(&headers, &key).with("cs_2"));
        assert!(Opened::read(&headers, &key).has("cs_1") && Opened::read(&headers, &key).has("cs_2"));
        assert!(!Opened::read(&none, &key).has("cs_1"));
        let other = ApiKey::for_tests("mk_2");
        assert!(!Opened::read(&headers, &other).has("cs_1"));
    }

    #[test]
    fn the_oldest_session_makes_room() {
        let key = ApiKey::for_tests("mk_1");
        let mut headers = HeaderMap::new();
        for number in 0..=KEPT {
            headers = browser(&Opened::read(&headers, &key).with(&format!("cs_{number}")));
        }
        assert!(!Opened::read(&headers, &key).has("cs_0"));
        assert!(Opened::read(&headers, &key).has("cs_1"));
    }

    #[test]
    fn a_cookie_that_somebody_made_up_opens_nothing() {
        let key = ApiKey::for_tests("mk_1");
        for value in ["", ".", "zz", "é", "0", &"0".repeat(64), "cs_1"] {
            let headers = browser(&format!("{NAME}={value}"));
            assert!(!Opened::read(&headers, &key).has("cs_1"), "{value}");
        }
    }
}
