//! `cargo xtask bench`: how fast and how small, beside raw clients in the same run.

use crate::browser;
use crate::failure::Failure;
use crate::house::House;

/// What to measure.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Measures the widget in Chromium instead of the native client.
    #[arg(long)]
    browser: bool,
}

/// Builds in release, measures, prints one table.
pub(crate) fn run(house: &House, options: &Options) -> Result<(), Failure> {
    if options.browser {
        return browser::bench(house);
    }
    house
        .cargo()
        .args(["run", "--locked", "--release", "-p", "visavis-e2e", "--bin", "bench"])
        .run()
}
