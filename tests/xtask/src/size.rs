//! `cargo xtask size`: what the widget weighs, against the record and the budgets.

use std::fmt::Write as _;
use std::fs;

use crate::budget;
use crate::counts::Counts;
use crate::failure::Failure;
use crate::house::House;
use crate::lane::Report;
use crate::sizes::{self, Builds, Bytes, Recorded, Weights};
use crate::{readme, toolchain, widget};

const RECORD: &str = "widget-wasm/size.json";
const README: &str = "README.md";

/// What to do with a change.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Records the measured sizes instead of comparing with them.
    #[arg(long)]
    accept: bool,
}

/// Builds, measures, prints.
pub(crate) fn run(house: &House, options: &Options) -> Result<(), Failure> {
    widget::build_all(house)?;
    let builds = measured(house)?;
    if options.accept {
        print!("\n{}", table(&builds, None));
        let recorded = Recorded {
            rustc: toolchain::compiler()?,
            backends: builds,
        };
        sizes::record(&house.path(RECORD), &recorded)?;
        let path = house.path(README);
        let (_, told) = told(house, &recorded.backends)?;
        fs::write(&path, told).map_err(Failure::file(&path))?;
        println!("recorded in {RECORD}, told in {README}");
        return Ok(());
    }
    let verdict = compare(house, &builds)?;
    if verdict.wrong.is_empty() {
        Ok(())
    } else {
        Err(Failure::Contract(verdict.wrong.join("\n")))
    }
}

/// The lane: the build that the widget lane left.
pub(crate) fn lane(house: &House) -> Result<Report, Failure> {
    let verdict = compare(house, &measured(house)?)?;
    let failed = verdict.wrong.len() as u64;
    let counts = Counts {
        passed: verdict.checks.saturating_sub(failed),
        failed,
        ignored: 0,
    };
    Ok(Report {
        counts,
        notes: verdict.wrong.into_iter().chain(verdict.note).collect(),
        ..Report::default()
    })
}

fn measured(house: &House) -> Result<Builds, Failure> {
    let mut builds = sizes::of_site(&widget::dist(house))?;
    builds.extend(sizes::of_site(&widget::dist_of_all(house))?);
    Ok(builds)
}

/// The README as it is, and as it has to be.
fn told(house: &House, recorded: &Builds) -> Result<(String, String), Failure> {
    let path = house.path(README);
    let text = fs::read_to_string(&path).map_err(Failure::file(&path))?;
    let told = readme::with_sizes(&text, recorded)
        .ok_or_else(|| Failure::Contract(format!("{README} has no table of what a visitor downloads")))?;
    Ok((text, told))
}

struct Verdict {
    checks: u64,
    wrong: Vec<String>,
    note: Option<String>,
}

/// The loader's and that until the panel.
const BUDGETS: u64 = 2;

fn compare(house: &House, builds: &Builds) -> Result<Verdict, Failure> {
    let recorded = sizes::recorded(&house.path(RECORD))?;
    let compiler = toolchain::compiler()?;
    let same_compiler = compiler == recorded.rustc;
    print!("\n{}", table(builds, Some(&recorded.backends)));
    let mut verdict = Verdict {
        checks: 0,
        wrong: Vec::new(),
        note: (!same_compiler).then(|| {
            format!(
                "recorded with rustc {}, measured with {compiler}: small differences are let through",
                recorded.rustc
            )
        }),
    };
    let (is, should_be) = told(house, &recorded.backends)?;
    verdict.checks += 1;
    if is != should_be {
        verdict.wrong.push(format!(
            "{README} tells other sizes than {RECORD} records: `cargo xtask size --accept`"
        ));
    }
    for (name, weights) in builds {
        verdict.checks += BUDGETS + weights.roles.len() as u64 + 1;
        verdict.wrong.extend(sizes::over_budget(name, weights));
        let Some(then) = recorded.backends.get(name) else {
            verdict.wrong.push(format!(
                "{RECORD} records no sizes of {name}: `cargo xtask size --accept`"
            ));
            continue;
        };
        let changes = sizes::changes(weights, then, same_compiler);
        verdict.wrong.extend(
            changes
                .into_iter()
                .map(|change| format!("size of {name} changed, {change} (`cargo xtask size --accept` records it)")),
        );
    }
    Ok(verdict)
}

fn table(builds: &Builds, recorded: Option<&Builds>) -> String {
    let mut out = format!(
        "{:<10} {:<14} {:>9} {:>9} {:>9}\n",
        "back end", "part", "raw", "brotli", "change"
    );
    for (name, weights) in builds {
        let then = recorded.and_then(|recorded| recorded.get(name));
        out.push_str(&lines(name, weights, then));
    }
    out
}

fn lines(name: &str, now: &Weights, then: Option<&Weights>) -> String {
    let mut out = String::new();
    let mut line = |part: &str, bytes: Bytes, was: Option<Bytes>| {
        let change = was.map_or_else(String::new, |was| {
            format!("{:+}", bytes.brotli.cast_signed() - was.brotli.cast_signed())
        });
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "{name:<10} {part:<14} {:>9} {:>9} {change:>9}",
            bytes.raw, bytes.brotli
        );
    };
    for (role, bytes) in &now.roles {
        line(role, *bytes, then.and_then(|then| then.roles.get(role).copied()));
    }
    line("until panel", now.until_panel, then.map(|then| then.until_panel));
    let aim = budget::aim_until_panel(name);
    let over = now.until_panel.brotli.saturating_sub(aim);
    if over > 0 {
        let _ = writeln!(out, "the aim, {aim} bytes until the panel, is missed by {over}");
    }
    out
}
