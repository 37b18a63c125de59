//! What the reader of a run sees last: a table of lanes, notes, the failed tests, and the total on its own line.

use std::fmt::Write as _;
use std::time::Duration;

use crate::counts::Counts;
use crate::lane::{Lane, Report};

/// One lane that ran.
pub(crate) struct Row {
    /// The lane.
    pub(crate) name: &'static str,
    /// What it found.
    pub(crate) report: Report,
    /// How long it took.
    pub(crate) took: Duration,
}

impl Row {
    /// Whether nothing in it failed.
    pub(crate) fn held(&self) -> bool {
        self.report.counts.failed == 0
    }
}

/// The lanes by name, with what each proves.
pub(crate) fn list(lanes: &[&Lane]) -> String {
    lanes
        .iter()
        .map(|lane| format!("{:<12} {}\n", lane.name, lane.about))
        .collect()
}

/// The table, the notes, the failed tests and, as the last line, `N passed, N failed`.
pub(crate) fn table(rows: &[Row]) -> String {
    let mut out = format!(
        "{:<12} {:<6} {:>7} {:>7} {:>8} {:>8}\n",
        "lane", "", "passed", "failed", "ignored", "seconds"
    );
    let mut total = Counts::default();
    for row in rows {
        let counts = row.report.counts;
        let verdict = if row.held() { "ok" } else { "FAILED" };
        let seconds = row.took.as_secs_f64();
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "{:<12} {verdict:<6} {:>7} {:>7} {:>8} {seconds:>8.1}",
            row.name, counts.passed, counts.failed, counts.ignored
        );
        total += counts;
    }
    let seconds: f64 = rows.iter().map(|row| row.took.as_secs_f64()).sum();
    let _ = writeln!(
        out,
        "{:<12} {:<6} {:>7} {:>7} {:>8} {seconds:>8.1}",
        "total", "", total.passed, total.failed, total.ignored
    );
    for row in rows {
        for note in &row.report.notes {
            let _ = writeln!(out, "{}: {note}", row.name);
        }
    }
    for row in rows {
        for failed in &row.report.failed {
            let _ = writeln!(out, "FAILED in {}: {failed}", row.name);
        }
    }
    let _ = writeln!(out, "{} passed, {} failed", total.passed, total.failed);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_is_the_total_and_stands_alone() {
        let row = |name, counts, notes| Row {
            name,
            report: Report {
                counts,
                notes,
                failed: vec!["a_test\n   why".into()],
            },
            took: Duration::from_millis(1500),
        };
        let rows = [
            row("fmt", Counts::ONE_PASSED, vec![]),
            row(
                "host",
                Counts {
                    passed: 40,
                    failed: 2,
                    ignored: 1,
                },
                vec!["core: 2 failed".into()],
            ),
        ];
        let table = table(&rows);
        assert_eq!(table.lines().last(), Some("41 passed, 2 failed"));
        assert!(table.contains("host: core: 2 failed"));
        assert!(table.contains("FAILED in host: a_test\n   why\n"));
        assert!(table.contains("host         FAILED"));
    }
}
