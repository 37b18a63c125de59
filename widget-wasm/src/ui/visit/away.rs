//! Nobody is there: a word about it, and a message that can be left.

use std::sync::Arc;

use leptos::prelude::AnyView;
use wasm_bindgen::JsCast;
use web_sys::HtmlTextAreaElement;

use super::form::{Field, Form, Kind, Need};
use super::stage::{Stage, stage};
use super::welcome;
use crate::ui::Scene;
use crate::ui::a11y::{self, Called};
use crate::ui::desk::Outcome;
use crate::ui::element::{Element, button, div, element, live, live_text, nothing};
use crate::ui::icons::{self, icon};
use crate::ui::signal::{Signal, effect};

/// The command whose outcome is waited for.
const CONTACT: &str = "contact";

/// The page, from the first time it is needed: it stays, so that what was typed outlives an hour in which somebody is there.
pub(super) fn view(scene: &Arc<Scene>) -> AnyView {
    let needed = Signal::new(false);
    effect({
        let (scene, needed) = (Arc::clone(scene), needed.clone());
        move || {
            if matches!(stage(&scene.state), Stage::Away | Stage::Closed) {
                needed.set(true);
            }
        }
    });
    let scene = Arc::clone(scene);
    live(move || if needed.get() { page(&scene).into() } else { nothing() })
}

fn page(scene: &Arc<Scene>) -> Element {
    let words = &scene.words.desk.away;
    let config = scene.state.config.clone();
    let said = move || {
        config
            .with(|config| config.offline_message.clone())
            .unwrap_or_else(|| words.detail.to_owned())
    };
    let lead = div("lead")
        .child(welcome::header(scene))
        .child(element("H3").attr("id", "away-heading").child(words.heading))
        .child(element("P").child(live_text(said)));
    div("page away").child(lead).child(contact(scene))
}

/// The form, or thanks for it. The form stays, too: hidden, not gone.
fn contact(scene: &Arc<Scene>) -> Element {
    let words = &scene.words.desk;
    let form = Form::new(
        scene,
        "contact",
        vec![
            Field::new(Kind::Name, Need::Optional, words.form.name),
            Field::new(Kind::Email, Need::Needed, words.form.email),
            Field::new(Kind::Phone, Need::Optional, words.form.phone),
            Field::new(Kind::Message, Need::Needed, words.away.message),
        ],
    );
    let thanked = Signal::new(false);
    listen(scene, &form, &thanked);
    take_draft(scene, &form);
    let sent = {
        let (scene, form) = (Arc::clone(scene), Arc::clone(&form));
        move |event: web_sys::Event| {
            event.prevent_default();
            if form.busy.peek(bool::clone) {
                return;
            }
            if let Some(message) = form.read() {
                form.sent();
                scene.session.leave_message(message);
            }
        }
    };
    let fields = element("FORM")
        .attr("class", "form contact")
        .part("form")
        .attr("novalidate", "")
        .attr("aria-labelledby", "away-heading")
        .on("submit", sent)
        .children(form.rows())
        .child(form.trouble_line())
        .child(form.submit(words.away.send, words.away.sending));
    let state = thanked.clone();
    div("leave")
        .live_attr("data-sent", move || state.get().to_string())
        .child(fields)
        .child(thanks(scene, &thanked))
}

fn listen(scene: &Arc<Scene>, form: &Arc<Form>, thanked: &Signal<bool>) {
    let (scene, form, thanked) = (Arc::clone(scene), Arc::clone(form), thanked.clone());
    let outcome = form.outcome();
    let seen = outcome.peek(Clone::clone);
    effect(move || {
        let now = outcome.get();
        if now == seen || !form.busy.peek(bool::clone) {
            return;
        }
        match now {
            Some((_, Outcome::Done(CONTACT))) => {
                form.busy.set(false);
                form.clear_message();
                thanked.set(true);
                a11y::go_on_in(&scene, ".thanks", Called::No);
            }
            Some((_, Outcome::Refused(CONTACT, why))) => {
                form.failed([scene.words.desk.away.failed, " (", &why, ")"].concat());
            }
            _ => {}
        }
    });
}

/// What was begun as a message goes on as one.
fn take_draft(scene: &Arc<Scene>, form: &Arc<Form>) {
    let (scene, form) = (Arc::clone(scene), Arc::clone(form));
    effect(move || {
        if stage(&scene.state) == Stage::Away
            && let Some(field) = scene.find(".field")
        {
            let field: HtmlTextAreaElement = field.unchecked_into();
            form.suggest_message(&field.value());
        }
    });
}

fn thanks(scene: &Arc<Scene>, thanked: &Signal<bool>) -> Element {
    let words = &scene.words.desk.away;
    let again = {
        let (scene, thanked) = (Arc::clone(scene), thanked.clone());
        move |_| {
            thanked.set(false);
            a11y::go_on_in(&scene, ".contact [name=message]", Called::Yes);
        }
    };
    div("thanks")
        .attr("tabindex", "-1")
        .attr("role", "status")
        .child(icon(icons::CHECK))
        .child(element("H3").child(words.sent))
        .child(element("P").child(words.sent_detail))
        .child(button("act").on("click", again).child(words.another))
}
