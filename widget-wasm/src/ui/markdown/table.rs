//! Tables.

use super::inline::{self, Inline};
use super::parse::{Block, cut};

/// Where the text of a column stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Start,
    Center,
    End,
}

/// The sides of a table's columns, if a line names them and the next one is `|---|:-:|` with as many.
pub(super) fn sides(line: &str, after: &str) -> Option<Vec<Side>> {
    if !line.contains('|') {
        return None;
    }
    let (below, _) = cut(after)?;
    let mut sides = Vec::new();
    for cell in cells(below) {
        sides.push(side(cell)?);
    }
    (cells(line).count() == sides.len()).then_some(sides)
}

fn side(cell: &str) -> Option<Side> {
    let cell = cell.trim();
    let line = cell.strip_prefix(':').unwrap_or(cell);
    let line = line.strip_suffix(':').unwrap_or(line);
    let drawn = !line.is_empty() && line.bytes().all(|byte| byte == b'-');
    drawn.then_some(match (cell.starts_with(':'), cell.ends_with(':')) {
        (true, true) => Side::Center,
        (false, true) => Side::End,
        _ => Side::Start,
    })
}

/// A table whose two first lines are known to be one, and what comes after it.
pub(super) fn read<'a>(head: &str, text: &'a str, sides: Vec<Side>) -> (Block, &'a str) {
    let columns = sides.len();
    let row = |line: &str| -> Vec<Vec<Inline>> {
        let cells = cells(line).take(columns);
        cells.map(|cell| inline::parse(cell.trim())).collect()
    };
    let mut rows = vec![row(head)];
    let mut rest = cut(text).map_or(text, |(_, rest)| rest);
    while let Some((line, after)) = cut(rest).filter(|(line, _)| line.contains('|')) {
        rows.push(row(line));
        rest = after;
    }
    (Block::Table { sides, rows }, rest)
}

/// What stands between the lines of a row, whether or not it begins and ends with one.
fn cells(line: &str) -> impl Iterator<Item = &str> {
    let line = line.trim();
    let line = line.strip_prefix('|').unwrap_or(line);
    let line = line
        .strip_suffix('|')
        .filter(|line| !line.ends_with('\\'))
        .unwrap_or(line);
    let mut escaped = false;
    line.split(move |symbol| {
        let parts = symbol == '|' && !escaped;
        escaped = symbol == '\\' && !escaped;
        parts
    })
}
