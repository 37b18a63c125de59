//! Node, npm and the packages a folder's lock file fixes.

use std::fs;
use std::path::Path;

use crate::failure::Failure;
use crate::process::{Program, on_path};

const OLDEST_NODE: u32 = 20;

/// Makes sure Node and npm are there and new enough.
pub(crate) fn node() -> Result<(), Failure> {
    let answer = Program::new("node").arg("--version").probe();
    let Some(version) = answer.as_deref().and_then(major) else {
        return Err(Failure::Missing(format!(
            "Node {OLDEST_NODE} or newer is needed: see https://nodejs.org"
        )));
    };
    if version < OLDEST_NODE {
        return Err(Failure::Missing(format!(
            "Node {version} is too old: {OLDEST_NODE} or newer is needed (https://nodejs.org)"
        )));
    }
    if on_path("npm").is_none() && on_path("npm.cmd").is_none() {
        return Err(Failure::Missing(
            "npm is needed beside Node: it comes with https://nodejs.org".into(),
        ));
    }
    Ok(())
}

/// npm in a folder; it never fetches a browser of its own.
pub(crate) fn npm(folder: &Path) -> Program {
    let name = if cfg!(windows) { "npm.cmd" } else { "npm" };
    Program::new(name)
        .directory(folder)
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
}

/// Installs exactly what the folder's lock file names, unless that was done already.
pub(crate) fn packages(folder: &Path) -> Result<(), Failure> {
    node()?;
    let lock = folder.join("package-lock.json");
    let wanted = fs::read(&lock).map_err(Failure::file(&lock))?;
    let stamp = folder.join("node_modules/.installed-lock.json");
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    npm(folder)
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        .run()?;
    fs::write(&stamp, wanted).map_err(Failure::file(&stamp))
}

/// The 20 of `v20.20.2`.
fn major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("20.1.0"), None);
        assert_eq!(major("v22.0.0-nightly"), Some(22));
    }
}
