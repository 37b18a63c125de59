//! Tests on the host: every test binary of the workspace but those with a lane of their own.

use crate::counts::Counts;
use crate::executables::{self, Executable};
use crate::failure::Failure;
use crate::house::House;
use crate::lane::{Report, TEST_LIMIT};

/// Left out here: the scenarios have their own lane, and this program keeps the features it was built with.
const ELSEWHERE: [&str; 4] = ["--exclude", "visavis-e2e", "--exclude", "visavis-xtask"];

pub(super) fn tests(house: &House) -> Result<Report, Failure> {
    let workspace = house
        .cargo()
        .args(["build", "--locked", "--workspace", "--all-targets"])
        .args(ELSEWHERE);
    let mut built = executables::build(workspace)?;
    built.extend(executables::build(house.cargo().args([
        "test",
        "--locked",
        "--no-run",
        "-p",
        "visavis-xtask",
    ]))?);
    let simulated = |executable: &&Executable| !is_simulation(house, executable);
    Ok(executables::run_tests(built.iter().filter(simulated), TEST_LIMIT)?.with_tests())
}

pub(super) fn examples(house: &House) -> Result<Report, Failure> {
    let run = house
        .cargo()
        .args(["test", "--locked", "--workspace", "--doc", "--no-fail-fast"])
        .args(ELSEWHERE)
        .limit(TEST_LIMIT)
        .tee()?;
    Ok(Report::of(Counts::of_libtest(&run.text), run, "doctests").with_tests())
}

fn is_simulation(house: &House, executable: &Executable) -> bool {
    executable.name == "sim" && executable.package == house.path("client-core")
}
