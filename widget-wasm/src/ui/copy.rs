//! The buttons that copy a text. What they do is no part of this module: it is fetched when one is pressed for the first time.

use super::element::{Element, button};
use super::i18n::Words;

/// A button that copies what stands beside it; once that is done it says so.
pub(crate) fn button_for(words: &Words) -> Element {
    button("copy")
        .part("copy-button")
        .attr("aria-label", words.copy)
        .attr("data-done", words.copied)
}
