//! Marks within a line: bold, emphasis, code, links.

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Inline {
    /// Text as it is.
    Text(String),
    /// The end of a line within a paragraph.
    Break,
    /// Bold.
    Strong(Vec<Inline>),
    /// Emphasis.
    Em(Vec<Inline>),
    /// Struck through.
    Strike(Vec<Inline>),
    /// Code.
    Code(String),
    /// A link to an `http`, `https` or `mailto` address.
    Link { url: String, label: Vec<Inline> },
}

/// Addresses that are longer are text: nobody writes them, and each is looked for from wherever one could begin.
const LONGEST: usize = 2048;

/// Marks inside marks deeper than this are text: nobody writes them, and a depth without an end costs a stack.
const DEEPEST: u8 = 4;

/// Reads the marks of a line.
pub(crate) fn parse(line: &str) -> Vec<Inline> {
    Scanner::new(Marks::All, 0).scan(line)
}

/// Finds bare links only: what a visitor typed is shown as typed.
pub(crate) fn links_only(text: &str) -> Vec<Inline> {
    Scanner::new(Marks::LinksOnly, 0).scan(text)
}

/// Lines of a paragraph with a break between two.
pub(crate) fn joined_lines(lines: Vec<Vec<Inline>>) -> Vec<Inline> {
    let mut joined = Vec::new();
    for line in lines {
        if !joined.is_empty() {
            joined.push(Inline::Break);
        }
        joined.extend(line);
    }
    joined
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Marks {
    All,
    LinksOnly,
}

struct Scanner {
    marks: Marks,
    depth: u8,
    pieces: Vec<Inline>,
    text: String,
    /// Where marks come next, by how much text is left there: looked for once, not at every opening.
    ahead: Vec<(&'static str, usize)>,
}

impl Scanner {
    fn new(marks: Marks, depth: u8) -> Self {
        Self {
            marks,
            depth,
            pieces: Vec::new(),
            text: String::new(),
            ahead: Vec::new(),
        }
    }

    fn scan(mut self, line: &str) -> Vec<Inline> {
        let mut rest = line;
        while let Some(symbol) = rest.chars().next() {
            let before = self.text.chars().next_back();
            let taken = self.mark(rest, symbol, before).unwrap_or_else(|| {
                self.text.push(symbol);
                symbol.len_utf8()
            });
            rest = rest.get(taken..).unwrap_or_default();
        }
        self.flush();
        self.pieces
    }

    /// How many bytes of `rest` a mark took, when there is one.
    fn mark(&mut self, rest: &str, symbol: char, before: Option<char>) -> Option<usize> {
        match symbol {
            'h' | 'H' | 'm' | 'M' => self.bare_link(rest, before),
            _ if self.marks == Marks::LinksOnly => None,
            '\\' => self.escape(rest),
            '`' => self.code(rest),
            '*' => self.span(rest, "**", before).or_else(|| self.span(rest, "*", before)),
            '_' => self.span(rest, "__", before).or_else(|| self.span(rest, "_", before)),
            '~' => self.span(rest, "~~", before),
            '[' => self.link(rest),
            // A picture would tell its server who reads this: it is a link.
            '!' => Some(self.link(rest.strip_prefix('!')?)? + 1),
            '<' => self.line_break(rest).or_else(|| self.angle_link(rest)),
            _ => None,
        }
    }

    fn escape(&mut self, rest: &str) -> Option<usize> {
        let symbol = rest.chars().nth(1).filter(char::is_ascii_punctuation)?;
        self.text.push(symbol);
        Some(2)
    }

    fn code(&mut self, rest: &str) -> Option<usize> {
        // Code that holds marks itself stands in more of them.
        let mark = ["```", "``", "`"].into_iter().find(|mark| rest.starts_with(mark))?;
        let length = self.closing(rest, mark)?;
        let code = rest.get(mark.len()..mark.len() + length)?;
        self.push(Inline::Code(code.to_owned()));
        Some(length + 2 * mark.len())
    }

    fn span(&mut self, rest: &str, mark: &'static str, before: Option<char>) -> Option<usize> {
        let inside = rest.strip_prefix(mark)?;
        // `2 * 3 * 4` and `snake_case_name` are no emphasis.
        if self.depth == DEEPEST
            || inside.starts_with(char::is_whitespace)
            || (mark.starts_with('_') && before.is_some_and(is_letter))
        {
            return None;
        }
        let mut length = self.closing(rest, mark)?;
        // Of three marks in a row the outer ones are the last.
        if mark.len() == 2 && inside.as_bytes().get(length + 2) == mark.as_bytes().first() {
            length += 1;
        }
        let content = inside.get(..length)?;
        let after = inside.get(length + mark.len()..).and_then(|rest| rest.chars().next());
        if content.ends_with(char::is_whitespace) || (mark.starts_with('_') && after.is_some_and(is_letter)) {
            return None;
        }
        let content = Self::new(self.marks, self.depth + 1).scan(content);
        self.push(match mark {
            "~~" => Inline::Strike(content),
            _ if mark.len() == 2 => Inline::Strong(content),
            _ => Inline::Em(content),
        });
        Some(length + 2 * mark.len())
    }

    /// The length of what lies between `mark` at the start of `rest` and its next one.
    fn closing(&mut self, rest: &str, mark: &'static str) -> Option<usize> {
        self.next(rest.get(mark.len()..)?, mark).filter(|length| *length > 0)
    }

    /// Where a mark stands next.
    fn next(&mut self, text: &str, mark: &'static str) -> Option<usize> {
        let known = self.ahead.iter().position(|(known, _)| *known == mark);
        if let Some((_, left)) = known.and_then(|at| self.ahead.get(at)) {
            if *left == NOWHERE {
                return None;
            }
            if let Some(length) = text.len().checked_sub(*left) {
                return Some(length);
            }
        }
        let found = position(text, mark);
        let left = found.map_or(NOWHERE, |length| text.len() - length);
        match known.and_then(|at| self.ahead.get_mut(at)) {
            Some(known) => known.1 = left,
            None => self.ahead.push((mark, left)),
        }
        found
    }

    fn link(&mut self, rest: &str) -> Option<usize> {
        if self.depth == DEEPEST {
            return None;
        }
        let middle = self.next(rest.strip_prefix('[')?, "](")? + 1;
        let label = rest.get(1..middle).filter(|label| !label.contains('['))?;
        let target = rest.get(middle + 2..)?;
        let mut end = self.next(target, ")").filter(|end| *end <= LONGEST)?;
        // An address may hold a pair of brackets.
        if target.get(..end)?.contains('(') && target.get(end + 1..)?.starts_with(')') {
            end += 1;
        }
        let url = safe(target.get(..end)?.split_whitespace().next()?)?;
        if label.is_empty() {
            self.push_bare(url);
        } else {
            let label = Self::new(self.marks, DEEPEST).scan(label);
            let url = url.to_owned();
            self.push(Inline::Link { url, label });
        }
        Some(middle + 2 + end + 1)
    }

    /// A cell of a table has no other way to begin a line.
    fn line_break(&mut self, rest: &str) -> Option<usize> {
        let mark = ["<br>", "<br/>", "<br />"]
            .into_iter()
            .find(|mark| rest.starts_with(mark))?;
        self.push(Inline::Break);
        Some(mark.len())
    }

    fn angle_link(&mut self, rest: &str) -> Option<usize> {
        let end = self.next(rest, ">")?;
        let url = safe(rest.get(1..end)?)?;
        self.push_bare(url);
        Some(end + 1)
    }

    fn bare_link(&mut self, rest: &str, before: Option<char>) -> Option<usize> {
        if before.is_some_and(is_letter) || self.depth == DEEPEST || !is_followed(rest) {
            return None;
        }
        let ends =
            |symbol: char| symbol.is_whitespace() || symbol.is_control() || matches!(symbol, '<' | '>' | '"' | '`');
        let mut near = rest.char_indices().take(LONGEST);
        let end = near.find(|(_, symbol)| ends(*symbol)).map_or(rest.len(), |(at, _)| at);
        if end > LONGEST {
            return None;
        }
        let mut url = without_stop(rest.get(..end)?);
        let count = |bracket| url.bytes().filter(|byte| *byte == bracket).count();
        // A sentence may stand in brackets, and so may an address.
        for _ in count(b'(')..count(b')') {
            let Some(shorter) = url.strip_suffix(')') else { break };
            url = without_stop(shorter);
        }
        self.push_bare(safe(url)?);
        Some(url.len())
    }

    fn push_bare(&mut self, url: &str) {
        let shown = match url.split_once(':') {
            Some((scheme, address)) if scheme.eq_ignore_ascii_case("mailto") => address,
            _ => url,
        };
        self.push(Inline::Link {
            url: url.to_owned(),
            label: vec![Inline::Text(shown.to_owned())],
        });
    }

    fn push(&mut self, piece: Inline) {
        self.flush();
        self.pieces.push(piece);
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.pieces.push(Inline::Text(std::mem::take(&mut self.text)));
        }
    }
}

/// A mark that does not come any more.
const NOWHERE: usize = usize::MAX;

/// Where a mark first stands; a single one of those that are doubled for another meaning not where it is doubled. The library's own search
/// is made for long texts, and four times this size.
fn position(text: &str, mark: &str) -> Option<usize> {
    let (text, mark) = (text.as_bytes(), mark.as_bytes());
    let find = |from: usize| {
        let mut windows = text.get(from..)?.windows(mark.len());
        Some(from + windows.position(|window| window == mark)?)
    };
    let mut at = find(0)?;
    while let b"*" | b"_" | b"`" = mark {
        let run = text
            .get(at..)?
            .iter()
            .take_while(|byte| mark.first() == Some(byte))
            .count();
        if run % 2 == 1 {
            return Some(at + run - 1);
        }
        at = find(at + run)?;
    }
    Some(at)
}

fn without_stop(url: &str) -> &str {
    url.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_', '~', '|'])
}

/// A letter or digit. Whatever is not ASCII counts: telling letters there needs tables that weigh more than this file.
fn is_letter(symbol: char) -> bool {
    !symbol.is_ascii() || symbol.is_ascii_alphanumeric()
}

/// Whether an address of a kind that may be followed begins here.
fn is_followed(text: &str) -> bool {
    ["https://", "http://", "mailto:"].into_iter().any(|scheme| {
        let (start, rest) = (text.get(..scheme.len()), text.get(scheme.len()..));
        start.is_some_and(|start| start.eq_ignore_ascii_case(scheme)) && rest.is_some_and(|rest| !rest.is_empty())
    })
}

/// The address, if it is one that may be followed: nothing that runs, nothing local.
fn safe(url: &str) -> Option<&str> {
    let clean = |symbol: char| !symbol.is_control() && !symbol.is_whitespace();
    (url.len() <= LONGEST && is_followed(url) && url.chars().all(clean)).then_some(url)
}

/// The address of an attachment, if it may be followed.
pub(crate) fn followable(url: &str) -> Option<&str> {
    safe(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Inline {
        Inline::Text(text.to_owned())
    }

    fn link(url: &str, label: &str) -> Inline {
        Inline::Link {
            url: url.to_owned(),
            label: vec![text(label)],
        }
    }

    #[test]
    fn marks_become_pieces() {
        let expected = vec![
            text("a "),
            Inline::Strong(vec![text("b "), Inline::Em(vec![text("c")])]),
            text(" "),
            Inline::Code("d*e*".to_owned()),
        ];
        assert_eq!(parse("a **b _c_** `d*e*`"), expected);
    }

    #[test]
    fn lonely_marks_are_text() {
        for line in [
            "2 * 3 * 4",
            "snake_case_name",
            "**",
            "a ** b",
            "*x",
            "`x",
            "[x](",
            "[x] (y)",
            "a_b_",
            "_",
            "<b>",
            "<script>",
        ] {
            assert_eq!(parse(line), vec![text(line)], "{line}");
        }
    }

    #[test]
    fn an_escaped_mark_is_text() {
        assert_eq!(parse(r"\*not\* \a"), vec![text(r"*not* \a")]);
    }

    #[test]
    fn links_are_found_without_the_sentence_around_them() {
        let expected = vec![
            text("See ("),
            link("https://a.example/x_(y)", "https://a.example/x_(y)"),
            text("), "),
            link("mailto:a@b.example", "a@b.example"),
            text(" or "),
            link("https://c.example", "here"),
            text("."),
        ];
        assert_eq!(
            parse("See (https://a.example/x_(y)), mailto:a@b.example or [here](https://c.example)."),
            expected
        );
    }

    #[test]
    fn only_harmless_addresses_become_links() {
        for line in [
            "[x](javascript:alert(1))",
            "[x](data:text/html,x)",
            "[x](//evil.example)",
            "[x](/local)",
            "<javascript:alert(1)>",
            "[x](java\nscript:alert)",
            "http://",
            "[x](https:// a)",
            "[x](JAVASCRIPT:alert(1))",
        ] {
            let linked = parse(line).iter().any(|piece| matches!(piece, Inline::Link { .. }));
            assert!(!linked, "{line}");
        }
        assert_eq!(parse("[x](HTTPS://A.example)"), vec![link("HTTPS://A.example", "x")]);
    }

    #[test]
    fn what_a_visitor_typed_keeps_its_marks() {
        let expected = vec![text("**not bold** "), link("https://a.example", "https://a.example")];
        assert_eq!(links_only("**not bold** https://a.example"), expected);
    }
}
