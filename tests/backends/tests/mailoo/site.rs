//! The site in front.

use reqwest::StatusCode;
use serde_json::json;
use visavis_backends::mailoo::{Mailoo, Settings};

use crate::support::{json, plain, service};

const SUBMIT: &str = "/api/v1/webhooks/chat/submit";

#[tokio::test]
async fn a_browser_needs_no_key_and_never_sees_one() {
    let service = service().await;
    let sent = plain(
        &service,
        SUBMIT,
        Some(json!({ "content": "Hello", "senderName": "The queen" })),
        None,
    )
    .await;
    let session = json(sent).await["sessionPublicId"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/webhooks/chat/messages?sessionPublicId={session}");
    let told = json(plain(&service, &path, None, None).await).await;
    assert_eq!(
        told["messages"][0]["senderName"],
        json!(null),
        "who somebody is, the site says"
    );
    assert!(!told.to_string().contains(Settings::DEV_KEY));
    let origin = json(plain(&service, "/api/v1/internal/chat-ws-origin", None, None).await).await;
    assert_eq!(origin["origin"], format!("ws://{}", service.addr()));
}

#[tokio::test]
async fn a_bound_session_opens_to_its_browser_alone() {
    let service = Mailoo::start(Settings::test().site_with_cookies()).await.unwrap();
    let sent = plain(&service, SUBMIT, Some(json!({ "content": "Hello" })), None).await;
    let cookie = sent.headers()["set-cookie"]
        .to_str()
        .unwrap()
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let session = json(sent).await["sessionPublicId"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/webhooks/chat/messages?sessionPublicId={session}");
    for (cookie, status) in [(None, 404), (Some("chat=00"), 404), (Some(cookie.as_str()), 200)] {
        assert_eq!(
            plain(&service, &path, None, cookie).await.status(),
            status,
            "{cookie:?}"
        );
        let more = json!({ "content": "More", "sessionPublicId": session });
        assert_eq!(
            plain(&service, SUBMIT, Some(more), cookie).await.status(),
            status,
            "{cookie:?}"
        );
    }
    assert_eq!(
        plain(&service, SUBMIT, Some(json!([])), None).await.status(),
        StatusCode::BAD_REQUEST
    );
}
