//! What the visitor has really seen: a message of a person is read when it is in view, in an open panel of a page that can be seen.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use js_sys::Array;
use send_wrapper::SendWrapper;
use visavis_client_core::ids::ServerId;
use visavis_client_core::{Author, Client, Event};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{
    Element as Node, IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit, VisibilityState,
};

use super::element::Element;
use super::line::Shown;
use super::signal::{Signal, effect};
use super::{Scene, State};
use crate::driver::listener::Listener;
use crate::options::Mode;

/// This much of a message is in view when it has been seen, or so many CSS pixels of a long one.
const SHARE: f64 = 0.6;
const LINES: f64 = 90.0;
/// When the browser looks again.
const STEPS: [f64; 4] = [0.0, 0.2, 0.4, SHARE];

/// Messages of people that nobody has seen yet. Each is told to be read once, whichever element of the page shows it.
pub(crate) struct Unseen(SendWrapper<RefCell<Option<Vec<ServerId>>>>);

impl Default for Unseen {
    fn default() -> Self {
        Self(SendWrapper::new(RefCell::default()))
    }
}

impl Unseen {
    /// Notes a message that is new.
    pub(super) fn note(&self, event: &Event) {
        let Event::Message {
            message,
            replaces: false,
            ..
        } = event
        else {
            return;
        };
        if let (Author::Agent { .. }, Some(id)) = (&message.author, &message.server_id) {
            self.0.borrow_mut().get_or_insert_default().push(id.clone());
        }
    }

    /// On an earlier page some may have been left unread.
    pub(super) fn take_over(&self, client: &Client) {
        let mut unseen = self.0.borrow_mut();
        if unseen.is_some() {
            return;
        }
        let unread = usize::try_from(client.unread()).unwrap_or_default();
        let of_others = client
            .messages()
            .rev()
            .filter(|message| message.author != Author::Visitor);
        let of_people = of_others
            .take(unread)
            .filter(|message| matches!(message.author, Author::Agent { .. }));
        *unseen = Some(of_people.filter_map(|message| message.server_id.clone()).collect());
    }

    fn contains(&self, id: &ServerId) -> bool {
        self.0.borrow().as_ref().is_some_and(|unseen| unseen.contains(id))
    }

    fn remove(&self, id: &ServerId) -> bool {
        let mut unseen = self.0.borrow_mut();
        let Some(at) = unseen
            .as_ref()
            .and_then(|unseen| unseen.iter().position(|one| one == id))
        else {
            return false;
        };
        if let Some(unseen) = unseen.as_mut() {
            unseen.swap_remove(at);
        }
        true
    }
}

type Rows = Rc<RefCell<Vec<(ServerId, Node)>>>;

/// Watches which unseen messages come into view of one element.
pub(crate) struct Sight {
    observer: Option<IntersectionObserver>,
    rows: Rows,
    // The browser calls it; it must live as long as the observer.
    _callback: Closure<dyn FnMut(Array)>,
    page: RefCell<Option<Listener>>,
}

impl Sight {
    /// With the browser's own observer, which knows of every scroller and every cover. Without one, nothing is said to be read.
    pub(crate) fn new(state: Arc<State>, session: Rc<crate::session::Session>, mode: Mode) -> Self {
        let rows = Rows::default();
        let callback = {
            let rows = Rc::clone(&rows);
            Closure::new(move |entries: Array| {
                if !can_be_seen(&state, mode) {
                    return;
                }
                for entry in entries.iter().filter_map(|entry| entry.dyn_into().ok()) {
                    if let Some(id) = in_view(&entry).then(|| row(&rows, &entry.target())).flatten()
                        && state.desk.unseen.remove(&id)
                    {
                        session.mark_read(id);
                    }
                }
            })
        };
        let init = IntersectionObserverInit::new();
        init.set_threshold(&STEPS.into_iter().map(wasm_bindgen::JsValue::from).collect::<Array>());
        let observer = IntersectionObserver::new_with_options(callback.as_ref().unchecked_ref(), &init).ok();
        Self {
            observer,
            rows,
            _callback: callback,
            page: RefCell::default(),
        }
    }

    /// What was in view while it could not be seen is looked at again when it can: the panel opens, the page comes to the front.
    pub(crate) fn follow(scene: &Arc<Scene>) {
        let again = {
            let (observer, rows) = (scene.sight.observer.clone(), Rc::clone(&scene.sight.rows));
            Rc::new(move || {
                for (_, row) in rows.borrow().iter() {
                    if let Some(observer) = &observer {
                        observer.unobserve(row);
                        observer.observe(row);
                    }
                }
            })
        };
        if let Some(document) = web_sys::window().and_then(|window| window.document()) {
            let again = Rc::clone(&again);
            let listener = Listener::new(&document, "visibilitychange", move |_| again());
            scene.sight.page.replace(Some(listener));
        }
        let open = scene.state.open.clone();
        effect(move || {
            if open.get() {
                again();
            }
        });
    }

    fn watch(&self, id: &ServerId, node: &Node) {
        if let Some(observer) = &self.observer {
            self.rows.borrow_mut().push((id.clone(), node.clone()));
            observer.observe(node);
        }
    }
}

impl Drop for Sight {
    fn drop(&mut self) {
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
    }
}

/// Takes a row out that was seen.
fn row(rows: &Rows, node: &Node) -> Option<ServerId> {
    let mut rows = rows.borrow_mut();
    let at = rows.iter().position(|(_, row)| row == node)?;
    Some(rows.swap_remove(at).0)
}

fn in_view(entry: &IntersectionObserverEntry) -> bool {
    entry.intersection_ratio() >= SHARE || entry.intersection_rect().height() >= LINES
}

fn can_be_seen(state: &State, mode: Mode) -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    let page = document.is_some_and(|document| document.visibility_state() == VisibilityState::Visible);
    page && (mode != Mode::Launcher || state.open.peek(bool::clone))
}

/// The row of a message: watched until it was seen, if it is one that has not been.
pub(crate) fn watched(scene: &Arc<Scene>, shown: &Signal<Shown>, row: Element) -> Element {
    let id = shown.peek(|shown| match &shown.message.author {
        Author::Agent { .. } => shown.message.server_id.clone(),
        _ => None,
    });
    match id.filter(|id| scene.state.desk.unseen.contains(id)) {
        Some(id) => {
            let scene = Arc::clone(scene);
            row.follow(move |node| scene.sight.watch(&id, node))
        }
        None => row,
    }
}
