//! Compiler flags that keep this machine's folders out of the widget, so that its size is the same everywhere.

use std::env;
use std::fs;
use std::path::PathBuf;

use crate::failure::Failure;
use crate::house::House;
use crate::process::Program;

/// Names that tell functions of the same path apart; they say which ones a page needs first, and are gone from what is served.
const DISTINCT_NAMES: &str = "-Csymbol-mangling-version=v0";

/// What is called from one place stays a function of its own, so that what a page needs later can be told from what it needs at once.
const NO_INLINING: &str = "-Cllvm-args=-inline-threshold=-14900";

/// Flags as `CARGO_ENCODED_RUSTFLAGS` takes them.
pub(crate) fn rustflags(house: &House) -> Result<String, Failure> {
    let flags: Vec<String> = renamed_folders(house)?
        .into_iter()
        .map(|(folder, name)| format!("--remap-path-prefix={}={name}", folder.display()))
        .chain([DISTINCT_NAMES.to_owned(), NO_INLINING.to_owned()])
        .collect();
    Ok(flags.join("\u{1f}"))
}

fn renamed_folders(house: &House) -> Result<Vec<(PathBuf, String)>, Failure> {
    let mut folders = vec![(house.root().to_owned(), "visavis".to_owned())];
    folders.extend(registries().into_iter().map(|folder| (folder, "crates".to_owned())));
    let sysroot = Program::new("rustc").args(["--print", "sysroot"]).capture()?;
    let verbose = Program::new("rustc").arg("-vV").capture()?;
    if let Some(commit) = verbose.lines().find_map(|line| line.strip_prefix("commit-hash: ")) {
        let sources = PathBuf::from(sysroot.trim()).join("lib/rustlib/src/rust");
        folders.push((sources, format!("/rustc/{commit}")));
    }
    Ok(folders)
}

/// The unpacked sources of each registry cargo has used.
fn registries() -> Vec<PathBuf> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| {
        env::var_os("HOME")
            .or_else(|| env::var_os("USERPROFILE"))
            .map(|home| PathBuf::from(home).join(".cargo"))
    });
    let entries = home.and_then(|home| fs::read_dir(home.join("registry/src")).ok());
    let mut folders: Vec<PathBuf> = entries
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    folders.sort();
    folders
}
