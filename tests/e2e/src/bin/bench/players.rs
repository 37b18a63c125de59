//! The clients' processes, and the relay they talk to.

use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use visavis_backends::model::session::Opening;
use visavis_backends::model::{Mode, Role, Tenant};
use visavis_backends::{BotMode, Relay, RelayHandle, Scope, Settings};

use crate::client::Failure;
use crate::cores::{self, Cores};
use crate::tls::Front;
use crate::traffic::{HEARD, REPORT_EVERY};

/// Nothing that is measured takes longer.
const PATIENCE: Duration = Duration::from_secs(120);

/// Messages that the relay may be ahead of a receiver: less than it queues for a slow one before it cuts it off.
const AHEAD: usize = 3 * REPORT_EVERY;

/// Which client does what, how often.
#[derive(Clone, Copy)]
pub(crate) struct Part<'a> {
    pub(crate) kind: &'a str,
    pub(crate) task: &'a str,
    pub(crate) count: usize,
}

/// How the clients reach the relay.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    Plain,
    Tls,
}

/// The relay that everybody talks to.
pub(crate) struct Stage {
    relay: RelayHandle,
    front: Front,
}

impl Stage {
    pub(crate) async fn set() -> Result<Self, Failure> {
        let settings = Settings::test().bot(BotMode::Off).history_limit(0);
        let relay = Relay::start(settings).await.map_err(|error| error.to_string())?;
        let front = Front::of(relay.addr()).await?;
        Ok(Self { relay, front })
    }

    /// Lets `size` visitors play their part, and gives what was measured.
    pub(crate) async fn play(&self, part: Part<'_>, door: Door, size: usize) -> Result<Value, Failure> {
        let sessions: Vec<String> = (0..size).map(|_| self.relay.open_session(opening())).collect();
        let report = self.start(part, door, &sessions).await?.report().await;
        self.forget().await;
        report
    }

    /// Sends messages to a client as fast as it takes them.
    pub(crate) async fn feed(&self, kind: &str, count: usize) -> Result<Value, Failure> {
        let session = self.relay.open_session(opening());
        let part = Part {
            kind,
            task: "receive",
            count,
        };
        let mut client = self.start(part, Door::Plain, std::slice::from_ref(&session)).await?;
        let answer = "We are open Monday to Saturday, 10:00 to 19:00. The store page has public holidays.";
        let (mut told, mut heard) = (0, 0);
        client.line().await?;
        while told < count {
            while told < count && told < heard + AHEAD {
                self.relay
                    .say(&session, Role::Bot, answer)
                    .map_err(|_| "the session is gone")?;
                told += 1;
            }
            if told < count {
                client.line().await?;
                heard += REPORT_EVERY;
            }
        }
        let report = client.report().await;
        self.forget().await;
        report
    }

    async fn start(&self, part: Part<'_>, door: Door, sessions: &[String]) -> Result<Client, Failure> {
        let program = std::env::current_exe().map_err(|error| error.to_string())?;
        let cores = match sessions.len() {
            1 => Cores::Second,
            _ => Cores::All,
        };
        let mut command = cores::command(cores, program);
        command.args(["client", part.kind, part.task, &part.count.to_string()]);
        let mut lines = match door {
            Door::Plain => self.relay.base_url(),
            Door::Tls => self.front.line(),
        };
        for session in sessions {
            lines.push('\n');
            lines.push_str(&self.relay.mint_token(session, 3_600).map_err(|_| "a session is gone")?);
        }
        lines.push('\n');
        Client::start(command, &lines).await
    }

    /// So that the relay is the same for whoever comes next.
    async fn forget(&self) {
        self.relay.forget_sessions(Scope::All);
        while self.relay.counts().sockets_open > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// A client's process.
pub(crate) struct Client {
    child: Child,
    output: Lines<BufReader<ChildStdout>>,
}

impl Client {
    /// Starts it and tells it where to connect, and as whom.
    pub(crate) async fn start(command: std::process::Command, lines: &str) -> Result<Self, Failure> {
        let mut child = Command::from(command)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| error.to_string())?;
        let mut input = child.stdin.take().ok_or("the client has no input")?;
        input
            .write_all(lines.as_bytes())
            .await
            .map_err(|error| error.to_string())?;
        drop(input);
        let output = child.stdout.take().ok_or("the client has no output")?;
        Ok(Self {
            child,
            output: BufReader::new(output).lines(),
        })
    }

    async fn line(&mut self) -> Result<String, Failure> {
        match tokio::time::timeout(PATIENCE, self.output.next_line()).await {
            Ok(Ok(Some(line))) => Ok(line),
            Ok(_) => Err("a client ended early; its reason is above".to_owned()),
            Err(_) => Err("a client took too long".to_owned()),
        }
    }

    /// The last line, which is the report.
    pub(crate) async fn report(mut self) -> Result<Value, Failure> {
        loop {
            let line = self.line().await?;
            if line != HEARD {
                let _ = self.child.wait().await;
                return serde_json::from_str(&line).map_err(|error| error.to_string());
            }
        }
    }
}

fn opening() -> Opening {
    Opening {
        tenant_id: Tenant::DEMO_ID.to_owned(),
        widget_public_key: Tenant::DEMO_PUBLIC_KEY.to_owned(),
        origin: "app://visavis".to_owned(),
        locale: "en".to_owned(),
        metadata: serde_json::Map::new(),
        routing_key: None,
        mode: Mode::Bot,
    }
}
