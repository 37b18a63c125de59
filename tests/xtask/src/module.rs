//! The widget's WebAssembly module and its glue: wasm-pack, then wasm-opt.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::house::{self, House};
use crate::javascript;
use crate::process::Program;
use crate::reproducible;
use crate::toolchain::{self, Tool};

/// Smallest code, with the features every supported browser has and the compiler uses. Nothing is inlined: the copies make the module larger
/// in transit, where a call costs next to nothing.
const WASM_OPT: [&str; 14] = [
    "-Oz",
    // The names of functions, by which they are put into the first part or the rest.
    "-g",
    "--always-inline-max-function-size=0",
    "--flexible-inline-max-function-size=0",
    "--one-caller-inline-max-function-size=0",
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

/// What is in the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edition {
    /// Bloonio's relay, as a page with the script tag needs it.
    Bloonio,
    /// AppEngine's gateway, likewise.
    AppEngine,
    /// Mailoo through the site's own back end, likewise.
    Mailoo,
    /// Every back end. No page downloads it; it is measured.
    All,
    /// Bloonio's relay, and its protocol by itself for those who import it.
    Package,
}

impl Edition {
    /// What a site serves; its loader chooses among them.
    pub(crate) const SERVED: [Self; 3] = [Self::Bloonio, Self::AppEngine, Self::Mailoo];

    /// The name of the back end by which the loader chooses, or of all of them.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Bloonio | Self::Package => "bloonio",
            Self::AppEngine => "appengine",
            Self::Mailoo => "mailoo",
            Self::All => "all",
        }
    }

    fn folder(self) -> &'static str {
        match self {
            Self::Bloonio => "visavis-widget/site",
            Self::AppEngine => "visavis-widget/appengine",
            Self::Mailoo => "visavis-widget/mailoo",
            Self::All => "visavis-widget/all",
            Self::Package => "visavis-widget/package",
        }
    }

    fn features(self) -> &'static str {
        match self {
            Self::Bloonio => "bloonio",
            Self::AppEngine => "appengine",
            Self::Mailoo => "mailoo",
            Self::All => "bloonio,appengine,mailoo",
            Self::Package => "bloonio,low",
        }
    }
}

/// How much trouble is taken over a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effort {
    /// What is served: as small as it gets.
    Smallest,
    /// For a look while something is being changed: large, and there in a fraction of the time.
    Quick,
    /// For learning which functions are needed first: every one tells that it was called.
    Probe,
}

impl Effort {
    /// What the assembly calls it; nothing for what is served.
    pub(crate) fn name(self) -> Option<&'static str> {
        match self {
            Self::Smallest => None,
            Self::Quick => Some("quick"),
            Self::Probe => Some("probe"),
        }
    }

    /// The profile of `Cargo.toml` that it is compiled with.
    fn profile(self) -> &'static str {
        match self {
            Self::Smallest | Self::Probe => "widget",
            Self::Quick => "widget-quick",
        }
    }
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

/// Makes the module; the folder then holds what wasm-pack made, shrunk.
pub(crate) fn build(house: &House, edition: Edition, effort: Effort) -> Result<PathBuf, Failure> {
    toolchain::target(toolchain::BROWSER_TARGET)?;
    let sources = house.path("widget-wasm");
    javascript::packages(&sources)?;
    let made = house.product(edition.folder()).join("pkg");
    house::empty_folder(&made)?;
    let tools = tools(house)?;
    let compiled = Compiled::of(house, edition, effort);
    compiled.put_back()?;
    Program::new(&tools.wasm_pack)
        .arg("build")
        .arg(&sources)
        .args(["--mode", "no-install", "--target", "web", "--profile", effort.profile()])
        .args(["--no-opt", "--out-name", "visavis", "--out-dir"])
        .arg(&made)
        .args([
            "--",
            "--locked",
            "--no-default-features",
            "--features",
            edition.features(),
        ])
        .path_first(&[tools.bindgen_folder])
        .env("CARGO_ENCODED_RUSTFLAGS", reproducible::rustflags(house)?)
        .run()?;
    compiled.keep()?;
    if effort != Effort::Quick {
        let kept = house.product(edition.folder()).join("kept");
        optimise(&sources, &made.join("visavis_bg.wasm"), &kept)?;
    }
    Ok(made)
}

/// What the compiler made of one edition. Cargo gives the module one file name whatever its features, and would take one edition's file for
/// the other's; with its own file back in place it sees for itself whether that is still good.
struct Compiled {
    product: PathBuf,
    kept: PathBuf,
}

impl Compiled {
    const FILES: [&'static str; 2] = ["visavis_widget_wasm.wasm", "libvisavis_widget_wasm.rlib"];

    fn of(house: &House, edition: Edition, effort: Effort) -> Self {
        let profile = house.product(toolchain::BROWSER_TARGET).join(effort.profile());
        Self {
            product: profile.join("deps"),
            kept: house.product(edition.folder()).join("compiled").join(effort.profile()),
        }
    }

    fn put_back(&self) -> Result<(), Failure> {
        self.move_all(&self.kept, &self.product)
    }

    fn keep(&self) -> Result<(), Failure> {
        house::empty_folder(&self.kept)?;
        self.move_all(&self.product, &self.kept)
    }

    /// Moved and not copied: cargo goes by the times of files.
    fn move_all(&self, from: &Path, to: &Path) -> Result<(), Failure> {
        for name in Self::FILES {
            let (from, to) = (from.join(name), to.join(name));
            if to.exists() {
                fs::remove_file(&to).map_err(Failure::file(&to))?;
            }
            if from.exists() {
                fs::rename(&from, &to).map_err(Failure::file(&from))?;
            }
        }
        Ok(())
    }
}

/// wasm-pack leaves this step out in silence when it finds no wasm-opt, hence here, where that is a failure.
/// What went in and came out is kept: an unchanged module is not shrunk again.
fn optimise(sources: &Path, module: &Path, kept: &Path) -> Result<(), Failure> {
    let program = sources.join("node_modules/.bin/wasm-opt");
    let (before, after) = (kept.join("before.wasm"), kept.join("after.wasm"));
    let recipe = kept.join("recipe");
    let wanted = WASM_OPT.join(" ") + &Program::new(&program).arg("--version").capture()?;
    let same = |one: &Path, other: &Path| matches!((fs::read(one), fs::read(other)), (Ok(a), Ok(b)) if a == b);
    if !(same(module, &before) && after.is_file() && fs::read_to_string(&recipe).is_ok_and(|used| used == wanted)) {
        house::empty_folder(kept)?;
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
