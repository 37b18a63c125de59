//! The customers' sockets: Socket.IO as the library speaks it, both namespaces alike.

use std::{
    future::{Ready, ready},
    sync::{Arc, Mutex, atomic::Ordering::Relaxed},
};

use axum::{Router, http::StatusCode, routing::any};
use serde_json::Value;
use socketioxide::{
    SocketIo, SocketIoBuilder, TransportType,
    extract::{AckSender, Event as EventName, SocketRef, TryData},
    handler::ConnectHandler as _,
};
use tracing::debug;

use super::{
    Dialect, Gateway, Transports,
    gateway::{Port, locked},
    model::{
        event::Event,
        handshake::Handshake,
        person::Customer,
        socket::SocketId,
        token::{Refusal, Use},
    },
};
use crate::{faults::AckFault, line::Line};

/// Events that may wait for a slow client: an answer may come in one go.
const BACKLOG: usize = 16_384;
/// Bytes of a long-polling body, and what the open packet says about it.
const MAX_PAYLOAD: u64 = 1_000_000;

/// A Socket.IO server for one run of the gateway, at `/socket.io/`.
pub(super) fn server<S: Clone + Send + Sync + 'static>(gateway: &Gateway) -> (Router<S>, SocketIo) {
    let settings = &gateway.shared.settings;
    let builder = SocketIo::builder()
        .ping_interval(settings.ping_interval)
        .ping_timeout(settings.ping_timeout)
        .max_buffer_size(BACKLOG)
        .max_payload(MAX_PAYLOAD);
    let (layer, io) = with_transports(builder, settings.transports).build_layer();
    for path in settings.namespaces.paths() {
        open_namespace(&io, path, gateway);
    }
    // The library answers in front of the route, which is only there to be layered.
    let route = any(async || StatusCode::NOT_FOUND);
    (Router::new().route("/socket.io/", route).layer(layer), io)
}

fn with_transports(builder: SocketIoBuilder, transports: Transports) -> SocketIoBuilder {
    match transports {
        Transports::Both => builder,
        Transports::Websocket => builder.transports([TransportType::Websocket]),
        Transports::Polling => builder.transports([TransportType::Polling]),
    }
}

fn open_namespace(io: &SocketIo, path: &'static str, gateway: &Gateway) {
    let (door, hall) = (gateway.clone(), gateway.clone());
    // The library spawns what handlers return; what they do before that keeps the order of the wire.
    let refuse = move |socket: SocketRef, TryData(payload): TryData<Value>| {
        ready(door.at_the_door(&socket, payload.unwrap_or_default()))
    };
    let receive = move |socket: SocketRef, TryData(payload): TryData<Value>| -> Ready<()> {
        hall.receive(socket, &Handshake::read(payload.unwrap_or_default()));
        ready(())
    };
    io.ns(path, receive.with(refuse));
}

/// An event that came in.
struct Heard {
    name: String,
    payload: Value,
    ack: AckSender,
}

/// Where events go. The library answers a CONNECT before it calls the gateway, and a client may speak at once: what it
/// says before it is let in waits here.
#[derive(Clone)]
struct Ear {
    id: SocketId,
    early: Arc<Mutex<Option<Vec<Heard>>>>,
}

/// Who may come in.
enum Guest {
    Viewer,
    Customer(Customer),
}

impl Gateway {
    /// Refuses a namespace connection before it is one: by a fault, or where the vocabulary has no `authenticate`.
    fn at_the_door(&self, socket: &SocketRef, payload: Value) -> Result<(), String> {
        self.shared.counters.connects.add();
        let dialect = self.floor().center.policy.dialect;
        let refusal = match self.shared.faults.on_connect() {
            Some(message) => Some(message),
            None if dialect == Dialect::Seed => {
                let refused = self.identify(&Handshake::read(payload)).err();
                refused.map(|refusal| refusal.code().to_owned())
            }
            None => None,
        };
        match refusal {
            Some(message) => {
                self.shared.counters.refusals.add();
                Err(message)
            }
            None => {
                self.listen(socket);
                Ok(())
            }
        }
    }

