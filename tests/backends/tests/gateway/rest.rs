//! Each REST call, and each of them switched off.

use reqwest::Method;
use serde_json::{Value, json};
use visavis_backends::{
    appengine::{Gateway, GatewayHandle, Route, Settings},
    faults::{HttpFault, Times},
};

use crate::support::{ALICE, ALICES_CHAT, Socket, alice, call, get, http, json_of, post};

const RECORD: &str = "/repository/get/chat-config/66a0c0de";

fn guest() -> Value {
    json!({ "email": "Bob@B.c ", "name": "Bob", "phone": "" })
}

async fn can_history(gateway: &GatewayHandle, token: &str) -> u16 {
    let path = format!("/chat/history/{ALICES_CHAT}");
    json_of(get(gateway, &path).bearer_auth(token)).await.0
}

#[tokio::test]
async fn the_configuration_comes_wrapped_or_bare() {
    let gateway = Gateway::start(Settings::test()).await.unwrap();
    let (status, record) = json_of(get(&gateway, RECORD)).await;
    assert_eq!((status, &record["datatype"]), (200, &json!("chat_config")));
    let content = &record["data"]["content"];
    assert_eq!((&content["ai"], &content["status"]), (&json!("Iris"), &json!("online")));
    let (status, public) = json_of(get(&gateway, "/chat/config/66a0c0de")).await;
    assert_eq!((status, &public), (200, content));
    assert_eq!(json_of(get(&gateway, "/chat/config/other")).await.0, 404);
    gateway.set_config("status", json!("offline"));
    let (_, public) = json_of(get(&gateway, "/chat/config/66a0c0de")).await;
    assert_eq!(public["status"], "offline");
    assert_eq!(gateway.counts().config_fetches, 3);
}

