//! A form about the visitor: labelled fields, and what is wrong with them in words.

use std::sync::Arc;

use leptos::prelude::AnyView;
use visavis_client_core::Guest;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement, HtmlTextAreaElement};

use crate::driver::draft;
use crate::ui::Scene;
use crate::ui::desk::Outcome;
use crate::ui::element::{Element, div, element, live, live_text, nothing, span};
use crate::ui::i18n::desk;
use crate::ui::signal::Signal;

/// What a field is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Name,
    Email,
    Phone,
    /// Several lines.
    Message,
}

/// Whether a field may stay empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    Needed,
    Optional,
}

pub(super) struct Field {
    kind: Kind,
    need: Need,
    label: &'static str,
    problem: Signal<Option<&'static str>>,
}

impl Field {
    pub(super) fn new(kind: Kind, need: Need, label: &'static str) -> Self {
        Self {
            kind,
            need,
            label,
            problem: Signal::new(None),
        }
    }

    /// The name by which the browser fills it in.
    const fn name(&self) -> &'static str {
        match self.kind {
            Kind::Name => "name",
            Kind::Email => "email",
            Kind::Phone => "tel",
            Kind::Message => "message",
        }
    }

    /// What is wrong with this value.
    fn judge(&self, value: &str, words: &desk::Form) -> Option<&'static str> {
        let value = value.trim();
        match self.kind {
            Kind::Email if value.is_empty() => Some(words.email_missing),
            Kind::Email if !is_address(value) => Some(words.email_wrong),
            _ if self.need == Need::Optional || !value.is_empty() => None,
            Kind::Message => Some(words.message_missing),
            _ => Some(words.name_missing),
        }
    }
}

/// Something on both sides of one `@`; whether it exists is the server's business.
fn is_address(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(user, host)| {
        !user.is_empty() && !host.is_empty() && !host.contains('@') && !text.contains(char::is_whitespace)
    })
}

/// A form of the panel.
pub(super) struct Form {
    scene: Arc<Scene>,
    /// Tells its fields from those of another form.
    name: &'static str,
    fields: Vec<Field>,
    /// The server is being asked.
    pub(super) busy: Signal<bool>,
    /// What went wrong, in words.
    pub(super) trouble: Signal<Option<String>>,
}

impl Form {
    pub(super) fn new(scene: &Arc<Scene>, name: &'static str, fields: Vec<Field>) -> Arc<Self> {
        Arc::new(Self {
            scene: Arc::clone(scene),
            name,
            fields,
            busy: Signal::new(false),
            trouble: Signal::new(None),
        })
    }

    /// What was filled in, if it is complete. Else the fields say what is wrong, and the first of those has the focus.
    pub(super) fn read(&self) -> Option<Guest> {
        let words = &self.scene.words.desk.form;
        let mut guest = Guest::default();
        let mut first_wrong = None;
        for field in &self.fields {
            let value = self.value(field);
            let problem = field.judge(&value, words);
            if problem.is_some() && first_wrong.is_none() {
                first_wrong = Some(field);
            }
            field.problem.set(problem);
            let value = Some(value.trim().to_owned()).filter(|value| !value.is_empty());
            match field.kind {
                Kind::Name => guest.name = value,
                Kind::Email => guest.email = value.unwrap_or_default(),
                Kind::Phone => guest.phone = value,
                Kind::Message => guest.comments = value,
            }
        }
        let Some(wrong) = first_wrong else { return Some(guest) };
        if let Some(control) = self.scene.find(&self.selector(wrong)) {
            let _ = control.focus();
        }
        None
    }

    /// Hands it over to the client.
    pub(super) fn register(&self, guest: Guest) {
        self.scene.state.desk.email.set(Some(guest.email.clone()));
        self.scene.session.register(guest);
    }

    /// What becomes of the visitor's wishes.
    pub(super) fn outcome(&self) -> Signal<Option<(u32, Outcome)>> {
        self.scene.state.desk.outcome.clone()
    }

    /// Something went wrong: the form is as it was, and says so.
    pub(super) fn failed(&self, words: String) {
        self.busy.set(false);
        self.trouble.set(Some(words));
    }

    /// Begins to ask the server.
    pub(super) fn sent(&self) {
        self.trouble.set(None);
        self.busy.set(true);
    }

    /// Empties the field of several lines: its text has arrived.
    pub(super) fn clear_message(&self) {
        let Some(message) = self.fields.iter().find(|field| field.kind == Kind::Message) else {
            return;
        };
        draft::keep(&self.id(message), "");
        if let Some(control) = self.scene.find(&self.selector(message)) {
            control.unchecked_into::<HtmlTextAreaElement>().set_value("");
        }
    }

