//! `cargo xtask test`: the lanes one after the other, and the total.

use std::process::ExitCode;
use std::time::Instant;

use crate::counts::Counts;
use crate::failure::Failure;
use crate::house::House;
use crate::lane::{LANES, Lane, Report, Runs};
use crate::summary::{self, Row};
use crate::toolchain::{self, Tool};

/// Which lanes to run.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only this lane and those it builds on; may be given several times.
    #[arg(long = "lane", value_name = "NAME")]
    lanes: Vec<String>,
    /// The same as `--lane frameworks`: real applications from npm, which no other run includes.
    #[arg(long)]
    frameworks: bool,
    /// Only lists the lanes.
    #[arg(long)]
    list: bool,
}

/// Runs the lanes; a failing one stops only those that use its products.
pub(crate) fn run(house: &House, options: &Options) -> Result<ExitCode, Failure> {
    let named = options.frameworks.then(|| "frameworks".to_owned());
    let names: Vec<String> = options.lanes.iter().cloned().chain(named).collect();
    let chosen = if options.list && names.is_empty() {
        LANES.iter().collect()
    } else {
        choose(&names)?
    };
    if options.list {
        print!("{}", summary::list(&chosen));
        return Ok(ExitCode::SUCCESS);
    }
    install_tools(house, &chosen);
    let mut rows: Vec<Row> = Vec::new();
    for lane in chosen {
        println!("\n== {}: {}", lane.name, lane.about);
        let started = Instant::now();
        let report = run_one(house, lane, &rows);
        rows.push(Row {
            name: lane.name,
            report,
            took: started.elapsed(),
        });
    }
    print!("\n{}", summary::table(&rows));
    Ok(if rows.iter().all(Row::held) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn run_one(house: &House, lane: &Lane, done: &[Row]) -> Report {
    let broken = done.iter().find(|row| lane.after.contains(&row.name) && !row.held());
    let outcome = match broken {
        Some(row) => Err(Failure::Contract(format!("not run, because `{}` failed", row.name))),
        None => (lane.run)(house),
    };
    outcome.unwrap_or_else(|failure| {
        println!("   {} failed: {failure}", lane.name);
        Report {
            counts: Counts::ONE_FAILED,
            notes: vec![failure.to_string()],
            ..Report::default()
        }
    })
}

/// All at once, before the first lane; a lane whose tool is still missing then fails by itself and says why.
fn install_tools(house: &House, lanes: &[&Lane]) {
    let mut tools: Vec<Tool> = Vec::new();
    for tool in lanes.iter().flat_map(|lane| lane.tools) {
        if !tools.contains(tool) {
            tools.push(*tool);
        }
    }
    for failure in toolchain::install_missing(house, &tools) {
        println!("   {failure}");
    }
}

/// The named lanes and what they use, in running order; all that run unnamed when none is named.
fn choose(names: &[String]) -> Result<Vec<&'static Lane>, Failure> {
    if let Some(unknown) = names
        .iter()
        .find(|name| LANES.iter().all(|lane| lane.name != name.as_str()))
    {
        return Err(Failure::Contract(format!(
            "there is no lane `{unknown}`; `cargo xtask test --list` names them"
        )));
    }
    let unnamed = LANES
        .iter()
        .filter(|lane| names.is_empty() && lane.runs == Runs::Always)
        .map(|lane| lane.name);
    let mut wanted: Vec<&str> = names.iter().map(String::as_str).chain(unnamed).collect();
    for lane in LANES.iter().rev() {
        if wanted.contains(&lane.name) {
            wanted.extend(lane.after);
        }
    }
    Ok(LANES.iter().filter(|lane| wanted.contains(&lane.name)).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn chosen(names: &[&str]) -> Vec<&'static str> {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        choose(&names).unwrap().iter().map(|lane| lane.name).collect()
    }

    #[test]
    fn a_lane_brings_what_it_builds_on_in_running_order() {
        assert_eq!(chosen(&["size", "fmt"]), ["fmt", "widget", "size"]);
        assert_eq!(
            chosen(&["frameworks"]),
            ["widget", "npm", "frameworks"],
            "what it uses needs something itself"
        );
    }

    #[test]
    fn an_unnamed_run_is_all_but_the_lanes_that_have_to_be_named() {
        let unnamed = chosen(&[]);
        let left_out = LANES
            .iter()
            .map(|lane| lane.name)
            .filter(|name| !unnamed.contains(name));
        assert_eq!(left_out.collect::<Vec<_>>(), ["frameworks"]);
    }

    #[test]
    fn an_unknown_lane_is_refused() {
        assert!(choose(&["nonsense".into()]).is_err());
    }
}
