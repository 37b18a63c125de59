//! What the slash commands ask for: a person, files, receipts, the page.

use serde_json::json;
use visavis_backends::appengine::{Action, AgentPresence, CloseManner, Dialect, Scope, Settings};

use super::{assert_done, chat, gateway, heard, quiet_gateway};
use crate::support::{run, start};

#[tokio::test]
async fn a_person_is_asked_for_waited_for_and_answers() {
    for dialect in [Dialect::Gateway, Dialect::Seed] {
        let gateway = gateway(Settings::test().dialect(dialect).wait_per_person_s(60)).await;
        let mut running = start(chat(&gateway, &[]));
        running.write("/agent billing\n").await;
        let done = running.until("the request", |event| event["event"] == "command").await;
        assert_eq!(done, json!({ "event": "command", "name": "agent", "ok": true }));
        let place = running.until("a place", |event| event["event"] == "queue").await;
        assert_eq!((&place["position"], &place["ahead"]), (&json!(1), &json!(0)), "{place}");
        assert!(place["eta_s"].is_u64(), "{place}");

        let chat_id = gateway.take_next("jane@x.io").unwrap();
        let agent = running.until("an agent", |event| event["event"] == "agent").await;
        assert_eq!(
            (&agent["change"], &agent["id"], &agent["name"]),
            (&json!("assigned"), &json!("jane@x.io"), &json!("Jane"))
        );
        let reply = Action::Reply {
            content: json!("How can I help?"),
            files: Vec::new(),
        };
        gateway.operate(&chat_id, "jane@x.io", reply).unwrap();
        let said = running
            .until("her words", |event| {
                event["author"] == "agent" && event["event"] == "message"
            })
            .await;
        assert_eq!(
            (&said["text"], &said["name"]),
            (&json!("How can I help?"), &json!("Jane"))
        );
        running.write(format!("/read {}\n", said["id"].as_str().unwrap())).await;
        running
            .until("the receipt", |event| {
                *event == json!({ "event": "command", "name": "read", "ok": true })
            })
            .await;

        let transfer = Action::Transfer {
            to: "omar@x.io".to_owned(),
            note: "returns".to_owned(),
        };
        gateway.operate(&chat_id, "jane@x.io", transfer).unwrap();
        running
            .until("another agent", |event| {
                event["event"] == "agent" && event["name"] == "Omar"
            })
            .await;
        assert_done(&running.end().await);
        let transcript = gateway.transcript(&chat_id);
        let seen = transcript
            .iter()
            .find(|record| record["text"] == "How can I help?")
            .unwrap();
        assert_eq!(seen["status"], "read", "{dialect:?} {transcript:#?}");
    }
}

#[tokio::test]
async fn commands_wait_for_the_connection_in_the_order_they_were_given() {
    let gateway = quiet_gateway().await;
    let ended = run(
        chat(&gateway, &[]),
        "/context https://shop.example/cart The cart\n/agent\nhello\n",
    )
    .await;
    assert_done(&ended);
    let mut commands: Vec<_> = ended
        .of("command")
        .into_iter()
        .map(|done| done["name"].as_str().unwrap())
        .collect();
    commands.sort_unstable();
    assert_eq!(commands, ["agent", "context"]);
    let live = ended.events.iter().position(|event| event["state"] == "live").unwrap();
    let first = ended
        .events
        .iter()
        .position(|event| event["event"] == "command")
        .unwrap();
    assert!(live < first, "{:#?}", ended.events);
    let page = gateway.page(&gateway.chat_ids()[0]).unwrap();
    assert_eq!(
        (page.url.as_str(), page.title.as_str()),
        ("https://shop.example/cart", "The cart")
    );
}

