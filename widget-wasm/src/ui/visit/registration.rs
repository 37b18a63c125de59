//! The form before the conversation.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::AnyView;
use send_wrapper::SendWrapper;
use visavis_client_core::message::RegistrationForm;

use super::form::{Field, Form, Kind, Need};
use super::stage::{self, Stage, stage};
use super::welcome;
use crate::ui::Scene;
use crate::ui::desk::Outcome;
use crate::ui::element::{Element, div, element, live, nothing};
use crate::ui::signal::{Signal, effect};

/// What the visitor wrote into the form as a comment; it becomes the first message.
type FirstWords = Rc<RefCell<Option<String>>>;

/// The form, as long as the client asks for one.
pub(super) fn view(scene: &Arc<Scene>) -> AnyView {
    let first_words = FirstWords::default();
    speak_first(scene, &first_words);
    let asked = what_is_asked(scene);
    let (scene, first_words) = (Arc::clone(scene), SendWrapper::new(first_words));
    live(move || match asked.get() {
        Some((_, Stage::Gate)) => gate(&scene, &first_words).into(),
        Some((asked, _)) => page(&scene, asked, &first_words).into(),
        None => nothing(),
    })
}

/// The form and its layout: only when one of them changes is it drawn anew, for what was typed must stay.
fn what_is_asked(scene: &Arc<Scene>) -> Signal<Option<(RegistrationForm, Stage)>> {
    let asked = Signal::new(None);
    effect({
        let (state, asked) = (Arc::clone(&scene.state), asked.clone());
        move || {
            // What was asked before the settings were there is what they say now.
            let known = state
                .config
                .with(|config| config.details.as_deref().map(|details| details.registration));
            let form = state.desk.form.get().map(|form| known.unwrap_or(form));
            match stage(&state) {
                // While nobody is there, what was begun stays as it is.
                Stage::Away | Stage::Closed if form.is_some() => {}
                layout => asked.set(form.map(|form| (form, layout))),
            }
        }
    });
    asked
}

/// Once there is a session, what the form's comment said is said in the conversation.
fn speak_first(scene: &Arc<Scene>, first_words: &FirstWords) {
    let (scene, first_words) = (Arc::clone(scene), Rc::clone(first_words));
    effect(move || {
        if scene.state.desk.form.with(Option::is_none)
            && let Some(text) = first_words.take()
        {
            // The form takes no more than a message does.
            let _ = scene.session.send(&text);
        }
    });
}

fn page(scene: &Arc<Scene>, asked: RegistrationForm, first_words: &FirstWords) -> Element {
    let words = &scene.words.desk.form;
    let fields = [
        asked.name.then(|| Field::new(Kind::Name, Need::Needed, words.name)),
        Some(Field::new(Kind::Email, Need::Needed, words.email)),
        asked
            .phone
            .then(|| Field::new(Kind::Phone, Need::Optional, words.phone)),
        asked
            .comments
            .then(|| Field::new(Kind::Message, Need::Optional, words.comments)),
    ];
    let form = Form::new(scene, "register", fields.into_iter().flatten().collect());
    let heading = element("H3").attr("id", "register-heading").child(words.heading);
    let lead = div("lead")
        .child(welcome::header(scene))
        .child(heading)
        .child(element("P").child(words.detail));
    shell(scene, &form, first_words, "form page register")
        .attr("aria-labelledby", "register-heading")
        .child(lead)
        .children(form.rows())
        .child(form.trouble_line())
        .child(form.submit(words.start, words.starting))
}

fn gate(scene: &Arc<Scene>, first_words: &FirstWords) -> Element {
    let words = &scene.words.desk.form;
    let form = Form::new(
        scene,
        "register",
        vec![Field::new(Kind::Email, Need::Needed, words.gate)],
    );
    shell(scene, &form, first_words, "form gate register")
        .attr("aria-label", words.heading)
        .children(form.rows())
        .child(form.submit(words.go, words.starting))
        .child(form.trouble_line())
}

fn shell(scene: &Arc<Scene>, form: &Arc<Form>, first_words: &FirstWords, class: &'static str) -> Element {
    listen(form);
    forget(scene, form);
    stage::enter(scene);
    let (form, first_words) = (Arc::clone(form), Rc::clone(first_words));
    element("FORM")
        .attr("class", class)
        .part("form")
        .attr("novalidate", "")
        .on("submit", move |event| {
            event.prevent_default();
            if form.busy.peek(bool::clone) {
                return;
            }
            let Some(guest) = form.read() else { return };
            form.sent();
            first_words.replace(guest.comments.clone());
            form.register(guest);
        })
}

/// The server may not take the visitor: the form stays as it was filled in.
fn listen(form: &Arc<Form>) {
    let form = Arc::clone(form);
    let outcome = form.outcome();
    let seen = outcome.peek(Clone::clone);
    effect(move || {
        let now = outcome.get();
        if now == seen || !form.busy.peek(bool::clone) {
            return;
        }
        if let Some((_, Outcome::Trouble(words))) = now {
            form.failed(words);
        }
    });
}

/// Once there is a session, nothing of the form is kept.
fn forget(scene: &Arc<Scene>, form: &Arc<Form>) {
    let (scene, form) = (Arc::clone(scene), Arc::clone(form));
    effect(move || {
        if scene.state.desk.form.with(Option::is_none) {
            form.forget_drafts();
        }
    });
}
