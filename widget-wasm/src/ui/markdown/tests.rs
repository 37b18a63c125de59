//! Texts as bots write them, texts as nobody should, and what becomes of both.

#![allow(clippy::unwrap_used)]

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use super::inline::Inline;
use super::list::{Item, Task};
use super::parse::{self, Block};
use super::probe;

/// Blocks as text that a person can compare.
fn drawing(blocks: &[Block]) -> String {
    blocks.iter().map(block).collect::<Vec<_>>().join(" ")
}

fn block(block: &Block) -> String {
    match block {
        Block::Paragraph(content) => format!("p({})", pieces(content)),
        Block::Heading(level, content) => format!("h{level}({})", pieces(content)),
        Block::List { start, items } => {
            let name = start.map_or_else(|| "ul".to_owned(), |start| format!("ol{start}"));
            format!("{name}({})", items.iter().map(item).collect::<Vec<_>>().join(", "))
        }
        Block::Quote(blocks) => format!("quote({})", drawing(blocks)),
        Block::Table { sides, rows } => {
            let sides: String = sides.iter().map(|side| format!("{side:?}").remove(0)).collect();
            let row = |row: &Vec<Vec<Inline>>| row.iter().map(|cell| pieces(cell)).collect::<Vec<_>>().join("|");
            format!(
                "table {sides}({})",
                rows.iter().map(row).collect::<Vec<_>>().join(" / ")
            )
        }
        Block::Code(code) => format!("code({code:?})"),
        Block::Rule => "rule".to_owned(),
    }
}

fn item(item: &Item) -> String {
    let mut drawn = match item.task {
        None => String::new(),
        Some(Task::Open) => "[ ] ".to_owned(),
        Some(Task::Done) => "[x] ".to_owned(),
    };
    drawn += &pieces(&item.words);
    if !item.inner.is_empty() {
        write!(drawn, " {}", drawing(&item.inner)).unwrap();
    }
    drawn
}

fn pieces(content: &[Inline]) -> String {
    content.iter().map(piece).collect()
}

fn piece(piece: &Inline) -> String {
    match piece {
        Inline::Text(text) => text.clone(),
        Inline::Break => "⏎".to_owned(),
        Inline::Strong(content) => format!("<b>{}</b>", pieces(content)),
        Inline::Em(content) => format!("<i>{}</i>", pieces(content)),
        Inline::Strike(content) => format!("<s>{}</s>", pieces(content)),
        Inline::Code(code) => format!("<code>{code}</code>"),
        Inline::Link { url, label } => format!("«{url} {}»", pieces(label)),
    }
}

#[test]
fn blocks_as_bots_write_them() {
    for (text, expected) in [
        ("one\ntwo\n\n \nthree\n", "p(one⏎two) p(three)"),
        ("## Title\nText", "h2(Title) p(Text)"),
        ("Text\n# C#", "p(Text) h1(C#)"),
        ("#hashtag", "p(#hashtag)"),
        ("a\n---\nb\n* * *\n__", "p(a) rule p(b) rule p(__)"),
        ("You can:\n- wait\n* ask", "p(You can:) ul(wait, ask)"),
        ("- a\n3. third\n4) fourth", "ul(a) ol3(third, fourth)"),
        ("1. a\n\n2. b\n\n   more\n\nText", "ol1(a, b p(more)) p(Text)"),
        ("1. a\n  - b\n    - c\n  - d\n2. e", "ol1(a ul(b ul(c), d), e)"),
        ("- a\n\t- b\n- c", "ul(a ul(b), c)"),
        ("- a\n  ```\n  x\n    y\n  ```\n- b", "ul(a code(\"x\\n  y\"), b)"),
        ("  - a\n  - b", "ul(a, b)"),
        (
            "- [ ] to do\n- [x] **done**\n- [y] no",
            "ul([ ] to do, [x] <b>done</b>, [y] no)",
        ),
        ("3.5 is a number\n-5 degrees", "p(3.5 is a number⏎-5 degrees)"),
        ("> a\n> > b\n>\n> - c\nd", "quote(p(a) quote(p(b)) ul(c)) p(d)"),
        (
            "| a | b |\n|---|--:|\n| 1 | **2** | 3\nx",
            "table SE(a|b / 1|<b>2</b>) p(x)",
        ),
        (
            "a | b\n:-: | -\n`c` | d\\|e<br>f",
            "table CS(a|b / <code>c</code>|d|e⏎f)",
        ),
        ("a | b\n---\n", "p(a | b) rule"),
        ("a | b\n|---|", "p(a | b⏎|---|)"),
        ("```js\nlet a = *b*;\n\nx\n```\ny", "code(\"let a = *b*;\\n\\nx\") p(y)"),
        ("~~~\n```\n~~~", "code(\"```\")"),
        ("````\n```\n````", "code(\"```\")"),
        ("```\nx", "code(\"x\")"),
        ("", ""),
    ] {
        assert_eq!(drawing(&parse::blocks(text)), expected, "{text:?}");
        probe::holds(text);
    }
}

