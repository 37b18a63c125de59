//! What the visitor has got and seen of the other side's messages.

use crate::ids::ServerId;
use crate::io::Attention;
use crate::message::{Author, Delivery};
use crate::time::Now;

use super::AppEngine;
use super::intent::{self, Between};

/// Messages that wait to be seen, at most; the oldest give way.
const MOST_UNSEEN: usize = 200;

/// An agent's message that was not seen yet.
#[derive(Clone, Debug)]
struct Unseen {
    id: ServerId,
    from: Option<String>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Receipts {
    unseen: Vec<Unseen>,
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
        if self.receipts.unseen.len() == MOST_UNSEEN {
            self.receipts.unseen.remove(0);
        }
        self.receipts.unseen.push(Unseen { id: id.clone(), from });
        if attention == Attention::Watching {
            self.seen_all(now);
        }
    }

    /// The visitor looks: everything is seen. Without a line it is told on the next.
    pub(crate) fn seen_all(&mut self, now: Now) {
        self.now = now;
        if !self.is_greeted() {
            return;
        }
        for Unseen { id, from } in std::mem::take(&mut self.receipts.unseen) {
            self.tell(&id, Delivery::Read, from.as_deref());
        }
    }

    /// The visitor has seen one message.
    pub(super) fn mark_read(&mut self, id: &ServerId) {
        let at = self.receipts.unseen.iter().position(|unseen| unseen.id == *id);
        let from = at.and_then(|at| self.receipts.unseen.remove(at).from);
        self.tell(id, Delivery::Read, from.as_deref());
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
