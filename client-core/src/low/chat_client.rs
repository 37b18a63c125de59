//! Bloonio's REST calls of a visitor: a request to make, and a function that reads its answer.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::backend::Grant;
use crate::backend::bloonio::{self, rest};
use crate::config::Identity;
use crate::error::Error;
use crate::http::{HttpRequest, HttpResponse};
use crate::message::WidgetConfig;
use crate::secret::Secret;
use crate::time::UnixMillis;
use crate::url::BaseUrl;

/// The REST side of a relay.
///
/// ```
/// use visavis_client_core::low::{ChatClient, WidgetConfigParams};
///
/// # fn main() -> Result<(), visavis_client_core::Error> {
/// let client = ChatClient::new("https://relay.example")?;
/// let call = client.fetch_widget_config(&WidgetConfigParams {
///     tenant_id: "019e4ae7-1a2b-7c3d-8e4f-5a6b7c8d9e0f".into(),
///     widget_public_key: "pk_7f3a".into(),
///     origin: "https://site.example".into(),
/// });
/// assert_eq!(call.request.url.to_string(), "https://relay.example/api/v1/fetch/widget-config");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct ChatClient {
    base: BaseUrl,
}

/// What `fetch/widget-config` asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WidgetConfigParams {
    /// The tenant's id.
    pub tenant_id: String,
    /// The widget's public key.
    pub widget_public_key: String,
    /// The page's origin.
    pub origin: String,
}

/// A session as it was created or refreshed.
#[derive(Clone, Debug)]
pub struct VisitorSession {
    /// The server's id of it; a refresh may leave it out.
    pub session_id: Option<String>,
    /// The token for the socket.
    pub visitor_token: Secret,
    /// How long the token is good from the moment of the answer.
    pub lifetime: Duration,
    /// The widget's public settings, when they came along.
    pub widget_config: Option<WidgetConfig>,
    /// The answer's data as the server sent it. It holds the token: do not log it.
    pub data: Map<String, Value>,
}

/// The answer to an identification.
#[derive(Clone, Debug)]
pub struct Identified {
    /// A token to use from now on, when the server gave one.
    pub visitor_token: Option<Secret>,
}

/// A call to make and how to read its answer.
#[derive(Clone, Debug)]
pub struct Call<T> {
    /// The call.
    pub request: HttpRequest,
    read: fn(&HttpResponse, UnixMillis) -> Result<T, Error>,
}

impl<T> Call<T> {
    /// Reads the answer that arrived at `wall`.
    ///
    /// # Errors
    /// [`Error::Configuration`] for a refusal, [`Error::Refused`] for "not now", [`Error::Protocol`] for anything that is not the relay's.
    pub fn read(&self, response: &HttpResponse, wall: UnixMillis) -> Result<T, Error> {
        (self.read)(response, wall)
    }
}

impl ChatClient {
    /// A client for the relay at `base_url`.
    ///
    /// # Errors
    /// [`Error::Configuration`] when that is no `http` or `https` address.
    pub fn new(base_url: &str) -> Result<Self, Error> {
        Ok(Self {
            base: BaseUrl::parse("baseUrl", base_url)?,
        })
    }

    /// The widget's public settings, without a session.
    pub fn fetch_widget_config(&self, params: &WidgetConfigParams) -> Call<(WidgetConfig, Map<String, Value>)> {
        let WidgetConfigParams {
            tenant_id,
            widget_public_key,
            origin,
        } = params;
        Call {
            request: rest::fetch_config(&self.base, tenant_id, widget_public_key, origin),
            read: |response, wall| Ok((rest::read_config(response, wall).into_result()?, data(response))),
        }
    }

    /// A new session. The base URL in `options` is not looked at; this client's is used.
    pub fn create_visitor_session(&self, options: &bloonio::Options) -> Call<VisitorSession> {
        Call {
            request: rest::create_session(&self.base, options),
            read: read_session,
        }
    }

    /// A new token for a session, from its old one, expired or not.
    pub fn refresh_visitor_token(&self, token: &Secret) -> Call<VisitorSession> {
        Call {
            request: rest::refresh(&self.base, token, None),
            read: read_session,
        }
    }

    /// Links the session to a user of the site.
    pub fn identify_visitor(&self, token: &Secret, identity: &Identity) -> Call<Identified> {
        Call {
            request: rest::identify(&self.base, token, identity, None),
            read: |response, wall| {
                let grant = rest::read_identified(response, wall).into_result()?;
                Ok(Identified {
                    visitor_token: grant.map(|grant| grant.token),
                })
            },
        }
    }
}

fn read_session(response: &HttpResponse, wall: UnixMillis) -> Result<VisitorSession, Error> {
    let Grant {
        session_id,
        token,
        lifetime,
        config,
    } = rest::read_grant(response, wall).into_result()?;
    Ok(VisitorSession {
        session_id,
        visitor_token: token,
        lifetime,
        widget_config: config,
        data: data(response),
    })
}

/// The answer's data, the envelope taken off.
fn data(response: &HttpResponse) -> Map<String, Value> {
    let Ok(Value::Object(mut body)) = serde_json::from_str(&response.body) else {
        return Map::new();
    };
    match body.remove("data") {
        Some(Value::Object(data)) => data,
        _ => body,
    }
}
