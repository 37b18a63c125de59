//! The calls to Mailoo's API, with the key.

use std::sync::Arc;
use std::time::Duration;

use axum::{
    Json,
    http::{
        HeaderValue, StatusCode,
        header::{ETAG, IF_NONE_MATCH, ORIGIN, RETRY_AFTER},
    },
    response::{IntoResponse, Response},
};
use reqwest::RequestBuilder;
use rustls::{ClientConfig, RootCertStore};
use serde_json::{Map, Value, json};

use super::answer::Refusal;
use super::settings::Integration;

/// The whole call. Shorter than the ten seconds that the widget waits, so that it hears our answer.
const LIMIT: Duration = Duration::from_secs(8);

const CONNECT_LIMIT: Duration = Duration::from_secs(4);

/// The largest answer that is passed on.
const ANSWER_LIMIT: usize = 4 * 1024 * 1024;

/// One HTTP client for all visitors.
pub(super) struct Upstream {
    http: reqwest::Client,
}

/// A visitor's message on its way.
pub(super) struct Submission<'a> {
    pub(super) content: &'a str,
    pub(super) session: Option<&'a str>,
    pub(super) sender: Option<Person<'a>>,
    pub(super) origin: Option<String>,
}

/// Somebody whom the site knows.
pub(super) struct Person<'a> {
    pub(super) email: &'a str,
    pub(super) name: &'a str,
}

/// A look at a conversation.
pub(super) struct Asked<'a> {
    pub(super) session: &'a str,
    pub(super) since: Option<&'a str>,
    pub(super) known: Option<&'a HeaderValue>,
    pub(super) origin: Option<String>,
}

/// What became of a message.
pub(super) struct Sent {
    pub(super) session: Option<String>,
    message: Option<String>,
}

impl Sent {
    /// What the browser is told.
    pub(super) fn public(&self) -> Value {
        json!({ "success": true, "messageId": self.message, "sessionPublicId": self.session })
    }
}

/// The messages of a conversation.
pub(super) enum Answer {
    Unchanged(Option<HeaderValue>),
    Messages {
        messages: Vec<Value>,
        tag: Option<HeaderValue>,
    },
}

impl Upstream {
    pub(super) fn new() -> Result<Self, String> {
        let roots = RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_LIMIT)
            .timeout(LIMIT)
            .build()
            .map_err(|error| error.to_string())?;
        Ok(Self { http })
    }

    /// Passes a message on.
    pub(super) async fn submit(&self, integration: &Integration, submission: &Submission<'_>) -> Result<Sent, Refusal> {
        let url = url(integration, &["messages"])?;
        let body = body(submission).to_string();
        let call = self
            .http
            .post(url)
            .header("content-type", "application/json")
            .body(body);
        let response = send(integration, call, submission.origin.as_deref()).await?;
        let answer = json(response).await?;
        Ok(Sent {
            session: text_at(&answer, SESSION_ID),
            message: text_at(&answer, MESSAGE_ID),
        })
    }

    /// Reads a conversation.
    pub(super) async fn messages(&self, integration: &Integration, asked: &Asked<'_>) -> Result<Answer, Refusal> {
        let mut url = url(integration, &["sessions", asked.session, "messages"])?;
        if let Some(since) = asked.since {
            url.query_pairs_mut().append_pair("since", since);
        }
        let mut call = self.http.get(url);
        if let Some(known) = asked.known {
            call = call.header(IF_NONE_MATCH, known);
        }
        let response = send(integration, call, asked.origin.as_deref()).await?;
        let tag = response.headers().get(ETAG).cloned();
        if response.status() == StatusCode::NOT_MODIFIED {
            return Ok(Answer::Unchanged(tag));
        }
        let messages = list(json(response).await?).ok_or(Refusal::Unreadable)?;
        let messages = messages.into_iter().map(public).collect();
        Ok(Answer::Messages { messages, tag })
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let (mut response, tag) = match self {
            Self::Unchanged(tag) => (StatusCode::NOT_MODIFIED.into_response(), tag),
            Self::Messages { messages, tag } => (Json(json!({ "messages": messages })).into_response(), tag),
        };
        if let Some(tag) = tag {
            response.headers_mut().insert(ETAG, tag);
        }
        response
    }
}

fn url(integration: &Integration, path: &[&str]) -> Result<reqwest::Url, Refusal> {
    let base = format!("{}/api/v1/webhooks/chat", integration.api);
    let mut url = reqwest::Url::parse(&base).map_err(|error| {
        tracing::error!(%error, "MAILOO_CHAT_INTEGRATION_API is no URL");
        Refusal::Misconfigured
    })?;
    let ids = [integration.project_uid.as_str(), integration.integration_id.as_str()];
    match url.path_segments_mut() {
        Ok(mut segments) => drop(segments.extend(ids).extend(path)),
        Err(()) => return Err(Refusal::Misconfigured),
    }
    Ok(url)
}

fn body(submission: &Submission<'_>) -> Value {
    let mut body = Map::new();
    let mut put = |name: &str, value: &str| drop(body.insert(name.to_owned(), value.into()));
    put("content", submission.content);
    if let Some(session) = submission.session {
        put("sessionPublicId", session);
    }
    if let Some(person) = &submission.sender {
        put("senderEmail", person.email);
        put("senderName", person.name);
    }
    Value::Object(body)
}

