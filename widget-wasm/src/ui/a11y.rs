//! Focus and keys of the floating panel.

use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent, ShadowRoot};

use super::Scene;
use super::signal::effect;
#[cfg(feature = "rich")]
use crate::driver::soon;
use crate::session::Panel;

/// What can be reached with the Tab key inside a panel.
const STOPS: &str = "button, textarea, input, a[href], [tabindex='0']";

/// Why the focus is to move.
#[cfg(feature = "rich")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Called {
    /// The visitor pressed something for it.
    Yes,
    /// It belongs into the panel that is open.
    ByPanel,
    /// What had it gave way.
    No,
}

/// What the effect below knows from its last run.
#[derive(Default)]
struct Before {
    open: bool,
    focus: Option<HtmlElement>,
}

/// Moves focus into the panel when it opens and back to where it was when it closes.
pub(crate) fn follow(scene: &Arc<Scene>) {
    let scene = Arc::clone(scene);
    let mut before = Before::default();
    effect(move || before = follow_once(&scene, std::mem::take(&mut before)));
}

fn follow_once(scene: &Scene, before: Before) -> Before {
    let open = scene.state.open.get();
    let (Some(panel), Some(field), Some(launcher)) =
        (scene.find(".panel"), scene.find(".field"), scene.find(".launcher"))
    else {
        return before;
    };
    if open && !before.open {
        let focus = focused(&panel);
        enter(&panel, &field);
        return Before { open, focus };
    }
    if before.open && !open && holds_focus(&panel) {
        // On a phone it is not there while the panel is.
        let _ = launcher.set_attribute("aria-expanded", "false");
        let _ = before
            .focus
            .filter(|element| element.is_connected())
            .unwrap_or(launcher)
            .focus();
        return Before { open, focus: None };
    }
    Before { open, ..before }
}

fn enter(panel: &HtmlElement, field: &HtmlElement) {
    // What cannot be seen yet cannot be focused.
    let _ = panel.set_attribute("data-state", "open");
    // On a phone the field would bring up a keyboard over the conversation before it is seen.
    let _ = if is_touch() { panel } else { field }.focus();
}

/// Whoever was in this interface goes on in that part of it, once that is drawn; nobody is called away from elsewhere in the page. On a
/// phone only what the visitor asked for brings up a keyboard.
#[cfg(feature = "rich")]
pub(crate) fn go_on_in(scene: &Arc<Scene>, selector: &'static str, called: Called) {
    let Some(panel) = scene.find(".panel") else { return };
    let inside = shadow(&panel).and_then(|shadow| shadow.active_element()).is_some();
    let meant = match called {
        Called::Yes => true,
        Called::ByPanel => !is_touch() && (inside || focused(&panel).is_none()),
        Called::No => !is_touch() && inside,
    };
    if !meant {
        return;
    }
    let scene = Arc::clone(scene);
    soon(move || {
        if let Some(target) = scene.find(selector) {
            let _ = target.focus();
        }
    });
}

/// Escape closes; where the panel fills the screen, Tab stays in it, as nothing else can be seen.
pub(crate) fn panel_key(event: &Event, scene: &Scene) {
    let event: &KeyboardEvent = event.unchecked_ref();
    match event.key().as_str() {
        "Escape" if !event.is_composing() => {
            event.stop_propagation();
            scene.session.set_open(Panel::Closed);
        }
        "Tab" => {
            if let Some(panel) = scene.find(".panel").filter(fills_screen) {
                keep_inside(event, &panel);
            }
        }
        _ => {}
    }
}

/// Escape closes from the launcher, too.
pub(crate) fn launcher_key(event: &Event, scene: &Scene) {
    let event: &KeyboardEvent = event.unchecked_ref();
    if event.key() == "Escape" && scene.state.open.peek(bool::clone) {
        scene.session.set_open(Panel::Closed);
    }
}

fn keep_inside(event: &KeyboardEvent, panel: &HtmlElement) {
    let stops = stops(panel);
    let (Some(first), Some(last)) = (stops.first(), stops.last()) else {
        return;
    };
    let here = shadow(panel).and_then(|shadow| shadow.active_element());
    let is_here = |element: &HtmlElement| here.as_ref().is_some_and(|here| here.is_same_node(Some(element)));
    let target = match event.shift_key() {
        true if is_here(first) || is_here(panel) => last,
        false if is_here(last) => first,
        _ => return,
    };
    event.prevent_default();
    let _ = target.focus();
}

fn stops(panel: &HtmlElement) -> Vec<HtmlElement> {
    let Ok(list) = panel.query_selector_all(STOPS) else {
        return Vec::new();
    };
    #[cfg_attr(not(feature = "rich"), allow(unused_mut))]
    let mut stops: Vec<HtmlElement> = (0..list.length())
        .filter_map(|at| list.get(at)?.dyn_into().ok())
        .collect();
    // What stands in for another part hides it, and what is hidden is no place to go.
    #[cfg(feature = "rich")]
    stops.retain(|element| element.offset_width() > 0);
    stops
}

fn is_touch() -> bool {
    let query = window().match_media("(pointer: coarse)").ok().flatten();
    query.is_some_and(|query| query.matches())
}

fn fills_screen(panel: &HtmlElement) -> bool {
    let width = window().inner_width().ok().and_then(|width| width.as_f64());
    width.is_some_and(|width| f64::from(panel.offset_width()) >= width)
}

fn shadow(element: &Element) -> Option<ShadowRoot> {
    element.get_root_node().dyn_into().ok()
}

fn holds_focus(panel: &HtmlElement) -> bool {
    let inside = shadow(panel).and_then(|shadow| shadow.active_element());
    inside.is_some_and(|element| panel.contains(Some(&element)))
}

/// What has the focus, in this element or elsewhere in the page. Nothing when it is nowhere in particular.
fn focused(panel: &HtmlElement) -> Option<HtmlElement> {
    let inside = shadow(panel).and_then(|shadow| shadow.active_element());
    let element: HtmlElement = inside.or_else(|| document().active_element())?.dyn_into().ok()?;
    let nowhere = document().body().is_some_and(|body| body.is_same_node(Some(&element)));
    (!nowhere).then_some(element)
}
