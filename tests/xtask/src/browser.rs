//! The widget in a real browser: tests and benchmarks in `tests/browser`, against the demo server and its relay.

use std::path::PathBuf;

use crate::counts::Counts;
use crate::failure::Failure;
use crate::house::{self, House};
use crate::javascript;
use crate::lane::{Report, TEST_LIMIT};
use crate::process::Program;
use crate::toolchain::{self, Tool};
use crate::{chromium, executables, firefox, widget};

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
    Ok(Report::of(Counts::of_total(&run.text), run, "browser").with_tests())
}

/// The same widget in Firefox.
pub(crate) fn firefox(house: &House) -> Result<Report, Failure> {
    let folder = house.path("tests/browser");
    javascript::packages(&folder)?;
    let firefox = firefox::program()?;
    let driver = toolchain::folder(house, Tool::Geckodriver)?.join("geckodriver");
    let run = with_programs(house, javascript::npm(&folder))?
        .env("VISAVIS_FIREFOX", firefox)
        .env("VISAVIS_GECKODRIVER", driver)
        .args(["run", "firefox"])
        .limit(TEST_LIMIT)
        .tee()?;
    Ok(Report::of(Counts::of_total(&run.text), run, "firefox").with_tests())
}

/// The browser's part of the benchmarks, beside other widgets from npm; each start is measured so many times.
pub(crate) fn bench(house: &House, runs: u32) -> Result<(), Failure> {
    javascript::packages(&house.path("tests/browser/rivals"))?;
    widget::build(house, &widget::dist(house))?;
    npm(house)?
        .env("VISAVIS_BENCH_RUNS", runs.to_string())
        .args(["run", "bench"])
        .run()
}

/// Where pictures of the widget go.
#[derive(clap::Args)]
pub(crate) struct Screenshots {
    /// The folder to fill; `visavis-widget/screenshots` among the build products by default.
    #[arg(long)]
    out: Option<PathBuf>,
}

/// Every state of the widget in every dress, and one sheet of them all.
pub(crate) fn screenshots(house: &House, options: &Screenshots) -> Result<(), Failure> {
    let out = match &options.out {
        Some(out) => std::path::absolute(out).map_err(Failure::file(out))?,
        None => house.product("visavis-widget/screenshots"),
    };
    house::empty_folder(&out)?;
    widget::build_quickly(house, &widget::dist(house))?;
    npm(house)?
        .env("VISAVIS_SCREENSHOTS", &out)
        .args(["run", "screenshots"])
        .run()
}

/// Learns from a browser which functions of the module no page needs until its panel can be used.
pub(crate) fn profile(house: &House) -> Result<(), Failure> {
    let probed = house.product("visavis-widget/probed");
    widget::build_probed(house, &probed)?;
    npm(house)?
        .env("VISAVIS_WIDGET_DIR", probed)
        .env("VISAVIS_LATER", house.path("widget-wasm/later.txt"))
        .args(["run", "profile"])
        .run()
}

fn npm(house: &House) -> Result<Program, Failure> {
    let folder = house.path("tests/browser");
    javascript::packages(&folder)?;
    let chromium = chromium::program()?;
    Ok(with_programs(house, javascript::npm(&folder))?.env("VISAVIS_CHROMIUM", chromium))
}

fn with_programs(house: &House, npm: Program) -> Result<Program, Failure> {
    let programs = programs(house)?;
    Ok(npm
        .env("VISAVIS_WIDGET_DIR", widget::dist(house))
        .env("VISAVIS_SITE_DIR", house.path("www/site"))
        .env("VISAVIS_WWW_BIN", programs.www)
        .env("VISAVIS_BIN", programs.visavis))
}