#[tokio::test]
async fn the_tenant_must_be_named() {
    let gateway = Gateway::start(Settings::test()).await.unwrap();
    let url = format!("{}{RECORD}", gateway.base_url());
    assert_eq!(http().get(&url).send().await.unwrap().status(), 400);
    let foreign = http().get(&url).header("orgid", "other");
    assert_eq!(foreign.send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn guests_register_by_three_paths() {
    let gateway = Gateway::start(Settings::test()).await.unwrap();
    let (status, answer) = json_of(post(&gateway, "/profile/customer/register-guest", &guest())).await;
    assert_eq!((status, &answer["guest"]["data"]["email"]), (201, &json!("bob@b.c")));
    assert!(answer["guest"]["sk"].is_string() && answer.get("refreshToken").is_none());
    let wrapped = answer["token"].as_str().unwrap().to_owned();

    let (status, answer) = json_of(post(&gateway, "/profile/guest/auth", &guest())).await;
    assert_eq!((status, &answer["guest"]["email"]), (201, &json!("bob@b.c")));
    let flat = answer["token"].as_str().unwrap().to_owned();

    let (status, answer) = json_of(post(&gateway, "/profile/customer/signup", &guest())).await;
    assert_eq!((status, &answer["data"]["guest"]["data"]["name"]), (201, &json!("Bob")));
    let outer = answer["data"]["token"].as_str().unwrap().to_owned();
    let in_parts = json!({ "email": "bob@b.c", "firstName": "Bob", "lastName": "Vance", "isGuest": true });
    let (_, named) = json_of(post(&gateway, "/profile/customer/signup", &in_parts)).await;
    assert_eq!(named["data"]["guest"]["data"]["name"], "Bob Vance");
    assert!(answer["data"]["refreshToken"].is_string());

    // A token opens calls; there is no conversation yet.
    for token in [wrapped, flat, outer] {
        assert_eq!(token.split('.').count(), 3);
        let position = get(&gateway, "/chat/agents/online").bearer_auth(token);
        assert_eq!(json_of(position).await.0, 200);
    }
    let (status, answer) = json_of(post(
        &gateway,
        "/profile/customer/register-guest",
        &json!({ "email": "x" }),
    ))
    .await;
    assert_eq!((status, &answer["message"]), (400, &json!(["email must be an email"])));
    assert_eq!(gateway.counts().registrations, 4);
}

#[tokio::test]
async fn tokens_expire_and_are_refreshed_under_either_key() {
    let gateway = Gateway::start(Settings::test()).await.unwrap();
    let credentials = json!({ "email": Settings::DEMO_CUSTOMER, "password": Settings::DEMO_PASSWORD });
    let (status, answer) = json_of(post(&gateway, "/profile/customer/signin", &credentials)).await;
    assert_eq!((status, &answer["data"]["user"]["name"]), (200, &json!("Camille")));
    let access = answer["data"]["token"].as_str().unwrap();
    let online = |token: &str| get(&gateway, "/chat/agents/online").bearer_auth(token);
    assert_eq!(json_of(online(access)).await.0, 200);
    gateway.expire_tokens();
    let (status, refusal) = json_of(online(access)).await;
    assert_eq!((status, &refusal["reason"]), (401, &json!("The token has expired.")));

    let mut refresh = answer["data"]["refreshToken"].clone();
    for key in ["refresh_token", "refreshToken"] {
        let (status, renewed) = json_of(post(&gateway, "/profile/customer/refresh", &json!({ key: refresh }))).await;
        assert_eq!(status, 200, "{renewed}");
        assert_eq!(json_of(online(renewed["access_token"].as_str().unwrap())).await.0, 200);
        refresh = renewed["refresh_token"].clone();
    }
    let refused = post(
        &gateway,
        "/profile/customer/refresh",
        &json!({ "refresh_token": access }),
    );
    assert_eq!(json_of(refused).await.0, 401);
    let wrong = json!({ "email": Settings::DEMO_CUSTOMER, "password": "guess" });
    assert_eq!(json_of(post(&gateway, "/profile/customer/signin", &wrong)).await.0, 401);
    assert_eq!((gateway.counts().refreshes, gateway.counts().refreshes_refused), (2, 1));
}

#[tokio::test]
async fn the_life_of_a_token_can_be_set() {
    let gateway = Gateway::start(Settings::test().token_lifetime_s(60)).await.unwrap();
    let token = alice(&gateway);
    assert_eq!(can_history(&gateway, &token).await, 404);
    gateway.shift_clock(59_000);
    assert_eq!(can_history(&gateway, &token).await, 404);
    gateway.shift_clock(2_000);
    assert_eq!(can_history(&gateway, &token).await, 401);
}

#[tokio::test]
async fn history_by_three_paths() {
    let gateway = Gateway::start(Settings::test().without_assistant()).await.unwrap();
    let token = alice(&gateway);
    let mut socket = Socket::alice(&gateway).await;
    for (id, text) in [("1", "one"), ("2", "two"), ("3", "three")] {
        socket.say(id, text).await;
    }
    let (status, history) = json_of(get(&gateway, &format!("/chat/history/{ALICES_CHAT}")).bearer_auth(&token)).await;
    assert_eq!(status, 200);
    let texts: Vec<_> = history
        .as_array()
        .unwrap()
        .iter()
        .map(|message| message["content"].clone())
        .collect();
    assert_eq!(texts, ["one", "two", "three"]);

    let query = json!({
        "query": { "data.chatId": ALICES_CHAT },
        "options": { "page": 2, "pageSize": 2, "sort": { "createdate": 1 } },
    });
    let find = post(&gateway, "/repository/find/chat-message", &query).bearer_auth(&token);
    let (status, found) = json_of(find).await;
    assert_eq!((status, &found["total"]), (200, &json!(3)));
    assert_eq!(found["data"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&found["data"][0]["data"]["content"], &found["data"][0]["datatype"]),
        (&json!("three"), &json!("chat_message"))
    );

    let since = |path: &str| get(&gateway, path).bearer_auth(&token);
    let (status, all) = json_of(since(&format!("/chat/messages/{ALICE}"))).await;
    assert_eq!((status, all.as_array().unwrap().len()), (200, 3));
    let newest = all[2]["sentTime"].as_str().unwrap();
    let (_, none) = json_of(since(&format!("/chat/messages/{ALICE}/{newest}"))).await;
    assert_eq!(none, json!([]));
    let (_, all) = json_of(since(&format!("/chat/messages/{ALICE}/2026-01-01T00:00:00Z"))).await;
    assert_eq!(all.as_array().unwrap().len(), 3);
    assert_eq!(
        json_of(since(&format!("/chat/messages/{ALICE}/yesterday"))).await.0,
        400
    );
    assert_eq!(json_of(since("/chat/messages/eve@b.c")).await.0, 403);
}

#[tokio::test]
async fn conversations_of_others_are_out_of_reach() {
    let gateway = Gateway::start(Settings::test()).await.unwrap();
    Socket::alice(&gateway).await;
    let eve = gateway
        .mint_tokens("eve@b.c", "Eve", visavis_backends::appengine::Standing::Customer)
        .access;
    assert_eq!(can_history(&gateway, &eve).await, 404);
    let path = format!("/chat/history/{ALICES_CHAT}");
    assert_eq!(json_of(get(&gateway, &path)).await.0, 401);
    assert_eq!(json_of(get(&gateway, &path).bearer_auth("nonsense")).await.0, 401);
    assert_eq!(can_history(&gateway, &alice(&gateway)).await, 200);
}

#[tokio::test]
async fn agents_and_their_presence() {
    let gateway = Gateway::start(Settings::test()).await.unwrap();
    let token = alice(&gateway);
    let ask = |path: &str| get(&gateway, path).bearer_auth(&token);
    gateway
        .set_presence("Omar", visavis_backends::appengine::AgentPresence::Away)
        .unwrap();
    let names = |answer: &Value| -> Vec<String> {
        let agents = answer.as_array().unwrap().iter();
        agents.map(|agent| agent["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&json_of(ask("/chat/agents/online")).await.1), ["Jane", "Omar"]);
    assert_eq!(
        names(&json_of(ask("/chat/agents/online?status=away")).await.1),
        ["Omar"]
    );
    assert_eq!(
        names(&json_of(ask("/chat/agents/online?skill=billing")).await.1),
        ["Jane"]
    );
    let (status, omar) = json_of(ask("/chat/agents/omar@x.io/presence")).await;
    assert_eq!((status, &omar["status"]), (200, &json!("away")));
    assert_eq!(json_of(ask("/chat/agents/nobody@x.io/presence")).await.0, 404);
    let (status, profile) = json_of(get(&gateway, "/chat/get-profile/jane@x.io")).await;
    assert_eq!((status, &profile["name"]), (200, &json!("Jane")));
}

#[tokio::test]
async fn the_contact_form_is_accepted_or_refused() {
    let gateway = Gateway::start(Settings::test()).await.unwrap();
    let path = "/crm/contact-form/json/chat-client/66a0c0de";
    let form = json!({ "email": "a@b.c", "name": "Alice", "phone": "1", "message": "Call me", "chatId": "c" });
    let (status, answer) = json_of(
        post(&gateway, path, &form)
            .header("appKey", "k")
            .header("appId", "shop"),
    )
    .await;
    assert_eq!((status, answer), (202, json!({ "success": true })));
    assert_eq!(gateway.contact_forms()[0].message, "Call me");
    let (status, answer) = json_of(post(&gateway, path, &json!({ "email": "x" }))).await;
    assert_eq!(status, 400);
    assert_eq!(answer["message"].as_array().unwrap().len(), 2);
    let other = post(&gateway, "/crm/contact-form/json/chat-client/other", &form);
    assert_eq!(json_of(other).await.0, 404);
}

#[tokio::test]
async fn the_gateway_describes_itself() {
    let gateway = Gateway::start(Settings::test()).await.unwrap();
    let (_, list) = json_of(get(&gateway, "/discover/list")).await;
    assert_eq!(list["topics"][0], "01-auth");
    assert!(json_of(get(&gateway, "/discover/01-auth")).await.1["text"].is_string());
    assert_eq!(json_of(get(&gateway, "/discover/99-none")).await.0, 404);
}

#[tokio::test]
async fn every_path_can_be_switched_off() {
    let all = [
        (Route::ConfigRecord, Method::GET, RECORD),
        (Route::ConfigPublic, Method::GET, "/chat/config/66a0c0de"),
        (Route::RegisterGuest, Method::POST, "/profile/customer/register-guest"),
        (Route::GuestAuth, Method::POST, "/profile/guest/auth"),
        (Route::SignUp, Method::POST, "/profile/customer/signup"),
        (Route::SignIn, Method::POST, "/profile/customer/signin"),
        (Route::Refresh, Method::POST, "/profile/customer/refresh"),
        (Route::FileUpload, Method::POST, "/repository/file/upload"),
        (
            Route::CustomerFileUpload,
            Method::POST,
            "/repository/customer/file/upload",
        ),
        (Route::ChatUpload, Method::POST, "/chat/upload/c/alice@b.c"),
        (Route::History, Method::GET, "/chat/history/c"),
        (Route::FindMessages, Method::POST, "/repository/find/chat-message"),
        (Route::MessagesSince, Method::GET, "/chat/messages/alice@b.c"),
        (Route::UpdateMessage, Method::PUT, "/chat/update/c"),
        (Route::SaveMessage, Method::POST, "/chat/save/c"),
        (Route::LiveMessage, Method::POST, "/chat/live/c/alice@b.c"),
        (Route::JoinQueue, Method::POST, "/chat/queue"),
        (Route::QueuePosition, Method::GET, "/chat/queue/position/c"),
        (Route::QueueStaff, Method::GET, "/chat/queue/stats"),
        (Route::AgentsOnline, Method::GET, "/chat/agents/online"),
        (Route::AgentPresence, Method::GET, "/chat/agents/jane@x.io/presence"),
        (Route::Profile, Method::GET, "/chat/get-profile/jane@x.io"),
        (
            Route::ContactForm,
            Method::POST,
            "/crm/contact-form/json/chat-client/66a0c0de",
        ),
        (Route::Discover, Method::GET, "/discover/list"),
        (Route::File, Method::GET, "/files/00/x.png"),
    ];
    let switched_off = all.iter().fold(Settings::test(), |settings, (route, ..)| {
        settings.switch_off(*route, 405)
    });
    let (on, off) = (
        Gateway::start(Settings::test()).await.unwrap(),
        Gateway::start(switched_off).await.unwrap(),
    );
    for (route, method, path) in all {
        let status = json_of(call(&on, method.clone(), path)).await.0;
        assert_ne!(status, 405, "{route:?} is not there");
        assert_eq!(json_of(call(&off, method, path)).await.0, 405, "{route:?}");
    }
}

#[tokio::test]
async fn http_faults() {
    let gateway = Gateway::start(Settings::test()).await.unwrap();
    let status = HttpFault::Status {
        status: 503,
        retry_after: Some(7),
    };
    gateway.fail_http(Some(Route::ConfigRecord), status, Times::Next(1));
    let refused = get(&gateway, RECORD).send().await.unwrap();
    assert_eq!(
        (refused.status().as_u16(), &refused.headers()["retry-after"]),
        (503, &"7".parse().unwrap())
    );
    gateway.fail_http(None, HttpFault::Drop, Times::Next(1));
    assert!(get(&gateway, RECORD).send().await.is_err());
    let lost = post(&gateway, "/profile/customer/register-guest", &guest());
    gateway.fail_http(Some(Route::RegisterGuest), HttpFault::LoseAnswer, Times::UntilCleared);
    assert!(lost.send().await.is_err());
    assert_eq!(gateway.counts().registrations, 1);
    gateway.clear_faults();
    assert_eq!(
        json_of(post(&gateway, "/profile/customer/register-guest", &guest()))
            .await
            .0,
        201
    );
    assert_eq!(gateway.counts().http_faults, 3);
}

#[tokio::test]
async fn pages_of_any_origin_may_call() {
    let gateway = Gateway::start(Settings::test()).await.unwrap();
    let preflight = http()
        .request(Method::OPTIONS, format!("{}{RECORD}", gateway.base_url()))
        .header("origin", "https://shop.example")
        .header("access-control-request-method", "GET")
        .header("access-control-request-headers", "orgid,authorization");
    let answer = preflight.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["access-control-allow-origin"], "*");
    let allowed = answer.headers()["access-control-allow-headers"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        allowed.contains("orgid") && allowed.contains("authorization"),
        "{allowed}"
    );
}
