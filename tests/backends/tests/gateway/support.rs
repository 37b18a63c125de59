//! A customer made of an HTTP client and raw Engine.IO frames, which knows nothing but the wire.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async, tungstenite::Message};
use visavis_backends::appengine::{GatewayHandle, Settings, Standing};

const MOMENT: Duration = Duration::from_millis(150);
const PATIENCE: Duration = Duration::from_secs(5);

pub(crate) const ALICE: &str = "alice@b.c";

pub(crate) fn http() -> Client {
    // The client asks for TLS even where nothing is encrypted; a second installation is refused, which is fine.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().tls_certs_only([]).build().unwrap()
}

/// A call with the tenant's header.
pub(crate) fn call(gateway: &GatewayHandle, method: Method, path: &str) -> RequestBuilder {
    http()
        .request(method, format!("{}{path}", gateway.base_url()))
        .header("orgid", Settings::DEMO_ORG)
}

pub(crate) fn get(gateway: &GatewayHandle, path: &str) -> RequestBuilder {
    call(gateway, Method::GET, path)
}

pub(crate) fn post(gateway: &GatewayHandle, path: &str, body: &Value) -> RequestBuilder {
    call(gateway, Method::POST, path).json(body)
}

pub(crate) async fn json_of(request: RequestBuilder) -> (u16, Value) {
    json_in(request.send().await.unwrap()).await
}

pub(crate) async fn json_in(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    (status, response.json().await.unwrap_or(Value::Null))
}

/// An access token for Alice, signed in, whose conversation is `customer::alice@b.c`.
pub(crate) fn alice(gateway: &GatewayHandle) -> String {
    gateway.mint_tokens(ALICE, "Alice", Standing::Customer).access
}

pub(crate) const ALICES_CHAT: &str = "customer::alice@b.c";

/// The documented handshake payload.
pub(crate) fn handshake(token: &str) -> Value {
    json!({
        "token": token, "orgId": "acme", "orgid": "acme", "appId": "shop", "configId": Settings::DEMO_CONFIG,
        "deviceId": "device-1",
        "context": { "device": "web", "language": "en", "currentUrl": "https://shop.example/" },
    })
}

/// A WebSocket that speaks Engine.IO packets.
pub(crate) struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    namespace: &'static str,
    next_ack: u64,
    /// Payloads of events that came while something else was waited for.
    pub(crate) skipped: Vec<(String, Value)>,
}

impl Socket {
    /// Opens a WebSocket; the open packet is next.
    pub(crate) async fn dial(gateway: &GatewayHandle) -> Self {
        let url = format!("ws://{}/socket.io/?EIO=4&transport=websocket", gateway.addr());
        Self {
            stream: connect_async(url).await.unwrap().0,
            namespace: "/chat",
            next_ack: 0,
            skipped: Vec::new(),
        }
    }

    /// Opens a WebSocket and takes the open packet.
    pub(crate) async fn open(gateway: &GatewayHandle) -> Self {
        let mut socket = Self::dial(gateway).await;
        let open = socket.packet().await;
        assert!(open.starts_with("0{"), "{open}");
        socket
    }

