//! The send queue: stored before anything else, strictly in order, one in flight, the same id on every attempt.

mod entry;
mod files;
pub(crate) mod typing;

use std::time::Duration;

use entry::Noted;
pub(crate) use entry::{Entry, Stage};

use crate::backend::{RICH, Resends};
use crate::config::{AfterRefusal, Tuning};
use crate::error::Error;
use crate::ids::{LocalId, WriteId};
use crate::io::{Command, FileInfo};
use crate::message::Attachment;
use crate::snapshot::StoredEntry;
use crate::time::{Instant, Now, UnixMillis};

/// Without a word from the server on when, a refusal for now is retried after this, doubling.
const FIRST_HOLD: Duration = Duration::from_secs(5);
const LONGEST_HOLD: Duration = Duration::from_secs(60);

/// What the history of the new connection says about messages whose fate is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum History {
    /// The server replayed it: what is not in it was not taken.
    Replayed,
    /// It did not: nobody can tell.
    Unknown,
}

/// So many waiting messages are noted by a write: the next ones, so that none waits for the write that follows the one before it. Not
/// more, because after a crash and a lost session each of them would have to ask the visitor.
const NOTED_AHEAD: usize = 2;

/// Whether a message may go on the wire before the store knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notes {
    First,
    /// There is no store, or it is out of order.
    NotKept,
}

/// A message that is safe now.
#[derive(Clone, Debug)]
pub(crate) struct Safe {
    pub(crate) id: LocalId,
    pub(crate) text: String,
    pub(crate) files: Vec<Attachment>,
}

