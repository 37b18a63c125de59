//! The widget in a real browser: tests and benchmarks in `tests/browser`, against the demo server and its relay.

use std::path::PathBuf;

use crate::counts::Counts;
use crate::failure::Failure;
use crate::house::House;
use crate::javascript;
use crate::lane::{Report, TEST_LIMIT};
use crate::module::Effort;
use crate::process::Program;
use crate::{chromium, executables, widget};

/// What a browser, or a person, needs to visit the demo.
pub(crate) struct Programs {
    /// Serves the site and the relay.
    pub(crate) www: PathBuf,
    /// The visitor in a terminal.
    pub(crate) visavis: PathBuf,
}

/// Builds the demo server and the command.
pub(crate) fn programs(house: &House) -> Result<Programs, Failure> {
    let cargo = house.cargo().args(["build", "--locked", "--release", "--bins"]);
    let built = executables::build(cargo.args(["-p", "visavis-www", "-p", "visavis-native-client"]))?;
    Ok(Programs {
        www: executables::program(&built, "visavis-www")?,
        visavis: executables::program(&built, "visavis")?,
    })
}

/// The lane: the widget that the widget lane left.
pub(crate) fn lane(house: &House) -> Result<Report, Failure> {
    let run = npm(house)?.arg("test").limit(TEST_LIMIT).tee()?;
    Ok(Report::of(Counts::of_total(&run.text), run.ending, "browser").with_tests())
}

/// The browser's part of the benchmarks.
pub(crate) fn bench(house: &House) -> Result<(), Failure> {
    widget::build(house, &widget::dist(house), Effort::Smallest)?;
    npm(house)?.args(["run", "bench"]).run()
}

fn npm(house: &House) -> Result<Program, Failure> {
    let folder = house.path("tests/browser");
    javascript::packages(&folder)?;
    let chromium = chromium::program()?;
    let programs = programs(house)?;
    Ok(javascript::npm(&folder)
        .env("VISAVIS_CHROMIUM", chromium)
        .env("VISAVIS_WIDGET_DIR", widget::dist(house))
        .env("VISAVIS_SITE_DIR", house.path("www/site"))
        .env("VISAVIS_WWW_BIN", programs.www)
        .env("VISAVIS_BIN", programs.visavis))
}
