//! The widget's sizes: as the build wrote them, as the tree records them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::budget;
use crate::failure::Failure;

/// How far sizes may drift under another compiler than the recorded one, in percent.
const DRIFT_PERCENT: u64 = 3;

/// Bytes of a file, as they are and after brotli at quality 11.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Bytes {
    /// As they are.
    pub(crate) raw: u64,
    /// After brotli.
    pub(crate) brotli: u64,
}

/// What `sizes.json` beside the built widget says.
#[derive(Debug, Deserialize)]
struct Site {
    builds: BTreeMap<String, Built>,
}

#[derive(Debug, Deserialize)]
struct Built {
    files: Vec<BuiltFile>,
    total_until_panel: Bytes,
}

#[derive(Debug, Deserialize)]
struct BuiltFile {
    role: String,
    file: String,
    #[serde(flatten)]
    bytes: Bytes,
}

/// What `widget-wasm/size.json` records.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Recorded {
    /// The compiler that made these bytes; another one makes slightly different ones.
    pub(crate) rustc: String,
    /// By back end, and `all` of them in one.
    pub(crate) backends: Builds,
}

/// By back end, and `all` of them in one.
pub(crate) type Builds = BTreeMap<String, Weights>;

/// One build of the widget, by role (`loader`, `glue`, `styles`, `wasm`), and everything until the panel is usable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Weights {
    /// By role.
    pub(crate) roles: BTreeMap<String, Bytes>,
    /// Everything until the panel is usable.
    pub(crate) until_panel: Bytes,
}

/// Reads the sizes of a site's builds and holds them against the files themselves.
pub(crate) fn of_site(dist: &Path) -> Result<Builds, Failure> {
    let path = dist.join("sizes.json");
    let text = fs::read_to_string(&path).map_err(Failure::file(&path))?;
    let site: Site =
        serde_json::from_str(&text).map_err(|error| Failure::Contract(format!("{}: {error}", path.display())))?;
    for file in site.builds.values().flat_map(|built| &built.files) {
        let plain = dist.join(&file.file);
        let packed = dist.join(format!("{}.br", file.file));
        let found = Bytes {
            raw: length(&plain)?,
            brotli: length(&packed)?,
        };
        if found != file.bytes {
            return Err(Failure::Contract(format!(
                "sizes.json says {:?} of {}, the files say {found:?}",
                file.bytes, file.file
            )));
        }
    }
    Ok(site
        .builds
        .iter()
        .map(|(name, built)| (name.clone(), weights(built)))
        .collect())
}

/// Reads the record.
pub(crate) fn recorded(path: &Path) -> Result<Recorded, Failure> {
    let text = fs::read_to_string(path).map_err(Failure::file(path))?;
    serde_json::from_str(&text).map_err(|error| Failure::Contract(format!("{}: {error}", path.display())))
}

/// Writes the record.
pub(crate) fn record(path: &Path, recorded: &Recorded) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(recorded).map_err(|error| Failure::Contract(error.to_string()))?;
    fs::write(path, text + "\n").map_err(Failure::file(path))
}

/// Every way in which a build breaks a budget; empty when it keeps them.
pub(crate) fn over_budget(build: &str, weights: &Weights) -> Vec<String> {
    let loader = weights.roles.get("loader").map_or(0, |bytes| bytes.brotli);
    [
        ("loader", loader, budget::LOADER),
        (
            "until the panel is usable",
            weights.until_panel.brotli,
            budget::until_panel(build),
        ),
    ]
    .into_iter()
    .filter(|(_, found, allowed)| found > allowed)
    .map(|(what, found, allowed)| format!("{build}, {what}: {found} bytes after brotli, {allowed} allowed"))
    .collect()
}

/// Every difference from the record; under another compiler only those beyond the drift.
pub(crate) fn changes(now: &Weights, then: &Weights, same_compiler: bool) -> Vec<String> {
    let allowed = |was: u64, is: u64| is == was || (!same_compiler && is.abs_diff(was) * 100 <= was * DRIFT_PERCENT);
    let roles = now
        .roles
        .keys()
        .chain(then.roles.keys().filter(|role| !now.roles.contains_key(*role)));
    roles
        .map(|role| {
            (
                role.as_str(),
                now.roles.get(role).copied(),
                then.roles.get(role).copied(),
            )
        })
        .chain([("until panel", Some(now.until_panel), Some(then.until_panel))])
        .filter_map(|(role, is, was)| {
            let (is, was) = (is.unwrap_or_default(), was.unwrap_or_default());
            let same = allowed(was.raw, is.raw) && allowed(was.brotli, is.brotli);
            (!same).then(|| {
                format!(
                    "{role}: {} raw, {} brotli; recorded {} and {}",
                    is.raw, is.brotli, was.raw, was.brotli
                )
            })
        })
        .collect()
}

fn weights(built: &Built) -> Weights {
    let mut roles: BTreeMap<String, Bytes> = BTreeMap::new();
    for file in &built.files {
        let sum = roles.entry(file.role.clone()).or_default();
        sum.raw += file.bytes.raw;
        sum.brotli += file.bytes.brotli;
    }
    Weights {
        roles,
        until_panel: built.total_until_panel,
    }
}

fn length(path: &Path) -> Result<u64, Failure> {
    fs::metadata(path)
        .map(|metadata| metadata.len())
        .map_err(Failure::file(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weights_of(loader: u64, wasm: u64) -> Weights {
        let bytes = |brotli| Bytes {
            raw: brotli * 3,
            brotli,
        };
        let roles = [("loader".to_owned(), bytes(loader)), ("wasm".to_owned(), bytes(wasm))].into();
        Weights {
            roles,
            until_panel: bytes(loader + wasm),
        }
    }

    #[test]
    fn one_byte_is_a_change_under_the_same_compiler_only() {
        let (then, now) = (weights_of(4000, 60_000), weights_of(4000, 60_001));
        assert_eq!(changes(&now, &then, true).len(), 2);
        assert!(changes(&now, &then, false).is_empty());
        assert!(!changes(&weights_of(4000, 70_000), &then, false).is_empty());
        assert!(changes(&then, &then, true).is_empty());
    }

    #[test]
    fn a_role_that_comes_or_goes_is_a_change() {
        let then = weights_of(4000, 60_000);
        let mut now = then.clone();
        now.roles.remove("loader");
        assert_eq!(changes(&now, &then, true).len(), 1);
        assert_eq!(changes(&then, &now, true).len(), 1);
    }

    #[test]
    fn budgets_are_kept_to_the_byte() {
        for build in ["bloonio", "appengine", "mailoo", "all"] {
            let rest = budget::until_panel(build) - budget::LOADER;
            assert!(over_budget(build, &weights_of(budget::LOADER, rest)).is_empty());
            assert_eq!(over_budget(build, &weights_of(budget::LOADER + 1, rest)).len(), 2);
        }
    }
}
