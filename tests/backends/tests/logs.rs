//! What the relay logs, at the finest level, holds no secret.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "relay/support.rs"]
#[allow(dead_code)]
mod support;

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use serde_json::json;
use support::{End, Socket, Visitor, post};
use visavis_backends::{Relay, Scope, Settings, model::Tenant};

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

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains(&visitor.session_id), "the relay logs what it does:\n{log}");
    let secrets = [
        visitor.token.as_str(),
        &signature,
        Tenant::DEMO_SECRET,
        "token=",
        "Bearer",
        "my words",
    ];
    for (number, secret) in secrets.into_iter().enumerate() {
        assert!(!log.contains(secret), "secret {number} is in the log");
    }
}
