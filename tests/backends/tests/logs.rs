//! What the back ends log, at the finest level, holds no secret.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "gateway/support.rs"]
#[allow(dead_code)]
mod gateway;
#[path = "relay/support.rs"]
#[allow(dead_code)]
mod relay;

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use relay::{End, Socket, Visitor, post};
use serde_json::json;
use visavis_backends::{
    Gateway, Relay, Scope, Settings,
    appengine::{self, CloseManner, Standing},
    model::Tenant,
};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_secret_is_logged() {
    let log = Log::default();
    let sink = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || sink.clone());
    tracing::subscriber::set_global_default(subscriber.finish()).unwrap();

    let relay = Relay::start(Settings::test()).await.unwrap();
    let visitor = Visitor::create(&relay).await;
    assert_eq!(visitor.refresh(&relay).await.0, 200);
    let signature = Tenant::demo().secret.sign_user("u_42");
    let body = json!({ "user_id": "u_42", "user_signature": signature });
    assert_eq!(
        post(&relay, "identify/visitor", &body)
            .bearer_auth(&visitor.token)
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
    let (mut socket, _) = visitor.connect(&relay).await;
    socket.msg("c1", "my words").await;
    assert_eq!(socket.telling_frame().await["type"], "ack");
    relay.close_sockets(Scope::All, 4401);
    assert_eq!(socket.end().await, End::Code(4401));
    relay.expire_tokens();
    assert_eq!(Socket::dial(&relay, &visitor.token).await.end().await, End::Code(4401));
    relay.shutdown().await;
    let chat_token = chat().await;

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains(&visitor.session_id), "the relay logs what it does:\n{log}");
    assert!(
        log.contains("authenticate withheld"),
        "the gateway logs what it does:\n{log}"
    );
    let secrets = [
        visitor.token.as_str(),
        &chat_token,
        &signature,
        Tenant::DEMO_SECRET,
        appengine::Settings::DEMO_PASSWORD,
        "token=",
        "Bearer",
        "my words",
    ];
    for (number, secret) in secrets.into_iter().enumerate() {
        assert!(!log.contains(secret), "secret {number} is in the log");
    }
}

/// A conversation over the gateway; its token.
async fn chat() -> String {
    let gateway = Gateway::start(appengine::Settings::test()).await.unwrap();
    let tokens = gateway.mint_tokens(gateway::ALICE, "Alice", Standing::Customer);
    assert!(!format!("{tokens:?}").contains(&tokens.access));
    gateway.withhold_authentication(visavis_backends::faults::Times::Next(1));
    let mut socket = gateway::Socket::connect(&gateway, &gateway::handshake(&tokens.access)).await;
    assert_eq!(socket.say("1", "my words").await["success"], true);
    let sign_in = json!({
        "email": appengine::Settings::DEMO_CUSTOMER, "password": appengine::Settings::DEMO_PASSWORD,
    });
    let signed_in = gateway::json_of(gateway::post(&gateway, "/profile/customer/signin", &sign_in)).await;
    assert_eq!(signed_in.0, 200);
    gateway.close_sockets(appengine::Scope::All, CloseManner::Packet);
    gateway.shutdown().await;
    tokens.access
}