/// The API's answer, when it is one; its error bodies stay here.
async fn send(
    integration: &Integration,
    call: RequestBuilder,
    origin: Option<&str>,
) -> Result<reqwest::Response, Refusal> {
    let mut call = call.header("x-api-key", integration.key.expose());
    if let Some(origin) = origin {
        call = call.header(ORIGIN, origin);
    }
    // The URL holds the session's id.
    let response = call.send().await.map_err(|error| failed(&error.without_url()))?;
    let status = response.status();
    if status.is_success() || status == StatusCode::NOT_MODIFIED {
        return Ok(response);
    }
    tracing::warn!(status = status.as_u16(), "Mailoo's API refused a call");
    let wait = response.headers().get(RETRY_AFTER).cloned();
    Err(match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Refusal::Misconfigured,
        StatusCode::NOT_FOUND => Refusal::SessionGone,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => Refusal::Busy { status, wait },
        StatusCode::GATEWAY_TIMEOUT => Refusal::Late,
        status if status.is_client_error() => Refusal::Refused(status),
        _ => Refusal::Unreadable,
    })
}

fn failed(error: &reqwest::Error) -> Refusal {
    tracing::warn!(%error, "a call to Mailoo's API failed");
    if error.is_connect() {
        Refusal::Unreachable
    } else if error.is_timeout() {
        Refusal::Late
    } else {
        Refusal::Unreadable
    }
}

async fn json(mut response: reqwest::Response) -> Result<Value, Refusal> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failed(&error.without_url()))? {
        if body.len() + chunk.len() > ANSWER_LIMIT {
            tracing::warn!(limit = ANSWER_LIMIT, "an answer of Mailoo's API is too large");
            return Err(Refusal::Unreadable);
        }
        body.extend_from_slice(&chunk);
    }
    serde_json::from_slice(&body).map_err(|error| {
        tracing::warn!(%error, "an answer of Mailoo's API is not JSON");
        Refusal::Unreadable
    })
}

/// Where a session's id may stand: no answer of the chat's calls is published.
const SESSION_ID: &[&str] = &[
    "/sessionPublicId",
    "/session/publicId",
    "/session/sessionPublicId",
    "/data/sessionPublicId",
    "/data/session/publicId",
];

/// Where a message's id may stand.
const MESSAGE_ID: &[&str] = &[
    "/messageId",
    "/message/id",
    "/message/publicId",
    "/id",
    "/data/messageId",
    "/data/message/id",
];

/// The fields of a message that the visitor may see. Others, such as what operators note about a person, stay on the server.
const PUBLIC: &[&str] = &[
    "id",
    "messageId",
    "publicId",
    "uid",
    "content",
    "text",
    "body",
    "message",
    "createdAt",
    "created_at",
    "sentAt",
    "timestamp",
    "direction",
    "senderType",
    "sender",
    "role",
    "author",
    "from",
    "senderName",
    "authorName",
    "name",
];

fn text_at(answer: &Value, places: &[&str]) -> Option<String> {
    places.iter().find_map(|place| match answer.pointer(place)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

fn list(mut answer: Value) -> Option<Vec<Value>> {
    let place = ["", "/messages", "/items", "/data", "/data/messages"]
        .into_iter()
        .find(|place| answer.pointer(place).is_some_and(Value::is_array))?;
    match answer.pointer_mut(place)?.take() {
        Value::Array(messages) => Some(messages),
        _ => None,
    }
}

fn public(message: Value) -> Value {
    match message {
        Value::Object(fields) => fields
            .into_iter()
            .filter(|(name, _)| PUBLIC.contains(&name.as_str()))
            .collect::<Map<_, _>>()
            .into(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_shape_of_a_list_is_read() {
        let one = json!([{ "id": "m_1" }]);
        for answer in [
            one.clone(),
            json!({ "messages": one }),
            json!({ "items": one }),
            json!({ "data": one }),
            json!({ "data": { "messages": one } }),
        ] {
            assert_eq!(list(answer.clone()).map(Value::from), Some(one.clone()), "{answer}");
        }
        assert_eq!(list(json!({ "success": true })), None);
    }

    #[test]
    fn what_operators_note_stays_on_the_server() {
        let message = json!({ "id": "m_1", "content": "Hi", "senderEmail": "jane@shop.example", "note": "angry" });
        assert_eq!(public(message), json!({ "id": "m_1", "content": "Hi" }));
    }

    #[test]
    fn ids_are_found_where_they_may_stand() {
        for answer in [
            json!({ "sessionPublicId": "cs" }),
            json!({ "data": { "session": { "publicId": "cs" } } }),
            json!({ "session": { "publicId": "cs" } }),
        ] {
            assert_eq!(text_at(&answer, SESSION_ID).as_deref(), Some("cs"), "{answer}");
        }
        assert_eq!(
            text_at(&json!({ "message": "ok", "id": 7 }), MESSAGE_ID).as_deref(),
            Some("7")
        );
    }
}
