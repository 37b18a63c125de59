//! The project's lanes: the same commands on a laptop and in continuous integration.

mod advisories;
mod bench;
mod browser;
mod budget;
mod chromium;
mod counts;
mod debian;
mod demo;
mod executables;
mod failed;
mod failure;
mod firefox;
mod frameworks;
mod fuzz;
mod house;
mod javascript;
mod lane;
mod module;
mod npm;
mod offspring;
mod process;
mod readme;
mod reproducible;
mod simulation;
mod size;
mod sizes;
mod suite;
mod summary;
mod toolchain;
mod widget;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::failure::Failure;
use crate::house::House;

/// Builds, runs and proves visavis.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Builds everything and starts the demo site with its embedded relay.
    Demo(demo::Options),
    /// Runs every lane, or those named, and ends with the total.
    Test(suite::Options),
    /// Builds the widget as a site serves it.
    Build(widget::Options),
    /// Measures the widget and compares it with the recorded sizes.
    Size(size::Options),
    /// Assembles the npm package and imports it in Node and in a bundler.
    Npm(npm::Options),
    /// Learns which functions of the widget's module may come after the panel (widget-wasm/later.txt).
    Profile,
    /// Runs the benchmarks and prints their table.
    Bench(bench::Options),
    /// Takes pictures of every state of the widget.
    Screenshots(browser::Screenshots),
    /// Runs the simulation with as many seeds as asked.
    Sim(simulation::Options),
    /// Grows the fuzz corpus on a nightly compiler.
    Fuzz(fuzz::Options),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match House::find().and_then(|house| run(&house, cli.command)) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(house: &House, command: Command) -> Result<ExitCode, Failure> {
    let done = |()| ExitCode::SUCCESS;
    match command {
        Command::Demo(options) => demo::run(house, &options),
        Command::Test(options) => suite::run(house, &options),
        Command::Build(options) => widget::run(house, &options).map(done),
        Command::Size(options) => size::run(house, &options).map(done),
        Command::Npm(options) => npm::run(house, &options).map(done),
        Command::Profile => browser::profile(house).map(done),
        Command::Bench(options) => bench::run(house, &options).map(done),
        Command::Screenshots(options) => browser::screenshots(house, &options).map(done),
        Command::Sim(options) => simulation::run(house, &options).map(done),
        Command::Fuzz(options) => fuzz::run(house, &options).map(done),
    }
}
