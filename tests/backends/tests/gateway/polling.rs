//! Long-polling, as far as a client of the gateway needs it, and the upgrade.

use serde_json::{Value, json};
use visavis_backends::appengine::{Gateway, GatewayHandle, Settings};

use crate::support::{ALICES_CHAT, alice, handshake, http};

struct Poll {
    url: String,
}

impl Poll {
    async fn open(gateway: &GatewayHandle) -> (Self, Value) {
        let url = format!("{}/socket.io/?EIO=4&transport=polling", gateway.base_url());
        let open = http().get(&url).send().await.unwrap().text().await.unwrap();
        let open: Value = serde_json::from_str(open.strip_prefix('0').unwrap()).unwrap();
        let sid = open["sid"].as_str().unwrap();
        let poll = Self {
            url: format!("{url}&sid={sid}"),
        };
        (poll, open)
    }

    async fn send(&self, packets: &str) -> (u16, String) {
        let answer = http().post(&self.url).body(packets.to_owned()).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    async fn read(&self) -> (u16, Vec<String>) {
        let answer = http().get(&self.url).send().await.unwrap();
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        (status, text.split('\x1e').map(str::to_owned).collect())
    }

    /// Reads until a packet begins with `prefix`, answering pings.
    async fn read_until(&self, prefix: &str) -> String {
        for _ in 0..20 {
            for packet in self.read().await.1 {
                if packet == "2" {
                    self.send("3").await;
                }
                if packet.starts_with(prefix) {
                    return packet;
                }
            }
        }
        panic!("no packet begins with {prefix}");
    }
}

#[tokio::test]
async fn a_conversation_by_polling() {
    let gateway = Gateway::start(Settings::test().without_assistant()).await.unwrap();
    let (poll, open) = Poll::open(&gateway).await;
    assert_eq!(open["upgrades"], json!(["websocket"]));
    let connect = format!("40/chat,{}", handshake(&alice(&gateway)));
    assert_eq!(poll.send(&connect).await, (200, "ok".to_owned()));
    poll.read_until(r#"42/chat,["authenticate",{"#).await;
    let two = format!(
        "42/chat,0{}\x1e42/chat,1{}",
        json!(["chat-message", { "message": "one", "messageId": "1" }]),
        json!(["chat-message", { "message": "two", "messageId": "2" }]),
    );
    assert_eq!(poll.send(&two).await.0, 200);
    let ack = poll.read_until("43/chat,0[").await;
    assert!(ack.contains(r#""success":true"#), "{ack}");
    assert_eq!(gateway.transcript(ALICES_CHAT).len(), 2);
}

#[tokio::test]
async fn sessions_that_are_gone_and_packets_that_are_none_are_refused() {
    let gateway = Gateway::start(Settings::test()).await.unwrap();
    let unknown = Poll {
        url: format!(
            "{}/socket.io/?EIO=4&transport=polling&sid=AAAAAAAAAAAAAAAA",
            gateway.base_url()
        ),
    };
    assert_eq!(unknown.read().await.0, 400);
    let (poll, _) = Poll::open(&gateway).await;
    assert_eq!(poll.send("abc").await.0, 400);
    let bad = format!("{}/socket.io/?EIO=abc&transport=polling", gateway.base_url());
    assert_eq!(http().get(bad).send().await.unwrap().status(), 400);
}

#[tokio::test]
async fn a_restart_forgets_polling_sessions() {
    let gateway = Gateway::start(Settings::test()).await.unwrap();
    let (poll, _) = Poll::open(&gateway).await;
    gateway.stop(visavis_backends::Manner::Abrupt).await;
    gateway.resume().unwrap();
    assert_eq!(poll.read().await.0, 400);
}