/// What the queue would do next.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Next<'a> {
    Send(&'a Entry),
    /// Its files come first.
    Upload(LocalId),
    /// Before it is sent again, it must be known what became of it.
    Settle(&'a Entry),
    /// A write must note the message before it is sent.
    Note,
    Nothing,
}

#[derive(Clone, Debug)]
pub(crate) struct Outbox {
    entries: Vec<Entry>,
    after_refusal: AfterRefusal,
    resends: Resends,
    held_until: Option<Instant>,
    holds: u32,
    /// In flight for so long without an acknowledgement that the line is doubted.
    overdue: Option<LocalId>,
    /// What the line that is up said about messages of earlier lines.
    history: History,
}

impl Outbox {
    pub(crate) fn new(after_refusal: AfterRefusal, resends: Resends) -> Self {
        Self {
            entries: Vec::new(),
            after_refusal,
            resends,
            held_until: None,
            holds: 0,
            overdue: None,
            history: History::Unknown,
        }
    }

    pub(crate) fn restore(&mut self, stored: Vec<StoredEntry>, now: Now) {
        self.entries = stored.into_iter().map(|entry| Entry::restored(entry, now)).collect();
    }

    pub(crate) fn stored(&self) -> Vec<StoredEntry> {
        self.entries.iter().map(Entry::stored).collect()
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    /// What waits, for another client of the visitor to send.
    pub(crate) fn adoptable(&self) -> impl Iterator<Item = Command> {
        let waiting = self.entries.iter().filter(|entry| !entry.is_set_aside());
        waiting.map(|entry| Command::Adopt {
            local_id: entry.id,
            text: entry.text.clone(),
            files: entry.unsent().to_vec(),
        })
    }

    /// Takes a message in; it is not safe yet.
    pub(crate) fn push(
        &mut self,
        id: LocalId,
        text: String,
        files: Vec<FileInfo>,
        now: Now,
        tuning: &Tuning,
    ) -> Result<(), Error> {
        self.check_room(&text, tuning)?;
        self.entries.push(Entry::new(id, text, files, now));
        Ok(())
    }

    /// Whether another message may wait.
    pub(crate) fn check_room(&self, text: &str, tuning: &Tuning) -> Result<(), Error> {
        let bytes: usize = self.entries.iter().map(|entry| entry.text.len()).sum();
        if self.entries.len() >= tuning.queue_messages || bytes + text.len() > tuning.queue_bytes {
            return Err(Error::QueueFull {
                messages: tuning.queue_messages,
                bytes: tuning.queue_bytes,
            });
        }
        Ok(())
    }

    /// Whether a message is in it.
    pub(crate) fn has(&self, id: LocalId) -> bool {
        self.entries.iter().any(|entry| entry.id == id)
    }

    /// A write that holds all unsafe messages has begun.
    pub(crate) fn writing(&mut self, write: WriteId) {
        for entry in self.entries.iter_mut().filter(|entry| entry.stage == Stage::Unsafe) {
            entry.stage = Stage::Writing(write);
        }
    }

    /// A write begins while the line is up: it notes the messages that may be sent before the next one.
    pub(crate) fn note_ahead(&mut self, not_before: Option<UnixMillis>, now: UnixMillis) {
        let ahead = match self.resends {
            Resends::Freely => NOTED_AHEAD,
            // What is behind a message whose fate is open must not be passed for sent, too.
            Resends::AfterHistory => usize::from(!self.is_blocked()),
        };
        let waits = |entry: &&mut Entry| matches!(entry.stage, Stage::Unsafe | Stage::Writing(_) | Stage::Queued);
        for (place, entry) in self.entries.iter_mut().filter(waits).enumerate() {
            if place < ahead && entry.noted == Noted::No {
                entry.note(not_before, now);
            } else if place >= ahead && self.resends == Resends::AfterHistory {
                entry.noted = Noted::No;
            }
        }
    }

    /// Whether nothing can be sent before something is known of a message.
    fn is_blocked(&self) -> bool {
        let blocks = |entry: &Entry| matches!(entry.stage, Stage::InFlight | Stage::Undecided);
        self.entries.iter().any(blocks)
    }

    /// The write ended: what it held is safe now.
    pub(crate) fn written(&mut self, write: WriteId) -> Vec<Safe> {
        for entry in &mut self.entries {
            if let Noted::Writing(at) = entry.noted {
                entry.noted = Noted::Yes(at);
            }
        }
        self.settle(|stage| stage == Stage::Writing(write))
    }

    /// Without a store, what is in memory is as safe as it gets.
    pub(crate) fn keep_in_memory(&mut self) -> Vec<Safe> {
        self.settle(|stage| stage == Stage::Unsafe)
    }

    fn settle(&mut self, is_meant: impl Fn(Stage) -> bool) -> Vec<Safe> {
        let meant = self.entries.iter_mut().filter(|entry| is_meant(entry.stage));
        meant
            .map(|entry| {
                entry.stage = Stage::Queued;
                Safe {
                    id: entry.id,
                    text: entry.text.clone(),
                    files: entry.shown_files(),
                }
            })
            .collect()
    }

    /// The next message to send, if the queue may go on.
    pub(crate) fn next(&self, window: usize, notes: Notes, now: Instant) -> Next<'_> {
        if self.held_until.is_some_and(|until| now < until) {
            return Next::Nothing;
        }
        let in_flight = self
            .entries
            .iter()
            .filter(|entry| matches!(entry.stage, Stage::InFlight | Stage::Uploading))
            .count();
        if in_flight >= window {
            return Next::Nothing;
        }
        for entry in &self.entries {
            match entry.stage {
                Stage::Queued if RICH && !entry.unsent().is_empty() => return Next::Upload(entry.id),
                Stage::Queued if self.resends == Resends::AfterHistory && entry.was_attempted() => {
                    return Next::Settle(entry);
                }
                Stage::Queued if notes == Notes::First && !entry.is_noted() => return Next::Note,
                Stage::Queued => return Next::Send(entry),
                Stage::Failed if self.after_refusal == AfterRefusal::Stop => return Next::Nothing,
                Stage::Unsafe | Stage::Writing(_) | Stage::Undecided => return Next::Nothing,
                Stage::Failed | Stage::Uploading | Stage::InFlight | Stage::Uncertain | Stage::Expired => {}
            }
        }
        Next::Nothing
    }

    /// It goes on the wire now, when the server's clock has passed `not_before`.
    pub(crate) fn sent(&mut self, id: LocalId, not_before: Option<UnixMillis>, now: Now) {
        if let Some(entry) = self.find_mut(id) {
            entry.stage = Stage::InFlight;
            entry.attempt(not_before, now);
        }
    }

    /// Whether a message of the server's that has the same words can be a copy of this one. What is not queued any more was acknowledged.
    pub(crate) fn may_be_copied(&self, id: LocalId, at: Option<UnixMillis>) -> bool {
        let waiting = self.entries.iter().find(|entry| entry.id == id);
        waiting.is_none_or(|entry| entry.may_be_copied(at))
    }

    /// The server has it, by acknowledgement, echo or history. Answers whether it was waited for.
    pub(crate) fn acknowledge(&mut self, id: LocalId) -> bool {
        let before = self.entries.len();
        self.entries.retain(|entry| entry.id != id);
        let waited = self.entries.len() < before;
        if waited {
            self.holds = 0;
            self.held_until = None;
        }
        waited
    }

    /// Never, as it is: kept for the visitor.
    pub(crate) fn refuse(&mut self, id: LocalId, reason: String) -> bool {
        self.set_aside(id, Stage::Failed, reason)
    }

    /// Not now: it stays first and blocks the rest. Answers when to go on.
    pub(crate) fn hold(&mut self, id: LocalId, wait: Option<Duration>, now: Instant) -> Option<Instant> {
        let entry = self.find_mut(id).filter(|entry| entry.stage == Stage::InFlight)?;
        entry.stage = Stage::Queued;
        entry.refused_on_this_line();
        let own = FIRST_HOLD.saturating_mul(1 << self.holds.min(4)).min(LONGEST_HOLD);
        self.holds += 1;
        self.held_until = Some(now + wait.unwrap_or(own));
        self.held_until
    }

    /// Until when the server asked to wait.
    pub(crate) fn held_until(&self) -> Option<Instant> {
        self.held_until
    }

    pub(crate) fn resume(&mut self) {
        self.held_until = None;
    }

    /// Nobody has said yet whether it was taken: it waits again, in its old place.
    pub(crate) fn unclear(&mut self, id: LocalId) -> bool {
        let Some(entry) = self.find_mut(id).filter(|entry| entry.stage == Stage::InFlight) else {
            return false;
        };
        entry.stage = Stage::Queued;
        entry.line_lost();
        true
    }

    /// It certainly was not taken.
    pub(crate) fn not_taken(&mut self, id: LocalId) -> bool {
        let waits =
            |entry: &&mut Entry| matches!(entry.stage, Stage::Queued | Stage::InFlight) && entry.was_attempted();
        let Some(entry) = self.find_mut(id).filter(waits) else {
            return false;
        };
        entry.stage = Stage::Queued;
        entry.forget_attempts();
        true
    }

    /// Nobody can ever tell, and what is behind it would be lost with it.
    pub(crate) fn undecidable(&mut self, id: LocalId, reason: &str) -> bool {
        let open = self
            .find_mut(id)
            .is_some_and(|entry| matches!(entry.stage, Stage::Queued | Stage::InFlight));
        open && self.set_aside(id, Stage::Undecided, reason.to_owned())
    }

    /// The line is gone: what was in flight waits again, in its old place.
    pub(crate) fn requeue(&mut self) -> Vec<LocalId> {
        self.overdue = None;
        for entry in &mut self.entries {
            entry.noted = Noted::No;
            entry.line_lost();
        }
        let in_flight = self.entries.iter_mut().filter(|entry| entry.stage == Stage::InFlight);
        in_flight
            .map(|entry| {
                entry.stage = Stage::Queued;
                entry.id
            })
            .collect()
    }

    /// The acknowledgement is late. Answers whether it was late before.
    pub(crate) fn note_overdue(&mut self, id: LocalId) -> bool {
        self.overdue.replace(id) == Some(id)
    }

    pub(crate) fn in_flight(&self) -> Option<LocalId> {
        self.entries
            .iter()
            .find(|entry| entry.stage == Stage::InFlight)
            .map(|entry| entry.id)
    }

    /// The session is gone: what was on the wire can no longer be settled, the rest moves to the new one.
    pub(crate) fn session_lost(&mut self, reason: &str) -> Vec<LocalId> {
        self.doubt(reason, Entry::was_attempted)
    }

    /// A new line is up. What its history does not hold, and cannot be under way any more, has not arrived.
    pub(crate) fn reconcile(&mut self, history: History, window: Duration, now: Now) {
        self.history = history;
        if history == History::Replayed && self.resends == Resends::Freely {
            let absent = self.entries.iter_mut().filter(|entry| entry.is_older(window, now));
            absent.for_each(Entry::forget_attempts);
        }
    }

    /// Before it is sent again: a message of an earlier line that is older than the server's memory, when no history settled it.
    pub(crate) fn doubt_forgotten(&mut self, window: Duration, now: Now) -> Vec<LocalId> {
        match (self.history, self.resends) {
            (History::Replayed, _) | (_, Resends::AfterHistory) => Vec::new(),
            (History::Unknown, Resends::Freely) => self.doubt("nobody can tell whether it arrived", |entry| {
                entry.stage == Stage::Queued && entry.is_older(window, now)
            }),
        }
    }

    fn doubt(&mut self, reason: &str, is_meant: impl Fn(&Entry) -> bool) -> Vec<LocalId> {
        let open = |entry: &Entry| matches!(entry.stage, Stage::Queued | Stage::InFlight);
        let meant = self.entries.iter_mut().filter(|entry| open(entry) && is_meant(entry));
        meant
            .map(|entry| {
                entry.stage = Stage::Uncertain;
                entry.reason = Some(reason.to_owned());
                entry.id
            })
            .collect()
    }

    /// Messages that were never sent and are too old now.
    pub(crate) fn expire(&mut self, after: Duration, now: Now) -> Vec<LocalId> {
        let old = self
            .entries
            .iter_mut()
            .filter(|entry| entry.waits_unsent() && entry.age(now) >= after);
        old.map(|entry| {
            entry.stage = Stage::Expired;
            entry.reason = Some("it waited too long".to_owned());
            entry.id
        })
        .collect()
    }

    /// When the next one becomes too old.
    pub(crate) fn next_expiry(&self, after: Duration, now: Now) -> Option<Instant> {
        let waiting = self.entries.iter().filter(|entry| entry.waits_unsent());
        waiting
            .map(|entry| now.mono + after.saturating_sub(entry.age(now)))
            .min()
    }

    /// The visitor wants a failed, uncertain or expired message sent again, with the same id.
    pub(crate) fn retry(&mut self, id: LocalId, now: Now) -> bool {
        let Some(entry) = self.find_mut(id).filter(|entry| entry.is_set_aside()) else {
            return false;
        };
        entry.begin_anew(now);
        true
    }

    /// The visitor gives a message up that was not sent, or perhaps not.
    pub(crate) fn discard(&mut self, id: LocalId) -> bool {
        let before = self.entries.len();
        self.entries.retain(|entry| entry.id != id || !entry.may_be_discarded());
        self.entries.len() < before
    }

    /// Messages that will be sent without anybody's doing.
    pub(crate) fn waiting(&self) -> usize {
        self.entries.iter().filter(|entry| !entry.is_set_aside()).count()
    }

    fn set_aside(&mut self, id: LocalId, stage: Stage, reason: String) -> bool {
        let Some(entry) = self.find_mut(id) else {
            return false;
        };
        entry.stage = stage;
        entry.reason = Some(reason);
        true
    }

    fn find_mut(&mut self, id: LocalId) -> Option<&mut Entry> {
        self.entries.iter_mut().find(|entry| entry.id == id)
    }
}
