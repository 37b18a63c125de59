//! The faults over HTTP.

use std::time::Duration;

use serde_json::{Value, json};
use visavis_backends::{Relay, RelayHandle, Settings};

use crate::support::{End, Visitor, http, json_of};

async fn command(relay: &RelayHandle, name: &str, body: Value) -> Value {
    let call = http().post(format!("{}/control/{name}", relay.base_url())).json(&body);
    let (status, answer) = json_of(call.send().await.unwrap()).await;
    assert_eq!(status, 200, "{name}: {answer}");
    answer
}

async fn read(relay: &RelayHandle, path: &str) -> Value {
    http()
        .get(format!("{}/control/{path}", relay.base_url()))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap()
}

#[tokio::test]
async fn the_demo_has_no_control_surface() {
    let relay = Relay::start(Settings::demo()).await.unwrap();
    let call = http().post(format!("{}/control/expire-tokens", relay.base_url()));
    assert_eq!(call.send().await.unwrap().status(), 404);
    relay.shutdown().await;
}

#[tokio::test]
async fn faults_can_be_set_over_http() {
    let relay = Relay::start(Settings::test().with_control(true)).await.unwrap();
    let visitor = Visitor::create(&relay).await;
    let session = &visitor.session_id;
    let (mut socket, _) = visitor.connect(&relay).await;
    command(
        &relay,
        "say",
        json!({ "session": session, "role": "agent", "text": "Hello" }),
    )
    .await;
    assert_eq!(socket.frame().await["content"], "Hello");
    assert_eq!(read(&relay, &format!("transcript/{session}")).await[0]["text"], "Hello");
    assert_eq!(read(&relay, "sessions").await, json!([session]));

    command(&relay, "close-sockets", json!({ "session": session, "code": 1012 })).await;
    assert_eq!(socket.end().await, End::Code(1012));
    command(&relay, "refuse-sockets", json!({ "code": 4401, "times": 1 })).await;
    assert_eq!(visitor.dial(&relay).await.end().await, End::Code(4401));

    let refuse =
        json!({ "route": "refresh", "fault": { "kind": "status", "status": 429, "retry_after": 3 }, "times": 1 });
    command(&relay, "fail-http", refuse).await;
    assert_eq!(visitor.refresh(&relay).await.0, 429);
    assert_eq!(visitor.refresh(&relay).await.0, 200);

    let minted = command(&relay, "mint-token", json!({ "session": session, "lifetime_s": 60 })).await;
    let minted = Visitor {
        token: minted["visitor_token"].as_str().unwrap().to_owned(),
        ..visitor.clone()
    };
    minted.connect(&relay).await;
    command(&relay, "expire-tokens", json!({})).await;
    assert_eq!(minted.dial(&relay).await.end().await, End::Code(4401));
    for (name, body) in [
        ("swallow-acks", json!({ "fault": "never" })),
        ("withhold-welcomes", json!({})),
        ("lose-pushes", json!({ "times": 2 })),
        ("delay-frames", json!({ "ms": 5 })),
        ("black-hole", json!({})),
        ("black-hole-new-sockets", json!({ "times": 1 })),
        ("shift-clock", json!({ "ms": -5 })),
        ("presence", json!({ "presence": "offline" })),
        ("clear-faults", json!({})),
        ("forget-sessions", json!({ "session": session })),
        ("reset-maxima", json!({})),
    ] {
        command(&relay, name, body).await;
    }
    assert_eq!(visitor.refresh(&relay).await.0, 404);
    assert_eq!(read(&relay, "counts").await["refreshes"], 1);
    let nonsense = http()
        .post(format!("{}/control/explode", relay.base_url()))
        .send()
        .await
        .unwrap();
    assert_eq!(nonsense.status(), 422);
    relay.shutdown().await;
}

#[tokio::test]
async fn an_outage_ends_by_itself() {
    let relay = Relay::start(Settings::test().with_control(true)).await.unwrap();
    let visitor = Visitor::create(&relay).await;
    let (mut socket, _) = visitor.connect(&relay).await;
    command(&relay, "outage", json!({ "ms": 200, "manner": "announced" })).await;
    assert_eq!(socket.end().await, End::Code(1012));
    assert!(tokio::net::TcpStream::connect(relay.addr()).await.is_err());
    for _ in 0..100 {
        if tokio::net::TcpStream::connect(relay.addr()).await.is_ok() {
            visitor.connect(&relay).await;
            relay.shutdown().await;
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the relay did not come back");
}
