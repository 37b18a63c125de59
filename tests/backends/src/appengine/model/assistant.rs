//! What the assistant answers, word by word, and the tools it uses for it.

use serde_json::json;

use super::stream::Step;
use crate::model::bot::{self, Intent, Language};

/// The words that ask for an answer of so many chunks, for measurements.
const AT_LENGTH: &str = "at length ";
/// The most chunks of an answer at length.
const MAX_CHUNKS: usize = 10_000;

/// The steps of the answer to `text`; `None` when the customer wants a person.
pub(crate) fn steps(text: &str, files: usize, language: Language) -> Option<Vec<Step>> {
    if let Some(chunks) = text.strip_prefix(AT_LENGTH).and_then(|count| count.trim().parse().ok()) {
        return Some(at_length(chunks));
    }
    if text.trim().is_empty() && files > 0 {
        return Some(words(thanks_for(language)));
    }
    let answer = bot::answer(text, language)?;
    let mut steps = tools(text);
    steps.extend(words(&answer));
    Some(steps)
}

const fn thanks_for(language: Language) -> &'static str {
    match language {
        Language::English => "Thank you for the file.",
        Language::French => "Merci pour le fichier.",
    }
}

fn tools(text: &str) -> Vec<Step> {
    let Intent::Order(Some(number)) = Intent::of(text) else {
        return Vec::new();
    };
    vec![
        Step::UseTool {
            name: "look_up_order",
            input: json!({ "number": number }),
        },
        Step::ToolResult {
            name: "look_up_order",
            result: json!({ "number": number, "summary": "looked up in the order book" }),
        },
    ]
}

fn words(text: &str) -> Vec<Step> {
    text.split_inclusive(' ')
        .map(|word| Step::Say(word.to_owned()))
        .collect()
}

/// Sentences of eight words with some Markdown, in exactly `chunks` chunks.
fn at_length(chunks: usize) -> Vec<Step> {
    (1..=chunks.min(MAX_CHUNKS))
        .map(|count| {
            Step::Say(match count % 8 {
                0 => format!("word {count}.\n\n"),
                1 => format!("**Word {count}** "),
                _ => format!("word {count}, "),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(steps: &[Step]) -> String {
        let words = steps.iter().filter_map(|step| match step {
            Step::Say(words) => Some(words.as_str()),
            _ => None,
        });
        words.collect()
    }

    #[test]
    fn an_order_is_looked_up_first() {
        let steps = steps("Where is order 1002?", 0, Language::English).unwrap_or_default();
        assert!(matches!(
            steps[0],
            Step::UseTool {
                name: "look_up_order",
                ..
            }
        ));
        assert!(matches!(steps[1], Step::ToolResult { .. }));
        assert!(said(&steps).contains("1002"));
    }

    #[test]
    fn others_need_no_tool() {
        let steps = steps("blue sky", 0, Language::English).unwrap_or_default();
        assert_eq!((steps.len(), said(&steps).as_str()), (4, "You said: blue sky"));
    }

    #[test]
    fn answers_at_length_have_the_length() {
        assert_eq!(
            steps("at length 2000", 0, Language::English).map(|all| all.len()),
            Some(2_000)
        );
        assert_eq!(steps("a human please", 0, Language::English), None);
    }
}
