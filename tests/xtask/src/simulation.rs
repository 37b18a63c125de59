//! The core on virtual time: as many faulty days as asked, in release.

use std::time::Duration;

use crate::counts::Counts;
use crate::failure::Failure;
use crate::house::House;
use crate::lane::Report;
use crate::process::Program;

const ORDINARY_SEEDS: u64 = 100_000;
const LANE_LIMIT: Duration = Duration::from_secs(30 * 60);

/// Which seeds to run.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// How many seeds.
    #[arg(long, default_value_t = ORDINARY_SEEDS)]
    seeds: u64,
    /// The first seed; with `--seeds 1` this replays one run and prints its trace if it fails.
    #[arg(long, default_value_t = 0)]
    from: u64,
}

/// `cargo xtask sim`.
pub(crate) fn run(house: &House, options: &Options) -> Result<(), Failure> {
    simulation(house, options.seeds)
        .env("VISAVIS_SIM_FROM", options.from.to_string())
        .run()
}

/// The lane: the ordinary number of seeds, the planted faults and the storm.
pub(crate) fn lane(house: &House) -> Result<Report, Failure> {
    let run = simulation(house, ORDINARY_SEEDS).limit(LANE_LIMIT).tee()?;
    Ok(Report::of(Counts::of_libtest(&run.text), run, "simulation").with_tests())
}

fn simulation(house: &House, seeds: u64) -> Program {
    house
        .cargo()
        .args([
            "test",
            "--locked",
            "--release",
            "-p",
            "visavis-client-core",
            "--test",
            "sim",
            "--",
            "--nocapture",
        ])
        .env("VISAVIS_SIM_SEEDS", seeds.to_string())
}
