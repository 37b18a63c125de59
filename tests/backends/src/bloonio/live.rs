//! A session with its open sockets.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::ws::Utf8Bytes;
use tokio::sync::mpsc;

use crate::{
    counters::Counters,
    faults::{AckFault, Faults},
    model::{Effect, Session, frame::ServerFrame},
};

/// How many frames may wait for a socket before it counts as stuck.
const BACKLOG: usize = 1_024;

/// What a socket's task is told from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// Close with a code.
    Close(u16),
    /// Cut the connection without a word.
    Cut,
    /// Neither read nor write any more.
    FallSilent,
}

impl Order {
    /// The order for a close code; those that never travel mean a cut.
    pub(crate) const fn for_code(code: u16) -> Self {
        match code {
            1006 | 1015 => Self::Cut,
            _ => Self::Close(code),
        }
    }
}

/// The relay's end of one socket.
#[derive(Debug)]
struct Port {
    id: u64,
    frames: mpsc::Sender<Utf8Bytes>,
    orders: mpsc::UnboundedSender<Order>,
}

/// The socket's end of a [`Port`].
#[derive(Debug)]
pub(crate) struct Plug {
    pub(crate) id: u64,
    pub(crate) frames: mpsc::Receiver<Utf8Bytes>,
    pub(crate) orders: mpsc::UnboundedReceiver<Order>,
}

/// A session, its sockets and its running refresh calls.
#[derive(Debug)]
pub(crate) struct LiveSession {
    pub(crate) session: Session,
    pub(crate) refreshes_in_flight: usize,
    ports: Vec<Port>,
    next_port: u64,
}

/// What operators have to hear after a change.
#[derive(Debug, Default)]
pub(crate) struct Rumours {
    pub(crate) effects: Vec<Effect>,
    pub(crate) bot_wakes: Vec<crate::model::UnixMillis>,
}

impl LiveSession {
    pub(crate) fn sockets(&self) -> usize {
        self.ports.len()
    }

    /// Connects one more socket.
    pub(crate) fn plug_in(&mut self) -> Plug {
        let (frames, frames_out) = mpsc::channel(BACKLOG);
        let (orders, orders_out) = mpsc::unbounded_channel();
        self.next_port += 1;
        self.ports.push(Port {
            id: self.next_port,
            frames,
            orders,
        });
        Plug {
            id: self.next_port,
            frames: frames_out,
            orders: orders_out,
        }
    }

    pub(crate) fn unplug(&mut self, id: u64) {
        self.ports.retain(|port| port.id != id);
    }

    pub(crate) fn order_all(&self, order: Order) {
        for port in &self.ports {
            // A task that is gone needs no order.
            let _ = port.orders.send(order);
        }
    }

    pub(crate) fn order_one(&self, id: u64, order: Order) {
        for port in self.ports.iter().filter(|port| port.id == id) {
            let _ = port.orders.send(order);
        }
    }

    pub(crate) fn send_to(&mut self, id: u64, frame: &ServerFrame) {
        self.deliver(frame, |port| port.id == id);
    }

    pub(crate) fn send_to_all(&mut self, frame: &ServerFrame) {
        self.deliver(frame, |_| true);
    }

    fn deliver(&mut self, frame: &ServerFrame, to: impl Fn(&Port) -> bool) {
        if !self.ports.iter().any(&to) {
            return;
        }
        let text = Utf8Bytes::from(frame.to_json());
        // A full port is forgotten; its task sees that nobody holds it any more and closes the socket.
        self.ports
            .retain(|port| !to(port) || port.frames.try_send(text.clone()).is_ok());
    }

    /// Carries out what concerns sockets and returns what concerns operators and the bot's clock.
    pub(crate) fn apply(
        &mut self,
        effects: Vec<Effect>,
        sender: Option<u64>,
        faults: &Faults,
        counters: &Counters,
    ) -> Rumours {
        let mut rumours = Rumours::default();
        for effect in effects {
            match effect {
                Effect::Sender(frame) => self.answer(sender, &frame, faults),
                Effect::Others(frame) => self.push(&frame, faults, |port| Some(port.id) != sender),
                Effect::Everyone(frame) => self.push(&frame, faults, |_| true),
                Effect::Repeated => counters.duplicates.add(),
                Effect::BotWakes(at) => rumours.bot_wakes.push(at),
                Effect::Added(ref message) => {
                    if message.client_msg_id.is_some() {
                        counters.messages.add();
                    }
                    rumours.effects.push(effect);
                }
                Effect::Changed | Effect::VisitorTyping(_) => rumours.effects.push(effect),
            }
        }
        rumours
    }

    fn push(&mut self, frame: &ServerFrame, faults: &Faults, to: impl Fn(&Port) -> bool) {
        if !(matches!(frame, ServerFrame::Msg(_)) && faults.loses_push()) {
            self.deliver(frame, to);
        }
    }

    fn answer(&mut self, sender: Option<u64>, frame: &ServerFrame, faults: &Faults) {
        let Some(sender) = sender else { return };
        let fault = if matches!(frame, ServerFrame::Ack { .. }) {
            faults.on_ack()
        } else {
            None
        };
        match fault {
            None => self.send_to(sender, frame),
            Some(AckFault::Never) => {}
            Some(AckFault::Cut) => self.order_one(sender, Order::Cut),
        }
    }
}

/// A [`LiveSession`] behind its own lock, which is never held across an await.
#[derive(Debug)]
pub(crate) struct SessionCell(Mutex<LiveSession>);

impl SessionCell {
    pub(crate) fn new(session: Session) -> Arc<Self> {
        Arc::new(Self(Mutex::new(LiveSession {
            session,
            refreshes_in_flight: 0,
            ports: Vec::new(),
            next_port: 0,
        })))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, LiveSession> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
