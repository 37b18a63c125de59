//! A WebSocket that keeps its close code, tells how much it still has to write, and owns its closures.

use std::rc::Rc;

use js_sys::JsString;
#[cfg(feature = "rich")]
use js_sys::{Array, Function};
use visavis_client_core::Input;
use visavis_client_core::ids::Generation;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CloseEvent, MessageEvent, WebSocket};

#[cfg(feature = "rich")]
use super::burst::Turn;

/// Where a socket reports to.
pub(crate) type Report = Rc<dyn Fn(Input)>;

/// No close frame arrived.
const ABNORMAL: u16 = 1006;

/// An open or opening socket. Dropping it closes it; nothing is reported after that.
pub(crate) struct Socket {
    generation: Generation,
    socket: WebSocket,
    // The browser calls these; they must live as long as the socket.
    _opened: Closure<dyn FnMut()>,
    #[cfg_attr(not(feature = "rich"), allow(dead_code))]
    message: Closure<dyn FnMut(MessageEvent)>,
    _closed: Closure<dyn FnMut(CloseEvent)>,
    #[cfg(feature = "rich")]
    aside: Aside,
}

/// Where frames wait. The browser puts them there by itself: a call into the module for each would cost more than what is in it.
#[cfg(feature = "rich")]
struct Aside {
    events: Array,
    push: Function,
}

#[cfg(feature = "rich")]
impl Aside {
    fn new() -> Self {
        let events = Array::new();
        let push = crate::object::function(&events, "push").unwrap_or_default();
        Self {
            push: push.bind0(&events),
            events,
        }
    }
}

impl Socket {
    /// Opens a socket. An address that the browser refuses to open is reported as closed, like one that nobody answers.
    pub(crate) fn open(generation: Generation, url: &str, report: &Report) -> Option<Self> {
        let socket = match WebSocket::new(url) {
            Ok(socket) => socket,
            Err(_) => {
                report(Input::SocketClosed {
                    generation,
                    code: ABNORMAL,
                    reason: String::from("the page may not open this socket"),
                });
                return None;
            }
        };
        let opened = Closure::new({
            let report = Rc::clone(report);
            move || report(Input::SocketOpened { generation })
        });
        let message = Closure::new({
            let report = Rc::clone(report);
            move |event: MessageEvent| {
                if let Some(input) = frame(generation, &event) {
                    report(input);
                }
            }
        });
        let closed = Closure::new({
            let report = Rc::clone(report);
            move |event: CloseEvent| {
                report(Input::SocketClosed {
                    generation,
                    code: event.code(),
                    reason: event.reason(),
                });
            }
        });
        #[cfg(feature = "rich")]
        socket.set_binary_type(web_sys::BinaryType::Arraybuffer);
        socket.set_onopen(Some(function(&opened)));
        socket.set_onmessage(Some(function(&message)));
        // An `error` event says nothing that the `close` event after it does not.
        socket.set_onclose(Some(function(&closed)));
        Some(Self {
            generation,
            socket,
            _opened: opened,
            message,
            _closed: closed,
            #[cfg(feature = "rich")]
            aside: Aside::new(),
        })
    }

    /// What everything from this socket is stamped with.
    pub(crate) fn generation(&self) -> Generation {
        self.generation
    }

    /// Sends a text frame. A closing browser socket swallows it silently; its close event follows.
    pub(crate) fn transmit(&self, frame: &str) {
        // It throws only while the socket is opening, when the core sends nothing.
        let _ = self.socket.send_with_str(frame);
    }

    /// Bytes given to the socket that the browser has not written yet.
    pub(crate) fn buffered(&self) -> u32 {
        self.socket.buffered_amount()
    }

    /// Closes with a code that a page may send: 1000 or 3000-4999.
    pub(crate) fn close(self, code: u16) {
        let _ = self.socket.close_with_code(code);
    }
}

#[cfg(feature = "rich")]
impl Socket {
    /// Whether frames are reported as they come, which they are at first, or put aside until they are collected.
    pub(super) fn turn(&self, turn: Turn) {
        self.socket.set_onmessage(Some(match turn {
            Turn::Now => function(&self.message),
            Turn::Soon => &self.aside.push,
        }));
    }

    /// The next frame of those that were put aside.
    pub(super) fn next_aside(&self) -> Option<Input> {
        let event = self.aside.events.shift();
        if event.is_undefined() {
            return None;
        }
        frame(self.generation, event.unchecked_ref())
    }
}

fn frame(generation: Generation, event: &MessageEvent) -> Option<Input> {
    match event.data().dyn_into::<JsString>() {
        Ok(text) => Some(Input::SocketFrame {
            generation,
            text: String::from(text),
        }),
        #[cfg(feature = "rich")]
        Err(data) => Some(Input::SocketBinary {
            generation,
            bytes: js_sys::Uint8Array::new(&data).to_vec(),
        }),
        // Binary frames are no part of any protocol spoken here.
        #[cfg(not(feature = "rich"))]
        Err(_) => None,
    }
}

fn function<T: ?Sized>(closure: &Closure<T>) -> &js_sys::Function
where
    Closure<T>: AsRef<JsValue>,
{
    closure.as_ref().unchecked_ref()
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        let _ = self.socket.close();
    }
}
