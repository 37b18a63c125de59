//! Where in the site the visitor is.

use std::rc::Rc;
use std::time::Duration;

use js_sys::Reflect;
use visavis_client_core::{Command, Input};
use wasm_bindgen::JsCast;
use web_sys::EventTarget;

use super::listener::Listener;
use super::socket::Report;
use super::timer::Timer;

/// Sites that draw their pages themselves set the title a moment after the address.
const SETTLED: Duration = Duration::from_millis(100);

/// A page of the site.
pub(crate) struct Place {
    /// Its address.
    pub(crate) url: String,
    /// Where the visitor came from.
    pub(crate) referrer: Option<String>,
    /// Its title.
    pub(crate) title: Option<String>,
}

/// The page the visitor is on.
pub(crate) fn here() -> Place {
    let window = web_sys::window();
    let document = window.as_ref().and_then(web_sys::Window::document);
    let said = |text: String| Some(text).filter(|text| !text.is_empty());
    Place {
        url: window
            .and_then(|window| window.location().href().ok())
            .unwrap_or_default(),
        referrer: document.as_ref().and_then(|document| said(document.referrer())),
        title: document.and_then(|document| said(document.title())),
    }
}

/// Reports every page the visitor goes to without leaving this document, until dropped. A browser without the Navigation API tells only of
/// its own buttons and of fragments.
pub(crate) fn watch(report: &Report) -> Vec<Listener> {
    let Some(window) = web_sys::window() else {
        return Vec::new();
    };
    let told = Timer::new({
        let report = Rc::clone(report);
        move || {
            let Place { url, referrer, title } = here();
            report(Input::Command(Command::UpdateContext { url, referrer, title }));
        }
    });
    let told = Rc::new(told);
    let moved = |target: &EventTarget, name| {
        let told = Rc::clone(&told);
        Listener::new(target, name, move |_| told.arm(SETTLED))
    };
    let navigation = Reflect::get(&window, &"navigation".into())
        .ok()
        .and_then(|navigation| navigation.dyn_into::<EventTarget>().ok());
    match navigation {
        Some(navigation) => vec![moved(&navigation, "currententrychange")],
        None => vec![moved(&window, "popstate"), moved(&window, "hashchange")],
    }
}
