//! The whole program: what it prints, serves and ends with.

#![allow(clippy::unwrap_used)]

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Child, Command, Stdio},
};

struct Demo {
    process: Child,
    site: String,
    relay: String,
    gateway: String,
    visitor: String,
}

impl Demo {
    fn start() -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_visavis-www"))
            .args(["--port", "0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap())
            .lines()
            .map(Result::unwrap);
        let mut demo = Self {
            process,
            site: String::new(),
            relay: String::new(),
            gateway: String::new(),
            visitor: String::new(),
        };
        for line in lines {
            let words: Vec<&str> = line.split_whitespace().collect();
            match words.as_slice() {
                ["Site", url] => demo.site = url.trim_start_matches("http://").trim_end_matches('/').to_owned(),
                ["Relay", url] => demo.relay = url.trim_start_matches("http://").to_owned(),
                ["Gateway", url] => demo.gateway = url.trim_start_matches("http://").to_owned(),
                words if words.contains(&"chat") => {
                    demo.visitor = line.trim().to_owned();
                    break;
                }
                _ => {}
            }
        }
        demo
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn get(host: &str, path: &str, origin: &str) -> String {
    let mut stream = TcpStream::connect(host).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn run(arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_visavis-www"))
        .args(arguments)
        .output()
        .unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_page_finds_the_relay_and_may_talk_to_it() {
    let demo = Demo::start();
    let origin = format!("http://{}", demo.site);
    let config = get(&demo.site, "/config.json", &origin);
    assert!(
        config.contains(&format!("\"base_url\":\"http://{}\"", demo.relay)),
        "{config}"
    );
    let tenant = "tenant_id=019e4ae7-1a2b-7c3d-8e4f-5a6b7c8d9e0f&widget_public_key=pk_demo_7f3a";
    let path = format!("/api/v1/fetch/widget-config?{tenant}&origin={origin}");
    let answer = get(&demo.relay, &path, &origin);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(
        answer.contains(&format!("access-control-allow-origin: {origin}\r\n")),
        "{answer}"
    );
    let refused = get(&demo.relay, "/operator/api/conversations", "https://elsewhere.example");
    assert!(refused.starts_with("HTTP/1.1 403"), "{refused}");
    let faults = get(&demo.relay, "/control/counts", &origin);
    assert!(faults.starts_with("HTTP/1.1 404"), "{faults}");
    assert!(
        demo.visitor.contains(&format!("--base-url http://{} ", demo.relay)),
        "{}",
        demo.visitor
    );
}

#[test]
fn the_console_finds_the_gateway_and_may_act_there() {
    let demo = Demo::start();
    let origin = format!("http://{}", demo.site);
    let config = get(&demo.site, "/config.json", &origin);
    assert!(
        config.contains(&format!("\"base_url\":\"http://{}\"", demo.gateway)),
        "{config}"
    );
    let list = get(&demo.gateway, "/operator/api/conversations", &origin);
    assert!(list.starts_with("HTTP/1.1 200"), "{list}");
    assert!(list.contains("access-control-allow-origin: *\r\n"), "{list}");
    let refused = get(
        &demo.gateway,
        "/operator/api/conversations",
        "https://elsewhere.example",
    );
    assert!(refused.starts_with("HTTP/1.1 403"), "{refused}");
    let open = get(&demo.gateway, "/socket.io/?EIO=4&transport=polling", &origin);
    assert!(open.contains("\"upgrades\":[\"websocket\"]"), "{open}");
    let page = get(&demo.site, "/operator.html", &origin);
    assert!(page.contains(&format!(" ws://{} ", demo.gateway)), "{page}");
}

#[test]
fn every_page_of_the_bar_is_there() {
    let demo = Demo::start();
    for page in [
        "/",
        "/script-tag.html",
        "/inline.html",
        "/npm.html",
        "/strict-csp.html",
        "/guide/",
        "/operator.html",
    ] {
        let answer = get(&demo.site, page, "http://x");
        assert!(answer.starts_with("HTTP/1.1 200"), "{page}: {answer}");
        assert!(
            answer.contains("content-security-policy: default-src 'self';"),
            "{page}"
        );
        assert!(!answer.contains("{{"), "{page} holds an unfilled place");
        for forbidden in [" style=\"", "<style", " onclick=", "<script>"] {
            assert!(
                !answer.contains(forbidden),
                "{page} holds {forbidden}, which its own policy refuses"
            );
        }
    }
}

#[test]
fn a_taken_port_is_one_line_and_code_2() {
    let demo = Demo::start();
    let port = demo.site.rsplit(':').next().unwrap();
    let (code, message) = run(&["--port", port]);
    assert_eq!(code, Some(2));
    assert_eq!(
        message,
        format!(
            "visavis-www: port {port} on 127.0.0.1 is already in use; choose another one for the site with --port\n"
        )
    );
    let port = demo.relay.rsplit(':').next().unwrap();
    let (code, message) = run(&["--port", "0", "--relay-port", port]);
    assert_eq!(code, Some(2));
    assert!(
        message.contains(port) && message.trim_end().ends_with("--relay-port"),
        "{message}"
    );
}

#[cfg(unix)]
#[test]
fn signals_end_it_in_order() {
    for signal in ["-TERM", "-INT"] {
        let mut demo = Demo::start();
        // An open connection must not hold the end up.
        let _idle = TcpStream::connect(&demo.site).unwrap();
        let sent = Command::new("kill")
            .args([signal, &demo.process.id().to_string()])
            .status()
            .unwrap();
        assert!(sent.success());
        assert_eq!(demo.process.wait().unwrap().code(), Some(0), "{signal}");
    }
}
