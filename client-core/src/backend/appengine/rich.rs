//! A message's content as text: plain, an object, an editor's delta, or a node of an older automation.

use crate::backend::lenient;
use crate::json::{Object, Value};

/// The text of any content.
pub(crate) fn text(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Object(content) => from_object(content),
        other => other.to_string(),
    }
}

fn from_object(content: &Object) -> String {
    if let Some(config) = lenient::object(content, &["config"]) {
        return node(config);
    }
    lenient::text(content, &["text", "content", "message"])
        .or_else(|| delta(content))
        .unwrap_or_else(|| Value::Object(content.clone()).to_string())
}

/// What an editor inserted, piece by piece.
fn delta(content: &Object) -> Option<String> {
    let pieces = content.get("ops")?.as_array()?.iter().filter_map(|piece| {
        let inserted = piece.as_object()?.get("insert")?;
        inserted.as_str()
    });
    Some(pieces.collect())
}

/// The answers that a node offers.
pub(crate) fn choices(content: &Value) -> Vec<String> {
    let options = content
        .as_object()
        .and_then(|content| lenient::object(content, &["config"]))
        .and_then(|config| config.get("options"))
        .and_then(Value::as_array);
    options.map_or_else(Vec::new, |options| options.iter().filter_map(item).collect())
}

/// A node: its words, then its fields as a list, so that they can be answered in words.
fn node(config: &Object) -> String {
    let mut text = lenient::text(config, &["message", "text", "label"])
        .map(|html| plain(&html))
        .unwrap_or_default();
    let fields = config
        .get("fields")
        .and_then(Value::as_array)
        .map_or(&[][..], |fields| fields);
    for (field, name) in fields.iter().filter_map(|field| Some((field, item(field)?))) {
        text.push_str(if text.is_empty() { "- " } else { "\n- " });
        text.push_str(&name);
        if let Some(answers) = field.as_object().and_then(|field| lenient::text(field, &["options"])) {
            text.push_str(": ");
            text.push_str(&answers.split(',').map(str::trim).collect::<Vec<_>>().join(", "));
        }
    }
    text
}

fn item(item: &Value) -> Option<String> {
    match item {
        Value::String(text) => Some(text.clone()),
        Value::Object(item) => lenient::text(item, &["label", "text", "name", "value"]),
        _ => None,
    }
}

/// Markup taken off: line breaks stay, the five entities everybody writes are read, everything between angle brackets goes.
pub(crate) fn plain(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        let (tag, after) = tag.split_once('>').unwrap_or((tag, ""));
        let breaks = ["br", "/p", "/div", "/li"]
            .iter()
            .any(|word| tag.trim_end_matches([' ', '/']) == *word);
        if breaks && !after.is_empty() {
            text.push('\n');
        }
        rest = after;
    }
    text.push_str(rest);
    with_symbols(text).trim().to_owned()
}

/// The five entities everybody writes, read.
fn with_symbols(mut text: String) -> String {
    for (entity, symbol) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&nbsp;", " "),
        ("&amp;", "&"),
    ] {
        if text.contains(entity) {
            text = text.replace(entity, symbol);
        }
    }
    text
}

/// Markup as Markdown: bold, emphasis, links and the ends of lines stay, everything else goes as in [`plain`]. What the text itself has of
/// Markdown's signs is meant as text.
pub(crate) fn marked(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    // The closing signs of what is open, with the name of their tag.
    let mut open: Vec<(&str, String)> = Vec::new();
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        push_escaped(&mut text, before);
        let (tag, after) = tag.split_once('>').unwrap_or((tag, ""));
        rest = after;
        let (name, attributes) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
        let name = name.trim_end_matches('/').to_ascii_lowercase();
        match name.as_str() {
            "b" | "strong" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => open_mark(&mut text, &mut open, "strong", "**"),
            "i" | "em" => open_mark(&mut text, &mut open, "em", "*"),
            "a" => {
                if let Some(url) = href(attributes).filter(|_| !open.iter().any(|(tag, _)| *tag == "a")) {
                    text.push('[');
                    open.push(("a", ["](", &url, ")"].concat()));
                }
            }
            "/b" | "/strong" => close_mark(&mut text, &mut open, "strong"),
            "/h1" | "/h2" | "/h3" | "/h4" | "/h5" | "/h6" => {
                close_mark(&mut text, &mut open, "strong");
                text.push('\n');
            }
            "/i" | "/em" => close_mark(&mut text, &mut open, "em"),
            "/a" => close_mark(&mut text, &mut open, "a"),
            "br" | "/p" | "/div" | "/li" => text.push('\n'),
            // What is in these is not for reading.
            "script" => rest = behind(rest, "</script>"),
            "style" => rest = behind(rest, "</style>"),
            _ => {}
        }
    }
    push_escaped(&mut text, rest);
    while let Some((_, sign)) = open.pop() {
        text.push_str(&sign);
    }
    text.trim().to_owned()
}

