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
    for field in fields.iter().filter_map(item) {
        text.push_str(if text.is_empty() { "- " } else { "\n- " });
        text.push_str(&field);
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
    text.trim().to_owned()
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
                r#"{"config":{"nodeType":"FormInput","fields":[{"name":"n","label":"Name"},{"name":"size"}]}}"#,
                "- Name\n- size",
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
    fn markup_never_stays() {
        assert_eq!(plain("a<br>b<script>x</script><img src=x"), "a\nbx");
        assert_eq!(plain("&amp;lt;b&amp;gt;"), "&lt;b&gt;");
    }
}
