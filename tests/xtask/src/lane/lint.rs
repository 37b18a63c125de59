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
            "--",
            "-D",
            "warnings",
        ])
        .run()?;
    Ok(Report::held())
}

pub(super) fn wasm(house: &House) -> Result<Report, Failure> {
    toolchain::component("clippy", "cargo-clippy")?;
    toolchain::target(toolchain::BROWSER_TARGET)?;
    house
        .cargo()
        .args([
            "clippy",
            "--locked",
            "-p",
            "visavis-client-core",
            "-p",
            "visavis-widget-wasm",
        ])
        .args([
            "--target",
            "wasm32-unknown-unknown",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ])
        .run()?;
    Ok(Report::held())
}

pub(super) fn documentation(house: &House) -> Result<Report, Failure> {
    house
        .cargo()
        .args(["doc", "--locked", "--workspace", "--no-deps"])
        .env("RUSTDOCFLAGS", "-D warnings")
        .run()?;
    Ok(Report::held())
}
