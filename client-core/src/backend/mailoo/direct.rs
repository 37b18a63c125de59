//! The service itself, for native clients that hold its key: no site is in between, everything else is the same.

use crate::error::Error;
use crate::json::ObjectWriter;
use crate::secret::Secret;
use crate::url::{BaseUrl, Url, encoded};

use super::options::{Place, Setup, Target};
use super::rest::Routes;

/// The header that carries the key.
const KEY: &str = "X-API-Key";

/// Options of a Mailoo visitor that talks with the service itself, by the integration's key. A page must never hold that: there, and
/// wherever others can look, [`super::Options`] talks through the site's own back end.
#[derive(Clone, Debug)]
pub struct DirectOptions {
    api_url: String,
    key: Secret,
    project_uid: String,
    integration_id: String,
    pub(crate) origin: Option<String>,
    sender_name: Option<String>,
    sender_email: Option<String>,
    welcome_message: Option<String>,
}

impl DirectOptions {
    /// With the address of the service, its key, and the two ids of the integration. A restricted key needs the scope
    /// `chat.send-message`.
    pub fn new(
        api_url: impl Into<String>,
        key: impl Into<Secret>,
        project_uid: impl Into<String>,
        integration_id: impl Into<String>,
    ) -> Self {
        Self {
            api_url: api_url.into(),
            key: key.into(),
            project_uid: project_uid.into(),
            integration_id: integration_id.into(),
            origin: None,
            sender_name: None,
            sender_email: None,
            welcome_message: None,
        }
    }

    /// The site on whose behalf the visitor speaks; the service checks it against the origins that the integration allows.
    #[must_use]
    pub fn origin(mut self, origin: impl Into<String>) -> Self {
        self.origin = Some(origin.into());
        self
    }

    /// The visitor's display name, for the dashboard.
    #[must_use]
    pub fn sender_name(mut self, name: impl Into<String>) -> Self {
        self.sender_name = Some(name.into());
        self
    }

    /// The visitor's address, for the dashboard.
    #[must_use]
    pub fn sender_email(mut self, email: impl Into<String>) -> Self {
        self.sender_email = Some(email.into());
        self
    }

    /// The first line, shown before anybody wrote and never sent.
    #[must_use]
    pub fn welcome_message(mut self, text: impl Into<String>) -> Self {
        self.welcome_message = Some(text.into());
        self
    }

    /// Checks everything that can be checked without the server. The socket is where the service is.
    pub(super) fn check(self) -> Result<Setup, Error> {
        let base = BaseUrl::parse("apiUrl", &self.api_url)?;
        let project = required("projectUid", &self.project_uid)?;
        let integration = required("integrationId", &self.integration_id)?;
        let chat = ["/api/v1/webhooks/chat/", &encoded(project), "/", &encoded(integration)].concat();
        let target = Target {
            project: project.to_owned(),
            integration: integration.to_owned(),
            place: Place::Known(base.clone()),
        };
        let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        Ok(Setup {
            scope: super::options::scope(&base, Some((project, integration))),
            routes: Routes {
                submit: base.join(&[&chat, "/messages"].concat()),
                messages: base.join(&[&chat, "/sessions"].concat()),
                origin: self.origin,
                holder: Some(Holder {
                    key: carried(&self.key)?,
                    name: given(self.sender_name),
                    email: given(self.sender_email),
                }),
            },
            welcome_message: self.welcome_message,
            target: Some(target),
        })
    }
}

fn required<'t>(option: &str, text: &'t str) -> Result<&'t str, Error> {
    match text.trim() {
        "" => Err(Error::option(
            [option, ": missing; it stands in the integration's settings"].concat(),
        )),
        text => Ok(text),
    }
}

/// A key that a header can carry, without the line break that files and variables end with.
fn carried(key: &Secret) -> Result<Secret, Error> {
    let text = key.expose().trim();
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::option(
            "apiKey: it is empty, or no text that a header can carry; take it from the project's settings as it stands",
        ));
    }
    Ok(Secret::new(text))
}

/// Who calls the service.
#[derive(Clone, Debug)]
pub(super) struct Holder {
    key: Secret,
    name: Option<String>,
    email: Option<String>,
}

impl Holder {
    pub(super) fn header(&self) -> (&'static str, Secret) {
        (KEY, self.key.clone())
    }

