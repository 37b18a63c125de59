//! The widget as a site serves it, and as npm packs it: the module, then the project's own assembly.

use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::house::{self, House};
use crate::lane::Report;
use crate::module::{self, Edition, Effort};
use crate::process::Program;

/// Where the build goes.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The folder to fill; `visavis-widget/dist` among the build products by default.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Compiles fast instead of small, for a look while something is being changed.
    #[arg(long)]
    quick: bool,
}

/// The folder a site serves.
pub(crate) fn dist(house: &House) -> PathBuf {
    house.product("visavis-widget/dist")
}

/// The widget with every back end, which nobody serves.
pub(crate) fn dist_of_all(house: &House) -> PathBuf {
    house.product("visavis-widget/dist-all")
}

/// The assembled npm package.
pub(crate) fn package(house: &House) -> PathBuf {
    house.product("visavis-widget/npm")
}

/// `cargo xtask build`.
pub(crate) fn run(house: &House, options: &Options) -> Result<(), Failure> {
    let out = match &options.out {
        Some(out) => std::path::absolute(out).map_err(Failure::file(out))?,
        None => dist(house),
    };
    let effort = if options.quick { Effort::Quick } else { Effort::Smallest };
    assemble(house, &Edition::SERVED, &out, effort)?.run()?;
    println!("   the widget is in {}", out.display());
    Ok(())
}

/// The lane: what a site serves, and what is only measured.
pub(crate) fn lane(house: &House) -> Result<Report, Failure> {
    build_all(house)?;
    Ok(Report::held())
}

/// Builds what a site serves.
pub(crate) fn build(house: &House, dist: &Path) -> Result<(), Failure> {
    assemble(house, &Edition::SERVED, dist, Effort::Smallest)?.run()
}

/// The same for people to look at: sooner there, and larger.
pub(crate) fn build_quickly(house: &House, dist: &Path) -> Result<(), Failure> {
    assemble(house, &Edition::SERVED, dist, Effort::Quick)?.run()
}

/// Builds what a site serves, and the widget with every back end beside it.
pub(crate) fn build_all(house: &House) -> Result<(), Failure> {
    build(house, &dist(house))?;
    assemble(house, &[Edition::All], &dist_of_all(house), Effort::Smallest)?.run()
}

/// Builds what a site would serve, with functions that tell that they were called.
pub(crate) fn build_probed(house: &House, dist: &Path) -> Result<(), Failure> {
    assemble(house, &Edition::SERVED, dist, Effort::Probe)?.run()
}

/// Builds the npm package, with what a site serves as it stands.
pub(crate) fn build_package(house: &House, package: &Path) -> Result<(), Failure> {
    house::empty_folder(package)?;
    let unused = house.product("visavis-widget/package/site");
    let editions = [Edition::Package, Edition::AppEngine, Edition::Mailoo];
    assemble(house, &editions, &unused, Effort::Smallest)?
        .arg("--npm")
        .arg(package)
        .arg("--script")
        .arg(dist(house))
        .run()
}

/// Makes the modules; what is answered puts a site together from them.
fn assemble(house: &House, editions: &[Edition], site: &Path, effort: Effort) -> Result<Program, Failure> {
    let mut program = Program::new("node")
        .directory(&house.path("widget-wasm"))
        .arg("js/build.mjs");
    for edition in editions {
        let module = module::build(house, *edition, effort)?;
        program = program
            .arg("--build")
            .arg(format!("{}={}", edition.name(), module.display()));
    }
    house::empty_folder(site)?;
    if let Some(name) = effort.name() {
        program = program.args(["--effort", name]);
    }
    Ok(program.arg("--out").arg(site))
}
