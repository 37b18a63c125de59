//! Answers that arrive piece by piece: collected until they end, bounded in number and length.

use crate::event::StreamStep;
use crate::message::ToolUse;

/// Streams at the same time at most; the oldest gives way.
const MOST_STREAMS: usize = 8;
/// Longest answer in bytes; what is beyond is dropped.
pub(super) const LONGEST: usize = 1024 * 1024;
/// Uses of tools that are kept with an answer.
pub(super) const MOST_TOOLS: usize = 50;

/// What came of an answer so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Collected {
    /// Its text.
    pub text: String,
    /// What its author looked up or did for it.
    pub tools: Vec<ToolUse>,
}

/// The streams that are running.
#[derive(Clone, Debug, Default)]
pub struct Streams(Vec<(String, Collected)>);

impl Streams {
    /// Takes out the oldest stream if this one is not open and would be one too many.
    #[must_use]
    pub fn make_room(&mut self, id: &str) -> Option<(String, Collected)> {
        let is_full = self.0.len() >= MOST_STREAMS && self.text(id).is_none();
        is_full.then(|| self.0.remove(0))
    }

    /// Opens a stream, if it is not open yet. Room is made for it before.
    pub fn start(&mut self, id: &str) -> Vec<(String, StreamStep)> {
        if self.text(id).is_some() {
            return Vec::new();
        }
        self.0.push((id.to_owned(), Collected::default()));
        vec![(id.to_owned(), StreamStep::Start)]
    }

    /// Takes a piece; opens the stream if its start was missed.
    pub fn chunk(&mut self, id: &str, text: &str) -> Vec<(String, StreamStep)> {
        let mut steps = self.start(id);
        if let Some(collected) = self.of(id)
            && collected.text.len() + text.len() <= LONGEST
        {
            collected.text.push_str(text);
            steps.push((id.to_owned(), StreamStep::Chunk { text: text.to_owned() }));
        }
        steps
    }

    /// A tool is used for an answer.
    pub fn tool_use(&mut self, id: &str, tool: String, summary: Option<String>) -> Vec<(String, StreamStep)> {
        let mut steps = self.start(id);
        self.note_tool(
            id,
            ToolUse {
                tool: tool.clone(),
                summary: summary.clone(),
                result: None,
            },
        );
        steps.push((id.to_owned(), StreamStep::ToolUse { tool, summary }));
        steps
    }

    /// A tool is done: the first use of it that has no result yet gets one.
    pub fn tool_result(&mut self, id: &str, tool: String, summary: Option<String>) -> Vec<(String, StreamStep)> {
        let mut steps = self.start(id);
        let result = summary.clone();
        let is_it = |used: &&mut ToolUse| used.tool == tool && used.result.is_none();
        match self.of(id).and_then(|answer| answer.tools.iter_mut().find(is_it)) {
            Some(used) => used.result = result,
            None => self.note_tool(
                id,
                ToolUse {
                    tool: tool.clone(),
                    summary: None,
                    result,
                },
            ),
        }
        steps.push((id.to_owned(), StreamStep::ToolResult { tool, summary }));
        steps
    }

    fn note_tool(&mut self, id: &str, used: ToolUse) {
        if let Some(collected) = self.of(id)
            && collected.tools.len() < MOST_TOOLS
        {
            collected.tools.push(used);
        }
    }

    /// The ids of the streams that are running, oldest first.
    pub fn open(&self) -> Vec<String> {
        self.0.iter().map(|(id, _)| id.clone()).collect()
    }

    /// What was collected so far.
    pub fn text(&self, id: &str) -> Option<&str> {
        let known = self.0.iter().find(|(open, _)| open == id);
        known.map(|(_, collected)| collected.text.as_str())
    }

    fn of(&mut self, id: &str) -> Option<&mut Collected> {
        let known = self.0.iter_mut().find(|(open, _)| open == id);
        known.map(|(_, collected)| collected)
    }

    /// Closes a stream: what came of it, if it was open.
    pub fn take(&mut self, id: &str) -> Option<Collected> {
        let at = self.0.iter().position(|(open, _)| open == id)?;
        Some(self.0.remove(at).1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_collected() {
        let mut streams = Streams::default();
        assert_eq!(streams.chunk("s", "Hel").len(), 2);
        assert_eq!(streams.chunk("s", "lo").len(), 1);
        assert_eq!(streams.text("s"), Some("Hello"));
        assert_eq!(streams.take("s").unwrap().text, "Hello");
        assert_eq!(streams.text("s"), None);
        assert_eq!(streams.take("s"), None);
    }

    #[test]
    fn a_result_belongs_to_the_first_use_without_one() {
        let mut streams = Streams::default();
        for order in ["7", "8"] {
            streams.tool_use("s", "orders".to_owned(), Some(order.to_owned()));
        }
        streams.tool_result("s", "orders".to_owned(), Some("found".to_owned()));
        streams.tool_result("s", "weather".to_owned(), None);
        let used: Vec<_> = streams.take("s").unwrap().tools;
        let told: Vec<_> = used
            .iter()
            .map(|used| (used.tool.as_str(), used.summary.as_deref(), used.result.as_deref()))
            .collect();
        assert_eq!(
            told,
            [
                ("orders", Some("7"), Some("found")),
                ("orders", Some("8"), None),
                ("weather", None, None)
            ]
        );
    }

    #[test]
    fn number_and_length_are_bounded() {
        let mut streams = Streams::default();
        let mut gone = Vec::new();
        for id in 0..20 {
            gone.extend(streams.make_room(&id.to_string()));
            streams.start(&id.to_string());
        }
        assert_eq!((streams.open().len(), gone.len()), (MOST_STREAMS, 12));
        assert_eq!((gone[0].0.as_str(), streams.make_room("19")), ("0", None));
        streams.chunk("19", &"x".repeat(LONGEST));
        assert!(streams.chunk("19", "y").is_empty());
        for number in 0..2 * MOST_TOOLS {
            streams.tool_use("19", number.to_string(), None);
        }
        assert_eq!(streams.take("19").unwrap().tools.len(), MOST_TOOLS);
    }
}