    /// Says who the visitor is, beside the message.
    pub(super) fn introduce(&self, message: &mut ObjectWriter<'_>) {
        for (field, value) in [("senderName", &self.name), ("senderEmail", &self.email)] {
            if let Some(value) = value {
                message.text(field, value);
            }
        }
    }

    /// A conversation, below those of the integration.
    pub(super) fn conversation(sessions: &Url, session: &Secret) -> Url {
        sessions.clone().with_secret_part(session.expose(), "/messages")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::UnixMillis;

    fn options() -> DirectOptions {
        DirectOptions::new("https://api.mailoo.app/", "sk_1\n", "pro/ject", "i 1")
    }

    fn routes(options: DirectOptions) -> Routes {
        options.check().unwrap().routes
    }

    #[test]
    fn what_is_missing_or_malformed_is_named_and_the_key_is_not() {
        let with =
            |url: &str, key: &str, project: &str, integration: &str| DirectOptions::new(url, key, project, integration);
        for (options, named) in [
            (with("api.mailoo.app", "sk_1", "p", "i"), "apiUrl"),
            (with("https://api.mailoo.app", " ", "p", "i"), "apiKey"),
            (with("https://api.mailoo.app", "sk_1\r\nx: y", "p", "i"), "apiKey"),
            (with("https://api.mailoo.app", "sk_1é", "p", "i"), "apiKey"),
            (with("https://api.mailoo.app", "sk_1", " ", "i"), "projectUid"),
            (with("https://api.mailoo.app", "sk_1", "p", ""), "integrationId"),
        ] {
            let printed = format!("{options:?}");
            let words = match options.check() {
                Ok(_) => String::new(),
                Err(error) => error.to_string(),
            };
            assert!(words.starts_with(named), "{named}: {words}");
            assert!(
                !words.contains("sk_1") && !printed.contains("sk_1"),
                "{words} {printed}"
            );
        }
    }

    #[test]
    fn calls_go_to_the_service_with_the_key() {
        let call = routes(options().origin("https://site.example")).submit("Hi", None);
        assert_eq!(
            call.url.expose(),
            "https://api.mailoo.app/api/v1/webhooks/chat/pro%2Fject/i%201/messages"
        );
        assert_eq!(call.headers, [("X-API-Key", "sk_1".into())]);
        assert_eq!(call.origin.as_deref(), Some("https://site.example"));
        assert_eq!(call.body.as_deref(), Some(r#"{"content":"Hi"}"#));
        assert!(!format!("{call:?}").contains("sk_1"), "{call:?}");
    }

    #[test]
    fn a_sender_is_told_with_each_message() {
        let routes = routes(options().sender_name("Camille \"C\"").sender_email("c@shop.example"));
        let call = routes.submit("Hi", Some(&"cs_1".into()));
        assert_eq!(
            call.body.as_deref(),
            Some(
                r#"{"content":"Hi","sessionPublicId":"cs_1","senderName":"Camille \"C\"","senderEmail":"c@shop.example"}"#
            )
        );
        let anonymous = options().sender_name(" ").check().unwrap().routes.submit("Hi", None);
        assert_eq!(anonymous.body.as_deref(), Some(r#"{"content":"Hi"}"#));
    }

    #[test]
    fn a_conversation_is_asked_for_below_its_session_which_is_not_shown() {
        let call = routes(options()).messages(&"cs/1".into(), Some(UnixMillis(1_782_036_062_000)));
        assert_eq!(
            call.url.expose(),
            "https://api.mailoo.app/api/v1/webhooks/chat/pro%2Fject/i%201/sessions/cs%2F1/messages?since=2026-06-21T10%3A01%3A00.000Z"
        );
        assert_eq!(call.headers, [("X-API-Key", "sk_1".into())]);
        let printed = format!("{call:?} {}", call.url);
        assert!(!printed.contains("cs%2F1") && !printed.contains("sk_1"), "{printed}");
    }

    #[test]
    fn the_socket_is_where_the_service_is() {
        let target = options().check().unwrap().target.unwrap();
        assert_eq!(
            (target.project.as_str(), target.integration.as_str()),
            ("pro/ject", "i 1")
        );
        match target.place {
            Place::Known(base) => assert_eq!(base.as_str(), "https://api.mailoo.app"),
            Place::Asked(url) => panic!("{url}"),
        }
    }
}
