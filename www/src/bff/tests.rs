//! The routes, before an API that notes what it is asked and answers as it is told.

#![allow(clippy::unwrap_used)]

use std::sync::{Mutex, PoisonError};

use axum::{
    body::Body,
    http::{
        Request, StatusCode,
        header::{ETAG, RETRY_AFTER},
    },
};
use tower::ServiceExt as _;

use super::*;

const KEY: &str = "mk_live_do_not_show";
const HOST_NAME: &str = "shop.example";
const SUBMIT: &str = "/api/v1/webhooks/chat/submit";

/// What the API was asked: the path with its query, the headers, the body.
type Call = (String, HeaderMap, String);

#[derive(Default)]
struct Api {
    calls: Mutex<Vec<Call>>,
    answers: Mutex<Vec<(StatusCode, String)>>,
}

impl Api {
    fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn will_answer(&self, status: u16, body: &str) {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.push((StatusCode::from_u16(status).unwrap(), body.to_owned()));
    }
}

async fn note(State(api): State<Arc<Api>>, request: Request<Body>) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let asked = (
        parts.uri.to_string(),
        parts.headers,
        String::from_utf8(body.to_vec()).unwrap(),
    );
    api.calls.lock().unwrap_or_else(PoisonError::into_inner).push(asked);
    let (status, body) = api.answers.lock().unwrap_or_else(PoisonError::into_inner).remove(0);
    (status, [(RETRY_AFTER, "7"), (ETAG, "\"t1\"")], body).into_response()
}

struct Site {
    api: Arc<Api>,
    routes: Router,
}

async fn site() -> Site {
    let api = Arc::<Api>::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = Router::new().fallback(note).with_state(Arc::clone(&api));
    tokio::spawn(axum::serve(listener, server).into_future());
    let settings = Settings::with_fallback([
        (Setting::Api, format!("http://{address}")),
        (Setting::ApiKey, KEY.to_owned()),
        (Setting::ProjectUid, "proj 1".to_owned()),
        (Setting::IntegrationId, "int_1".to_owned()),
    ]);
    let logins = Arc::<Logins>::default();
    let bff = Arc::new(Bff::new(settings, Arc::clone(&logins)).unwrap());
    let routes = routes(bff).merge(crate::login::routes(logins));
    Site { api, routes }
}

struct Heard {
    status: u16,
    cookie: Option<String>,
    wait: Option<String>,
    tag: Option<String>,
    body: String,
}

