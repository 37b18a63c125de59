//! The conversation: lines, the other side's typing, and what stands there before anybody wrote.

use std::sync::Arc;

use leptos::prelude::AnyView;

use super::element::{Element, button, div, element, live, nothing, span};
use super::icons::{self, icon};
use super::line::{Content, Line};
use super::rows::Rows;
use super::scroll::Window;
use super::signal::effect;
use super::{Scene, bubble, markdown, stream};

/// The scrolling list. It is laid out from its end, so the browser itself keeps the newest line in view.
pub(crate) fn view(scene: &Arc<Scene>) -> Element {
    let window = Window::new();
    show_lines(scene, &window);
    let scrolled = {
        let (scene, window) = (Arc::clone(scene), window.clone());
        move |_| {
            if let Some(thread) = scene.find(".thread") {
                window.scrolled(&thread, scene.state.lines.peek(|lines| lines.0.len()));
            }
        }
    };
    let log = div("log")
        .attr("role", "log")
        .attr("aria-live", "polite")
        .attr("aria-relevant", "additions")
        .attr("aria-label", scene.words.conversation)
        .child(opening(scene))
        .child(div("lines"))
        .children(stream::unanswered(scene))
        .child(typing(scene));
    let scroller = div("thread")
        .part("thread")
        .attr("tabindex", "0")
        .on("scroll", scrolled)
        .child(log);
    div("stretch")
        .child(scroller)
        .child(newest(scene, &window))
        .children(stream::spoken(scene))
}

fn show_lines(scene: &Arc<Scene>, window: &Window) {
    let mut rows = {
        let scene = Arc::clone(scene);
        Rows::new(move |line| row(&scene, line))
    };
    let (scene, window) = (Arc::clone(scene), window.clone());
    effect(move || {
        let part = scene.state.lines.with(|lines| window.part(&lines.0));
        if let Some(place) = scene.find(".lines") {
            rows.show(&part, &place);
        }
    });
}

fn row(scene: &Arc<Scene>, line: &Line) -> AnyView {
    match &line.content {
        Content::Day(at) => separator("day", scene.dates.day(*at, scene.words)),
        Content::Conversation => separator("divider", scene.words.new_conversation.to_owned()),
        Content::Message(shown) => bubble::view(scene, shown).into(),
    }
}

fn separator(class: &'static str, text: String) -> AnyView {
    div(class).child(element("SPAN").child(text)).into()
}

/// The first words, as long as there is no message.
fn opening(scene: &Arc<Scene>) -> AnyView {
    let state = Arc::clone(&scene.state);
    let words = scene.words;
    #[cfg(feature = "rich")]
    let scene = Arc::clone(scene);
    live(move || {
        if !state.lines.with(|lines| lines.0.is_empty()) {
            return nothing();
        }
        #[cfg(feature = "rich")]
        if let Some(welcome) = super::visit::welcome(&scene) {
            return welcome;
        }
        let welcome = state.config.with(|config| {
            let away = config.offline_message.clone().filter(|_| config.online == Some(false));
            away.or_else(|| config.welcome_message.clone())
        });
        match welcome {
            Some(text) => {
                let bubble = div("bubble").child(element("DIV").children(markdown::formatted(&text)));
                div("message bot first last").child(bubble).into()
            }
            None => {
                let detail = element("P").child(words.greeting_detail);
                div("greeting")
                    .child(element("P").child(words.greeting))
                    .child(detail)
                    .into()
            }
        }
    })
}

fn typing(scene: &Arc<Scene>) -> AnyView {
    let author = scene.state.typing.clone();
    let words = scene.words;
    live(move || match author.get() {
        None => nothing(),
        Some(author) => {
            let dot = || element("I").attr("aria-hidden", "true");
            let text = words.typing.with(&bubble::name(&author, words));
            let dots = div("typing").part("typing").child(dot()).child(dot()).child(dot());
            dots.child(span("unseen").child(text)).into()
        }
    })
}

/// The way back to the end for who has scrolled up.
fn newest(scene: &Arc<Scene>, window: &Window) -> AnyView {
    let away = window.away();
    let scene = Arc::clone(scene);
    live(move || {
        if !away.get() {
            return nothing();
        }
        let pressed = Arc::clone(&scene);
        let back = move |_| {
            if let Some(thread) = pressed.find(".thread") {
                thread.set_scroll_top(0);
            }
        };
        button("newest")
            .attr("aria-label", scene.words.newest)
            .on("click", back)
            .child(icon(icons::DOWN))
            .into()
    })
}