#[tokio::test]
async fn a_file_keeps_its_place_among_the_messages() {
    let gateway = quiet_gateway().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("two words.txt");
    std::fs::write(&file, "some text").unwrap();
    let ended = run(
        chat(&gateway, &[]),
        format!("before\n/upload {}\nafter\n", file.display()),
    )
    .await;
    assert_done(&ended);
    assert_eq!(heard(&gateway), ["before", "", "after"]);
    let record = &gateway.transcript(&gateway.chat_ids()[0])[1];
    assert_eq!(record["files"][0]["name"], "two_words.txt", "{record:#?}");
    assert_eq!(
        ended.of("command"),
        [&json!({ "event": "command", "name": "upload", "ok": true })]
    );
    let own = ended
        .of("message")
        .into_iter()
        .find(|message| message["text"] == "")
        .unwrap();
    assert_eq!(
        (&own["attachments"][0]["name"], &own["attachments"][0]["size"]),
        (&json!("two words.txt"), &json!(9)),
        "{own:#?}"
    );
}

#[tokio::test]
async fn files_that_are_refused_are_errors_and_the_run_goes_on() {
    let gateway = gateway(Settings::test().without_assistant().max_upload_bytes(100)).await;
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    std::fs::write(path("large.txt"), "x".repeat(101)).unwrap();
    std::fs::write(path("tool.exe"), "MZ").unwrap();
    let input = ["large.txt", "tool.exe", "none.txt"].map(|name| format!("/upload {}\n", path(name)));
    let ended = run(chat(&gateway, &[]), input.concat() + "hello\n").await;
    assert_eq!(ended.code, Some(0), "{:#?} {}", ended.events, ended.complaints);
    let mut refused: Vec<_> = ended
        .of("error")
        .into_iter()
        .map(|error| (error["kind"].as_str().unwrap(), error["status"].as_u64()))
        .collect();
    refused.sort_unstable();
    assert_eq!(
        refused,
        [("refused", None), ("refused", Some(413)), ("refused", Some(415))]
    );
    let said: Vec<_> = ended
        .of("error")
        .into_iter()
        .map(|error| error["message"].to_string())
        .collect();
    for words in ["too large", "unsupported file type", "none.txt"] {
        assert!(said.iter().any(|message| message.contains(words)), "{said:#?}");
    }
    assert_eq!(heard(&gateway), ["hello"]);
    assert_eq!(ended.delivered(), ["failed", "failed", "sent"]);
}

#[tokio::test]
async fn what_the_site_shows_is_told() {
    let gateway = quiet_gateway().await;
    let mut running = start(chat(&gateway, &[]));
    running.live().await;
    gateway.push(
        Scope::All,
        "engage",
        json!({ "id": "e_1", "text": "Need help?", "url": "https://x/" }),
    );
    let toast = running.until("a toast", |event| event["event"] == "engage").await;
    assert_eq!(
        toast,
        json!({ "event": "engage", "id": "e_1", "text": "Need help?", "url": "https://x/" })
    );
    let fields = json!({ "broadcastId": "b_1", "url": "https://x/live", "title": "Live" });
    gateway.begin_broadcast(fields.as_object().unwrap().clone());
    let begun = running
        .until("a broadcast", |event| event["event"] == "broadcast")
        .await;
    assert_eq!(
        begun,
        json!({ "event": "broadcast", "id": "b_1", "on": true, "url": "https://x/live", "title": "Live" })
    );
    gateway.end_broadcast();
    running
        .until("its end", |event| event["event"] == "broadcast" && event["on"] == false)
        .await;
    gateway.set_presence("jane@x.io", AgentPresence::Busy).unwrap();
    let presence = running
        .until("a presence", |event| {
            event["event"] == "presence" && event["id"] == "jane@x.io"
        })
        .await;
    assert!(presence["status"].is_string());
    assert_done(&running.end().await);
}

#[tokio::test]
async fn typing_is_dropped_while_not_connected() {
    let gateway = quiet_gateway().await;
    let mut running = start(chat(&gateway, &[]));
    running.live().await;
    running.write("/typing start\n").await;
    let done = running.until("typing", |event| event["event"] == "command").await;
    assert_eq!(done["ok"], true);
    gateway.close_sockets(Scope::All, CloseManner::Packet);
    running.until("a pause", |event| event["state"] == "paused").await;
    running.write("/typing stop\n").await;
    let done = running.until("typing", |event| event["event"] == "command").await;
    assert_eq!(done["ok"], false);
    running.signal("TERM");
    assert_eq!(running.end().await.code, Some(143));
}
