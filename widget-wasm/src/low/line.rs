//! The relay's socket, kept open.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Function;
use visavis_client_core::low::{FrameKind, WsClient, WsOutput};
use visavis_client_core::{Input, Secret};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::driver::lifecycle;
use crate::driver::listener::Listener;
use crate::driver::socket::{Report, Socket};
use crate::driver::{Timer, now, seed};
use crate::event;

/// A socket that comes back by itself. `emit(kind, text or detail)` is called for every frame and every change of the connection.
#[wasm_bindgen]
pub struct Line {
    line: Rc<Inner>,
}

struct Inner {
    machine: RefCell<WsClient>,
    emit: Function,
    socket: RefCell<Option<Socket>>,
    report: Report,
    deadline: Timer,
    page: RefCell<Vec<Listener>>,
    pumping: Cell<bool>,
}

#[wasm_bindgen]
impl Line {
    /// A line that is not connected yet.
    ///
    /// # Errors
    /// `{kind, message, …}` when `base_url` is no address.
    #[wasm_bindgen(constructor)]
    pub fn new(base_url: &str, visitor_token: &str, emit: Function) -> Result<Line, JsValue> {
        let machine = WsClient::new(base_url, Secret::new(visitor_token), seed(), now());
        let machine = machine.map_err(|error| event::error(&error))?;
        let line = Rc::new_cyclic(|weak: &std::rc::Weak<Inner>| {
            let weak = weak.clone();
            let report: Report = Rc::new(move |input| {
                if let Some(line) = weak.upgrade() {
                    line.input(input);
                }
            });
            let deadline = Timer::new({
                let report = Rc::clone(&report);
                move || report(Input::Timeout)
            });
            Inner {
                machine: RefCell::new(machine),
                emit,
                socket: RefCell::default(),
                report,
                deadline,
                page: RefCell::default(),
                pumping: Cell::new(false),
            }
        });
        Ok(Self { line })
    }

    /// Connects, and stays connected until closed.
    pub fn connect(&self) {
        self.line.machine.borrow_mut().connect(now());
        self.line.page.replace(lifecycle::watch(&self.line.report));
        self.line.pump();
    }

    /// Sends a frame, or keeps it until the line is greeted.
    ///
    /// # Errors
    /// `{kind: 'queue-full', …}`.
    pub fn send(&self, frame: String) -> Result<(), JsValue> {
        let sent = self.line.machine.borrow_mut().send(frame, now());
        self.line.pump();
        sent.map_err(|error| event::error(&error))
    }

    /// Disconnects and stays so.
    pub fn close(&self) {
        self.line.page.take();
        self.line.machine.borrow_mut().close(now());
        self.line.pump();
    }
}

impl Inner {
    fn input(&self, input: Input) {
        {
            let mut machine = self.machine.borrow_mut();
            match input {
                Input::SocketOpened { generation } => machine.opened(generation, now()),
                Input::SocketFrame { generation, text } => machine.received(generation, &text, now()),
                Input::SocketClosed {
                    generation,
                    code,
                    reason,
                } => machine.closed(generation, code, &reason, now()),
                Input::Environment(change) => machine.environment(change, now()),
                _ => machine.timeout(now()),
            }
        }
        self.pump();
    }

    /// Carries everything out, in order; what the page does meanwhile is carried out after it.
    fn pump(&self) {
        if self.pumping.replace(true) {
            return;
        }
        loop {
            let output = self.machine.borrow_mut().poll_output();
            let Some(output) = output else { break };
            self.carry_out(output);
        }
        self.pumping.set(false);
        match self.machine.borrow().poll_timeout() {
            Some((instant, _)) => self.deadline.arm(instant.since(now().mono)),
            None => self.deadline.disarm(),
        }
    }

    fn carry_out(&self, output: WsOutput) {
        match output {
            WsOutput::OpenSocket(generation, url) => {
                self.socket.take();
                let opened = Socket::open(generation, url.expose(), &self.report);
                self.socket.replace(opened);
            }
            WsOutput::Transmit(generation, frame) => {
                if let Some(socket) = self
                    .socket
                    .borrow()
                    .as_ref()
                    .filter(|socket| socket.generation() == generation)
                {
                    socket.transmit(&frame);
                }
            }
            WsOutput::CloseSocket(generation, code) => {
                if let Some(socket) = self
                    .socket
                    .borrow_mut()
                    .take_if(|socket| socket.generation() == generation)
                {
                    socket.close(code);
                }
            }
            WsOutput::Frame(kind, text) => self.emit(word(kind), &text.into()),
            WsOutput::Connection(status) => self.emit("connection", &event::connection(&status)),
            WsOutput::Failed(error) => self.emit("failed", &event::error(&error)),
            _ => {}
        }
    }

    fn emit(&self, kind: &str, detail: &JsValue) {
        // The package catches what the page's own handlers throw.
        let _ = self.emit.call2(&JsValue::UNDEFINED, &kind.into(), detail);
    }
}

fn word(kind: FrameKind) -> &'static str {
    match kind {
        FrameKind::Welcome => "welcome",
        FrameKind::Ack => "ack",
        FrameKind::Message => "msg",
        FrameKind::Typing => "typing",
        FrameKind::Pong => "pong",
        FrameKind::Error => "error",
        _ => "other",
    }
}
