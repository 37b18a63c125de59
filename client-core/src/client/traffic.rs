//! What arrives on the line.

use super::{Client, Past, Resume};
use crate::backend::{Bell, Earlier, Incoming, Signal, Welcome};
use crate::deadline::Deadline;
use crate::error::Error;
use crate::event::{AgentChange, Event, SessionChange};
use crate::ids::{Generation, LocalId, ServerId};
use crate::io::Attention;
use crate::message::Author;
use crate::outbox::History;
use crate::timeline::Change;

/// How a message came.
#[derive(Clone, Copy, Debug)]
enum Arrival<'list> {
    Live,
    /// With what the server's copy of the conversation has behind it.
    Replayed(&'list [Incoming]),
}

impl Client {
    /// Whether it is the socket beside the line.
    #[inline]
    pub(super) fn is_bell(&self, generation: Generation) -> bool {
        self.backend.has_bell() && self.bell == Some(generation)
    }

    pub(super) fn socket_opened(&mut self, generation: Generation) {
        if self.is_bell(generation) {
            self.backend.bell(Bell::Opened, self.cx.now);
        } else {
            self.connection.opened(generation);
        }
    }

    pub(super) fn frame(&mut self, generation: Generation, text: &str) {
        if self.is_bell(generation) {
            return self.backend.bell(Bell::Text(text), self.cx.now);
        }
        if !self.connection.is_current(generation) {
            return;
        }
        self.connection.opened(generation);
        self.connection.heard(&mut self.cx);
        if let Some(signal) = self.backend.decode(text, self.cx.now) {
            self.signal(signal);
        }
    }

    pub(super) fn binary_frame(&mut self, generation: Generation, bytes: &[u8]) {
        if self.is_bell(generation) {
            self.backend.bell(Bell::Binary, self.cx.now);
        } else if self.backend.has_steps() && self.connection.is_current(generation) {
            self.connection.heard(&mut self.cx);
            self.backend.decode_binary(bytes, self.cx.now);
        }
    }

    pub(super) fn signal(&mut self, signal: Signal) {
        match signal {
            Signal::Welcome(welcome) => self.welcome(welcome),
            Signal::Acknowledged {
                local_id,
                server_id,
                at,
            } => self.acknowledged(local_id, server_id, at),
            Signal::Message(incoming) => self.arrived(incoming, Arrival::Live),
            Signal::Typing { author, on } => self.other_types(author, on),
            Signal::Alive { position } => self.check_position(position),
            Signal::Throttled {
                local_id,
                message,
                wait,
            } => self.throttled(local_id, wait, message),
            Signal::Refused { local_id, message } => self.refused(local_id, message),
            Signal::Agent { change, id, name } => self.emit(Event::Agent { change, id, name }),
            Signal::Presence { id, status } => self.emit(Event::Presence { id, status }),
            Signal::Status { value, reason } => self.emit(Event::Status { value, reason }),
            Signal::Unknown => self.unknown_frames += 1,
        }
    }

    /// The greeting: merge what it replays, settle what was in doubt, then the line is live.
    fn welcome(&mut self, welcome: Welcome) {
        if let Some(id) = &welcome.session_id
            && self.session.learn_id(id)
        {
            self.store.touch();
        }
        self.learn_config(welcome.config);
        let history = match welcome.history {
            Earlier::Replayed(messages) => {
                self.replay(messages);
                History::Replayed
            }
            Earlier::NotTold => {
                self.report_unfillable_gap();
                History::Unknown
            }
            Earlier::Unbroken => History::Unknown,
        };
        self.outbox
            .reconcile(history, self.cx.tuning.dedupe_window, self.cx.now);
        if self.connection.welcomed(&mut self.cx) {
            self.session.arm_refresh(&mut self.cx);
            if let Some(until) = self.outbox.held_until() {
                self.cx.deadlines.set(Deadline::Resume, until);
            }
            self.tell_resumed();
            self.advance_identification();
            if self.attention == Attention::Watching {
                self.backend.seen_all(self.cx.now);
            }
        }
        if let Some(name) = welcome.agent {
            self.emit(Event::Agent {
                change: AgentChange::Assigned,
                id: None,
                name: Some(name),
            });
        }
        if let Some(value) = welcome.status {
            self.emit(Event::Status { value, reason: None });
        }
    }

    fn tell_resumed(&mut self) {
        if self.resume == Resume::Untold {
            self.resume = Resume::Told;
            let id = self.session.id().map(str::to_owned);
            self.emit(Event::Session {
                change: SessionChange::Resumed,
                id,
            });
        }
    }

