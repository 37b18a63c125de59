//! The one list of deadlines, looked at on every input. There are no chained timers.

use crate::time::Instant;

/// What a deadline is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Deadline {
    /// An HTTP call or a provider's answer is overdue.
    Request,
    /// The socket did not open, or no greeting came.
    Welcome,
    /// A ping is due.
    Ping,
    /// No sign of life came after a ping.
    Pong,
    /// The connection has lasted: earlier failures are forgotten.
    Stable,
    /// The next attempt is due.
    Retry,
    /// It has been down for so long that the visitor is told.
    Suspend,
    /// The page has been hidden for so long that dialling stops.
    HiddenPause,
    /// The token is to be renewed ahead of time.
    Refresh,
    /// The identity is to be told again.
    Identify,
    /// The message in flight was not acknowledged.
    Ack,
    /// The queue may go on after a refusal for now.
    Resume,
    /// The oldest message that was never sent asks the visitor.
    Expire,
    /// Nothing was heard of the socket's full buffer for long.
    Buffer,
    /// The typing signal is repeated or sent late.
    TypingRepeat,
    /// The visitor has stopped typing.
    TypingIdle,
    /// The other side's typing ends by itself.
    TypingClear,
    /// The tab that leads has not answered, or is to be asked whether it is still there.
    Lead,
    /// Something of the back end's own is due.
    Backend,
}

const COUNT: usize = Deadline::Backend as usize + 1;

const ALL: [Deadline; COUNT] = [
    Deadline::Request,
    Deadline::Welcome,
    Deadline::Ping,
    Deadline::Pong,
    Deadline::Stable,
    Deadline::Retry,
    Deadline::Suspend,
    Deadline::HiddenPause,
    Deadline::Refresh,
    Deadline::Identify,
    Deadline::Ack,
    Deadline::Resume,
    Deadline::Expire,
    Deadline::Buffer,
    Deadline::TypingRepeat,
    Deadline::TypingIdle,
    Deadline::TypingClear,
    Deadline::Lead,
    Deadline::Backend,
];

/// At most one moment for each name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Deadlines([Option<Instant>; COUNT]);

impl Deadlines {
    /// Sets or moves a deadline.
    pub(crate) fn set(&mut self, deadline: Deadline, at: Instant) {
        self.0[deadline as usize] = Some(at);
    }

    pub(crate) fn clear(&mut self, deadline: Deadline) {
        self.0[deadline as usize] = None;
    }

    pub(crate) fn clear_all(&mut self) {
        *self = Self::default();
    }

    pub(crate) fn at(&self, deadline: Deadline) -> Option<Instant> {
        self.0[deadline as usize]
    }

    /// The nearest one.
    pub(crate) fn next(&self) -> Option<(Instant, Deadline)> {
        ALL.into_iter()
            .filter_map(|deadline| Some((self.at(deadline)?, deadline)))
            .min()
    }

    /// Takes the nearest one that has come.
    pub(crate) fn take_due(&mut self, now: Instant) -> Option<(Instant, Deadline)> {
        let due = self.next().filter(|(at, _)| *at <= now)?;
        self.clear(due.1);
        Some(due)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn due_deadlines_come_in_order_and_once() {
        let mut deadlines = Deadlines::default();
        deadlines.set(Deadline::Pong, Instant::from_millis(20));
        deadlines.set(Deadline::Ping, Instant::from_millis(10));
        deadlines.set(Deadline::Ack, Instant::from_millis(30));
        let due: Vec<_> = std::iter::from_fn(|| deadlines.take_due(Instant::from_millis(25)))
            .map(|due| due.1)
            .collect();
        assert_eq!(due, [Deadline::Ping, Deadline::Pong]);
        assert_eq!(deadlines.next(), Some((Instant::from_millis(30), Deadline::Ack)));
    }

    #[test]
    fn every_name_has_its_own_place() {
        for (place, deadline) in ALL.into_iter().enumerate() {
            assert_eq!(deadline as usize, place);
        }
    }
}