    /// Connects to `/chat` and takes the CONNECT answer.
    pub(crate) async fn connect(gateway: &GatewayHandle, payload: &Value) -> Self {
        let mut socket = Self::open(gateway).await;
        socket.send(&format!("40/chat,{payload}")).await;
        let answer = socket.packet().await;
        assert!(answer.starts_with(r#"40/chat,{"sid":""#), "{answer}");
        socket
    }

    /// Connects as Alice and takes `authenticate`.
    pub(crate) async fn alice(gateway: &GatewayHandle) -> Self {
        let mut socket = Self::connect(gateway, &handshake(&alice(gateway))).await;
        assert_eq!(socket.event("authenticate").await["success"], true);
        socket
    }

    /// Connects to a gateway of the seed's vocabulary as Alice.
    pub(crate) async fn seed_alice(gateway: &GatewayHandle) -> Self {
        Self::connect(gateway, &handshake(&alice(gateway))).await
    }

    pub(crate) fn in_namespace(mut self, namespace: &'static str) -> Self {
        self.namespace = namespace;
        self
    }

    pub(crate) async fn send(&mut self, packet: &str) {
        self.stream.send(Message::text(packet)).await.unwrap();
    }

    fn prefix(&self) -> String {
        match self.namespace {
            "/" => String::new(),
            namespace => format!("{namespace},"),
        }
    }

    pub(crate) async fn emit(&mut self, name: &str, payload: &Value) {
        let packet = format!("42{}{}", self.prefix(), json!([name, payload]));
        self.send(&packet).await;
    }

    /// Emits with an ack id, and returns what the ack says.
    pub(crate) async fn ask(&mut self, name: &str, payload: &Value) -> Value {
        let id = self.emit_for_ack(name, payload).await;
        let expected = format!("43{}{id}", self.prefix());
        loop {
            let packet = self.packet().await;
            if let Some(answer) = packet.strip_prefix(&expected) {
                let answer: Vec<Value> = serde_json::from_str(answer).unwrap();
                return answer.into_iter().next().unwrap_or(Value::Null);
            }
            self.skip(&packet);
        }
    }

    pub(crate) async fn emit_for_ack(&mut self, name: &str, payload: &Value) -> u64 {
        let id = self.next_ack;
        self.next_ack += 1;
        let packet = format!("42{}{id}{}", self.prefix(), json!([name, payload]));
        self.send(&packet).await;
        id
    }

    /// Says something as Alice's client would in the gateway's vocabulary.
    pub(crate) async fn say(&mut self, id: &str, text: &str) -> Value {
        let payload = json!({ "message": text, "chatId": ALICES_CHAT, "messageId": id });
        self.ask("chat-message", &payload).await
    }

    /// The next packet; pings are answered on the way.
    pub(crate) async fn packet(&mut self) -> String {
        loop {
            match timeout(PATIENCE, self.stream.next()).await.expect("no packet came") {
                Some(Ok(Message::Text(text))) if text == "2" => self.send("3").await,
                Some(Ok(Message::Text(text))) => return text.to_string(),
                other => panic!("not a text frame: {other:?}"),
            }
        }
    }

    fn read(&self, packet: &str) -> Option<(String, Value)> {
        let event = packet.strip_prefix("42")?.strip_prefix(&self.prefix())?;
        let mut event: Vec<Value> = serde_json::from_str(event).ok()?;
        let payload = if event.len() > 1 { event.remove(1) } else { Value::Null };
        Some((event.remove(0).as_str()?.to_owned(), payload))
    }

    fn skip(&mut self, packet: &str) {
        let event = self.read(packet);
        self.skipped
            .push(event.unwrap_or_else(|| panic!("not an event: {packet}")));
    }

    /// The next event, name and payload; those that were skipped come first.
    pub(crate) async fn any_event(&mut self) -> (String, Value) {
        if !self.skipped.is_empty() {
            return self.skipped.remove(0);
        }
        let packet = self.packet().await;
        self.read(&packet).unwrap_or_else(|| panic!("not an event: {packet}"))
    }

    /// The payload of the next event of that name; others are left out.
    pub(crate) async fn event(&mut self, name: &str) -> Value {
        loop {
            let (other, payload) = self.any_event().await;
            if other == name {
                return payload;
            }
        }
    }

    /// The names of `count` events.
    pub(crate) async fn names(&mut self, count: usize) -> Vec<String> {
        let mut names = Vec::new();
        for _ in 0..count {
            names.push(self.any_event().await.0);
        }
        names
    }

    /// No event comes for a moment.
    pub(crate) async fn silence(&mut self) {
        assert!(self.skipped.is_empty(), "{:?}", self.skipped);
        if let Ok(packet) = timeout(MOMENT, self.packet()).await {
            panic!("expected silence, read {packet}");
        }
    }

    /// Reads until the end; the packets and events on the way.
    pub(crate) async fn end(&mut self) -> Vec<String> {
        let mut last_words = Vec::new();
        loop {
            match timeout(PATIENCE, self.stream.next())
                .await
                .expect("the socket stays open")
            {
                Some(Ok(Message::Text(text))) if text == "2" => {
                    let _ = self.stream.send(Message::text("3")).await;
                }
                Some(Ok(Message::Text(text))) => last_words.push(text.to_string()),
                Some(Ok(Message::Close(_))) => {
                    last_words.push("close".to_owned());
                    return last_words;
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => {
                    last_words.push("cut".to_owned());
                    return last_words;
                }
            }
        }
    }

    /// The next raw frame, pings too, without answering anything; `None` at the end.
    pub(crate) async fn raw(&mut self) -> Option<String> {
        match timeout(PATIENCE, self.stream.next()).await.expect("no frame came") {
            Some(Ok(Message::Text(text))) => Some(text.to_string()),
            _ => None,
        }
    }

    /// Not even a ping comes for a moment, and the connection stays.
    pub(crate) async fn deep_silence(&mut self) {
        if let Ok(read) = timeout(MOMENT * 2, self.stream.next()).await {
            panic!("expected nothing, read {read:?}");
        }
    }

    pub(crate) async fn hang_up(mut self) {
        let _ = self.stream.close(None).await;
    }
}

/// Waits until `holds`, at most a few seconds.
pub(crate) async fn eventually(holds: impl Fn() -> bool) {
    for _ in 0..500 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it never came true");
}
