//! One transport connection with one namespace joined over it.

use std::collections::VecDeque;
use std::fmt;

use super::attachments::{self, Partial, Progress};
use super::engine::{Carried, EnginePacket, Handshake};
use super::heartbeat::Heartbeat;
use super::packet::{self, Body, Packet};
use super::recovery::{Memory, Recovery};
use super::{Malformed, write_namespace};
use crate::json::{Object, Value};
use crate::time::{Instant, Now};

/// Events that may come before the namespace is joined: what a server replays after a recovery, and no flood.
pub const MOST_HELD: usize = 10_000;

/// An event from the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its name; a number counts as its digits.
    pub name: String,
    /// Its arguments. The last may be a text that nobody asked for: a position, see [`Recovery`].
    pub args: Vec<Value>,
    /// The id with which [`Line::acknowledge`] answers, if the server wants an answer.
    pub wants_ack: Option<u64>,
    /// Its binary parts; [`attachment`](super::attachment) finds the one that an argument refers to.
    pub attachments: Vec<Vec<u8>>,
}

/// Why a line is of no use any more. A new one may be opened at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// What arrived is no packet, or none that may come now.
    Malformed(Malformed),
    /// The server ended the session of the transport.
    Closed,
    /// More than [`MOST_HELD`] events came before the namespace was joined.
    Flooded,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(malformed) => malformed.fmt(f),
            Self::Closed => f.write_str("the server closed the session"),
            Self::Flooded => f.write_str("too many events before the namespace was joined"),
        }
    }
}

/// What became of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LineEvent {
    /// The session of the transport is open, and CONNECT is to be sent.
    Opened(Handshake),
    /// The namespace is joined. Events that came earlier follow.
    Connected {
        /// The socket's id, which the server's side knows it by.
        sid: String,
        /// Whether the state of the former line was restored, so that nothing was missed.
        recovered: bool,
    },
    /// An event came.
    Event(Event),
    /// An event of [`Line::emit_with_ack`] was answered.
    Acknowledged {
        /// Which.
        id: u64,
        /// The arguments.
        args: Vec<Value>,
        /// Their binary parts.
        attachments: Vec<Vec<u8>>,
    },
    /// The server refuses the namespace. Trying again by itself is pointless.
    Refused {
        /// The server's words.
        message: String,
        /// What it says besides.
        data: Option<Value>,
    },
    /// The server put this client out of the namespace. Coming back by itself is not wanted.
    Disconnected,
    /// The line broke.
    Broken(Fault),
}

/// Why nothing was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unsent {
    /// The namespace is not joined, not yet or no more.
    NotConnected,
    /// The server has been silent for so long that it has given up, too: reconnect, then send.
    Expired,
    /// The name means something to Socket.IO itself.
    ReservedName,
}

impl fmt::Display for Unsent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotConnected => "the namespace is not joined",
            Self::Expired => "the server has been silent for too long",
            Self::ReservedName => "the name is reserved",
        })
    }
}

#[derive(Clone)]
enum State {
    /// Nothing came yet.
    Opening,
    /// CONNECT is sent; events that came before its answer wait here.
    Joining { heartbeat: Heartbeat, held: Vec<Event> },
    /// The namespace is joined.
    Joined { heartbeat: Heartbeat },
    /// Refused, disconnected, broken or left: whatever still comes is not read.
    Over,
}

/// The state of one connection, be it a WebSocket or a long-polling session, with one namespace.
///
/// Give it every packet that arrives; then send what [`Line::poll_transmit`] has and handle what [`Line::poll_event`] tells, each until
/// there is nothing more. It reads no clock and owns no socket. At [`Line::deadline`] the server is overdue.
#[derive(Clone)]
pub struct Line {
    namespace: String,
    auth: String,
    memory: Memory,
    state: State,
    partial: Option<Partial>,
    next_ack: u64,
    awaited: Vec<u64>,
    transmits: VecDeque<String>,
    events: VecDeque<LineEvent>,
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match &self.state {
            State::Opening => "opening",
            State::Joining { .. } => "joining",
            State::Joined { .. } => "joined",
            State::Over => "over",
        };
        write!(f, "Line({}, {state})", self.namespace)
    }
}

impl Line {
    /// A line on which nothing came yet. `auth` is the text of a JSON object that goes with CONNECT, or empty; what is no object is left out.
    pub fn new(namespace: impl Into<String>, auth: impl Into<String>, recovery: Option<Recovery>) -> Self {
        Self {
            namespace: namespace.into(),
            auth: auth.into(),
            memory: Memory::from(recovery),
            state: State::Opening,
            partial: None,
            next_ack: 0,
            awaited: Vec::new(),
            transmits: VecDeque::new(),
            events: VecDeque::new(),
        }
    }

    /// A packet came by whatever transport.
    pub fn receive(&mut self, packet: &Carried, now: Now) {
        match packet {
            Carried::Text(text) => self.receive_text(text, now),
            Carried::Binary(bytes) => self.receive_binary(bytes, now),
        }
    }

