//! Which tests failed and why, read from what the runners print, so that the end of a long log tells it again.

/// How many lines about one test are repeated.
const LINES: usize = 6;

/// Every failed test with the first lines about it.
pub(crate) fn told(text: &str) -> Vec<String> {
    let mut lines = text.lines().peekable();
    let mut failed = Vec::new();
    while let Some(line) = lines.next() {
        let Some(name) = heading(line) else { continue };
        let mut told = name.to_owned();
        let mut left = LINES;
        while let Some(about) = lines.next_if(|line| heading(line).is_none() && left > 0) {
            if !about.trim().is_empty() {
                told = format!("{told}\n   {}", about.trim_end());
                left -= 1;
            }
        }
        failed.push(told);
    }
    failed
}

/// The name in `---- NAME stdout ----`, as libtest has it, or in `── NAME`, as the runners in browsers do.
fn heading(line: &str) -> Option<&str> {
    let of_libtest = || line.strip_prefix("---- ")?.strip_suffix(" stdout ----");
    line.strip_prefix("── ").or_else(of_libtest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_failures_of_both_kinds_of_runner_are_told() {
        let text = "test a ... FAILED\n\nfailures:\n\n---- a stdout ----\n\nthread 'a' panicked\nno\n\n---- b stdout ----\nyes\n\
                    \n── specs/c › d\nError: e\n    at f\n";
        assert_eq!(
            told(text),
            [
                "a\n   thread 'a' panicked\n   no",
                "b\n   yes",
                "specs/c › d\n   Error: e\n       at f"
            ]
        );
    }

    #[test]
    fn a_long_explanation_is_cut() {
        let text = format!("── a\n{}", "word\n".repeat(50));
        assert_eq!(told(&text).concat().lines().count(), 1 + LINES);
    }

    #[test]
    fn a_run_that_held_tells_nothing() {
        assert!(told("test a ... ok\nok      specs/c › d (3 s)\n2 passed, 0 failed\n").is_empty());
    }
}
