//! What JavaScript holds: a client of the page, and an element's interface.

use std::rc::Rc;

use js_sys::{Function, Promise};
use visavis_client_core::Identity;
use visavis_client_core::ids::LocalId;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::HtmlElement;

use crate::event;
use crate::host::View;
use crate::later::Later;
use crate::object::{array, object};
use crate::options::Looks;
use crate::session::{Panel, Session, Settle};

/// A client of the page. All elements with the same back end, tenant and key share one.
#[wasm_bindgen]
pub struct Chat {
    session: Rc<Session>,
}

/// Makes a client and takes up its stored conversation. `emit(name, detail)` is called for every event, `when_whole(act)` calls `act` as soon
/// as all of the module is there.
///
/// # Errors
/// `{kind, message, status, retryInMs}` naming the option that is wrong.
#[wasm_bindgen]
pub async fn connect(options: JsValue, emit: Function, when_whole: Function) -> Result<Chat, JsValue> {
    let session = Session::begin(&options, emit, Later::new(when_whole))
        .await
        .map_err(|error| event::error(&error))?;
    Ok(Chat { session })
}

#[wasm_bindgen]
impl Chat {
    /// Draws the interface into a container of an element's shadow root.
    pub fn mount(&self, container: HtmlElement, looks: JsValue) -> View {
        View::mount(&self.session, container, Looks::read(&looks))
    }

    /// Opens the launcher's panel.
    pub fn open(&self) {
        self.session.set_open(Panel::Open);
    }

    /// Closes the launcher's panel.
    pub fn close(&self) {
        self.session.set_open(Panel::Closed);
    }

    /// Opens a closed panel and closes an open one.
    pub fn toggle(&self) {
        self.session.toggle();
    }

    /// Queues a message and resolves to its id once it is safe.
    ///
    /// # Errors
    /// An error object when the message cannot be queued: empty, too large, queue full.
    #[wasm_bindgen(js_name = sendMessage)]
    pub fn send_message(&self, text: &str) -> Result<JsValue, JsValue> {
        let id = self.session.send(text).map_err(|error| event::error(&error))?;
        Ok(object([("id", id.to_string().into())]))
    }

    /// Sends a failed, uncertain or expired message again.
    pub fn retry(&self, id: &str) {
        if let Ok(id) = id.parse::<LocalId>() {
            self.session.retry(id);
        }
    }

    /// Removes a failed, uncertain or expired message.
    pub fn discard(&self, id: &str) {
        if let Ok(id) = id.parse::<LocalId>() {
            self.session.discard(id);
        }
    }

    /// Links the session to a user of the site, given as `userId:signature`.
    pub fn identify(&self, identity: &str) -> Promise {
        match Identity::parse(identity) {
            Ok(identity) => {
                let mut identity = Some(identity);
                Promise::new(&mut |resolve, reject| {
                    if let Some(identity) = identity.take() {
                        self.session.identify(identity, Settle { resolve, reject });
                    }
                })
            }
            Err(error) => Promise::reject(&event::error(&error)),
        }
    }

    /// Messages that nobody has looked at.
    #[wasm_bindgen(getter, js_name = unreadCount)]
    pub fn unread_count(&self) -> u32 {
        self.session.look(|client| client.unread())
    }

    /// Whether the other side types.
    #[wasm_bindgen(getter, js_name = botTyping)]
    pub fn bot_typing(&self) -> bool {
        self.session.look(|client| client.typing().is_some())
    }

    /// The connection's state.
    #[wasm_bindgen(getter)]
    pub fn connection(&self) -> String {
        self.session
            .look(|client| client.connection().state.as_str().to_owned())
    }

    /// The conversation.
    #[wasm_bindgen(getter)]
    pub fn messages(&self) -> JsValue {
        self.session
            .look(|client| array(client.messages().map(|message| event::message(message, false, false))))
    }

    /// Disconnects for good. The queue stays in the browser's storage for the next visit.
    pub fn end(&self) {
        self.session.end();
    }
}
