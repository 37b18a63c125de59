//! `cargo xtask npm`: the package, imported the way a server and a bundler import it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::house::{self, House};
use crate::lane::Report;
use crate::process::Program;
use crate::widget;

const NAME: &str = "@visavis/widget";

/// Run by Node in a folder where the package is installed; there is no `window` and none may be asked for.
const SERVER: &str = include_str!("../checks/server.mjs");

/// What a bundler is given.
const BUNDLED: &str = include_str!("../checks/bundled.mjs");

/// Where the package goes.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The folder to fill; `visavis-widget/npm` among the build products by default.
    #[arg(long)]
    out: Option<PathBuf>,
}

/// Builds, assembles, checks.
pub(crate) fn run(house: &House, options: &Options) -> Result<(), Failure> {
    let package = match &options.out {
        Some(out) => std::path::absolute(out).map_err(Failure::file(out))?,
        None => widget::package(house),
    };
    widget::build_package(house, &package)?;
    let report = check(house, &package)?;
    if report.counts.failed > 0 {
        return Err(Failure::Contract(report.notes.join("\n")));
    }
    println!("   the package is in {}", package.display());
    Ok(())
}

/// The lane: builds the package where nothing else looks, and checks it.
pub(crate) fn lane(house: &House) -> Result<Report, Failure> {
    widget::build_package(house, &widget::package(house))?;
    check(house, &widget::package(house))
}

fn check(house: &House, package: &Path) -> Result<Report, Failure> {
    let site = house.product("visavis-widget/npm-check");
    house::empty_folder(&site)?;
    install(package, &site.join("node_modules").join(NAME))?;
    let mut report = Report::default();
    report.check("import in Node", import_on_a_server(&site));
    report.check("import in a bundler", import_in_a_bundler(house, &site));
    report.check("TypeScript declarations", declarations(package));
    Ok(report)
}

/// A copy and not a link: a bundler must not find the widget's own dependencies by way of the link's target.
fn install(package: &Path, at: &Path) -> Result<(), Failure> {
    fs::create_dir_all(at).map_err(Failure::file(at))?;
    for entry in fs::read_dir(package).map_err(Failure::file(package))?.flatten() {
        let (from, to) = (entry.path(), at.join(entry.file_name()));
        if from.is_dir() {
            install(&from, &to)?;
        } else {
            fs::copy(&from, &to).map_err(Failure::file(&from))?;
        }
    }
    Ok(())
}

fn import_on_a_server(site: &Path) -> Result<(), Failure> {
    let script = site.join("server.mjs");
    fs::write(&script, SERVER).map_err(Failure::file(&script))?;
    Program::new("node").directory(site).arg("server.mjs").run()
}

fn import_in_a_bundler(house: &House, site: &Path) -> Result<(), Failure> {
    let script = site.join("bundled.mjs");
    fs::write(&script, BUNDLED).map_err(Failure::file(&script))?;
    Program::new(house.path("widget-wasm/node_modules/.bin/esbuild"))
        .directory(site)
        .args([
            "bundled.mjs",
            "--bundle",
            "--format=esm",
            "--platform=browser",
            "--outdir=out",
        ])
        .args(["--loader:.wasm=file", "--log-level=warning"])
        .run()
}

fn declarations(package: &Path) -> Result<(), Failure> {
    let path = package.join("package.json");
    let text = fs::read_to_string(&path).map_err(Failure::file(&path))?;
    let manifest: serde_json::Value =
        serde_json::from_str(&text).map_err(|error| Failure::Contract(format!("{}: {error}", path.display())))?;
    if manifest["name"] != NAME {
        return Err(Failure::Contract(format!(
            "the package is called {}, not {NAME}",
            manifest["name"]
        )));
    }
    let types = manifest["types"].as_str().map(|types| package.join(types));
    match types {
        Some(types) if types.is_file() => Ok(()),
        Some(types) => Err(Failure::Contract(format!(
            "package.json names types that are not there: {}",
            types.display()
        ))),
        None => Err(Failure::Contract("package.json names no types".into())),
    }
}
