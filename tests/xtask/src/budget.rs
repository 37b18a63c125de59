//! What the widget may weigh, in bytes after brotli. A change here is a decision of its own.

/// The script a page embeds.
pub(crate) const LOADER: u64 = 4 * 1024;

/// Everything until the panel is usable, with only Bloonio's back end. The aim is [`AIM_UNTIL_PANEL`]; until it is reached, this keeps what was
/// won, and the README says by how much it is missed.
const UNTIL_PANEL: u64 = 132 * 1024;

/// The same with AppEngine's gateway, whose protocol and interface are larger.
const UNTIL_PANEL_OF_APPENGINE: u64 = 230 * 1024;

/// The same with Mailoo's.
const UNTIL_PANEL_OF_MAILOO: u64 = 142 * 1024;

/// The same with every back end in one module.
const UNTIL_PANEL_OF_ALL: u64 = 246 * 1024;

/// Where Bloonio's build has to come down to.
const AIM_UNTIL_PANEL: u64 = 110 * 1024;

/// Where the build with every back end has to come down to.
const AIM_UNTIL_PANEL_OF_ALL: u64 = 140 * 1024;

/// What a build may weigh until the panel is usable.
pub(crate) fn until_panel(build: &str) -> u64 {
    match build {
        "bloonio" => UNTIL_PANEL,
        "appengine" => UNTIL_PANEL_OF_APPENGINE,
        "mailoo" => UNTIL_PANEL_OF_MAILOO,
        _ => UNTIL_PANEL_OF_ALL,
    }
}

/// What it should weigh.
pub(crate) fn aim_until_panel(build: &str) -> u64 {
    match build {
        "bloonio" | "mailoo" => AIM_UNTIL_PANEL,
        _ => AIM_UNTIL_PANEL_OF_ALL,
    }
}
