//! A visitor made of an HTTP client and a raw socket, which knows nothing but the wire.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, protocol::frame::coding::CloseCode},
};
use visavis_backends::{RelayHandle, model::Tenant};

pub(crate) const ORIGIN: &str = "app://visavis";
const MOMENT: Duration = Duration::from_millis(150);
const PATIENCE: Duration = Duration::from_secs(5);

/// The body of a valid create call.
pub(crate) fn opening() -> Value {
    json!({
        "tenant_id": Tenant::DEMO_ID,
        "widget_public_key": Tenant::DEMO_PUBLIC_KEY,
        "origin": ORIGIN,
        "locale": "en",
    })
}

pub(crate) fn http() -> Client {
    // The client asks for TLS even where nothing is encrypted; a second installation is refused, which is fine.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().tls_certs_only([]).build().unwrap()
}

pub(crate) fn post(relay: &RelayHandle, call: &str, body: &Value) -> RequestBuilder {
    http().post(format!("{}/api/v1/{call}", relay.base_url())).json(body)
}

pub(crate) async fn json_of(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    (status, response.json().await.unwrap())
}

/// A visitor with a session.
#[derive(Debug, Clone)]
pub(crate) struct Visitor {
    pub(crate) session_id: String,
    pub(crate) token: String,
}

impl Visitor {
    pub(crate) async fn create(relay: &RelayHandle) -> Self {
        Self::create_with(relay, &opening()).await
    }

    pub(crate) async fn create_with(relay: &RelayHandle, opening: &Value) -> Self {
        let (status, body) = json_of(post(relay, "create/visitor-session", opening).send().await.unwrap()).await;
        assert_eq!(status, 201, "{body}");
        Self {
            session_id: body["data"]["session_id"].as_str().unwrap().to_owned(),
            token: body["data"]["visitor_token"].as_str().unwrap().to_owned(),
        }
    }

    pub(crate) async fn refresh(&self, relay: &RelayHandle) -> (u16, Value) {
        let call = post(relay, "refresh/visitor-token", &json!({})).bearer_auth(&self.token);
        json_of(call.send().await.unwrap()).await
    }

    /// Opens a socket, without waiting for the welcome.
    pub(crate) async fn dial(&self, relay: &RelayHandle) -> Socket {
        Socket::dial(relay, &self.token).await
    }

    /// Opens a socket and takes the welcome.
    pub(crate) async fn connect(&self, relay: &RelayHandle) -> (Socket, Value) {
        let mut socket = self.dial(relay).await;
        let welcome = socket.frame().await;
        assert_eq!(welcome["type"], "welcome");
        (socket, welcome)
    }
}

pub(crate) struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

/// How a socket ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum End {
    Code(u16),
    Cut,
}

impl Socket {
    pub(crate) async fn dial(relay: &RelayHandle, token: &str) -> Self {
        Self::dial_path(relay, &format!("/api/v1/ws/widget?token={token}")).await
    }

    pub(crate) async fn dial_path(relay: &RelayHandle, path: &str) -> Self {
        let url = format!("ws://{}{path}", relay.addr());
        Self(connect_async(url).await.unwrap().0)
    }

    pub(crate) async fn send(&mut self, frame: &Value) {
        self.send_text(&frame.to_string()).await;
    }

    pub(crate) async fn send_text(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.unwrap();
    }

    pub(crate) async fn send_binary(&mut self, bytes: &[u8]) {
        self.0.send(Message::binary(bytes.to_vec())).await.unwrap();
    }

    pub(crate) async fn msg(&mut self, id: &str, content: &str) {
        self.send(&json!({ "type": "msg", "client_msg_id": id, "content": content }))
            .await;
    }

    /// Leaves a message in the buffer, to travel with the next one that is sent.
    pub(crate) async fn feed_msg(&mut self, id: &str, content: &str) {
        let frame = json!({ "type": "msg", "client_msg_id": id, "content": content });
        self.0.feed(Message::text(frame.to_string())).await.unwrap();
    }

    /// The next JSON frame.
    pub(crate) async fn frame(&mut self) -> Value {
        match timeout(PATIENCE, self.0.next()).await.expect("no frame came") {
            Some(Ok(Message::Text(text))) => serde_json::from_str(&text).unwrap(),
            other => panic!("not a text frame: {other:?}"),
        }
    }

    /// The next frame that is no typing.
    pub(crate) async fn telling_frame(&mut self) -> Value {
        loop {
            let frame = self.frame().await;
            if frame["type"] != "typing" {
                return frame;
            }
        }
    }

    /// The next frame of that type.
    pub(crate) async fn frame_of(&mut self, kind: &str) -> Value {
        loop {
            let frame = self.frame().await;
            if frame["type"] == kind {
                return frame;
            }
        }
    }

    /// The next frame, if it comes within a moment.
    pub(crate) async fn frame_soon(&mut self) -> Option<Value> {
        timeout(MOMENT, self.frame()).await.ok()
    }

    /// Nothing comes for a moment.
    pub(crate) async fn silence(&mut self) {
        if let Ok(read) = timeout(MOMENT, self.0.next()).await {
            panic!("expected silence, read {read:?}");
        }
    }

    /// Reads until the end.
    pub(crate) async fn end(&mut self) -> End {
        loop {
            match timeout(PATIENCE, self.0.next()).await.expect("the socket stays open") {
                Some(Ok(Message::Close(Some(frame)))) => return End::Code(frame.code.into()),
                Some(Ok(Message::Close(None))) => return End::Code(CloseCode::Status.into()),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return End::Cut,
            }
        }
    }
}
