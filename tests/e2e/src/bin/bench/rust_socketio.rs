//! The client of the crate `rust_socketio`, as its documentation has it.

use std::time::Duration;

use futures_util::FutureExt;
use rust_socketio::asynchronous::{Client, ClientBuilder};
use rust_socketio::{Payload, TransportType};
use serde_json::json;
use tokio::sync::mpsc;

use crate::client::{Connection, Failure, Place, question};

pub(crate) struct RustSocketIo {
    client: Client,
    acknowledged: mpsc::UnboundedReceiver<()>,
    tell: mpsc::UnboundedSender<()>,
}

const PATIENCE: Duration = Duration::from_secs(10);

impl Connection for RustSocketIo {
    type Means = ();

    fn means(_place: &Place) -> Result<(), Failure> {
        Ok(())
    }

    async fn connect((): &(), place: &Place) -> Result<Self, Failure> {
        let (tell, mut acknowledged) = mpsc::unbounded_channel();
        let welcomed = tell.clone();
        let client = ClientBuilder::new(&place.base_url)
            .namespace("/chat")
            .auth(json!({ "token": place.token, "orgId": "acme", "orgid": "acme", "configId": "c" }))
            .transport_type(TransportType::Websocket)
            .on("authenticate", move |_payload: Payload, _client: Client| {
                let _ = welcomed.send(());
                async {}.boxed()
            })
            .connect()
            .await
            .map_err(|error| error.to_string())?;
        acknowledged.recv().await.ok_or("it was not welcomed")?;
        Ok(Self {
            client,
            acknowledged,
            tell,
        })
    }

    async fn round_trip(&mut self, number: usize) -> Result<(), Failure> {
        let message = json!({
            "message": question(number),
            "chatId": "customer::alice@site.example",
            "chatSessionId": "cs_1",
            "messageId": format!("00000000-0000-4000-8000-{number:012}"),
        });
        let tell = self.tell.clone();
        let told = move |_payload: Payload, _client: Client| {
            let _ = tell.send(());
            async {}.boxed()
        };
        self.client
            .emit_with_ack("chat-message", message, PATIENCE, told)
            .await
            .map_err(|error| error.to_string())?;
        self.acknowledged.recv().await.ok_or_else(|| "it has ended".to_owned())
    }

    async fn hear(&mut self) -> Result<(), Failure> {
        Err("this client is not measured by what it hears".to_owned())
    }

    async fn idle(self) {
        let Self {
            client,
            mut acknowledged,
            tell,
        } = self;
        let _nothing = acknowledged.recv().await;
        drop((client, tell));
    }
}
