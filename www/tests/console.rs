//! The operator console's logic, run by Node.

#![allow(clippy::expect_used)]

use std::process::Command;

#[test]
fn the_console_decides_as_described() {
    let output = Command::new("node")
        .args(["--test", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/console.test.mjs")])
        .output()
        .expect("Node runs the console's tests: install Node 20 or later");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
