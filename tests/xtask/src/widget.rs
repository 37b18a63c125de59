//! The widget as a site serves it: wasm-pack, wasm-opt, then the project's own assembly.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::house::{self, House};
use crate::javascript;
use crate::lane::Report;
use crate::process::Program;
use crate::reproducible;
use crate::toolchain::{self, Tool};

/// Smallest code, with the features every supported browser has and the compiler uses.
const WASM_OPT: [&str; 10] = [
    "-Oz",
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--strip-producers",
    "--strip-target-features",
];

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

/// The Rust tools the build runs.
pub(crate) struct Tools {
    wasm_pack: PathBuf,
    bindgen_folder: PathBuf,
}

/// Finds them, or installs what is missing.
pub(crate) fn tools(house: &House) -> Result<Tools, Failure> {
    if let Some(failure) = toolchain::install_missing(house, &[Tool::WasmPack, Tool::WasmBindgen]).pop() {
        return Err(failure);
    }
    Ok(Tools {
        wasm_pack: toolchain::folder(house, Tool::WasmPack)?.join("wasm-pack"),
        bindgen_folder: toolchain::folder(house, Tool::WasmBindgen)?,
    })
}

/// `cargo xtask build`.
pub(crate) fn run(house: &House, options: &Options) -> Result<(), Failure> {
    let out = match &options.out {
        Some(out) => std::path::absolute(out).map_err(Failure::file(out))?,
        None => dist(house),
    };
    build(house, &out, None)?;
    println!("   the widget is in {}", out.display());
    Ok(())
}

/// The lane: one build, both for sites and for npm.
pub(crate) fn lane(house: &House) -> Result<Report, Failure> {
    build(house, &dist(house), Some(&package(house)))?;
    Ok(Report::held())
}

/// Builds the widget into `dist` and, when asked, assembles the npm package.
pub(crate) fn build(house: &House, dist: &Path, npm: Option<&Path>) -> Result<(), Failure> {
    toolchain::target(toolchain::BROWSER_TARGET)?;
    let sources = house.path("widget-wasm");
    javascript::packages(&sources)?;
    let package = compile(house, &sources)?;
    optimise(house, &sources, &package.join("visavis_bg.wasm"))?;
    house::empty_folder(dist)?;
    let assemble = Program::new("node").directory(&sources).arg("js/build.mjs").args([
        Path::new("--pkg"),
        &package,
        Path::new("--out"),
        dist,
    ]);
    match npm {
        Some(npm) => {
            house::empty_folder(npm)?;
            assemble.args([Path::new("--npm"), npm]).run()
        }
        None => assemble.run(),
    }
}

fn compile(house: &House, sources: &Path) -> Result<PathBuf, Failure> {
    let package = house.product("visavis-widget/pkg");
    house::empty_folder(&package)?;
    let tools = tools(house)?;
    Program::new(&tools.wasm_pack)
        .arg("build")
        .arg(sources)
        .args([
            "--mode",
            "no-install",
            "--target",
            "web",
            "--profile",
            "widget",
            "--no-opt",
            "--out-name",
            "visavis",
        ])
        .arg("--out-dir")
        .arg(&package)
        .args(["--", "--locked"])
        .path_first(&[tools.bindgen_folder])
        .env("CARGO_ENCODED_RUSTFLAGS", reproducible::rustflags(house)?)
        .run()?;
    Ok(package)
}

/// wasm-pack leaves this step out in silence when it finds no wasm-opt, hence here, where that is a failure.
fn optimise(house: &House, sources: &Path, module: &Path) -> Result<(), Failure> {
    let program = sources.join("node_modules/.bin/wasm-opt");
    let kept = house.product("visavis-widget/kept");
    let (before, after) = (kept.join("before.wasm"), kept.join("after.wasm"));
    let recipe = kept.join("recipe");
    let wanted = WASM_OPT.join(" ") + &Program::new(&program).arg("--version").capture()?;
    let same = |one: &Path, other: &Path| matches!((fs::read(one), fs::read(other)), (Ok(a), Ok(b)) if a == b);
    if !(same(module, &before) && after.is_file() && fs::read_to_string(&recipe).is_ok_and(|used| used == wanted)) {
        house::empty_folder(&kept)?;
        fs::copy(module, &before).map_err(Failure::file(module))?;
        Program::new(&program)
            .args(WASM_OPT)
            .arg(&before)
            .arg("-o")
            .arg(&after)
            .run()?;
        fs::write(&recipe, wanted).map_err(Failure::file(&recipe))?;
    }
    fs::copy(&after, module).map_err(Failure::file(module)).map(drop)
}
