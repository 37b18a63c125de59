//! What the widget may weigh, in bytes after brotli. A change here is a decision of its own.

/// The script a page embeds.
pub(crate) const LOADER: u64 = 6 * 1024;

/// Everything until the panel is usable, with only Bloonio's back end.
pub(crate) const UNTIL_PANEL: u64 = 110 * 1024;
