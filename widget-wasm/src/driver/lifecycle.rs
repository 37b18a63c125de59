//! What happens to the page: network, visibility, the back/forward cache.

use std::rc::Rc;

use visavis_client_core::{Environment, Input};
use web_sys::{Document, Window};

use crate::driver::listener::Listener;
use crate::driver::socket::Report;

/// Reports changes of the page until dropped, and at first whatever the core would not assume: hidden, offline.
pub(crate) fn watch(report: &Report) -> Vec<Listener> {
    let Some((window, document)) = page() else {
        return Vec::new();
    };
    if document.hidden() {
        report(Input::Environment(Environment::Hidden));
    }
    if !window.navigator().on_line() {
        report(Input::Environment(Environment::Offline));
    }
    let on_window = [
        ("online", Environment::Online),
        ("offline", Environment::Offline),
        ("pagehide", Environment::PageHidden),
        ("pageshow", Environment::PageShown),
    ];
    let mut listeners: Vec<Listener> = on_window
        .into_iter()
        .map(|(name, change)| {
            let report = Rc::clone(report);
            Listener::new(&window, name, move |_| report(Input::Environment(change)))
        })
        .collect();
    let report = Rc::clone(report);
    listeners.push(Listener::new(&document.clone(), "visibilitychange", move |_| {
        let change = if document.hidden() {
            Environment::Hidden
        } else {
            Environment::Visible
        };
        report(Input::Environment(change));
    }));
    listeners
}

fn page() -> Option<(Window, Document)> {
    let window = web_sys::window()?;
    let document = window.document()?;
    Some((window, document))
}
