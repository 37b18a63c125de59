//! The widget as a site serves it, and as npm packs it: the module, then the project's own assembly.

use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::house::{self, House};
use crate::lane::Report;
use crate::module::{self, Edition};
use crate::process::Program;

/// Where the build goes.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The folder to fill; `visavis-widget/dist` among the build products by default.
    #[arg(long)]
    out: Option<PathBuf>,
}

/// The folder a site serves.
pub(crate) fn dist(house: &House) -> PathBuf {
    house.product("visavis-widget/dist")
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
    build(house, &out)?;
    println!("   the widget is in {}", out.display());
    Ok(())
}

/// The lane: what a site serves.
pub(crate) fn lane(house: &House) -> Result<Report, Failure> {
    build(house, &dist(house))?;
    Ok(Report::held())
}

/// Builds what a site serves.
pub(crate) fn build(house: &House, dist: &Path) -> Result<(), Failure> {
    let module = module::build(house, Edition::Site)?;
    house::empty_folder(dist)?;
    assemble(house, &module, dist).run()
}

/// Builds the npm package.
pub(crate) fn build_package(house: &House, package: &Path) -> Result<(), Failure> {
    let module = module::build(house, Edition::Package)?;
    house::empty_folder(package)?;
    let unused = house.product("visavis-widget/package/site");
    house::empty_folder(&unused)?;
    assemble(house, &module, &unused).arg("--npm").arg(package).run()
}

fn assemble(house: &House, module: &Path, site: &Path) -> Program {
    Program::new("node")
        .directory(&house.path("widget-wasm"))
        .args(["js/build.mjs", "--pkg"])
        .arg(module)
        .arg("--out")
        .arg(site)
}
