//! What is known of a long conversation, so that a line that comes back need not read all of it again.

use crate::ids::ServerId;
use crate::time::UnixMillis;

use super::record::Received;

/// From so many messages on, only what is new is asked for.
const LONG: usize = 200;
/// So much of what is known is asked for again, in milliseconds: that it comes shows that nothing is missing between.
const OVERLAP: i64 = 1_000;

#[derive(Clone, Debug, Default)]
pub(super) struct Thread {
    length: usize,
    /// The newest message by the server's own clock; the time of sending may be its author's.
    newest: Option<(UnixMillis, ServerId)>,
}

impl Thread {
    /// The whole of it was told.
    pub(super) fn told(&mut self, messages: &[Received]) {
        *self = Self::default();
        messages.iter().for_each(|message| self.grew(message));
    }

    /// A message came.
    pub(super) fn grew(&mut self, message: &Received) {
        self.length += 1;
        if let (Some(at), Some(id)) = (message.created, &message.incoming.server_id)
            && self.newest.as_ref().is_none_or(|(newest, _)| *newest <= at)
        {
            self.newest = Some((at, id.clone()));
        }
    }

    /// From when on to ask for what is new.
    pub(super) fn since(&self) -> Option<UnixMillis> {
        let (newest, _) = self.newest.as_ref()?;
        Some(UnixMillis(newest.0.saturating_sub(OVERLAP)))
    }

    /// Whether all of it is much to ask for.
    pub(super) const fn is_long(&self) -> bool {
        self.length > LONG
    }

    /// Whether what was told begins where the known ends.
    pub(super) fn is_continued_by(&self, told: &[Received]) -> bool {
        let newest = self.newest.as_ref().map(|(_, id)| id);
        told.iter().any(|message| message.incoming.server_id.as_ref() == newest)
    }
}
