//! The calls to the site's own back end, or to the service itself, and what their answers mean.

use crate::backend::lenient::iso8601;
use crate::backend::{lenient, words};
use crate::config::Tuning;
use crate::http::{HttpRequest, HttpResponse, MediaType, Method};
use crate::ids::ServerId;
use crate::json::{self, Object, ObjectWriter, Value};
use crate::secret::Secret;
use crate::time::UnixMillis;
use crate::url::Url;

#[cfg(feature = "mailoo-direct")]
use super::direct::Holder;
use super::record;

/// Messages of the last moments are asked for again: several may share a time, and replicas' clocks differ.
pub(super) const OVERLAP: i64 = 2_000;

/// Where the calls go.
#[derive(Clone, Debug)]
pub(super) struct Routes {
    pub(super) submit: Url,
    /// The conversation; with a key, what all conversations are below.
    pub(super) messages: Url,
    pub(super) origin: Option<String>,
    /// Whoever calls the service itself; none where the site does.
    #[cfg(feature = "mailoo-direct")]
    pub(super) holder: Option<Holder>,
}

impl Routes {
    fn call(&self, method: Method, url: Url) -> HttpRequest {
        HttpRequest {
            method,
            url,
            bearer: None,
            origin: self.origin.clone(),
            headers: self.credentials(),
            body: None,
            media_type: MediaType::Json,
            timeout: Tuning::default().request_timeout,
        }
    }

    #[cfg(feature = "mailoo-direct")]
    fn credentials(&self) -> Vec<(&'static str, Secret)> {
        self.holder.iter().map(Holder::header).collect()
    }

    /// The site's own back end adds them.
    #[cfg(not(feature = "mailoo-direct"))]
    fn credentials(&self) -> Vec<(&'static str, Secret)> {
        Vec::new()
    }

    fn conversation(&self, session: &Secret) -> Url {
        #[cfg(feature = "mailoo-direct")]
        if self.holder.is_some() {
            return Holder::conversation(&self.messages, session);
        }
        self.messages.clone().with_query("sessionPublicId", session.expose())
    }

    /// Words for whoever runs the client: about the site's own back end, or about the service.
    pub(super) fn words(&self, of_site: &str, _of_service: &str) -> String {
        #[cfg(feature = "mailoo-direct")]
        if self.holder.is_some() {
            return _of_service.to_owned();
        }
        of_site.to_owned()
    }

    /// Sends a message; without a session the server makes one.
    pub(super) fn submit(&self, text: &str, session: Option<&Secret>) -> HttpRequest {
        let mut body = String::new();
        let mut object = ObjectWriter::open(&mut body);
        object.text("content", text);
        if let Some(session) = session {
            object.text("sessionPublicId", session.expose());
        }
        #[cfg(feature = "mailoo-direct")]
        if let Some(holder) = &self.holder {
            holder.introduce(&mut object);
        }
        object.close();
        HttpRequest {
            body: Some(body),
            ..self.call(Method::Post, self.submit.clone())
        }
    }

    /// The conversation: all of it, or what is as new as the newest message that is known.
    pub(super) fn messages(&self, session: &Secret, newest: Option<UnixMillis>) -> HttpRequest {
        let url = self.conversation(session);
        let url = match newest {
            Some(newest) => url.with_query("since", &iso8601(newest.0.saturating_sub(OVERLAP))),
            None => url,
        };
        self.call(Method::Get, url)
    }

    pub(super) fn ask(&self, url: &Url) -> HttpRequest {
        self.call(Method::Get, url.clone())
    }
}

/// What can be done about an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Done,
    Unchanged,
    /// Nothing was taken; later it may be.
    Later,
    /// Key, origin or scope: nobody but the site can help.
    Forbidden,
    /// Project, integration, session or route are not known.
    Unknown,
    /// Never, as it is.
    Never,
    /// Nobody can tell what became of it.
    Broken,
}

/// 429 and 503 refuse for now, 500, 502 and 504 leave open whether anything happened.
pub(super) fn kind(status: u16) -> Kind {
    match status {
        200..300 => Kind::Done,
        304 => Kind::Unchanged,
        401 | 403 => Kind::Forbidden,
        404 | 410 => Kind::Unknown,
        425 | 429 | 503 => Kind::Later,
        408 | 500.. => Kind::Broken,
        _ => Kind::Never,
    }
}

/// Why, in the server's words. The address with the session is never among them.
pub(super) fn why(response: &HttpResponse) -> String {
    words::words(response)
}

/// Whether the server's own program answered, and not something on the way that knows no such route.
pub(super) fn is_the_programs(response: &HttpResponse) -> bool {
    json::parse(&response.body).is_ok_and(|body| matches!(body, Value::Object(_)))
}

/// What the server says about a message that it took.
#[derive(Clone, Debug, Default)]
pub(super) struct Taken {
    pub(super) session: Option<Secret>,
    pub(super) id: Option<ServerId>,
    pub(super) at: Option<UnixMillis>,
}

/// Reads the answer to a message. No body is published; these are the spellings that the sibling calls suggest.
pub(super) fn taken(body: &str) -> Taken {
    let parsed = json::parse(body).ok();
    let Some(body) = parsed.as_ref().and_then(Value::as_object) else {
        return Taken::default();
    };
    let data = lenient::object(body, &["data"]);
    let message = lenient::object(body, &["message"]);
    let of_data = data.and_then(|data| lenient::object(data, &["message"]));
    let session = session(body).or_else(|| session(data?));
    let id = lenient::text(body, &["messageId"])
        .or_else(|| lenient::text(message?, &["id", "publicId"]))
        .or_else(|| lenient::text(body, &["id"]))
        .or_else(|| lenient::text(data?, &["messageId"]))
        .or_else(|| lenient::text(of_data?, &["id"]));
    Taken {
        session: session.map(Secret::new),
        id: id.map(ServerId),
        at: [message, of_data, data, Some(body)]
            .into_iter()
            .flatten()
            .find_map(record::time),
    }
}

