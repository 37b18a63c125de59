//! One call: its address, its credentials, and what its answer means.

use std::time::Duration;

use reqwest::Url;
use reqwest::header::{ORIGIN, RETRY_AFTER};
use serde_json::Value;
use visavis_client_core::http::HttpResponse;
use visavis_client_core::time::UnixMillis;
use visavis_client_core::{Error, Secret};

use crate::network::Network;
use crate::words::cause;

/// The whole call must end within this time.
const LIMIT: Duration = Duration::from_secs(10);
/// A longer answer is not from a chat server.
const LONGEST_BODY: usize = 4 * 1024 * 1024;

/// What opens the service.
#[derive(Clone)]
pub(super) enum Credential {
    /// `X-API-Key`, and the origin of the page where one is told.
    Key { key: Secret, origin: Option<String> },
    /// `Authorization: Bearer`.
    Token(Secret),
}

/// Where calls go, and with what.
#[derive(Clone)]
pub(super) struct Caller {
    base: Url,
    pub(super) credential: Credential,
    pub(super) network: Network,
}

impl Caller {
    pub(super) fn new(api_url: &str, credential: Credential) -> Result<Self, Error> {
        let wrong = |what: String| Error::Configuration {
            message: format!("apiUrl: {what}; expected an address such as https://api.mailoo.app"),
            status: None,
        };
        let base = Url::parse(api_url.trim()).map_err(|error| wrong(error.to_string()))?;
        if !matches!(base.scheme(), "http" | "https") || base.cannot_be_a_base() {
            return Err(wrong("only http and https are spoken".to_owned()));
        }
        Ok(Self {
            base,
            credential,
            network: Network::new()?,
        })
    }

    /// An address below `/api/v1`, each part encoded.
    pub(super) fn url(&self, parts: &[&str]) -> Result<Url, Error> {
        let mut url = self.base.clone();
        match url.path_segments_mut() {
            Ok(mut path) => {
                path.pop_if_empty().extend(["api", "v1"]).extend(parts);
            }
            Err(()) => {
                return Err(Error::Configuration {
                    message: "apiUrl: it has no path".to_owned(),
                    status: None,
                });
            }
        }
        Ok(url)
    }

    pub(super) async fn get(&self, url: Url) -> Result<String, Error> {
        self.finish(self.network.http.get(url)).await
    }

    pub(super) async fn post(&self, url: Url, body: &Value) -> Result<String, Error> {
        let request = self.network.http.post(url);
        let request = request
            .header("content-type", "application/json")
            .body(body.to_string());
        self.finish(request).await
    }

    async fn finish(&self, request: reqwest::RequestBuilder) -> Result<String, Error> {
        let request = match &self.credential {
            Credential::Key { key, origin } => {
                let request = request.header("x-api-key", sensitive(key)?);
                match origin {
                    Some(origin) => request.header(ORIGIN, origin),
                    None => request,
                }
            }
            Credential::Token(token) => request.bearer_auth(token.expose()),
        };
        let _turn = self
            .network
            .limits
            .http
            .acquire()
            .await
            .map_err(|error| network(&error))?;
        let answered = tokio::time::timeout(LIMIT, answer(request)).await;
        let response = answered.unwrap_or_else(|_| {
            Err(Error::Network {
                message: "no answer in time".to_owned(),
            })
        })?;
        match refusal(&response) {
            Some(error) => Err(error),
            None => Ok(response.body),
        }
    }
}

fn sensitive(key: &Secret) -> Result<reqwest::header::HeaderValue, Error> {
    let value = reqwest::header::HeaderValue::from_str(key.expose()).map_err(|_| Error::Configuration {
        message: "apiKey: it is no text that a header can carry".to_owned(),
        status: None,
    })?;
    let mut value = value;
    value.set_sensitive(true);
    Ok(value)
}

fn network(error: &dyn std::error::Error) -> Error {
    Error::Network { message: cause(error) }
}

async fn answer(request: reqwest::RequestBuilder) -> Result<HttpResponse, Error> {
    // Addresses hold session ids, so errors are told without.
    let described = |error: reqwest::Error| network(&error.without_url());
    let mut response = request.send().await.map_err(described)?;
    let status = response.status().as_u16();
    let retry_after = response.headers().get(RETRY_AFTER);
    let retry_after = retry_after.and_then(|value| Some(value.to_str().ok()?.to_owned()));
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(described)? {
        if body.len() + chunk.len() > LONGEST_BODY {
            return Err(Error::Protocol {
                message: "the answer is too large".to_owned(),
            });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(HttpResponse {
        status,
        body: String::from_utf8_lossy(&body).into_owned(),
        retry_after,
        ..HttpResponse::default()
    })
}

/// An answer that is no success, by cause.
fn refusal(response: &HttpResponse) -> Option<Error> {
    if response.is_success() {
        return None;
    }
    let status = Some(response.status);
    let message = words(response);
    Some(match response.status {
        401 | 403 => Error::Configuration { message, status },
        404 | 410 => Error::Session { message, status },
        500 | 502 | 504.. => Error::Network { message },
        _ => Error::Refused {
            message,
            status,
            retry_after: response.wait(UnixMillis(0)),
        },
    })
}

fn words(response: &HttpResponse) -> String {
    let body: Value = serde_json::from_str(&response.body).unwrap_or_default();
    let said = ["/message", "/error/message", "/error"];
    let said = said.into_iter().find_map(|place| body.pointer(place)?.as_str());
    match said {
        Some(words) => format!("the service answered {}: {words}", response.status),
        None => format!("the service answered {}", response.status),
    }
}

/// The answer's JSON.
pub(super) fn json(body: &str) -> Result<Value, Error> {
    serde_json::from_str(body).map_err(|_| Error::Protocol {
        message: "the service answers with something else than JSON; check apiUrl".to_owned(),
    })
}
