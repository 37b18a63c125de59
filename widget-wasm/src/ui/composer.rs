//! Where the visitor writes.

use std::sync::Arc;

use leptos::prelude::AnyView;
use visavis_client_core::{Error, Typing};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlTextAreaElement, KeyboardEvent};

use super::Scene;
use super::attach::Tray;
use super::element::{Element, element, live, nothing};
use super::i18n::said;
use super::icons::{self, icon};
use super::signal::Signal;

/// Key code of a key that an input method is still busy with, in browsers that end composition before the key.
const IN_COMPOSITION: u32 = 229;

/// The line that says why something could not be queued, and the form of field and send button.
pub(crate) fn view(scene: &Arc<Scene>) -> [AnyView; 2] {
    let problem = Signal::new(None);
    let composer = Arc::new(Composer {
        scene: Arc::clone(scene),
        tray: Tray::new(scene, &problem),
        problem,
        empty: Signal::new(true),
    });
    let submitted = Arc::clone(&composer);
    let form = element("FORM")
        .attr("class", "composer")
        .part("composer")
        .on("submit", move |event| {
            event.prevent_default();
            submit(&submitted);
        })
        .children(composer.tray.view())
        .children(composer.tray.button())
        .child(textarea(&composer))
        .child(send_button(&composer));
    [toast(&composer).into(), form.into()]
}

struct Composer {
    scene: Arc<Scene>,
    problem: Signal<Option<String>>,
    empty: Signal<bool>,
    tray: Tray,
}

/// What stands in the field stays there until it can be queued.
fn submit(composer: &Arc<Composer>) {
    let submitted = Arc::clone(composer);
    composer.scene.session.when_whole(move || submitted.submit());
}

impl Composer {
    fn field(&self) -> Option<HtmlTextAreaElement> {
        self.scene.find(".field").map(JsCast::unchecked_into)
    }

    fn submit(&self) {
        let Some(field) = self.field() else { return };
        let text = field.value();
        let sent = match self.tray.send(&text) {
            Some(sent) => sent,
            None if text.trim().is_empty() => return,
            None => self.scene.session.send(&text),
        };
        match sent {
            Ok(_) => {
                field.set_value("");
                self.fit(&field);
                self.problem.set(None);
            }
            // The text stays in the field: nothing is lost.
            Err(error) => self.problem.set(Some(words(&error, &self.scene))),
        }
    }

    fn typed(&self) {
        let Some(field) = self.field() else { return };
        self.fit(&field);
        let typing = if field.value().is_empty() {
            Typing::Stop
        } else {
            Typing::Start
        };
        self.scene.session.typing(typing);
    }

    /// As high as its text; the style sheet says where that ends.
    fn fit(&self, field: &HtmlTextAreaElement) {
        let style = HtmlElement::style(field);
        // Setting a known property to a valid value cannot fail.
        let _ = style.remove_property("height");
        if field.scroll_height() > field.client_height() {
            let _ = style.set_property("height", &[&field.scroll_height().to_string(), "px"].concat());
        }
        let empty = field.value().trim().is_empty();
        self.empty.set(empty);
    }
}

fn textarea(composer: &Arc<Composer>) -> Element {
    let scene = &composer.scene;
    let (config, words) = (scene.state.config.clone(), scene.words);
    let placeholder = move || {
        let set = config.with(|config| config.placeholder.clone());
        said(words.own.placeholder, set, words.placeholder)
    };
    let (typed, entered, left, pressed, pasted) = (
        Arc::clone(composer),
        Arc::clone(scene),
        Arc::clone(scene),
        Arc::clone(composer),
        Arc::clone(composer),
    );
    element("TEXTAREA")
        .attr("class", "field")
        .part("composer-input")
        .attr("rows", "1")
        .attr("enterkeyhint", "send")
        .attr("aria-label", words.field)
        .live_attr("placeholder", placeholder)
        .on("input", move |_| typed.typed())
        // Whoever goes into the field means to write: the connection is there when the message is.
        .on("focus", move |_| entered.session.connect_once())
        .on("blur", move |_| left.session.typing(Typing::Stop))
        .on("paste", move |event| pasted.tray.paste(&event))
        .on("keydown", move |event| {
            if is_send_key(event.unchecked_ref()) {
                event.prevent_default();
                submit(&pressed);
            }
        })
}

fn is_send_key(event: &KeyboardEvent) -> bool {
    let composing = event.is_composing() || event.key_code() == IN_COMPOSITION;
    event.key() == "Enter" && !event.shift_key() && !composing
}

fn words(error: &Error, scene: &Scene) -> String {
    match error {
        Error::TooLarge { length, limit } => scene.words.too_long.count_of(short(*length), short(*limit)),
        Error::QueueFull { .. } => scene.words.queue_full.to_owned(),
        other => other.to_string(),
    }
}

fn short(length: usize) -> u32 {
    length.try_into().unwrap_or(u32::MAX)
}

/// It takes part in the order of the Tab key even when there is nothing to send: focus must not fall off a button that was just pressed.
fn send_button(composer: &Arc<Composer>) -> Element {
    let nothing_to_send = Arc::clone(composer);
    element("BUTTON")
        .attr("type", "submit")
        .attr("class", "send")
        .part("send-button")
        .attr("aria-label", composer.scene.words.send)
        .live_attr("aria-disabled", move || {
            let empty = nothing_to_send.empty.get() && nothing_to_send.tray.is_empty();
            empty.to_string()
        })
        .child(icon(icons::SEND))
}

fn toast(composer: &Composer) -> Element {
    let problem = composer.problem.clone();
    let line = live(move || match problem.get() {
        Some(text) => element("P").attr("class", "toast").part("toast").child(text).into(),
        None => nothing(),
    });
    element("DIV").attr("role", "alert").child(line)
}
