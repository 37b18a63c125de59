//! When a run ends, and how.

use std::time::Duration;

use tokio::time::Instant;
use visavis_native_client::{Error, ErrorKind};

/// How a run ended, as the shell sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Done,
    /// An option, key, origin, tenant or token is wrong.
    Configuration,
    /// Something is still queued.
    TimedOut,
    Protocol,
    Interrupted,
    /// Nobody reads the output any more.
    OutputClosed,
    Terminated,
}

impl Exit {
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Configuration => 2,
            Self::TimedOut => 3,
            Self::Protocol => 4,
            Self::Interrupted => 130,
            // As if killed by SIGPIPE.
            Self::OutputClosed => 141,
            Self::Terminated => 143,
        }
    }

    /// After a connection that failed for good, or could not begin.
    pub(crate) const fn after(failure: &Error) -> Self {
        match failure.kind() {
            ErrorKind::Protocol => Self::Protocol,
            _ => Self::Configuration,
        }
    }
}

/// What is left to do when the input has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Left {
    /// Messages are not acknowledged, or a command is not carried out, or it was never live.
    Work,
    /// Only an answer that is still streaming.
    Answer,
    Nothing,
}

/// Decides from the clock and from what is left.
#[derive(Debug)]
pub(crate) struct Ending {
    timeout: Duration,
    linger: Duration,
    input_ended: Option<Instant>,
    idle_since: Option<Instant>,
}

/// What to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Go on; look again at this moment if nothing happens before.
    GoOn(Option<Instant>),
    End(Exit),
}

impl Ending {
    pub(crate) const fn new(timeout: Duration, linger: Duration) -> Self {
        Self {
            timeout,
            linger,
            input_ended: None,
            idle_since: None,
        }
    }

    pub(crate) fn input_ended(&mut self, now: Instant) {
        self.input_ended.get_or_insert(now);
    }

    pub(crate) fn has_input_ended(&self) -> bool {
        self.input_ended.is_some()
    }

    pub(crate) fn judge(&mut self, left: Left, now: Instant) -> Verdict {
        let Some(input_ended) = self.input_ended else {
            return Verdict::GoOn(None);
        };
        let deadline = later(input_ended, self.timeout);
        if left == Left::Work {
            self.idle_since = None;
            return match now >= deadline {
                true => Verdict::End(Exit::TimedOut),
                false => Verdict::GoOn(Some(deadline)),
            };
        }
        let listened = later(*self.idle_since.get_or_insert(now), self.linger);
        let until = match left {
            Left::Answer => listened.max(deadline),
            _ => listened,
        };
        match now >= until {
            true => Verdict::End(Exit::Done),
            false => Verdict::GoOn(Some(until)),
        }
    }
}

/// As far as the clock reaches.
pub(crate) fn later(from: Instant, by: Duration) -> Instant {
    const FAR: Duration = Duration::from_secs(10 * 365 * 24 * 3600);
    from + by.min(FAR)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn nothing_ends_before_the_input() {
        let mut ending = Ending::new(s(30), s(2));
        assert_eq!(ending.judge(Left::Nothing, Instant::now()), Verdict::GoOn(None));
    }

    #[test]
    fn work_is_waited_for_until_the_timeout() {
        let start = Instant::now();
        let mut ending = Ending::new(s(30), s(2));
        ending.input_ended(start);
        assert_eq!(
            ending.judge(Left::Work, start + s(29)),
            Verdict::GoOn(Some(start + s(30)))
        );
        assert_eq!(ending.judge(Left::Work, start + s(30)), Verdict::End(Exit::TimedOut));
    }

    #[test]
    fn lingering_begins_when_nothing_is_left() {
        let start = Instant::now();
        let mut ending = Ending::new(s(30), s(2));
        ending.input_ended(start);
        let _ = ending.judge(Left::Work, start + s(5));
        assert_eq!(
            ending.judge(Left::Nothing, start + s(6)),
            Verdict::GoOn(Some(start + s(8)))
        );
        assert_eq!(
            ending.judge(Left::Nothing, start + s(7)),
            Verdict::GoOn(Some(start + s(8)))
        );
        assert_eq!(ending.judge(Left::Nothing, start + s(8)), Verdict::End(Exit::Done));
    }

    #[test]
    fn work_that_ends_just_in_time_is_listened_to_for_as_long() {
        let start = Instant::now();
        let mut ending = Ending::new(s(30), s(2));
        ending.input_ended(start);
        assert_eq!(
            ending.judge(Left::Nothing, start + s(29)),
            Verdict::GoOn(Some(start + s(31)))
        );
    }

    #[test]
    fn a_streaming_answer_is_waited_for_until_the_timeout() {
        let start = Instant::now();
        let mut ending = Ending::new(s(30), s(2));
        ending.input_ended(start);
        assert_eq!(ending.judge(Left::Answer, start), Verdict::GoOn(Some(start + s(30))));
        assert_eq!(ending.judge(Left::Nothing, start + s(9)), Verdict::End(Exit::Done));
        assert_eq!(ending.judge(Left::Answer, start + s(30)), Verdict::End(Exit::Done));
    }

    #[test]
    fn an_endless_timeout_does_not_overflow() {
        let mut ending = Ending::new(Duration::MAX, s(2));
        ending.input_ended(Instant::now());
        assert!(matches!(
            ending.judge(Left::Work, Instant::now()),
            Verdict::GoOn(Some(_))
        ));
    }
}
