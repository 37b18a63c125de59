//! Answers that arrive piece by piece: which they are, when they fall silent, and how their stored copies are recognised.

use std::time::Duration;

use crate::backend::Incoming;
use crate::backend::step::{Piece, Step};
use crate::ids::ServerId;
use crate::message::Author;
use crate::time::Instant;

use super::AppEngine;

/// Without a piece for this long an answer counts as broken off.
const SILENCE: Duration = Duration::from_secs(60);
/// Ended answers whose stored copies are still recognised by the question's id.
const MOST_ENDED: usize = 64;

/// The server streams an answer under the id of the question: its own must differ.
fn bubble_id(key: &str) -> String {
    ["ai-", key].concat()
}

#[derive(Clone, Debug, Default)]
pub(super) struct OpenStreams {
    open: Vec<(String, Instant)>,
    /// The key of an answer and the id under which it is in the log.
    ended: Vec<(String, String)>,
}

impl OpenStreams {
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.open.iter().map(|(_, last)| *last + SILENCE).min()
    }

    /// The named one, else the one that is open.
    fn key(&self, named: Option<String>) -> Option<String> {
        named.or_else(|| self.open.first().map(|(key, _)| key.clone()))
    }

    fn note(&mut self, key: &str, now: Instant) {
        match self.open.iter_mut().find(|(open, _)| open == key) {
            Some((_, last)) => *last = now,
            None => self.open.push((key.to_owned(), now)),
        }
    }

    fn close(&mut self, key: &str, id: &str) {
        self.open.retain(|(open, _)| open != key);
        if self.ended.len() == MOST_ENDED {
            self.ended.remove(0);
        }
        self.ended.push((key.to_owned(), id.to_owned()));
    }

    /// A stored answer under the id of its question is the one that was streamed.
    pub(super) fn translated(&self, incoming: Incoming) -> Incoming {
        let Some(id) = incoming
            .server_id
            .as_ref()
            .filter(|_| matches!(incoming.author, Author::Bot { .. }))
        else {
            return incoming;
        };
        let known = self.ended.iter().find(|(key, _)| *key == id.0);
        let server_id = known.map(|(_, id)| ServerId(id.clone()));
        Incoming {
            server_id: server_id.or(incoming.server_id),
            ..incoming
        }
    }
}

impl AppEngine {
    pub(super) fn stream(&mut self, named: Option<String>, piece: Piece) {
        let now = self.now.mono;
        // One without a name gets one that no other has.
        let unnamed = || ["answer-", &self.now.wall.0.to_string()].concat();
        let key = self.streams.key(named).unwrap_or_else(unnamed);
        let id = bubble_id(&key);
        let piece = match piece {
            Piece::End { stored_id, whole } => {
                let stored_id = stored_id.filter(|stored| *stored != key);
                self.streams.close(&key, stored_id.as_deref().unwrap_or(&id));
                Piece::End { stored_id, whole }
            }
            Piece::Failed(_) | Piece::Interrupted => {
                self.streams.close(&key, &id);
                piece
            }
            Piece::Start | Piece::Text(_) | Piece::ToolUse { .. } | Piece::ToolResult { .. } => {
                self.streams.note(&key, now);
                piece
            }
        };
        self.steps.push_back(Step::Stream { id, piece });
    }

    /// Breaks off what has fallen silent.
    pub(super) fn streams_due(&mut self) {
        let now = self.now.mono;
        let silent: Vec<_> = self
            .streams
            .open
            .iter()
            .filter(|(_, last)| *last + SILENCE <= now)
            .map(|(key, _)| key.clone())
            .collect();
        for key in silent {
            self.stream(Some(key), Piece::Interrupted);
        }
    }
}
