//! The documented variables of the chat, looked up for every request.

use std::collections::HashMap;
use std::env;
use std::fmt;

/// One of the documented variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Setting {
    /// Origin of Mailoo's API.
    Api,
    /// The API key. It never leaves this process but as a header to the API.
    ApiKey,
    /// The project.
    ProjectUid,
    /// The integration.
    IntegrationId,
    /// A local first line of the thread.
    WelcomeMessage,
    /// Origin of the visitor's socket, where it is not the API's.
    SocketOrigin,
    /// The API of the whole site, where the chat has none of its own.
    SiteApi,
}

impl Setting {
    /// The variable's name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Api => "MAILOO_CHAT_INTEGRATION_API",
            Self::ApiKey => "MAILOO_CHAT_INTEGRATION_API_KEY",
            Self::ProjectUid => "MAILOO_CHAT_INTEGRATION_PROJECT_UID",
            Self::IntegrationId => "MAILOO_CHAT_INTEGRATION_ID",
            Self::WelcomeMessage => "MAILOO_CHAT_WELCOME_MESSAGE",
            Self::SocketOrigin => "MAILOO_CHAT_WS_ORIGIN",
            Self::SiteApi => "API_BASE_URL",
        }
    }
}

/// Where settings come from: the environment, and for what it does not set, the demo's own back end.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    fallback: HashMap<Setting, String>,
}

/// What names and opens the integration.
#[derive(Debug)]
pub(crate) struct Integration {
    pub(crate) api: String,
    pub(crate) key: ApiKey,
    pub(crate) project_uid: String,
    pub(crate) integration_id: String,
}

/// The key, which no log shows.
pub(crate) struct ApiKey(String);

impl ApiKey {
    /// A key of a test's own.
    #[cfg(test)]
    pub(crate) fn for_tests(key: &str) -> Self {
        Self(key.to_owned())
    }

    /// For the request's header and for the cookie's signature.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(…)")
    }
}

impl Settings {
    /// Settings that the environment need not name.
    pub(crate) fn with_fallback(fallback: impl IntoIterator<Item = (Setting, String)>) -> Self {
        Self {
            fallback: fallback.into_iter().collect(),
        }
    }

    /// The integration, or none while one of its four variables is missing.
    pub(crate) fn integration(&self) -> Option<Integration> {
        Some(Integration {
            api: self.origin(Setting::Api)?,
            key: ApiKey(self.get(Setting::ApiKey)?),
            project_uid: self.get(Setting::ProjectUid)?,
            integration_id: self.get(Setting::IntegrationId)?,
        })
    }

    /// Where the visitor's socket is: the first of the three documented variables that is set.
    pub(crate) fn socket_origin(&self) -> Option<String> {
        [Setting::SocketOrigin, Setting::Api, Setting::SiteApi]
            .into_iter()
            .find_map(|setting| self.origin(setting))
            .map(|origin| match origin.strip_prefix("http") {
                Some(rest) => format!("ws{rest}"),
                None => origin,
            })
    }

    /// The local first line of the thread.
    pub(crate) fn welcome_message(&self) -> Option<String> {
        self.get(Setting::WelcomeMessage)
    }

    fn origin(&self, setting: Setting) -> Option<String> {
        self.get(setting).map(|origin| origin.trim_end_matches('/').to_owned())
    }

    /// A variable that is set to nothing counts as not set.
    fn get(&self, setting: Setting) -> Option<String> {
        env::var(setting.name())
            .ok()
            .or_else(|| self.fallback.get(&setting).cloned())
            .map(|value| value.trim().to_owned())
            .filter(|value| !value.is_empty())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn settings(without: &[Setting]) -> Settings {
        let all = [
            (Setting::Api, "https://api.mailoo.example/"),
            (Setting::ApiKey, "mk_secret"),
            (Setting::ProjectUid, "p"),
            (Setting::IntegrationId, "i"),
        ];
        let left = all.into_iter().filter(|(setting, _)| !without.contains(setting));
        Settings::with_fallback(left.map(|(setting, value)| (setting, value.to_owned())))
    }

    #[test]
    fn a_chat_with_a_missing_variable_is_not_set_up() {
        assert!(settings(&[]).integration().is_some());
        for setting in [
            Setting::Api,
            Setting::ApiKey,
            Setting::ProjectUid,
            Setting::IntegrationId,
        ] {
            assert!(settings(&[setting]).integration().is_none(), "{}", setting.name());
        }
    }

    #[test]
    fn the_socket_is_where_the_first_variable_says() {
        let origin = |setting, value: &str| Settings::with_fallback([(setting, value.to_owned())]).socket_origin();
        assert_eq!(
            settings(&[]).socket_origin().as_deref(),
            Some("wss://api.mailoo.example")
        );
        let site = "http://localhost:4077";
        assert_eq!(origin(Setting::SiteApi, site).as_deref(), Some("ws://localhost:4077"));
        let socket = "wss://ws.mailoo.example/";
        assert_eq!(
            origin(Setting::SocketOrigin, socket).as_deref(),
            Some("wss://ws.mailoo.example")
        );
        assert_eq!(Settings::default().socket_origin(), None);
    }

    #[test]
    fn nobody_reads_the_key_in_a_log() {
        let shown = format!("{:?}", settings(&[]).integration().unwrap());
        assert!(!shown.contains("mk_secret"), "{shown}");
    }
}
