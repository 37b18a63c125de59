//! What a client says when it connects.

use serde::Deserialize;
use serde_json::Value;

use super::{chat_id::address, intent::Page};

/// The payload of a namespace CONNECT: the union of what the two pages print.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Handshake {
    pub(crate) token: String,
    #[serde(rename = "orgId")]
    org_id: Option<String>,
    orgid: Option<String>,
    pub(crate) app_id: Option<String>,
    pub(crate) device_id: Option<String>,
    pub(crate) chat_id: Option<String>,
    chat_session_id: Option<String>,
    pub(crate) broadcast_only: bool,
    context: Context,
}

#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Context {
    chat_session_id: Option<String>,
    device_id: Option<String>,
    language: Option<String>,
    current_url: Option<String>,
    referrer: Option<String>,
    title: Option<String>,
}

impl Handshake {
    /// Reads a payload; what is not an object, or has fields of other types, says nothing.
    pub(crate) fn read(payload: Value) -> Self {
        serde_json::from_value(payload).unwrap_or_default()
    }

    pub(crate) fn org_id(&self) -> &str {
        self.org_id.as_deref().or(self.orgid.as_deref()).unwrap_or_default()
    }

    pub(crate) fn chat_session_id(&self) -> Option<&str> {
        let known = self.context.chat_session_id.as_deref();
        known.or(self.chat_session_id.as_deref()).filter(|id| !id.is_empty())
    }

    pub(crate) fn device_id(&self) -> Option<&str> {
        self.device_id.as_deref().or(self.context.device_id.as_deref())
    }

    pub(crate) fn language(&self) -> &str {
        self.context
            .language
            .as_deref()
            .filter(|tag| !tag.is_empty())
            .unwrap_or("en")
    }

    pub(crate) fn page(&self) -> Page {
        Page {
            url: self.context.current_url.clone().unwrap_or_default(),
            referrer: self.context.referrer.clone().unwrap_or_default(),
            title: self.context.title.clone().unwrap_or_default(),
        }
    }

    /// The conversation to restore, with its address part as it is compared.
    pub(crate) fn chat_id(&self) -> Option<String> {
        let id = self.chat_id.as_deref().filter(|id| !id.is_empty())?;
        Some(match id.rsplit_once(':') {
            Some((head, email)) => format!("{head}:{}", address(email)),
            None => id.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn both_spellings() {
        let gateway = Handshake::read(json!({
            "token": "t", "orgId": "acme", "deviceId": "d",
            "context": { "chatSessionId": "cs_1", "currentUrl": "https://x/", "language": "fr" },
        }));
        assert_eq!((gateway.org_id(), gateway.chat_session_id()), ("acme", Some("cs_1")));
        assert_eq!((gateway.language(), gateway.page().url.as_str()), ("fr", "https://x/"));
        let seed = Handshake::read(json!({ "token": "t", "orgid": "acme", "chatId": "customer::A@b.c" }));
        assert_eq!(
            (seed.org_id(), seed.chat_id().as_deref()),
            ("acme", Some("customer::a@b.c"))
        );
        assert_eq!(Handshake::read(json!("x")).token, "");
    }
}
