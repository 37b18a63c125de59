//! Binary messages that belong to a packet: counted in, and checked against the places that refer to them.

use super::Malformed;
use super::packet::{Body, Packet};
use crate::json::Value;

/// A packet that still waits for attachments.
#[derive(Clone)]
pub(super) struct Partial {
    packet: Packet,
    parts: Vec<Vec<u8>>,
}

/// What one more attachment makes of a packet.
pub(super) enum Progress {
    /// More are due.
    Partial(Partial),
    /// All are there.
    Whole(Packet, Vec<Vec<u8>>),
}

impl Partial {
    /// A packet that was just read.
    pub(super) fn begin(packet: Packet) -> Progress {
        Self {
            packet,
            parts: Vec::new(),
        }
        .progress()
    }

    /// One more attachment.
    pub(super) fn with(mut self, part: &[u8]) -> Progress {
        self.parts.push(part.to_vec());
        self.progress()
    }

    fn progress(self) -> Progress {
        if self.parts.len() < self.packet.body.attachments() {
            Progress::Partial(self)
        } else {
            Progress::Whole(self.packet, self.parts)
        }
    }
}

/// Checks that every place that refers to an attachment refers to one that came.
pub(super) fn check(body: &Body) -> Result<(), Malformed> {
    let (items, count) = match body {
        Body::Event { items, attachments, .. } => (items, *attachments),
        Body::Ack { args, attachments, .. } => (args, *attachments),
        Body::Connect(_) | Body::Disconnect | Body::ConnectError(_) => return Ok(()),
    };
    let resolved = count == 0 || items.iter().all(|item| is_resolved(item, count));
    resolved.then_some(()).ok_or(Malformed::Placeholder)
}

fn is_resolved(value: &Value, count: usize) -> bool {
    match value {
        Value::Array(items) => items.iter().all(|item| is_resolved(item, count)),
        Value::Object(members) if is_placeholder(value) => {
            let index = members.get("num").and_then(Value::as_u64);
            index.is_some_and(|index| usize::try_from(index).is_ok_and(|index| index < count))
        }
        Value::Object(members) => members.iter().all(|(_, member)| is_resolved(member, count)),
        _ => true,
    }
}

fn is_placeholder(value: &Value) -> bool {
    let flag = value.as_object().and_then(|members| members.get("_placeholder"));
    flag.and_then(Value::as_bool) == Some(true)
}

/// The attachment that a value refers to, as in `{"_placeholder":true,"num":0}`.
pub fn attachment<'parts>(value: &Value, attachments: &'parts [Vec<u8>]) -> Option<&'parts [u8]> {
    if !is_placeholder(value) {
        return None;
    }
    let index = value.as_object()?.get("num")?.as_u64()?;
    attachments.get(usize::try_from(index).ok()?).map(Vec::as_slice)
}
