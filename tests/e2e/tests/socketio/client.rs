//! A small driver: carries out what a line and a long-polling session ask for.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use visavis_client_core::http::{HttpFailure, HttpRequest, HttpResponse, Method};
use visavis_client_core::socketio::{
    Carried, Endpoint, Event, Exchange, Line, LineEvent, Polling, PollingFault, PollingOutput, Recovery, Transport,
};
use visavis_client_core::time::{Instant, Now, UnixMillis};

/// Long beyond anything that should happen at once.
const PATIENCE: Duration = Duration::from_secs(10);

/// Both clocks of this machine.
pub(crate) fn now() -> Now {
    static BEGUN: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
    let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Now {
        mono: Instant::from_millis(u64::try_from(BEGUN.elapsed().as_millis()).unwrap()),
        wall: UnixMillis(i64::try_from(wall.as_millis()).unwrap()),
    }
}

/// An HTTP client that needs no certificates.
pub(crate) fn http() -> reqwest::Client {
    let _already_there = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().unwrap()
}

/// Makes a call as a driver does.
pub(crate) async fn carry_out(http: &reqwest::Client, call: HttpRequest) -> Result<HttpResponse, HttpFailure> {
    let failure = |error: reqwest::Error| HttpFailure::Network(error.without_url().to_string());
    let method = match call.method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
    };
    let mut request = http.request(method, call.url.expose()).timeout(call.timeout);
    if let Some(body) = call.body {
        request = request.header("content-type", call.media_type.as_str()).body(body);
    }
    let response = request.send().await.map_err(failure)?;
    Ok(HttpResponse {
        status: response.status().as_u16(),
        body: response.text().await.map_err(failure)?,
        ..HttpResponse::default()
    })
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;
type Finished = (Exchange, Result<HttpResponse, HttpFailure>);

enum Carrier {
    WebSocket(Box<Socket>),
    Polling(Box<Session>),
}

struct Session {
    polling: Polling,
    http: reqwest::Client,
    results: mpsc::Receiver<Finished>,
    finish: mpsc::Sender<Finished>,
    posted: Vec<String>,
}

/// How a connection ended below the line.
#[derive(Debug, PartialEq)]
pub(crate) enum Loss {
    /// The WebSocket closed or could not be opened.
    Closed,
    /// The long-polling session failed.
    Polling(PollingFault),
    /// The server was silent for too long.
    Silent,
}

/// A line with its transport.
pub(crate) struct Client {
    pub(crate) line: Line,
    carrier: Carrier,
}

impl Client {
    /// Opens a transport; nothing has come over it yet.
    pub(crate) async fn dial(transport: Transport, endpoint: &Endpoint, line: Line) -> Result<Self, Loss> {
        let carrier = match transport {
            Transport::WebSocket => {
                let dialled = connect_async(endpoint.websocket().expose()).await;
                Carrier::WebSocket(Box::new(dialled.map_err(|_| Loss::Closed)?.0))
            }
            Transport::Polling => {
                let (finish, results) = mpsc::channel(4);
                Carrier::Polling(Box::new(Session {
                    polling: Polling::new(endpoint, now()),
                    http: http(),
                    results,
                    finish,
                    posted: Vec::new(),
                }))
            }
        };
        Ok(Self { line, carrier })
    }

    /// A line that joined its namespace, and whether it was recovered.
    pub(crate) async fn join(
        transport: Transport,
        endpoint: &Endpoint,
        namespace: &str,
        auth: &str,
        recovery: Option<Recovery>,
    ) -> (Self, bool) {
        let line = Line::new(namespace, auth, recovery);
        let mut client = Self::dial(transport, endpoint, line).await.unwrap();
        assert!(matches!(client.next().await, Ok(LineEvent::Opened(_))));
        match client.next().await {
            Ok(LineEvent::Connected { recovered, .. }) => (client, recovered),
            other => panic!("{other:?}"),
        }
    }

    /// The same, without recovery and with the server's greeting read.
    pub(crate) async fn greeted(transport: Transport, endpoint: &Endpoint, namespace: &str) -> Self {
        let (mut client, recovered) = Self::join(transport, endpoint, namespace, "{}", None).await;
        assert!(!recovered);
        assert_eq!(client.event().await.name, "auth");
        client
    }

    /// What the line tells next.
    pub(crate) async fn next(&mut self) -> Result<LineEvent, Loss> {
        tokio::time::timeout(PATIENCE, self.advance()).await.expect("in time")
    }

