//! What a server or the way to it has against a long-polling session.

use std::fmt;
use std::time::Duration;

use super::Malformed;
use crate::http::{HttpFailure, HttpResponse};
use crate::json::{Value, parse};
use crate::time::Now;

/// Why an Engine.IO server refuses a call, by the code it gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Refusal {
    /// 0: it does not know this transport.
    TransportUnknown,
    /// 1: it does not know the session, no more or not on this machine.
    SessionUnknown,
    /// 2: a session is opened by `GET` only.
    BadHandshakeMethod,
    /// 3: anything else it does not understand, and a second call of one kind.
    BadRequest,
    /// 4: it does not want this client.
    Forbidden,
    /// 5: it speaks another version.
    UnsupportedVersion,
}

impl Refusal {
    /// The meaning of a code.
    pub const fn from_code(code: u64) -> Option<Self> {
        Some(match code {
            0 => Self::TransportUnknown,
            1 => Self::SessionUnknown,
            2 => Self::BadHandshakeMethod,
            3 => Self::BadRequest,
            4 => Self::Forbidden,
            5 => Self::UnsupportedVersion,
            _ => return None,
        })
    }
}

/// Why a long-polling session is of no use any more.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PollingFault {
    /// An answer that is no success.
    Refused {
        /// Its status. 400 is a session that is gone, whatever the code.
        status: u16,
        /// What an Engine.IO server means by it; none when somebody else answered.
        refusal: Option<Refusal>,
        /// The server's words.
        message: String,
        /// How long it asks to wait.
        wait: Option<Duration>,
    },
    /// A success that no Engine.IO server gives.
    Malformed(Malformed),
    /// What was sent was not taken: the answer is not `ok`.
    NotTaken,
    /// No answer came.
    Failed(HttpFailure),
}

impl fmt::Display for PollingFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { status, message, .. } if message.is_empty() => write!(f, "refused with {status}"),
            Self::Refused { status, message, .. } => write!(f, "refused with {status}: {message}"),
            Self::Malformed(malformed) => malformed.fmt(f),
            Self::NotTaken => f.write_str("the server did not take what was sent"),
            Self::Failed(failure) => failure.fmt(f),
        }
    }
}

/// The body of an answer, if it is a success.
pub(super) fn success(result: Result<HttpResponse, HttpFailure>, now: Now) -> Result<String, PollingFault> {
    let response = result.map_err(PollingFault::Failed)?;
    if response.is_success() {
        return Ok(response.body);
    }
    let body = parse(&response.body).ok();
    let member = |name| body.as_ref().and_then(Value::as_object).and_then(|body| body.get(name));
    Err(PollingFault::Refused {
        status: response.status,
        refusal: member("code").and_then(Value::as_u64).and_then(Refusal::from_code),
        message: member("message").and_then(Value::as_str).unwrap_or_default().to_owned(),
        wait: response.wait(now.wall),
    })
}
