//! A tokio socket and hand-made packets of Socket.IO: the least that can be done.

use crate::client::{Connection, Failure, Place, question};
use crate::raw::Raw;

pub(crate) struct RawSocketIo(Raw);

impl Connection for RawSocketIo {
    type Means = ();

    fn means(_place: &Place) -> Result<(), Failure> {
        Ok(())
    }

    async fn connect((): &(), place: &Place) -> Result<Self, Failure> {
        let mut raw = Raw::upgraded(place.authority(), "/socket.io/?EIO=4&transport=websocket").await?;
        raw.until_one(|packet| packet.starts_with('0')).await?;
        raw.send(&format!(r#"40/chat,{{"token":"{}"}}"#, place.token)).await?;
        raw.until_one(|packet| packet.starts_with(r#"42/chat,["authenticate""#))
            .await?;
        Ok(Self(raw))
    }

    async fn round_trip(&mut self, number: usize) -> Result<(), Failure> {
        let question = question(number);
        let packet = format!(
            r#"42/chat,{number}["chat-message",{{"message":"{question}","chatId":"customer::alice@site.example","chatSessionId":"cs_1","messageId":"00000000-0000-4000-8000-{number:012}"}}]"#
        );
        self.0.send(&packet).await?;
        self.0.until_one(|packet| packet.starts_with("43/chat,")).await
    }

    async fn hear(&mut self) -> Result<(), Failure> {
        Err("this client is not measured by what it hears".to_owned())
    }

    async fn idle(mut self) {
        let _ended = self.0.until_one(|_| false).await;
    }
}
