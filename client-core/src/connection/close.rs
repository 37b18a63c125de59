//! What a close code means. A browser may send 1000 and 3000-4999 only, so what we send is one of those.

use std::time::Duration;

use super::backoff::Cause;

/// We are done, or go away for a while: the session goes on.
pub(crate) const SEND_NORMAL: u16 = 1000;
/// The line is given up because it went silent or lost its place; seen in server logs.
pub(crate) const SEND_GIVEN_UP: u16 = 4000;

/// What to do after a close.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Retry(Cause),
    /// The token was refused.
    RenewToken,
    /// The session is gone.
    StartOver,
    /// The message in flight was too large for the server.
    TooLarge,
    /// One more attempt, then give up: the two sides do not understand each other.
    Misunderstood,
    /// Key, origin or tenant are not accepted.
    Refused,
}

/// `4429` names no time: the first retry waits at least this long.
const THROTTLED: Duration = Duration::from_secs(30);

/// The table of close codes that may arrive.
pub(crate) fn verdict(code: u16) -> Verdict {
    match code {
        4401 => Verdict::RenewToken,
        4404 => Verdict::StartOver,
        4429 => Verdict::Retry(Cause::Throttled { wait: THROTTLED }),
        1001 | 1012 | 1013 => Verdict::Retry(Cause::Announced { within: Duration::ZERO }),
        1002 | 1003 | 1007 => Verdict::Misunderstood,
        1008 | 4400..=4499 => Verdict::Refused,
        1009 => Verdict::TooLarge,
        _ => Verdict::Retry(Cause::Lost),
    }
}

/// The code in words, for the person who reads the log.
pub(crate) fn describe(code: u16, reason: &str) -> String {
    let meaning = match code {
        1000 => "closed by the server",
        1001 => "the server goes away",
        1002 | 1003 | 1007 => "the server did not understand",
        1006 => "the connection broke",
        1008 | 4403 => "refused by the server's policy",
        1009 => "the message was too large",
        1011 => "the server failed",
        1012 => "the server restarts",
        1013 => "the server is busy",
        4401 => "the token was refused",
        4404 => "the session is gone",
        4429 => "too many requests",
        _ => "closed by the server",
    };
    let reason: String = reason.chars().take(120).collect();
    if reason.is_empty() {
        format!("{meaning} ({code})")
    } else {
        format!("{meaning} ({code}: {reason})")
    }
}
