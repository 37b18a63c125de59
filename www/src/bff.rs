//! The site's own chat back end: what stands between a visitor's browser and Mailoo's API, so that the key stays on the server.
//!
//! | route | for |
//! | --- | --- |
//! | `POST /api/v1/webhooks/chat/submit` | a message; the first one opens the session |
//! | `GET /api/v1/webhooks/chat/messages` | the conversation so far, or what is new |
//! | `GET /api/v1/internal/chat-ws-origin` | where the visitor's wake-up socket is |
//!
//! A session id is worth a whole conversation, so each is bound to the browser that opened it by a cookie that scripts cannot read.

mod allowance;
mod answer;
mod cookie;
mod settings;
mod upstream;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::{
    Json, Router,
    body::Bytes,
    extract::{ConnectInfo, DefaultBodyLimit, FromRequestParts, Query, State, rejection::QueryRejection},
    http::{
        Extensions, HeaderMap, HeaderValue,
        header::{CACHE_CONTROL, HOST, IF_NONE_MATCH, ORIGIN, SET_COOKIE},
        request::Parts,
    },
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use self::allowance::{Allowance, Kind};
use self::answer::Refusal;
use self::cookie::Opened;
pub(crate) use self::settings::{Setting, Settings};
use self::upstream::{Asked, Person, Submission, Upstream};
use crate::login::Logins;

/// The largest body that is read. A message of 16,000 characters fits, whatever script it is written in.
const BODY_LIMIT: usize = 128 * 1024;

/// The longest message that is passed on, in characters.
const MESSAGE_LIMIT: usize = 16_000;

/// The longest session id that is looked at.
const SESSION_ID_LIMIT: usize = 256;

/// The chat's back end of one site.
pub(crate) struct Bff {
    settings: Settings,
    upstream: Upstream,
    allowance: Allowance,
    logins: Arc<Logins>,
}

impl Bff {
    /// A back end that looks its settings up for every request.
    ///
    /// # Errors
    /// When the system cannot provide an HTTP client.
    pub(crate) fn new(settings: Settings, logins: Arc<Logins>) -> Result<Self, String> {
        Ok(Self {
            settings,
            upstream: Upstream::new()?,
            allowance: Allowance::default(),
            logins,
        })
    }

    /// Who is logged in on this site.
    pub(crate) fn logins(&self) -> Arc<Logins> {
        Arc::clone(&self.logins)
    }

    /// What a page may know of the chat, or none while it is not set up.
    pub(crate) fn public(&self) -> Option<Value> {
        let integration = self.settings.integration()?;
        Some(json!({
            "project_uid": integration.project_uid,
            "integration_id": integration.integration_id,
            "ws_origin": self.settings.socket_origin(),
            "welcome_message": self.settings.welcome_message(),
        }))
    }

