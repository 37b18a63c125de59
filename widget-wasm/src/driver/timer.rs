//! Timeouts that end with their owner.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// What `setTimeout` takes at most; a longer delay would fire at once.
const LONGEST: u128 = i32::MAX as u128;

/// A callback that is called later, once for each time it is armed, and never after the timer is dropped.
pub(crate) struct Timer {
    callback: Closure<dyn FnMut()>,
    armed: Rc<RefCell<Option<i32>>>,
}

impl Timer {
    /// A timer that is not armed.
    pub(crate) fn new(mut callback: impl FnMut() + 'static) -> Self {
        let armed = Rc::new(RefCell::new(None));
        let fired = Rc::clone(&armed);
        let callback = Closure::new(move || {
            fired.borrow_mut().take();
            callback();
        });
        Self { callback, armed }
    }

    /// Fires after this long, in place of what it was armed for before.
    pub(crate) fn arm(&self, delay: Duration) {
        self.disarm();
        let millis = i32::try_from(delay.as_millis().min(LONGEST)).unwrap_or(i32::MAX);
        let callback = self.callback.as_ref().unchecked_ref();
        let id = web_sys::window().and_then(|window| {
            window
                .set_timeout_with_callback_and_timeout_and_arguments_0(callback, millis)
                .ok()
        });
        *self.armed.borrow_mut() = id;
    }

    /// Does not fire any more.
    pub(crate) fn disarm(&self) {
        if let (Some(id), Some(window)) = (self.armed.borrow_mut().take(), web_sys::window()) {
            window.clear_timeout_with_handle(id);
        }
    }
}

/// Does something once the browser has done what it is doing.
#[cfg(feature = "rich")]
pub(crate) fn soon(act: impl FnOnce() + 'static) {
    let callback = Closure::once_into_js(act);
    if let Some(window) = web_sys::window() {
        // A page that has a window has timers.
        let _ = window.set_timeout_with_callback(callback.unchecked_ref());
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.disarm();
    }
}
