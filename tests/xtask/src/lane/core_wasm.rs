//! The core's own tests, compiled to WebAssembly and run in Node.
//!
//! Not for the browser's target: its test runner knows only tests with an attribute of its own, and the core has no line that is there for a
//! platform. With a system interface the very same test programs run.

use crate::counts::Counts;
use crate::failure::Failure;
use crate::house::House;
use crate::javascript;
use crate::lane::{Report, TEST_LIMIT};
use crate::toolchain::{self, WASI_TARGET};

/// The simulation runs on the host, on all cores; here it would only take long.
const SUITES: [&str; 15] = [
    "--lib",
    "--test",
    "stories",
    "--test",
    "properties",
    "--test",
    "wire",
    "--test",
    "corpus",
    "--test",
    "socketio",
    "--test",
    "gateway",
    "--test",
    "mailoo",
];

pub(super) fn tests(house: &House) -> Result<Report, Failure> {
    javascript::node()?;
    toolchain::target(WASI_TARGET)?;
    let script = house.path("tests/xtask/wasi.mjs");
    let run = house
        .cargo()
        .args(["test", "--locked", "-p", "visavis-client-core", "--target", WASI_TARGET])
        .args(SUITES)
        .arg("--no-fail-fast")
        .env(
            "CARGO_TARGET_WASM32_WASIP1_RUNNER",
            format!("node --no-warnings {}", script.display()),
        )
        .limit(TEST_LIMIT)
        .tee()?;
    Ok(Report::of(Counts::of_libtest(&run.text), run, "core in Node").with_tests())
}
