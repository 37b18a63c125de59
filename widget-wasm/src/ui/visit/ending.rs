//! The question that stands before the end of a conversation.

use std::sync::Arc;

use leptos::prelude::AnyView;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, KeyboardEvent};

use crate::ui::Scene;
use crate::ui::a11y::{self, Called};
use crate::ui::desk::Outcome;
use crate::ui::element::{Element, button, div, element, live, nothing};
use crate::ui::signal::{Signal, effect};

/// The command whose outcome is waited for.
const CLOSE: &str = "close-chat";

/// The question, while it is asked.
pub(super) fn view(scene: &Arc<Scene>) -> AnyView {
    listen(scene);
    let scene = Arc::clone(scene);
    live(move || {
        if scene.state.desk.ending.get() {
            card(&scene).into()
        } else {
            nothing()
        }
    })
}

/// The card goes when the conversation is over, whoever ended it.
fn listen(scene: &Arc<Scene>) {
    let scene = Arc::clone(scene);
    effect(move || {
        let desk = &scene.state.desk;
        if desk.ended.get() && desk.ending.peek(bool::clone) {
            desk.ending.set(false);
            a11y::go_on_in(&scene, ".field", Called::No);
        }
    });
}

fn card(scene: &Arc<Scene>) -> Element {
    let words = &scene.words.desk.end;
    let wanted = Signal::new(false);
    let problem = Signal::new(None);
    hear_refusal(scene, &problem);
    enter(scene);
    let escaped = Arc::clone(scene);
    div("ending")
        .attr("role", "group")
        .attr("aria-labelledby", "ending-heading")
        .on("keydown", move |event| {
            let event: &KeyboardEvent = event.unchecked_ref();
            if event.key() == "Escape" {
                event.stop_propagation();
                leave(&escaped);
            }
        })
        .child(element("H3").attr("id", "ending-heading").child(words.sure))
        .child(choice(scene, &wanted))
        .child(address(scene, &wanted, &problem))
        .child(buttons(scene, &wanted, &problem))
}

fn choice(scene: &Arc<Scene>, wanted: &Signal<bool>) -> Element {
    let wanted = wanted.clone();
    let changed = Arc::clone(scene);
    let toggled = move |_| {
        if let Some(box_) = changed.find("[name=transcript]") {
            wanted.set(box_.unchecked_into::<HtmlInputElement>().checked());
        }
    };
    let input = element("INPUT")
        .attr("type", "checkbox")
        .attr("name", "transcript")
        .on("change", toggled);
    element("LABEL")
        .attr("class", "choice")
        .child(input)
        .child(scene.words.desk.end.transcript)
}

fn address(scene: &Arc<Scene>, wanted: &Signal<bool>, problem: &Signal<Option<String>>) -> AnyView {
    let (scene, wanted, problem) = (Arc::clone(scene), wanted.clone(), problem.clone());
    let known = scene.state.desk.email.peek(Clone::clone).unwrap_or_default();
    let (wrong, said) = (problem.clone(), problem.clone());
    let field = live(move || {
        if !wanted.get() {
            return nothing();
        }
        let wrong = wrong.clone();
        element("INPUT")
            .attr("class", "input")
            .attr("type", "email")
            .attr("name", "transcript-email")
            .attr("autocomplete", "email")
            .attr("maxlength", "200")
            .attr("value", known.clone())
            .attr("aria-label", scene.words.desk.end.address)
            .attr("aria-describedby", "ending-problem")
            .live_attr("aria-invalid", move || wrong.with(Option::is_some).to_string())
            .into()
    });
    let line = live(move || match said.get() {
        Some(words) => element("P").attr("class", "problem").child(words).into(),
        None => nothing(),
    });
    div("row")
        .child(field)
        .child(
            div("alert")
                .attr("id", "ending-problem")
                .attr("role", "alert")
                .child(line),
        )
        .into()
}

fn buttons(scene: &Arc<Scene>, wanted: &Signal<bool>, problem: &Signal<Option<String>>) -> Element {
    let words = &scene.words.desk;
    let (ended, kept) = (Arc::clone(scene), Arc::clone(scene));
    let (wanted, problem) = (wanted.clone(), problem.clone());
    let end = move |_| {
        let address = wanted.peek(bool::clone).then(|| typed(&ended));
        if address.as_ref().is_some_and(|address| !address.contains('@')) {
            problem.set(Some(ended.words.desk.form.email_wrong.to_owned()));
            a11y::go_on_in(&ended, "[name=transcript-email]", Called::Yes);
            return;
        }
        problem.set(None);
        ended.session.end_chat(address);
    };
    div("buttons")
        .child(button("primary confirm").on("click", end).child(words.end.confirm))
        .child(
            button("secondary")
                .on("click", move |_| leave(&kept))
                .child(words.end.keep),
        )
}

fn typed(scene: &Scene) -> String {
    let field = scene.find("[name=transcript-email]");
    field.map_or_else(String::new, |field| {
        field.unchecked_into::<HtmlInputElement>().value().trim().to_owned()
    })
}

fn hear_refusal(scene: &Arc<Scene>, problem: &Signal<Option<String>>) {
    let (outcome, problem) = (scene.state.desk.outcome.clone(), problem.clone());
    let seen = outcome.peek(Clone::clone);
    effect(move || {
        let now = outcome.get();
        if now != seen
            && let Some((_, Outcome::Refused(CLOSE, why))) = now
        {
            problem.set(Some(why));
        }
    });
}

/// The focus goes to the question, and back to where it was asked.
fn enter(scene: &Arc<Scene>) {
    let scene = Arc::clone(scene);
    effect(move || a11y::go_on_in(&scene, ".confirm", Called::No));
}

fn leave(scene: &Arc<Scene>) {
    scene.state.desk.ending.set(false);
    a11y::go_on_in(scene, ".end-chat", Called::Yes);
}
