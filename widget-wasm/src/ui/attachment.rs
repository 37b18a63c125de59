//! Files that came with a message, as links.

use leptos::prelude::AnyView;
use visavis_client_core::message::Attachment;

use super::element::{element, text};
use super::icons::{self, icon};
use super::markdown::{followable, link};

/// The files of a message that may be followed.
pub(crate) fn list(attachments: &[Attachment]) -> impl Iterator<Item = AnyView> {
    attachments.iter().filter_map(one)
}

fn one(attachment: &Attachment) -> Option<AnyView> {
    let address = followable(&attachment.url)?.to_owned();
    let label = vec![icon(icons::CLIP), text(attachment.name.as_str())];
    Some(
        element("P")
            .attr("class", "attachment")
            .child(link(address, label))
            .into(),
    )
}
