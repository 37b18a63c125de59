//! Something that the site draws the visitor's attention to: a notice beside the launcher, told politely and never in the way of the focus.

use std::sync::Arc;

use leptos::prelude::AnyView;
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;

use super::desk::Engage;
use super::element::{Element, button, div, element, live, nothing};
use super::icons::{self, icon};
use super::{Scene, attach};
use crate::options::Mode;
use crate::session::Panel;

/// The notice, while there is one. Of a page's elements the launcher shows it, or where there is none, the others.
pub(crate) fn view(scene: &Arc<Scene>) -> AnyView {
    let shown = Arc::clone(scene);
    let notice = live(move || {
        let is_ours = shown.mode == Mode::Launcher || !shown.session.has_launcher();
        match shown.state.desk.engage.get().filter(|_| is_ours) {
            Some(engage) => notice(&shown, &engage).into(),
            None => nothing(),
        }
    });
    div("nudges").attr("role", "status").child(notice).into()
}

fn notice(scene: &Arc<Scene>, engage: &Engage) -> Element {
    let words = &scene.words.media;
    let (closed, pressed) = (Arc::clone(scene), Arc::clone(scene));
    let cross = button("remove")
        .attr("aria-label", words.dismiss)
        .on("click", move |_| close(&closed))
        .child(icon(icons::CROSS));
    let mut acts = Vec::new();
    if let Some(address) = engage.url.as_deref().and_then(attach::web_address) {
        acts.push(link(scene, address));
    }
    if scene.mode == Mode::Launcher {
        acts.push(answer(scene));
    }
    let text = div("nudge-text").child(element("P").child(engage.text.clone()));
    let text = if acts.is_empty() {
        text
    } else {
        text.child(div("nudge-acts").children(acts))
    };
    div("nudge")
        .part("toast")
        .attr("data-id", engage.id.clone())
        .on("keydown", move |event| {
            if event.unchecked_ref::<KeyboardEvent>().key() == "Escape" {
                event.stop_propagation();
                close(&pressed);
            }
        })
        .child(text)
        .child(cross)
}

/// A page of the same site replaces this one, as any of its links does; another one gets a tab of its own.
fn link(scene: &Arc<Scene>, address: &str) -> AnyView {
    let here = web_sys::window().and_then(|window| window.location().origin().ok());
    let rest = here.as_deref().and_then(|here| address.strip_prefix(here));
    let is_own = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']));
    let followed = Arc::clone(scene);
    let link = element("A")
        .attr("class", "act")
        .attr("href", address)
        .attr("rel", "noopener noreferrer")
        .on("click", move |_| followed.state.desk.engage.set(None));
    let link = if is_own { link } else { link.attr("target", "_blank") };
    link.child(scene.words.media.look).into()
}

fn answer(scene: &Arc<Scene>) -> AnyView {
    let pressed = Arc::clone(scene);
    button("act")
        .on("click", move |_| {
            pressed.state.desk.engage.set(None);
            pressed.session.set_open(Panel::Open);
            if let Some(field) = pressed.find(".field") {
                // In a panel that was open before nobody else brings the focus there.
                let _ = field.focus();
            }
        })
        .child(scene.words.media.answer)
        .into()
}

/// Whoever closed it with the keyboard goes on at the launcher or in the composer.
fn close(scene: &Scene) {
    let held = scene.find(".nudge:focus-within").is_some();
    scene.state.desk.engage.set(None);
    let open = scene.state.open.peek(bool::clone);
    let next = if scene.mode == Mode::Launcher && !open {
        ".launcher"
    } else {
        ".field"
    };
    if let Some(next) = scene.find(next).filter(|_| held) {
        // What cannot be focused leaves the focus with the page.
        let _ = next.focus();
    }
}
