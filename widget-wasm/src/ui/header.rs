//! Who the visitor talks with, and the way out.

use std::sync::Arc;

use leptos::prelude::AnyView;

#[cfg(not(feature = "rich"))]
use super::element::span;
use super::element::{Element, button, div, element, live, live_text, nothing};
use super::i18n::said;
use super::icons::{self, icon};
#[cfg(feature = "rich")]
use super::visit::person as presence;
use super::{Scene, avatar};
use crate::options::Mode;
use crate::session::Panel;

/// The name of the desk: what the back end says, else a plain word.
pub(crate) fn title(scene: &Scene) -> impl Fn() -> String + Clone + Send + use<> {
    let config = scene.state.config.clone();
    let words = scene.words;
    move || said(words.own.title, config.with(|config| config.title.clone()), words.title)
}

/// What the whole is called where it is one part of a page among others that may bear the desk's name too.
pub(crate) fn name(scene: &Scene) -> impl Fn() -> String + Clone + Send + use<> {
    let config = scene.state.config.clone();
    let (chat, own) = (scene.words.title, scene.words.own.title);
    move || {
        let desk = config.with(|config| config.title.clone().filter(|_| own.is_empty()));
        desk.map_or_else(|| chat.to_owned(), |desk| [chat, ": ", &desk].concat())
    }
}

/// Picture, name, presence, close button.
pub(crate) fn view(scene: &Arc<Scene>) -> Element {
    let names = div("names")
        .child(element("H2").attr("class", "title").child(live_text(title(scene))))
        .child(presence(scene));
    let header = div("header").part("header").child(picture(scene)).child(names);
    #[cfg(feature = "rich")]
    let header = header.child(super::visit::end_button(scene));
    header.child(close_button(scene))
}

fn picture(scene: &Arc<Scene>) -> AnyView {
    let config = scene.state.config.clone();
    let title = title(scene);
    #[cfg(feature = "rich")]
    let state = Arc::clone(&scene.state);
    live(move || {
        #[cfg(feature = "rich")]
        if let Some((name, picture)) = super::visit::picture(&state) {
            return avatar::view(&name, picture).into();
        }
        avatar::view(&title(), config.with(|config| config.logo_url.clone())).into()
    })
}

/// The person who has the conversation, else whether anybody is there. Nothing when nobody has said so.
#[cfg(not(feature = "rich"))]
fn presence(scene: &Arc<Scene>) -> AnyView {
    let state = Arc::clone(&scene.state);
    let words = scene.words;
    live(move || {
        let online = state.config.with(|config| config.online);
        let word = online.map(|online| if online { words.online } else { words.away });
        let Some(line) = state.agent.get().or_else(|| word.map(str::to_owned)) else {
            return nothing();
        };
        let dot = span(if online == Some(false) { "dot away" } else { "dot" });
        element("P").attr("class", "presence").child(dot).child(line).into()
    })
}

fn close_button(scene: &Arc<Scene>) -> AnyView {
    if scene.mode != Mode::Launcher {
        return nothing();
    }
    let closed = Arc::clone(scene);
    button("quiet")
        .part("close-button")
        .attr("aria-label", scene.words.close)
        .on("click", move |_| closed.session.set_open(Panel::Closed))
        .child(icon(icons::CROSS))
        .into()
}
