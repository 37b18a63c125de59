//! The store: one text, replaced as a whole, each write taking its time, and a crash at any of them.

use visavis_client_core::ids::WriteId;

use crate::trace::tell;
use crate::world::{Happening, World};

/// At which point of a write the client is destroyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CrashPoint {
    /// The write is never asked for; nor is anything that would have followed it.
    BeforeWrite,
    /// The write was asked for and did not happen.
    WriteLost,
    /// It happened, but nobody was told.
    WriteUntold,
    /// It happened, the client was told, and what it wanted then is not done.
    AfterTold,
}

/// The client is destroyed at a certain write.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Crash {
    /// Which write, counted from the beginning of the day.
    pub(crate) at: u64,
    pub(crate) point: CrashPoint,
    /// How long until it lives again.
    pub(crate) pause: u64,
}

/// What becomes of a write whose client is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Done,
    Lost,
}

#[derive(Debug)]
struct Open {
    serial: u64,
    write: WriteId,
    text: String,
}

/// How long a write takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Pace {
    #[default]
    Quick,
    Slow,
}

/// What becomes of writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Health {
    #[default]
    Sound,
    /// Each is answered with an error and changes nothing.
    Refusing,
    /// It works again, but has not written since: what the client holds in memory is not safe, by its own word.
    Recovering,
}

#[derive(Debug, Default)]
pub(crate) struct Storage {
    /// What a new life finds.
    pub(crate) durable: Option<String>,
    open: Option<Open>,
    pub(crate) writes: u64,
    pub(crate) crash: Option<Crash>,
    pub(crate) pace: Pace,
    pub(crate) health: Health,
}

impl Storage {
    pub(crate) fn is_idle(&self) -> bool {
        self.open.is_none()
    }

    /// The crash that is due at the write that begins now.
    fn crash_now(&self, point: CrashPoint) -> Option<Crash> {
        let safe = self.health == Health::Sound;
        self.crash
            .filter(|crash| safe && crash.at <= self.writes && crash.point == point)
    }

    /// The client is gone, its open write may yet happen.
    pub(crate) fn abandon(&mut self, fate: Fate) {
        if let Some(open) = self.open.take()
            && fate == Fate::Done
            && self.health != Health::Refusing
        {
            self.durable = Some(open.text);
        }
    }
}

impl World {
    /// The driver writes. False when the client was destroyed instead.
    pub(crate) fn write(&mut self, write: WriteId, text: String) -> bool {
        self.storage.writes += 1;
        self.figures.writes += 1;
        if self.storage.open.is_some() {
            self.oracle.fail("two writes at the same time".to_owned());
        }
        if let Some(crash) = self.storage.crash_now(CrashPoint::BeforeWrite) {
            if self.has(crate::mutants::Mutant::CursorFirst) {
                self.storage.durable = Some(text);
            }
            tell!(self, "crash before write {}", self.storage.writes);
            self.destroy(crash.pause);
            return false;
        }
        self.storage.open = Some(Open {
            serial: self.storage.writes,
            write,
            text,
        });
        let delay = match self.storage.pace {
            Pace::Quick => self.chance.up_to(4),
            Pace::Slow => self.chance.up_to(400),
        };
        let serial = self.storage.writes;
        self.after(delay, Happening::Stored(serial));
        true
    }

    pub(crate) fn write_ended(&mut self, serial: u64) {
        let Some(Open { write, text, .. }) = self.storage.open.take_if(|open| open.serial == serial) else {
            return;
        };
        if let Some(crash) = self.storage.crash_now(CrashPoint::WriteLost) {
            tell!(self, "crash, write {} is lost", self.storage.writes);
            self.destroy(crash.pause);
            return;
        }
        if self.storage.health == Health::Refusing {
            self.told_of_write(write, Err("the disk is full".to_owned()));
            return;
        }
        if !self.has(crate::mutants::Mutant::NoPersistence) {
            self.storage.durable = Some(text);
        }
        self.storage.health = Health::Sound;
        if let Some(crash) = self.storage.crash_now(CrashPoint::WriteUntold) {
            tell!(self, "crash, write {} is done but not told", self.storage.writes);
            self.destroy(crash.pause);
            return;
        }
        if let Some(crash) = self.storage.crash_now(CrashPoint::AfterTold) {
            tell!(self, "crash right after write {} was told", self.storage.writes);
            self.told_of_write_then_destroyed(write);
            self.destroy(crash.pause);
            return;
        }
        self.told_of_write(write, Ok(()));
    }
}
