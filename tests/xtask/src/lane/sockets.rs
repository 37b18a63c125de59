//! Scenarios of the native client against the reference back ends, over real sockets.

use crate::counts::Counts;
use crate::failure::Failure;
use crate::house::House;
use crate::lane::{Report, TEST_LIMIT};

pub(super) fn tests(house: &House) -> Result<Report, Failure> {
    let run = house
        .cargo()
        .args(["test", "--locked", "--release", "-p", "visavis-e2e", "--no-fail-fast"])
        .limit(TEST_LIMIT)
        .tee()?;
    Ok(Report::of(Counts::of_libtest(&run.text), run, "scenarios").with_tests())
}
