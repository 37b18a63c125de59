//! Lists, their tasks, and what stands within their items.

use super::inline::{self, Inline};
use super::parse::{Block, cut, within};

/// An item of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    /// It can be ticked off.
    pub(crate) task: Option<Task>,
    /// Its first line.
    pub(crate) words: Vec<Inline>,
    /// What is indented below it.
    pub(crate) inner: Vec<Block>,
}

/// How far an item is that can be ticked off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Task {
    Open,
    Done,
}

/// A line is within an item when it is indented by so much more.
const INDENT: usize = 2;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Marker {
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
pub(super) fn item(line: &str) -> Option<(Marker, &str)> {
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

/// The list that begins with a line, and what comes after it.
pub(super) fn read<'a>(line: &str, text: &'a str, depth: u8) -> Option<(Block, &'a str)> {
    let (first, words) = item(line)?;
    let base = indent(line);
    let mut items = Vec::new();
    let mut open = Open::new(words, line);
    let mut rest = text;
    while let Some((line, after)) = cut(rest) {
        if line.trim().is_empty() {
            let Some(next) = after_blanks(after, base, first) else {
                break;
            };
            open.inner.push('\n');
            rest = next;
        } else if indent(line) >= base + INDENT {
            open.take(line);
            rest = after;
        } else if let Some((_, words)) = item(line).filter(|(marker, _)| marker.same_list(first)) {
            items.push(std::mem::replace(&mut open, Open::new(words, line)).close(depth));
            rest = after;
        } else {
            break;
        }
    }
    items.push(open.close(depth));
    let start = first.number();
    Some((Block::List { start, items }, rest))
}

/// What comes after blank lines, if it belongs to the list still.
fn after_blanks(text: &str, base: usize, first: Marker) -> Option<&str> {
    let mut rest = text;
    while let Some((line, after)) = cut(rest) {
        if !line.trim().is_empty() {
            let goes_on =
                indent(line) >= base + INDENT || item(line).is_some_and(|(marker, _)| marker.same_list(first));
            return goes_on.then_some(rest);
        }
        rest = after;
    }
    None
}

fn indent(line: &str) -> usize {
    let width = |byte: u8| if byte == b'\t' { 4 } else { 1 };
    let blanks = line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t'));
    blanks.map(width).sum()
}

/// An item while it is read.
struct Open<'a> {
    words: &'a str,
    /// Where its text begins in its line.
    column: usize,
    inner: String,
}

impl<'a> Open<'a> {
    fn new(words: &'a str, line: &str) -> Self {
        let marker = line.trim().len() - words.len();
        Self {
            words,
            column: indent(line) + marker,
            inner: String::new(),
        }
    }

    fn take(&mut self, line: &str) {
        // The first line below the item says where its text begins.
        if self.inner.trim().is_empty() {
            self.column = self.column.min(indent(line));
        }
        let bytes = if line.starts_with('\t') {
            1
        } else {
            indent(line).min(self.column)
        };
        self.inner.push_str(line.get(bytes..).unwrap_or_default());
        self.inner.push('\n');
    }

    fn close(self, depth: u8) -> Item {
        let (task, words) = task(self.words);
        Item {
            task,
            words: inline::parse(words),
            inner: within(&self.inner, depth + 1),
        }
    }
}

fn task(words: &str) -> (Option<Task>, &str) {
    let marks = [("[ ] ", Task::Open), ("[x] ", Task::Done), ("[X] ", Task::Done)];
    marks
        .into_iter()
        .find_map(|(mark, task)| Some((Some(task), words.strip_prefix(mark)?)))
        .unwrap_or((None, words))
}
