//! What outlives a reload: when it is written, and how it is read back.

use super::{Client, Past, Resume};
use crate::config::Persistence;
use crate::error::Error;
use crate::event::Event;
use crate::ids::{LocalId, WriteId};
use crate::io::{Output, StoredText};
use crate::message::{Attachment, Delivery};
use crate::outbox::{Notes, Safe};
use crate::snapshot::{self, Snapshot, Unreadable};
use crate::time::{Now, UnixMillis};

/// Whether the store has what we have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Copy {
    Same,
    Older,
}

/// Whether the last write succeeded. A failure is told once, not at every message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Health {
    Sound,
    Failing,
}

/// A message of the queue, as the log shows it.
pub(super) struct Waiting {
    pub(super) id: LocalId,
    text: String,
    files: Vec<Attachment>,
    queued_at: UnixMillis,
    pub(super) delivery: Delivery,
    pub(super) reason: Option<String>,
}

#[derive(Clone, Debug)]
pub(super) struct Store {
    persistence: Persistence,
    health: Health,
    copy: Copy,
    writing: Option<WriteId>,
    last_write: u64,
}

impl Store {
    pub(super) fn new(persistence: Persistence) -> Self {
        Self {
            persistence,
            health: Health::Sound,
            copy: Copy::Same,
            writing: None,
            last_write: 0,
        }
    }

    /// Whether a message may be sent before a write has noted it.
    pub(super) fn notes(&self) -> Notes {
        match (self.persistence, self.health) {
            (Persistence::Durable, Health::Sound) => Notes::First,
            // A write under way may be the first to succeed again, and it does not know what is sent meanwhile.
            (Persistence::Durable, Health::Failing) if self.writing.is_some() => Notes::First,
            _ => Notes::NotKept,
        }
    }

    /// Somebody else writes from now on.
    pub(super) fn disown(&mut self) {
        self.copy = Copy::Same;
        self.writing = None;
    }

    /// Something that outlives a reload has changed.
    pub(super) fn touch(&mut self) {
        self.copy = Copy::Older;
    }
}

impl Client {
    /// Takes over what an earlier life of this client stored. Call it before anything else.
    ///
    /// # Errors
    /// [`Unreadable`] when the text is damaged or too new: keep it aside, warn, and go on without.
    pub fn restore(&mut self, stored: &str, now: Now) -> Result<(), Unreadable> {
        let snapshot = Snapshot::read(stored)?;
        self.cx.now = now;
        self.take_up(snapshot);
        for waiting in self.waiting() {
            if self.timeline.find(waiting.id).is_none() {
                let _shown_by_the_log =
                    self.timeline
                        .add_own(waiting.id, &waiting.text, waiting.files, waiting.queued_at);
            }
            self.timeline
                .set_status(waiting.id, waiting.delivery, waiting.reason.as_deref());
        }
        Ok(())
    }

    pub(super) fn take_up(&mut self, snapshot: Snapshot) {
        let now = self.cx.now;
        if self.backend.has_steps()
            && let Some(known) = &snapshot.backend
        {
            self.backend.restore(known);
        }
        if let Some(session) = snapshot
            .session
            .as_ref()
            .filter(|_| !(self.backend.session_wears_out() && snapshot.is_stale(now.wall)))
        {
            self.session.restore(session, &mut self.cx);
            self.resume = Resume::Untold;
            self.past = Past::Some;
        } else if snapshot.messages.iter().any(|message| message.server_id.is_some()) {
            // What is in the log belongs to a session that is gone: the next one is another conversation.
            self.session.restore_ended();
        }
        self.timeline
            .restore(snapshot.messages, snapshot.seen, snapshot.unread, snapshot.conversation);
        self.outbox.restore(snapshot.outbox, now);
    }

    /// What the queue says of its messages.
    pub(super) fn waiting(&self) -> Vec<Waiting> {
        let entries = self.outbox.entries();
        entries
            .map(|entry| Waiting {
                id: entry.id,
                text: entry.text.clone(),
                files: entry.shown_files(),
                queued_at: entry.queued_at(),
                delivery: entry.delivery(),
                reason: entry.reason.clone(),
            })
            .collect()
    }

    /// Asks for a write if something changed and none is under way.
    pub(super) fn save(&mut self) {
        if self.store.copy == Copy::Same || self.store.writing.is_some() {
            return;
        }
        self.store.copy = Copy::Same;
        if self.store.persistence == Persistence::Volatile {
            let safe = self.outbox.keep_in_memory();
            self.announce(safe);
            return;
        }
        if self.connection.live().is_some() {
            let not_before = self.backend.earliest(self.cx.now);
            self.outbox.note_ahead(not_before, self.cx.now.wall);
        }
        let text = self.snapshot().write();
        self.write(text);
    }

    fn write(&mut self, text: String) {
        self.store.last_write += 1;
        let write = WriteId(self.store.last_write);
        self.store.writing = Some(write);
        self.outbox.writing(write);
        self.outputs.push_back(Output::Store {
            write,
            snapshot: StoredText(text),
        });
    }

    fn snapshot(&self) -> Snapshot {
        let (messages, seen) = self.timeline.stored(self.cx.tuning.stored_messages);
        Snapshot {
            version: snapshot::VERSION,
            saved_at: self.cx.now.wall,
            session: self.session.stored(),
            outbox: self.outbox.stored(),
            messages,
            seen,
            unread: self.timeline.unread(),
            conversation: self.timeline.conversation(),
            backend: self.backend.stored(),
        }
    }

    /// A write ended: what it held is safe now, and told.
    pub(super) fn stored(&mut self, write: WriteId, result: Result<(), String>) {
        if self.store.writing != Some(write) {
            return;
        }
        self.store.writing = None;
        let mut safe = self.outbox.written(write);
        match result {
            Ok(()) => self.store.health = Health::Sound,
            Err(words) => {
                self.tell_failure(words);
                safe.extend(self.outbox.keep_in_memory());
            }
        }
        self.announce(safe);
    }

    /// The store is out of order: go on in memory, and say so once.
    fn tell_failure(&mut self, message: String) {
        if self.store.health == Health::Sound {
            self.store.health = Health::Failing;
            self.emit(Event::Error(Error::Storage { message }));
        }
    }

    fn announce(&mut self, safe: Vec<Safe>) {
        if safe.is_empty() {
            return;
        }
        for Safe { id, text, files } in safe {
            let message = self.timeline.add_own(id, &text, files, self.cx.now.wall);
            debug_assert_eq!(message.status, Delivery::Pending);
            self.emit(Event::Message {
                message,
                history: false,
                replaces: false,
            });
        }
        self.store.touch();
        self.pump();
        if self.store.persistence == Persistence::Volatile {
            self.store.copy = Copy::Same;
        } else {
            self.save();
        }
    }
}
