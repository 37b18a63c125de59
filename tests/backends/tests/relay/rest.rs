//! The visitor's REST calls.

use serde_json::json;
use visavis_backends::{Relay, Settings, model::Tenant};

use crate::support::{ORIGIN, Visitor, http, json_of, opening, post};

#[tokio::test]
async fn create_answers_as_documented() {
    let relay = Relay::start(Settings::test().token_lifetime_s(60)).await.unwrap();
    let before = relay.now();
    let (status, body) = json_of(post(&relay, "create/visitor-session", &opening()).send().await.unwrap()).await;
    assert_eq!((status, &body["status_code"]), (201, &json!(201)));
    let data = &body["data"];
    assert!(data["session_id"].as_str().unwrap().starts_with("vs_"));
    assert_eq!(data["visitor_token"].as_str().unwrap().split('.').count(), 3);
    assert!(data["expires_at"].as_str().unwrap() >= before.plus(59_000).rfc3339().as_str());
    let config = json!({ "tenant_id": Tenant::DEMO_ID, "tenant_name": "Demo Boutique", "is_online": true });
    assert_eq!(data["widget_config"], config);
    relay.shutdown().await;
}

#[tokio::test]
async fn create_refuses_with_the_documented_statuses() {
    let relay = Relay::start(Settings::test()).await.unwrap();
    for (field, value, expected) in [
        ("origin", json!("https://evil.example"), 403),
        ("widget_public_key", json!("pk_rotated"), 401),
        ("tenant_id", json!("00000000-0000-0000-0000-000000000000"), 404),
        ("tenant_id", json!(null), 422),
        ("mode", json!("robot"), 422),
    ] {
        let mut body = opening();
        body[field] = value;
        let (status, answer) = json_of(post(&relay, "create/visitor-session", &body).send().await.unwrap()).await;
        assert_eq!(status, expected, "{field}: {answer}");
        assert!(answer["message"].is_string() && answer["data"].is_null(), "{answer}");
        if expected == 422 {
            assert_eq!(answer["detail"][0]["loc"], json!(["body", field]));
        }
    }
    let lying_page = post(&relay, "create/visitor-session", &opening()).header("Origin", "http://localhost:1");
    assert_eq!(lying_page.send().await.unwrap().status(), 403);
    let no_json = http()
        .post(format!("{}/api/v1/create/visitor-session", relay.base_url()))
        .body("{");
    assert_eq!(no_json.send().await.unwrap().status(), 422);
    assert_eq!(relay.counts().creates, 0);
    relay.shutdown().await;
}

#[tokio::test]
async fn config_needs_no_session() {
    let relay = Relay::start(Settings::test().widget_extra("primary_color", "#123456"))
        .await
        .unwrap();
    let url = format!("{}/api/v1/fetch/widget-config", relay.base_url());
    let fetch = |key: &'static str, origin: &'static str| {
        let query = [
            ("tenant_id", Tenant::DEMO_ID),
            ("widget_public_key", key),
            ("origin", origin),
        ];
        let query: Vec<String> = query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        http().get(format!("{url}?{}", query.join("&"))).send()
    };
    let (status, body) = json_of(fetch(Tenant::DEMO_PUBLIC_KEY, ORIGIN).await.unwrap()).await;
    assert_eq!((status, &body["data"]["primary_color"]), (200, &json!("#123456")));
    assert_eq!(fetch("pk_x", ORIGIN).await.unwrap().status(), 401);
    assert_eq!(
        fetch(Tenant::DEMO_PUBLIC_KEY, "https://evil.example")
            .await
            .unwrap()
            .status(),
        403
    );
    let (status, body) = json_of(http().get(&url).send().await.unwrap()).await;
    assert_eq!(
        (status, &body["detail"][0]["loc"]),
        (422, &json!(["query", "tenant_id"]))
    );
    relay.shutdown().await;
}

