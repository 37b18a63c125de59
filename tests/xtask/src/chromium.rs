//! A Chromium for the browser lane: named, the system's, or Debian's package.

use std::env;
use std::path::PathBuf;

use crate::debian;
use crate::failure::Failure;
use crate::process::on_path;

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const MAC: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/// The browser's program; installs Debian's package where that is possible.
pub(crate) fn program() -> Result<PathBuf, Failure> {
    if let Some(named) = env::var_os("VISAVIS_CHROMIUM")
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
    {
        return if named.is_file() {
            Ok(named)
        } else {
            Err(Failure::Missing(format!(
                "VISAVIS_CHROMIUM names no file: {}",
                named.display()
            )))
        };
    }
    if let Some(found) = system() {
        return Ok(found);
    }
    debian::install("chromium", missing)?;
    system().ok_or_else(missing)
}

fn system() -> Option<PathBuf> {
    let mac = PathBuf::from(MAC);
    NAMES
        .iter()
        .find_map(|name| on_path(name))
        .or_else(|| mac.is_file().then_some(mac))
}

fn missing() -> Failure {
    Failure::Missing(
        "no Chromium: install `chromium` (Debian, as root: `apt-get install chromium`) or Google Chrome, \
         or set VISAVIS_CHROMIUM to its program"
            .into(),
    )
}
