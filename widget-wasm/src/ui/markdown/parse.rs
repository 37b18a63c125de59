//! Lines to blocks: paragraphs, headings, lists, quotes, tables, code.

use super::inline::{self, Inline};
use super::list::{self, Item};
use super::table::{self, Side};

/// A block of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Block {
    /// Lines that belong together.
    Paragraph(Vec<Inline>),
    /// A heading with its level, 1 to 6.
    Heading(usize, Vec<Inline>),
    /// A list; with the first number when its items are counted.
    List { start: Option<u32>, items: Vec<Item> },
    /// What somebody else said.
    Quote(Vec<Block>),
    /// A table; its first row names the columns.
    Table {
        sides: Vec<Side>,
        rows: Vec<Vec<Vec<Inline>>>,
    },
    /// Text to be shown as it is.
    Code(String),
    /// A line across.
    Rule,
}

/// Lists and quotes within each other deeper than this are text: each level is read once more, and a depth without an end costs a stack.
const DEEPEST: u8 = 5;

/// Reads the blocks of a message. Nothing is an error: what is no markup is text.
pub(crate) fn blocks(text: &str) -> Vec<Block> {
    within(text, 0)
}

/// The blocks of a text that stands so deep within lists and quotes.
pub(super) fn within(text: &str, depth: u8) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some((block, after)) = next(rest, depth) {
        blocks.push(block);
        rest = after;
    }
    blocks
}

/// The first block of a text, and what comes after it.
#[cfg(any(feature = "rich", test))]
pub(crate) fn first(text: &str) -> Option<(Block, &str)> {
    next(text, 0)
}

fn next(text: &str, depth: u8) -> Option<(Block, &str)> {
    let (mut line, mut rest) = cut(text)?;
    while line.trim().is_empty() {
        (line, rest) = cut(rest)?;
    }
    if let Some(fence) = fence(line) {
        return Some(code(fence, rest));
    }
    if let Some((level, words)) = heading(line) {
        return Some((Block::Heading(level, inline::parse(words)), rest));
    }
    if is_rule(line) {
        return Some((Block::Rule, rest));
    }
    if let Some(sides) = table::sides(line, rest) {
        return Some(table::read(line, rest, sides));
    }
    if depth < DEEPEST {
        if let Some(words) = quoted(line) {
            return Some(quote(words, rest, depth));
        }
        if list::item(line).is_some() {
            return list::read(line, rest, depth);
        }
    }
    let mut paragraph = vec![inline::parse(line)];
    while let Some((line, after)) = cut(rest).filter(|(line, after)| continues_paragraph(line, after)) {
        paragraph.push(inline::parse(line));
        rest = after;
    }
    Some((Block::Paragraph(inline::joined_lines(paragraph)), rest))
}

/// Whether nothing that may still be written can change a block, by what was written after it so far: the line that ended it is complete.
#[cfg(any(feature = "rich", test))]
pub(crate) fn is_final(block: &Block, after: &str) -> bool {
    let after = match block {
        // After a blank line it may go on.
        Block::List { .. } => after.trim_start(),
        _ => after,
    };
    after.split_once('\n').is_some_and(|(line, next)| {
        // Whether that line heads a table, and so is none of the paragraph's, the next one says.
        !matches!(block, Block::Paragraph(_)) || !line.contains('|') || next.contains('\n')
    })
}

/// The first line of a text, and the rest.
pub(super) fn cut(text: &str) -> Option<(&str, &str)> {
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    (!text.is_empty()).then_some((line.strip_suffix('\r').unwrap_or(line), rest))
}

/// The marks that begin code.
fn fence(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let marks = line.trim_start_matches(if line.starts_with('~') { '~' } else { '`' });
    line.get(..line.len() - marks.len()).filter(|fence| fence.len() >= 3)
}

/// What follows a fence, up to one that is as long.
fn code<'a>(fence: &str, text: &'a str) -> (Block, &'a str) {
    let mut lines = Vec::new();
    let mut rest = text;
    while let Some((line, after)) = cut(rest) {
        rest = after;
        let end = line.trim();
        if end.starts_with(fence) && is_made_of(end, fence) {
            break;
        }
        lines.push(line);
    }
    (Block::Code(lines.join("\n")), rest)
}

fn is_made_of(line: &str, mark: &str) -> bool {
    let mark = mark.as_bytes().first();
    line.bytes().all(|byte| Some(&byte) == mark)
}

fn heading(line: &str) -> Option<(usize, &str)> {
    let line = line.trim_start();
    let level = line.bytes().take_while(|byte| *byte == b'#').count();
    let words = line.get(level..)?.strip_prefix(' ')?;
    (1..=6).contains(&level).then(|| (level, words.trim()))
}

fn is_rule(line: &str) -> bool {
    let mut marks = line.bytes().filter(|byte| !byte.is_ascii_whitespace());
    let Some(first @ (b'-' | b'*' | b'_')) = marks.next() else {
        return false;
    };
    let others = marks.try_fold(0_u32, |count, mark| (mark == first).then_some(count + 1));
    others.is_some_and(|others| others >= 2)
}

fn quoted(line: &str) -> Option<&str> {
    let words = line.trim_start().strip_prefix('>')?;
    Some(words.strip_prefix(' ').unwrap_or(words))
}

fn quote<'a>(first: &str, text: &'a str, depth: u8) -> (Block, &'a str) {
    let mut inner = first.to_owned();
    let mut rest = text;
    while let Some((line, after)) = cut(rest) {
        let Some(words) = quoted(line) else { break };
        inner.push('\n');
        inner.push_str(words);
        rest = after;
    }
    (Block::Quote(within(&inner, depth + 1)), rest)
}

fn continues_paragraph(line: &str, after: &str) -> bool {
    let begins = fence(line).is_some()
        || heading(line).is_some()
        || is_rule(line)
        || quoted(line).is_some()
        || list::item(line).is_some()
        || table::sides(line, after).is_some();
    !begins && !line.trim().is_empty()
}