    /// Merges the server's copy of the conversation. If it begins after what is known, something is missing between.
    pub(super) fn replay(&mut self, messages: Vec<Incoming>) {
        let first = messages.first().and_then(|message| message.server_id.clone());
        let newest = self.newest_of_conversation();
        let overlaps = messages
            .iter()
            .filter_map(|message| message.server_id.as_ref())
            .any(|id| self.timeline.knows(id));
        if let (Some(newest), Some(_), false) = (&newest, &first, overlaps) {
            self.emit(Event::Gap {
                from: Some(newest.clone()),
                to: first,
            });
        }
        let mut rest = messages.into_iter();
        while let Some(message) = rest.next() {
            self.arrived(message, Arrival::Replayed(rest.as_slice()));
        }
    }

    /// The server replays nothing: whoever was connected before may have missed something.
    fn report_unfillable_gap(&mut self) {
        if self.past == Past::Some {
            self.emit(Event::Gap {
                from: self.newest_of_conversation(),
                to: None,
            });
        }
    }

    fn newest_of_conversation(&self) -> Option<ServerId> {
        let conversation = self.timeline.conversation();
        let current = self
            .timeline
            .iter()
            .rev()
            .take_while(|message| message.conversation == conversation);
        current.filter_map(|message| message.server_id.clone()).next()
    }

    fn arrived(&mut self, incoming: Incoming, arrival: Arrival<'_>) {
        let from_visitor = incoming.author == Author::Visitor;
        let (history, later) = match arrival {
            Arrival::Live => (false, &[][..]),
            Arrival::Replayed(later) => (true, later),
        };
        let stored_answer = if self.backend.capabilities().streaming {
            self.timeline.stored_answer(&incoming)
        } else {
            None
        };
        let (timeline, outbox, at) = (&mut self.timeline, &self.outbox, incoming.at);
        let change = stored_answer
            .unwrap_or_else(|| timeline.upsert(incoming, later, self.cx.now.wall, |id| outbox.may_be_copied(id, at)));
        match change {
            Change::Confirmed(id) => self.confirmed(id),
            Change::Nothing => return,
            Change::Replaced(message) => self.emit(Event::Message {
                message,
                history,
                replaces: true,
            }),
            Change::Added(message) => {
                if self.backend.capabilities().receipts
                    && let (false, Some(id)) = (history, &message.server_id)
                {
                    self.backend.shown(id, &message.author, self.attention, self.cx.now);
                }
                self.emit(Event::Message {
                    message,
                    history,
                    replaces: false,
                });
                if !from_visitor {
                    self.clear_typing();
                    self.count_unread();
                }
            }
        }
        self.store.touch();
    }

    pub(super) fn count_unread(&mut self) {
        if self.attention == Attention::Away {
            self.timeline.count_unread();
            self.emit(Event::Unread(self.timeline.unread()));
        }
    }

    fn other_types(&mut self, author: Author, on: bool) {
        if author == Author::Visitor {
            return;
        }
        if on {
            let patience = self.cx.tuning.typing_clear;
            self.cx.arm(Deadline::TypingClear, patience);
            if self.typing.as_ref() != Some(&author) {
                self.typing = Some(author.clone());
                self.emit(Event::Typing { author, on: true });
            }
        } else {
            self.clear_typing();
        }
    }

    pub(super) fn clear_typing(&mut self) {
        self.cx.disarm(Deadline::TypingClear);
        if let Some(author) = self.typing.take() {
            self.emit(Event::Typing { author, on: false });
        }
    }

    /// A sign of life that names a message which is not in the log means that messages are missing.
    fn check_position(&mut self, position: Option<ServerId>) {
        let unknown = position.filter(|id| !self.timeline.knows(id));
        self.connection.position(unknown, &mut self.cx);
    }

    fn throttled(&mut self, local_id: Option<LocalId>, wait: Option<std::time::Duration>, message: String) {
        match local_id.or_else(|| self.outbox.in_flight()) {
            Some(id) => self.hold_message(id, wait, &message),
            None => self.error_event(Error::Refused {
                message,
                status: None,
                retry_after: wait,
            }),
        }
    }

    fn refused(&mut self, local_id: Option<LocalId>, message: String) {
        match local_id {
            Some(id) => self.refuse_message(id, message),
            None => self.error_event(Error::Refused {
                message,
                status: None,
                retry_after: None,
            }),
        }
    }
}
