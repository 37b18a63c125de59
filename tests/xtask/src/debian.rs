//! Programs that come as a package of Debian's, installed where that is possible.

use crate::failure::Failure;
use crate::process::{Program, on_path};

/// Installs a package when run as root; otherwise it is `missing`.
pub(crate) fn install(package: &str, missing: fn() -> Failure) -> Result<(), Failure> {
    let root = Program::new("id").arg("-u").probe().is_some_and(|id| id.trim() == "0");
    if !root || on_path("apt-get").is_none() {
        return Err(missing());
    }
    let apt = || Program::new("apt-get").env("DEBIAN_FRONTEND", "noninteractive");
    apt().args(["update", "-q"]).run()?;
    apt()
        .args(["install", "-y", "-q", "--no-install-recommends", package])
        .run()
}
