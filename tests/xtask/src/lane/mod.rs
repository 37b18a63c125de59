//! The lanes of `cargo xtask test`: what each proves, what it needs, in the order they run.

mod core_wasm;
mod host;
mod lint;
mod policy;
mod socketio;
mod sockets;

use std::time::Duration;

use crate::counts::Counts;
use crate::failure::Failure;
use crate::house::House;
use crate::process::Transcript;
use crate::toolchain::Tool;
use crate::{browser, failed, frameworks, npm, simulation, size, widget};

/// The longest one test program may run before it counts as hanging.
pub(crate) const TEST_LIMIT: Duration = Duration::from_secs(20 * 60);

/// One lane.
pub(crate) struct Lane {
    /// What `--lane` takes.
    pub(crate) name: &'static str,
    /// What it proves.
    pub(crate) about: &'static str,
    /// Tools it runs.
    pub(crate) tools: &'static [Tool],
    /// Lanes whose products it uses.
    pub(crate) after: &'static [&'static str],
    /// Whether it runs when no lane is named.
    pub(crate) runs: Runs,
    /// Does it.
    pub(crate) run: fn(&House) -> Result<Report, Failure>,
}

/// When a lane runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Runs {
    /// With all the others.
    Always,
    /// Only when it is named: it takes what others would have to wait for.
    WhenNamed,
}

/// What a lane found.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// Its tests.
    pub(crate) counts: Counts,
    /// What the reader of the summary should know.
    pub(crate) notes: Vec<String>,
    /// The failed tests that their runner told by name, each with the first words about it.
    pub(crate) failed: Vec<String>,
}

impl Report {
    /// A lane that is one check, and held.
    pub(crate) fn held() -> Self {
        Self {
            counts: Counts::ONE_PASSED,
            ..Self::default()
        }
    }

    /// The counts of a runner that ended as told.
    pub(crate) fn of(counts: Counts, run: Transcript, label: &str) -> Self {
        let mut report = Self::default();
        report.add(counts, run, label);
        report
    }

    /// Adds one runner. One that ended badly without naming a failed test is itself a failed test.
    pub(crate) fn add(&mut self, counts: Counts, run: Transcript, label: &str) {
        self.failed.extend(failed::told(&run.text));
        self.judge(counts, run.ending, label);
    }

    fn judge(&mut self, counts: Counts, ending: Result<(), Failure>, label: &str) {
        self.counts += counts;
        match ending {
            Ok(()) if counts.failed == 0 => {}
            Ok(()) => self.notes.push(format!("{label}: {} failed", counts.failed)),
            Err(failure) if counts.failed > 0 => {
                self.notes.push(format!("{label}: {} failed, {failure}", counts.failed))
            }
            Err(failure) => {
                self.counts += Counts::ONE_FAILED;
                self.notes.push(format!("{label}: {failure}"));
            }
        }
    }

    /// Adds one check.
    pub(crate) fn check(&mut self, label: &str, ran: Result<(), Failure>) {
        match ran {
            Ok(()) => self.counts += Counts::ONE_PASSED,
            Err(failure) => self.judge(Counts::default(), Err(failure), label),
        }
    }

    /// A lane of tests that found none proves nothing, and fails.
    pub(crate) fn with_tests(mut self) -> Self {
        if self.counts.passed + self.counts.failed == 0 {
            self.counts += Counts::ONE_FAILED;
            self.notes.push("no test ran".into());
        }
        self
    }
}

