//! Starts the relay and the clients, in turns, and gathers what they measured.

use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use visavis_backends::model::session::Opening;
use visavis_backends::model::{Mode, Role, Tenant};
use visavis_backends::{BotMode, Relay, RelayHandle, Settings};

use crate::client::Failure;
use crate::report::{KINDS, Row, table};
use crate::traffic::{HEARD, REPORT_EVERY};
use crate::{step, usage};

/// How much is measured.
pub(crate) struct Programme {
    /// Turns of each client; the best of each figure counts, for the rest is the machine's other work.
    rounds: usize,
    round_trips: usize,
    received: usize,
    fleets: &'static [usize],
    steps: usize,
}

impl Programme {
    pub(crate) const fn whole() -> Self {
        Self {
            rounds: 5,
            round_trips: 5_000,
            received: 50_000,
            fleets: &[1_000, 10_000],
            steps: 100_000,
        }
    }

    /// To see that everything works.
    pub(crate) const fn quick() -> Self {
        Self {
            rounds: 1,
            round_trips: 200,
            received: 1_000,
            fleets: &[50],
            steps: 2_000,
        }
    }
}

/// Nothing that is measured takes longer.
const PATIENCE: Duration = Duration::from_secs(120);

/// Messages that the relay may be ahead of a receiver: less than it queues for a slow one before it cuts it off.
const AHEAD: usize = 3 * REPORT_EVERY;

/// Descriptors that a process needs beside one for each connection.
const SPARE_DESCRIPTORS: u64 = 200;

pub(crate) fn perform(programme: Programme) -> Result<(), Failure> {
    let descriptors = usage::raise_descriptors();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    let rows = runtime.block_on(measure(&programme, descriptors))?;
    println!("{}", heading());
    println!("{}", table(&rows));
    Ok(())
}

fn heading() -> String {
    let cpus = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let model = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = model
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    let model = model.map_or("an unknown processor", |(_, name)| name.trim());
    let debug = if cfg!(debug_assertions) {
        "; a debug build, so the figures mean nothing"
    } else {
        ""
    };
    format!(
        "{cpus} x {model}, {}; loopback, relay and client in a process each; best of the rounds{debug}\n",
        std::env::consts::OS
    )
}

async fn measure(programme: &Programme, descriptors: u64) -> Result<Vec<Row>, Failure> {
    let settings = Settings::test().bot(BotMode::Off).history_limit(0);
    let relay = Relay::start(settings).await.map_err(|error| error.to_string())?;
    let mut rows = core_steps(programme)?;
    rows.splice(0..0, traffic(programme, &relay).await?);
    for &size in programme.fleets {
        rows.extend(fleet(&relay, size, descriptors).await?);
    }
    Ok(rows)
}

async fn traffic(programme: &Programme, relay: &RelayHandle) -> Result<Vec<Row>, Failure> {
    let mut trips = [const { Vec::new() }; 3];
    let mut received = [const { Vec::new() }; 3];
    for round in 1..=programme.rounds {
        progress(&format!(
            "round {round} of {}: messages one by one, then received",
            programme.rounds
        ));
        for (place, kind) in KINDS.iter().enumerate() {
            trips[place].push(run(relay, kind, "round-trips", programme.round_trips, 1).await?);
            received[place].push(receiver(relay, kind, programme.received).await?);
        }
    }
    let row = |what: &str, unit, reports: &[Vec<Value>; 3], field, best: fn(f64, f64) -> f64, budget| Row {
        what: what.to_owned(),
        unit,
        values: std::array::from_fn(|kind| {
            reports[kind]
                .iter()
                .filter_map(|report| report[field].as_f64())
                .reduce(best)
        }),
        budget,
    };
    Ok(vec![
        row("round trip, p50", "us", &trips, "p50_us", f64::min, "1.35 x raw"),
        row("round trip, p99", "us", &trips, "p99_us", f64::min, ""),
        row("client CPU of a round trip", "us", &trips, "cpu_us", f64::min, ""),
        row(
            "messages sent and acknowledged, one at a time",
            "/s",
            &trips,
            "per_second",
            f64::max,
            "",
        ),
        row("messages received", "/s", &received, "per_second", f64::max, ""),
        row(
            "client CPU of a received message",
            "us",
            &received,
            "cpu_us",
            f64::min,
            "",
        ),
    ])
}

fn core_steps(programme: &Programme) -> Result<Vec<Row>, Failure> {
    progress("the core alone");
    let cost = |frame| step::cost(frame, programme.rounds, programme.steps);
    Ok(vec![
        Row::alone(
            "core: a message decoded and applied",
            "ns",
            cost(step::Frame::Message)?,
            "2,000",
        ),
        Row::alone(
            "core: a typing signal decoded and applied",
            "ns",
            cost(step::Frame::Typing)?,
            "2,000",
        ),
        Row::alone(
            "core: a pong decoded and applied",
            "ns",
            cost(step::Frame::Pong)?,
            "2,000",
        ),
    ])
}

