//! What is read but not run: formatting, lints, documentation.

use crate::failure::Failure;
use crate::house::House;
use crate::lane::Report;
use crate::toolchain;

pub(super) fn formatting(house: &House) -> Result<Report, Failure> {
    toolchain::component("rustfmt", "rustfmt")?;
    house.cargo().args(["fmt", "--all", "--", "--check"]).run()?;
    Ok(Report::held())
}

pub(super) fn host(house: &House) -> Result<Report, Failure> {
    toolchain::component("clippy", "cargo-clippy")?;
    house
        .cargo()
        .args([
            "clippy",
            "--locked",
            "--workspace",
            "--all-targets",
            "--features",
            "visavis-e2e/npm",
            "--",
            "-D",
            "warnings",
        ])
        .run()?;
    Ok(Report::held())
}

/// The core as a library only: what its tests draw in does not build for the browser, where they do not run.
pub(super) fn wasm(house: &House) -> Result<Report, Failure> {
    toolchain::component("clippy", "cargo-clippy")?;
    toolchain::target(toolchain::BROWSER_TARGET)?;
    let mut report = Report::default();
    for (label, part) in [
        ("core", ["visavis-client-core", "--lib"].as_slice()),
        ("widget", &["visavis-widget-wasm", "--all-targets"]),
        (
            "widget for Bloonio alone",
            &["visavis-widget-wasm", "--no-default-features", "--features", "bloonio"],
        ),
        (
            "widget for AppEngine alone",
            &[
                "visavis-widget-wasm",
                "--no-default-features",
                "--features",
                "appengine",
            ],
        ),
        (
            "widget with the low layer",
            &["visavis-widget-wasm", "--all-targets", "--all-features"],
        ),
    ] {
        let clippy = house
            .cargo()
            .args(["clippy", "--locked", "--target", toolchain::BROWSER_TARGET, "--package"]);
        report.check(label, clippy.args(part).args(["--", "-D", "warnings"]).run());
    }
    Ok(report)
}

pub(super) fn documentation(house: &House) -> Result<Report, Failure> {
    house
        .cargo()
        .args(["doc", "--locked", "--workspace", "--no-deps"])
        .env("RUSTDOCFLAGS", "-D warnings")
        .run()?;
    Ok(Report::held())
}
