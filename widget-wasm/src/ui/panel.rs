//! The panel around a thread: floating over the page, docked in it, or nothing but the thread.

use std::sync::Arc;

use leptos::prelude::AnyView;

use super::element::{Element, element};
use super::{Scene, a11y, header};

/// The launcher's panel: a dialog that is there while it is open. On a phone it fills the screen.
pub(crate) fn floating(scene: &Arc<Scene>) -> Element {
    a11y::follow(scene);
    let open = scene.state.open.clone();
    let pressed = Arc::clone(scene);
    section(scene, "panel floating")
        .part("panel")
        .attr("role", "dialog")
        .attr("tabindex", "-1")
        .live_attr("data-state", move || {
            if open.get() { "open" } else { "closed" }.to_owned()
        })
        .on("keydown", move |event| a11y::panel_key(&event, &pressed))
        .child(header::view(scene))
        .children(conversation(scene))
}

/// A panel that is part of the page.
pub(crate) fn docked(scene: &Arc<Scene>) -> Element {
    section(scene, "panel docked")
        .part("panel")
        .child(header::view(scene))
        .children(conversation(scene))
}

/// Messages and composer alone.
pub(crate) fn bare(scene: &Arc<Scene>) -> Element {
    section(scene, "panel bare").children(conversation(scene))
}

#[cfg(feature = "rich")]
fn conversation(scene: &Arc<Scene>) -> Vec<AnyView> {
    super::visit::conversation(scene)
}

#[cfg(not(feature = "rich"))]
fn conversation(scene: &Arc<Scene>) -> [AnyView; 4] {
    use super::{composer, status, thread};

    let [toast, form] = composer::view(scene);
    [status::view(scene).into(), thread::view(scene).into(), toast, form]
}

fn section(scene: &Arc<Scene>, class: &'static str) -> Element {
    let section = element("SECTION")
        .attr("class", class)
        .live_attr("aria-label", header::name(scene));
    #[cfg(feature = "rich")]
    let section = {
        let state = Arc::clone(&scene.state);
        section.live_attr("data-stage", move || super::visit::stage(&state).as_str().to_owned())
    };
    section
}
