//! Addresses: joined and encoded by hand, because a full URL library would cost the widget more than the widget itself.

use std::fmt;

use crate::error::Error;

/// An address. Its `Debug` and `Display` leave out what may be secret: the query, and a path from a secret part on.
#[derive(Clone, PartialEq, Eq)]
pub struct Url {
    text: String,
    /// So many bytes may be shown.
    shown: usize,
}

impl Url {
    /// Takes text as an address, unchecked: for tests and drivers.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        let shown = text.bytes().position(|byte| byte == b'?').unwrap_or(text.len());
        Self { text, shown }
    }

    /// The whole address with its query, for the wire only.
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// The same address with one more query parameter, percent-encoded.
    pub(crate) fn with_query(mut self, name: &str, value: &str) -> Self {
        let text = &mut self.text;
        text.push(if text.contains('?') { '&' } else { '?' });
        text.push_str(name);
        text.push('=');
        encode_into(text, value);
        self
    }

    /// The same address with one more part of the path, percent-encoded, and `rest` behind it. Neither is shown.
    #[cfg(feature = "mailoo-direct")]
    pub(crate) fn with_secret_part(mut self, secret: &str, rest: &str) -> Self {
        self.text.push('/');
        encode_into(&mut self.text, secret);
        self.text.push_str(rest);
        self
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text.get(..self.shown).unwrap_or_default())
    }
}

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The address of a back end: scheme, host, perhaps a port and a path, without a slash at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(String);

impl BaseUrl {
    /// Checks and keeps an `http` or `https` address.
    ///
    /// # Errors
    /// [`Error::Configuration`] naming `option`, when the text is not such an address.
    pub fn parse(option: &str, text: &str) -> Result<Self, Error> {
        let text = text.trim();
        let wrong = |what: &str| {
            Err(Error::option(format!(
                "{option}: {what}; expected an address such as https://relay.example"
            )))
        };
        let parts = text.split_once(':');
        let Some((scheme, rest)) = parts.and_then(|(scheme, rest)| Some((scheme, rest.strip_prefix("//")?))) else {
            return wrong("no http:// or https:// at its start");
        };
        if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
            return wrong("only http and https are spoken");
        }
        if rest.contains(['?', '#']) {
            return wrong("a query or fragment does not belong there");
        }
        let authority = rest.split('/').next().unwrap_or_default();
        if authority.contains('@') {
            return wrong("a user name or password does not belong there");
        }
        if !is_authority(authority) || rest.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return wrong("the host is missing or malformed");
        }
        Ok(Self(format!(
            "{}://{}",
            scheme.to_ascii_lowercase(),
            rest.trim_end_matches('/')
        )))
    }

    /// The address of a path below it.
    pub(crate) fn join(&self, path: &str) -> Url {
        Url::new([self.0.as_str(), path].concat())
    }

    /// The same with the scheme of a WebSocket.
    pub(crate) fn join_socket(&self, path: &str) -> Url {
        Url::new(["ws", self.0.strip_prefix("http").unwrap_or(&self.0), path].concat())
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_authority(authority: &str) -> bool {
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !authority.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let port_is_fine = port.is_none_or(|port| port.parse::<u16>().is_ok());
    let bracketed = host.starts_with('[') && host.ends_with(']');
    let host_is_fine = !host.is_empty()
        && (bracketed || !host.contains([':', '[', ']']))
        && !host.contains(['\\', '<', '>', '"', '`', '{', '}', '|', '^', '%']);
    port_is_fine && host_is_fine
}

/// A text as one segment of a path.
#[cfg_attr(
    not(any(feature = "appengine", feature = "mailoo-direct")),
    expect(dead_code, reason = "no other back end has ids in its paths")
)]
pub(crate) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    encode_into(&mut out, text);
    out
}

/// Percent-encodes everything but the unreserved characters of RFC 3986.
fn encode_into(out: &mut String, text: &str) {
    const HEX: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F',
    ];
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(HEX[usize::from(byte >> 4)]);
            out.push(HEX[usize::from(byte & 0xf)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_keeps_port_and_path_and_drops_the_last_slash() {
        let base = BaseUrl::parse("baseUrl", "HTTPS://relay.example:8443/chat/").unwrap();
        assert_eq!(
            base.join("/api/v1/x").expose(),
            "https://relay.example:8443/chat/api/v1/x"
        );
        assert_eq!(base.join_socket("/ws").expose(), "wss://relay.example:8443/chat/ws");
        assert!(BaseUrl::parse("baseUrl", "http://[::1]:80").is_ok());
    }

    #[test]
    fn a_bad_base_url_names_the_option() {
        for text in [
            "",
            "relay.example",
            "ftp://x",
            "https://",
            "https://u:p@x",
            "http://x?y",
            "http://x:port",
            "http://a b",
        ] {
            let error = BaseUrl::parse("baseUrl", text).unwrap_err();
            assert!(error.to_string().starts_with("baseUrl: "), "{text}: {error}");
        }
    }

    #[test]
    fn a_query_is_encoded_and_never_shown() {
        let url = Url::new("wss://relay.example/ws")
            .with_query("token", "a b&c/é")
            .with_query("x", "1");
        assert_eq!(url.expose(), "wss://relay.example/ws?token=a%20b%26c%2F%C3%A9&x=1");
        assert_eq!(
            format!("{url} {url:?}"),
            "wss://relay.example/ws wss://relay.example/ws"
        );
    }

    #[cfg(feature = "mailoo-direct")]
    #[test]
    fn a_secret_part_of_a_path_is_encoded_and_never_shown() {
        let url = Url::new("https://api.example/sessions").with_secret_part("cs/1", "/messages");
        let url = url.with_query("since", "1");
        assert_eq!(url.expose(), "https://api.example/sessions/cs%2F1/messages?since=1");
        assert_eq!(
            format!("{url} {url:?}"),
            "https://api.example/sessions https://api.example/sessions"
        );
    }
}
