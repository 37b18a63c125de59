//! The visitor's typing signal: the latest value only, never stored, dropped when the line is down.

use crate::context::Context;
use crate::deadline::Deadline;
use crate::io::Typing;
use crate::time::Instant;

/// Whether the other side believes that the visitor types.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Told {
    #[default]
    Nothing,
    Typing,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct TypingSignal {
    told: Told,
    started_at: Option<Instant>,
}

impl TypingSignal {
    /// The visitor pressed a key or stopped: what to send now, if anything.
    pub(crate) fn note(&mut self, typing: Typing, cx: &mut Context) -> Option<Typing> {
        match typing {
            Typing::Start => {
                cx.arm(Deadline::TypingIdle, cx.tuning.typing_idle);
                match self.told {
                    Told::Typing => None,
                    Told::Nothing => self.start(cx),
                }
            }
            Typing::Stop => self.stop(cx),
        }
    }

    /// Starts keep their distance; one that comes too early is sent late.
    fn start(&mut self, cx: &mut Context) -> Option<Typing> {
        let earliest = self.started_at.map(|at| at + cx.tuning.typing_interval);
        if let Some(earliest) = earliest.filter(|earliest| *earliest > cx.mono()) {
            cx.deadlines.set(Deadline::TypingRepeat, earliest);
            return None;
        }
        self.told = Told::Typing;
        self.started_at = Some(cx.mono());
        cx.arm(Deadline::TypingRepeat, cx.tuning.typing_repeat);
        Some(Typing::Start)
    }

    fn stop(&mut self, cx: &mut Context) -> Option<Typing> {
        cx.disarm(Deadline::TypingIdle);
        cx.disarm(Deadline::TypingRepeat);
        (std::mem::take(&mut self.told) == Told::Typing).then_some(Typing::Stop)
    }

    /// Still typing: say it again.
    pub(crate) fn repeat(&mut self, cx: &mut Context) -> Option<Typing> {
        self.told = Told::Nothing;
        self.start(cx)
    }

    /// No key for a while.
    pub(crate) fn idle(&mut self, cx: &mut Context) -> Option<Typing> {
        self.stop(cx)
    }

    /// The line is down: what was told is forgotten on the other side.
    pub(crate) fn forget(&mut self, cx: &mut Context) {
        let _was_told = self.stop(cx);
        self.started_at = None;
    }
}
