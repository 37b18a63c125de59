//! `cargo xtask npm`: the package, packed by npm, and imported the way a server, a bundler and a compiler import it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::house::{self, House};
use crate::javascript;
use crate::lane::Report;
use crate::process::Program;
use crate::widget;

const NAME: &str = "@visavis/widget";

/// What is in the package, beside the languages and the script tag's files.
const CONTENT: [&str; 25] = [
    "LICENSE",
    "README.md",
    "appengine-rest.wasm",
    "appengine.js",
    "appengine.wasm",
    "chunk.js",
    "core.d.ts",
    "core.js",
    "elements.d.ts",
    "emojis.js",
    "extras.js",
    "index.d.ts",
    "index.js",
    "mailoo-rest.wasm",
    "mailoo.js",
    "mailoo.wasm",
    "package.json",
    "script.d.ts",
    "texts.js",
    "trouble.js",
    "types.d.ts",
    "visavis-rest.wasm",
    "visavis.wasm",
    "widget.js",
    "wording.d.ts",
];

/// The languages of the interface that are not in the glue.
const LANGUAGES: [&str; 17] = [
    "ar", "de", "es", "fr", "he", "hi", "it", "ja", "ko", "nl", "pl", "pt", "ru", "tr", "uk", "zh", "zh-Hant",
];

/// Run by Node in a folder where the package is installed; there is no `window` and none may be asked for.
const SERVER: &str = include_str!("../checks/server.mjs");

/// What a bundler is given.
const BUNDLED: &str = include_str!("../checks/bundled.mjs");

/// The samples of the public surface, and what the declarations have to refuse.
const TYPED: [(&str, &str); 6] = [
    ("tsconfig.json", include_str!("../checks/types/tsconfig.json")),
    ("widget.ts", include_str!("../checks/types/widget.ts")),
    (
        "protocol.ts",
        include_str!("../../frameworks/apps/plain/src/protocol.ts"),
    ),
    ("headless.ts", include_str!("../checks/types/headless.ts")),
    ("script.ts", include_str!("../checks/types/script.ts")),
    ("refused.ts", include_str!("../checks/types/refused.ts")),
];

/// How applications let their compiler find a package: as Node does, and as bundlers do.
const RESOLUTIONS: [[&str; 4]; 2] = [
    ["--module", "nodenext", "--moduleResolution", "nodenext"],
    ["--module", "esnext", "--moduleResolution", "bundler"],
];

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
    widget::build(house, &widget::dist(house))?;
    widget::build_package(house, &package)?;
    let report = check(house, &package)?;
    if report.counts.failed > 0 {
        return Err(Failure::Contract(report.notes.join("\n")));
    }
    println!("   the package is in {}", package.display());
    Ok(())
}

/// The lane: builds the package where nothing else looks, and checks it. The script tag's files are those of the widget lane.
pub(crate) fn lane(house: &House) -> Result<Report, Failure> {
    widget::build_package(house, &widget::package(house))?;
    check(house, &widget::package(house))
}

/// The file that npm packs.
pub(crate) fn tarball(house: &House) -> PathBuf {
    house.product("visavis-widget/visavis-widget.tgz")
}

fn check(house: &House, package: &Path) -> Result<Report, Failure> {
    let site = house.product("visavis-widget/npm-check");
    house::empty_folder(&site)?;
    let mut report = Report::default();
    report.check("content", content(house, package, &pack(house, package)?));
    install(house, &site)?;
    report.check("import in Node", node(&site, "server.mjs", SERVER, &[]));
    report.check("import in a bundler", bundler(house, &site));
    report.check("TypeScript declarations", declarations(house, &site));
    let readme = include_str!("../checks/readme.mjs");
    report.check("README", node(&site, "readme.mjs", readme, &[package]));
    Ok(report)
}

