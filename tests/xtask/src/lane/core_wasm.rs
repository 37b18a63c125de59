//! The core's own tests, compiled for the browser's target and run in Node.

use crate::counts::Counts;
use crate::failure::Failure;
use crate::house::House;
use crate::javascript;
use crate::lane::{Report, TEST_LIMIT};
use crate::toolchain::{self, Tool};

pub(super) fn tests(house: &House) -> Result<Report, Failure> {
    javascript::node()?;
    toolchain::wasm_target()?;
    let runner = toolchain::folder(house, Tool::WasmBindgen)?;
    let run = house
        .cargo()
        .args([
            "test",
            "--locked",
            "-p",
            "visavis-client-core",
            "--target",
            "wasm32-unknown-unknown",
        ])
        // Examples in the documentation run on the host already.
        .args(["--lib", "--tests", "--no-fail-fast"])
        .path_first(&[runner])
        .limit(TEST_LIMIT)
        .tee()?;
    Ok(Report::of(Counts::of_libtest(&run.text), run.ending, "core in Node").with_tests())
}
