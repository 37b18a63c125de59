//! Socket.IO 5 packets: `<type>[<attachments>-][<namespace>,][<ack id>][JSON]`, which an Engine.IO message carries.

use std::fmt;

use super::Malformed;
use crate::json::{Number, Value, parse, write_array, write_quoted};

/// The namespace that is not written.
pub const MAIN: &str = "/";

/// A packet may announce this many attachments; what the reference parser takes, too.
pub const MOST_ATTACHMENTS: usize = 10;

/// Names that mean something to the libraries themselves, so no event on the wire may have one.
const RESERVED: [&str; 6] = [
    "connect",
    "connect_error",
    "disconnect",
    "disconnecting",
    "newListener",
    "removeListener",
];

/// A packet without its attachments, which follow it as binary messages.
#[derive(Clone, PartialEq, Eq)]
pub struct Packet {
    /// Where it belongs; `/` is the main one.
    pub namespace: String,
    /// What it says.
    pub body: Body,
}

/// What a packet says.
#[derive(Clone, PartialEq, Eq)]
pub enum Body {
    /// `0`: asks to join a namespace, or says that it was joined. An object, if there is any payload.
    Connect(Option<Value>),
    /// `1`: the namespace is left.
    Disconnect,
    /// `2`, and `5` with attachments.
    Event {
        /// The id of the acknowledgement that is asked for.
        id: Option<u64>,
        /// The name, a text or a number, and the arguments.
        items: Vec<Value>,
        /// How many binary messages follow.
        attachments: usize,
    },
    /// `3`, and `6` with attachments.
    Ack {
        /// Which event it answers.
        id: u64,
        /// The arguments.
        args: Vec<Value>,
        /// How many binary messages follow.
        attachments: usize,
    },
    /// `4`: the namespace cannot be joined; an object, or a text of some servers.
    ConnectError(Value),
}

impl Body {
    /// How many binary messages follow.
    pub const fn attachments(&self) -> usize {
        match self {
            Self::Event { attachments, .. } | Self::Ack { attachments, .. } => *attachments,
            Self::Connect(_) | Self::Disconnect | Self::ConnectError(_) => 0,
        }
    }

    const fn digit(&self) -> char {
        match self {
            Self::Connect(_) => '0',
            Self::Disconnect => '1',
            Self::Event { attachments: 0, .. } => '2',
            Self::Ack { attachments: 0, .. } => '3',
            Self::ConnectError(_) => '4',
            Self::Event { .. } => '5',
            Self::Ack { .. } => '6',
        }
    }
}

/// Shows what kind of packet it is and where it belongs; its payload may hold a token.
impl fmt::Debug for Packet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Packet({} of {})", self.body.digit(), self.namespace)
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({})", self.digit())
    }
}

impl Packet {
    /// Reads one packet: the text of an Engine.IO message.
    ///
    /// # Errors
    /// The first rule that it breaks. The connection must then be closed.
    pub fn decode(text: &str) -> Result<Self, Malformed> {
        let mut head = Head { rest: text };
        let kind = head.kind()?;
        let attachments = if matches!(kind, '5' | '6') {
            head.attachments()?
        } else {
            0
        };
        let namespace = head.namespace();
        let id = head.id()?;
        let payload = match head.rest {
            "" => None,
            json => Some(parse(json).map_err(|_| Malformed::Json)?),
        };
        Ok(Self {
            namespace: namespace.to_owned(),
            body: body(kind, id, payload, attachments)?,
        })
    }

    /// Writes it. `Packet::decode(&packet.encode())` gives the same packet if its payload is one that its type may have.
    pub fn encode(&self) -> String {
        let mut out = String::from(self.body.digit());
        if self.body.attachments() > 0 {
            out.push_str(&self.body.attachments().to_string());
            out.push('-');
        }
        write_namespace(&mut out, &self.namespace);
        match &self.body {
            Body::Connect(None) | Body::Disconnect => {}
            Body::Connect(Some(payload)) | Body::ConnectError(payload) => payload.write(&mut out),
            Body::Event { id, items, .. } => {
                if let Some(id) = id {
                    out.push_str(&id.to_string());
                }
                write_array(&mut out, items);
            }
            Body::Ack { id, args, .. } => {
                out.push_str(&id.to_string());
                write_array(&mut out, args);
            }
        }
        out
    }
}

/// Writes a namespace with its comma, unless it is the main one.
pub(super) fn write_namespace(out: &mut String, namespace: &str) {
    if namespace != MAIN {
        out.push_str(namespace);
        out.push(',');
    }
}

/// Writes an event of which the arguments are JSON already, separated by commas.
pub(super) fn write_event(out: &mut String, namespace: &str, id: Option<u64>, name: &str, args: &str) {
    out.push('2');
    write_namespace(out, namespace);
    if let Some(id) = id {
        out.push_str(&id.to_string());
    }
    out.push('[');
    write_quoted(out, name);
    if !args.is_empty() {
        out.push(',');
        out.push_str(args);
    }
    out.push(']');
}

/// Whether an event on the wire may not have this name.
pub(super) fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name)
}

/// The name of an event: a number counts as its digits.
pub(super) fn event_name(name: &Value) -> Option<&str> {
    match name {
        Value::String(name) if !is_reserved(name) => Some(name),
        Value::Number(number) => Some(Number::as_str(number)),
        _ => None,
    }
}

/// What has not been read yet.
struct Head<'text> {
    rest: &'text str,
}

impl<'text> Head<'text> {
    fn kind(&mut self) -> Result<char, Malformed> {
        let kind = self.rest.chars().next().filter(|kind| ('0'..='6').contains(kind));
        self.rest = self.rest.get(1..).unwrap_or_default();
        kind.ok_or(Malformed::Type)
    }

    fn digits(&mut self) -> &'text str {
        let end = self.rest.find(|symbol: char| !symbol.is_ascii_digit());
        let (digits, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        digits
    }

    fn attachments(&mut self) -> Result<usize, Malformed> {
        let digits = self.digits();
        self.rest = self.rest.strip_prefix('-').ok_or(Malformed::Attachments)?;
        let count = digits.parse().ok();
        count
            .filter(|count| *count <= MOST_ATTACHMENTS)
            .ok_or(Malformed::Attachments)
    }

    /// Up to the comma or the end of the text: the comma may be missing when nothing follows.
    fn namespace(&mut self) -> &'text str {
        if !self.rest.starts_with('/') {
            return MAIN;
        }
        let (namespace, rest) = self.rest.split_once(',').unwrap_or((self.rest, ""));
        self.rest = rest;
        namespace
    }

    fn id(&mut self) -> Result<Option<u64>, Malformed> {
        match self.digits() {
            "" => Ok(None),
            digits => digits.parse().map(Some).map_err(|_| Malformed::AckId),
        }
    }
}

fn body(kind: char, id: Option<u64>, payload: Option<Value>, attachments: usize) -> Result<Body, Malformed> {
    Ok(match (kind, payload) {
        ('0', payload @ (None | Some(Value::Object(_)))) => Body::Connect(payload),
        ('1', None) => Body::Disconnect,
        ('2' | '5', Some(Value::Array(items))) => {
            items.first().and_then(event_name).ok_or(Malformed::EventName)?;
            Body::Event { id, items, attachments }
        }
        ('3' | '6', Some(Value::Array(args))) => Body::Ack {
            id: id.ok_or(Malformed::AckId)?,
            args,
            attachments,
        },
        ('4', Some(payload @ (Value::String(_) | Value::Object(_)))) => Body::ConnectError(payload),
        _ => return Err(Malformed::Payload),
    })
}
