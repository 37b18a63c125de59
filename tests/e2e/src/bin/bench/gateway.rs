//! npm's Socket.IO server, and the clients that are measured against it.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::client::Failure;
use crate::cores::{self, Cores};
use crate::players::Client;

/// The measured clients: a bot's visitor, the core's Socket.IO alone, no client at all, and those of others.
pub(crate) const KINDS: [&str; 5] = ["visavis-gateway", "visavis-line", "raw-socketio", "rust-socketio", NODE];

/// The one that is no kind of this program's.
const NODE: &str = "socket.io-client";

/// The server's process; it ends with this one.
pub(crate) struct Gateway {
    address: String,
    _server: Child,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("socketio")
}

impl Gateway {
    pub(crate) async fn start() -> Result<Self, Failure> {
        if !folder().join("node_modules/socket.io-client").is_dir() {
            return Err("npm's packages are not installed: run `cargo xtask bench`".to_owned());
        }
        let mut server = Command::from(cores::command(Cores::First, "node"))
            .arg(folder().join("gateway.mjs"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("Node: {error}"))?;
        let output = server.stdout.take().ok_or("the server has no output")?;
        let port = BufReader::new(output).lines().next_line().await;
        let port = port.map_err(|error| error.to_string())?.ok_or("the server ended")?;
        Ok(Self {
            address: format!("http://127.0.0.1:{port}"),
            _server: server,
        })
    }

    /// Lets `size` clients of a kind do something, and gives what was measured.
    pub(crate) async fn play(&self, kind: &str, task: &str, count: usize, size: usize) -> Result<Value, Failure> {
        let cores = match size {
            1 => Cores::Second,
            _ => Cores::All,
        };
        let mut command = if kind == NODE {
            let mut command = cores::command(cores, "node");
            command.arg("--expose-gc").arg(folder().join("player.mjs"));
            command
        } else {
            let program = std::env::current_exe().map_err(|error| error.to_string())?;
            let mut command = cores::command(cores, program);
            command.args(["client", kind]);
            command
        };
        command.args([task, &count.to_string()]);
        let mut lines = self.address.clone();
        for number in 0..size {
            lines.push_str(&format!("\nvisitor-{number}"));
        }
        lines.push('\n');
        Client::start(command, &lines).await?.report().await
    }
}
