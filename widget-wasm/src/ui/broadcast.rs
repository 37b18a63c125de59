//! A broadcast over the page, where and how the site's settings say.

use std::sync::Arc;

use leptos::prelude::AnyView;
use visavis_client_core::message::BroadcastFrame;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlMediaElement};

use super::desk::Broadcast;
use super::element::{Element, button, div, element, live, nothing, span};
use super::icons::{self, icon};
use super::signal::Signal;
use super::{Scene, attach};
use crate::options::Mode;

/// How much larger it becomes on demand.
const LARGER: u32 = 160;

/// What the visitor did with the broadcast that is running.
#[derive(Clone, Default, PartialEq)]
struct Wish {
    /// The one that was closed.
    closed: Option<String>,
    larger: bool,
    /// None as long as the settings decide.
    muted: Option<bool>,
}

/// The broadcast, while there is one with an address of the web.
pub(crate) fn view(scene: &Arc<Scene>) -> AnyView {
    let wish = Signal::new(Wish::default());
    let scene = Arc::clone(scene);
    live(move || {
        let is_ours = scene.mode == Mode::Launcher || !scene.session.has_launcher();
        let running = scene.state.desk.broadcast.get().filter(|_| is_ours);
        let Some((broadcast, address)) = running.and_then(|running| {
            let address = running.url.as_deref().and_then(attach::web_address)?.to_owned();
            Some((running, address))
        }) else {
            return nothing();
        };
        let frame = scene.state.config.with(|config| {
            let details = config.details.as_deref();
            details.and_then(|details| details.broadcast.clone())
        });
        let frame = frame.unwrap_or_else(usual);
        let is_closed = wish.with(|wish| wish.closed.as_ref() == Some(&broadcast.id));
        match (is_closed, frame.reopenable) {
            (false, _) => overlay(&scene, &wish, &broadcast, &address, &frame).into(),
            (true, true) => reopener(&scene, &wish, &broadcast, &frame).into(),
            (true, false) => nothing(),
        }
    })
}

/// The documented defaults, for settings that say nothing.
fn usual() -> BroadcastFrame {
    BroadcastFrame {
        position: "bottom-right".to_owned(),
        width: 320,
        height: 240,
        auto_play: true,
        muted: false,
        resizable: true,
        closable: true,
        reopenable: true,
    }
}

/// The corner, as the style sheet knows it.
fn corner(frame: &BroadcastFrame) -> &'static str {
    ["bottom-left", "top-left", "top-right"]
        .into_iter()
        .find(|corner| *corner == frame.position)
        .unwrap_or("bottom-right")
}

fn title(scene: &Scene, broadcast: &Broadcast) -> String {
    let title = broadcast.title.clone();
    title.unwrap_or_else(|| scene.words.media.broadcast.to_owned())
}

fn overlay(
    scene: &Arc<Scene>,
    wish: &Signal<Wish>,
    broadcast: &Broadcast,
    address: &str,
    frame: &BroadcastFrame,
) -> Element {
    let words = &scene.words.media;
    let title = title(scene, broadcast);
    let is_film = is_film(address);
    let mut controls = Vec::new();
    if is_film {
        let (muted, by_settings) = (wish.clone(), frame.muted);
        controls.push(switch(
            wish,
            move || muted.with(|wish| wish.muted.unwrap_or(by_settings)),
            Switch {
                on: (words.unmute, icons::MUTED),
                off: (words.mute, icons::SOUND),
                turn: |wish, is_on| wish.muted = Some(!is_on),
            },
        ));
    }
    if frame.resizable {
        let larger = wish.clone();
        controls.push(switch(
            wish,
            move || larger.with(|wish| wish.larger),
            Switch {
                on: (words.smaller, icons::SMALLER),
                off: (words.larger, icons::LARGER),
                turn: |wish, is_on| wish.larger = !is_on,
            },
        ));
    }
    if frame.closable {
        let (closed, id) = (wish.clone(), broadcast.id.clone());
        let close = button("quiet")
            .attr("aria-label", words.close_broadcast)
            .on("click", move |_| closed.update(|wish| wish.closed = Some(id.clone())))
            .child(icon(icons::CROSS));
        controls.push(close.into());
    }
    let bar = div("broadcast-bar")
        .child(span("broadcast-title").child(title.clone()))
        .children(controls);
    let screen = if is_film {
        film(address, wish, frame)
    } else {
        page(address, &title, frame)
    };
    let (sized, width, height) = (wish.clone(), frame.width, frame.height);
    element("SECTION")
        .attr("class", "broadcast")
        .part("broadcast")
        .attr("aria-label", title)
        .attr("data-corner", corner(frame))
        .attr("data-resizable", frame.resizable.to_string())
        .follow(move |node| {
            let scale = if sized.with(|wish| wish.larger) { LARGER } else { 100 };
            if let Some(node) = node.dyn_ref::<HtmlElement>() {
                set_size(node, width * scale / 100, height * scale / 100);
            }
        })
        .child(bar)
        .child(screen)
}

