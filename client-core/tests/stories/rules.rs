//! What holds in every story, whatever happens: checked on each input and output that crosses the boundary.

use std::collections::BTreeSet;

use visavis_client_core::event::ConnectionStatus;
use visavis_client_core::ids::{Generation, RequestId, WriteId};
use visavis_client_core::io::Provision;
use visavis_client_core::{Client, ConnectionState, Event, Input, Output};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    Opening(Generation),
    Open(Generation),
}

impl Line {
    fn generation(self) -> Generation {
        match self {
            Self::Opening(generation) | Self::Open(generation) => generation,
        }
    }
}

/// Watches the boundary and panics when a rule is broken.
#[derive(Debug)]
pub(crate) struct Rules {
    line: Option<Line>,
    /// The socket whose end the present input tells. Deadlines come before the input, so it may still be spoken to.
    ending: Option<Generation>,
    newest: Generation,
    writing: Option<WriteId>,
    token_calls: BTreeSet<RequestId>,
    shown: ConnectionState,
    part: Part,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Leads,
    Follows,
}

impl Rules {
    pub(crate) fn new() -> Self {
        Self {
            line: None,
            ending: None,
            newest: Generation(0),
            writing: None,
            token_calls: BTreeSet::new(),
            shown: ConnectionState::Idle,
            part: Part::Leads,
        }
    }

    /// The socket that the driver has, open or opening.
    pub(crate) fn socket(&self) -> Option<Generation> {
        self.line.map(Line::generation)
    }

    pub(crate) fn write_in_flight(&self) -> Option<WriteId> {
        self.writing
    }

    pub(crate) fn input(&mut self, input: &Input) {
        self.ending = None;
        match input {
            Input::SocketOpened { generation } | Input::SocketFrame { generation, .. }
                if self.socket() == Some(*generation) =>
            {
                self.line = Some(Line::Open(*generation));
            }
            Input::SocketClosed { generation, .. } if self.socket() == Some(*generation) => {
                self.line = None;
                self.ending = Some(*generation);
            }
            Input::LeadLost if self.part == Part::Leads => {
                (self.part, self.writing) = (Part::Follows, None);
            }
            Input::LeadGained => self.part = Part::Leads,
            Input::Overheard(event) if self.part == Part::Follows => {
                if let Event::Connection(status) = event.as_ref() {
                    self.shown = status.state;
                }
            }
            Input::Stored { write, .. } if self.writing == Some(*write) => self.writing = None,
            Input::HttpFinished { request, .. } | Input::Provided { request, .. } => {
                self.token_calls.remove(request);
            }
            _ => {}
        }
    }

    pub(crate) fn output(&mut self, output: &Output) {
        let own = matches!(
            output,
            Output::OpenSocket { .. } | Output::Transmit { .. } | Output::Store { .. } | Output::Provide { .. }
        );
        assert!(
            self.part == Part::Leads || !own,
            "a follower does nothing by itself: {output:?}"
        );
        let handed = matches!(output, Output::HandOver { .. } | Output::TakeLead);
        assert!(
            self.part == Part::Follows || !handed,
            "who leads has nobody to ask: {output:?}"
        );
        match output {
            Output::OpenSocket { generation, .. } => {
                assert_eq!(self.line, None, "a second socket was opened beside the first");
                assert!(*generation > self.newest, "a generation came again: {generation:?}");
                self.newest = *generation;
                self.line = Some(Line::Opening(*generation));
            }
            Output::CloseSocket { generation, code } => {
                assert_eq!(
                    self.socket().or(self.ending),
                    Some(*generation),
                    "closed a socket that is not there"
                );
                assert!(
                    *code == 1000 || (3000..5000).contains(code),
                    "no browser may send {code}"
                );
                self.line = None;
            }
            Output::Transmit { generation, .. } => {
                let open = self.line == Some(Line::Open(*generation)) || self.ending == Some(*generation);
                assert!(open, "sent on {generation:?}, which is not open: {:?}", self.line);
            }
            Output::Store { write, .. } => {
                assert_eq!(self.writing, None, "a second write beside the first");
                self.writing = Some(*write);
            }
            Output::Http { request, call } if asks_for_a_token(call.url.expose()) => self.begin_token_call(*request),
            Output::Provide {
                request,
                what: Provision::VisitorToken,
            } => self.begin_token_call(*request),
            Output::CancelHttp { request } => {
                self.token_calls.remove(request);
            }
            Output::Event(Event::Connection(status)) => self.show(status),
            _ => {}
        }
    }

    fn begin_token_call(&mut self, request: RequestId) {
        self.token_calls.insert(request);
        assert_eq!(self.token_calls.len(), 1, "a second call for a token beside the first");
    }

    fn show(&mut self, status: &ConnectionStatus) {
        let (from, to) = (self.shown, status.state);
        assert!(is_legal(from, to), "{} must not follow {}", to.as_str(), from.as_str());
        let waits = matches!(to, ConnectionState::Backoff | ConnectionState::Suspended);
        assert_eq!(waits, status.retry_at.is_some(), "a time for the next try: {status:?}");
        self.shown = to;
    }

    /// After each input: the machine must not fall silent for ever.
    pub(crate) fn settled(&self, client: &Client) {
        let status = client.connection();
        if self.part == Part::Follows {
            assert!(self.line.is_none(), "a follower keeps a socket");
            return;
        }
        assert_eq!(status.state, self.shown, "the application was told of every change");
        let has_deadline = client.poll_timeout().is_some();
        match status.state {
            ConnectionState::Closed => assert!(
                !has_deadline,
                "after a stop nothing is pending, not {:?}",
                client.poll_timeout()
            ),
            ConnectionState::Connecting | ConnectionState::Backoff | ConnectionState::Suspended => {
                assert!(has_deadline, "{} waits for nothing", status.state.as_str())
            }
            // Where the first message makes the session, there is nothing to wait for before it.
            ConnectionState::Live => assert!(has_deadline || !client.has_session(), "live waits for nothing"),
            ConnectionState::Paused if status.reason.as_deref() == Some("offline") => {
                assert!(has_deadline, "the claim to be offline is never put to the test");
            }
            _ => {}
        }
        let has_socket = matches!(status.state, ConnectionState::Live | ConnectionState::Connecting);
        assert!(has_socket || self.line.is_none(), "{:?} keeps a socket", status.state);
    }
}

fn asks_for_a_token(url: &str) -> bool {
    url.ends_with("/create/visitor-session") || url.ends_with("/refresh/visitor-token")
}

/// The table of realtime.md 4.2 for the states that the application sees. What happens within one input is seen only at its end, so an
/// attempt that fails before it leaves the machine does not show as connecting.
fn is_legal(from: ConnectionState, to: ConnectionState) -> bool {
    use ConnectionState::{Backoff, Closed, Connecting, Failed, Idle, Live, Paused, Suspended};
    match (from, to) {
        // Stop, and a start that cannot do anything, work from everywhere.
        (_, Closed | Failed) => true,
        (_, Idle) => false,
        // Only an attempt leads to a live line.
        (_, Live) => from == Connecting,
        // Who has to fill a form in first waits for that.
        (Idle, _) => matches!(to, Connecting | Paused),
        (Failed | Closed, _) => matches!(to, Connecting | Backoff | Paused),
        // Two minutes count from the end of the live line.
        (Live, _) => matches!(to, Connecting | Backoff | Paused),
        (Suspended, Backoff) => false,
        (Connecting | Backoff | Paused | Suspended, Connecting | Backoff | Paused | Suspended) => true,
        _ => false,
    }
}