fn session(object: &Object) -> Option<String> {
    lenient::text(object, &["sessionPublicId"])
        .or_else(|| lenient::text(lenient::object(object, &["session"])?, &["publicId", "sessionPublicId"]))
}

/// The origin of the socket, as a bare text or under one of three names.
pub(super) fn told_origin(body: &str) -> Option<String> {
    let text = match json::parse(body) {
        Ok(Value::Object(object)) => lenient::text(&object, &["origin", "wsOrigin", "url"]),
        Ok(Value::String(text)) => Some(text),
        Ok(_) => None,
        Err(_) => Some(body.trim().to_owned()),
    };
    text.filter(|text| !text.is_empty() && text.len() < 300)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_taken_message_is_read() {
        for (body, session, id) in [
            (
                r#"{"success":true,"messageId":"m_1","sessionPublicId":"cs_1"}"#,
                Some("cs_1"),
                Some("m_1"),
            ),
            (
                r#"{"session":{"publicId":"cs_1"},"message":{"id":"m_1"}}"#,
                Some("cs_1"),
                Some("m_1"),
            ),
            (
                r#"{"session":{"sessionPublicId":"cs_1"},"message":{"publicId":"m_1"}}"#,
                Some("cs_1"),
                Some("m_1"),
            ),
            (
                r#"{"data":{"sessionPublicId":"cs_1","messageId":"m_1"}}"#,
                Some("cs_1"),
                Some("m_1"),
            ),
            (
                r#"{"data":{"session":{"publicId":"cs_1"},"message":{"id":"m_1"}}}"#,
                Some("cs_1"),
                Some("m_1"),
            ),
            (
                r#"{"id":7,"sessionPublicId":"cs_1","message":"thanks"}"#,
                Some("cs_1"),
                Some("7"),
            ),
            (r#"{"sessionPublicId":"cs_1"}"#, Some("cs_1"), None),
            (r#"{"success":true}"#, None, None),
            ("", None, None),
            ("<html>", None, None),
        ] {
            let taken = taken(body);
            assert_eq!(taken.session.as_ref().map(Secret::expose), session, "{body}");
            assert_eq!(taken.id.as_ref().map(|id| id.0.as_str()), id, "{body}");
        }
        let told = taken(r#"{"message":{"id":"m_1","createdAt":"2026-04-01T10:00:00Z"}}"#);
        assert_eq!(told.at, Some(UnixMillis(1_775_037_600_000)));
    }

    #[test]
    fn every_spelling_of_the_sockets_origin_is_read() {
        for body in [
            r#"{"origin":"wss://api.example"}"#,
            r#"{"wsOrigin":"wss://api.example"}"#,
            r#"{"url":"wss://api.example"}"#,
            r#""wss://api.example""#,
            " wss://api.example\n",
        ] {
            assert_eq!(told_origin(body).as_deref(), Some("wss://api.example"), "{body}");
        }
        assert_eq!(
            (told_origin(""), told_origin("[]"), told_origin("{}")),
            (None, None, None)
        );
    }

    #[test]
    fn a_status_says_what_can_be_done() {
        for (status, expected) in [
            (200, Kind::Done),
            (201, Kind::Done),
            (204, Kind::Done),
            (304, Kind::Unchanged),
            (400, Kind::Never),
            (401, Kind::Forbidden),
            (403, Kind::Forbidden),
            (404, Kind::Unknown),
            (409, Kind::Never),
            (413, Kind::Never),
            (422, Kind::Never),
            (429, Kind::Later),
            (500, Kind::Broken),
            (502, Kind::Broken),
            (503, Kind::Later),
            (504, Kind::Broken),
        ] {
            assert_eq!(kind(status), expected, "{status}");
        }
    }

    #[test]
    fn a_time_is_written_as_it_is_read() {
        for at in [
            0,
            1_775_037_600_000,
            1_782_036_062_500,
            951_782_399_999,
            -1,
            4_102_444_800_007,
        ] {
            let text = iso8601(at);
            assert_eq!(lenient::rfc3339(&text), Some(UnixMillis(at)), "{text}");
        }
        assert_eq!(iso8601(1_782_036_062_050), "2026-06-21T10:01:02.050Z");
    }

    #[test]
    fn since_goes_back_a_little() {
        let routes = Routes {
            submit: Url::new("https://site.example/submit"),
            messages: Url::new("https://site.example/messages"),
            origin: None,
            #[cfg(feature = "mailoo-direct")]
            holder: None,
        };
        let call = routes.messages(&Secret::new("cs 1"), Some(UnixMillis(1_782_036_062_000)));
        assert_eq!(
            call.url.expose(),
            "https://site.example/messages?sessionPublicId=cs%201&since=2026-06-21T10%3A01%3A00.000Z"
        );
        assert!(!format!("{call:?}").contains("cs"), "{call:?}");
        let body = routes.submit("Hi", Some(&Secret::new("cs_1"))).body.unwrap();
        assert_eq!(body, r#"{"content":"Hi","sessionPublicId":"cs_1"}"#);
    }
}
