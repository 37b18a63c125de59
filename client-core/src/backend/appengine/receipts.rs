//! What the visitor has got and seen of the other side's messages.

use crate::ids::ServerId;
use crate::io::Attention;
use crate::message::{Author, Delivery};
use crate::time::Now;

use super::calls::Chore;
use super::intent::{self, Between};
use super::{Absence, AppEngine};

/// Messages that wait to be seen, or to be told of, at most; the oldest give way.
const MOST_WAITING: usize = 200;

/// A message of an agent's that is seen, or will be.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Seen {
    id: ServerId,
    from: Option<String>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Receipts {
    unseen: Vec<Seen>,
    /// Seen, and nobody was told so.
    untold: Vec<Seen>,
}

fn add(list: &mut Vec<Seen>, seen: Seen) {
    if list.len() == MOST_WAITING {
        list.remove(0);
    }
    list.push(seen);
}

impl AppEngine {
    /// A message is new in the log.
    pub(crate) fn shown(&mut self, id: &ServerId, author: &Author, attention: Attention, now: Now) {
        self.now = now;
        let Author::Agent { id: from, .. } = author else {
            return;
        };
        let from = from.clone();
        self.tell(id, Delivery::Delivered, from.as_deref());
        add(&mut self.receipts.unseen, Seen { id: id.clone(), from });
        if attention == Attention::Watching {
            self.seen_all(now);
        }
    }

    /// The visitor looks: everything is seen.
    pub(crate) fn seen_all(&mut self, now: Now) {
        self.now = now;
        for seen in std::mem::take(&mut self.receipts.unseen) {
            add(&mut self.receipts.untold, seen);
        }
        self.tell_seen();
    }

    /// The visitor has seen one message.
    pub(super) fn mark_read(&mut self, id: &ServerId) {
        let at = self.receipts.unseen.iter().position(|unseen| unseen.id == *id);
        let from = at.and_then(|at| self.receipts.unseen.remove(at).from);
        add(&mut self.receipts.untold, Seen { id: id.clone(), from });
        self.tell_seen();
    }

    /// Tells what was seen: on the line, or on the next one. Where none will be dialled by itself, calls tell it.
    pub(super) fn tell_seen(&mut self) {
        if self.is_greeted() {
            for Seen { id, from } in std::mem::take(&mut self.receipts.untold) {
                self.tell(&id, Delivery::Read, from.as_deref());
            }
        } else if self.absence == Absence::PutOut && !self.is_marking() {
            self.mark_by_call();
        }
    }

    /// One after the other.
    fn mark_by_call(&mut self) {
        if let Some(chat_id) = self.memory.conversation()
            && !self.receipts.untold.is_empty()
        {
            let seen = self.receipts.untold.remove(0);
            let call = self.calls().mark_read(&chat_id, &seen.id.0, self.now.wall);
            self.run(Chore::MarkRead(seen), call);
        }
    }

    /// A call came to nothing: it is left to the next line, or to the next look.
    pub(super) fn not_marked(&mut self, seen: Seen) {
        add(&mut self.receipts.untold, seen);
    }

    pub(super) fn is_greeted(&self) -> bool {
        self.link.as_ref().is_some_and(super::link::Link::is_greeted)
    }

    fn tell(&mut self, id: &ServerId, delivery: Delivery, from: Option<&str>) {
        let me = self.memory.email().map(str::to_owned);
        let between = Between {
            me: me.as_deref(),
            agent: from,
        };
        self.emit(&intent::receipt(self.vocabulary, &id.0, delivery, between));
    }
}
