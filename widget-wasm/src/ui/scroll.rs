//! The part of a long thread that is in the page: its newest lines, and more as the visitor scrolls back.
//!
//! The thread is laid out from its end, so positions count from there: 0 at the newest line, negative above it.

use std::sync::Arc;

use web_sys::Element;

use super::line::Line;
use super::signal::Signal;

/// Lines that are there at first, and that come with each step back.
const STEP: usize = 60;
/// This close to the oldest line that is there, older ones come.
const NEAR_TOP: i32 = 600;
/// Further than this from the newest line, the visitor reads older ones.
const READING: i32 = 240;

/// Which lines are there.
#[derive(Clone)]
pub(crate) struct Window {
    length: Signal<usize>,
    away: Signal<bool>,
}

impl Window {
    /// The newest lines.
    pub(crate) fn new() -> Self {
        Self {
            length: Signal::new(STEP),
            away: Signal::new(false),
        }
    }

    /// The lines that are there.
    pub(crate) fn part(&self, lines: &[Arc<Line>]) -> Vec<Arc<Line>> {
        let from = lines.len().saturating_sub(self.length.get());
        lines.iter().skip(from).cloned().collect()
    }

    /// Whether the visitor has scrolled away from the newest line.
    pub(crate) fn away(&self) -> Signal<bool> {
        self.away.clone()
    }

    /// The visitor scrolled: brings older lines, or lets them go at the end.
    pub(crate) fn scrolled(&self, thread: &Element, total: usize) {
        let from_end = -thread.scroll_top();
        let to_top = thread.scroll_height() - thread.client_height() - from_end;
        let length = self.length.peek(usize::clone);
        if to_top < NEAR_TOP && length < total {
            self.length.set(length + STEP);
        } else if from_end < 1 && length > STEP {
            self.length.set(STEP);
        }
        self.away.set(from_end > READING);
    }
}