/// Packs the package, and answers which files npm took into it.
fn pack(house: &House, package: &Path) -> Result<BTreeSet<String>, Failure> {
    let target = tarball(house);
    let folder = house.product("visavis-widget");
    let answer = javascript::npm(package)
        .args(["pack", "--json", "--ignore-scripts", "--pack-destination"])
        .arg(&folder)
        .collect()?;
    let told = |what: &str| Failure::Contract(format!("`npm pack --json` {what}"));
    let packed: serde_json::Value = serde_json::from_str(&answer).map_err(|_| told("did not answer in JSON"))?;
    // A list of one, or since npm 11 an object by the package's name.
    let packed = packed.get(0).or_else(|| packed.get(NAME));
    let packed = packed.ok_or_else(|| told("names no package"))?;
    let file = packed["filename"].as_str().ok_or_else(|| told("names no file"))?;
    let file = folder.join(file.replace('@', "").replace('/', "-"));
    fs::rename(&file, &target).map_err(Failure::file(&file))?;
    let files = packed["files"].as_array().ok_or_else(|| told("lists no files"))?;
    Ok(files
        .iter()
        .filter_map(|file| file["path"].as_str().map(str::to_owned))
        .collect())
}

/// Exactly what belongs there, and no file that lay about.
fn content(house: &House, package: &Path, packed: &BTreeSet<String>) -> Result<(), Failure> {
    let path = package.join("package.json");
    let manifest = json(&path)?;
    if manifest["name"] != NAME {
        return Err(Failure::Contract(format!(
            "the package is called {}, not {NAME}",
            manifest["name"]
        )));
    }
    let mut expected: BTreeSet<String> = CONTENT.iter().map(ToString::to_string).collect();
    for folder in ["words", "words-rich"] {
        expected.extend(LANGUAGES.iter().map(|tag| format!("{folder}/{tag}.js")));
    }
    expected.extend(served(house)?);
    let differing: Vec<String> = expected
        .difference(packed)
        .map(|missing| format!("{missing} is missing"))
        .chain(
            packed
                .difference(&expected)
                .map(|extra| format!("{extra} does not belong")),
        )
        .collect();
    match differing.as_slice() {
        [] => Ok(()),
        differing => Err(Failure::Contract(format!("the package: {}", differing.join(", ")))),
    }
}

/// The script tag's files: those that the widget lane left, and no others.
fn served(house: &House) -> Result<BTreeSet<String>, Failure> {
    let dist = widget::dist(house);
    let entries = fs::read_dir(&dist).map_err(Failure::file(&dist))?.flatten();
    Ok(entries
        .map(|entry| format!("script/{}", entry.file_name().to_string_lossy()))
        .collect())
}

fn json(path: &Path) -> Result<serde_json::Value, Failure> {
    let text = fs::read_to_string(path).map_err(Failure::file(path))?;
    serde_json::from_str(&text).map_err(|error| Failure::Contract(format!("{}: {error}", path.display())))
}

/// As an application does it. The package depends on nothing, so nobody is asked.
fn install(house: &House, site: &Path) -> Result<(), Failure> {
    let manifest = site.join("package.json");
    fs::write(&manifest, "{ \"private\": true, \"type\": \"module\" }").map_err(Failure::file(&manifest))?;
    javascript::npm(site)
        .args(["install", "--offline", "--no-audit", "--no-fund", "--loglevel=error"])
        .arg(tarball(house))
        .run()
}

fn node(site: &Path, name: &str, source: &str, arguments: &[&Path]) -> Result<(), Failure> {
    write(site, name, source)?;
    Program::new("node").directory(site).arg(name).args(arguments).run()
}

fn write(folder: &Path, name: &str, source: &str) -> Result<(), Failure> {
    let path = folder.join(name);
    fs::write(&path, source).map_err(Failure::file(&path))
}

fn bundler(house: &House, site: &Path) -> Result<(), Failure> {
    write(site, "bundled.mjs", BUNDLED)?;
    Program::new(house.path("widget-wasm/node_modules/.bin/esbuild"))
        .directory(site)
        .args([
            "bundled.mjs",
            "--bundle",
            "--format=esm",
            "--platform=browser",
            "--splitting",
            "--outdir=out",
        ])
        .arg("--log-level=warning")
        .run()
}

fn declarations(house: &House, site: &Path) -> Result<(), Failure> {
    for (name, source) in TYPED {
        write(site, name, source)?;
    }
    for resolution in RESOLUTIONS {
        Program::new(house.path("widget-wasm/node_modules/.bin/tsc"))
            .directory(site)
            .args(["--project", "tsconfig.json"])
            .args(resolution)
            .run()?;
    }
    Ok(())
}
