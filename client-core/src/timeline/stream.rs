//! Answers that arrive piece by piece: collected until they end, bounded in number and length.

use crate::event::StreamStep;

/// Streams at the same time at most; the oldest gives way.
const MOST_STREAMS: usize = 8;
/// Longest answer in bytes; what is beyond is dropped.
const LONGEST: usize = 1024 * 1024;

/// How a stream ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StreamEnd {
    /// With the whole text, as the server said it or as it was collected.
    Complete {
        /// The text; empty when nothing was said.
        text: String,
    },
    /// By the server's word.
    Failed {
        /// The server's words.
        message: String,
    },
}

/// The streams that are running.
#[derive(Clone, Debug, Default)]
pub struct Streams(Vec<(String, String)>);

impl Streams {
    /// Opens a stream, if it is not open yet. What gave way for it is interrupted.
    pub fn start(&mut self, id: &str) -> Vec<(String, StreamStep)> {
        if self.text(id).is_some() {
            return Vec::new();
        }
        let mut steps = Vec::new();
        if self.0.len() == MOST_STREAMS {
            let (oldest, _) = self.0.remove(0);
            steps.push((oldest, StreamStep::Interrupted));
        }
        self.0.push((id.to_owned(), String::new()));
        steps.push((id.to_owned(), StreamStep::Start));
        steps
    }

    /// Takes a piece; opens the stream if its start was missed.
    pub fn chunk(&mut self, id: &str, text: &str) -> Vec<(String, StreamStep)> {
        let mut steps = self.start(id);
        if let Some((_, collected)) = self.0.iter_mut().find(|(open, _)| open == id)
            && collected.len() + text.len() <= LONGEST
        {
            collected.push_str(text);
            steps.push((id.to_owned(), StreamStep::Chunk { text: text.to_owned() }));
        }
        steps
    }

    /// Closes a stream. `whole` is the server's own copy of the text, which wins over what was collected.
    pub fn end(&mut self, id: &str, whole: Option<String>) -> StreamEnd {
        let collected = self.take(id).unwrap_or_default();
        StreamEnd::Complete {
            text: whole.unwrap_or(collected),
        }
    }

    /// Closes a stream that broke off by the server's word.
    pub fn fail(&mut self, id: &str, message: String) -> StreamEnd {
        self.take(id);
        StreamEnd::Failed { message }
    }

    /// The connection is gone: nothing more comes of what is running.
    pub fn interrupt(&mut self) -> Vec<(String, StreamStep)> {
        std::mem::take(&mut self.0)
            .into_iter()
            .map(|(id, _)| (id, StreamStep::Interrupted))
            .collect()
    }

    /// The ids of the streams that are running, oldest first.
    pub fn open(&self) -> Vec<String> {
        self.0.iter().map(|(id, _)| id.clone()).collect()
    }

    /// What was collected so far.
    pub fn text(&self, id: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(open, _)| open == id)
            .map(|(_, text)| text.as_str())
    }

    fn take(&mut self, id: &str) -> Option<String> {
        let at = self.0.iter().position(|(open, _)| open == id)?;
        Some(self.0.remove(at).1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_collected_and_the_servers_copy_wins() {
        let mut streams = Streams::default();
        assert_eq!(streams.chunk("s", "Hel").len(), 2);
        assert_eq!(streams.chunk("s", "lo").len(), 1);
        assert_eq!(streams.text("s"), Some("Hello"));
        assert_eq!(
            streams.end("s", None),
            StreamEnd::Complete {
                text: "Hello".to_owned()
            }
        );
        streams.chunk("s", "Hi");
        assert_eq!(
            streams.end("s", Some("Hi!".to_owned())),
            StreamEnd::Complete { text: "Hi!".to_owned() }
        );
        assert_eq!(streams.text("s"), None);
    }

    #[test]
    fn a_cut_interrupts_every_stream_once() {
        let mut streams = Streams::default();
        streams.start("a");
        streams.start("b");
        assert_eq!(streams.interrupt().len(), 2);
        assert!(streams.interrupt().is_empty());
    }

    #[test]
    fn number_and_length_are_bounded() {
        let mut streams = Streams::default();
        for id in 0..20 {
            streams.start(&id.to_string());
        }
        assert_eq!(streams.interrupt().len(), MOST_STREAMS);
        streams.chunk("long", &"x".repeat(LONGEST));
        assert!(streams.chunk("long", "y").is_empty());
    }
}