    fn identify(&self, handshake: &Handshake) -> Result<Guest, Refusal> {
        if handshake.org_id() != self.shared.settings.org_id {
            return Err(Refusal::Invalid);
        }
        if handshake.broadcast_only {
            return Ok(Guest::Viewer);
        }
        let claims = self.check_token(&handshake.token, Use::Access)?;
        Ok(Guest::Customer(claims.customer()))
    }

    fn receive(&self, socket: SocketRef, handshake: &Handshake) {
        match self.identify(handshake) {
            Ok(guest) => self.let_in(socket, &guest, handshake),
            Err(refusal) => {
                self.shared.counters.refusals.add();
                if let Some((name, payload)) = Event::Refused(refusal).wire(Dialect::Gateway) {
                    let _ = socket.emit(name, &payload);
                }
                let _ = socket.disconnect();
            }
        }
    }

    fn let_in(&self, socket: SocketRef, guest: &Guest, handshake: &Handshake) {
        let Some(ear) = socket.extensions.get::<Ear>() else {
            return;
        };
        let id = ear.id;
        let line = socket.req_parts().extensions.get::<Line>().cloned();
        let now = self.now();
        let mut floor = self.floor();
        floor.ports.insert(
            id,
            Port {
                socket: socket.clone(),
                line,
            },
        );
        self.shared.counters.sockets_open.add();
        debug!(socket = id, "socket open");
        let effects = match guest {
            Guest::Viewer => floor.center.admit_viewer(id, handshake),
            Guest::Customer(customer) => floor.center.admit(id, customer, handshake, now),
        };
        self.perform(&mut floor, effects);
        drop(floor);
        self.open(&ear);
        if !socket.connected() {
            // It went before there was anything to forget.
            self.let_go(id);
        }
    }

    fn listen(&self, socket: &SocketRef) {
        let ear = Ear {
            id: self.shared.next_socket.fetch_add(1, Relaxed),
            early: Arc::new(Mutex::new(Some(Vec::new()))),
        };
        let (hearing, leaving) = (self.clone(), self.clone());
        let id = ear.id;
        socket.extensions.insert(ear.clone());
        socket.on_fallback(
            move |EventName(name): EventName, TryData(payload): TryData<Value>, ack: AckSender| {
                let payload = payload.unwrap_or_default();
                hearing.hear(&ear, Heard { name, payload, ack });
                ready(())
            },
        );
        // The callback may come while the floor is held: a task of its own can wait for it.
        socket.on_disconnect(async move || leaving.let_go(id));
    }

    /// Hears what a client said too early, and everything else from now on.
    fn open(&self, ear: &Ear) {
        let mut early = locked(&ear.early);
        for heard in early.take().unwrap_or_default() {
            self.answer(ear.id, heard);
        }
    }

    fn hear(&self, ear: &Ear, heard: Heard) {
        self.shared.counters.events.add();
        let mut early = locked(&ear.early);
        match &mut *early {
            Some(waiting) => waiting.push(heard),
            None => self.answer(ear.id, heard),
        }
    }

    fn answer(&self, id: SocketId, heard: Heard) {
        let now = self.now();
        let mut floor = self.floor();
        let reaction = floor.center.hear(id, &heard.name, &heard.payload, now);
        if let Some(answer) = reaction.ack {
            match self.shared.faults.on_ack() {
                None => {
                    let _ = heard.ack.send(&answer);
                }
                Some(fault) => {
                    self.shared.counters.acks_swallowed.add();
                    if fault == AckFault::Cut {
                        floor.each(&[id], Port::cut);
                    }
                }
            }
        }
        self.perform(&mut floor, reaction.effects);
    }

    /// Forgets a socket; does nothing when it already is.
    pub(super) fn let_go(&self, id: SocketId) {
        let mut floor = self.floor();
        if floor.ports.remove(&id).is_none() {
            return;
        }
        self.shared.counters.sockets_open.subtract();
        debug!(socket = id, "socket gone");
        let effects = floor.center.leave(id);
        self.perform(&mut floor, effects);
    }
}
