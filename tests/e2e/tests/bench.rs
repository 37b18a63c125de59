//! The benchmark still runs, and says something about everything.
#![allow(clippy::unwrap_used)]

use std::process::Command;

#[test]
fn a_quick_run_fills_the_whole_table() {
    let output = Command::new(env!("CARGO_BIN_EXE_bench"))
        .arg("--quick")
        .output()
        .unwrap();
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let rows: Vec<&str> = table.lines().filter(|line| line.starts_with("| ")).skip(2).collect();
    assert_eq!(rows.len(), 18, "{table}");
    for row in rows {
        let own: f64 = row.split('|').nth(3).unwrap().trim().parse().unwrap();
        assert!(own >= 0.0, "{row}");
    }
    assert!(
        table.contains("round trip, p50") && table.contains("over TLS"),
        "{table}"
    );
}
