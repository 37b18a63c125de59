//! The floating button with its badge, and the panel it opens.

use std::sync::Arc;

use leptos::prelude::AnyView;

use super::element::{Element, button, div, live, live_text, nothing, span};
use super::icons::{self, icon};
use super::signal::{Signal, effect};
use super::{Scene, a11y, bubble, panel};

/// Above this the badge says "9+": a longer number says no more.
const COUNTED: u32 = 9;

/// Button, badge and, once opened, the panel.
pub(crate) fn view(scene: &Arc<Scene>) -> [AnyView; 3] {
    [
        panel_once_opened(scene),
        launcher_button(scene).into(),
        news(scene).into(),
    ]
}

/// The panel comes with the first opening and stays, so that a draft and the place in the thread outlive a closing.
fn panel_once_opened(scene: &Arc<Scene>) -> AnyView {
    let opened_once = Signal::new(false);
    effect({
        let (open, opened_once) = (scene.state.open.clone(), opened_once.clone());
        move || {
            if open.get() {
                opened_once.set(true);
            }
        }
    });
    let scene = Arc::clone(scene);
    live(move || {
        if opened_once.get() {
            panel::floating(&scene).into()
        } else {
            nothing()
        }
    })
}

fn launcher_button(scene: &Arc<Scene>) -> Element {
    let open = scene.state.open.clone();
    let (labelled, toggled, pressed) = (Arc::clone(scene), Arc::clone(scene), Arc::clone(scene));
    button("launcher")
        .part("launcher-button")
        .live_attr("aria-expanded", move || open.get().to_string())
        .attr("aria-haspopup", "dialog")
        .live_attr("aria-label", move || label(&labelled))
        .on("click", move |_| toggled.session.toggle())
        .on("keydown", move |event| a11y::launcher_key(&event, &pressed))
        .child(icon(icons::CHAT))
        .child(icon(icons::DOWN))
        .child(badge(scene))
}

fn label(scene: &Scene) -> String {
    let words = scene.words;
    match (scene.state.open.get(), scene.state.unread.get()) {
        (true, _) => words.close.to_owned(),
        (false, 0) => words.open.to_owned(),
        (false, count) => [words.open, ", ", &words.unread.count(count)].concat(),
    }
}

fn badge(scene: &Scene) -> AnyView {
    let unread = scene.state.unread.clone();
    live(move || match unread.get() {
        0 => nothing(),
        count => {
            let text = if count > COUNTED {
                String::from("9+")
            } else {
                count.to_string()
            };
            span("badge")
                .part("badge")
                .attr("aria-hidden", "true")
                .child(text)
                .into()
        }
    })
}

/// Says to a screen reader that something arrived while the panel was closed; the open thread says it by itself.
fn news(scene: &Arc<Scene>) -> Element {
    let state = Arc::clone(&scene.state);
    let words = scene.words;
    let news = move || {
        let newcomer = state.newcomer.get();
        let away = !state.open.get() && state.unread.get() > 0;
        newcomer
            .filter(|_| away)
            .map_or_else(String::new, |author| words.arrived.with(&bubble::name(&author, words)))
    };
    div("unseen").attr("role", "status").child(live_text(news))
}
