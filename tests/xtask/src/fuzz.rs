//! `cargo xtask fuzz`: lets the decoders and the snapshot reader meet what nobody thought of.

use std::fs;
use std::path::Path;

use crate::failure::Failure;
use crate::house::House;
use crate::process::Program;
use crate::toolchain::{self, Tool};

const FOLDER: &str = "client-core/fuzz";

/// What to run, and for how long.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Seconds for each target.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// The targets; all by default.
    targets: Vec<String>,
}

/// Runs each target in turn; the committed corpus is the start, new findings stay among the build products.
pub(crate) fn run(house: &House, options: &Options) -> Result<(), Failure> {
    nightly()?;
    let known = targets(&house.path(FOLDER))?;
    if let Some(unknown) = options.targets.iter().find(|target| !known.contains(target)) {
        return Err(Failure::Contract(format!(
            "there is no fuzz target `{unknown}`; there are: {}",
            known.join(", ")
        )));
    }
    let chosen = if options.targets.is_empty() {
        &known
    } else {
        &options.targets
    };
    let driver = toolchain::folder(house, Tool::CargoFuzz)?;
    chosen
        .iter()
        .try_for_each(|target| fuzz(house, &driver, target, options.seconds))
}

fn fuzz(house: &House, driver: &Path, target: &str, seconds: u64) -> Result<(), Failure> {
    let grown = house.product("visavis-fuzz/corpus").join(target);
    let artifacts = house.product("visavis-fuzz/artifacts").join(target);
    for folder in [&grown, &artifacts] {
        fs::create_dir_all(folder).map_err(Failure::file(folder))?;
    }
    let committed = house.path(FOLDER).join("corpus").join(target);
    let run = Program::cargo()
        .directory(&house.path("client-core"))
        .args(["+nightly", "fuzz", "run", "--target-dir"])
        .arg(house.product("visavis-fuzz/build"))
        .arg(target)
        .arg(&grown)
        .path_first(&[driver.to_owned()]);
    let run = if committed.is_dir() { run.arg(&committed) } else { run };
    run.arg("--")
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-artifact_prefix={}/", artifacts.display()))
        .run()
}

fn nightly() -> Result<(), Failure> {
    match Program::new("rustc").args(["+nightly", "--version"]).probe() {
        Some(_) => Ok(()),
        None => Err(Failure::Missing(
            "fuzzing needs a nightly compiler: `rustup toolchain install nightly --profile minimal`".into(),
        )),
    }
}

/// Each target is one file.
fn targets(folder: &Path) -> Result<Vec<String>, Failure> {
    let sources = folder.join("fuzz_targets");
    let mut names: Vec<String> = fs::read_dir(&sources)
        .map_err(Failure::file(&sources))?
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.strip_suffix(".rs").map(str::to_owned))
        .collect();
    names.sort();
    Ok(names)
}
