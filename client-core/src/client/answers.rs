//! Answers that arrive piece by piece.

use super::Client;
use crate::backend::Piece;
use crate::event::{Event, StreamStep};
use crate::ids::ServerId;
use crate::timeline::{Answer, Collected, Whole};

impl Client {
    /// A piece of an answer came.
    pub(super) fn stream_piece(&mut self, id: String, piece: Piece) {
        // What comes of an answer that is complete comes again.
        if self.streams.text(&id).is_none() && self.timeline.answered(&id) == Some(Whole::Yes) {
            return;
        }
        match piece {
            Piece::Start => {
                self.make_room(&id);
                let steps = self.streams.start(&id);
                self.tell_stream(steps);
                self.clear_typing();
            }
            Piece::Text(text) => {
                self.make_room(&id);
                let steps = self.streams.chunk(&id, &text);
                self.tell_stream(steps);
            }
            Piece::ToolUse { tool, summary } => {
                self.make_room(&id);
                let steps = self.streams.tool_use(&id, tool, summary);
                self.tell_stream(steps);
            }
            Piece::ToolResult { tool, summary } => {
                self.make_room(&id);
                let steps = self.streams.tool_result(&id, tool, summary);
                self.tell_stream(steps);
            }
            Piece::End { stored_id, whole } => {
                let mut said = self.collected(&id);
                // The server's own copy wins over what was collected.
                said.text = whole.unwrap_or(said.text);
                let text = said.text.clone();
                self.tell_stream(vec![(id.clone(), StreamStep::End { text })]);
                self.keep_answer(&id, stored_id, said, Whole::Yes);
            }
            Piece::Failed(message) => {
                let said = self.collected(&id);
                self.tell_stream(vec![(id.clone(), StreamStep::Error { message })]);
                self.keep_answer(&id, None, said, Whole::No);
            }
            Piece::Interrupted => self.interrupt_stream(&id),
        }
    }

    fn tell_stream(&mut self, steps: Vec<(String, StreamStep)>) {
        for (id, step) in steps {
            self.emit(Event::Stream { id, step });
        }
    }

    /// More answers at once than are followed: the oldest becomes a message as far as it has come. What follows of it is added to that.
    fn make_room(&mut self, id: &str) {
        if let Some((oldest, said)) = self.streams.make_room(id) {
            let said = self.all_of(&oldest, said);
            self.tell_stream(vec![(oldest.clone(), StreamStep::Interrupted)]);
            self.keep_answer(&oldest, None, said, Whole::GaveWay);
        }
    }

    /// Closes a stream: all that was said of its answer, also before a cut.
    fn collected(&mut self, id: &str) -> Collected {
        let said = self.streams.take(id).unwrap_or_default();
        self.all_of(id, said)
    }

    fn all_of(&self, id: &str, said: Collected) -> Collected {
        Collected {
            text: self.timeline.with_what_was_said(id, said.text),
            ..said
        }
    }

    fn interrupt_stream(&mut self, id: &str) {
        if self.streams.text(id).is_some() {
            let said = self.collected(id);
            self.tell_stream(vec![(id.to_owned(), StreamStep::Interrupted)]);
            self.keep_answer(id, None, said, Whole::No);
        }
    }

    /// The line is gone: nothing more comes of what is running. The history may bring the rest.
    pub(super) fn interrupt_streams(&mut self) {
        for id in self.streams.open() {
            self.interrupt_stream(&id);
        }
    }

    /// What was streamed becomes a message, unless nothing was said.
    fn keep_answer(&mut self, id: &str, stored: Option<String>, said: Collected, whole: Whole) {
        if said.text.is_empty() {
            return;
        }
        let known = stored.clone().map(ServerId).filter(|id| self.timeline.knows(id));
        if let Some(known) = known {
            self.timeline.add_tools(&known, said.tools);
            return self.store.touch();
        }
        if self.timeline.answered(id).is_some() {
            let message = self.timeline.go_on_answering(id, stored, said, whole);
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
            said,
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