    /// A text frame came: one Engine.IO packet.
    pub fn receive_text(&mut self, text: &str, now: Now) {
        if matches!(self.state, State::Over) {
            return;
        }
        if let Err(fault) = self.read(text, now) {
            self.end(LineEvent::Broken(fault));
        }
    }

    /// A binary frame came: an attachment.
    pub fn receive_binary(&mut self, bytes: &[u8], _now: Now) {
        if matches!(self.state, State::Over) {
            return;
        }
        let read = match self.partial.take() {
            Some(partial) => self.progress(partial.with(bytes)),
            None => Err(Fault::Malformed(Malformed::OutOfStep)),
        };
        if let Err(fault) = read {
            self.end(LineEvent::Broken(fault));
        }
    }

    /// The next text frame to send. Pongs must not wait.
    pub fn poll_transmit(&mut self) -> Option<String> {
        self.transmits.pop_front()
    }

    /// What became of the line, in order.
    pub fn poll_event(&mut self) -> Option<LineEvent> {
        self.events.pop_front()
    }

    /// When the line is dead unless a ping comes before; none while it is not open.
    pub fn deadline(&self) -> Option<Instant> {
        self.heartbeat().map(Heartbeat::deadline)
    }

    /// Whether the server has been silent for so long, by either clock, that the line is dead.
    pub fn is_expired(&self, now: Now) -> bool {
        self.heartbeat().is_some_and(|heartbeat| heartbeat.is_expired(now))
    }

    /// Whether the namespace is joined.
    pub fn is_connected(&self) -> bool {
        matches!(self.state, State::Joined { .. })
    }

    /// The text frame of an event. `args` are JSON values separated by commas, perhaps none.
    ///
    /// # Errors
    /// When it must not be sent now.
    pub fn emit(&self, name: &str, args: &str, now: Now) -> Result<String, Unsent> {
        self.event_frame(None, name, args, now)
    }

    /// The text frame of an event that is to be answered, and the id that [`LineEvent::Acknowledged`] will have.
    ///
    /// # Errors
    /// When it must not be sent now.
    pub fn emit_with_ack(&mut self, name: &str, args: &str, now: Now) -> Result<(u64, String), Unsent> {
        let id = self.next_ack;
        let frame = self.event_frame(Some(id), name, args, now)?;
        self.next_ack += 1;
        self.awaited.push(id);
        Ok((id, frame))
    }

    /// Which events of [`Line::emit_with_ack`] have no answer, in order. When the line has ended, none will come.
    pub fn awaited(&self) -> &[u64] {
        &self.awaited
    }

    /// Gives up on an answer; should it come after all, it is ignored.
    pub fn forget(&mut self, id: u64) {
        self.awaited.retain(|awaited| *awaited != id);
    }

    /// Answers an event that [wants it](Event::wants_ack). `args` are as in [`Line::emit`].
    pub fn acknowledge(&mut self, id: u64, args: &str) {
        if self.is_connected() {
            let mut frame = String::from("43");
            write_namespace(&mut frame, &self.namespace);
            for part in [&id.to_string(), "[", args, "]"] {
                frame.push_str(part);
            }
            self.transmits.push_back(frame);
        }
    }

    /// Leaves the namespace of one's own accord; nothing more is told.
    pub fn leave(&mut self) {
        if self.is_connected() {
            let mut frame = String::from("41");
            write_namespace(&mut frame, &self.namespace);
            self.transmits.push_back(frame);
        }
        self.state = State::Over;
        self.memory = Memory::default();
    }

    /// What lets the next line go on where this one breaks, if the server can do that and enough is known.
    pub fn recovery(&self) -> Option<Recovery> {
        self.memory.recovery()
    }

    fn heartbeat(&self) -> Option<&Heartbeat> {
        match &self.state {
            State::Joining { heartbeat, .. } | State::Joined { heartbeat } => Some(heartbeat),
            State::Opening | State::Over => None,
        }
    }

    fn event_frame(&self, id: Option<u64>, name: &str, args: &str, now: Now) -> Result<String, Unsent> {
        let State::Joined { heartbeat } = &self.state else {
            return Err(Unsent::NotConnected);
        };
        if heartbeat.is_expired(now) {
            return Err(Unsent::Expired);
        }
        if packet::is_reserved(name) {
            return Err(Unsent::ReservedName);
        }
        let mut frame = String::with_capacity(24 + self.namespace.len() + name.len() + args.len());
        frame.push('4');
        packet::write_event(&mut frame, &self.namespace, id, name, args);
        Ok(frame)
    }

