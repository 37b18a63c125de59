//! A Firefox for its lane: named, the system's, or Debian's package of the version with extended support.

use std::env;
use std::path::PathBuf;

use crate::debian;
use crate::failure::Failure;
use crate::process::on_path;

const NAMES: [&str; 2] = ["firefox-esr", "firefox"];

/// The browser's program; installs Debian's package where that is possible.
pub(crate) fn program() -> Result<PathBuf, Failure> {
    let named = env::var_os("VISAVIS_FIREFOX").filter(|value| !value.is_empty());
    match named.map(PathBuf::from) {
        Some(named) if named.is_file() => return Ok(named),
        Some(named) => {
            return Err(Failure::Missing(format!(
                "VISAVIS_FIREFOX names no file: {}",
                named.display()
            )));
        }
        None => {}
    }
    if let Some(found) = system() {
        return Ok(found);
    }
    debian::install("firefox-esr", missing)?;
    system().ok_or_else(missing)
}

fn system() -> Option<PathBuf> {
    NAMES.iter().find_map(|name| on_path(name))
}

fn missing() -> Failure {
    Failure::Missing(
        "no Firefox: install `firefox-esr` (Debian, as root: `apt-get install firefox-esr`) or Firefox, \
         or set VISAVIS_FIREFOX to its program"
            .into(),
    )
}
