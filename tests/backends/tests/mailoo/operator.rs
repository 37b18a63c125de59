//! The console's side, the same as every reference back end's.

use reqwest::StatusCode;
use serde_json::json;

use crate::support::{CHAT, Caller, json, plain, service};

#[tokio::test]
async fn a_person_finds_the_visitor_by_name_and_answers() {
    let service = service().await;
    let body = json!({ "content": "Hello", "senderName": "Camille", "senderEmail": "camille@boutique.example" });
    let sent = Caller::dev(&service).post(&format!("{CHAT}/messages"), body).await;
    let session = json(sent).await["sessionPublicId"].as_str().unwrap().to_owned();
    let list = json(plain(&service, "/operator/api/conversations", None, None).await).await;
    assert_eq!(
        (&list[0]["title"], &list[0]["waiting"], &list[0]["backend"]),
        (&json!("Camille"), &json!(true), &json!("mailoo"))
    );
    let path = format!("/operator/api/conversations/{session}");
    let reply = json!({ "operator": "Sam", "text": "Good day" });
    let after = json(plain(&service, &format!("{path}/reply"), Some(reply), None).await).await;
    assert_eq!(
        (&after["agent"], &after["waiting"], &after["mode"]),
        (&json!("Sam"), &json!(false), &json!("agent"))
    );
    let shown = json(plain(&service, &path, None, None).await).await;
    assert_eq!(shown["messages"][1]["author"], "agent");
    let typing = json!({ "operator": "Sam", "state": "start" });
    let refused = plain(&service, &format!("{path}/typing"), Some(typing), None).await;
    assert_eq!(refused.status(), StatusCode::NOT_IMPLEMENTED, "there is no typing");
}
