//! Blocks to elements. Text becomes text nodes and nothing else: no markup is ever parsed by the browser.

use leptos::prelude::AnyView;

use super::inline::{self, Inline};
use super::list::{Item, Task};
use super::parse::{self, Block};
use super::table::Side;
use crate::ui::copy;
use crate::ui::element::{Element, div, element, text};
use crate::ui::i18n::Words;

/// Below the panel's own title.
const HEADINGS: [&str; 4] = ["H3", "H4", "H5", "H6"];

/// A text with Markdown, as bots and agents write it.
pub(crate) fn formatted(text: &str, words: &Words) -> Vec<AnyView> {
    drawn(parse::blocks(text), words)
}

/// A text as typed, with its links.
pub(crate) fn plain(text: &str) -> Vec<AnyView> {
    vec![with_pieces("P", inline::links_only(text)).into()]
}

fn drawn(blocks: Vec<Block>, words: &Words) -> Vec<AnyView> {
    blocks.into_iter().map(|part| block(part, words)).collect()
}

pub(super) fn block(block: Block, words: &Words) -> AnyView {
    match block {
        Block::Paragraph(content) => with_pieces("P", content),
        Block::Heading(level, content) => with_pieces(HEADINGS.get(level - 1).unwrap_or(&"H6"), content),
        Block::List { start, items } => {
            let items = items.into_iter().map(|part| item(part, words));
            let list = match start {
                Some(start) => element("OL").attr("start", start.to_string()),
                None => element("UL"),
            };
            list.children(items)
        }
        Block::Quote(blocks) => element("BLOCKQUOTE").children(drawn(blocks, words)),
        Block::Table { sides, rows } => table(&sides, rows),
        // What can be scrolled can be reached by keyboard.
        Block::Code(code) => div("code")
            .child(element("PRE").attr("tabindex", "0").child(code))
            .child(copy::button_for(words)),
        Block::Rule => element("HR"),
    }
    .into()
}

fn item(item: Item, words: &Words) -> AnyView {
    let mut element = element("LI");
    if let Some(task) = item.task {
        element = element.attr("class", "task").child(match task {
            Task::Open => "☐ ",
            Task::Done => "☑ ",
        });
    }
    element
        .children(pieces(item.words))
        .children(drawn(item.inner, words))
        .into()
}

fn table(sides: &[Side], rows: Vec<Vec<Vec<Inline>>>) -> Element {
    let mut tag = "TH";
    let mut table = element("TABLE");
    for row in rows {
        let cells = row.into_iter().zip(sides).map(|(content, side)| {
            let side = match side {
                Side::Start => "start",
                Side::Center => "center",
                Side::End => "end",
            };
            with_pieces(tag, content).attr("class", side).into()
        });
        let cells: Vec<AnyView> = cells.collect();
        table = table.child(element("TR").children(cells));
        tag = "TD";
    }
    div("table").attr("tabindex", "0").child(table)
}

fn with_pieces(tag: &'static str, content: Vec<Inline>) -> Element {
    element(tag).children(pieces(content))
}

fn pieces(content: Vec<Inline>) -> Vec<AnyView> {
    content.into_iter().map(piece).collect()
}

fn piece(content: Inline) -> AnyView {
    match content {
        Inline::Text(words) => return text(words),
        Inline::Break => element("BR"),
        Inline::Strong(content) => with_pieces("STRONG", content),
        Inline::Em(content) => with_pieces("EM", content),
        Inline::Strike(content) => with_pieces("S", content),
        Inline::Code(code) => element("CODE").child(code),
        Inline::Link { url, label } => return link(url, pieces(label)),
    }
    .into()
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
