//! The Rust tools a lane needs: found with the right version, else installed once into the cache folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Instant;

use crate::failure::Failure;
use crate::house::{self, House};
use crate::process::{Program, on_path};

/// What the widget is compiled for.
pub(crate) const BROWSER_TARGET: &str = "wasm32-unknown-unknown";
/// The same machine with a system interface, so that an ordinary test program runs on it.
pub(crate) const WASI_TARGET: &str = "wasm32-wasip1";

/// A program that comes as a crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tool {
    /// Drives the build of the widget.
    WasmPack,
    /// Writes the JavaScript beside the module; also runs tests in Node.
    WasmBindgen,
    /// Licences, bans, sources, advisories.
    CargoDeny,
    /// Drives libFuzzer.
    CargoFuzz,
    /// Drives Firefox.
    Geckodriver,
}

impl Tool {
    fn package(self) -> &'static str {
        match self {
            Self::WasmPack => "wasm-pack",
            Self::WasmBindgen => "wasm-bindgen-cli",
            Self::CargoDeny => "cargo-deny",
            Self::CargoFuzz => "cargo-fuzz",
            Self::Geckodriver => "geckodriver",
        }
    }

    fn binary(self) -> &'static str {
        match self {
            Self::WasmBindgen => "wasm-bindgen",
            _ => self.package(),
        }
    }

    fn version(self, house: &House) -> Result<String, Failure> {
        Ok(match self {
            // Crate and program speak a private format: they must be the same release.
            Self::WasmBindgen => house.locked_version("wasm-bindgen")?,
            Self::WasmPack => "0.15.1".into(),
            Self::CargoDeny => "0.20.2".into(),
            Self::CargoFuzz => "0.13.2".into(),
            Self::Geckodriver => "0.37.1".into(),
        })
    }

    /// wasm-bindgen-cli's own lock file names versions that do not build together with its sources.
    fn takes_own_lock(self) -> bool {
        self != Self::WasmBindgen
    }

    fn found(self, version: &str) -> Result<Option<PathBuf>, Failure> {
        let cached = home(self, version)?.join("bin");
        let on_path = on_path(self.binary()).and_then(|path| path.parent().map(Path::to_owned));
        Ok(on_path
            .into_iter()
            .chain([cached])
            .find(|folder| reports(&folder.join(self.binary()), version)))
    }
}

/// The folder of an installed tool; installs it when it is nowhere.
pub(crate) fn folder(house: &House, tool: Tool) -> Result<PathBuf, Failure> {
    let version = tool.version(house)?;
    match tool.found(&version)? {
        Some(folder) => Ok(folder),
        None => install(tool, &version),
    }
}

/// Installs what is missing, side by side, as much of it keeps only one core busy; returns what did not work.
pub(crate) fn install_missing(house: &House, tools: &[Tool]) -> Vec<Failure> {
    thread::scope(|scope| {
        let running: Vec<_> = tools.iter().map(|tool| scope.spawn(|| folder(house, *tool))).collect();
        running
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .filter_map(Result::err)
            .collect()
    })
}

/// Makes sure the standard library for the browser's target is there.
pub(crate) fn target(name: &str) -> Result<(), Failure> {
    let present = Program::new("rustc")
        .args(["--print", "target-libdir", "--target", name])
        .probe();
    if present.is_some_and(|folder| Path::new(folder.trim()).is_dir()) {
        return Ok(());
    }
    if on_path("rustup").is_none() {
        return Err(Failure::Missing(format!(
            "the Rust target {name} is missing and there is no rustup to add it: install rustup (https://rustup.rs)"
        )));
    }
    Program::new("rustup").args(["target", "add", name]).run()
}

/// Makes sure a part of the Rust distribution is there (`clippy`, `rustfmt`).
pub(crate) fn component(name: &str, binary: &str) -> Result<(), Failure> {
    if Program::new(binary).arg("--version").probe().is_some() {
        return Ok(());
    }
    Program::new("rustup").args(["component", "add", name]).run()
}

/// The compiler's version, such as `1.95.0`.
pub(crate) fn compiler() -> Result<String, Failure> {
    let answer = Program::new("rustc").arg("--version").capture()?;
    answer
        .split_whitespace()
        .nth(1)
        .map(str::to_owned)
        .ok_or_else(|| Failure::Contract(format!("rustc told no version: {answer}")))
}

fn home(tool: Tool, version: &str) -> Result<PathBuf, Failure> {
    Ok(house::cache()?
        .join("tools")
        .join(format!("{}-{version}", tool.package())))
}

fn reports(binary: &Path, version: &str) -> bool {
    let answer = Program::new(binary).arg("--version").probe();
    answer.is_some_and(|answer| answer.split_whitespace().any(|word| word == version))
}

fn install(tool: Tool, version: &str) -> Result<PathBuf, Failure> {
    let home = home(tool, version)?;
    fs::create_dir_all(&home).map_err(Failure::file(&home))?;
    let log = home.join("install.log");
    let build = home.join("build");
    let name = tool.package();
    println!(
        "   {name} {version} is not installed: compiling it once into {}",
        home.display()
    );
    let started = Instant::now();
    let done = install_command(tool, version, &home, &build).run_into(&log);
    if let Err(failure) = done {
        return Err(Failure::Missing(format!(
            "{name} {version} did not install: {failure}\n{}",
            last_lines(&log, 25)
        )));
    }
    println!("   {name} {version} is there after {} s", started.elapsed().as_secs());
    // Only the programs are needed from here on; a leftover folder would cost room, not correctness.
    let _ = fs::remove_dir_all(&build);
    Ok(home.join("bin"))
}

fn install_command(tool: Tool, version: &str, home: &Path, build: &Path) -> Program {
    let install = Program::cargo()
        .args(["install", tool.package(), "--version", version, "--root"])
        .arg(home)
        // Its own folder, so that installations neither wait for each other nor start over when interrupted.
        .env("CARGO_TARGET_DIR", build)
        // These tools run for seconds: a fast build is worth more than a fast program.
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "false")
        .without_env("RUSTFLAGS");
    if tool.takes_own_lock() {
        install.arg("--locked")
    } else {
        install
    }
}

fn last_lines(log: &Path, count: usize) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}
