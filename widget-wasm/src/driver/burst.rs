//! What comes fast is handled a few at a time: what a page does for each frame would cost it more than what is in them.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use visavis_client_core::event::StreamStep;
use visavis_client_core::{Event, Input};

use super::socket::Socket;
use super::{Driver, Timer};

/// Frames that come within this time may be handled together.
const WINDOW: Duration = Duration::from_millis(150);
/// From so many frames in a window on those of the next one wait for each other. A handshake is over by then.
const MANY: u32 = 6;

/// When a frame is handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// At once.
    Now,
    /// At the end of the window.
    Soon,
}

/// How many frames come.
pub(super) struct Burst {
    window: Timer,
    is_open: Cell<bool>,
    frames: Cell<u32>,
}

impl Burst {
    /// Nothing has come; `over` is called at the end of a window, and calls [`Burst::go_on`].
    pub(super) fn new(over: impl FnMut() + 'static) -> Self {
        Self {
            window: Timer::new(over),
            is_open: Cell::new(false),
            frames: Cell::new(0),
        }
    }

    /// A frame came.
    fn frame(&self) {
        self.frames.set(self.frames.get() + 1);
        if !self.is_open.replace(true) {
            self.window.arm(WINDOW);
        }
    }

    /// A window is over: when the frames of the next one are handled. In a page that nobody sees timers may be minutes late: there nothing
    /// waits for one.
    pub(super) fn go_on(&self) -> Turn {
        let frames = self.frames.replace(0);
        self.is_open.set(frames > 0);
        if frames > 0 {
            self.window.arm(WINDOW);
        }
        if frames >= MANY && !is_hidden() {
            Turn::Soon
        } else {
            Turn::Now
        }
    }
}

impl Driver {
    /// What was put aside came before this.
    pub(super) fn precede(&self, input: &Input) {
        if let Input::SocketFrame { .. } = input {
            self.burst.frame();
        }
        self.collect();
    }

    /// Handles what was put aside, and says how long the next frames may wait.
    pub(super) fn window_over(&self) {
        self.collect();
        let turn = self.burst.go_on();
        if let Some(socket) = &*self.socket.borrow() {
            socket.turn(turn);
        }
        self.pump();
    }

    fn collect(&self) {
        // A socket that is being closed has nothing more to say.
        let Ok(socket) = self.socket.try_borrow() else { return };
        while let Some(frame) = socket.as_ref().and_then(Socket::next_aside) {
            self.burst.frame();
            self.inputs.borrow_mut().push_back(frame);
        }
    }
}

fn is_hidden() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    document.is_some_and(|document| document.hidden())
}

/// The pieces of an answer that were handled together: they are told as one.
#[derive(Default)]
pub(super) struct Pieces(RefCell<Option<(String, String)>>);

impl Pieces {
    /// Takes a piece in. Answers whatever else it is given, and a piece of another answer when there are some of one already.
    pub(super) fn join(&self, event: Event) -> Option<Event> {
        let Event::Stream {
            id,
            step: StreamStep::Chunk { text },
        } = event
        else {
            return Some(event);
        };
        let mut held = self.0.borrow_mut();
        match held.as_mut() {
            Some((of, whole)) if *of == id => whole.push_str(&text),
            Some(_) => {
                return Some(Event::Stream {
                    id,
                    step: StreamStep::Chunk { text },
                });
            }
            None => *held = Some((id, text)),
        }
        None
    }

    /// Hands them out as one.
    pub(super) fn take(&self) -> Option<Event> {
        let (id, text) = self.0.borrow_mut().take()?;
        Some(Event::Stream {
            id,
            step: StreamStep::Chunk { text },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(id: &str, text: &str) -> Event {
        Event::Stream {
            id: id.to_owned(),
            step: StreamStep::Chunk { text: text.to_owned() },
        }
    }

    #[test]
    fn pieces_of_one_answer_become_one() {
        let pieces = Pieces::default();
        assert_eq!(pieces.join(piece("a", "one ")), None);
        assert_eq!(pieces.join(piece("a", "two")), None);
        assert_eq!(pieces.take(), Some(piece("a", "one two")));
        assert_eq!(pieces.take(), None);
    }

    #[test]
    fn what_else_comes_is_handed_on() {
        let pieces = Pieces::default();
        assert_eq!(pieces.join(piece("a", "one")), None);
        assert_eq!(pieces.join(piece("b", "other")), Some(piece("b", "other")));
        assert_eq!(pieces.join(Event::Unread(1)), Some(Event::Unread(1)));
        assert_eq!(pieces.take(), Some(piece("a", "one")));
    }
}
