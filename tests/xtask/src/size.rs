//! `cargo xtask size`: what the widget weighs, against the record and the budgets.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::budget;
use crate::counts::Counts;
use crate::failure::Failure;
use crate::house::House;
use crate::lane::Report;
use crate::sizes::{self, Bytes, Recorded, Weights};
use crate::{toolchain, widget};

const RECORD: &str = "widget-wasm/size.json";

/// The only back end so far; a further one is measured by its own build.
const BACKEND: &str = "bloonio";

/// What to do with a change.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Records the measured sizes instead of comparing with them.
    #[arg(long)]
    accept: bool,
}

/// Builds, measures, prints.
pub(crate) fn run(house: &House, options: &Options) -> Result<(), Failure> {
    widget::build(house, &widget::dist(house))?;
    let weights = sizes::of_build(&widget::dist(house))?;
    if options.accept {
        let recorded = Recorded {
            rustc: toolchain::compiler()?,
            backends: BTreeMap::from([(BACKEND.to_owned(), weights.clone())]),
        };
        sizes::record(&house.path(RECORD), &recorded)?;
        print!("\n{}", table(&weights, None));
        println!("recorded in {RECORD}");
        return Ok(());
    }
    let verdict = compare(house, &weights)?;
    if verdict.wrong.is_empty() {
        Ok(())
    } else {
        Err(Failure::Contract(verdict.wrong.join("\n")))
    }
}

/// The lane: the build that the widget lane left.
pub(crate) fn lane(house: &House) -> Result<Report, Failure> {
    let verdict = compare(house, &sizes::of_build(&widget::dist(house))?)?;
    let failed = verdict.wrong.len() as u64;
    let counts = Counts {
        passed: verdict.checks.saturating_sub(failed),
        failed,
        ignored: 0,
    };
    Ok(Report {
        counts,
        notes: verdict.wrong.into_iter().chain(verdict.note).collect(),
    })
}

struct Verdict {
    checks: u64,
    wrong: Vec<String>,
    note: Option<String>,
}

fn compare(house: &House, weights: &Weights) -> Result<Verdict, Failure> {
    let recorded = sizes::recorded(&house.path(RECORD))?;
    let then = recorded.backends.get(BACKEND).ok_or_else(|| {
        Failure::Contract(format!(
            "{RECORD} records no sizes of {BACKEND}: `cargo xtask size --accept`"
        ))
    })?;
    let compiler = toolchain::compiler()?;
    let same_compiler = compiler == recorded.rustc;
    print!("\n{}", table(weights, Some(then)));
    let mut wrong = sizes::over_budget(weights);
    let budgets = 2;
    let changes = sizes::changes(weights, then, same_compiler);
    wrong.extend(
        changes
            .into_iter()
            .map(|change| format!("size changed, {change} (`cargo xtask size --accept` records it)")),
    );
    let note = (!same_compiler).then(|| {
        format!(
            "recorded with rustc {}, measured with {compiler}: small differences are let through",
            recorded.rustc
        )
    });
    Ok(Verdict {
        checks: budgets + weights.roles.len() as u64 + 1,
        wrong,
        note,
    })
}

fn table(now: &Weights, then: Option<&Weights>) -> String {
    let mut out = format!(
        "{:<10} {:<14} {:>9} {:>9} {:>9}\n",
        "back end", "part", "raw", "brotli", "change"
    );
    let mut line = |part: &str, bytes: Bytes, was: Option<Bytes>| {
        let change = was.map_or_else(String::new, |was| {
            format!("{:+}", bytes.brotli.cast_signed() - was.brotli.cast_signed())
        });
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "{BACKEND:<10} {part:<14} {:>9} {:>9} {change:>9}",
            bytes.raw, bytes.brotli
        );
    };
    for (role, bytes) in &now.roles {
        line(role, *bytes, then.and_then(|then| then.roles.get(role).copied()));
    }
    line("until panel", now.until_panel, then.map(|then| then.until_panel));
    let over = now.until_panel.brotli.saturating_sub(budget::AIM_UNTIL_PANEL);
    if over > 0 {
        let _ = writeln!(
            out,
            "the aim, {} bytes until the panel, is missed by {over}",
            budget::AIM_UNTIL_PANEL
        );
    }
    out
}
