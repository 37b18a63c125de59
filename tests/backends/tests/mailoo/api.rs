//! Keys, scopes, origins, and the calls.

use reqwest::StatusCode;
use serde_json::json;
use visavis_backends::faults::{HttpFault, Times};
use visavis_backends::mailoo::{Access, Integration, Key, Mailoo, Route, Scope, Settings};

use crate::support::{CHAT, Caller, OWNER, json, owner, service};

#[tokio::test]
async fn the_first_message_opens_a_session_and_nothing_recognises_a_second_copy() {
    let service = service().await;
    let caller = Caller::dev(&service);
    let session = caller.say("Hello", None).await;
    assert!(session.starts_with("cs_"), "{session}");
    assert_eq!(caller.say("Hello", Some(&session)).await, session);
    let other = caller.say("Hello", None).await;
    assert_ne!(session, other);
    let told = json(caller.get(&format!("{CHAT}/sessions/{session}/messages")).await).await;
    let messages = told["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 2);
    assert_eq!(
        (&messages[0]["direction"], &messages[0]["sender"]),
        (&json!("INBOUND"), &json!("visitor"))
    );
    assert_ne!(messages[0]["id"], messages[1]["id"]);
}

#[tokio::test]
async fn what_is_new_since_a_moment_and_what_has_not_changed() {
    let service = service().await;
    let caller = Caller::dev(&service);
    let session = caller.say("one", None).await;
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    service.say(&session, "two").unwrap();
    let path = format!("{CHAT}/sessions/{session}/messages");
    let all = json(caller.get(&path).await).await;
    let second = all["messages"][1]["createdAt"].as_str().unwrap().to_owned();
    let later = caller
        .get(&format!("{path}?since={}", second.replace(':', "%3A")))
        .await;
    let tag = later.headers()["etag"].to_str().unwrap().to_owned();
    let later = json(later).await;
    assert_eq!(later["messages"].as_array().unwrap().len(), 1);
    assert_eq!(later["messages"][0]["content"], "two");
    assert!(tag.starts_with('"'), "{tag}");
    assert_eq!(
        caller.get(&format!("{path}?since=yesterday")).await.status(),
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn a_key_opens_its_project_as_far_as_its_scopes() {
    let project = Settings::DEV_PROJECT;
    let settings = Settings::test()
        .key(Key::new(
            project,
            "sender",
            Access::Restricted(vec![Scope::SendMessage]),
        ))
        .key(Key::new(
            project,
            "maker",
            Access::Restricted(vec![Scope::CreateIntegration]),
        ))
        .key(Key::new("elsewhere", "stranger", Access::Full));
    let service = Mailoo::start(settings).await.unwrap();
    let create = "/api/v1/webhooks/chat/mailoo-website/integrations";
    let creation =
        || json!({ "name": "Shop", "config": { "welcomeMessage": "Hi", "allowedOrigins": ["https://shop.example"] } });
    let message = || json!({ "content": "Hello" });
    for (key, send, made) in [
        ("", 401, 401),
        ("wrong", 401, 401),
        ("sender", 200, 403),
        ("maker", 403, 201),
        ("stranger", 404, 404),
        (Settings::DEV_KEY, 200, 201),
    ] {
        let caller = Caller {
            key,
            ..Caller::dev(&service)
        };
        assert_eq!(
            caller.post(&format!("{CHAT}/messages"), message()).await.status(),
            send,
            "{key}"
        );
        assert_eq!(caller.get(&format!("{CHAT}/status")).await.status(), send, "{key}");
        assert_eq!(caller.post(create, creation()).await.status(), made, "{key}");
    }
}

#[tokio::test]
async fn an_origin_must_be_one_of_the_integrations() {
    let shop = Integration::new(Settings::DEV_PROJECT, "shop", "Shop")
        .allow_origin("https://shop.example")
        .domain("other.example");
    let service = Mailoo::start(Settings::test().integration(shop)).await.unwrap();
    let path = "/api/v1/webhooks/chat/mailoo-website/shop/messages";
    for (origin, status) in [
        (None, 403),
        (Some("https://shop.example"), 200),
        (Some("https://other.example"), 200),
        (Some("https://shop.example.evil.example"), 403),
    ] {
        let caller = Caller {
            origin,
            ..Caller::dev(&service)
        };
        let answer = caller.post(path, json!({ "content": "Hello" })).await;
        assert_eq!(answer.status(), status, "{origin:?}");
    }
}

#[tokio::test]
async fn what_is_made_can_be_used_and_the_older_path_leads_there_too() {
    let service = service().await;
    let caller = Caller::dev(&service);
    let made = caller
        .post(
            "/api/v1/webhooks/chat/mailoo-website/integrations",
            json!({ "name": "Shop", "config": { "welcomeMessage": "Hi" } }),
        )
        .await;
    let made = json(made).await;
    let id = made["integration"]["id"].as_str().unwrap();
    assert_eq!(made["integration"]["type"], "JSBOX");
    let status = json(
        caller
            .get(&format!("/api/v1/webhooks/chat/mailoo-website/{id}/status"))
            .await,
    )
    .await;
    assert_eq!(
        (&status["status"], &status["welcomeMessage"]),
        (&json!("ACTIVE"), &json!("Hi"))
    );
    let sent = caller
        .post(
            &format!("/api/v1/webhooks/messages/{id}"),
            json!({ "content": "Hello" }),
        )
        .await;
    assert_eq!(sent.status(), StatusCode::OK);
    let nameless = caller
        .post("/api/v1/webhooks/chat/mailoo-website/integrations", json!({}))
        .await;
    assert_eq!(nameless.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn what_is_wrong_is_refused_by_cause() {
    let service = service().await;
    let caller = Caller::dev(&service);
    let path = format!("{CHAT}/messages");
    for (body, status) in [
        (json!({}), 400),
        (json!({ "content": "  " }), 400),
        (json!({ "content": 7 }), 400),
        (json!({ "content": "x".repeat(16_001) }), 400),
        (json!({ "content": "x", "sessionPublicId": "cs_none" }), 404),
    ] {
        assert_eq!(caller.post(&path, body.clone()).await.status(), status, "{body:.60}");
    }
    let session = caller.say("Hello", None).await;
    service.forget_sessions(Some(&session));
    let gone = caller.get(&format!("{CHAT}/sessions/{session}/messages")).await;
    assert_eq!(gone.status(), StatusCode::NOT_FOUND);
    assert_eq!(
        service.transcript(&session).unwrap().len(),
        1,
        "it can still be asked for here"
    );
}

#[tokio::test]
async fn the_owner_sees_who_writes_and_answers() {
    let service = service().await;
    let caller = Caller::dev(&service);
    let body = json!({ "content": "Hello", "senderName": "Camille", "senderEmail": "camille@boutique.example" });
    let session = json(caller.post(&format!("{CHAT}/messages"), body).await).await;
    let session = session["sessionPublicId"].as_str().unwrap();
    caller.say("And I am nobody", None).await;
    let token = service.mint_owner_token(60);
    for refused in ["", "a.b.c", &service.mint_owner_token(0)] {
        let answer = owner(&service, &format!("{OWNER}/sessions"), refused, None).await;
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{refused}");
    }
    let sessions = json(owner(&service, &format!("{OWNER}/sessions"), Settings::DEV_BYPASS, None).await).await;
    let names: Vec<_> = sessions["sessions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|session| session["visitorName"].clone())
        .collect();
    assert!(
        names.contains(&json!("Camille")) && names.contains(&json!("Guest")),
        "{names:?}"
    );
    let reply = format!("{OWNER}/sessions/{session}/reply");
    assert_eq!(
        owner(&service, &reply, &token, Some(json!({ "content": "Good day" })))
            .await
            .status(),
        StatusCode::OK
    );
    assert_eq!(
        owner(&service, &reply, &token, Some(json!({}))).await.status(),
        StatusCode::BAD_REQUEST
    );
    let told = json(owner(&service, &format!("{OWNER}/sessions/{session}/messages"), &token, None).await).await;
    assert_eq!(told["messages"][1]["direction"], "OUTBOUND");
}

#[tokio::test]
async fn faults_meet_their_route() {
    let service = service().await;
    let caller = Caller::dev(&service);
    let later = HttpFault::Status {
        status: 429,
        retry_after: Some(7),
    };
    service.fail_http(Some(Route::Send), later, Times::Next(1));
    let answer = caller
        .post(&format!("{CHAT}/messages"), json!({ "content": "x" }))
        .await;
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["retry-after"]),
        (429, &"7".parse().unwrap())
    );
    caller.say("x", None).await;
    assert_eq!(service.counts().http_faults, 1);
    assert_eq!(service.counts().messages, 1);
}

#[tokio::test]
async fn the_development_seed_is_planted_by_a_command_once() {
    let service = Mailoo::start(Settings::test().unseeded().with_control(true))
        .await
        .unwrap();
    let caller = Caller::dev(&service);
    assert_eq!(
        caller.get(&format!("{CHAT}/status")).await.status(),
        StatusCode::UNAUTHORIZED
    );
    for _ in 0..2 {
        let ids = json(caller.post("/control/seed", json!({})).await).await;
        assert_eq!(ids["projectUid"], "mailoo-website");
        assert_eq!(ids["integrationId"], "mailoo_dev_chat_integration");
    }
    let session = caller.say("Hello", None).await;
    let said = caller
        .post("/control/say", json!({ "session": session, "text": "Hi" }))
        .await;
    assert_eq!(said.status(), StatusCode::OK);
    let told = json(caller.get(&format!("/control/transcript/{session}")).await).await;
    assert_eq!(told.as_array().unwrap().len(), 2);
    let wrong = caller.post("/control/no-such-thing", json!({})).await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
}
