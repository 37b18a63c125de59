//! The files that go with the next message.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::AnyView;
use send_wrapper::SendWrapper;
use visavis_client_core::Error;
use visavis_client_core::ids::LocalId;
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, Event, File, FileList, HtmlInputElement};

use super::{MOST, arrivals, size, thumb};
use crate::driver::listener::Listener;
use crate::ui::Scene;
use crate::ui::element::{button, div, element, live, nothing, span};
use crate::ui::icons::{self, icon};
use crate::ui::signal::Signal;

/// A chosen file, by its number in this tray.
#[derive(Clone)]
struct Chosen {
    number: u32,
    file: File,
}

/// What the parts of the tray share.
pub(super) struct Held {
    pub(super) scene: Arc<Scene>,
    chosen: Signal<Vec<Chosen>>,
    last: RefCell<u32>,
    /// Files hover over the panel.
    pub(super) hovered: Signal<bool>,
    problem: Signal<Option<String>>,
}

/// The files that go with the next message.
pub(crate) struct Tray {
    held: SendWrapper<Rc<Held>>,
    _arrivals: SendWrapper<Vec<Listener>>,
}

impl Tray {
    /// An empty one. What is wrong with a file is said through `problem`.
    pub(crate) fn new(scene: &Arc<Scene>, problem: &Signal<Option<String>>) -> Self {
        let held = Rc::new(Held {
            scene: Arc::clone(scene),
            chosen: Signal::new(Vec::new()),
            last: RefCell::new(0),
            hovered: Signal::new(false),
            problem: problem.clone(),
        });
        let arrivals = arrivals::watch(&held);
        Self {
            held: SendWrapper::new(held),
            _arrivals: SendWrapper::new(arrivals),
        }
    }

    /// Whether there is nothing in it; whatever calls this runs again when that changes.
    pub(crate) fn is_empty(&self) -> bool {
        self.held.chosen.with(Vec::is_empty)
    }

    /// Sends what is in it with a text. None when nothing is; what cannot be queued stays.
    pub(crate) fn send(&self, text: &str) -> Option<Result<LocalId, Error>> {
        let files: Vec<File> = self
            .held
            .chosen
            .peek(|chosen| chosen.iter().map(|one| one.file.clone()).collect());
        if files.is_empty() {
            return None;
        }
        let sent = self.held.scene.session.send_files(text, &files);
        if sent.is_ok() {
            self.held.chosen.update(Vec::clear);
        }
        Some(sent)
    }

    /// Takes pasted files, such as a picture. Text goes into the field as ever.
    pub(crate) fn paste(&self, event: &Event) {
        let data = event.unchecked_ref::<ClipboardEvent>().clipboard_data();
        let Some(data) = data.filter(|_| self.held.may_take()) else {
            return;
        };
        let has_text = data.get_data("text/plain").is_ok_and(|text| !text.is_empty());
        if let Some(files) = data.files().filter(|files| files.length() > 0 && !has_text) {
            event.prevent_default();
            self.held.add(&files);
        }
    }

    /// What is in it, and the sign over the panel while files hover there.
    pub(crate) fn view(&self) -> Option<AnyView> {
        let (held, hovered) = (self.held.clone(), self.held.clone());
        let list = live(move || {
            let chips: Vec<AnyView> = held
                .chosen
                .with(|chosen| chosen.iter().map(|one| chip(&held, one)).collect());
            if chips.is_empty() {
                return nothing();
            }
            element("UL")
                .attr("class", "tray")
                .attr("aria-label", held.scene.words.media.chosen)
                .children(chips)
                .into()
        });
        let sign = live(move || {
            if !hovered.hovered.get() {
                return nothing();
            }
            let words = hovered.scene.words.media.drop;
            div("drop")
                .attr("aria-hidden", "true")
                .child(div("drop-sign").child(icon(icons::CLIP)).child(words))
                .into()
        });
        Some(
            div("enclosed")
                .attr("aria-live", "polite")
                .child(list)
                .child(sign)
                .into(),
        )
    }

    /// The button that opens the browser's choice of files; only there where files are taken.
    pub(crate) fn button(&self) -> Option<AnyView> {
        let held = self.held.clone();
        Some(live(move || {
            if !held.is_allowed() {
                return nothing();
            }
            let (pressed, changed) = (held.clone(), held.clone());
            let picker = element("INPUT")
                .attr("type", "file")
                .attr("class", "picker")
                .attr("multiple", "")
                .attr("hidden", "")
                .on("change", move |_| changed.picked());
            let clip = button("attach")
                .part("attach-button")
                .attr("aria-label", held.scene.words.media.attach)
                .on("click", move |_| {
                    if let Some(picker) = pressed.picker() {
                        picker.click();
                    }
                })
                .child(icon(icons::CLIP));
            div("attaching").child(picker).child(clip).into()
        }))
    }
}

impl Held {
    /// The back end takes files and the site lets visitors send them.
    fn is_allowed(&self) -> bool {
        let state = &self.scene.state;
        let by_site = state
            .config
            .with(|config| config.details.as_deref().is_none_or(|details| details.attachments));
        state.desk.capabilities.with(|can| can.upload) && by_site
    }

    /// The composer can be seen and takes files.
    pub(super) fn may_take(&self) -> bool {
        let is_seen = |button: web_sys::HtmlElement| button.offset_parent().is_some();
        self.scene.find(".attach").is_some_and(is_seen)
    }

    fn picker(&self) -> Option<HtmlInputElement> {
        self.scene.find(".picker").map(JsCast::unchecked_into)
    }

    fn picked(&self) {
        let Some(picker) = self.picker() else { return };
        if let Some(files) = picker.files() {
            self.add(&files);
        }
        // The same file may be chosen again after it was removed.
        picker.set_value("");
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    pub(super) fn add(&self, files: &FileList) {
        let words = &self.scene.words.media;
        self.problem.set(None);
        for file in (0..files.length()).filter_map(|at| files.get(at)) {
            if self.chosen.peek(Vec::len) >= MOST as usize {
                self.problem.set(Some(words.too_many.count(MOST)));
                break;
            }
            let limit = self.scene.session.look(visavis_client_core::Client::file_limit);
            if file.size() as u64 > limit {
                self.problem.set(Some(words.too_large.with(&file.name())));
            } else {
                *self.last.borrow_mut() += 1;
                let number = *self.last.borrow();
                self.chosen.update(|chosen| chosen.push(Chosen { number, file }));
            }
        }
        self.focus_field();
    }

    fn remove(&self, number: u32) {
        self.chosen.update(|chosen| chosen.retain(|one| one.number != number));
        self.problem.set(None);
        self.focus_field();
    }

    fn focus_field(&self) {
        if let Some(field) = self.scene.find(".field") {
            // What cannot be focused leaves the focus where it is.
            let _ = field.focus();
        }
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn chip(held: &SendWrapper<Rc<Held>>, chosen: &Chosen) -> AnyView {
    let words = held.scene.words;
    let name = chosen.file.name();
    let (removed, number) = (held.clone(), chosen.number);
    let picture = thumb::view(&chosen.file).unwrap_or_else(|| icon(icons::FILE));
    let remove = button("remove")
        .attr("aria-label", words.media.remove.with(&name))
        .on("click", move |_| removed.remove(number))
        .child(icon(icons::CROSS));
    let text = span("file-text")
        .child(span("file-name").child(name))
        .child(span("file-size").child(size(chosen.file.size() as u64, words)));
    element("LI")
        .attr("class", "file")
        .child(picture)
        .child(text)
        .child(remove)
        .into()
}
