//! Long-polling: one `GET` that waits for packets, one `POST` that brings them.

use std::collections::VecDeque;

use super::engine::{Carried, EnginePacket, Handshake, SEPARATOR};
use super::refusal::{PollingFault, success};
use super::{Endpoint, Malformed};
use crate::config::Tuning;
use crate::http::{HttpFailure, HttpRequest, HttpResponse, MediaType, Method};
use crate::time::{Now, UnixMillis};
use crate::url::Url;

/// One of the two calls. There is never more than one of each: a server closes the session at a second one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Exchange {
    /// Waits for packets.
    Get,
    /// Brings packets.
    Post,
}

/// What a long-polling session asks for or tells.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
#[non_exhaustive]
pub enum PollingOutput {
    /// Make this call and give its result to [`Polling::finished`].
    Call(Exchange, HttpRequest),
    /// A packet came, for [`Line::receive`](super::Line::receive).
    Packet(Carried),
    /// It is over: calls that are still open are of no use.
    Failed(PollingFault),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Call {
    Idle,
    Open,
}

#[derive(Clone, Debug)]
enum Phase {
    /// The handshake is asked for.
    Opening(HttpRequest),
    /// Packets go both ways.
    Open(Session),
    /// What is left to send goes first: a server that reads it together with the close packet may not heed it.
    Closing(Session),
    /// The close packet is on its way.
    Parting,
    /// Nothing more happens.
    Over,
}

#[derive(Clone, Debug)]
struct Session {
    poll: HttpRequest,
    max_payload: usize,
}

/// Makes every address new, so that no cache on the way answers in the server's place.
#[derive(Clone, Debug)]
struct Stamp {
    begun: UnixMillis,
    calls: u64,
}

impl Stamp {
    fn put(&mut self, call: HttpRequest) -> HttpRequest {
        let stamp = [self.begun.to_string(), self.calls.to_string()].join("-");
        self.calls += 1;
        HttpRequest {
            url: call.url.with_query("t", &stamp),
            ..call
        }
    }
}

/// A long-polling session: packets in and out, HTTP calls as values.
///
/// Give it the packets to send and the results of its calls; carry out what [`Polling::poll_output`] has until there is nothing more.
/// Packets that are given before one drain travel together, as far as the server's limit allows.
#[derive(Clone, Debug)]
pub struct Polling {
    phase: Phase,
    get: Call,
    post: Call,
    stamp: Stamp,
    waiting: VecDeque<String>,
    outputs: VecDeque<PollingOutput>,
}

impl Polling {
    /// A session that asks for its handshake first.
    pub fn new(endpoint: &Endpoint, now: Now) -> Self {
        Self {
            phase: Phase::Opening(endpoint.handshake()),
            get: Call::Idle,
            post: Call::Idle,
            stamp: Stamp {
                begun: now.wall,
                calls: 0,
            },
            waiting: VecDeque::new(),
            outputs: VecDeque::new(),
        }
    }

    /// Sends a packet, as soon as the session is open and the call before has ended.
    pub fn send(&mut self, packet: Carried) {
        if matches!(self.phase, Phase::Opening(_) | Phase::Open(_)) {
            self.waiting.push_back(packet.into_payload());
        }
    }

    /// A call ended.
    pub fn finished(&mut self, exchange: Exchange, result: Result<HttpResponse, HttpFailure>, now: Now) {
        let call = match exchange {
            Exchange::Get => &mut self.get,
            Exchange::Post => &mut self.post,
        };
        if std::mem::replace(call, Call::Idle) == Call::Idle || matches!(self.phase, Phase::Over) {
            return;
        }
        let read = success(result, now).and_then(|body| match exchange {
            Exchange::Get => self.received(&body),
            Exchange::Post => self.delivered(&body),
        });
        if let Err(fault) = read {
            self.phase = Phase::Over;
            self.outputs.push_back(PollingOutput::Failed(fault));
        }
    }

    /// Ends the session once everything is sent; the server then answers the call that waits.
    pub fn close(&mut self) {
        self.phase = match std::mem::replace(&mut self.phase, Phase::Over) {
            Phase::Open(session) | Phase::Closing(session) => Phase::Closing(session),
            Phase::Parting => Phase::Parting,
            Phase::Opening(_) | Phase::Over => Phase::Over,
        };
    }

    /// Ends the session at once: the call that tells the server so, if there is a session. Calls that are open are of no use any more, nor
    /// is this one's answer.
    pub fn hang_up(&mut self) -> Option<HttpRequest> {
        match std::mem::replace(&mut self.phase, Phase::Over) {
            Phase::Open(session) | Phase::Closing(session) => {
                Some(self.stamp.put(post(session.poll, EnginePacket::Close.encode())))
            }
            Phase::Opening(_) | Phase::Parting | Phase::Over => None,
        }
    }