impl Site {
    async fn ask(&self, request: Request<Body>) -> Heard {
        let response = self.routes.clone().oneshot(request).await.unwrap();
        let text = |name: &str| {
            response
                .headers()
                .get(name)
                .map(|value| value.to_str().unwrap().to_owned())
        };
        let (cookie, wait, tag) = (text("set-cookie"), text("retry-after"), text("etag"));
        let status = response.status().as_u16();
        let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        Heard {
            status,
            cookie: cookie.and_then(|cookie| cookie.split(';').next().map(str::to_owned)),
            wait,
            tag,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    async fn submit(&self, cookie: &str, body: &str) -> Heard {
        self.ask(post(SUBMIT, cookie, body)).await
    }

    async fn read(&self, cookie: &str, query: &str) -> Heard {
        let request = Request::get(format!("/api/v1/webhooks/chat/messages?{query}"))
            .header("host", HOST_NAME)
            .header("cookie", cookie);
        self.ask(request.body(Body::empty()).unwrap()).await
    }

    /// A browser with an open session `cs_1`.
    async fn visitor(&self) -> String {
        self.api
            .will_answer(201, r#"{"messageId":"m_1","sessionPublicId":"cs_1"}"#);
        self.submit("", r#"{"content":"Hello"}"#).await.cookie.unwrap()
    }
}

fn post(path: &str, cookie: &str, body: &str) -> Request<Body> {
    Request::post(path)
        .header("host", HOST_NAME)
        .header("origin", format!("https://{HOST_NAME}"))
        .header("content-type", "application/json")
        .header("cookie", cookie)
        .body(Body::from(body.to_owned()))
        .unwrap()
}

#[tokio::test]
async fn a_message_goes_out_with_key_and_origin_and_its_answer_comes_back_without_them() {
    let site = site().await;
    site.api
        .will_answer(201, r#"{"messageId":"m_1","session":{"publicId":"cs_1"},"debug":"x"}"#);
    let heard = site.submit("", r#"{"content":"Hello"}"#).await;
    assert_eq!(heard.status, 200);
    assert_eq!(
        heard.body,
        r#"{"messageId":"m_1","sessionPublicId":"cs_1","success":true}"#
    );
    let (path, headers, body) = site.api.calls().remove(0);
    assert_eq!(path, "/api/v1/webhooks/chat/proj%201/int_1/messages");
    assert_eq!(headers.get("x-api-key").unwrap(), KEY);
    assert_eq!(headers.get("origin").unwrap(), "https://shop.example");
    assert_eq!(body, r#"{"content":"Hello"}"#);
    assert!(!heard.cookie.unwrap().contains(KEY));
}

#[tokio::test]
async fn a_session_belongs_to_the_browser_that_opened_it() {
    let site = site().await;
    let cookie = site.visitor().await;
    site.api.will_answer(200, "[]");
    assert_eq!(site.read(&cookie, "sessionPublicId=cs_1").await.status, 200);
    for (cookie, session) in [("", "cs_1"), (cookie.as_str(), "cs_2"), ("visavis_chat=00", "cs_1")] {
        let heard = site.read(cookie, &format!("sessionPublicId={session}")).await;
        assert_eq!(heard.status, 404, "{cookie} {session}");
        let body = format!(r#"{{"content":"Hi","sessionPublicId":"{session}"}}"#);
        assert_eq!(site.submit(cookie, &body).await.status, 404, "{cookie} {session}");
    }
    assert_eq!(site.api.calls().len(), 2, "the API hears of none of them");
}

#[tokio::test]
async fn a_poll_passes_since_and_tag_on_and_shows_only_what_visitors_may_see() {
    let site = site().await;
    let cookie = site.visitor().await;
    site.api.will_answer(
        200,
        r#"{"items":[{"id":"m_2","content":"Hi","senderEmail":"jane@shop.example"}]}"#,
    );
    let heard = site
        .read(&cookie, "sessionPublicId=cs_1&since=2026-04-01T10:00:00Z")
        .await;
    assert_eq!(heard.body, r#"{"messages":[{"content":"Hi","id":"m_2"}]}"#);
    let (path, _, _) = site.api.calls().remove(1);
    assert_eq!(
        path,
        "/api/v1/webhooks/chat/proj%201/int_1/sessions/cs_1/messages?since=2026-04-01T10%3A00%3A00Z"
    );
}

#[tokio::test]
async fn a_poll_that_brings_nothing_new_is_not_read_twice() {
    let site = site().await;
    let cookie = site.visitor().await;
    site.api.will_answer(304, "");
    let request = Request::get("/api/v1/webhooks/chat/messages?sessionPublicId=cs_1")
        .header("cookie", cookie)
        .header("if-none-match", "\"t1\"");
    let heard = site.ask(request.body(Body::empty()).unwrap()).await;
    assert_eq!((heard.status, heard.tag.as_deref()), (304, Some("\"t1\"")));
    let (_, headers, _) = site.api.calls().remove(1);
    assert_eq!(headers.get("if-none-match").unwrap(), "\"t1\"");
}

#[tokio::test]
async fn somebody_who_is_logged_in_has_a_name() {
    let site = site().await;
    let login = post("/login", "", r#"{"name":"Ada","email":"ada@shop.example"}"#);
    let cookie = site.ask(login).await.cookie.unwrap();
    site.api
        .will_answer(200, r#"{"messageId":"m_1","sessionPublicId":"cs_1"}"#);
    site.submit(&cookie, r#"{"content":"Hello","senderName":"Mallory"}"#)
        .await;
    let (_, _, body) = site.api.calls().remove(0);
    assert_eq!(
        body,
        r#"{"content":"Hello","senderEmail":"ada@shop.example","senderName":"Ada"}"#
    );
}

#[tokio::test]
async fn the_apis_errors_come_as_causes_and_never_as_its_words() {
    for (status, told) in [
        (400, 400),
        (401, 403),
        (403, 403),
        (404, 404),
        (409, 409),
        (429, 429),
        (500, 502),
        (502, 502),
        (503, 503),
        (504, 504),
        (302, 502),
    ] {
        let site = site().await;
        site.api
            .will_answer(status, r#"{"message":"stack trace, mk_live_do_not_show"}"#);
        let heard = site.submit("", r#"{"content":"Hello"}"#).await;
        assert_eq!(heard.status, told, "{status}");
        assert!(
            !heard.body.contains("stack") && !heard.body.contains(KEY),
            "{}",
            heard.body
        );
        assert_eq!(heard.wait.is_some(), [429, 503].contains(&status), "{status}");
    }
}

#[tokio::test]
async fn an_answer_that_is_no_json_is_a_failure() {
    let site = site().await;
    site.api.will_answer(200, "<html>");
    assert_eq!(site.submit("", r#"{"content":"Hello"}"#).await.status, 502);
}

#[tokio::test]
async fn bad_calls_never_reach_the_api() {
    let site = site().await;
    let long = format!(r#"{{"content":"{}"}}"#, "x".repeat(MESSAGE_LIMIT + 1));
    let huge = format!(r#"{{"content":"{}"}}"#, "x".repeat(BODY_LIMIT));
    for (body, status) in [
        ("{}", 400),
        ("hello", 400),
        (r#"{"content":" "}"#, 400),
        (long.as_str(), 413),
        (huge.as_str(), 413),
    ] {
        assert_eq!(site.submit("", body).await.status, status);
    }
    let mut foreign = post(SUBMIT, "", r#"{"content":"Hello"}"#);
    foreign
        .headers_mut()
        .insert("origin", "https://elsewhere.example".parse().unwrap());
    assert_eq!(site.ask(foreign).await.status, 403);
    assert_eq!(site.read("", "").await.status, 400);
    assert!(site.api.calls().is_empty());
}

#[tokio::test]
async fn who_sends_too_much_is_told_when_to_go_on() {
    let site = site().await;
    let mut last = 0;
    for _ in 0..=30 {
        let heard = site.submit("", "{}").await;
        last = heard.status;
        assert_eq!(heard.wait.is_some(), last == 429);
    }
    assert_eq!(last, 429);
}

#[tokio::test]
async fn without_its_variables_there_is_no_chat() {
    let logins = Arc::<Logins>::default();
    let bff = Arc::new(Bff::new(Settings::default(), logins).unwrap());
    assert_eq!(bff.public(), None);
    let heard = routes(bff)
        .oneshot(post(SUBMIT, "", r#"{"content":"Hello"}"#))
        .await
        .unwrap();
    assert_eq!(heard.status(), StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn an_api_that_is_not_there_took_nothing() {
    let gone = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let settings = Settings::with_fallback([
        (Setting::Api, format!("http://{gone}")),
        (Setting::ApiKey, KEY.to_owned()),
        (Setting::ProjectUid, "p".to_owned()),
        (Setting::IntegrationId, "i".to_owned()),
    ]);
    let bff = Arc::new(Bff::new(settings, Arc::default()).unwrap());
    let heard = routes(bff)
        .oneshot(post(SUBMIT, "", r#"{"content":"Hello"}"#))
        .await
        .unwrap();
    assert_eq!(heard.status(), StatusCode::SERVICE_UNAVAILABLE);
}