    fn read(&mut self, text: &str, now: Now) -> Result<(), Fault> {
        let packet = EnginePacket::decode(text).map_err(Fault::Malformed)?;
        match (packet, &mut self.state) {
            (EnginePacket::Open(handshake), State::Opening) => self.open(handshake, now),
            (EnginePacket::Close, _) => return Err(Fault::Closed),
            (EnginePacket::Open(_), _) | (_, State::Opening) => return Err(Fault::Malformed(Malformed::Handshake)),
            (EnginePacket::Ping(_), State::Joining { heartbeat, .. } | State::Joined { heartbeat }) => {
                heartbeat.pinged(now);
                self.transmits.push_back(EnginePacket::Pong("").encode());
            }
            (EnginePacket::Message(message), _) => {
                if self.partial.is_some() {
                    return Err(Fault::Malformed(Malformed::OutOfStep));
                }
                let packet = Packet::decode(message).map_err(Fault::Malformed)?;
                self.progress(Partial::begin(packet))?;
            }
            (EnginePacket::Ping(_) | EnginePacket::Pong(_) | EnginePacket::Upgrade | EnginePacket::Noop, _) => {}
        }
        Ok(())
    }

    fn open(&mut self, handshake: Handshake, now: Now) {
        let mut frame = String::from("40");
        write_namespace(&mut frame, &self.namespace);
        frame.push_str(&self.memory.payload(&self.auth));
        self.transmits.push_back(frame);
        self.state = State::Joining {
            heartbeat: Heartbeat::new(&handshake, now),
            held: Vec::new(),
        };
        self.events.push_back(LineEvent::Opened(handshake));
    }

    fn progress(&mut self, progress: Progress) -> Result<(), Fault> {
        match progress {
            Progress::Partial(partial) => {
                self.partial = Some(partial);
                Ok(())
            }
            Progress::Whole(packet, parts) => {
                attachments::check(&packet.body).map_err(Fault::Malformed)?;
                if packet.namespace == self.namespace {
                    self.understand(packet.body, parts)
                } else {
                    Ok(())
                }
            }
        }
    }

    fn understand(&mut self, body: Body, parts: Vec<Vec<u8>>) -> Result<(), Fault> {
        match body {
            Body::Connect(payload) => self.joined(payload.as_ref().and_then(Value::as_object)),
            Body::Disconnect => {
                self.memory = Memory::default();
                self.end(LineEvent::Disconnected);
                Ok(())
            }
            Body::ConnectError(payload) => {
                self.memory = Memory::default();
                self.end(refused(payload));
                Ok(())
            }
            Body::Event { id, items, .. } => self.event(id, items, parts),
            Body::Ack { id, args, .. } => {
                if self.awaited.contains(&id) {
                    self.forget(id);
                    self.events.push_back(LineEvent::Acknowledged {
                        id,
                        args,
                        attachments: parts,
                    });
                }
                Ok(())
            }
        }
    }

    fn joined(&mut self, payload: Option<&Object>) -> Result<(), Fault> {
        let State::Joining { heartbeat, held } = &mut self.state else {
            return Ok(());
        };
        let (heartbeat, held) = (*heartbeat, std::mem::take(held));
        let text = |name| payload.and_then(|payload| payload.get(name)).and_then(Value::as_str);
        let sid = text("sid").ok_or(Fault::Malformed(Malformed::Payload))?.to_owned();
        let recovered = self.memory.joined(text("pid"));
        self.state = State::Joined { heartbeat };
        self.events.push_back(LineEvent::Connected { sid, recovered });
        for event in held {
            self.deliver(event);
        }
        Ok(())
    }

    fn event(&mut self, id: Option<u64>, items: Vec<Value>, parts: Vec<Vec<u8>>) -> Result<(), Fault> {
        let mut items = items.into_iter();
        let name = items.next().as_ref().and_then(packet::event_name).map(str::to_owned);
        let event = Event {
            name: name.ok_or(Fault::Malformed(Malformed::EventName))?,
            args: items.collect(),
            wants_ack: id,
            attachments: parts,
        };
        match &mut self.state {
            State::Joining { held, .. } if held.len() == MOST_HELD => return Err(Fault::Flooded),
            State::Joining { held, .. } => held.push(event),
            State::Joined { .. } => self.deliver(event),
            State::Opening | State::Over => {}
        }
        Ok(())
    }

    fn deliver(&mut self, event: Event) {
        if event.wants_ack.is_none() {
            self.memory.passed(&event.args);
        }
        self.events.push_back(LineEvent::Event(event));
    }

    fn end(&mut self, how: LineEvent) {
        self.state = State::Over;
        self.partial = None;
        self.transmits.clear();
        self.events.push_back(how);
    }
}

/// An object with a message, or, from some servers, the message alone.
fn refused(payload: Value) -> LineEvent {
    let (message, data) = match payload {
        Value::String(message) => (Some(message), None),
        Value::Object(payload) => (
            payload.get("message").and_then(Value::as_str).map(str::to_owned),
            payload.get("data").cloned(),
        ),
        _ => (None, None),
    };
    LineEvent::Refused {
        message: message.unwrap_or_default(),
        data,
    }
}