fn behind<'a>(text: &'a str, end: &str) -> &'a str {
    text.split_once(end).map_or("", |(_, rest)| rest)
}

fn open_mark(text: &mut String, open: &mut Vec<(&'static str, String)>, tag: &'static str, sign: &str) {
    if !open.iter().any(|(known, _)| *known == tag) {
        text.push_str(sign);
        open.push((tag, sign.to_owned()));
    }
}

/// Closes a mark, and what was opened inside it and not closed.
fn close_mark(text: &mut String, open: &mut Vec<(&'static str, String)>, tag: &str) {
    let Some(at) = open.iter().rposition(|(known, _)| *known == tag) else {
        return;
    };
    while open.len() > at {
        let Some((_, sign)) = open.pop() else { return };
        text.push_str(&sign);
    }
}

/// The address of a link. Which addresses may be followed is for whoever shows them to say.
fn href(attributes: &str) -> Option<String> {
    let (_, after) = attributes.split_once("href=")?;
    let quote = after.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let (url, _) = after.get(1..)?.split_once(quote)?;
    let url = with_symbols(url.trim().to_owned());
    let plain = !url.is_empty() && !url.contains(|symbol: char| symbol.is_whitespace() || matches!(symbol, '(' | ')'));
    plain.then_some(url)
}

fn push_escaped(text: &mut String, words: &str) {
    for symbol in with_symbols(words.to_owned()).chars() {
        match symbol {
            '*' | '_' | '`' | '[' | ']' | '\\' | '#' | '<' => text.extend(['\\', symbol]),
            // A line of the source is no line of the page.
            '\n' | '\r' | '\t' => text.push(' '),
            other => text.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    #[test]
    fn every_content_becomes_text() {
        for (content, expected) in [
            (r#""**Hi**""#, "**Hi**"),
            (r#"{"text":"a"}"#, "a"),
            (r#"{"content":"b"}"#, "b"),
            (
                r#"{"ops":[{"insert":"one "},{"insert":{"image":"x"}},{"insert":"two\n"}]}"#,
                "one two\n",
            ),
            (
                r#"{"config":{"nodeType":"TextResponse","message":"<p>Tea &amp; cake</p>"}}"#,
                "Tea & cake",
            ),
            (
                r#"{"config":{"nodeType":"ChoiceInput","message":"Which?","options":["red",{"label":"blue"}]}}"#,
                "Which?",
            ),
            (
                r#"{"config":{"nodeType":"FormInput","fields":[{"name":"n","label":"Name"},{"name":"size","options":"S, M,L"}]}}"#,
                "- Name\n- size: S, M, L",
            ),
            (r#"{"unheard":[1,true]}"#, r#"{"unheard":[1,true]}"#),
            ("7", "7"),
        ] {
            assert_eq!(text(&json::parse(content).unwrap()), expected, "{content}");
        }
    }

    #[test]
    fn offered_answers_are_told_apart_from_the_words() {
        for (content, expected) in [
            (
                r#"{"config":{"nodeType":"ChoiceInput","options":["red",{"label":"blue"},{"value":"green"},7]}}"#,
                &["red", "blue", "green"][..],
            ),
            (r#"{"config":{"nodeType":"TextResponse","message":"Tea"}}"#, &[]),
            (r#""plain""#, &[]),
        ] {
            assert_eq!(choices(&json::parse(content).unwrap()), expected, "{content}");
        }
    }

    #[test]
    fn a_short_list_of_markup_becomes_markdown() {
        for (html, expected) in [
            ("<strong>Boutique</strong>", "**Boutique**"),
            ("<h2>Hi</h2><p>a <em>b</em></p>", "**Hi**\na *b*"),
            (
                r#"<a href="https://x.example/?a=1&amp;b=2" onclick="x()">here</a>"#,
                "[here](https://x.example/?a=1&b=2)",
            ),
            ("<b>never <i>closed", "**never *closed***"),
            ("2 * 3 [x](y) <script>alert(1)</script>!", "2 \\* 3 \\[x\\](y) !"),
            ("<img src=x onerror=y>&lt;b&gt;", "\\<b>"),
            ("</b></a>", ""),
        ] {
            assert_eq!(marked(html), expected, "{html}");
        }
    }

    #[test]
    fn markup_never_stays() {
        assert_eq!(plain("a<br>b<script>x</script><img src=x"), "a\nbx");
        assert_eq!(plain("&amp;lt;b&amp;gt;"), "&lt;b&gt;");
    }
}
