//! Blocks to elements. Text becomes text nodes and nothing else: no markup is ever parsed by the browser.

use leptos::prelude::AnyView;

use super::inline::{self, Inline};
use super::parse::{self, Block};
use crate::ui::element::{element, text};

/// A text with Markdown, as bots and agents write it.
pub(crate) fn formatted(text: &str) -> Vec<AnyView> {
    parse::blocks(text).into_iter().map(block).collect()
}

/// A text as typed, with its links.
pub(crate) fn plain(text: &str) -> Vec<AnyView> {
    vec![with_pieces("P", inline::links_only(text))]
}

pub(super) fn block(block: Block) -> AnyView {
    match block {
        Block::Paragraph(content) => with_pieces("P", content),
        Block::List { start, items } => {
            let items = items.into_iter().map(|item| with_pieces("LI", item));
            let list = match start {
                Some(start) => element("OL").attr("start", start.to_string()),
                None => element("UL"),
            };
            list.children(items).into()
        }
        Block::Code(code) => element("PRE").child(code).into(),
    }
}

fn with_pieces(tag: &'static str, content: Vec<Inline>) -> AnyView {
    element(tag).children(content.into_iter().map(piece)).into()
}

fn piece(content: Inline) -> AnyView {
    match content {
        Inline::Text(words) => text(words),
        Inline::Break => element("BR").into(),
        Inline::Strong(content) => with_pieces("STRONG", content),
        Inline::Em(content) => with_pieces("EM", content),
        Inline::Code(code) => element("CODE").child(code).into(),
        Inline::Link { url, label } => link(url, label.into_iter().map(piece).collect()),
    }
}

/// A link that tells the other site nothing and gives it nothing.
pub(crate) fn link(url: String, label: Vec<AnyView>) -> AnyView {
    element("A")
        .attr("href", url)
        .attr("target", "_blank")
        .attr("rel", "noopener noreferrer nofollow ugc")
        .children(label)
        .into()
}
