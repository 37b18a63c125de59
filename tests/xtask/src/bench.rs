//! `cargo xtask bench`: how fast and how small, beside raw clients in the same run.

use crate::browser;
use crate::failure::Failure;
use crate::house::House;
use crate::javascript;
use crate::process::Program;

/// What to measure.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Measures the widget in Chromium instead of the native client.
    #[arg(long)]
    browser: bool,
    /// How often each start in Chromium is measured; the median is printed.
    #[arg(long, default_value_t = 7, requires = "browser")]
    runs: u32,
    /// Measures the clients of Socket.IO only.
    #[arg(long, conflicts_with = "browser")]
    socketio: bool,
}

/// Builds in release, measures, prints one table.
pub(crate) fn run(house: &House, options: &Options) -> Result<(), Failure> {
    if options.browser {
        return browser::bench(house, options.runs);
    }
    let run = house
        .cargo()
        .args(["run", "--locked", "--release", "-p", "visavis-e2e", "--bin", "bench"]);
    match missing() {
        None => {
            javascript::packages(&house.path("tests/e2e/socketio"))?;
            let run = run.args(["--features", "rivals"]);
            match options.socketio {
                true => run.args(["--", "--socketio"]).run(),
                false => run.run(),
            }
        }
        Some(what) if options.socketio => Err(Failure::Missing(what)),
        Some(what) => {
            println!("   without the clients of Socket.IO: {what}");
            run.run()
        }
    }
}

/// What the other clients of Socket.IO need and this machine lacks.
fn missing() -> Option<String> {
    if let Err(why) = javascript::node() {
        return Some(why.to_string());
    }
    let has_openssl = !cfg!(target_os = "linux")
        || Program::new("pkg-config")
            .args(["--modversion", "openssl"])
            .probe()
            .is_some();
    (!has_openssl).then(|| "OpenSSL's headers are not installed".to_owned())
}
