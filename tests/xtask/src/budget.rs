//! What the widget may weigh, in bytes after brotli. A change here is a decision of its own.

/// The script a page embeds.
pub(crate) const LOADER: u64 = 6 * 1024;

/// Everything until the panel is usable, with only Bloonio's back end. The aim is [`AIM_UNTIL_PANEL`]; until it is reached, this keeps what was
/// won, and the README says by how much it is missed.
pub(crate) const UNTIL_PANEL: u64 = 132 * 1024;

/// Where [`UNTIL_PANEL`] has to come down to.
pub(crate) const AIM_UNTIL_PANEL: u64 = 110 * 1024;
