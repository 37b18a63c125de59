//! Engine.IO 4: the layer that opens a session, keeps it alive and carries messages.

use std::time::Duration;

use base64ct::{Base64, Encoding};

use super::Malformed;
use crate::json::{Object, Value, parse, write_quoted};
use crate::secret::Secret;
use crate::time::millis;

/// Stands between the packets of one long-polling payload.
pub const SEPARATOR: char = '\u{1e}';

/// What the reference server announces, for a server that leaves one out.
const PING_INTERVAL: Duration = Duration::from_millis(25_000);
/// See [`PING_INTERVAL`].
const PING_TIMEOUT: Duration = Duration::from_millis(20_000);
/// See [`PING_INTERVAL`].
const MAX_PAYLOAD: usize = 1_000_000;

/// What the server says when a session opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handshake {
    /// The session. Whoever knows it can take over a long-polling session.
    pub sid: Secret,
    /// Transports the session could change to; empty on a WebSocket.
    pub upgrades: Vec<String>,
    /// How often the server pings.
    pub ping_interval: Duration,
    /// How much later than that a ping may come.
    pub ping_timeout: Duration,
    /// The longest long-polling payload the server takes, in bytes.
    pub max_payload: usize,
}

impl Handshake {
    /// Reads the payload of an open packet. What is left out is taken from the reference server; only `sid` must be there.
    ///
    /// # Errors
    /// [`Malformed::Handshake`].
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let Ok(Value::Object(payload)) = parse(text) else {
            return Err(Malformed::Handshake);
        };
        let sid = payload.get("sid").and_then(Value::as_str);
        let sid = sid.filter(|sid| !sid.is_empty()).ok_or(Malformed::Handshake)?;
        let max_payload = payload.get("maxPayload").and_then(Value::as_u64);
        Ok(Self {
            sid: Secret::new(sid),
            upgrades: texts(payload.get("upgrades")),
            ping_interval: duration(&payload, "pingInterval").unwrap_or(PING_INTERVAL),
            ping_timeout: duration(&payload, "pingTimeout").unwrap_or(PING_TIMEOUT),
            max_payload: max_payload.map_or(MAX_PAYLOAD, |bytes| usize::try_from(bytes).unwrap_or(usize::MAX)),
        })
    }

    fn write(&self, out: &mut String) {
        out.push_str(r#"{"sid":"#);
        write_quoted(out, self.sid.expose());
        out.push_str(r#","upgrades":["#);
        for (index, upgrade) in self.upgrades.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            write_quoted(out, upgrade);
        }
        out.push_str(r#"],"pingInterval":"#);
        out.push_str(&millis(self.ping_interval).to_string());
        out.push_str(r#","pingTimeout":"#);
        out.push_str(&millis(self.ping_timeout).to_string());
        out.push_str(r#","maxPayload":"#);
        out.push_str(&self.max_payload.to_string());
        out.push('}');
    }
}

fn texts(list: Option<&Value>) -> Vec<String> {
    let items = list.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    items.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn duration(payload: &Object, name: &str) -> Option<Duration> {
    let millis = payload.get(name)?.as_u64()?;
    (millis > 0).then(|| Duration::from_millis(millis))
}

/// A packet that is text on the wire. A binary frame of a WebSocket is a binary message as it is and has no packet around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnginePacket<'text> {
    /// `0`: the session is open.
    Open(Handshake),
    /// `1`: the session ends.
    Close,
    /// `2`: a sign of life is asked for, or, with `probe`, whether this line works.
    Ping(&'text str),
    /// `3`: the answer, with the payload of the question.
    Pong(&'text str),
    /// `4`: a message, which is a Socket.IO packet.
    Message(&'text str),
    /// `5`: from now on this line is the session's.
    Upgrade,
    /// `6`: nothing; it ends a poll that waits.
    Noop,
}

impl<'text> EnginePacket<'text> {
    /// Reads one packet.
    ///
    /// # Errors
    /// [`Malformed::EngineType`], or [`Malformed::Handshake`] for an open packet.
    pub fn decode(text: &'text str) -> Result<Self, Malformed> {
        let mut symbols = text.chars();
        let kind = symbols.next();
        let rest = symbols.as_str();
        Ok(match kind {
            Some('0') => Self::Open(Handshake::parse(rest)?),
            Some('1') => Self::Close,
            Some('2') => Self::Ping(rest),
            Some('3') => Self::Pong(rest),
            Some('4') => Self::Message(rest),
            Some('5') => Self::Upgrade,
            Some('6') => Self::Noop,
            _ => return Err(Malformed::EngineType),
        })
    }

    /// Writes it.
    pub fn encode(&self) -> String {
        let (kind, rest) = match self {
            Self::Open(handshake) => {
                let mut out = String::from("0");
                handshake.write(&mut out);
                return out;
            }
            Self::Close => ("1", ""),
            Self::Ping(rest) => ("2", *rest),
            Self::Pong(rest) => ("3", *rest),
            Self::Message(rest) => ("4", *rest),
            Self::Upgrade => ("5", ""),
            Self::Noop => ("6", ""),
        };
        [kind, rest].concat()
    }
}

/// A packet as a transport carries it.
#[derive(Clone, PartialEq, Eq)]
pub enum Carried {
    /// An Engine.IO packet as text: a text frame of a WebSocket.
    Text(String),
    /// A binary message: a binary frame of a WebSocket.
    Binary(Vec<u8>),
}

impl std::fmt::Debug for Carried {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Self::Binary(bytes) => write!(f, "Binary({} bytes)", bytes.len()),
        }
    }
}

impl Carried {
    /// How it stands in a long-polling payload: text as it is, bytes as `b` and base64.
    pub fn into_payload(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Binary(bytes) => ["b", &Base64::encode_string(&bytes)].concat(),
        }
    }

    /// Reads one packet of a long-polling payload.
    ///
    /// # Errors
    /// [`Malformed::Base64`].
    pub fn from_payload(packet: &str) -> Result<Self, Malformed> {
        match packet.strip_prefix('b') {
            Some(base64) => Base64::decode_vec(base64)
                .map(Self::Binary)
                .map_err(|_| Malformed::Base64),
            None => Ok(Self::Text(packet.to_owned())),
        }
    }
}
