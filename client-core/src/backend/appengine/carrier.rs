//! What carries a line's packets: a socket, or calls where no socket gets through.

use crate::backend::socketio::{Carried, Endpoint, Exchange, Polling, PollingFault, PollingOutput, Transport};
use crate::backend::step::{Dial, LineEnd, Step};
use crate::http::{HttpFailure, HttpResponse};
use crate::time::Now;

use super::AppEngine;
use super::calls::Chore;

#[derive(Clone, Debug)]
pub(super) enum Carrier {
    Socket,
    Calls(Box<Polling>),
}

/// Whether the transport has proved to get through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opened {
    NotYet,
    Yes,
}

impl Carrier {
    pub(super) fn new(transport: Transport, endpoint: &Endpoint, now: Now) -> (Self, Dial) {
        match transport {
            Transport::WebSocket => (Self::Socket, Dial::Socket(endpoint.websocket())),
            Transport::Polling => (Self::Calls(Box::new(Polling::new(endpoint, now))), Dial::Calls),
        }
    }

    const fn transport(&self) -> Transport {
        match self {
            Self::Socket => Transport::WebSocket,
            Self::Calls(_) => Transport::Polling,
        }
    }
}

impl AppEngine {
    /// Whether the line is a socket's.
    pub(crate) fn has_socket(&self) -> bool {
        let link = self.link.as_ref();
        link.is_none_or(|link| matches!(link.carrier, Carrier::Socket))
    }

    /// Takes a frame that goes by call; gives back one that a socket is to send.
    pub(crate) fn carry(&mut self, frame: String, now: Now) -> Option<String> {
        self.now = now;
        match self.link.as_mut().map(|link| &mut link.carrier) {
            Some(Carrier::Calls(polling)) => {
                // What is said in one go travels together: the call is made when nothing more is to be done.
                polling.send(Carried::Text(frame));
                None
            }
            Some(Carrier::Socket) | None => Some(frame),
        }
    }

    /// The transport's handshake came.
    pub(super) fn line_opened(&mut self) {
        if let Some(link) = &mut self.link {
            link.opened = Opened::Yes;
            self.transport.opened(link.carrier.transport());
        }
    }

    /// The attempt has failed. If the transport had not opened, it may be the transport's fault.
    pub(crate) fn line_failed(&mut self) {
        if let Some(link) = self.link.as_ref().filter(|link| link.opened == Opened::NotYet) {
            self.transport.failed(link.carrier.transport());
        }
    }

    /// Makes the calls that the line needs, and reads what they brought.
    pub(super) fn follow_polling(&mut self) {
        loop {
            let Some(link) = self.link.as_mut().filter(|link| !link.is_over()) else {
                return;
            };
            let Carrier::Calls(polling) = &mut link.carrier else {
                return;
            };
            match polling.poll_output() {
                Some(PollingOutput::Call(exchange, call)) => {
                    let id = self.note_chore(Chore::Carry(exchange), None);
                    self.steps.push_back(Step::Call(id, call));
                }
                Some(PollingOutput::Packet(packet)) => {
                    self.steps.push_back(Step::Heard);
                    link.line.receive(&packet, self.now);
                    self.follow_line();
                }
                Some(PollingOutput::Failed(fault)) => {
                    let how = self.end_of_calls(fault);
                    return self.end(how);
                }
                None => return,
            }
        }
    }

    /// A server that names a time is left alone for so long. One that does not offer long-polling is there all the same: a WebSocket is
    /// tried at once. After everything else another attempt is made.
    fn end_of_calls(&self, fault: PollingFault) -> LineEnd {
        let unopened = self.link.as_ref().is_some_and(|link| link.opened == Opened::NotYet);
        match fault {
            PollingFault::Refused { wait: Some(wait), .. } => LineEnd::Later(wait),
            PollingFault::Refused { status: 400..=405, .. } if unopened && self.transport.alternates() => {
                LineEnd::Redial
            }
            fault => LineEnd::Broken(fault.to_string()),
        }
    }

    /// The line is over: so are its calls, and the server is told.
    pub(super) fn hang_up(&mut self, carrier: Carrier) {
        let Carrier::Calls(mut polling) = carrier else {
            return;
        };
        self.give_up_calls();
        if let Some(call) = polling.hang_up() {
            let id = self.note_chore(Chore::Farewell, None);
            self.steps.push_back(Step::Call(id, call));
        }
    }

    /// A call that carries packets has ended.
    pub(super) fn carried(&mut self, exchange: Exchange, result: Result<HttpResponse, HttpFailure>) {
        let now = self.now;
        if let Some(Carrier::Calls(polling)) = self.link.as_mut().map(|link| &mut link.carrier) {
            polling.finished(exchange, result, now);
            self.follow_polling();
        }
    }
}
