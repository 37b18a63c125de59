//! One client of the page with what its elements share: the panel's state, who watches, and the page that listens.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use js_sys::Function;
use visavis_client_core::event::SessionChange;
use visavis_client_core::ids::LocalId;
use visavis_client_core::{Attention, Client, Command, ConnectionState, Error, Event, Identity, Typing};
use wasm_bindgen::JsValue;

use crate::driver::{Audience, Driver};
use crate::event;
use crate::later::Later;
use crate::object::{object, text};
use crate::options::{Mode, SessionOptions};
use crate::ui::State;

#[cfg(feature = "rich")]
mod rich;
#[cfg(feature = "rich")]
mod viewer;

/// What an open conversation is to the client. Where receipts are sent, the interface itself looks what was seen.
const OPEN: Attention = if cfg!(feature = "rich") {
    Attention::Beside
} else {
    Attention::Watching
};

/// A client and its elements.
pub(crate) struct Session {
    driver: Rc<Driver>,
    later: Later,
    stage: Rc<Stage>,
    launchers: Cell<u32>,
    threads: Cell<u32>,
}

impl Session {
    /// Makes the client and takes up its stored conversation.
    ///
    /// # Errors
    /// [`Error::Configuration`] naming the option.
    pub(crate) async fn begin(
        options: &JsValue,
        emit: Function,
        tabs: Function,
        later: Later,
    ) -> Result<Rc<Self>, Error> {
        let SessionOptions {
            config,
            providers,
            #[cfg(feature = "rich")]
            viewer,
        } = SessionOptions::read(options).await?;
        let stage = Rc::new_cyclic(|_stage| Stage {
            state: Arc::default(),
            emit,
            identifying: RefCell::default(),
            #[cfg(feature = "rich")]
            viewer: viewer::Viewer::new(viewer, tabs.clone(), std::rc::Weak::clone(_stage)),
        });
        let audience: Rc<dyn Audience> = Rc::<Stage>::clone(&stage);
        let driver = Driver::launch(config, providers, audience, &tabs)?;
        Ok(Rc::new(Self {
            driver,
            later,
            stage,
            launchers: Cell::new(0),
            threads: Cell::new(0),
        }))
    }

    /// What the elements show.
    pub(crate) fn state(&self) -> Arc<State> {
        Arc::clone(&self.stage.state)
    }

    /// Looks at the client.
    pub(crate) fn look<T>(&self, at: impl FnOnce(&Client) -> T) -> T {
        self.driver.look(at)
    }

    /// Queues a message; it is safe when this returns, as the browser's storage writes at once.
    pub(crate) fn send(&self, text: &str) -> Result<LocalId, Error> {
        self.driver.send(text)
    }

    /// Sends a message again that did not go out, or perhaps did not.
    pub(crate) fn retry(&self, local_id: LocalId) {
        self.driver.command(Command::Retry { local_id });
    }

    /// Removes a message that did not go out.
    pub(crate) fn discard(&self, local_id: LocalId) {
        self.driver.command(Command::Discard { local_id });
    }

    /// What the visitor does in the composer.
    pub(crate) fn typing(&self, typing: Typing) {
        self.driver.command(Command::Typing(typing));
    }

    /// Does something that needs the whole module: at once, or as soon as all of it is there.
    pub(crate) fn when_whole(&self, act: impl FnOnce() + 'static) {
        self.later.then(Box::new(act));
    }

    /// Connects now, with a session of its own if there is none yet.
    pub(crate) fn connect(&self) {
        let driver = Rc::clone(&self.driver);
        self.when_whole(move || driver.command(Command::Start));
    }

    /// Connects if nothing was asked for yet.
    pub(crate) fn connect_once(&self) {
        if self
            .driver
            .look(|client| client.connection().state == ConnectionState::Idle)
        {
            self.connect();
        }
    }

    /// Links the session to a user of the site; `settle` hears the outcome.
    pub(crate) fn identify(&self, identity: Identity, settle: Settle) {
        self.stage.identifying.borrow_mut().push(settle);
        self.driver.command(Command::Identify(identity));
    }

    /// Opens or closes the launcher's panel. Opening it is the visitor's wish for a conversation.
    pub(crate) fn set_open(&self, panel: Panel) {
        let open = panel == Panel::Open;
        if self.stage.state.open.peek(bool::clone) == open {
            return;
        }
        self.stage.state.open.set(open);
        if open {
            self.connect();
        } else {
            self.stage.state.forget_news();
        }
        self.attend();
        self.stage.emit(if open { "open" } else { "close" }, &object([]));
    }

