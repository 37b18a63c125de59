//! Lets the clients play in turns, and gathers what they measured.

use serde_json::Value;

use crate::client::Failure;
use crate::players::{Door, Part, Stage};
use crate::report::{KINDS, Other, Row, Table};
use crate::{cores, step, usage};

/// How much is measured.
pub(crate) struct Programme {
    /// Turns of each client; the best of each figure counts, for the rest is the machine's other work.
    pub(crate) rounds: usize,
    pub(crate) round_trips: usize,
    received: usize,
    pub(crate) fleets: &'static [usize],
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

/// Descriptors that a process needs beside those for connections.
const SPARE_DESCRIPTORS: u64 = 200;

/// Descriptors of the relay's process for a visitor: its socket, and with TLS both ends of the line to the front door.
const PLAIN_DESCRIPTORS: u64 = 1;
const TLS_DESCRIPTORS: u64 = 3;

/// What is measured.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    Everything,
    /// The clients of Socket.IO alone.
    #[cfg(feature = "rivals")]
    Rivals,
}

pub(crate) fn perform(programme: Programme, scope: Scope) -> Result<(), Failure> {
    let descriptors = usage::raise_descriptors();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    let tables = runtime.block_on(async {
        let mut tables = Vec::new();
        if scope == Scope::Everything {
            tables.push(measure(&programme, descriptors).await?);
        }
        #[cfg(feature = "rivals")]
        tables.push(crate::rivals::measure(&programme).await?);
        Ok::<_, Failure>(tables)
    })?;
    println!("{}", heading());
    for table in tables {
        println!("{}", table.text());
    }
    Ok(())
}

fn heading() -> String {
    let processors = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    // Not what this process may use: it is on one core.
    let cpus = processors.lines().filter(|line| line.starts_with("processor")).count();
    let model = processors
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    let model = model.map_or("an unknown processor", |(_, name)| name.trim());
    let system = std::env::consts::OS;
    let debug = match cfg!(debug_assertions) {
        true => "; a debug build, so the figures mean nothing",
        false => "",
    };
    let cores = match cores::are_chosen() {
        true => ", on a core each",
        false => "",
    };
    format!(
        "{cpus} x {model}, {system}; loopback, relay and client in a process each{cores}; best of the rounds{debug}\n"
    )
}

async fn measure(programme: &Programme, descriptors: u64) -> Result<Table, Failure> {
    let stage = Stage::set().await?;
    let mut rows = traffic(programme, &stage).await?;
    rows.extend(core_steps(programme)?);
    for &size in programme.fleets {
        rows.extend(fleet(&stage, size, descriptors).await?);
    }
    Ok(Table {
        others: [
            Other {
                name: "raw tokio socket",
                short: "raw",
            },
            Other {
                name: "tokio-tungstenite 4 KiB",
                short: "tungstenite",
            },
        ],
        rows,
    })
}

async fn traffic(programme: &Programme, stage: &Stage) -> Result<Vec<Row>, Failure> {
    let mut trips = [const { Vec::new() }; 3];
    let mut received = [const { Vec::new() }; 3];
    for round in 1..=programme.rounds {
        progress(&format!(
            "round {round} of {}: messages one by one, then received",
            programme.rounds
        ));
        for (place, kind) in KINDS.iter().enumerate() {
            let part = Part {
                kind,
                task: "round-trips",
                count: programme.round_trips,
            };
            trips[place].push(stage.play(part, Door::Plain, 1).await?);
            received[place].push(stage.feed(kind, programme.received).await?);
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
    let row = |what: &str, frame| -> Result<Row, Failure> {
        let cost = step_alone(frame, programme)?;
        Ok(Row::alone(
            &format!("core: {what} decoded and applied"),
            "ns",
            cost,
            "2,000",
        ))
    };
    Ok(vec![
        row("a message", step::Frame::Message)?,
        row("a typing signal", step::Frame::Typing)?,
        row("a pong", step::Frame::Pong)?,
    ])
}

fn step_alone(frame: step::Frame, programme: &Programme) -> Result<f64, Failure> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let output = cores::command(cores::Cores::Second, program)
        .args(["core", frame.name()])
        .args([programme.rounds.to_string(), programme.steps.to_string()])
        .stderr(std::process::Stdio::inherit())
        .output()
        .map_err(|error| error.to_string())?;
    let figure = String::from_utf8_lossy(&output.stdout);
    figure
        .trim()
        .parse()
        .map_err(|_| "the core was not measured; its reason is above".to_owned())
}

/// As many as were asked for, or as the descriptors allow.
fn possible(wanted: usize, descriptors: u64, each: u64) -> usize {
    let most = usize::try_from(descriptors.saturating_sub(SPARE_DESCRIPTORS) / each).unwrap_or(usize::MAX);
    if most < wanted {
        progress(&format!(
            "only {most} of {wanted} connections: a process may open {descriptors} descriptors"
        ));
    }
    wanted.min(most)
}

async fn fleet(stage: &Stage, wanted: usize, descriptors: u64) -> Result<Vec<Row>, Failure> {
    let size = possible(wanted, descriptors, PLAIN_DESCRIPTORS);
    let secured = possible(wanted, descriptors, TLS_DESCRIPTORS);
    let mut reports = Vec::new();
    for (kind, door, size) in [
        ("visavis", Door::Plain, size),
        ("raw", Door::Plain, size),
        ("tungstenite", Door::Plain, size),
        ("visavis-cold", Door::Plain, size),
        ("visavis", Door::Tls, secured),
    ] {
        let manner = if door == Door::Tls { " over TLS" } else { "" };
        progress(&format!("{size} idle connections: {kind}{manner}"));
        let part = Part {
            kind,
            task: "fleet",
            count: 0,
        };
        reports.push(stage.play(part, door, size).await?);
    }
    let of = |report: usize, field: &str| reports[report][field].as_f64();
    let row = |what: &str, unit, field, budget| Row {
        what: format!("{size} visitors: {what}"),
        unit,
        values: [of(0, field), of(1, field), of(2, field)],
        budget,
    };
    let alone = |report, size: usize, what: &str, unit, field, budget| {
        Row::alone(
            &format!("{size} visitors: {what}"),
            unit,
            of(report, field).unwrap_or(0.0),
            budget,
        )
    };
    let live_budget = if size >= 10_000 { "15 s" } else { "" };
    Ok(vec![
        row("memory of an idle one", "KiB", "kib", "16 KiB"),
        alone(
            3,
            size,
            "memory of an idle one that made its session",
            "KiB",
            "kib",
            "16 KiB",
        ),
        alone(4, secured, "memory of an idle one over TLS", "KiB", "kib", "24 KiB"),
        row("client CPU of connecting one", "us", "cpu_us", ""),
        alone(
            3,
            size,
            "client CPU of connecting one from cold, with a new session",
            "us",
            "cpu_us",
            "",
        ),
        alone(4, secured, "client CPU of connecting one over TLS", "us", "cpu_us", ""),
        row("until all are live", "s", "seconds", ""),
        alone(
            3,
            size,
            "until all are live from cold, with new sessions",
            "s",
            "seconds",
            live_budget,
        ),
        row("share of a core while all are idle", "%", "idle_core_percent", ""),
    ])
}

pub(crate) fn progress(words: &str) {
    eprintln!("bench: {words}");
}
