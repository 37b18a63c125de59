//! The clients of Socket.IO beside each other, against the server that npm publishes.

use serde_json::Value;

use crate::client::Failure;
use crate::gateway::{Gateway, KINDS};
use crate::orchestra::{Programme, progress};
use crate::report::{Other, Row, Table};

/// What a client of the fleet is compared by.
const FLEET: usize = 1_000;

const BUDGET: &str = "0.8 x rust_socketio, 0.6 x Node";

/// Which of this project's clients is compared.
#[derive(Clone, Copy)]
enum Own {
    /// With the queue, the transcript and the events that a bot has.
    Visitor,
    /// The protocol alone, as in the others.
    Line,
    /// None: a raw socket, which no client can be faster than.
    Nothing,
}

impl Own {
    const fn words(self) -> &'static str {
        match self {
            Self::Visitor => "a bot's visitor",
            Self::Line => "the protocol alone",
            Self::Nothing => "no client, a raw tokio socket",
        }
    }

    /// Places in [`KINDS`].
    const fn beside_others(self) -> [usize; 3] {
        match self {
            Self::Visitor => [0, 3, 4],
            Self::Line => [1, 3, 4],
            Self::Nothing => [2, 3, 4],
        }
    }
}

/// Messages with acknowledgement one by one, and idle connections.
pub(crate) async fn measure(programme: &Programme) -> Result<Table, Failure> {
    let gateway = Gateway::start().await?;
    let mut trips = [const { Vec::new() }; 5];
    for round in 1..=programme.rounds {
        progress(&format!("round {round} of {}: Socket.IO", programme.rounds));
        for (place, kind) in KINDS.iter().enumerate() {
            let report = gateway.play(kind, "round-trips", programme.round_trips, 1).await?;
            trips[place].push(report);
        }
    }
    let row = |own: Own, what: &str, unit, field, best: fn(f64, f64) -> f64, budget| Row {
        what: format!("Socket.IO, {}: {what}", own.words()),
        unit,
        values: own.beside_others().map(|kind| {
            let figures = trips[kind].iter().filter_map(|report: &Value| report[field].as_f64());
            figures.reduce(best)
        }),
        budget,
    };
    let mut rows = Vec::new();
    for own in [Own::Visitor, Own::Line] {
        rows.extend([
            row(
                own,
                "round trip with acknowledgement, p50",
                "us",
                "p50_us",
                f64::min,
                BUDGET,
            ),
            row(
                own,
                "round trip with acknowledgement, p99",
                "us",
                "p99_us",
                f64::min,
                "",
            ),
            row(own, "client CPU of a round trip", "us", "cpu_us", f64::min, ""),
            row(
                own,
                "messages acknowledged, one at a time",
                "/s",
                "per_second",
                f64::max,
                "",
            ),
        ]);
    }
    rows.extend([
        row(
            Own::Nothing,
            "round trip with acknowledgement, p50",
            "us",
            "p50_us",
            f64::min,
            "",
        ),
        row(Own::Nothing, "client CPU of a round trip", "us", "cpu_us", f64::min, ""),
    ]);
    rows.extend(fleet(programme, &gateway).await?);
    Ok(Table {
        others: [
            Other {
                name: "rust_socketio",
                short: "rust_socketio",
            },
            Other {
                name: "socket.io-client in Node",
                short: "Node",
            },
        ],
        rows,
    })
}

async fn fleet(programme: &Programme, gateway: &Gateway) -> Result<Vec<Row>, Failure> {
    let size = programme.fleets.iter().copied().min().unwrap_or(FLEET).min(FLEET);
    let mut reports = Vec::new();
    for kind in KINDS {
        progress(&format!("{size} idle connections of Socket.IO: {kind}"));
        reports.push(gateway.play(kind, "fleet", 0, size).await?);
    }
    let row = |own: Own, what: &str, unit, field, budget| Row {
        what: format!("Socket.IO, {}, {size} connections: {what}", own.words()),
        unit,
        values: own.beside_others().map(|kind| reports[kind][field].as_f64()),
        budget,
    };
    Ok(vec![
        row(Own::Visitor, "memory of an idle one", "KiB", "kib", "0.55 x Node"),
        row(Own::Line, "memory of an idle one", "KiB", "kib", "0.55 x Node"),
        row(Own::Visitor, "client CPU of connecting one", "us", "cpu_us", ""),
        row(Own::Line, "client CPU of connecting one", "us", "cpu_us", ""),
    ])
}
