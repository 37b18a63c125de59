//! What the widget may weigh, in bytes after brotli. A change here is a decision of its own.

/// The script a page embeds.
pub(crate) const LOADER: u64 = 4 * 1024;

/// Everything until the panel is usable, with Bloonio's back end or with Mailoo's.
const UNTIL_PANEL: u64 = 90 * 1024;

/// The same with AppEngine's gateway, whose protocol and interface are larger.
const UNTIL_PANEL_OF_APPENGINE: u64 = 120 * 1024;

/// The same with every back end in one module, which nobody downloads.
const UNTIL_PANEL_OF_ALL: u64 = 127 * 1024;

/// Where the build with every back end has to come down to; until then the README says by how much it is missed.
const AIM_UNTIL_PANEL_OF_ALL: u64 = 120 * 1024;

/// What a build may weigh until the panel is usable.
pub(crate) fn until_panel(build: &str) -> u64 {
    match build {
        "bloonio" | "mailoo" => UNTIL_PANEL,
        "appengine" => UNTIL_PANEL_OF_APPENGINE,
        _ => UNTIL_PANEL_OF_ALL,
    }
}

/// What it should weigh.
pub(crate) fn aim_until_panel(build: &str) -> u64 {
    match build {
        "all" => AIM_UNTIL_PANEL_OF_ALL,
        served => until_panel(served),
    }
}
