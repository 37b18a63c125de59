//! Waiting: positions, pushes, skills, polling.

use serde_json::json;
use visavis_backends::appengine::{Action, Dialect, Gateway, GatewayHandle, Settings, Standing};

use crate::support::{ALICES_CHAT, Socket, alice, get, handshake, json_of, post};

async fn other(gateway: &GatewayHandle, name: &str) -> Socket {
    let token = gateway
        .mint_tokens(&format!("{name}@b.c"), name, Standing::Customer)
        .access;
    let mut socket = Socket::connect(gateway, &handshake(&token)).await;
    socket.event("authenticate").await;
    socket
}

#[tokio::test]
async fn positions_move_and_are_pushed() {
    let settings = Settings::test()
        .without_assistant()
        .queue_push_ms(100)
        .wait_per_person_s(90);
    let gateway = Gateway::start(settings).await.unwrap();
    let mut bob = other(&gateway, "bob").await;
    bob.ask("chat-message", &json!({ "message": "Hi", "messageId": "1" }))
        .await;
    let mut socket = Socket::alice(&gateway).await;
    assert_eq!(socket.say("1", "Hi").await["routedTo"], "queued");
    let queued = socket.event("queued").await;
    assert_eq!(
        (&queued["position"], &queued["ahead"], &queued["estimatedWaitSeconds"]),
        (&json!(2), &json!(1), &json!(180))
    );
    assert!(queued["message"].is_string());
    let update = socket.event("queue-update").await;
    assert_eq!((&update["position"], update.get("message")), (&json!(2), None));
    gateway.operate("customer::bob@b.c", "Jane", Action::Take).unwrap();
    let update = socket.event("queue-update").await;
    let update = if update["position"] == 2 {
        socket.event("queue-update").await
    } else {
        update
    };
    assert_eq!((&update["position"], &update["ahead"]), (&json!(1), &json!(0)));
    gateway.operate(ALICES_CHAT, "Jane", Action::Take).unwrap();
    socket.event("agent-assigned").await;
    assert_eq!(socket.event("update").await["status"], "delivered");
    // The pushes end with the wait.
    tokio::time::sleep(std::time::Duration::from_millis(120)).await;
    socket.silence().await;
}

#[tokio::test]
async fn agents_are_asked_for_with_skill_and_priority() {
    let gateway = Gateway::start(Settings::test()).await.unwrap();
    let mut bob = other(&gateway, "bob").await;
    let mut eve = other(&gateway, "eve").await;
    let mut socket = Socket::alice(&gateway).await;
    for (customer, wish) in [
        (&mut bob, json!({ "skill": "returns" })),
        (
            &mut eve,
            json!({ "priority": 5, "context": { "url": "https://shop.example/" } }),
        ),
        (&mut socket, json!({})),
    ] {
        assert_eq!(customer.ask("request-agent", &wish).await["success"], true);
    }
    assert_eq!(eve.event("queued").await["position"], 1);
    assert_eq!(socket.event("queued").await["position"], 3);
    // Asking again keeps the place.
    socket.ask("request-agent", &json!({ "priority": 9 })).await;
    assert_eq!(socket.event("queue-update").await["position"], 3);
    assert_eq!(gateway.take_next("Omar").as_deref(), Some("customer::bob@b.c"));
    assert_eq!(gateway.take_next("Omar").as_deref(), Some("customer::eve@b.c"));
    assert_eq!(gateway.take_next("Jane").as_deref(), Some(ALICES_CHAT));
    assert_eq!(gateway.take_next("Jane"), None);
}

#[tokio::test]
async fn the_queue_over_rest() {
    let gateway = Gateway::start(Settings::test()).await.unwrap();
    let mut socket = Socket::alice(&gateway).await;
    let token = alice(&gateway);
    let position = format!("/chat/queue/position/{ALICES_CHAT}");
    let ask = |path: &str| get(&gateway, path).bearer_auth(&token);
    assert_eq!(json_of(ask(&position)).await.0, 404);
    let join = json!({ "chatId": ALICES_CHAT, "customerEmail": "alice@b.c", "skill": "billing", "priority": 2 });
    let (status, place) = json_of(post(&gateway, "/chat/queue", &join).bearer_auth(&token)).await;
    assert_eq!((status, &place["position"]), (200, &json!(1)));
    assert_eq!(socket.event("queued").await["position"], 1);
    let (status, place) = json_of(ask(&position)).await;
    assert_eq!(
        (status, &place["position"], &place["estimatedWaitSeconds"]),
        (200, &json!(1), &json!(60))
    );
    let (_, list) = json_of(ask("/chat/queue?name=default")).await;
    assert_eq!(
        (&list[0]["customerEmail"], &list[0]["skill"]),
        (&json!("alice@b.c"), &json!("billing"))
    );
    assert_eq!(json_of(ask("/chat/queue?name=other")).await.1, json!([]));
    let (_, stats) = json_of(ask("/chat/queue/stats")).await;
    assert_eq!(stats, json!({ "waiting": 1, "agentsOnline": 2 }));
    let foreign = json!({ "chatId": "customer::eve@b.c", "customerEmail": "eve@b.c" });
    assert_eq!(
        json_of(post(&gateway, "/chat/queue", &foreign).bearer_auth(&token))
            .await
            .0,
        404
    );
    gateway.operate(ALICES_CHAT, "Jane", Action::Take).unwrap();
    assert_eq!(json_of(ask(&position)).await.0, 404);
}

#[tokio::test]
async fn pushes_can_be_left_out() {
    let settings = Settings::test().dialect(Dialect::Seed).queue_push_ms(0);
    let gateway = Gateway::start(settings).await.unwrap();
    let mut socket = Socket::seed_alice(&gateway).await;
    socket.ask("request-agent", &json!({ "skill": "billing" })).await;
    assert_eq!(socket.event("status").await["status"], "waiting");
    assert_eq!(socket.event("queue-status").await["position"], 1);
    socket.silence().await;
}

#[tokio::test]
async fn who_comes_back_hears_where_things_stand() {
    let gateway = Gateway::start(Settings::test()).await.unwrap();
    let mut socket = Socket::alice(&gateway).await;
    socket.ask("request-agent", &json!({})).await;
    socket.hang_up().await;
    let mut socket = Socket::alice(&gateway).await;
    assert_eq!(socket.event("queue-update").await["position"], 1);
    gateway.operate(ALICES_CHAT, "Jane", Action::Take).unwrap();
    socket.hang_up().await;
    let mut socket = Socket::alice(&gateway).await;
    assert_eq!(socket.event("agent-assigned").await["agent"]["name"], "Jane");
    assert_eq!(socket.event("presence-change").await["email"], "jane@x.io");
}

#[tokio::test]
async fn who_writes_when_nobody_is_there_does_not_wait() {
    let settings = Settings::test().without_assistant().config_field("status", "offline");
    let gateway = Gateway::start(settings).await.unwrap();
    let mut socket = Socket::connect(&gateway, &handshake(&alice(&gateway))).await;
    assert_eq!(socket.event("authenticate").await["config"]["status"], "offline");
    assert_eq!(socket.say("1", "Hi").await["routedTo"], "offline");
    socket.silence().await;
}
