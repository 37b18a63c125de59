//! Which web origins a tenant accepts.

/// One entry of a tenant's list of allowed origins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OriginRule {
    /// Exactly this origin, for example `https://shop.example` or `app://visavis`.
    Exact(String),
    /// This scheme and host on any port, written `http://localhost:*`.
    AnyPort(String),
}

impl OriginRule {
    /// Reads `https://shop.example`, `app://name` or, for any port, `http://127.0.0.1:*`.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        match text.strip_suffix(":*") {
            Some(host) => Self::AnyPort(host.to_owned()),
            None => Self::Exact(text.to_owned()),
        }
    }

    /// Whether `origin` is meant by this rule.
    #[must_use]
    pub fn allows(&self, origin: &str) -> bool {
        match self {
            Self::Exact(exact) => exact == origin,
            Self::AnyPort(host) => origin.strip_prefix(host.as_str()).is_some_and(is_port_suffix),
        }
    }
}

fn is_port_suffix(rest: &str) -> bool {
    rest.is_empty() || rest.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_port_is_not_any_host() {
        let rule = OriginRule::parse("http://localhost:*");
        for origin in ["http://localhost", "http://localhost:80", "http://localhost:65535"] {
            assert!(rule.allows(origin), "{origin}");
        }
        for origin in [
            "http://localhost.evil.example",
            "http://localhost:1@evil.example",
            "https://localhost:80",
        ] {
            assert!(!rule.allows(origin), "{origin}");
        }
    }

    #[test]
    fn exact_is_exact() {
        let rule = OriginRule::parse("app://visavis");
        assert!(rule.allows("app://visavis"));
        assert!(!rule.allows("app://visavis2"));
    }
}
