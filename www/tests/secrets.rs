//! What a server must not tell: its key, in no answer and in no log.

#![allow(clippy::unwrap_used)]

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Command, Stdio},
};

/// The development key of the reference service, which the demo's own back end holds.
const KEY: &str = "mailoo_dev_key";

fn ask(host: &str, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(host).unwrap();
    let length = body.len();
    write!(
        stream,
        "{head} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn the_key_stays_where_it_is_even_when_everything_is_logged() {
    let mut process = Command::new(env!("CARGO_BIN_EXE_visavis-www"))
        .args(["--port", "0"])
        .env("RUST_LOG", "trace")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Nobody may wait for a reader of the log.
    let mut log = process.stderr.take().unwrap();
    let log = std::thread::spawn(move || {
        let mut text = Vec::new();
        log.read_to_end(&mut text).unwrap();
        String::from_utf8_lossy(&text).into_owned()
    });
    let mut lines = BufReader::new(process.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap);
    let site = lines
        .by_ref()
        .find_map(|line| Some(line.trim().strip_prefix("Site")?.trim().to_owned()))
        .unwrap();
    let site = site.trim_start_matches("http://").trim_end_matches('/');
    let answers = [
        ask(site, "GET /config.json", ""),
        ask(site, "POST /api/v1/webhooks/chat/submit", r#"{"content":"Hello"}"#),
        ask(
            site,
            "POST /api/v1/webhooks/chat/submit",
            r#"{"content":"Hello","sessionPublicId":"cs_of_somebody_else"}"#,
        ),
        ask(site, "GET /api/v1/webhooks/chat/messages?sessionPublicId=cs_1", ""),
        ask(site, "GET /api/v1/internal/chat-ws-origin", ""),
    ];
    process.kill().unwrap();
    process.wait().unwrap();
    let log = log.join().unwrap();
    assert!(answers[1].contains("sessionPublicId"), "{}", answers[1]);
    assert!(log.contains("TRACE"), "everything is logged");
    for told in answers.iter().chain([&log]) {
        assert!(!told.contains(KEY), "{told}");
    }
}