#[tokio::test]
async fn refresh_takes_an_expired_token_of_a_known_session() {
    let relay = Relay::start(Settings::test().token_lifetime_s(0)).await.unwrap();
    let visitor = Visitor::create(&relay).await;
    let (status, body) = visitor.refresh(&relay).await;
    assert_eq!((status, &body["data"]["session_id"]), (200, &json!(visitor.session_id)));

    let forged = Visitor {
        token: format!("{}x", &visitor.token[..visitor.token.len() - 4]),
        ..visitor.clone()
    };
    assert_eq!(forged.refresh(&relay).await.0, 401);
    let anonymous = post(&relay, "refresh/visitor-token", &json!({})).send().await.unwrap();
    assert_eq!(anonymous.status(), 401);

    relay.forget_sessions(visavis_backends::Scope::Session(&visitor.session_id));
    assert_eq!(visitor.refresh(&relay).await.0, 404);
    let counts = relay.counts();
    assert_eq!((counts.refreshes, counts.refreshes_refused), (1, 3));
    relay.shutdown().await;
}

#[tokio::test]
async fn a_session_lasts_thirty_days_from_its_last_use() {
    const DAY: i64 = 24 * 60 * 60 * 1_000;
    let relay = Relay::start(Settings::test()).await.unwrap();
    let visitor = Visitor::create(&relay).await;
    for _ in 0..3 {
        relay.shift_clock(29 * DAY);
        assert_eq!(visitor.refresh(&relay).await.0, 200);
    }
    relay.shift_clock(31 * DAY);
    assert_eq!(visitor.refresh(&relay).await.0, 404);
    relay.shutdown().await;
}

#[tokio::test]
async fn identify_checks_the_signature() {
    let relay = Relay::start(Settings::test()).await.unwrap();
    let visitor = Visitor::create(&relay).await;
    let identify = |signature: String, token: String| {
        let body = json!({ "user_id": "u:42", "user_signature": signature, "display_name": "Ada" });
        post(&relay, "identify/visitor", &body).bearer_auth(token).send()
    };
    let good = Tenant::demo().secret.sign_user("u:42");
    assert_eq!(
        identify("00".repeat(32), visitor.token.clone()).await.unwrap().status(),
        403
    );
    assert_eq!(identify(good.clone(), "a.b.c".to_owned()).await.unwrap().status(), 401);
    let (status, body) = json_of(identify(good.clone(), visitor.token.clone()).await.unwrap()).await;
    assert_eq!((status, &body["data"]["user_id"]), (200, &json!("u:42")));
    let user = relay
        .read_session(&visitor.session_id, |session| session.user.clone())
        .unwrap()
        .unwrap();
    assert_eq!(user.display_name.as_deref(), Some("Ada"));
    relay.expire_tokens();
    assert_eq!(identify(good, visitor.token.clone()).await.unwrap().status(), 401);
    relay.shutdown().await;
}

#[tokio::test]
async fn pages_of_allowed_origins_may_read_answers() {
    let relay = Relay::start(Settings::test().allow_origin("https://shop.example"))
        .await
        .unwrap();
    let preflight = |origin: &'static str| {
        http()
            .request(
                reqwest::Method::OPTIONS,
                format!("{}/api/v1/refresh/visitor-token", relay.base_url()),
            )
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "POST")
            .header("Access-Control-Request-Headers", "authorization,content-type")
            .send()
    };
    let allowed = preflight("https://shop.example").await.unwrap();
    assert_eq!(allowed.headers()["access-control-allow-origin"], "https://shop.example");
    assert!(
        allowed.headers()["access-control-allow-headers"]
            .to_str()
            .unwrap()
            .contains("authorization")
    );
    let refused = preflight("https://evil.example").await.unwrap();
    assert!(refused.headers().get("access-control-allow-origin").is_none());
    relay.shutdown().await;
}

#[tokio::test]
async fn calls_are_limited_when_the_settings_say_so() {
    let relay = Relay::start(Settings::test().rest_calls_per_minute(2)).await.unwrap();
    let visitor = Visitor::create(&relay).await;
    assert_eq!(visitor.refresh(&relay).await.0, 200);
    let refused = post(&relay, "refresh/visitor-token", &json!({}))
        .bearer_auth(&visitor.token)
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status(), 429);
    let wait: u64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=30).contains(&wait), "{wait}");
    relay.shutdown().await;
}
