//! The core's Socket.IO against the server that npm publishes, over WebSocket and long-polling.

use crate::counts::Counts;
use crate::failure::Failure;
use crate::house::House;
use crate::javascript;
use crate::lane::{Report, TEST_LIMIT};

pub(super) fn tests(house: &House) -> Result<Report, Failure> {
    javascript::packages(&house.path("tests/e2e/socketio"))?;
    let run = house
        .cargo()
        .args(["test", "--locked", "-p", "visavis-e2e", "--features", "npm"])
        .args(["--test", "socketio", "--no-fail-fast"])
        .limit(TEST_LIMIT)
        .tee()?;
    Ok(Report::of(Counts::of_libtest(&run.text), run, "Socket.IO").with_tests())
}
