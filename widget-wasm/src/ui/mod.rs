//! What the visitor sees. Nothing in here knows a socket.

mod a11y;
#[cfg_attr(not(feature = "rich"), path = "attach/absent.rs")]
mod attach;
#[cfg(not(feature = "rich"))]
mod attachment;
mod attributes;
mod avatar;
mod brand;
#[cfg(feature = "rich")]
mod broadcast;
mod bubble;
mod composer;
mod dates;
#[cfg(feature = "rich")]
mod desk;
mod element;
mod header;
mod i18n;
mod icons;
mod launcher;
mod line;
mod markdown;
mod panel;
#[cfg_attr(not(feature = "rich"), path = "receipts/absent.rs")]
mod receipts;
mod rows;
mod scroll;
mod signal;
mod state;
mod status;
#[cfg_attr(not(feature = "rich"), path = "stream/absent.rs")]
mod stream;
mod thread;
#[cfg(feature = "rich")]
mod toast;
#[cfg(feature = "rich")]
mod visit;

use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::AnyView;
use send_wrapper::SendWrapper;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use self::dates::Dates;
use self::element::div;
use self::i18n::Words;
pub(crate) use self::state::State;
use crate::options::{Corner, Looks, Mode};
use crate::session::Session;

/// What every part of one element's interface needs.
pub(crate) struct Scene {
    /// What is shown.
    pub(crate) state: Arc<State>,
    /// What the visitor's acts are told to.
    pub(crate) session: SendWrapper<Rc<Session>>,
    /// The interface's language.
    pub(crate) words: &'static Words,
    /// The form of this element.
    pub(crate) mode: Mode,
    container: SendWrapper<HtmlElement>,
    /// The page chose no corner for the launcher: the back end may.
    corner_is_open: bool,
    dates: Dates,
    #[cfg(feature = "rich")]
    sight: SendWrapper<receipts::Sight>,
}

impl Scene {
    /// The scene of an element.
    pub(crate) fn new(session: Rc<Session>, container: HtmlElement, looks: Looks) -> Arc<Self> {
        let words = i18n::words(looks.words);
        #[cfg(feature = "rich")]
        let sight = SendWrapper::new(receipts::Sight::new(session.state(), Rc::clone(&session), looks.mode));
        Arc::new(Self {
            state: session.state(),
            session: SendWrapper::new(session),
            words,
            mode: looks.mode,
            container: SendWrapper::new(container),
            corner_is_open: looks.corner == Corner::Open,
            dates: Dates::new(&looks.locale, words),
            #[cfg(feature = "rich")]
            sight,
        })
    }

    /// An element of this interface that is in the page, by its class or tag.
    pub(crate) fn find(&self, selector: &str) -> Option<HtmlElement> {
        self.container.query_selector(selector).ok().flatten()?.dyn_into().ok()
    }
}

/// The whole interface of an element.
pub(crate) fn app(scene: &Arc<Scene>) -> AnyView {
    brand::follow(scene);
    #[cfg(feature = "rich")]
    receipts::Sight::follow(scene);
    let root = div("root")
        .attr("lang", scene.words.language)
        .attr("dir", scene.words.direction);
    #[cfg(feature = "rich")]
    let root = root.child(broadcast::view(scene));
    let root = match scene.mode {
        Mode::Launcher => root.children(launcher::view(scene)),
        Mode::Docked => root.child(panel::docked(scene)),
        Mode::Thread => root.child(panel::bare(scene)),
    };
    #[cfg(feature = "rich")]
    let root = root.child(toast::view(scene));
    root.into()
}