async fn fleet(relay: &RelayHandle, wanted: usize, descriptors: u64) -> Result<Vec<Row>, Failure> {
    let possible = usize::try_from(descriptors.saturating_sub(SPARE_DESCRIPTORS)).unwrap_or(usize::MAX);
    let size = wanted.min(possible);
    if size < wanted {
        progress(&format!(
            "only {size} of {wanted} connections: a process may open {descriptors} descriptors"
        ));
    }
    let mut reports = Vec::new();
    for kind in ["visavis", "raw", "tungstenite", "visavis-cold"] {
        progress(&format!("{size} idle connections: {kind}"));
        reports.push(run(relay, kind, "fleet", 0, size).await?);
    }
    let of = |kind: usize, field: &str| reports[kind][field].as_f64();
    let row = |what: String, unit, field, budget| Row {
        what,
        unit,
        values: [of(0, field), of(1, field), of(2, field)],
        budget,
    };
    let cold = |what: &str, unit, field, budget| {
        Row::alone(
            &format!("{what}, {size} from cold with a new session each"),
            unit,
            of(3, field).unwrap_or(0.0),
            budget,
        )
    };
    Ok(vec![
        row(format!("memory of an idle visitor, {size}"), "KiB", "kib", "16 KiB"),
        cold("memory of an idle visitor", "KiB", "kib", "16 KiB"),
        row(
            format!("client CPU of connecting, {size} with a ready token"),
            "us",
            "cpu_us",
            "",
        ),
        cold("client CPU of connecting", "us", "cpu_us", ""),
        row(format!("all live, {size} with a ready token"), "s", "seconds", ""),
        cold("all live", "s", "seconds", if size >= 10_000 { "15 s" } else { "" }),
        row(format!("idle, {size}: share of a core"), "%", "idle_core_percent", ""),
    ])
}

/// A client's process.
struct Client {
    child: Child,
    output: Lines<BufReader<ChildStdout>>,
}

async fn start(
    relay: &RelayHandle,
    kind: &str,
    task: &str,
    count: usize,
    sessions: &[String],
) -> Result<Client, Failure> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut child = Command::new(program)
        .args(["client", kind, task, &count.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| error.to_string())?;
    let mut lines = format!("{}\n", relay.base_url());
    for session in sessions {
        lines.push_str(&relay.mint_token(session, 3_600).map_err(|_| "a session is gone")?);
        lines.push('\n');
    }
    let mut input = child.stdin.take().ok_or("the client has no input")?;
    input
        .write_all(lines.as_bytes())
        .await
        .map_err(|error| error.to_string())?;
    drop(input);
    let output = child.stdout.take().ok_or("the client has no output")?;
    Ok(Client {
        child,
        output: BufReader::new(output).lines(),
    })
}

impl Client {
    async fn line(&mut self) -> Result<String, Failure> {
        match tokio::time::timeout(PATIENCE, self.output.next_line()).await {
            Ok(Ok(Some(line))) => Ok(line),
            Ok(_) => Err("a client ended early; its reason is above".to_owned()),
            Err(_) => Err("a client took too long".to_owned()),
        }
    }

    /// The last line, which is the report.
    async fn report(mut self) -> Result<Value, Failure> {
        loop {
            let line = self.line().await?;
            if line != HEARD {
                let _ = self.child.wait().await;
                return serde_json::from_str(&line).map_err(|error| error.to_string());
            }
        }
    }
}

async fn run(relay: &RelayHandle, kind: &str, task: &str, count: usize, size: usize) -> Result<Value, Failure> {
    let sessions: Vec<String> = (0..size).map(|_| relay.open_session(opening())).collect();
    let report = start(relay, kind, task, count, &sessions).await?.report().await;
    forget(relay).await;
    report
}

async fn receiver(relay: &RelayHandle, kind: &str, count: usize) -> Result<Value, Failure> {
    let session = relay.open_session(opening());
    let mut client = start(relay, kind, "receive", count, std::slice::from_ref(&session)).await?;
    let answer = "We are open Monday to Saturday, 10:00 to 19:00. The store page has public holidays.";
    let (mut told, mut heard) = (0, 0);
    client.line().await?;
    while told < count {
        while told < count && told < heard + AHEAD {
            relay
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
    forget(relay).await;
    report
}

/// So that the relay is the same for whoever comes next.
async fn forget(relay: &RelayHandle) {
    relay.forget_sessions(visavis_backends::Scope::All);
    while relay.counts().sockets_open > 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
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

fn progress(words: &str) {
    eprintln!("bench: {words}");
}
