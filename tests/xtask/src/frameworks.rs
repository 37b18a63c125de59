//! Real applications with the packed widget in them: installed from npm, built, and driven in Chromium; in `tests/frameworks`.

use std::time::Duration;

use crate::counts::Counts;
use crate::failure::Failure;
use crate::house::House;
use crate::lane::{Report, TEST_LIMIT};
use crate::process::Program;
use crate::{browser, chromium, javascript, npm, widget};

/// The longest that installing and building all of them may take, with nothing in npm's cache.
const BUILD_LIMIT: Duration = Duration::from_secs(20 * 60);

/// The lane: the package that the npm lane packed.
pub(crate) fn lane(house: &House) -> Result<Report, Failure> {
    let folder = house.path("tests/frameworks");
    let applications = house.product("visavis-frameworks");
    let stage = house.path("tests/browser");
    javascript::packages(&stage)?;
    let chromium = chromium::program()?;
    let programs = browser::programs(house)?;
    Program::new("node")
        .directory(&folder)
        .args(["prepare.mjs", "--tarball"])
        .arg(npm::tarball(house))
        .arg("--out")
        .arg(&applications)
        .limit(BUILD_LIMIT)
        .run()?;
    // The runner is that of the browser tests, whose stage these tests stand on.
    let run = Program::new(stage.join("node_modules/.bin/playwright"))
        .directory(&folder)
        .args(["test", "--config", "playwright.config.js"])
        .env("VISAVIS_APPS_DIR", applications)
        .env("VISAVIS_CHROMIUM", chromium)
        .env("VISAVIS_WIDGET_DIR", widget::dist(house))
        .env("VISAVIS_SITE_DIR", house.path("www/site"))
        .env("VISAVIS_WWW_BIN", programs.www)
        .limit(TEST_LIMIT)
        .tee()?;
    Ok(Report::of(Counts::of_total(&run.text), run, "frameworks").with_tests())
}
