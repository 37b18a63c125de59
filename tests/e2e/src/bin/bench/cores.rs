//! Who runs on which core. Two processes that talk are three times faster on one core than across two, and the system moves them as it
//! likes; a ratio means something only when everybody sits still.

use std::ffi::OsStr;
use std::process::Command;

/// Tells the process that it was placed.
const PLACED: &str = "VISAVIS_BENCH_PLACED";

/// Which cores a process may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cores {
    /// The relay's, and what is measured without a client.
    First,
    /// A single client's.
    Second,
    /// A fleet's.
    All,
}

/// Whether the system has a second core and a program that places processes, and this one was started by it.
pub(crate) fn are_chosen() -> bool {
    std::env::var_os(PLACED).is_some()
}

/// The same program again on the first core, unless it is there or cannot be placed. Gives its exit code.
pub(crate) fn take_first(arguments: &[String]) -> Option<u8> {
    let program = std::env::current_exe().ok()?;
    if are_chosen() || std::thread::available_parallelism().ok()?.get() < 2 {
        return None;
    }
    let status = on(Cores::First, &program)
        .args(arguments)
        .env(PLACED, "1")
        .status()
        .ok()?;
    Some(u8::from(!status.success()))
}

/// A command on these cores; anywhere when this process was not placed itself.
pub(crate) fn command(cores: Cores, program: impl AsRef<OsStr>) -> Command {
    match are_chosen() {
        true => on(cores, program),
        false => Command::new(program),
    }
}

fn on(cores: Cores, program: impl AsRef<OsStr>) -> Command {
    let list = match cores {
        Cores::First => "0",
        Cores::Second => "1",
        Cores::All => "0-1",
    };
    let mut command = Command::new("taskset");
    command.args(["--cpu-list", list]).arg(program);
    command
}
