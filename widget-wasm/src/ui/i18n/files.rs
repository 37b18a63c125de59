//! The languages' own files, for tests: written as lines the way the build does it.

use serde_json::{Map, Value};

use super::Words;

/// The words of a language.
pub(crate) fn words(language: &str) -> &'static Words {
    let file = read(language);
    let groups =
        ["everywhere", "rich"].map(|group| (keys(group), file[group].as_object().cloned().unwrap_or_default()));
    let lines = groups
        .iter()
        .flat_map(|(keys, words)| keys.iter().map(|key| line(words, key)));
    super::words(lines.collect::<Vec<_>>().join("\n"))
}

/// The keys of a group in the order of the English file, which has a line for each.
pub(super) fn keys(group: &str) -> Vec<String> {
    let text = text("en");
    let lines = text.lines().skip_while(|line| *line != format!("  \"{group}\": {{"));
    let keys = lines.skip(1).take_while(|line| !line.starts_with("  }"));
    keys.filter_map(|line| line.strip_prefix("    \"")?.split_once('"'))
        .map(|(key, _)| key.to_owned())
        .collect()
}

fn line(words: &Map<String, Value>, key: &str) -> String {
    match &words[key] {
        Value::Object(forms) => forms
            .iter()
            .map(|(kind, form)| format!("{kind}\u{4}{}", placed(form)))
            .collect::<Vec<_>>()
            .join("\u{3}"),
        text => placed(text),
    }
}

fn placed(text: &Value) -> String {
    let text = text.as_str().unwrap_or_default();
    let first = ["{name}", "{count}", "{notice}", "{status}"];
    let text = first
        .iter()
        .fold(text.to_owned(), |text, place| text.replace(place, "\u{1}"));
    ["{limit}", "{reason}"]
        .iter()
        .fold(text, |text, place| text.replace(place, "\u{2}"))
}

fn read(language: &str) -> Value {
    serde_json::from_str(&text(language)).expect("a language's file is JSON")
}

fn text(language: &str) -> String {
    let path = format!("{}/lang/{language}.json", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}