/// Every lane, cheap ones first.
pub(crate) const LANES: &[Lane] = &[
    Lane {
        name: "fmt",
        about: "formatting",
        tools: &[],
        after: &[],
        runs: Runs::Always,
        run: lint::formatting,
    },
    Lane {
        name: "deny",
        about: "licences, bans, sources, advisories",
        tools: &[Tool::CargoDeny],
        after: &[],
        runs: Runs::Always,
        run: policy::dependencies,
    },
    Lane {
        name: "clippy",
        about: "lints of every target on the host",
        tools: &[],
        after: &[],
        runs: Runs::Always,
        run: lint::host,
    },
    Lane {
        name: "clippy-wasm",
        about: "lints of core and widget for the browser",
        tools: &[],
        after: &[],
        runs: Runs::Always,
        run: lint::wasm,
    },
    Lane {
        name: "docs",
        about: "documentation without a warning",
        tools: &[],
        after: &[],
        runs: Runs::Always,
        run: lint::documentation,
    },
    Lane {
        name: "host",
        about: "tests on the host, fuzz corpus included",
        tools: &[],
        after: &[],
        runs: Runs::Always,
        run: host::tests,
    },
    Lane {
        name: "doctests",
        about: "examples in the documentation",
        tools: &[],
        after: &[],
        runs: Runs::Always,
        run: host::examples,
    },
    Lane {
        name: "core-wasm",
        about: "the core's tests as WebAssembly in Node",
        tools: &[],
        after: &[],
        runs: Runs::Always,
        run: core_wasm::tests,
    },
    Lane {
        name: "sim",
        about: "100,000 faulty days in simulation",
        tools: &[],
        after: &[],
        runs: Runs::Always,
        run: simulation::lane,
    },
    Lane {
        name: "e2e",
        about: "the native client over real sockets, with faults",
        tools: &[],
        after: &[],
        runs: Runs::Always,
        run: sockets::tests,
    },
    Lane {
        name: "socketio",
        about: "the core's Socket.IO against npm's own server",
        tools: &[],
        after: &[],
        runs: Runs::Always,
        run: socketio::tests,
    },
    Lane {
        name: "widget",
        about: "the widget builds as a site serves it",
        tools: &[Tool::WasmPack, Tool::WasmBindgen],
        after: &[],
        runs: Runs::Always,
        run: widget::lane,
    },
    Lane {
        name: "size",
        about: "the widget's bytes are those recorded",
        tools: &[],
        after: &["widget"],
        runs: Runs::Always,
        run: size::lane,
    },
    Lane {
        name: "npm",
        about: "the package in Node and in a bundler",
        tools: &[Tool::WasmPack, Tool::WasmBindgen],
        after: &["widget"],
        runs: Runs::Always,
        run: npm::lane,
    },
    Lane {
        name: "browser",
        about: "the widget in Chromium against the relay",
        tools: &[],
        after: &["widget"],
        runs: Runs::Always,
        run: browser::lane,
    },
    Lane {
        name: "firefox",
        about: "what matters most of it in Firefox, too",
        tools: &[Tool::Geckodriver],
        after: &["widget"],
        run: browser::firefox,
        runs: Runs::Always,
    },
    Lane {
        name: "frameworks",
        about: "React, Vue, Angular and Next.js with the package",
        tools: &[],
        after: &["npm"],
        runs: Runs::WhenNamed,
        run: frameworks::lane,
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_lane_uses_runs_before_it() {
        for (place, lane) in LANES.iter().enumerate() {
            for needed in lane.after {
                assert!(
                    LANES[..place].iter().any(|earlier| earlier.name == *needed),
                    "{} needs {needed}",
                    lane.name
                );
            }
        }
    }

    #[test]
    fn a_runner_that_breaks_off_counts_as_one_failed_test() {
        let broke = Transcript {
            text: "---- the_fourth stdout ----\nit is late\n".into(),
            ending: Err(Failure::Missing("gone".into())),
        };
        let report = Report::of(
            Counts {
                passed: 4,
                failed: 0,
                ignored: 0,
            },
            broke,
            "x",
        );
        assert_eq!(
            report.counts,
            Counts {
                passed: 4,
                failed: 1,
                ignored: 0
            }
        );
        assert_eq!(report.failed, ["the_fourth\n   it is late"]);
    }

    #[test]
    fn a_lane_without_tests_fails() {
        assert_eq!(Report::default().with_tests().counts, Counts::ONE_FAILED);
        assert_eq!(Report::held().with_tests().counts, Counts::ONE_PASSED);
    }
}
