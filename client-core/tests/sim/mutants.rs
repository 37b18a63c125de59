//! Planted faults: each breaks one rule of the driver, the relay or the tuning, and the oracle must notice.

/// One broken rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mutant {
    NoResend,
    NoDedupe,
    ShortDedupe,
    DedupeForgottenAtRestart,
    AckBeforeCommit,
    NoReplay,
    NoPosition,
    NoPersistence,
    CursorFirst,
    WindowOfEight,
    StaleGeneration,
    LeakedSocket,
    TwoRefreshes,
    WrongAck,
}