    /// What was filled in has arrived, all of it.
    pub(super) fn forget_drafts(&self) {
        for field in &self.fields {
            draft::keep(&self.id(field), "");
        }
    }

    fn id(&self, field: &Field) -> String {
        [self.name, "-", field.name()].concat()
    }

    /// Puts words into the field of several lines, unless something stands there.
    pub(super) fn suggest_message(&self, text: &str) {
        let message = self.fields.iter().find(|field| field.kind == Kind::Message);
        if let Some(control) = message.and_then(|field| self.scene.find(&self.selector(field))) {
            let control: HtmlTextAreaElement = control.unchecked_into();
            if control.value().is_empty() {
                control.set_value(text);
            }
        }
    }

    fn selector(&self, field: &Field) -> String {
        [".", self.name, " [name=", field.name(), "]"].concat()
    }

    fn value(&self, field: &Field) -> String {
        let Some(control) = self.scene.find(&self.selector(field)) else {
            return String::new();
        };
        match field.kind {
            Kind::Message => control.unchecked_into::<HtmlTextAreaElement>().value(),
            _ => control.unchecked_into::<HtmlInputElement>().value(),
        }
    }

    /// The fields, one below the other.
    pub(super) fn rows(&self) -> impl Iterator<Item = AnyView> {
        self.fields.iter().map(|field| self.row(field).into())
    }

    fn row(&self, field: &Field) -> Element {
        let id = self.id(field);
        let label = element("LABEL").attr("for", id.clone()).child(field.label);
        let label = match field.need {
            Need::Needed => label,
            Need::Optional => label.child(span("optional").child(self.scene.words.desk.form.optional)),
        };
        let problem_id = [&id, "-problem"].concat();
        let said = field.problem.clone();
        let problem = element("P")
            .attr("class", "problem")
            .attr("id", problem_id.clone())
            .child(live_text(move || said.get().unwrap_or_default().to_owned()));
        div("row")
            .child(label)
            .child(control(field, id, problem_id))
            .child(problem)
    }

    /// The line that says why the server did not take it.
    pub(super) fn trouble_line(&self) -> Element {
        let trouble = self.trouble.clone();
        let line = live(move || match trouble.get() {
            Some(words) => element("P").attr("class", "trouble-line").child(words).into(),
            None => nothing(),
        });
        div("alert").attr("role", "alert").child(line)
    }

    /// The button that sends the form. While the server is asked it stays where it is and keeps the focus.
    pub(super) fn submit(&self, ready: &'static str, busy: &'static str) -> Element {
        let (labelled, disabled) = (self.busy.clone(), self.busy.clone());
        element("BUTTON")
            .attr("type", "submit")
            .attr("class", "primary")
            .live_attr("aria-disabled", move || disabled.get().to_string())
            .child(live_text(move || if labelled.get() { busy } else { ready }.to_owned()))
    }
}

fn control(field: &Field, id: String, problem_id: String) -> Element {
    let (tag, kind) = match field.kind {
        Kind::Message => ("TEXTAREA", None),
        Kind::Email => ("INPUT", Some("email")),
        Kind::Phone => ("INPUT", Some("tel")),
        Kind::Name => ("INPUT", Some("text")),
    };
    let (wrong, cleared) = (field.problem.clone(), field.problem.clone());
    let (kept, begun) = (id.clone(), draft::recall(&id));
    let mut control = element(tag)
        .attr("id", id)
        .attr("class", "input")
        .attr("name", field.name())
        .attr("maxlength", if field.kind == Kind::Message { "4000" } else { "200" })
        .attr("aria-describedby", problem_id)
        .live_attr("aria-invalid", move || wrong.with(Option::is_some).to_string())
        .on("input", move |event| {
            cleared.set(None);
            draft::keep(&kept, &typed(&event));
        });
    if let Some(kind) = kind {
        control = control
            .attr("type", kind)
            .attr("autocomplete", field.name())
            .attr("value", begun);
    } else {
        control = control.attr("rows", "4").child(begun);
    }
    if field.need == Need::Needed {
        control = control.attr("aria-required", "true");
    }
    control
}

/// The value of the control that an event comes from.
fn typed(event: &Event) -> String {
    let Some(target) = event.target() else {
        return String::new();
    };
    match target.dyn_into::<HtmlTextAreaElement>() {
        Ok(control) => control.value(),
        Err(target) => target.unchecked_into::<HtmlInputElement>().value(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_two_sides() {
        for (text, fine) in [
            ("alice@site.example", true),
            ("a@b", true),
            ("alice", false),
            ("@site.example", false),
            ("alice@", false),
            ("a@b@c", false),
            ("alice bee@site.example", false),
        ] {
            assert_eq!(is_address(text), fine, "{text}");
        }
    }
}
