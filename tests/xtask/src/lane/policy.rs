//! What the project may depend on, as `.deny.toml` says.

use std::time::Duration;

use crate::advisories;
use crate::failure::Failure;
use crate::house::House;
use crate::lane::Report;
use crate::toolchain::{self, Tool};

pub(super) fn dependencies(house: &House) -> Result<Report, Failure> {
    let deny = toolchain::folder(house, Tool::CargoDeny)?.join("cargo-deny");
    let mut report = Report::default();
    for check in ["bans", "licenses", "sources"] {
        let ran = advisories::cargo_deny(&deny, house)
            .args(["check", check])
            .limit(Duration::from_secs(300))
            .run();
        report.check(check, ran);
    }
    advisories::check(&deny, house, &mut report);
    Ok(report)
}
