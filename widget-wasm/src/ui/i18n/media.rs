//! The words around streamed answers, files, and what draws attention.

use super::lines::words;
use super::template::Template;

words! {
    /// What the interface says there in one language.
    pub(crate) struct Media {
        /// Name of the list of tools that an answer uses, for a screen reader.
        pub(crate) tools: &'static str,
        /// An answer that has no end.
        pub(crate) broken_off: &'static str,
        /// The button that chooses files.
        pub(crate) attach: &'static str,
        /// Name of the list of chosen files, for a screen reader.
        pub(crate) chosen: &'static str,
        /// Name of the list of a message's files, for a screen reader.
        pub(crate) files: &'static str,
        /// While files hover over the panel.
        pub(crate) drop: &'static str,
        /// Takes a file back out, by its name.
        pub(crate) remove: Template,
        /// A file, by its name, is larger than any that is taken.
        pub(crate) too_large: Template,
        /// More files than a message takes.
        pub(crate) too_many: Template,
        /// A file, by its name, is on its way.
        pub(crate) uploading: Template,
        /// The server takes no file of that size.
        pub(crate) refused_size: &'static str,
        /// The server takes no file of that kind.
        pub(crate) refused_kind: &'static str,
        /// The page does not have the file any more.
        pub(crate) gone: &'static str,
        /// Gives up a message whose files are on their way.
        pub(crate) cancel: &'static str,
        /// After a number of bytes.
        pub(crate) unit_bytes: &'static str,
        /// After a number of thousands of them.
        pub(crate) unit_kilobytes: &'static str,
        /// After a number of millions of them.
        pub(crate) unit_megabytes: &'static str,
        /// Between a number and its tenths.
        pub(crate) point: &'static str,
        /// Closes what draws attention.
        pub(crate) dismiss: &'static str,
        /// Follows the address of what draws attention.
        pub(crate) look: &'static str,
        /// Opens the conversation from what draws attention.
        pub(crate) answer: &'static str,
        /// A broadcast without a title.
        pub(crate) broadcast: &'static str,
        /// Silences a broadcast.
        pub(crate) mute: &'static str,
        /// Lets it be heard.
        pub(crate) unmute: &'static str,
        /// Makes it larger.
        pub(crate) larger: &'static str,
        /// Makes it smaller.
        pub(crate) smaller: &'static str,
        /// Closes it.
        pub(crate) close_broadcast: &'static str,
        /// Opens a broadcast again, by its title.
        pub(crate) reopen: Template,
    }
}
