//! npm's `socket.io` in a process of its own.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use visavis_client_core::socketio::Endpoint;
use visavis_client_core::url::BaseUrl;

/// A server that ends with the test.
pub(crate) struct Server {
    child: Child,
    commands: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
    options: Value,
    pub(crate) port: u16,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::with(json!({})).await
    }

    /// With options of `socket.io`, and perhaps a `port`.
    pub(crate) async fn with(options: Value) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("socketio");
        assert!(
            folder.join("node_modules/socket.io").is_dir(),
            "the server is not installed: run `cargo xtask test --lane socketio`"
        );
        let mut child = Command::new("node")
            .arg(folder.join("server.mjs"))
            .arg(options.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("Node starts");
        let mut server = Self {
            commands: child.stdin.take().unwrap(),
            answers: BufReader::new(child.stdout.take().unwrap()).lines(),
            child,
            options,
            port: 0,
        };
        server.port = u16::try_from(server.answer().await["port"].as_u64().unwrap()).unwrap();
        server
    }

    async fn answer(&mut self) -> Value {
        let line = tokio::time::timeout(Duration::from_secs(30), self.answers.next_line()).await;
        let line = line.expect("an answer in time").unwrap().expect("the server runs");
        serde_json::from_str(&line).unwrap()
    }

    /// One of the commands of `server.mjs`.
    pub(crate) async fn command(&mut self, command: &str, mut fields: Value) -> Value {
        fields["command"] = command.into();
        self.commands.write_all(format!("{fields}\n").as_bytes()).await.unwrap();
        self.answer().await
    }

    pub(crate) async fn emit(&mut self, event: &str, args: Value) {
        self.command("emit", json!({ "namespace": "/", "event": event, "args": args }))
            .await;
    }

    /// Kills it; nothing is said to anybody.
    pub(crate) async fn kill(&mut self) {
        self.child.kill().await.unwrap();
    }

    /// Starts it again where it was, with nothing remembered.
    pub(crate) async fn restart(&mut self) {
        let mut options = self.options.clone();
        options["port"] = self.port.into();
        *self = Self::with(options).await;
    }

    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn endpoint(&self) -> Endpoint {
        Endpoint::new(BaseUrl::parse("baseUrl", &self.address()).unwrap(), None)
    }
}
