//! Planted faults: each breaks one rule of the driver, the relay, the store or the tuning, and the oracle must notice.

use std::time::Duration;

use visavis_client_core::Tuning;

use crate::day::{self, Bad};
use crate::dialect::{Commit, Dialect, Echo, Memory, Push, Replay, Speech, Wording};
use crate::seeds::search;

/// One broken rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mutant {
    /// The driver keeps a message that was on the wire before to itself.
    NoResend,
    /// The relay recognises no message.
    NoDedupe,
    /// It recognises them for ten seconds.
    ShortDedupe,
    /// It says that it has a message before it has.
    AckBeforeCommit,
    /// The greeting brings no history.
    NoReplay,
    /// A relay that serves the latest socket only, and does not say in its pongs what is newest.
    NoPosition,
    /// The store says that it has written, and has not.
    NoPersistence,
    /// The driver writes before it hands the events over.
    CursorFirst,
    /// Eight messages in flight.
    WindowOfEight,
    /// What comes from an old socket is told as if it came from the present one.
    StaleGeneration,
    /// A socket that is to be closed stays open.
    LeakedSocket,
    /// Each refresh is called twice.
    TwoRefreshes,
    /// Each acknowledgement names the newest message.
    WrongAck,
    /// Timers never fire.
    NoTimer,
    /// A message is taken for lost while it can still arrive.
    ShortSettling,
    /// The desk's messages are stamped five seconds early, so that a poll for news passes them over.
    SlowClock,
    /// Another tab writes the words of a message at the very moment at which it is sent.
    SameMoment,
    /// Of the packets that one call brings, the driver tells the first.
    FirstPacketOnly,
    /// The answer to a call that was given up is told as if it were for the one that waits now.
    StaleAnswer,
}

const ALL: [Mutant; 14] = [
    Mutant::NoResend,
    Mutant::NoDedupe,
    Mutant::ShortDedupe,
    Mutant::AckBeforeCommit,
    Mutant::NoReplay,
    Mutant::NoPosition,
    Mutant::NoPersistence,
    Mutant::CursorFirst,
    Mutant::WindowOfEight,
    Mutant::StaleGeneration,
    Mutant::LeakedSocket,
    Mutant::TwoRefreshes,
    Mutant::WrongAck,
    Mutant::NoTimer,
];

/// A fault that is not found in as many days would not be found at all.
const WITHIN: u64 = 20_000;

impl Mutant {
    /// The part of the fault that lies in the relay or in the tuning.
    pub(crate) fn plant(self, dialect: &mut Dialect, tuning: &mut Tuning) {
        match self {
            Self::NoDedupe => dialect.memory = Memory::Never,
            Self::ShortDedupe => dialect.memory = Memory::For(10_000),
            Self::AckBeforeCommit => {
                dialect.commit = Commit::Later(400);
                dialect.acks = Wording::Bare;
                dialect.echo = Echo::Never;
            }
            Self::NoReplay => dialect.replay = Replay::Nothing,
            Self::NoPosition => {
                dialect.pongs = Wording::Bare;
                dialect.push = Push::Latest;
            }
            Self::WindowOfEight => tuning.window = 8,
            Self::ShortSettling => tuning.request_timeout = Duration::from_millis(500),
            Self::SlowClock => dialect.clock_lag = 5_000,
            _ => {}
        }
    }
}

#[test]
fn every_planted_fault_is_found() {
    for mutant in ALL {
        match search(Speech::Relay, 0, WITHIN, Some(mutant)) {
            Err(Bad { seed, violation }) => println!("{mutant:?}: found at seed {seed}: {violation}"),
            Ok(figures) => panic!("{mutant:?} was not found in {WITHIN} days: {figures:?}"),
        }
    }
}

/// Those that are not the relay's alone.
const AT_A_GATEWAY: [Mutant; 10] = [
    Mutant::NoDedupe,
    Mutant::AckBeforeCommit,
    Mutant::NoReplay,
    Mutant::NoPersistence,
    Mutant::CursorFirst,
    Mutant::WindowOfEight,
    Mutant::LeakedSocket,
    Mutant::NoTimer,
    Mutant::FirstPacketOnly,
    Mutant::StaleAnswer,
];

#[test]
fn every_planted_fault_is_found_at_a_gateway() {
    for mutant in AT_A_GATEWAY {
        match search(Speech::Gateway, 0, WITHIN, Some(mutant)) {
            Err(Bad { seed, violation }) => println!("{mutant:?}: found at seed {seed}: {violation}"),
            Ok(figures) => panic!("{mutant:?} was not found in {WITHIN} days: {figures:?}"),
        }
    }
}

/// Those of calls without ids.
const AT_A_SITE: [Mutant; 8] = [
    Mutant::NoReplay,
    Mutant::NoPersistence,
    Mutant::CursorFirst,
    Mutant::LeakedSocket,
    Mutant::NoTimer,
    Mutant::ShortSettling,
    Mutant::SlowClock,
    Mutant::SameMoment,
];

#[test]
fn every_planted_fault_is_found_at_a_site() {
    for mutant in AT_A_SITE {
        match search(Speech::Site, 0, WITHIN, Some(mutant)) {
            Err(Bad { seed, violation }) => println!("{mutant:?}: found at seed {seed}: {violation}"),
            Ok(figures) => panic!("{mutant:?} was not found in {WITHIN} days: {figures:?}"),
        }
    }
}

#[test]
fn a_bad_day_is_bad_again_and_written_down() {
    let Err(Bad { seed, violation }) = search(Speech::Relay, 0, WITHIN, Some(Mutant::NoDedupe)) else {
        panic!("no bad day");
    };
    let story = day::trace(Speech::Relay, seed, Some(Mutant::NoDedupe));
    assert!(story.ends_with(&format!("seed {seed}: {violation}")), "{story}");
    assert!(story.lines().count() > 100 && story.contains("***") && story.contains("Transmit"));
    assert!(day::live(Speech::Relay, seed, None).is_ok());
}