fn set_size(node: &HtmlElement, width: u32, height: u32) {
    for (name, pixels) in [("--wide", width), ("--high", height)] {
        // A property of our own takes any value.
        let _ = node.style().set_property(name, &[&pixels.to_string(), "px"].concat());
    }
    // What the visitor dragged it to gives way to what they pressed.
    let _ = node.style().remove_property("width");
    let _ = node.style().remove_property("height");
}

/// A button of two states: name and pictogram of each, and what a press does.
struct Switch {
    on: (&'static str, &'static str),
    off: (&'static str, &'static str),
    turn: fn(&mut Wish, bool),
}

fn switch(wish: &Signal<Wish>, is_on: impl Fn() -> bool + Clone + Send + 'static, switch: Switch) -> AnyView {
    let Switch { on, off, turn } = switch;
    let (wish, labelled, drawn) = (wish.clone(), is_on.clone(), is_on.clone());
    button("quiet")
        .live_attr("aria-label", move || if labelled() { on.0 } else { off.0 }.to_owned())
        .on("click", move |_| {
            let was_on = is_on();
            wish.update(|wish| turn(wish, was_on));
        })
        .child(live(move || icon(if drawn() { on.1 } else { off.1 })))
        .into()
}

/// Whether the address is one of a film, which the browser plays by itself.
fn is_film(address: &str) -> bool {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let ending = path.rsplit('.').next().unwrap_or_default();
    ["mp4", "webm", "ogv", "m4v", "mov", "m3u8"]
        .into_iter()
        .any(|known| ending.eq_ignore_ascii_case(known))
}

fn film(address: &str, wish: &Signal<Wish>, frame: &BroadcastFrame) -> Element {
    let (wish, by_settings, auto_play) = (wish.clone(), frame.muted, frame.auto_play);
    let film = element("VIDEO")
        .attr("class", "broadcast-screen")
        .attr("controls", "")
        .attr("playsinline", "")
        // Before the address: what begins to play by itself must be silent by then.
        .follow(move |node| {
            let muted = wish.with(|wish| wish.muted.unwrap_or(by_settings));
            if let Some(film) = node.dyn_ref::<HtmlMediaElement>() {
                film.set_muted(muted);
                film.set_autoplay(auto_play);
            }
        });
    film.attr("src", address)
}

/// A page that shows the broadcast: it may run and play, and touches nothing of this one.
fn page(address: &str, title: &str, frame: &BroadcastFrame) -> Element {
    let here = web_sys::window().and_then(|window| window.location().origin().ok());
    let is_own = here.is_some_and(|here| address.starts_with(&here));
    // A page of this very site could take its fences down if it kept its origin.
    let fences = if is_own {
        "allow-scripts allow-presentation"
    } else {
        "allow-scripts allow-same-origin allow-presentation"
    };
    let allowed = if frame.auto_play {
        "autoplay; fullscreen; picture-in-picture"
    } else {
        "fullscreen; picture-in-picture"
    };
    element("IFRAME")
        .attr("class", "broadcast-screen")
        .attr("title", title)
        .attr("sandbox", fences)
        .attr("allow", allowed)
        .attr("referrerpolicy", "strict-origin-when-cross-origin")
        .attr("src", address)
}

fn reopener(scene: &Arc<Scene>, wish: &Signal<Wish>, broadcast: &Broadcast, frame: &BroadcastFrame) -> Element {
    let opened = wish.clone();
    button("reopener")
        .attr("data-corner", corner(frame))
        .on("click", move |_| opened.update(|wish| wish.closed = None))
        .child(icon(icons::PLAY))
        .child(scene.words.media.reopen.with(&title(scene, broadcast)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn films_are_told_from_pages() {
        assert!(is_film("https://a.example/live.M3U8?token=x.html") && is_film("https://a.example/x.mp4#t=3"));
        assert!(!is_film("https://a.example/watch?v=x.mp4") && !is_film("https://mp4.example"));
    }

    #[test]
    fn an_unknown_corner_is_the_usual_one() {
        let at = |position: &str| {
            corner(&BroadcastFrame {
                position: position.to_owned(),
                ..usual()
            })
        };
        assert_eq!((at("top-left"), at("center")), ("top-left", "bottom-right"));
    }
}
