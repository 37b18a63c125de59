//! How many tests passed and failed, read from what the runners print.

use std::ops::AddAssign;

/// Tests by outcome.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Ran and held.
    pub(crate) passed: u64,
    /// Ran and did not hold, or could not run.
    pub(crate) failed: u64,
    /// Present but not run.
    pub(crate) ignored: u64,
}

impl Counts {
    /// A lane that is one check, and held.
    pub(crate) const ONE_PASSED: Self = Self {
        passed: 1,
        failed: 0,
        ignored: 0,
    };

    /// A lane that is one check, and did not hold.
    pub(crate) const ONE_FAILED: Self = Self {
        passed: 0,
        failed: 1,
        ignored: 0,
    };

    /// The sum of every libtest summary: `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
    pub(crate) fn of_libtest(text: &str) -> Self {
        let mut total = Self::default();
        for line in text.lines() {
            // A test may leave its own line open, so the summary need not start a line.
            let Some((_, summary)) = line.split_once("test result: ") else {
                continue;
            };
            total += Self {
                passed: before(summary, "passed"),
                failed: before(summary, "failed"),
                ignored: before(summary, "ignored"),
            };
        }
        total
    }

    /// The last line of the form `3 passed, 0 failed`.
    pub(crate) fn of_total(text: &str) -> Self {
        text.lines().rev().find_map(total_line).unwrap_or_default()
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored += other.ignored;
    }
}

/// The number in front of a word, as in `3 passed`.
fn before(summary: &str, word: &str) -> u64 {
    let pieces: Vec<&str> = summary
        .split([' ', ';', '.'])
        .filter(|piece| !piece.is_empty())
        .collect();
    pieces
        .windows(2)
        .find_map(|pair| if pair[1] == word { pair[0].parse().ok() } else { None })
        .unwrap_or(0)
}

fn total_line(line: &str) -> Option<Counts> {
    let (passed, failed) = line.trim().split_once(" passed, ")?;
    let failed = failed.strip_suffix(" failed")?;
    Some(Counts {
        passed: passed.parse().ok()?,
        failed: failed.parse().ok()?,
        ignored: 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries_of_several_binaries_add_up() {
        let text = "running 2 tests\ntest a ... ok\n\n\
                    test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 4 filtered out; finished in 0.00s\n\
                    test result: FAILED. 5 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out\n";
        assert_eq!(
            Counts::of_libtest(text),
            Counts {
                passed: 7,
                failed: 3,
                ignored: 1
            }
        );
    }

    #[test]
    fn a_test_called_like_a_summary_is_not_counted() {
        assert_eq!(
            Counts::of_libtest("test ten_passed_one_failed ... ok\n"),
            Counts::default()
        );
    }

    #[test]
    fn the_last_total_line_counts() {
        let text = "1 passed, 1 failed\n12 passed, 0 failed\nbye: 3 passed, 4 failed\n";
        assert_eq!(
            Counts::of_total(text),
            Counts {
                passed: 12,
                failed: 0,
                ignored: 0
            }
        );
        assert_eq!(Counts::of_total("nothing here"), Counts::default());
    }
}
