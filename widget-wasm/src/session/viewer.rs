//! Broadcasts for a visitor whom nobody knows yet: a connection of its own hears them, and nothing else, until the conversation has one.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use visavis_client_core::{Client, Config, ConnectionState, Event};

use super::Stage;
use crate::driver::{Audience, Driver, soon};

/// The connection, where the page wants one.
pub(super) struct Viewer {
    config: Option<Config>,
    stage: Weak<Stage>,
    driver: RefCell<Option<Rc<Driver>>>,
}

impl Viewer {
    /// None yet; without a configuration there never is one.
    pub(super) fn new(config: Option<Config>, stage: Weak<Stage>) -> Self {
        Self {
            config,
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
            self.driver.replace(Driver::view(config.clone(), audience).ok());
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
    fn hear(&self, event: Event) {
        if let (Event::Broadcast { .. }, Some(stage)) = (&event, self.0.upgrade()) {
            stage.hear(event);
        }
    }

    fn settled(&self, _: &Client) {}
}
