//! The core's Socket.IO over tokio-tungstenite, with nothing above it: what a program that needs the protocol alone would use.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};
use visavis_client_core::socketio::{Line, LineEvent};
use visavis_client_core::time::{Instant, Now, UnixMillis};

use crate::client::{Connection, Failure, Place, question};

pub(crate) struct OverTungstenite {
    socket: WebSocketStream<TcpStream>,
    line: Line,
    begun: std::time::Instant,
}

impl OverTungstenite {
    fn now(&self) -> Now {
        let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(0);
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Now {
            mono: Instant::from_millis(millis(self.begun.elapsed())),
            wall: UnixMillis(i64::try_from(wall.as_millis()).unwrap_or(0)),
        }
    }

    async fn until(&mut self, wanted: impl Fn(&LineEvent) -> bool) -> Result<(), Failure> {
        loop {
            while let Some(event) = self.line.poll_event() {
                if let LineEvent::Broken(fault) = event {
                    return Err(fault.to_string());
                }
                if wanted(&event) {
                    return Ok(());
                }
            }
            while let Some(frame) = self.line.poll_transmit() {
                self.send(frame).await?;
            }
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => self.line.receive_text(text.as_str(), self.now()),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error.to_string()),
                None => return Err("the server closed the connection".to_owned()),
            }
        }
    }

    async fn send(&mut self, frame: String) -> Result<(), Failure> {
        let sent = self.socket.send(Message::text(frame)).await;
        sent.map_err(|error| error.to_string())
    }
}

impl Connection for OverTungstenite {
    type Means = ();

    fn means(_place: &Place) -> Result<(), Failure> {
        Ok(())
    }

    async fn connect((): &(), place: &Place) -> Result<Self, Failure> {
        let stream = TcpStream::connect(place.authority())
            .await
            .map_err(|error| error.to_string())?;
        stream.set_nodelay(true).map_err(|error| error.to_string())?;
        let settings = WebSocketConfig::default()
            .read_buffer_size(4 * 1024)
            .write_buffer_size(0);
        let url = format!("ws://{}/socket.io/?EIO=4&transport=websocket", place.authority());
        let upgrading = Box::pin(client_async_with_config(url, stream, Some(settings)));
        let (socket, _answer) = upgrading.await.map_err(|error| error.to_string())?;
        let auth = format!(
            r#"{{"token":"{}","orgId":"acme","orgid":"acme","configId":"c"}}"#,
            place.token
        );
        let mut client = Self {
            socket,
            line: Line::new("/chat", auth, None),
            begun: std::time::Instant::now(),
        };
        client
            .until(|event| matches!(event, LineEvent::Event(event) if event.name == "authenticate"))
            .await?;
        Ok(client)
    }

    async fn round_trip(&mut self, number: usize) -> Result<(), Failure> {
        let body = format!(
            r#"{{"message":"{}","chatId":"customer::alice@site.example","chatSessionId":"cs_1","messageId":"00000000-0000-4000-8000-{number:012}"}}"#,
            question(number)
        );
        let (ack, frame) = self
            .line
            .emit_with_ack("chat-message", &body, self.now())
            .map_err(|unsent| unsent.to_string())?;
        self.send(frame).await?;
        self.until(|event| matches!(event, LineEvent::Acknowledged { id, .. } if *id == ack))
            .await
    }

    async fn hear(&mut self) -> Result<(), Failure> {
        Err("this client is not measured by what it hears".to_owned())
    }

    async fn idle(mut self) {
        let _ended = self.until(|_| false).await;
    }
}
