//! The conversation: lines, the other side's typing, and what stands there before anybody wrote.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::AnyView;
use send_wrapper::SendWrapper;
use web_sys::HtmlElement;

use super::element::{Element, button, div, element, live, nothing, span};
use super::icons::{self, icon};
use super::line::{Content, Line, Lines};
use super::rows::Rows;
use super::scroll::{self, Window};
use super::signal::effect;
use super::{Scene, bubble, markdown, stream};

/// The scrolling list. It is laid out from its end, so the browser itself keeps the newest line in view.
pub(crate) fn view(scene: &Arc<Scene>) -> Element {
    let window = Window::new();
    let rows = show_lines(scene, &window);
    let scrolled = {
        let (scene, window) = (Arc::clone(scene), Arc::clone(&window));
        move |_| {
            if let Some(thread) = scene.find(".thread") {
                rows.borrow_mut().measure();
                window.look(&thread);
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
        .child(div("space"));
    #[cfg(feature = "rich")]
    let log = log.child(super::choices::view(scene));
    let log = log.children(stream::unanswered(scene)).child(typing(scene));
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

fn show_lines(scene: &Arc<Scene>, window: &scroll::Shared) -> Rc<RefCell<Rows>> {
    let rows = {
        let scene = Arc::clone(scene);
        Rc::new(RefCell::new(Rows::new(move |line| row(&scene, line))))
    };
    let (scene, window, shown) = (Arc::clone(scene), Arc::clone(window), Rc::clone(&rows));
    // The newest line at the last drawing, if there was one.
    let mut told: Option<Option<Arc<Line>>> = None;
    effect(move || {
        scene.state.lines.with(|Lines(lines)| {
            let (Some(place), Some(space)) = (scene.find(".lines"), scene.find(".space")) else {
                return;
            };
            let told = told.replace(lines.last().cloned());
            let news = told
                .filter(|_| scene.state.is_live())
                .map_or(lines.len(), |told| news(lines, told));
            let mut rows = shown.borrow_mut();
            let part = window.part(lines, rows.heights(), &rows.present(lines));
            let height = [&rows.heights().below(lines, &part).to_string(), "px"].concat();
            // Setting a known property to a valid value cannot fail.
            let _ = HtmlElement::style(&space).set_property("height", &height);
            let news = news.saturating_sub(part.start);
            rows.show(lines.get(part).unwrap_or_default(), news, &place);
        });
    });
    rows
}

/// Where the lines begin that a screen reader has not been told of: those that came after the newest one of before.
fn news(lines: &[Arc<Line>], newest: Option<Arc<Line>>) -> usize {
    let Some(newest) = newest else { return 0 };
    let told = lines.iter().rposition(|line| Arc::ptr_eq(line, &newest));
    told.map_or(lines.len(), |told| told + 1)
}

fn row(scene: &Arc<Scene>, line: &Line) -> AnyView {
    match &line.content {
        Content::Day(at) => separator("day", scene.dates.day(*at, scene.words)),
        Content::Conversation => separator("divider", scene.words.new_conversation.to_owned()),
        Content::News(count) => separator("divider news", scene.words.new_messages.count(*count)),
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
                let bubble = div("bubble").child(element("DIV").children(markdown::formatted(&text, words)));
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

/// The way back to the end for who has scrolled up; it counts what has come there since.
fn newest(scene: &Arc<Scene>, window: &scroll::Shared) -> AnyView {
    let window = Arc::clone(window);
    let scene = Arc::clone(scene);
    let last: SendWrapper<RefCell<Option<Arc<Line>>>> = SendWrapper::new(RefCell::default());
    live(move || {
        if !window.away().get() {
            last.replace(None);
            return nothing();
        }
        let count = scene.state.lines.with(|Lines(lines)| {
            let mut last = last.borrow_mut();
            let last = match &*last {
                Some(last) => Some(Arc::clone(last)),
                None => std::mem::replace(&mut *last, lines.last().cloned()),
            };
            last.map_or(0, |last| arrived_after(lines, &last))
        });
        let pressed = Arc::clone(&scene);
        let back = move |_| {
            if let Some(thread) = pressed.find(".thread") {
                thread.set_scroll_top(0);
            }
        };
        let words = scene.words;
        let way = button("newest").part("newest-button").on("click", back);
        match count {
            0 => way.attr("aria-label", words.newest),
            count => way.child(words.new_messages.count(count)),
        }
        .child(icon(icons::DOWN))
        .into()
    })
}

/// Messages of others below a line.
fn arrived_after(lines: &[Arc<Line>], last: &Arc<Line>) -> u32 {
    let known = lines.iter().rposition(|line| Arc::ptr_eq(line, last));
    let after = lines.iter().skip(known.map_or(lines.len(), |known| known + 1));
    let count = after.filter(|line| line.is_of_others()).count();
    u32::try_from(count).unwrap_or(u32::MAX)
}
