//! Lines to blocks: paragraphs, lists, code.

use super::inline::{self, Inline};

/// A block of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Block {
    /// Lines that belong together.
    Paragraph(Vec<Inline>),
    /// A list; with the first number when its items are counted.
    List {
        start: Option<u32>,
        items: Vec<Vec<Inline>>,
    },
    /// Text to be shown as it is.
    Code(String),
}

/// Reads the blocks of a message. Nothing is an error: what is no markup is text.
pub(crate) fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some((block, after)) = first(rest) {
        blocks.push(block);
        rest = after;
    }
    blocks
}

/// The first block of a text, and what comes after it.
pub(crate) fn first(text: &str) -> Option<(Block, &str)> {
    let (mut line, mut rest) = cut(text)?;
    while line.trim().is_empty() {
        (line, rest) = cut(rest)?;
    }
    if is_fence(line) {
        return Some(code(rest));
    }
    if let Some((marker, first)) = item(line) {
        let mut items = vec![inline::parse(first)];
        while let Some((next, after)) = next_item(rest, marker) {
            items.push(inline::parse(next));
            rest = after;
        }
        let start = marker.number();
        return Some((Block::List { start, items }, rest));
    }
    let mut paragraph = vec![heading(line)];
    while let Some((next, after)) = cut(rest).filter(|(line, _)| continues_paragraph(line)) {
        paragraph.push(heading(next));
        rest = after;
    }
    Some((Block::Paragraph(inline::joined_lines(paragraph)), rest))
}

/// Whether nothing that may still be written can change a block, by what was written after it so far: the line that ended it is complete.
#[cfg(any(feature = "rich", test))]
pub(crate) fn is_final(after: &str) -> bool {
    after.contains('\n')
}

/// The first line of a text, and the rest.
fn cut(text: &str) -> Option<(&str, &str)> {
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    (!text.is_empty()).then_some((line.strip_suffix('\r').unwrap_or(line), rest))
}

fn is_fence(line: &str) -> bool {
    line.trim_start().starts_with("```")
}

/// What follows a fence, up to the next one.
fn code(text: &str) -> (Block, &str) {
    let mut lines = Vec::new();
    let mut rest = text;
    while let Some((line, after)) = cut(rest) {
        rest = after;
        if is_fence(line) {
            break;
        }
        lines.push(line);
    }
    (Block::Code(lines.join("\n")), rest)
}

fn next_item(text: &str, first: Marker) -> Option<(&str, &str)> {
    let (line, rest) = cut(text)?;
    let (marker, item) = item(line)?;
    marker.same_list(first).then_some((item, rest))
}

fn continues_paragraph(line: &str) -> bool {
    !line.trim().is_empty() && item(line).is_none() && !is_fence(line)
}

/// A heading is only bold here: a bubble is no page.
fn heading(line: &str) -> Vec<Inline> {
    let trimmed = line.trim_start();
    let level = trimmed.bytes().take_while(|byte| *byte == b'#').count();
    match trimmed.get(level..).and_then(|rest| rest.strip_prefix(' ')) {
        Some(rest) if (1..=6).contains(&level) => vec![Inline::Strong(inline::parse(rest.trim()))],
        _ => inline::parse(line),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Marker {
    Bullet,
    Number(u32),
}

impl Marker {
    fn same_list(self, first: Self) -> bool {
        matches!(
            (self, first),
            (Self::Bullet, Self::Bullet) | (Self::Number(_), Self::Number(_))
        )
    }

    fn number(self) -> Option<u32> {
        match self {
            Self::Bullet => None,
            Self::Number(number) => Some(number),
        }
    }
}

/// The marker and the text of `- text`, `* text`, `• text`, `1. text` or `1) text`.
fn item(line: &str) -> Option<(Marker, &str)> {
    let line = line.trim_start();
    if let Some(text) = ["- ", "* ", "+ ", "• "]
        .into_iter()
        .find_map(|bullet| line.strip_prefix(bullet))
    {
        return Some((Marker::Bullet, text.trim()));
    }
    let (number, text) = line.split_once(['.', ')'])?;
    let digits = (1..=4).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    let text = text.strip_prefix(' ').filter(|_| digits)?;
    Some((Marker::Number(number.parse().ok()?), text.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Inline {
        Inline::Text(text.to_owned())
    }

    #[test]
    fn blank_lines_part_paragraphs_and_line_ends_stay() {
        let expected = vec![
            Block::Paragraph(vec![text("one"), Inline::Break, text("two")]),
            Block::Paragraph(vec![text("three")]),
        ];
        assert_eq!(blocks("one\ntwo\n\n \nthree\n"), expected);
    }

    #[test]
    fn lists_end_where_their_kind_does() {
        let expected = vec![
            Block::Paragraph(vec![text("You can:")]),
            Block::List {
                start: None,
                items: vec![vec![text("wait")], vec![text("ask")]],
            },
            Block::List {
                start: Some(3),
                items: vec![vec![text("third")], vec![text("fourth")]],
            },
        ];
        assert_eq!(blocks("You can:\n- wait\n* ask\n3. third\n4) fourth"), expected);
    }

    #[test]
    fn a_number_in_a_sentence_is_no_list() {
        assert_eq!(
            blocks("3.5 is a number"),
            vec![Block::Paragraph(vec![text("3.5 is a number")])]
        );
        assert_eq!(blocks("-5 degrees"), vec![Block::Paragraph(vec![text("-5 degrees")])]);
    }

    #[test]
    fn code_keeps_its_lines_and_may_lack_its_end() {
        assert_eq!(
            blocks("```js\nlet a = *b*;\n\nx\n```"),
            vec![Block::Code("let a = *b*;\n\nx".to_owned())]
        );
        assert_eq!(blocks("```\nx"), vec![Block::Code("x".to_owned())]);
    }

    #[test]
    fn a_heading_is_bold() {
        let expected = vec![Block::Paragraph(vec![Inline::Strong(vec![text("Title")])])];
        assert_eq!(blocks("## Title"), expected);
        assert_eq!(blocks("#hashtag"), vec![Block::Paragraph(vec![text("#hashtag")])]);
    }

    /// However a text grows, what was final stays as it was.
    #[test]
    fn final_blocks_never_change() {
        let text = "One **two\nthree** four\n\n- a\n- b\n1\n1. c\n2) d\n   \n  e\n```rust\nlet x;\n\n``` f\n#\n# G\nh\n-\n- i\r\n\r\nj";
        let whole = blocks(text);
        for (end, _) in text.char_indices() {
            let mut rest = &text[..end];
            let mut number = 0;
            while let Some((block, after)) = first(rest) {
                if !is_final(after) {
                    break;
                }
                assert_eq!(Some(&block), whole.get(number), "after {end} bytes");
                number += 1;
                rest = after;
            }
        }
    }

    #[test]
    fn most_blocks_of_a_long_text_are_final() {
        let text = "word\n\n".repeat(100);
        let mut rest = text.as_str();
        let mut finals = 0;
        while let Some((_, after)) = first(rest).filter(|(_, after)| is_final(after)) {
            finals += 1;
            rest = after;
        }
        assert_eq!(finals, 100);
    }
}