#[test]
fn lines_as_bots_write_them() {
    for (line, expected) in [
        ("a **b _c_** `d*e*`", "a <b>b <i>c</i></b> <code>d*e*</code>"),
        ("*a **b** c* __d__", "<i>a <b>b</b> c</i> <b>d</b>"),
        ("***both*** **a *b***", "<b><i>both</i></b> <b>a <i>b</i></b>"),
        ("~~gone~~ ~kept~", "<s>gone</s> ~kept~"),
        ("``a ` b`` ```c```", "<code>a ` b</code> <code>c</code>"),
        ("2 * 3 * 4 snake_case_name", "2 * 3 * 4 snake_case_name"),
        (r"\*not\* \a", r"*not* \a"),
        (
            "[**a** b](https://c.example/d_(e))",
            "«https://c.example/d_(e) **a** b»",
        ),
        ("[a](https://b.example \"title\")", "«https://b.example a»"),
        (
            "![A cat](https://a.example/cat.png)!",
            "«https://a.example/cat.png A cat»!",
        ),
        (
            "![](https://a.example/b.png)",
            "«https://a.example/b.png https://a.example/b.png»",
        ),
        (
            "<https://a.example> <a@b.example>",
            "«https://a.example https://a.example» <a@b.example>",
        ),
        (
            "See https://a.example/b.",
            "See «https://a.example/b https://a.example/b».",
        ),
    ] {
        let block = parse::blocks(line);
        assert_eq!(drawing(&block), format!("p({expected})"), "{line:?}");
        probe::holds(line);
    }
}

/// Nothing runs, nothing is fetched, nothing becomes an element that is not on the list.
#[test]
fn hostile_texts_stay_text() {
    for text in [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "[x](javascript:alert(1))",
        "[x](JAVASCRIPT:alert(1))",
        "[x](\u{1}javascript:alert(1))",
        "[x](java\tscript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:x) [x](file:///etc/passwd) [x](blob:null)",
        "[x](//evil.example) [x](/local) [x](#here)",
        "![x](data:image/svg+xml,x)",
        "<javascript:alert(1)>",
        "[x](&#106;avascript:alert(1))",
        "[x](http:evil.example)",
        "http://",
        "| a |\n|---|\n| <svg onload=alert(1)> |",
        "> <iframe src=javascript:alert(1)>",
        "- [ ] <input autofocus onfocus=alert(1)>",
        "```\" onmouseover=alert(1)\nx\n```",
    ] {
        let drawn = drawing(&parse::blocks(text));
        assert!(!drawn.contains('«'), "{text:?} became {drawn}");
        probe::holds(text);
    }
}

/// An address is a link wherever it stands, and the markup around it stays text.
#[test]
fn an_address_in_a_hostile_text_is_a_plain_link() {
    let text = "> <iframe src=https://evil.example>";
    let drawn = drawing(&parse::blocks(text));
    assert_eq!(
        drawn,
        "quote(p(<iframe src=«https://evil.example https://evil.example»>))"
    );
    probe::holds(text);
}

/// Twice the text takes twice the time, or little more: four times would be a square.
#[test]
fn no_text_takes_longer_than_its_length() {
    let patterns = [
        "*",
        "**",
        "_a",
        "__a ",
        "***a",
        "~~",
        "~~a ",
        "`",
        "`a``b",
        "[",
        "[a](",
        "[a](x)",
        "![",
        "](",
        "<",
        "<h",
        "<br>",
        "\\",
        "h-",
        "http://",
        "http://(",
        "http://)",
        "http://\u{1}",
        "[a](http://",
        "*a **b ",
        "_a __b ",
        "[a](http://a ",
        "> ",
        ">",
        "- ",
        "- \n",
        "  - a\n",
        "> - 1. ",
        "1. a\n\n",
        "\n \n",
        "|",
        "|-",
        "|-|\n",
        "a|b\n",
        "a|b\n-|-\n",
        "-|",
        "```\n",
        "```",
        "~~~~\n",
        "#",
        "# a\n",
        "---\n",
        "*\n",
        "-\n\n",
        "- a\n\n\n",
        "\t",
        "é*",
        "*é ",
    ];
    let ends = ["", ")>](`**~~_*__```\n|-|\n"];
    for (pattern, end) in patterns.into_iter().flat_map(|pattern| ends.map(|end| (pattern, end))) {
        let time = |length: usize| {
            // Whatever was opened is closed at the very end, or nothing is.
            let text = pattern.repeat(length / pattern.len()) + end;
            (0..3).map(|_| timed(&text)).min().unwrap_or_default()
        };
        let (short, long) = (time(10_000), time(80_000));
        let allowed = (short * 24).max(Duration::from_secs(2));
        assert!(long < allowed, "{pattern:?}: {short:?}, eight times as much {long:?}");
    }
}

fn timed(text: &str) -> Duration {
    let started = Instant::now();
    assert!(text.is_empty() || !parse::blocks(text).is_empty() || text.trim().is_empty());
    started.elapsed()
}

/// Nested as deep as one likes, a text costs no stack.
#[test]
fn a_depth_without_an_end_is_text() {
    for text in [
        ">".repeat(100_000),
        "- ".repeat(100_000),
        (0..2000).map(|depth| " ".repeat(depth * 2) + "- a\n").collect(),
        "**a *b ".repeat(20_000) + &"* ** ".repeat(20_000),
    ] {
        parse::blocks(&text);
    }
}

#[test]
fn most_blocks_of_a_long_text_are_final() {
    let text = "word\n\n# Title\n- item\n\n".repeat(100);
    let mut rest = text.as_str();
    let mut finals = 0;
    while let Some((block, after)) = parse::first(rest) {
        if !parse::is_final(&block, after) {
            break;
        }
        finals += 1;
        rest = after;
    }
    // All but the last list, which may go on.
    assert_eq!(finals, 299);
}

/// What the fuzzer found or was given to begin with.
#[test]
fn the_corpus_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../client-core/fuzz/corpus/markdown");
    let mut replayed = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        probe::holds(&String::from_utf8_lossy(&bytes));
        replayed += 1;
    }
    assert!(replayed >= 8, "{replayed}");
}
