//! Values that wake what reads them.
//!
//! The framework's signals are locked and poisoned for threads, once for every type of value; the page has one thread, and every visitor
//! downloads the code. Here the framework's trigger does the waking, and the value lies beside it.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::{ArcTrigger, Effect, Notify, Track};
use send_wrapper::SendWrapper;

/// A value whose changes are noticed.
pub(crate) struct Signal<T> {
    value: SendWrapper<Rc<RefCell<T>>>,
    changed: ArcTrigger,
}

impl<T> Clone for Signal<T> {
    fn clone(&self) -> Self {
        Self {
            value: self.value.clone(),
            changed: self.changed.clone(),
        }
    }
}

impl<T> Signal<T> {
    /// A signal with its first value.
    pub(crate) fn new(value: T) -> Self {
        Self {
            value: SendWrapper::new(Rc::new(RefCell::new(value))),
            changed: ArcTrigger::new(),
        }
    }

    /// Looks at the value; whatever calls this runs again when it changes.
    pub(crate) fn with<R>(&self, look: impl FnOnce(&T) -> R) -> R {
        self.changed.track();
        self.peek(look)
    }

    /// Looks at the value and is not told of changes.
    pub(crate) fn peek<R>(&self, look: impl FnOnce(&T) -> R) -> R {
        look(&self.value.borrow())
    }

    /// Runs whatever calls this again when the value changes.
    pub(crate) fn track(&self) {
        self.changed.track();
    }

    /// Wakes whatever reads this, as if it had changed.
    pub(crate) fn wake(&self) {
        self.changed.notify();
    }
}

#[cfg(feature = "rich")]
impl<T> Signal<T> {
    /// Changes the value in its place and wakes nobody yet.
    pub(crate) fn amend(&self, change: impl FnOnce(&mut T)) {
        change(&mut self.value.borrow_mut());
    }

    /// Changes the value in its place.
    pub(crate) fn update(&self, change: impl FnOnce(&mut T)) {
        change(&mut self.value.borrow_mut());
        self.changed.notify();
    }
}

impl<T: PartialEq> Signal<T> {
    /// Another value. The same one wakes nobody.
    pub(crate) fn set(&self, value: T) {
        if *self.value.borrow() != value {
            self.value.replace(value);
            self.changed.notify();
        }
    }
}

impl<T: Clone> Signal<T> {
    /// The value; whatever calls this runs again when it changes.
    pub(crate) fn get(&self) -> T {
        self.with(T::clone)
    }
}

/// Does something now and again whenever a signal that it read changes. One type for all: the framework compiles each type of effect anew.
pub(crate) fn effect(run: impl FnMut() + 'static) {
    begin(Box::new(run));
}

fn begin(mut run: Box<dyn FnMut()>) {
    Effect::new(move |_| run());
}
