//! From the queue to the line, and what becomes of it.

use std::time::Duration;

use super::{Buffer, Client};
use crate::backend::Outgoing;
use crate::deadline::Deadline;
use crate::event::Event;
use crate::ids::{LocalId, ServerId};
use crate::message::Delivery;
use crate::outbox::Next;
use crate::time::UnixMillis;

impl Client {
    /// Sends what may be sent.
    pub(super) fn pump(&mut self) {
        let Some(generation) = self.connection.live() else {
            return;
        };
        self.set_forgotten_aside();
        while self.buffer == Buffer::Writable {
            let next = self
                .outbox
                .next(self.cx.tuning.window, self.store.notes(), self.cx.mono());
            let entry = match next {
                Next::Send(entry) => entry,
                Next::Note => return self.store.touch(),
                Next::Upload(id) if self.backend.capabilities().upload => return self.upload(id),
                Next::Upload(_) => return,
                Next::Settle(entry) => return self.backend.settle(entry.id, &entry.text, self.cx.now),
                Next::Nothing => return,
            };
            let id = entry.id;
            match self.backend.message(id, &entry.text, entry.attachments(), self.cx.now) {
                Outgoing::Frame(frame) => self.transmit(generation, frame),
                Outgoing::Called => {}
                Outgoing::Nothing => return,
            }
            let not_before = self.backend.earliest(self.cx.now);
            self.outbox.sent(id, not_before, self.cx.now);
            let patience = self.cx.tuning.ack_timeout;
            self.cx.arm(Deadline::Ack, patience);
            self.store.touch();
            self.set_status(id, Delivery::Sending, None);
        }
    }

    fn set_forgotten_aside(&mut self) {
        for id in self.outbox.doubt_forgotten(self.cx.tuning.dedupe_window, self.cx.now) {
            self.store.touch();
            let reason = Some("nobody can tell whether it arrived");
            self.set_status(id, Delivery::Uncertain, reason);
        }
    }

    /// Nobody has said yet whether it was taken: it waits in its place until that is known.
    pub(super) fn unclear(&mut self, id: LocalId) {
        if self.outbox.unclear(id) {
            self.await_next_ack();
            self.store.touch();
            self.set_status(id, Delivery::Pending, Some("nobody knows yet whether it arrived"));
        }
    }

    /// It certainly was not taken: it is sent as if for the first time.
    pub(super) fn not_taken(&mut self, id: LocalId) {
        if self.outbox.not_taken(id) {
            self.await_next_ack();
            self.store.touch();
            self.set_status(id, Delivery::Pending, None);
        }
    }

    /// There is nothing to look into: the visitor decides before anything else is sent.
    pub(super) fn undecidable(&mut self, id: LocalId) {
        let reason = "nobody can tell whether it arrived";
        if self.outbox.undecidable(id, reason) {
            self.await_next_ack();
            self.store.touch();
            self.set_status(id, Delivery::Uncertain, Some(reason));
        }
    }

    /// The server has it, by acknowledgement, echo or history.
    pub(super) fn acknowledged(&mut self, id: LocalId, server_id: Option<ServerId>, at: Option<UnixMillis>) {
        self.timeline.confirm(id, server_id.as_ref(), at);
        self.confirmed(id);
    }

    pub(super) fn confirmed(&mut self, id: LocalId) {
        let files = self.kept_files(id);
        if self.outbox.acknowledge(id) {
            self.release(files);
            self.cx.disarm(Deadline::Resume);
            self.await_next_ack();
            if self.connection.live().is_some() {
                self.connection.proved(&mut self.cx);
            }
            self.store.touch();
            self.set_status(id, Delivery::Sent, None);
        }
    }

    /// One answer came; another may still be due.
    fn await_next_ack(&mut self) {
        if self.outbox.in_flight().is_none() {
            self.cx.disarm(Deadline::Ack);
        } else {
            let patience = self.cx.tuning.ack_timeout;
            self.cx.arm(Deadline::Ack, patience);
        }
    }

    pub(super) fn refuse_message(&mut self, id: LocalId, reason: String) {
        if self.outbox.refuse(id, reason.clone()) {
            self.await_next_ack();
            self.store.touch();
            self.set_status(id, Delivery::Failed, Some(&reason));
        }
    }

    /// Not now: the queue waits, and nothing overtakes.
    pub(super) fn hold_message(&mut self, id: LocalId, wait: Option<Duration>, reason: &str) {
        if let Some(until) = self.outbox.hold(id, wait, self.cx.mono()) {
            self.await_next_ack();
            self.cx.deadlines.set(Deadline::Resume, until);
            self.store.touch();
            self.set_status(id, Delivery::Pending, Some(reason));
        }
    }

    /// Shows how far a message has come.
    pub(super) fn set_status(&mut self, id: LocalId, status: Delivery, reason: Option<&str>) {
        if self.timeline.set_status(id, status, reason) {
            let server_id = self.timeline.find(id).and_then(|message| message.server_id.clone());
            let reason = reason.map(str::to_owned);
            self.emit(Event::MessageStatus {
                local_id: id,
                server_id,
                status,
                reason,
            });
        }
    }

    pub(super) fn expire(&mut self) {
        for id in self.outbox.expire(self.cx.tuning.expire_after, self.cx.now) {
            self.store.touch();
            self.set_status(id, Delivery::Expired, Some("it waited too long"));
        }
    }

    /// A client that was stopped has no deadlines; what has become too old meanwhile is noticed when it starts.
    pub(super) fn arm_expiry(&mut self) {
        if self.connection.is_stopped() {
            self.cx.disarm(Deadline::Expire);
            return;
        }
        match self.outbox.next_expiry(self.cx.tuning.expire_after, self.cx.now) {
            Some(at) => self.cx.deadlines.set(Deadline::Expire, at),
            None => self.cx.disarm(Deadline::Expire),
        }
    }
}
