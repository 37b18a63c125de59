//! Where things are: the workspace, its target directory, the tools' cache.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::process::Program;

/// The places every lane needs.
pub(crate) struct House {
    root: PathBuf,
    target: PathBuf,
}

impl House {
    /// Asks cargo, so that `CARGO_TARGET_DIR` and configuration files hold.
    pub(crate) fn find() -> Result<Self, Failure> {
        let answer = Program::cargo()
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .capture()?;
        let metadata: serde_json::Value = serde_json::from_str(&answer)
            .map_err(|error| Failure::Contract(format!("`cargo metadata` did not answer in JSON: {error}")))?;
        let place = |key: &str| {
            metadata[key]
                .as_str()
                .map(PathBuf::from)
                .ok_or_else(|| Failure::Contract(format!("`cargo metadata` names no {key}")))
        };
        Ok(Self {
            root: place("workspace_root")?,
            target: place("target_directory")?,
        })
    }

    /// A path inside the project.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// A path among the build products.
    pub(crate) fn product(&self, relative: &str) -> PathBuf {
        self.target.join(relative)
    }

    /// The project's folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Cargo, started in the project's folder.
    pub(crate) fn cargo(&self) -> Program {
        Program::cargo().directory(&self.root)
    }

    /// The version of a crate that `Cargo.lock` fixes.
    pub(crate) fn locked_version(&self, package: &str) -> Result<String, Failure> {
        let path = self.path("Cargo.lock");
        let lock = fs::read_to_string(&path).map_err(Failure::file(&path))?;
        version_in_lock(&lock, package)
            .map(str::to_owned)
            .ok_or_else(|| Failure::Contract(format!("Cargo.lock names no package `{package}`")))
    }
}

/// Where installed tools are kept between runs and between checkouts.
pub(crate) fn cache() -> Result<PathBuf, Failure> {
    let named = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    named("XDG_CACHE_HOME")
        .or_else(|| named("HOME").map(|home| home.join(".cache")))
        .or_else(|| named("LOCALAPPDATA"))
        .map(|base| base.join("visavis"))
        .ok_or_else(|| Failure::Missing("no place for tools: set XDG_CACHE_HOME or HOME".into()))
}

/// A folder that exists afterwards and holds nothing.
pub(crate) fn empty_folder(path: &Path) -> Result<(), Failure> {
    if path.exists() {
        fs::remove_dir_all(path).map_err(Failure::file(path))?;
    }
    fs::create_dir_all(path).map_err(Failure::file(path))
}

fn version_in_lock<'lock>(lock: &'lock str, package: &str) -> Option<&'lock str> {
    let wanted = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != wanted);
    lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "version = 4\n\n[[package]]\nname = \"wasm-bindgen-shared\"\nversion = \"9.9.9\"\n\n\
                        [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";

    #[test]
    fn the_lock_gives_the_version_of_exactly_the_named_package() {
        assert_eq!(version_in_lock(LOCK, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(version_in_lock(LOCK, "wasm"), None);
    }
}
