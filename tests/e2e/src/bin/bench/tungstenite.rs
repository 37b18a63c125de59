//! tokio-tungstenite with 4 KiB buffers, and nothing above it.

use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use crate::client::{Connection, Failure, Place, is_of_type, question_frame};

pub(crate) struct Tungstenite(WebSocketStream<TcpStream>);

impl Tungstenite {
    async fn until(&mut self, kind: &str) -> Result<(), Failure> {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Text(text))) if is_of_type(text.as_str(), kind) => return Ok(()),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error.to_string()),
                None => return Err("the relay closed the connection".to_owned()),
            }
        }
    }
}

impl Connection for Tungstenite {
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
            .write_buffer_size(4 * 1024);
        let url = format!("ws://{}{}", place.authority(), place.path());
        let upgrading = Box::pin(client_async_with_config(url, stream, Some(settings)));
        let (socket, _answer) = upgrading.await.map_err(|error| error.to_string())?;
        let mut client = Self(socket);
        client.until("welcome").await?;
        Ok(client)
    }

    async fn round_trip(&mut self, number: usize) -> Result<(), Failure> {
        let frame = Message::text(question_frame(number));
        self.0.send(frame).await.map_err(|error| error.to_string())?;
        self.until("ack").await
    }

    async fn hear(&mut self) -> Result<(), Failure> {
        self.until("msg").await
    }

    async fn idle(mut self) {
        let _ = self.until("nothing ever").await;
    }
}
