//! What holds of every text, whoever wrote it. Ordinary tests ask it of a corpus, the fuzzer of whatever it comes up with.

use super::inline::{self, Inline};
use super::list::Item;
use super::parse::{self, Block};

/// Parses a text and every beginning of it.
pub(crate) fn holds(text: &str) {
    let whole = parse::blocks(text);
    whole.iter().for_each(harmless);
    inline::links_only(text).iter().for_each(harmless_piece);
    for at in cuts(text) {
        keeps_what_is_final(&text[..at], &whole);
    }
}

/// However a text grows, what was final stays as it was.
fn keeps_what_is_final(beginning: &str, whole: &[Block]) {
    let mut rest = beginning;
    for expected in whole {
        let Some((block, after)) = parse::first(rest) else {
            return;
        };
        if !parse::is_final(&block, after) {
            return;
        }
        assert_eq!(&block, expected, "after {} bytes", beginning.len());
        rest = after;
    }
}

/// Every place to cut a short text, a hundred of a long one.
fn cuts(text: &str) -> impl Iterator<Item = usize> {
    let step = text.len() / 100 + 1;
    text.char_indices().map(|(at, _)| at).step_by(step)
}

fn harmless(block: &Block) {
    match block {
        Block::Paragraph(content) => content.iter().for_each(harmless_piece),
        Block::Heading(level, content) => {
            assert!((1..=6).contains(level), "{level}");
            content.iter().for_each(harmless_piece);
        }
        Block::List { items, .. } => items.iter().for_each(|Item { words, inner, .. }| {
            words.iter().for_each(harmless_piece);
            inner.iter().for_each(harmless);
        }),
        Block::Quote(blocks) => blocks.iter().for_each(harmless),
        Block::Table { sides, rows } => rows.iter().for_each(|row| {
            assert!(row.len() <= sides.len(), "{} cells", row.len());
            row.iter().flatten().for_each(harmless_piece);
        }),
        Block::Code(_) | Block::Rule => {}
    }
}

fn harmless_piece(piece: &Inline) {
    match piece {
        Inline::Strong(content) | Inline::Em(content) | Inline::Strike(content) => {
            content.iter().for_each(harmless_piece);
        }
        Inline::Link { url, label } => {
            let scheme = url.split(':').next().unwrap_or_default().to_ascii_lowercase();
            assert!(["http", "https", "mailto"].contains(&scheme.as_str()), "{url:?}");
            assert!(
                !url.chars().any(|symbol| symbol.is_control() || symbol.is_whitespace()),
                "{url:?}"
            );
            assert!(
                !label.iter().any(|piece| matches!(piece, Inline::Link { .. })),
                "{label:?}"
            );
            label.iter().for_each(harmless_piece);
        }
        Inline::Text(_) | Inline::Break | Inline::Code(_) => {}
    }
}
