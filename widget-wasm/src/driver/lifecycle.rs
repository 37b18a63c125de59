//! What happens to the page's network. What happens to the page itself concerns the other tabs, too: `js/tabs.js` tells of that.

use std::rc::Rc;

use visavis_client_core::{Environment, Input};

use crate::driver::listener::Listener;
use crate::driver::socket::Report;

/// Reports changes of the network until dropped, and at first whatever the core would not assume: offline.
pub(crate) fn watch(report: &Report) -> Vec<Listener> {
    let Some(window) = web_sys::window() else {
        return Vec::new();
    };
    if !window.navigator().on_line() {
        report(Input::Environment(Environment::Offline));
    }
    let changes = [("online", Environment::Online), ("offline", Environment::Offline)];
    let listen = |(name, change)| {
        let report = Rc::clone(report);
        Listener::new(&window, name, move |_| report(Input::Environment(change)))
    };
    changes.into_iter().map(listen).collect()
}
