//! Files: three calls, what they refuse, and the way back.

use reqwest::{Method, RequestBuilder, header::CONTENT_TYPE};
use serde_json::{Value, json};
use visavis_backends::appengine::{Gateway, GatewayHandle, Settings};

use crate::support::{ALICES_CHAT, Socket, alice, call, eventually, http, json_of};

const BOUNDARY: &str = "XyZ";

/// One part of a form.
struct Part<'p> {
    name: &'p str,
    file: Option<(&'p str, &'p str)>,
    content: &'p [u8],
}

fn form(parts: &[Part<'_>]) -> Vec<u8> {
    let mut body = Vec::new();
    for part in parts {
        let file = part.file.map_or(String::new(), |(name, kind)| {
            format!("; filename=\"{name}\"\r\nContent-Type: {kind}")
        });
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{}\"{file}\r\n\r\n",
            part.name
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(part.content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
}

fn upload(gateway: &GatewayHandle, path: &str, parts: &[Part<'_>]) -> RequestBuilder {
    call(gateway, Method::POST, path)
        .bearer_auth(alice(gateway))
        .header(CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"))
        .body(form(parts))
}

const LOCATION: Part<'_> = Part {
    name: "location",
    file: None,
    content: b"acme/chat/customer::alice@b.c",
};

fn file<'p>(name: &'p str, file: &'p str, kind: &'p str, content: &'p [u8]) -> Part<'p> {
    Part {
        name,
        file: Some((file, kind)),
        content,
    }
}

async fn fetch(url: &Value) -> (u16, String, Vec<u8>) {
    let answer = http().get(url.as_str().unwrap()).send().await.unwrap();
    let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
    (answer.status().as_u16(), kind, answer.bytes().await.unwrap().to_vec())
}

#[tokio::test]
async fn one_file_by_either_repository_call() {
    let gateway = Gateway::start(Settings::test()).await.unwrap();
    for path in ["/repository/file/upload", "/repository/customer/file/upload"] {
        let parts = [LOCATION, file("file", "cat.png", "image/png", b"\x89PNG\r\n\x00")];
        let (status, stored) = json_of(upload(&gateway, path, &parts)).await;
        assert_eq!(
            (status, &stored["path"]),
            (201, &json!("acme/chat/customer::alice@b.c/cat.png"))
        );
        let fetched = fetch(&stored["signedUrl"]).await;
        assert_eq!(fetched, (200, "image/png".to_owned(), b"\x89PNG\r\n\x00".to_vec()));
    }
    assert_eq!(gateway.counts().uploads, 2);
}

#[tokio::test]
async fn several_files_by_the_chats_call() {
    let gateway = Gateway::start(Settings::test()).await.unwrap();
    let parts = [
        file("files", "a b.txt", "text/plain; charset=utf-8", "é".as_bytes()),
        file("files", "../../x.pdf", "application/pdf", b"%PDF"),
    ];
    let path = "/chat/upload/customer::alice@b.c/alice@b.c";
    let (status, stored) = json_of(upload(&gateway, path, &parts)).await;
    assert_eq!(status, 201, "{stored}");
    assert_eq!(
        (&stored[0]["name"], &stored[1]["name"]),
        (&json!("a_b.txt"), &json!("x.pdf"))
    );
    assert_eq!(
        (&stored[0]["size"], &stored[1]["mimeType"]),
        (&json!(2), &json!("application/pdf"))
    );
    assert_eq!(fetch(&stored[0]["url"]).await.2, "é".as_bytes());
    let foreign = upload(&gateway, "/chat/upload/c/eve@b.c", &parts);
    assert_eq!(json_of(foreign).await.0, 403);
}

#[tokio::test]
async fn an_operator_sends_a_file_along() {
    let gateway = Gateway::start(Settings::test()).await.unwrap();
    let mut socket = Socket::alice(&gateway).await;
    let upload = http()
        .post(format!("{}/operator/api/files", gateway.base_url()))
        .header(CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"))
        .body(form(&[file("files", "map.png", "image/png", b"x")]));
    let (status, files) = json_of(upload).await;
    assert_eq!((status, &files[0]["name"]), (201, &json!("map.png")));
    let reply = json!({ "operator": "Jane", "text": "", "files": files });
    let url = format!("{}/operator/api/conversations/{ALICES_CHAT}/reply", gateway.base_url());
    assert_eq!(json_of(http().post(url).json(&reply)).await.0, 200);
    let message = loop {
        let message = socket.event("message").await;
        if message["from"] == "jane@x.io" {
            break message;
        }
    };
    assert_eq!((&message["content"], &message["files"]), (&json!(""), &files));
    assert_eq!(fetch(&message["files"][0]["url"]).await.2, b"x");
    let line = &gateway.conversations()[0];
    assert_eq!(
        (&line["last_text"], &line["takes_files"]),
        (&json!("map.png"), &json!(true))
    );
}

#[tokio::test]
async fn refused_files() {
    let gateway = Gateway::start(Settings::test().max_upload_bytes(1_000)).await.unwrap();
    let path = "/repository/file/upload";
    let large = vec![0; 1_001];
    for (parts, status) in [
        (vec![LOCATION, file("file", "x.png", "image/png", &large)], 413),
        (
            vec![LOCATION, file("file", "x.exe", "application/x-msdownload", b"MZ")],
            415,
        ),
        (vec![LOCATION], 400),
        (vec![file("file", "x.png", "image/png", b"x")], 400),
        (vec![LOCATION, file("files", "x.png", "image/png", b"x")], 400),
    ] {
        assert_eq!(json_of(upload(&gateway, path, &parts)).await.0, status);
    }
    let exact = vec![0; 1_000];
    let parts = [LOCATION, file("file", "x.png", "image/png", &exact)];
    assert_eq!(json_of(upload(&gateway, path, &parts)).await.0, 201);
    let anonymous = call(&gateway, Method::POST, path)
        .header(CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"))
        .body(form(&parts));
    assert_eq!(json_of(anonymous).await.0, 401);
    assert_eq!((gateway.counts().uploads, gateway.counts().uploads_refused), (1, 5));
}

#[tokio::test]
async fn the_documented_limit() {
    let gateway = Gateway::start(Settings::test()).await.unwrap();
    let limit = vec![7; 25 * 1_024 * 1_024];
    let parts = [LOCATION, file("file", "x.zip", "application/zip", &limit)];
    let (status, stored) = json_of(upload(&gateway, "/repository/file/upload", &parts)).await;
    assert_eq!((status, &stored["size"]), (201, &json!(limit.len())));
    let mut over = limit;
    over.push(7);
    let parts = [LOCATION, file("file", "x.zip", "application/zip", &over)];
    assert_eq!(
        json_of(upload(&gateway, "/repository/file/upload", &parts)).await.0,
        413
    );
}

#[tokio::test]
async fn nothing_else_is_served() {
    let gateway = Gateway::start(Settings::test()).await.unwrap();
    for path in [
        "/files/00/x.png",
        "/files/%2e%2e/passwd",
        "/files/00/%2e%2e%2fx",
        "/files/00/.type",
    ] {
        let answer = http()
            .get(format!("{}{path}", gateway.base_url()))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 404, "{path}");
    }
}

#[tokio::test]
async fn files_go_with_the_gateway() {
    let gateway = Gateway::start(Settings::test().seed(77_001)).await.unwrap();
    let parts = [LOCATION, file("file", "cat.png", "image/png", b"x")];
    let (_, stored) = json_of(upload(&gateway, "/repository/file/upload", &parts)).await;
    let url = stored["signedUrl"].as_str().unwrap().to_owned();
    let id = url.rsplit('/').nth(1).unwrap().to_owned();
    let is_there = || {
        let mut folders = std::fs::read_dir(std::env::temp_dir()).unwrap().flatten();
        folders.any(|folder| {
            let is_ours = folder.file_name().to_string_lossy().starts_with("visavis-gateway-");
            is_ours && folder.path().join(&id).exists()
        })
    };
    assert!(is_there());
    drop(gateway);
    eventually(|| !is_there()).await;
}