    /// Whether nothing more happens: closed by either side, or failed.
    pub fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Over)
    }

    /// What is to be carried out, in order.
    pub fn poll_output(&mut self) -> Option<PollingOutput> {
        if let Some(output) = self.outputs.pop_front() {
            return Some(output);
        }
        self.next_get()
            .map(|call| PollingOutput::Call(Exchange::Get, call))
            .or_else(|| self.next_post().map(|call| PollingOutput::Call(Exchange::Post, call)))
    }

    fn next_get(&mut self) -> Option<HttpRequest> {
        if self.get == Call::Open {
            return None;
        }
        let call = match &self.phase {
            Phase::Opening(handshake) => handshake.clone(),
            Phase::Open(session) => session.poll.clone(),
            Phase::Closing(_) | Phase::Parting | Phase::Over => return None,
        };
        self.get = Call::Open;
        Some(self.stamp.put(call))
    }

    fn next_post(&mut self) -> Option<HttpRequest> {
        let (Phase::Open(session) | Phase::Closing(session), Call::Idle) = (&self.phase, self.post) else {
            return None;
        };
        let batch = batch(&mut self.waiting, session.max_payload);
        let is_last = batch.is_none() && matches!(self.phase, Phase::Closing(_));
        let body = batch.or_else(|| is_last.then(|| EnginePacket::Close.encode()))?;
        let poll = session.poll.clone();
        if is_last {
            self.phase = Phase::Parting;
        }
        self.post = Call::Open;
        Some(self.stamp.put(post(poll, body)))
    }

    fn received(&mut self, body: &str) -> Result<(), PollingFault> {
        for packet in body.split(SEPARATOR) {
            let packet = Carried::from_payload(packet).map_err(PollingFault::Malformed)?;
            if let Phase::Opening(handshake) = &self.phase {
                self.phase = Phase::Open(session(handshake, &packet)?);
            } else if packet == Carried::Text(EnginePacket::Close.encode()) {
                self.phase = Phase::Over;
            }
            self.outputs.push_back(PollingOutput::Packet(packet));
        }
        Ok(())
    }

    fn delivered(&mut self, body: &str) -> Result<(), PollingFault> {
        if body.trim() != "ok" {
            return Err(PollingFault::NotTaken);
        }
        if matches!(self.phase, Phase::Parting) {
            self.phase = Phase::Over;
        }
        Ok(())
    }
}

/// A `POST` where a session polls.
fn post(poll: HttpRequest, body: String) -> HttpRequest {
    HttpRequest {
        method: Method::Post,
        body: Some(body),
        media_type: MediaType::Text,
        timeout: Tuning::default().request_timeout,
        ..poll
    }
}

/// A `GET` as a session makes it.
pub(super) fn get(url: Url) -> HttpRequest {
    HttpRequest {
        method: Method::Get,
        url,
        bearer: None,
        origin: None,
        headers: Vec::new(),
        body: None,
        media_type: MediaType::Text,
        timeout: Tuning::default().request_timeout,
    }
}

/// What the first packet of the first answer opens. A poll waits for as long as the server may be silent.
fn session(handshake: &HttpRequest, first: &Carried) -> Result<Session, PollingFault> {
    let Carried::Text(text) = first else {
        return Err(PollingFault::Malformed(Malformed::Handshake));
    };
    let Ok(EnginePacket::Open(Handshake {
        sid,
        max_payload,
        ping_interval,
        ping_timeout,
        ..
    })) = EnginePacket::decode(text)
    else {
        return Err(PollingFault::Malformed(Malformed::Handshake));
    };
    Ok(Session {
        poll: HttpRequest {
            url: handshake.url.clone().with_query("sid", sid.expose()),
            timeout: ping_interval.saturating_add(ping_timeout),
            ..handshake.clone()
        },
        max_payload,
    })
}

/// As many packets as fit into one body; one that is too large by itself goes alone, for the server to judge.
fn batch(waiting: &mut VecDeque<String>, max_payload: usize) -> Option<String> {
    let mut body = waiting.pop_front()?;
    while let Some(packet) = waiting.front() {
        if body.len() + SEPARATOR.len_utf8() + packet.len() > max_payload {
            break;
        }
        body.push(SEPARATOR);
        body.push_str(packet);
        waiting.pop_front();
    }
    Some(body)
}