    /// Opens a closed panel and closes an open one.
    pub(crate) fn toggle(&self) {
        let open = self.stage.state.open.peek(bool::clone);
        self.set_open(if open { Panel::Closed } else { Panel::Open });
    }

    /// An element of this client came to the page.
    pub(crate) fn appeared(&self, mode: Mode) {
        let count = self.count(mode);
        count.set(count.get() + 1);
        self.attend();
    }

    /// An element of this client left the page.
    pub(crate) fn vanished(&self, mode: Mode) {
        let count = self.count(mode);
        count.set(count.get().saturating_sub(1));
        self.attend();
    }

    /// Whether a sound is this tab's.
    pub(crate) fn rings(&self) -> bool {
        self.driver.rings()
    }

    /// Disconnects for good.
    pub(crate) fn end(&self) {
        #[cfg(feature = "rich")]
        self.stage.viewer.end();
        self.driver.stop();
    }

    fn count(&self, mode: Mode) -> &Cell<u32> {
        match mode {
            Mode::Launcher => &self.launchers,
            Mode::Docked | Mode::Thread => &self.threads,
        }
    }

    fn attend(&self) {
        // An application that draws the conversation itself has no launcher, and says by `open` that the visitor looks.
        let attention = if self.stage.state.open.peek(bool::clone) || self.threads.get() > 0 {
            OPEN
        } else {
            Attention::Away
        };
        self.driver.command(Command::Attend(attention));
    }
}

/// What the launcher's panel is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Panel {
    /// It can be seen.
    Open,
    /// It is out of the way.
    Closed,
}

/// The two ends of a promise.
pub(crate) struct Settle {
    pub(crate) resolve: Function,
    pub(crate) reject: Function,
}

/// Hears the client, keeps the interface's state and tells the page.
struct Stage {
    state: Arc<State>,
    emit: Function,
    identifying: RefCell<Vec<Settle>>,
    #[cfg(feature = "rich")]
    viewer: viewer::Viewer,
}

impl Stage {
    fn emit(&self, name: &str, detail: &JsValue) {
        // The loader catches what the page's own listeners throw.
        let _ = self.emit.call2(&JsValue::UNDEFINED, &name.into(), detail);
    }

    /// Settles the oldest `identify` whose outcome this event is.
    fn settle(&self, event: &Event) {
        let (refusal, settled) = match event {
            Event::Session {
                change: SessionChange::Identified,
                ..
            } => (None, self.next_identifying()),
            Event::Error(error @ (Error::Refused { .. } | Error::Session { .. } | Error::Configuration { .. })) => {
                (Some(event::error(error)), self.next_identifying())
            }
            _ => return,
        };
        let Some(settled) = settled else { return };
        let _ = match refusal {
            Some(refusal) => settled.reject.call1(&JsValue::UNDEFINED, &refusal),
            None => settled.resolve.call0(&JsValue::UNDEFINED),
        };
    }

    /// The tab that leads tells the outcome.
    fn settle_elsewhere(&self, name: &str, detail: &JsValue) {
        let word = |of| text(detail, of).unwrap_or_default();
        let settled = match name {
            "session" if word("change") == "identified" => self.next_identifying().map(|settled| settled.resolve),
            "error" if matches!(word("kind").as_str(), "refused" | "session" | "configuration") => {
                self.next_identifying().map(|settled| settled.reject)
            }
            _ => None,
        };
        if let Some(settled) = settled {
            let _ = settled.call1(&JsValue::UNDEFINED, detail);
        }
    }

    fn next_identifying(&self) -> Option<Settle> {
        let mut identifying = self.identifying.borrow_mut();
        (!identifying.is_empty()).then(|| identifying.remove(0))
    }
}

impl Audience for Stage {
    fn hear(&self, event: Event) -> Option<(&'static str, JsValue)> {
        self.state.note(&event);
        self.settle(&event);
        let announced = event::announcement(&event);
        if let Some((name, detail)) = &announced {
            self.emit(name, detail);
        }
        announced
    }

    fn overhear(&self, name: &str, detail: &JsValue, event: Option<Event>) {
        self.state.renew();
        if let Some(event) = event {
            self.state.note(&event);
        }
        self.settle_elsewhere(name, detail);
        self.emit(name, detail);
    }

    fn settled(&self, client: &Client) {
        #[cfg(feature = "rich")]
        self.viewer.follow(client);
        self.state.take_over(client);
    }
}
