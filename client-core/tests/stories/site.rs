//! What a site's own back end says for Mailoo, and what is asked of it.

use std::time::Duration;

use serde_json::{Value, json};
use visavis_client_core::http::{HttpFailure, HttpResponse, Method};
use visavis_client_core::io::Attention;
use visavis_client_core::{Command, Config, ConnectionState, Input, mailoo};

use crate::harness::{Asked, Story, ms};
use crate::relay::answer;

pub(crate) const SITE: &str = "https://site.example";

/// A visitor of a site without a socket.
pub(crate) fn site() -> mailoo::Options {
    Config::mailoo(SITE)
}

/// The same where the socket is known.
pub(crate) fn with_socket() -> mailoo::Options {
    site()
        .project_uid("mailoo-website")
        .integration_id("mailoo_dev_chat_integration")
        .ws_origin("https://api.mailoo.example")
}

pub(crate) const KEY: &str = "sk_of_the_integration";

/// A visitor who talks with the service itself.
pub(crate) fn by_key() -> mailoo::DirectOptions {
    let api = "https://api.mailoo.example";
    Config::mailoo_direct(api, KEY, "mailoo-website", "mailoo_dev_chat_integration").sender_name("Camille")
}

/// The answer to a message.
pub(crate) fn taken(session: &str, id: &str) -> HttpResponse {
    answer(
        200,
        &json!({ "success": true, "messageId": id, "sessionPublicId": session }),
    )
}

/// A message of the site's owner, so many seconds after the first of January.
pub(crate) fn owner(id: &str, text: &str, second: u64) -> Value {
    json!({ "id": id, "content": text, "sender": "owner", "createdAt": 1_767_225_600 + second })
}

/// The visitor's own message as the conversation has it.
pub(crate) fn own(id: &str, text: &str, second: u64) -> Value {
    json!({ "id": id, "content": text, "sender": "visitor", "createdAt": 1_767_225_600 + second })
}

pub(crate) fn told(messages: &[Value]) -> HttpResponse {
    answer(200, &json!({ "messages": messages }))
}

impl Story {
    /// A visitor who watches, without a session.
    pub(crate) fn visiting(options: impl Into<Config>) -> Self {
        let mut story = Self::new(options);
        story.command(Command::Attend(Attention::Watching));
        story.start();
        story.advance(ms(1));
        assert_eq!(story.state(), ConnectionState::Live);
        story
    }

    /// A visitor whose first message has made the session `cs_1`.
    pub(crate) fn conversing(options: impl Into<Config>) -> Self {
        let mut story = Self::visiting(options);
        story.send("Hello");
        story.answer(taken("cs_1", "m_1"));
        story.forget();
        story
    }

    /// The calls under way with this verb.
    fn open_call_by(&self, method: Method) -> Option<Asked> {
        self.open_calls().find(|asked| asked.call.method == method).cloned()
    }

    fn finish_by(&mut self, method: Method, result: Result<HttpResponse, HttpFailure>) {
        let asked = self.open_call_by(method).expect("a call under way");
        self.withdraw(asked.request);
        self.give(Input::HttpFinished {
            request: asked.request,
            result,
        });
    }

    /// The message under way.
    pub(crate) fn post(&self) -> Option<Value> {
        Some(self.open_call_by(Method::Post)?.body())
    }

    /// The address of the poll under way.
    pub(crate) fn poll(&self) -> Option<String> {
        Some(self.open_call_by(Method::Get)?.call.url.expose().to_owned())
    }

    /// The value that the poll under way was made conditional on.
    pub(crate) fn condition(&self) -> Option<String> {
        let headers = self.open_call_by(Method::Get)?.call.headers;
        headers
            .into_iter()
            .find_map(|(name, value)| (name == "If-None-Match").then(|| value.expose().to_owned()))
    }

    pub(crate) fn answer_post(&mut self, response: HttpResponse) {
        self.finish_by(Method::Post, Ok(response));
    }

    /// No answer to the message came.
    pub(crate) fn lose_post(&mut self) {
        self.finish_by(Method::Post, Err(HttpFailure::Timeout));
    }

    pub(crate) fn answer_poll(&mut self, response: HttpResponse) {
        self.finish_by(Method::Get, Ok(response));
    }

    pub(crate) fn fail_poll(&mut self) {
        self.finish_by(Method::Get, Err(HttpFailure::Network("unreachable".to_owned())));
    }

    /// Waits for the next poll. Answers how long it took.
    pub(crate) fn next_poll(&mut self, limit: Duration) -> Duration {
        self.until(limit, |story| story.poll().is_some()).expect("a poll")
    }

    /// The texts of all messages that were sent, in order.
    pub(crate) fn posted(&self) -> Vec<String> {
        let posts = self.calls.iter().filter(|call| call.what.call.method == Method::Post);
        posts
            .map(|call| call.what.body()["content"].as_str().unwrap().to_owned())
            .collect()
    }
}