    /// The `connect-src` source of the wake-up socket.
    pub(crate) fn socket_origin(&self) -> Option<String> {
        self.settings.integration()?;
        self.settings.socket_origin()
    }
}

/// The routes.
pub(crate) fn routes(bff: Arc<Bff>) -> Router {
    Router::new()
        .route("/api/v1/webhooks/chat/submit", post(submit))
        .route("/api/v1/webhooks/chat/messages", get(messages))
        .route("/api/v1/internal/chat-ws-origin", get(socket_origin))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(bff)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    content: String,
    session_public_id: Option<String>,
}

async fn submit(State(bff): State<Arc<Bff>>, caller: Caller, body: Bytes) -> Result<Response, Refusal> {
    caller.same_site()?;
    bff.allowance.take(Kind::Send, caller.address)?;
    let message = read(&body)?;
    let integration = bff.settings.integration().ok_or(Refusal::NotSetUp)?;
    let opened = Opened::read(&caller.headers, &integration.key);
    if let Some(session) = &message.session_public_id {
        own(&opened, session)?;
    }
    let person = bff.logins.who(&caller.headers);
    let submission = Submission {
        content: &message.content,
        session: message.session_public_id.as_deref(),
        sender: person.as_ref().map(|login| Person {
            email: &login.email,
            name: &login.name,
        }),
        origin: caller.origin(),
    };
    let sent = bff.upstream.submit(&integration, &submission).await?;
    let session = sent.session.as_deref().or(submission.session);
    let mut response = no_store(Json(sent.public()).into_response());
    if let Some(session) = session.filter(|session| !opened.has(session)) {
        let value = HeaderValue::from_str(&opened.with(session)).map_err(|_| Refusal::Unreadable)?;
        response.headers_mut().append(SET_COOKIE, value);
    }
    Ok(response)
}

fn read(body: &[u8]) -> Result<Message, Refusal> {
    let message: Message = serde_json::from_slice(body).map_err(|_| {
        Refusal::BadRequest("expected JSON with a text `content` and, after the first message, `sessionPublicId`")
    })?;
    if message.content.trim().is_empty() {
        return Err(Refusal::BadRequest("`content` is empty"));
    }
    if message.content.chars().count() > MESSAGE_LIMIT {
        return Err(Refusal::TooLarge);
    }
    Ok(message)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wanted {
    session_public_id: String,
    since: Option<String>,
}

async fn messages(
    State(bff): State<Arc<Bff>>,
    caller: Caller,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Result<Response, Refusal> {
    bff.allowance.take(Kind::Poll, caller.address)?;
    let Query(wanted) = wanted.map_err(|_| Refusal::BadRequest("the query needs `sessionPublicId`"))?;
    let integration = bff.settings.integration().ok_or(Refusal::NotSetUp)?;
    own(
        &Opened::read(&caller.headers, &integration.key),
        &wanted.session_public_id,
    )?;
    let asked = Asked {
        session: &wanted.session_public_id,
        since: wanted.since.as_deref(),
        known: caller.headers.get(IF_NONE_MATCH),
        origin: caller.origin(),
    };
    let answer = bff.upstream.messages(&integration, &asked).await?;
    Ok(no_store(answer.into_response()))
}

async fn socket_origin(State(bff): State<Arc<Bff>>) -> Result<Response, Refusal> {
    let origin = bff.socket_origin().ok_or(Refusal::NotSetUp)?;
    Ok(no_store(Json(json!({ "origin": origin })).into_response()))
}

/// A session that this browser did not open is treated as one that does not exist: whoever guesses ids learns nothing.
fn own(opened: &Opened<'_>, session: &str) -> Result<(), Refusal> {
    let ours = session.len() <= SESSION_ID_LIMIT && opened.has(session);
    ours.then_some(()).ok_or(Refusal::SessionGone)
}

fn no_store(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Who asks.
struct Caller {
    headers: HeaderMap,
    address: IpAddr,
}

impl Caller {
    /// The page's origin, as Mailoo checks it against the integration's list.
    fn origin(&self) -> Option<String> {
        let text = |name| {
            self.headers
                .get(name)
                .and_then(|value: &HeaderValue| value.to_str().ok())
        };
        let stated = text(ORIGIN).filter(|origin| *origin != "null").map(str::to_owned);
        // Browsers leave it out of a read from the same origin.
        stated.or_else(|| text(HOST).map(|host| format!("http://{host}")))
    }

    /// Another site's page must not write in a visitor's name.
    fn same_site(&self) -> Result<(), Refusal> {
        let text = |name| {
            self.headers
                .get(name)
                .and_then(|value: &HeaderValue| value.to_str().ok())
        };
        let Some(origin) = text(ORIGIN) else { return Ok(()) };
        let host = origin.split_once("://").map(|(_, host)| host);
        if host.is_some() && host == text(HOST) {
            Ok(())
        } else {
            Err(Refusal::ForeignPage)
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self {
            headers: parts.headers.clone(),
            address: address(&parts.extensions),
        })
    }
}

/// The connection's own address: what a header says of it anybody can write.
fn address(extensions: &Extensions) -> IpAddr {
    extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::from([0, 0, 0, 0]), |ConnectInfo(address)| address.ip())
}

#[cfg(test)]
mod tests;
