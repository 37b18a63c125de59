//! Known holes in dependencies: checked when the database can be had, and said plainly when it cannot.

use std::path::Path;
use std::time::Duration;

use crate::house::House;
use crate::lane::Report;
use crate::process::Program;

/// cargo-deny in the project's folder, with the project's rules.
pub(crate) fn cargo_deny(program: &Path, house: &House) -> Program {
    Program::new(program)
        .args(["--log-level", "error"])
        .directory(house.root())
}

/// Fetches the advisory database and checks against it; without the network this is a warning, not a failure.
pub(crate) fn check(program: &Path, house: &House, report: &mut Report) {
    let fetched = cargo_deny(program, house)
        .args(["fetch", "db"])
        .limit(Duration::from_secs(120))
        .run();
    if let Err(failure) = fetched {
        report.notes.push(format!(
            "WARNING: advisories were NOT checked, their database could not be fetched ({failure})"
        ));
        return;
    }
    let checked = cargo_deny(program, house)
        .args(["--offline", "check", "advisories"])
        .limit(Duration::from_secs(300))
        .run();
    report.check("advisories", checked);
}
