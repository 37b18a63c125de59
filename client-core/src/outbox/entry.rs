//! One message in the queue.

use std::time::Duration;

use crate::backend::RICH;
use crate::ids::{FileId, LocalId, WriteId};
use crate::io::FileInfo;
use crate::message::{Attachment, Delivery, reason};
use crate::snapshot::{StoredEntry, StoredStage};
use crate::time::{Instant, Now, UnixMillis};

/// Where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// In memory only.
    Unsafe,
    /// Part of a write that has not ended.
    Writing(WriteId),
    Queued,
    /// Its files are on their way.
    Uploading,
    InFlight,
    Failed,
    Uncertain,
    /// The same, and what is behind it waits for the visitor's choice, too.
    Undecided,
    Expired,
}

/// Whether the store knows that the message may be on the wire. It must know before the message is, or a crash in between would pass
/// it for never sent, and a new session would get it a second time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Noted {
    No,
    /// By a write that has not ended.
    Writing(UnixMillis),
    Yes(UnixMillis),
}

/// The line that a message was put on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Via {
    ThisLine,
    EarlierLine,
}

/// A time on the wire.
#[derive(Clone, Copy, Debug)]
struct Attempt {
    at: UnixMillis,
    /// The same on the monotonic clock, if it was in this life.
    mono: Option<Instant>,
    via: Via,
}

/// The files of a message.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parcel {
    /// Files that others can fetch, in order.
    pub(crate) attachments: Vec<Attachment>,
    /// Files that are still to be uploaded; they go behind the others.
    pub(crate) files: Vec<FileInfo>,
    /// Files that the application still keeps.
    pub(crate) kept: Vec<FileId>,
}

#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) id: LocalId,
    pub(crate) text: String,
    pub(crate) stage: Stage,
    pub(crate) reason: Option<String>,
    /// First time on the wire whose fate is not known.
    attempt: Option<Attempt>,
    pub(crate) noted: Noted,
    /// What the server's clock had passed when it was noted or sent, where it is known.
    not_before: Option<UnixMillis>,
    /// Its files; most messages have none.
    pub(crate) parcel: Option<Box<Parcel>>,
    queued_at: UnixMillis,
    /// The monotonic moment from which [`Entry::age`] counts, and the age it had then.
    since: Instant,
    age_then: Duration,
}

/// Of the files that were not sent, those that the application finds again.
fn restored_parcel(attachments: Vec<Attachment>, mut files: Vec<FileInfo>) -> Option<Box<Parcel>> {
    if !RICH {
        return None;
    }
    files.retain(|file| file.source.is_some());
    if attachments.is_empty() && files.is_empty() {
        return None;
    }
    Some(Box::new(Parcel {
        attachments,
        kept: files.iter().map(|file| file.file).collect(),
        files,
    }))
}

impl Entry {
    pub(crate) fn new(id: LocalId, text: String, files: Vec<FileInfo>, now: Now) -> Self {
        Self {
            id,
            text,
            stage: Stage::Unsafe,
            reason: None,
            attempt: None,
            noted: Noted::No,
            not_before: None,
            parcel: (RICH && !files.is_empty()).then(|| {
                Box::new(Parcel {
                    kept: files.iter().map(|file| file.file).collect(),
                    files,
                    ..Parcel::default()
                })
            }),
            queued_at: now.wall,
            since: now.mono,
            age_then: Duration::ZERO,
        }
    }

    /// The visitor wants it sent as if it had just been written.
    pub(crate) fn begin_anew(&mut self, now: Now) {
        let fresh = Self::new(self.id, std::mem::take(&mut self.text), Vec::new(), now);
        *self = Self {
            stage: Stage::Queued,
            parcel: self.parcel.take(),
            ..fresh
        };
    }

    pub(crate) fn restored(stored: StoredEntry, now: Now) -> Self {
        let is_lost = |file: &&FileInfo| RICH && file.source.is_none();
        let lost = stored.unsent_files.iter().find(is_lost).map(|file| file.name.clone());
        let stage = match stored.stage {
            StoredStage::Queued if lost.is_some() => Stage::Failed,
            StoredStage::Queued => Stage::Queued,
            StoredStage::Failed => Stage::Failed,
            StoredStage::Uncertain => Stage::Uncertain,
            StoredStage::Undecided => Stage::Undecided,
            StoredStage::Expired => Stage::Expired,
        };
        Self {
            id: stored.local_id,
            text: stored.text,
            stage,
            reason: lost
                .as_deref()
                .map(|name| ["the file ", name, reason::FILE_GONE].concat())
                .or(stored.reason),
            attempt: stored.attempted_at.map(|at| Attempt {
                at,
                mono: None,
                via: Via::EarlierLine,
            }),
            noted: Noted::No,
            not_before: stored.not_before,
            parcel: restored_parcel(stored.attachments, stored.unsent_files),
            queued_at: stored.queued_at,
            since: now.mono,
            age_then: now.wall.since(stored.queued_at),
        }
    }

