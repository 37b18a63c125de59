//! Where the visitor writes.

use std::sync::Arc;

use leptos::prelude::AnyView;
use visavis_client_core::{Client, Error, Typing};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlTextAreaElement, KeyboardEvent};

use super::Scene;
use super::attach::Tray;
use super::element::{Element, element, live, nothing};
use super::i18n::said;
use super::icons::{self, icon};
use super::signal::{Signal, effect};
use crate::driver::draft;

/// Key code of a key that an input method is still busy with, in browsers that end composition before the key.
const IN_COMPOSITION: u32 = 229;

/// The line that says why something could not be queued, and the form of field and send button.
pub(crate) fn view(scene: &Arc<Scene>) -> [AnyView; 2] {
    let problem = Signal::new(None);
    let draft = ["composer:", &scene.session.look(Client::scope)].concat();
    let begun = draft::recall(&draft);
    let composer = Arc::new(Composer {
        scene: Arc::clone(scene),
        tray: Tray::new(scene, &problem),
        problem,
        empty: Signal::new(begun.trim().is_empty()),
        draft,
    });
    fit_once_there(&composer);
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
        .child(textarea(&composer).child(begun));
    #[cfg(feature = "rich")]
    let form = form.child(emoji_button(scene));
    let form = form.child(send_button(&composer));
    [toast(&composer).into(), form.into()]
}

struct Composer {
    scene: Arc<Scene>,
    problem: Signal<Option<String>>,
    empty: Signal<bool>,
    tray: Tray,
    /// What is written and not sent is kept under this name.
    draft: String,
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
                draft::keep(&self.draft, "");
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
        draft::keep(&self.draft, &field.value());
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

/// A draft of several lines is seen as it was left.
fn fit_once_there(composer: &Arc<Composer>) {
    let composer = Arc::clone(composer);
    effect(move || {
        if let Some(field) = composer.field() {
            composer.fit(&field);
        }
    });
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

/// Where the site's settings offer emojis. What a press opens is not in here: the page's script brings it when it is wanted.
#[cfg(feature = "rich")]
fn emoji_button(scene: &Arc<Scene>) -> AnyView {
    let (config, label) = (scene.state.config.clone(), scene.words.media.emojis);
    live(move || {
        if !config.with(|config| config.details.as_deref().is_some_and(|details| details.emojis)) {
            return nothing();
        }
        let face = super::element::button("emoji")
            .part("emoji-button")
            .attr("aria-label", label)
            .attr("aria-haspopup", "dialog")
            .attr("aria-expanded", "false")
            .child(icon(icons::SMILE));
        super::element::div("emojis").child(face).into()
    })
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
