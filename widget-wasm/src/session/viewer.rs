//! Broadcasts for a visitor whom nobody knows yet: a connection of its own hears them, and nothing else, until the conversation has one.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use js_sys::Function;
use visavis_client_core::{Client, Config, ConnectionState, Event};

use wasm_bindgen::JsValue;

use super::Stage;
use crate::driver::{Audience, Driver, soon};

/// The connection, where the page wants one.
pub(super) struct Viewer {
    config: Option<Config>,
    tabs: Function,
    stage: Weak<Stage>,
    driver: RefCell<Option<Rc<Driver>>>,
}

impl Viewer {
    /// None yet; without a configuration there never is one.
    pub(super) fn new(config: Option<Config>, tabs: Function, stage: Weak<Stage>) -> Self {
        Self {
            config,
            tabs,
            stage,
            driver: RefCell::default(),
        }
    }

    /// Begins where the site has broadcasts and the visitor no session, and ends once the conversation hears them by itself.
    pub(super) fn follow(&self, client: &Client) {
        let Some(config) = &self.config else { return };
        if client.connection().state == ConnectionState::Live {
            self.end();
        } else if !client.has_session() && has_broadcasts(client) && self.driver.borrow().is_none() {
            let audience = Rc::new(Watching(Weak::clone(&self.stage)));
            // What is wrong with the options was told when the conversation began.
            self.driver
                .replace(Driver::view(config.clone(), audience, &self.tabs).ok());
        }
    }

    /// Ends it.
    pub(super) fn end(&self) {
        if let Some(driver) = self.driver.take() {
            // Not from within what it told.
            soon(move || driver.stop());
        }
    }
}

fn has_broadcasts(client: &Client) -> bool {
    let details = client.widget_config().and_then(|config| config.details.as_deref());
    details.is_some_and(|details| details.broadcast.is_some())
}

/// Hands broadcasts on.
struct Watching(Weak<Stage>);

impl Audience for Watching {
    fn hear(&self, event: Event) -> Option<(&'static str, JsValue)> {
        match (&event, self.0.upgrade()) {
            (Event::Broadcast { .. }, Some(stage)) => stage.hear(event),
            _ => None,
        }
    }

    fn overhear(&self, _: &str, _: &JsValue, _: Option<Event>) {}

    fn settled(&self, _: &Client) {}
}
