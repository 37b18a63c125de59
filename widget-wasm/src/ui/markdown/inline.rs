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
    /// Code.
    Code(String),
    /// A link to an `http`, `https` or `mailto` address.
    Link { url: String, label: Vec<Inline> },
}

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
    /// Marks that nothing closes from here on: looked for once, not at every opening.
    unclosed: Vec<&'static str>,
}

impl Scanner {
    fn new(marks: Marks, depth: u8) -> Self {
        Self {
            marks,
            depth,
            pieces: Vec::new(),
            text: String::new(),
            unclosed: Vec::new(),
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
            '[' => self.link(rest),
            '<' => self.angle_link(rest),
            _ => None,
        }
    }

    fn escape(&mut self, rest: &str) -> Option<usize> {
        let symbol = rest.chars().nth(1).filter(char::is_ascii_punctuation)?;
        self.text.push(symbol);
        Some(2)
    }

    fn code(&mut self, rest: &str) -> Option<usize> {
        let length = self.closing(rest, "`")?;
        self.push(Inline::Code(rest.get(1..1 + length)?.to_owned()));
        Some(length + 2)
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
        let length = self.closing(rest, mark)?;
        let content = inside.get(..length)?;
        let after = inside.get(length + mark.len()..).and_then(|rest| rest.chars().next());
        if content.ends_with(char::is_whitespace) || (mark.starts_with('_') && after.is_some_and(is_letter)) {
            return None;
        }
        let content = Self::new(self.marks, self.depth + 1).scan(content);
        self.push(if mark.len() == 2 {
            Inline::Strong(content)
        } else {
            Inline::Em(content)
        });
        Some(length + 2 * mark.len())
    }

    /// The length of what lies between `mark` at the start of `rest` and its next one.
    fn closing(&mut self, rest: &str, mark: &'static str) -> Option<usize> {
        if self.unclosed.contains(&mark) {
            return None;
        }
        let inside = rest.get(mark.len()..)?;
        let found = position(inside, mark);
        if found.is_none() {
            self.unclosed.push(mark);
        }
        found.filter(|length| *length > 0)
    }

    fn link(&mut self, rest: &str) -> Option<usize> {
        if self.unclosed.contains(&"](") || self.depth == DEEPEST {
            return None;
        }
        let Some(middle) = position(rest, "](") else {
            self.unclosed.push("](");
            return None;
        };
        let label = rest
            .get(1..middle)
            .filter(|label| !label.is_empty() && !label.contains('['))?;
        let target = rest.get(middle + 2..)?;
        let end = target.find(')')?;
        let url = target.get(..end)?.split_whitespace().next()?;
        let url = safe(url)?.to_owned();
        let label = Self::new(self.marks, DEEPEST).scan(label);
        self.push(Inline::Link { url, label });
        Some(middle + 2 + end + 1)
    }

    fn angle_link(&mut self, rest: &str) -> Option<usize> {
        let end = rest.find('>')?;
        let url = safe(rest.get(1..end)?)?;
        self.push_bare(url);
        Some(end + 1)
    }

    fn bare_link(&mut self, rest: &str, before: Option<char>) -> Option<usize> {
        if before.is_some_and(is_letter) || self.depth == DEEPEST {
            return None;
        }
        let end = rest
            .find(|symbol: char| symbol.is_whitespace() || matches!(symbol, '<' | '>' | '"' | '`'))
            .unwrap_or(rest.len());
        let mut url = rest
            .get(..end)?
            .trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_']);
        // A sentence may stand in brackets, and so may an address.
        while url.ends_with(')') && url.matches(')').count() > url.matches('(').count() {
            url = url
                .get(..url.len() - 1)?
                .trim_end_matches(['.', ',', ';', ':', '!', '?']);
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

/// Where a mark first stands. The library's own search is made for long texts, and four times this size.
fn position(text: &str, mark: &str) -> Option<usize> {
    text.as_bytes()
        .windows(mark.len())
        .position(|window| window == mark.as_bytes())
}

/// A letter or digit. Whatever is not ASCII counts: telling letters there needs tables that weigh more than this file.
fn is_letter(symbol: char) -> bool {
    !symbol.is_ascii() || symbol.is_ascii_alphanumeric()
}

/// The address, if it is one that may be followed: nothing that runs, nothing local.
fn safe(url: &str) -> Option<&str> {
    let known = ["https://", "http://", "mailto:"].into_iter().any(|scheme| {
        let (start, rest) = (url.get(..scheme.len()), url.get(scheme.len()..));
        start.is_some_and(|start| start.eq_ignore_ascii_case(scheme)) && rest.is_some_and(|rest| !rest.is_empty())
    });
    let clean = !url.chars().any(|symbol| symbol.is_control() || symbol.is_whitespace());
    (known && clean).then_some(url)
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

    #[test]
    fn hostile_lengths_end_soon() {
        for line in [
            "*".repeat(16_000),
            "_a".repeat(8_000),
            "[".repeat(16_000),
            "`a*b_".repeat(3_000),
            "[a](".repeat(4_000),
            "http://(((((".repeat(1_300),
        ] {
            let started = std::time::Instant::now();
            let _ = parse(&line);
            assert!(started.elapsed().as_secs() < 2, "{}", &line[..10]);
        }
    }
}
