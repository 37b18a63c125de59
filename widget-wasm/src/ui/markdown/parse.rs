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
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if line.trim_start().starts_with("```") {
            let code: Vec<&str> = lines
                .by_ref()
                .take_while(|line| !line.trim_start().starts_with("```"))
                .collect();
            blocks.push(Block::Code(code.join("\n")));
        } else if let Some((marker, first)) = item(line) {
            let mut items = vec![inline::parse(first)];
            while let Some((_, next)) = lines
                .peek()
                .and_then(|line| item(line))
                .filter(|(next, _)| next.same_list(marker))
            {
                items.push(inline::parse(next));
                lines.next();
            }
            let start = marker.number();
            blocks.push(Block::List { start, items });
        } else if !line.trim().is_empty() {
            let mut paragraph = vec![heading(line)];
            while let Some(next) = lines.next_if(|line| continues_paragraph(line)) {
                paragraph.push(heading(next));
            }
            blocks.push(Block::Paragraph(inline::joined_lines(paragraph)));
        }
    }
    blocks
}

fn continues_paragraph(line: &str) -> bool {
    !line.trim().is_empty() && item(line).is_none() && !line.trim_start().starts_with("```")
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
}
