//! How fast and how small the native client is, beside a raw tokio socket and a raw tokio-tungstenite client.
//!
//! The relay runs in this process, every client in a process of its own that is measured alone. All of them talk to the same relay in the
//! same run, in turns, so the ratios hold on any machine while the absolute figures do not. Clients of Socket.IO talk to npm's server.

mod child;
mod client;
mod cores;
mod fleet;
#[cfg(feature = "rivals")]
mod gateway;
#[cfg(feature = "rivals")]
mod line;
mod orchestra;
mod players;
mod raw;
#[cfg(feature = "rivals")]
mod raw_socketio;
mod report;
#[cfg(feature = "rivals")]
mod rivals;
#[cfg(feature = "rivals")]
mod rust_socketio;
mod step;
mod tls;
mod traffic;
mod tungstenite;
mod usage;
mod visitor;

use std::process::ExitCode;

use crate::orchestra::{Programme, Scope};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Some(code) = placed(&arguments) {
        return ExitCode::from(code);
    }
    let result = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => orchestra::perform(Programme::whole(), Scope::Everything),
        ["--quick"] => orchestra::perform(Programme::quick(), Scope::Everything),
        #[cfg(feature = "rivals")]
        ["--socketio"] => orchestra::perform(Programme::whole(), Scope::Rivals),
        ["client", kind, task, count] => child::run(kind, task, count),
        ["core", frame, rounds, frames] => child::step(frame, rounds, frames),
        _ => Err("usage: bench [--quick | --socketio]".to_owned()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(words) => {
            eprintln!("bench: {words}");
            ExitCode::FAILURE
        }
    }
}

/// A process of a measurement was placed by whoever started it.
fn placed(arguments: &[String]) -> Option<u8> {
    match arguments.first().map(String::as_str) {
        Some("client" | "core") => None,
        _ => cores::take_first(arguments),
    }
}
