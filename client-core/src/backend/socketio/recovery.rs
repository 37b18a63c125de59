//! What a next connection needs to go on where this one broke.

use crate::json::{Value, write_quoted};
use crate::secret::Secret;

/// Lets a new line take over the state of one that broke, if the server keeps it: rooms, and events that were missed.
///
/// It must not be offered with the token of somebody else: the server would restore the former visitor's rooms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovery {
    /// The private id of the session.
    pub pid: Secret,
    /// The position behind the last event that came.
    pub offset: String,
}

/// What is known of the session so far.
#[derive(Clone, Default)]
pub(super) struct Memory {
    pid: Option<Secret>,
    offset: Option<String>,
}

impl From<Option<Recovery>> for Memory {
    fn from(offered: Option<Recovery>) -> Self {
        let (pid, offset) = offered.map(|offered| (offered.pid, offered.offset)).unzip();
        Self { pid, offset }
    }
}

impl Memory {
    /// The namespace was joined; whether that restored the state that was offered.
    pub(super) fn joined(&mut self, pid: Option<&str>) -> bool {
        let known = self.pid.as_ref().map(Secret::expose);
        if pid.is_some() && pid == known {
            return true;
        }
        *self = Self {
            pid: pid.map(Secret::new),
            offset: None,
        };
        false
    }

    /// An event came that asks for no acknowledgement: a text as its last argument is a position.
    pub(super) fn passed(&mut self, args: &[Value]) {
        if let (Some(_), Some(Value::String(offset))) = (&self.pid, args.last()) {
            self.offset = Some(offset.clone());
        }
    }

    /// What to offer to the next line. Without a position the server restores nothing.
    pub(super) fn recovery(&self) -> Option<Recovery> {
        Some(Recovery {
            pid: self.pid.clone()?,
            offset: self.offset.clone()?,
        })
    }

    /// The payload of CONNECT: what is remembered, before the members of `auth`, an object or nothing.
    pub(super) fn payload(&self, auth: &str) -> String {
        let members = members(auth);
        let Some(Recovery { pid, offset }) = self.recovery() else {
            return members.map_or_else(String::new, |members| ["{", members, "}"].concat());
        };
        let mut out = String::from(r#"{"pid":"#);
        write_quoted(&mut out, pid.expose());
        out.push_str(r#","offset":"#);
        write_quoted(&mut out, &offset);
        if let Some(members) = members.filter(|members| !members.is_empty()) {
            out.push(',');
            out.push_str(members);
        }
        out.push('}');
        out
    }
}

/// The inside of an object's text.
fn members(object: &str) -> Option<&str> {
    let inside = object.trim().strip_prefix('{')?.strip_suffix('}')?;
    Some(inside.trim())
}
