//! A service and plain calls to it.

use std::time::Duration;

use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use visavis_backends::mailoo::{Mailoo, MailooHandle, Settings};

/// Nothing here takes longer on a healthy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);
pub(crate) const CHAT: &str = "/api/v1/webhooks/chat/mailoo-website/mailoo_dev_chat_integration";
pub(crate) const OWNER: &str = "/api/v1/chat/mailoo_dev_chat_integration";

pub(crate) async fn service() -> MailooHandle {
    Mailoo::start(Settings::test()).await.unwrap()
}

fn client() -> reqwest::Client {
    let _already = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}

/// A call with a key, and an origin where one is given.
pub(crate) struct Caller<'s> {
    pub(crate) service: &'s MailooHandle,
    pub(crate) key: &'s str,
    pub(crate) origin: Option<&'s str>,
}

impl<'s> Caller<'s> {
    pub(crate) fn dev(service: &'s MailooHandle) -> Self {
        Self {
            service,
            key: Settings::DEV_KEY,
            origin: None,
        }
    }

    async fn finish(&self, request: reqwest::RequestBuilder) -> Response {
        let mut request = request.header("x-api-key", self.key).timeout(PATIENCE);
        if let Some(origin) = self.origin {
            request = request.header("origin", origin);
        }
        request.send().await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Response {
        let url = format!("{}{path}", self.service.base_url());
        let request = client().post(url).header("content-type", "application/json");
        self.finish(request.body(body.to_string())).await
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.finish(client().get(format!("{}{path}", self.service.base_url())))
            .await
    }

    /// Sends a message and answers its session.
    pub(crate) async fn say(&self, content: &str, session: Option<&str>) -> String {
        let mut body = json!({ "content": content });
        if let Some(session) = session {
            body["sessionPublicId"] = json!(session);
        }
        let answer = self.post(&format!("{CHAT}/messages"), body).await;
        assert_eq!(answer.status(), StatusCode::OK);
        json(answer).await["sessionPublicId"].as_str().unwrap().to_owned()
    }
}

pub(crate) async fn owner(service: &MailooHandle, path: &str, token: &str, body: Option<Value>) -> Response {
    let url = format!("{}{path}", service.base_url());
    let request = match body {
        Some(body) => client().post(url).body(body.to_string()),
        None => client().get(url),
    };
    request.bearer_auth(token).timeout(PATIENCE).send().await.unwrap()
}

pub(crate) async fn json(answer: Response) -> Value {
    serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
}

pub(crate) async fn plain(service: &MailooHandle, path: &str, body: Option<Value>, cookie: Option<&str>) -> Response {
    let url = format!("{}{path}", service.base_url());
    let mut request = match body {
        Some(body) => client().post(url).body(body.to_string()),
        None => client().get(url),
    };
    if let Some(cookie) = cookie {
        request = request.header("cookie", cookie);
    }
    request.timeout(PATIENCE).send().await.unwrap()
}