    pub(crate) fn stored(&self) -> StoredEntry {
        let stage = match self.stage {
            Stage::Unsafe | Stage::Writing(_) | Stage::Queued | Stage::Uploading | Stage::InFlight => {
                StoredStage::Queued
            }
            Stage::Failed => StoredStage::Failed,
            Stage::Uncertain => StoredStage::Uncertain,
            Stage::Undecided => StoredStage::Undecided,
            Stage::Expired => StoredStage::Expired,
        };
        let attempted_at = self.attempt.map(|attempt| attempt.at).or(self.noted_at());
        StoredEntry {
            local_id: self.id,
            text: self.text.clone(),
            stage,
            reason: self.reason.clone(),
            queued_at: self.queued_at,
            attempted_at,
            not_before: attempted_at.and(self.not_before),
            attachments: if RICH { self.attachments().to_vec() } else { Vec::new() },
            unsent_files: if RICH { self.unsent().to_vec() } else { Vec::new() },
        }
    }

    /// Its files that others can fetch.
    pub(crate) fn attachments(&self) -> &[Attachment] {
        self.parcel.as_ref().map_or(&[], |parcel| &parcel.attachments)
    }

    /// Its files that have not left this device.
    pub(crate) fn unsent(&self) -> &[FileInfo] {
        self.parcel.as_ref().map_or(&[], |parcel| &parcel.files)
    }

    /// What the log shows of its files.
    pub(crate) fn shown_files(&self) -> Vec<Attachment> {
        if !RICH || self.parcel.is_none() {
            return Vec::new();
        }
        let waiting = self.unsent().iter().map(|file| Attachment {
            name: file.name.clone(),
            mime: file.mime.clone(),
            size: Some(file.size),
            ..Attachment::default()
        });
        self.attachments().iter().cloned().chain(waiting).collect()
    }

    pub(crate) fn queued_at(&self) -> UnixMillis {
        self.queued_at
    }

    /// What the application is told.
    pub(crate) fn delivery(&self) -> Delivery {
        match self.stage {
            Stage::Unsafe | Stage::Writing(_) | Stage::Queued => Delivery::Pending,
            Stage::Uploading | Stage::InFlight => Delivery::Sending,
            Stage::Failed => Delivery::Failed,
            Stage::Uncertain | Stage::Undecided => Delivery::Uncertain,
            Stage::Expired => Delivery::Expired,
        }
    }

    /// Waits for the visitor, not for the network.
    /// Whether the visitor may still give it up: it waits for them, or its files have not gone out yet.
    pub(crate) fn may_be_discarded(&self) -> bool {
        let waits_for_files = matches!(self.stage, Stage::Queued | Stage::Uploading) && !self.unsent().is_empty();
        self.is_set_aside() || (RICH && waits_for_files)
    }

    pub(crate) fn is_set_aside(&self) -> bool {
        matches!(
            self.stage,
            Stage::Failed | Stage::Uncertain | Stage::Undecided | Stage::Expired
        )
    }

    fn noted_at(&self) -> Option<UnixMillis> {
        match self.noted {
            Noted::No => None,
            Noted::Writing(at) | Noted::Yes(at) => Some(at),
        }
    }

    /// The store would not pass it for never sent.
    pub(crate) fn is_noted(&self) -> bool {
        self.was_attempted() || matches!(self.noted, Noted::Yes(_))
    }

    /// Was never on the wire and still waits.
    pub(crate) fn waits_unsent(&self) -> bool {
        self.stage == Stage::Queued && !self.was_attempted()
    }

    /// Time in the queue: monotonic within a life, by the wall clock before it.
    pub(crate) fn age(&self, now: Now) -> Duration {
        self.age_then + now.mono.since(self.since)
    }

    /// Whether an attempt whose fate is not known was made so long ago, by either clock: the monotonic one may have stood still while the
    /// machine slept, and the server's memory did not.
    pub(crate) fn is_older(&self, window: Duration, now: Now) -> bool {
        self.attempt.is_some_and(|attempt| {
            let in_this_life = attempt.mono.is_some_and(|at| now.mono.since(at) >= window);
            in_this_life || now.wall.since(attempt.at) >= window
        })
    }

    /// Was on the wire, and nobody has said what became of it.
    pub(crate) fn was_attempted(&self) -> bool {
        self.attempt.is_some()
    }

    /// Goes on the wire of this line.
    pub(crate) fn attempt(&mut self, not_before: Option<UnixMillis>, now: Now) {
        if self.was_attempted() {
            return;
        }
        self.not_before = not_before;
        self.attempt = Some(Attempt {
            at: now.wall,
            mono: Some(now.mono),
            via: Via::ThisLine,
        });
    }

    /// A write tells the store that it may be on the wire from now on.
    pub(crate) fn note(&mut self, not_before: Option<UnixMillis>, now: UnixMillis) {
        self.noted = Noted::Writing(now);
        if !self.was_attempted() {
            self.not_before = not_before;
        }
    }

    /// Whether a message of the server's with the same words and without this client's id can be a copy of it: it was on the wire, and
    /// the copy was not made before.
    pub(crate) fn may_be_copied(&self, at: Option<UnixMillis>) -> bool {
        let is_older = self.not_before.zip(at).is_some_and(|(not_before, at)| at < not_before);
        self.was_attempted() && !is_older
    }

    /// The line is gone, without a word about this message.
    pub(crate) fn line_lost(&mut self) {
        if let Some(attempt) = &mut self.attempt {
            attempt.via = Via::EarlierLine;
        }
    }

    /// This line refused it; an earlier line may have delivered it.
    pub(crate) fn refused_on_this_line(&mut self) {
        self.attempt = self.attempt.filter(|attempt| attempt.via == Via::EarlierLine);
    }

    /// No attempt has arrived.
    pub(crate) fn forget_attempts(&mut self) {
        self.attempt = None;
    }
}
