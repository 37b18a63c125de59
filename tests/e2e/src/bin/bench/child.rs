//! A measured client's process: what to do comes on standard input, what was measured goes to standard output.

use std::io::{BufRead, Write};
use std::sync::Arc;

use tokio::runtime::{Builder, Runtime};

use crate::client::{Connection, Failure, Place};
use crate::raw::Raw;
use crate::step::{self, Frame};
use crate::tungstenite::Tungstenite;
use crate::visitor::{FromCold, WithToken};
use crate::{fleet, tls, traffic};

/// The first line is the relay's address, with the certificate in hexadecimal behind it where there is one; each further one is a token.
fn places() -> Result<Vec<Place>, Failure> {
    let mut lines = std::io::stdin()
        .lock()
        .lines()
        .map_while(Result::ok)
        .take_while(|line| !line.is_empty());
    let first = lines.next().ok_or("no address was given")?;
    let (base_url, certificate) = match first.split_once(' ') {
        Some((base_url, certificate)) => (base_url, Some(Arc::new(tls::from_hex(certificate)?))),
        None => (first.as_str(), None),
    };
    let place = |token| Place {
        base_url: base_url.to_owned(),
        certificate: certificate.clone(),
        token,
    };
    Ok(lines.map(place).collect())
}

pub(crate) fn say(line: &str) {
    let mut output = std::io::stdout().lock();
    let _ = writeln!(output, "{line}");
    let _ = output.flush();
}

pub(crate) fn run(kind: &str, task: &str, count: &str) -> Result<(), Failure> {
    let count = count.parse().map_err(|_| "the count is no number")?;
    match kind {
        "raw" => measure::<Raw>(task, count),
        "tungstenite" => measure::<Tungstenite>(task, count),
        "visavis" => measure::<WithToken>(task, count),
        "visavis-cold" => measure::<FromCold>(task, count),
        #[cfg(feature = "rivals")]
        "visavis-gateway" => measure::<crate::visitor::AtGateway>(task, count),
        #[cfg(feature = "rivals")]
        "visavis-line" => measure::<crate::line::OverTungstenite>(task, count),
        #[cfg(feature = "rivals")]
        "raw-socketio" => measure::<crate::raw_socketio::RawSocketIo>(task, count),
        #[cfg(feature = "rivals")]
        "rust-socketio" => measure::<crate::rust_socketio::RustSocketIo>(task, count),
        _ => Err(format!("no client is called {kind}")),
    }
}

/// The core alone, in a process that does nothing else: the memory of a busy one is slower.
pub(crate) fn step(frame: &str, rounds: &str, frames: &str) -> Result<(), Failure> {
    let number = |text: &str| text.parse().map_err(|_| "the count is no number");
    let cost = step::cost(Frame::named(frame)?, number(rounds)?, number(frames)?)?;
    say(&cost.to_string());
    Ok(())
}

fn measure<C: Connection>(task: &str, count: usize) -> Result<(), Failure> {
    let places = places()?;
    let first = places.first().ok_or("no token was given")?.clone();
    let report = match task {
        "round-trips" => runtime(1)?.block_on(traffic::round_trips::<C>(&first, count))?,
        "receive" => runtime(1)?.block_on(traffic::receive::<C>(&first, count))?,
        "fleet" => runtime(2)?.block_on(fleet::connect::<C>(places))?,
        _ => return Err(format!("no task is called {task}")),
    };
    say(&report.to_string());
    Ok(())
}

fn runtime(workers: usize) -> Result<Runtime, Failure> {
    let mut builder = match workers {
        1 => Builder::new_current_thread(),
        _ => Builder::new_multi_thread(),
    };
    builder
        .worker_threads(workers)
        .enable_all()
        .build()
        .map_err(|error| error.to_string())
}
