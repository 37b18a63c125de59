//! Files that are dragged over the panel and dropped on it.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{DragEvent, Element, Event, Node};

use super::tray::Held;
use crate::driver::listener::Listener;

/// Watches the whole interface, as the panel may not be there yet.
pub(super) fn watch(held: &Rc<Held>) -> Vec<Listener> {
    let over = {
        let held = Rc::clone(held);
        move |event: Event| {
            if brings_files(&event) && panel(&event).is_some() && held.may_take() {
                // The browser would open the file in place of the page.
                event.prevent_default();
                held.hovered.set(true);
            }
        }
    };
    let left = {
        let held = Rc::clone(held);
        move |event: Event| {
            let goes_to = event.unchecked_ref::<DragEvent>().related_target();
            let goes_to = goes_to.and_then(|target| target.dyn_into::<Node>().ok());
            let stays = panel(&event).is_some_and(|panel| goes_to.is_some_and(|node| panel.contains(Some(&node))));
            if !stays {
                held.hovered.set(false);
            }
        }
    };
    let dropped = {
        let held = Rc::clone(held);
        move |event: Event| {
            if !held.hovered.peek(bool::clone) {
                return;
            }
            event.prevent_default();
            held.hovered.set(false);
            let data = event.unchecked_ref::<DragEvent>().data_transfer();
            if let Some(files) = data.and_then(|data| data.files()) {
                held.add(&files);
            }
        }
    };
    let container = &held.scene.container;
    vec![
        Listener::new(container, "dragover", over),
        Listener::new(container, "dragleave", left),
        Listener::new(container, "drop", dropped),
    ]
}

fn brings_files(event: &Event) -> bool {
    let data = event.unchecked_ref::<DragEvent>().data_transfer();
    data.is_some_and(|data| data.types().iter().any(|kind| kind == "Files"))
}

fn panel(event: &Event) -> Option<Element> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    target.closest(".panel").ok().flatten()
}