    /// The next event, which must come.
    pub(crate) async fn event(&mut self) -> Event {
        match self.next().await {
            Ok(LineEvent::Event(event)) => event,
            other => panic!("{other:?}"),
        }
    }

    /// Reads for a while; what comes is told.
    pub(crate) async fn listen(&mut self, time: Duration) -> Vec<LineEvent> {
        let mut told = Vec::new();
        let end = tokio::time::Instant::now() + time;
        while let Ok(event) = tokio::time::timeout_at(end, self.advance()).await {
            told.push(event.unwrap());
        }
        told
    }

    pub(crate) async fn emit(&mut self, name: &str, args: &str) {
        let frame = self.line.emit(name, args, now()).unwrap();
        self.send(Carried::Text(frame)).await;
    }

    pub(crate) async fn emit_with_ack(&mut self, name: &str, args: &str) -> u64 {
        let (id, frame) = self.line.emit_with_ack(name, args, now()).unwrap();
        self.send(Carried::Text(frame)).await;
        id
    }

    pub(crate) async fn send(&mut self, packet: Carried) {
        match &mut self.carrier {
            Carrier::WebSocket(socket) => {
                let message = match packet {
                    Carried::Text(text) => Message::text(text),
                    Carried::Binary(bytes) => Message::binary(bytes),
                };
                // A socket that is gone says so when it is read.
                let _gone = socket.send(message).await;
            }
            Carrier::Polling(session) => session.polling.send(packet),
        }
    }

    /// Sends what the line has to send, and ends the session in order.
    pub(crate) async fn close(mut self) -> Vec<String> {
        while let Some(frame) = self.line.poll_transmit() {
            self.send(Carried::Text(frame)).await;
        }
        match &mut self.carrier {
            Carrier::WebSocket(socket) => WebSocketStream::close(socket, None).await.unwrap(),
            Carrier::Polling(session) => {
                session.polling.close();
                while !session.polling.is_over() {
                    session.step().await.unwrap();
                }
            }
        }
        self.posted()
    }

    /// The bodies that were posted.
    pub(crate) fn posted(&self) -> Vec<String> {
        match &self.carrier {
            Carrier::WebSocket(_) => Vec::new(),
            Carrier::Polling(session) => session.posted.clone(),
        }
    }

    async fn advance(&mut self) -> Result<LineEvent, Loss> {
        loop {
            while let Some(frame) = self.line.poll_transmit() {
                self.send(Carried::Text(frame)).await;
            }
            if let Some(event) = self.line.poll_event() {
                return Ok(event);
            }
            if self.line.is_expired(now()) {
                return Err(Loss::Silent);
            }
            let silence = self
                .line
                .deadline()
                .map_or(PATIENCE, |deadline| deadline.since(now().mono));
            if let Ok(packet) = tokio::time::timeout(silence, self.packet()).await {
                self.line.receive(&packet?, now());
            }
        }
    }

    async fn packet(&mut self) -> Result<Carried, Loss> {
        match &mut self.carrier {
            Carrier::WebSocket(socket) => loop {
                match socket.next().await {
                    Some(Ok(Message::Text(text))) => break Ok(Carried::Text(text.to_string())),
                    Some(Ok(Message::Binary(bytes))) => break Ok(Carried::Binary(bytes.to_vec())),
                    Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
                    Some(Ok(Message::Close(_)) | Err(_)) | None => break Err(Loss::Closed),
                }
            },
            Carrier::Polling(session) => loop {
                if let Some(packet) = session.step().await? {
                    break Ok(packet);
                }
            },
        }
    }
}

impl Session {
    /// Carries out one thing, or waits for a call to end.
    async fn step(&mut self) -> Result<Option<Carried>, Loss> {
        match self.polling.poll_output() {
            Some(PollingOutput::Packet(packet)) => return Ok(Some(packet)),
            Some(PollingOutput::Failed(fault)) => return Err(Loss::Polling(fault)),
            Some(PollingOutput::Call(exchange, call)) => {
                self.posted.extend(call.body.clone());
                let (http, finish) = (self.http.clone(), self.finish.clone());
                tokio::spawn(async move {
                    let result = carry_out(&http, call).await;
                    let _nobody_waits = finish.send((exchange, result)).await;
                });
            }
            Some(other) => panic!("{other:?}"),
            None => {
                let (exchange, result) = self.results.recv().await.unwrap();
                self.polling.finished(exchange, result, now());
            }
        }
        Ok(None)
    }
}
