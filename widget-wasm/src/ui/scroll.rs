//! The part of a long thread that is in the page: the lines that can be seen, and some on both sides of them.
//!
//! The thread is laid out from its end, so positions count from there: 0 at the newest line, negative above it. Lines below the part are
//! stood in for by as much space as they took; of those above nothing is left, as nothing below moves when they come.

use std::cell::Cell;
use std::ops::Range;
use std::sync::Arc;

use send_wrapper::SendWrapper;
use web_sys::HtmlElement;

use super::line::Line;
use super::signal::Signal;

/// Beyond what can be seen, in pixels: with less than the first other lines come, and then as far as the second.
const NEAR: i32 = 250;
const FAR: i32 = 500;
/// As low as a line is that was not drawn yet.
const LOWEST: i32 = 44;
/// No thread is laid out lower than this for long.
const LOWEST_THREAD: i32 = 500;
/// A thread of no more lines is in the page as a whole: a flick of the wheel goes to its beginning.
const WHOLE: usize = 40;
/// Further than this from the newest line, the visitor reads older ones.
const READING: i32 = 240;

/// Where the visitor is in the thread.
pub(crate) struct Window {
    /// Pixels between the lower edge of what can be seen and the end.
    from_end: Cell<i32>,
    /// Pixels that can be seen.
    height: Cell<i32>,
    moved: Signal<u32>,
    away: Signal<bool>,
}

/// See [`Window`]; its elements are the page's one thread's.
pub(crate) type Shared = Arc<SendWrapper<Window>>;

impl Window {
    /// At the end.
    pub(crate) fn new() -> Shared {
        Arc::new(SendWrapper::new(Self {
            from_end: Cell::new(0),
            height: Cell::new(LOWEST_THREAD),
            moved: Signal::new(0),
            away: Signal::new(false),
        }))
    }

    /// Whether the visitor has scrolled away from the newest line.
    pub(crate) fn away(&self) -> &Signal<bool> {
        &self.away
    }

    /// The visitor scrolled, or the thread's height changed.
    pub(crate) fn look(&self, thread: &HtmlElement) {
        self.height.set(thread.client_height().max(LOWEST_THREAD));
        self.from_end.set(-thread.scroll_top());
        self.moved.set(self.moved.peek(|count| count.wrapping_add(1)));
        self.away.set(self.from_end.get() > READING);
    }

    /// The lines to be in the page, when those of a part of them are. Whatever calls this runs again when the visitor scrolls.
    pub(crate) fn part(&self, lines: &[Arc<Line>], heights: &Heights, present: &Range<usize>) -> Range<usize> {
        self.moved.track();
        if lines.len() <= WHOLE {
            return 0..lines.len();
        }
        let height = |at: usize| match lines.get(at).map(|line| heights.of(line)) {
            Some(known @ 1..) => known,
            // What came below while the visitor reads above takes no space yet.
            _ if at >= present.end => 0,
            _ => LOWEST,
        };
        let needed = self.reach(lines.len(), height, NEAR);
        if present.start <= needed.start && needed.end <= present.end && present.end <= lines.len() {
            // Of those that were added above or below, only what is near.
            let most = self.reach(lines.len(), height, 2 * FAR);
            return present.start.max(most.start)..present.end.min(most.end);
        }
        self.reach(lines.len(), height, FAR)
    }

    /// The lines that can be seen, and those so many pixels beyond.
    fn reach(&self, count: usize, height: impl Fn(usize) -> i32, beyond: i32) -> Range<usize> {
        let (from_end, seen) = (self.from_end.get(), self.height.get());
        let mut below = 0;
        let mut end = count;
        let mut start = count;
        for at in (0..count).rev() {
            if below >= from_end + seen + beyond {
                break;
            }
            below += height(at);
            if below <= from_end - beyond {
                end = at;
            }
            start = at;
        }
        start.min(end)..end
    }
}

/// The pixels that lines took when they were last in the page of one element.
#[derive(Default)]
pub(crate) struct Heights(Vec<(*const Line, i32)>);

/// Lines come and go in a page that stays open for weeks; of so many the heights are forgotten, and measured anew.
const MOST_HEIGHTS: usize = 8192;

impl Heights {
    /// Those of a line, or 0.
    pub(crate) fn of(&self, line: &Arc<Line>) -> i32 {
        let known = self.0.binary_search_by_key(&Arc::as_ptr(line), |(line, _)| *line);
        known
            .ok()
            .and_then(|at| self.0.get(at))
            .map_or(0, |(_, height)| *height)
    }

    /// A line takes so many.
    pub(crate) fn note(&mut self, line: &Arc<Line>, height: i32) {
        let line = Arc::as_ptr(line);
        match self.0.binary_search_by_key(&line, |(line, _)| *line) {
            Ok(at) => {
                if let Some(known) = self.0.get_mut(at) {
                    known.1 = height;
                }
            }
            Err(_) if self.0.len() >= MOST_HEIGHTS => self.0.clear(),
            Err(at) => self.0.insert(at, (line, height)),
        }
    }

    /// The space of the lines below a part.
    pub(crate) fn below(&self, lines: &[Arc<Line>], part: &Range<usize>) -> i32 {
        lines.iter().skip(part.end).map(|line| self.of(line)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(from_end: i32) -> Window {
        Window {
            from_end: Cell::new(from_end),
            height: Cell::new(500),
            moved: Signal::new(0),
            away: Signal::new(false),
        }
    }

    #[test]
    fn at_the_end_are_the_newest() {
        assert_eq!(window(0).reach(1000, |_| 100, 500), 990..1000);
        assert_eq!(window(0).reach(3, |_| 100, 500), 0..3);
        assert_eq!(window(0).reach(0, |_| 100, 500), 0..0);
    }

    #[test]
    fn further_up_are_as_many() {
        assert_eq!(window(50_000).reach(1000, |_| 100, 500), 490..505);
        assert_eq!(window(99_500).reach(1000, |_| 100, 500), 0..10);
    }

    #[test]
    fn what_takes_no_space_is_where_the_others_end() {
        let height = |at| if at >= 900 { 0 } else { 100 };
        assert_eq!(window(5000).reach(1000, height, 500), 840..855);
        assert_eq!(window(0).reach(1000, height, 500), 890..1000);
    }
}
