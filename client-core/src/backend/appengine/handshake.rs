//! The payload that joins the namespace, and the greeting that answers it.

use crate::backend::lenient;
use crate::json::{Object, ObjectWriter};
use crate::message::WidgetConfig;
use crate::time::UnixMillis;

use super::conversation::Standing;
use super::options::{Options, Page};
use super::{answer, settings};

/// Everything that the payload is made of beside the options.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Credentials<'a> {
    /// Raw, without a prefix. None for a viewer of broadcasts.
    pub(crate) token: Option<&'a str>,
    pub(crate) device_id: &'a str,
    /// An id that the server told before.
    pub(crate) chat_id: Option<&'a str>,
    pub(crate) chat_session_id: Option<&'a str>,
}

fn given(object: &mut ObjectWriter<'_>, name: &str, value: Option<&str>) {
    if let Some(value) = value.filter(|value| !value.is_empty()) {
        object.text(name, value);
    }
}

/// The superset of what the documents name, so that every server finds its own spelling. What is empty is left out.
pub(crate) fn payload(options: &Options, page: &Page, who: Credentials<'_>) -> String {
    let mut text = String::new();
    let mut auth = ObjectWriter::open(&mut text);
    if who.token.is_none() {
        auth.name("broadcastOnly").push_str("true");
        auth.text("orgId", &options.org_id);
        auth.text("deviceId", who.device_id);
        auth.close();
        return text;
    }
    given(&mut auth, "token", who.token);
    auth.text("orgId", &options.org_id);
    auth.text("orgid", &options.org_id);
    given(&mut auth, "appId", options.app_id.as_deref());
    auth.text("configId", &options.config_id);
    auth.text("deviceId", who.device_id);
    given(&mut auth, "chatId", who.chat_id);
    let mut context = ObjectWriter::open(auth.name("context"));
    context.text("device", DEVICE);
    given(&mut context, "language", options.language.as_deref());
    given(&mut context, "appId", options.app_id.as_deref());
    context.text("configId", &options.config_id);
    context.text("deviceId", who.device_id);
    given(&mut context, "currentUrl", page.url.as_deref());
    given(&mut context, "referrer", page.referrer.as_deref());
    given(&mut context, "title", page.title.as_deref());
    given(&mut context, "chatSessionId", who.chat_session_id);
    context.close();
    auth.close();
    text
}

/// What kind of device the vendor's own clients say they are.
const DEVICE: &str = "web";

/// The server's word on the visitor.
#[derive(Clone, Debug)]
pub(crate) enum Greeting {
    Accepted(Box<Accepted>),
    /// The token is too old.
    Expired,
    Refused(String),
}

/// What the greeting tells.
#[derive(Clone, Debug)]
pub(crate) struct Accepted {
    pub(crate) email: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) standing: Option<Standing>,
    pub(crate) chat_id: Option<String>,
    pub(crate) chat_session_id: Option<String>,
    pub(crate) config: Option<WidgetConfig>,
}

/// Reads `authenticate`. Only an explicit failure is one.
pub(crate) fn greeting(body: &Object, wall: UnixMillis) -> Greeting {
    let error = lenient::text(body, &["error"]);
    if lenient::flag(body, &["success"]).unwrap_or(error.is_none()) {
        let user = lenient::object(body, &["user"]);
        let of_user = |name: &str| user.and_then(|user| lenient::text(user, &[name]));
        let config = lenient::object(body, &["config"]);
        return Greeting::Accepted(Box::new(Accepted {
            email: of_user("email"),
            name: of_user("name"),
            standing: lenient::flag(body, &["isGuest"])
                .map(|guest| if guest { Standing::Guest } else { Standing::SignedIn }),
            chat_id: lenient::text(body, &["chatId"]),
            chat_session_id: lenient::text(body, &["chatSessionId"]),
            config: config.map(|config| settings::fields(config, wall)),
        }));
    }
    match error {
        Some(error) if is_expiry(&error) => Greeting::Expired,
        _ => Greeting::Refused(answer::said(body).unwrap_or_else(|| "the server refused the visitor".to_owned())),
    }
}

/// The one known value; its neighbours are read alike.
pub(crate) fn is_expiry(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    word.contains("expired")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    fn options() -> Options {
        Options::new("https://gateway.example", "acme", "cfg_1")
    }

    #[test]
    fn the_payload_satisfies_every_vocabulary_and_leaves_out_what_is_empty() {
        let who = Credentials {
            token: Some("jwt"),
            device_id: "d",
            chat_id: None,
            chat_session_id: None,
        };
        assert_eq!(
            payload(&options(), &Page::default(), who),
            r#"{"token":"jwt","orgId":"acme","orgid":"acme","configId":"cfg_1","deviceId":"d","context":{"device":"web","configId":"cfg_1","deviceId":"d"}}"#
        );
        let page = Page {
            url: Some("https://x/".to_owned()),
            title: Some("X".to_owned()),
            referrer: None,
        };
        let full = payload(
            &options().app_id("marketing").language("en"),
            &page,
            Credentials {
                chat_id: Some("c"),
                chat_session_id: Some("cs_1"),
                ..who
            },
        );
        assert_eq!(
            full,
            concat!(
                r#"{"token":"jwt","orgId":"acme","orgid":"acme","appId":"marketing","configId":"cfg_1","deviceId":"d","chatId":"c","#,
                r#""context":{"device":"web","language":"en","appId":"marketing","configId":"cfg_1","deviceId":"d","currentUrl":"https://x/","title":"X","chatSessionId":"cs_1"}}"#
            )
        );
    }

    #[test]
    fn a_viewer_of_broadcasts_has_no_token() {
        let who = Credentials {
            token: None,
            device_id: "d",
            chat_id: Some("c"),
            chat_session_id: Some("cs"),
        };
        assert_eq!(
            payload(&options(), &Page::default(), who),
            r#"{"broadcastOnly":true,"orgId":"acme","deviceId":"d"}"#
        );
    }

    fn read(text: &str) -> Greeting {
        greeting(json::parse(text).unwrap().as_object().unwrap(), UnixMillis(0))
    }

    #[test]
    fn the_greeting_is_read() {
        let Greeting::Accepted(accepted) = read(
            r#"{"success":true,"user":{"email":"a@b.c","name":"Alice","role":"customer"},"chatSessionId":"cs_1","isGuest":false,"config":{"configId":"x","ai":"Ada","status":"active","agents":[{"user":"jane@x.io"}]}}"#,
        ) else {
            panic!("accepted");
        };
        assert_eq!(accepted.email.as_deref(), Some("a@b.c"));
        assert_eq!(accepted.chat_session_id.as_deref(), Some("cs_1"));
        assert_eq!(accepted.standing, Some(Standing::SignedIn));
        assert_eq!(accepted.config.unwrap().online, Some(true));
        assert!(matches!(read("{}"), Greeting::Accepted(_)));
    }

    #[test]
    fn a_failure_is_expiry_or_refusal() {
        assert!(matches!(
            read(r#"{"success":false,"error":"token_expired"}"#),
            Greeting::Expired
        ));
        for (text, words) in [
            (
                r#"{"success":false,"error":"bad","message":"No such org"}"#,
                "No such org",
            ),
            (r#"{"success":false,"error":"bad"}"#, "bad"),
            (r#"{"error":"bad"}"#, "bad"),
        ] {
            assert!(matches!(read(text), Greeting::Refused(said) if said == words), "{text}");
        }
    }
}
