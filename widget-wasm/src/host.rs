//! An element's interface in the page.

use std::rc::Rc;

use leptos::mount::{UnmountHandle, mount_to};
use leptos::tachys::view::any_view::AnyViewState;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::HtmlElement;

use crate::options::{Looks, Mode};
use crate::session::Session;
use crate::ui::{self, Scene};

/// An element's interface. Freeing it removes it from the page.
#[wasm_bindgen]
pub struct View {
    session: Rc<Session>,
    mode: Mode,
    // Dropping it removes the nodes, the effects and the listeners.
    mounted: Option<UnmountHandle<AnyViewState>>,
}

impl View {
    /// Draws into a container `<div>`, never into the shadow root itself: the framework looks for an element above what it replaces.
    pub(crate) fn mount(session: &Rc<Session>, container: HtmlElement, looks: Looks) -> Self {
        let mode = looks.mode;
        let scene = Scene::new(Rc::clone(session), container.clone(), looks);
        let mounted = mount_to(container, move || ui::app(&scene));
        session.appeared(mode);
        Self {
            session: Rc::clone(session),
            mode,
            mounted: Some(mounted),
        }
    }
}

impl Drop for View {
    fn drop(&mut self) {
        self.mounted.take();
        self.session.state().sweep();
        self.session.vanished(self.mode);
    }
}
