//! Runs the command and reads what it prints.

use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::task::JoinHandle;
use visavis_backends::model::Tenant;
use visavis_backends::{BotMode, Relay, RelayHandle, Settings};

const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) async fn quiet_relay() -> RelayHandle {
    Relay::start(Settings::test().bot(BotMode::Off)).await.unwrap()
}

/// The command with nothing but the arguments given, in an environment without surprises.
pub(crate) fn visavis(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_visavis"));
    command
        .args(arguments)
        .env_remove("NO_COLOR")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// `visavis chat --json` with what a visitor of `relay` needs, quick to end.
pub(crate) fn chat(relay: &RelayHandle, more: &[&str]) -> Command {
    chat_at(&relay.base_url(), more)
}

pub(crate) fn chat_at(base_url: &str, more: &[&str]) -> Command {
    let mut arguments = vec!["chat", "--json", "--base-url", base_url, "--tenant-id", Tenant::DEMO_ID];
    for (option, value) in [
        ("--public-key", Tenant::DEMO_PUBLIC_KEY),
        ("--locale", "en"),
        ("--linger", "0.2"),
        ("--timeout", "10"),
    ] {
        if !more.contains(&option) {
            arguments.extend([option, value]);
        }
    }
    arguments.extend(more);
    visavis(&arguments)
}

/// A command that runs.
pub(crate) struct Running {
    child: Child,
    input: Option<ChildStdin>,
    output: Lines<BufReader<ChildStdout>>,
    complaints: JoinHandle<String>,
    pub(crate) events: Vec<Value>,
}

/// How a command ended.
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) events: Vec<Value>,
    pub(crate) complaints: String,
}

pub(crate) fn start(mut command: Command) -> Running {
    let mut child = command.spawn().unwrap();
    let mut stderr = child.stderr.take().unwrap();
    Running {
        input: child.stdin.take(),
        output: BufReader::new(child.stdout.take().unwrap()).lines(),
        complaints: tokio::spawn(async move {
            let mut text = String::new();
            let _ = stderr.read_to_string(&mut text).await;
            text
        }),
        child,
        events: Vec::new(),
    }
}

/// Runs to the end with this input.
pub(crate) async fn run(command: Command, input: impl AsRef<[u8]>) -> Ended {
    let mut running = start(command);
    running.write(input.as_ref()).await;
    running.end().await
}

impl Running {
    pub(crate) async fn write(&mut self, bytes: impl AsRef<[u8]>) {
        // A command that has ended reads nothing; its exit code says why.
        let _ = self.input.as_mut().unwrap().write_all(bytes.as_ref()).await;
    }

    /// Reads lines until one that `pick` wants.
    pub(crate) async fn until(&mut self, what: &str, pick: impl Fn(&Value) -> bool) -> Value {
        loop {
            let line = tokio::time::timeout(PATIENCE, self.output.next_line()).await;
            let line = line.unwrap_or_else(|_| panic!("waited in vain for {what} after {:#?}", self.events));
            let line = line
                .unwrap()
                .unwrap_or_else(|| panic!("ended before {what} after {:#?}", self.events));
            let event = object(&line);
            self.events.push(event.clone());
            if pick(&event) {
                return event;
            }
        }
    }

    pub(crate) async fn live(&mut self) {
        self.until("live", |event| event["state"] == "live").await;
    }

    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().unwrap().to_string();
        assert!(
            std::process::Command::new("kill")
                .args(["-s", name, &id])
                .status()
                .unwrap()
                .success()
        );
    }

    pub(crate) fn close_input(&mut self) {
        self.input = None;
    }

    /// Closes the input and waits for the end.
    pub(crate) async fn end(mut self) -> Ended {
        self.close_input();
        let ending = tokio::time::timeout(PATIENCE, async {
            while let Some(line) = self.output.next_line().await.unwrap() {
                self.events.push(object(&line));
            }
            self.child.wait().await.unwrap()
        });
        let status = ending.await.expect("the command did not end");
        Ended {
            code: status.code(),
            events: self.events,
            complaints: self.complaints.await.unwrap(),
        }
    }
}

fn object(line: &str) -> Value {
    let value: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    assert!(value["event"].is_string(), "{line}");
    value
}

impl Ended {
    pub(crate) fn of(&self, event: &str) -> Vec<&Value> {
        self.events.iter().filter(|value| value["event"] == event).collect()
    }

    pub(crate) fn texts(&self, author: &str) -> Vec<&str> {
        let messages = self
            .of("message")
            .into_iter()
            .filter(|message| message["author"] == author);
        messages.map(|message| message["text"].as_str().unwrap()).collect()
    }

    pub(crate) fn errors(&self) -> Vec<&str> {
        self.of("error")
            .into_iter()
            .map(|error| error["kind"].as_str().unwrap())
            .collect()
    }

    /// The last status of each own message.
    pub(crate) fn delivered(&self) -> Vec<&str> {
        let own = self
            .of("message")
            .into_iter()
            .filter(|message| message["local_id"].is_string());
        own.map(|message| {
            let mut statuses = self.of("message-status").into_iter();
            let last = statuses.rfind(|status| status["local_id"] == message["local_id"]);
            last.unwrap()["status"].as_str().unwrap()
        })
        .collect()
    }
}
