//! Answers that arrive piece by piece.

use super::Client;
use crate::backend::Piece;
use crate::event::{Event, StreamStep};
use crate::timeline::{Answer, StreamEnd, Whole};

impl Client {
    /// A piece of an answer came.
    pub(super) fn stream_piece(&mut self, id: String, piece: Piece) {
        // What comes of an answer that is complete comes again.
        if self.streams.text(&id).is_none() && self.timeline.answered(&id) == Some(Whole::Yes) {
            return;
        }
        match piece {
            Piece::Start => {
                let steps = self.streams.start(&id);
                self.tell_stream(steps);
                self.clear_typing();
            }
            Piece::Text(text) => {
                let steps = self.streams.chunk(&id, &text);
                self.tell_stream(steps);
            }
            Piece::ToolUse { tool, summary } => self.tell_tool(id, StreamStep::ToolUse { tool, summary }),
            Piece::ToolResult { tool, summary } => self.tell_tool(id, StreamStep::ToolResult { tool, summary }),
            Piece::End { stored_id, whole } => {
                let StreamEnd::Complete { text } = self.streams.end(&id, whole) else {
                    return;
                };
                let step = StreamStep::End { text: text.clone() };
                self.tell_stream(vec![(id.clone(), step)]);
                self.keep_answer(&id, stored_id, text, Whole::Yes);
            }
            Piece::Failed(message) => {
                let partial = self.streams.text(&id).unwrap_or_default().to_owned();
                let _failed = self.streams.fail(&id, message.clone());
                self.tell_stream(vec![(id.clone(), StreamStep::Error { message })]);
                self.keep_answer(&id, None, partial, Whole::No);
            }
            Piece::Interrupted => self.interrupt_stream(&id),
        }
    }

    fn tell_tool(&mut self, id: String, step: StreamStep) {
        let mut steps = self.streams.start(&id);
        steps.push((id, step));
        self.tell_stream(steps);
    }

    fn tell_stream(&mut self, steps: Vec<(String, StreamStep)>) {
        for (id, step) in steps {
            self.emit(Event::Stream { id, step });
        }
    }

    fn interrupt_stream(&mut self, id: &str) {
        if let Some(text) = self.streams.text(id).map(str::to_owned) {
            let _over = self.streams.end(id, None);
            self.tell_stream(vec![(id.to_owned(), StreamStep::Interrupted)]);
            self.keep_answer(id, None, text, Whole::No);
        }
    }

    /// The line is gone: nothing more comes of what is running. The history may bring the rest.
    pub(super) fn interrupt_streams(&mut self) {
        for id in self.streams.open() {
            self.interrupt_stream(&id);
        }
    }

    /// What was streamed becomes a message, unless nothing was said.
    fn keep_answer(&mut self, id: &str, stored: Option<String>, text: String, whole: Whole) {
        if text.is_empty() {
            return;
        }
        let known = stored
            .as_ref()
            .is_some_and(|stored| self.timeline.knows(&crate::ids::ServerId(stored.clone())));
        if known {
            return;
        }
        if self.timeline.answered(id).is_some() {
            let message = self.timeline.go_on_answering(id, stored, &text, whole);
            self.store.touch();
            if let Some(message) = message {
                self.emit(Event::Message {
                    message,
                    history: false,
                    replaces: true,
                });
            }
            return;
        }
        let answer = Answer {
            author: self.assistant(),
            stream: id,
            stored,
            text,
            whole,
        };
        let message = self.timeline.add_answer(answer, self.cx.now.wall);
        self.emit(Event::Message {
            message,
            history: false,
            replaces: false,
        });
        self.clear_typing();
        self.count_unread();
        self.store.touch();
    }
}
