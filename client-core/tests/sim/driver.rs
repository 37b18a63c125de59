//! The reference driver: the documented six steps, and the mistakes in them that a planted mutant makes.

use std::collections::{BTreeSet, VecDeque};

use visavis_client_core::config::Config;
use visavis_client_core::http::{HttpFailure, HttpRequest, HttpResponse};
use visavis_client_core::ids::{Generation, LocalId, RequestId, WriteId};
use visavis_client_core::time::Instant;
use visavis_client_core::{Client, Environment, Event, Input, Output};

use crate::mutants::Mutant;
use crate::net::End;
use crate::polling::Exchange;
use crate::server::{Conn, Route};
use crate::world::{Happening, World};

/// A REST call, by a number that no other life uses again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CallId(u64);

impl CallId {
    /// A call whose answer goes astray.
    pub(crate) const NOBODYS: Self = Self(0);
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct OpenCall {
    pub(crate) id: CallId,
    request: RequestId,
    pub(crate) route: Route,
    begun: u64,
    /// The line whose packets it carries.
    pub(crate) session: Option<Conn>,
    purpose: Purpose,
}

/// What a call that carries packets is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    /// It carries none, or opens a session.
    Other,
    Receiving,
    Sending,
    Parting,
}

impl Purpose {
    fn of(exchange: Option<&Exchange>) -> Self {
        match exchange {
            None | Some(Exchange::Open) => Self::Other,
            Some(Exchange::Poll(_)) => Self::Receiving,
            Some(exchange) if exchange.is_farewell() => Self::Parting,
            Some(Exchange::Post(..)) => Self::Sending,
        }
    }
}

impl OpenCall {
    /// It only tells the server that a line is over.
    pub(crate) fn is_farewell(&self) -> bool {
        self.purpose == Purpose::Parting
    }
}

/// Whether the client's process runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wakefulness {
    Awake,
    Asleep,
}

pub(crate) struct Driver {
    pub(crate) config: Config,
    pub(crate) client: Option<Client>,
    pub(crate) life: u64,
    pub(crate) wakefulness: Wakefulness,
    /// What happened while it slept.
    pub(crate) inbox: VecDeque<Input>,
    pub(crate) armed: Option<Instant>,
    pub(crate) timer: u64,
    /// Timers come at most this late.
    pub(crate) lateness: u64,
    /// The socket that the core believes in.
    pub(crate) line: Option<Conn>,
    /// The socket whose end is being told: what a deadline of the same moment wants of it comes too late, and that is no fault.
    pub(crate) ending: Option<Generation>,
    pub(crate) calls: Vec<OpenCall>,
    last_call: u64,
    /// Calls for packets that the core gave up.
    given_up: Vec<CallId>,
    /// Messages that the visitor wanted to send while there was no page.
    pub(crate) postponed: Vec<usize>,
    /// What the page would say if it were asked.
    pub(crate) surroundings: Vec<Environment>,
    pub(crate) transmitted: BTreeSet<LocalId>,
    pub(crate) newest: Option<LocalId>,
}

impl Driver {
    pub(crate) fn new(config: Config) -> Self {
        Self {
            config,
            client: None,
            life: 0,
            wakefulness: Wakefulness::Awake,
            inbox: VecDeque::new(),
            armed: None,
            timer: 0,
            lateness: 3,
            line: None,
            ending: None,
            calls: Vec::new(),
            last_call: 0,
            given_up: Vec::new(),
            postponed: Vec::new(),
            surroundings: Vec::new(),
            transmitted: BTreeSet::new(),
            newest: None,
        }
    }
}

impl Driver {
    /// Whether it is an open call for packets.
    pub(crate) fn waits_for_packets(&self, call: CallId) -> bool {
        let is_it = |open: &OpenCall| open.id == call && open.purpose == Purpose::Receiving;
        self.calls.iter().any(is_it)
    }
}

impl World {
    /// Step 3: tells the client, or keeps it until the machine wakes.
    pub(crate) fn deliver(&mut self, input: Input) {
        if self.driver.wakefulness == Wakefulness::Asleep {
            self.driver.inbox.push_back(input);
            return;
        }
        let now = self.clock.read();
        self.note_end(&input);
        if let Some(client) = &mut self.driver.client {
            if self.trace.is_recording() {
                let name = describe(&input);
                self.trace.line(self.clock.now, format_args!("> {name}"));
            }
            self.figures.inputs += 1;
            let outputs: Vec<Output> = client.handle(input, now).collect();
            self.carry_out(outputs);
        }
    }

    /// From now on the core knows that its socket has ended.
    fn note_end(&mut self, input: &Input) {
        self.driver.ending = None;
        if let Input::SocketClosed { generation, .. } = input {
            self.driver.ending = Some(*generation);
            let has_ended = |conn: &mut Conn| self.net.lines[conn.0].client == End::Closed;
            let _ended = self.driver.line.take_if(has_ended);
        }
    }

    /// Step 4, in order; a crash in the middle leaves the rest undone. Then step 5.
    pub(crate) fn carry_out(&mut self, mut outputs: Vec<Output>) {
        if self.has(Mutant::CursorFirst) {
            outputs.sort_by_key(|output| !matches!(output, Output::Store { .. }));
        }
        let life = self.driver.life;
        let mut reactions = Vec::new();
        for output in outputs {
            self.carry_out_one(output, &mut reactions);
            if self.driver.client.is_none() || self.driver.life != life {
                return;
            }
        }
        self.arm_timer();
        for input in reactions {
            self.deliver(input);
        }
    }

    fn carry_out_one(&mut self, output: Output, reactions: &mut Vec<Input>) {
        if self.trace.is_recording() {
            let name = describe_output(&output);
            self.trace.line(self.clock.now, format_args!("    < {name}"));
        }
        match output {
            Output::Http { request, call } => self.begin_call(request, &call),
            Output::CancelHttp { request } => self.cancel_call(request),
            Output::OpenSocket { generation, url } => self.open_socket(generation, url.expose()),
            Output::Transmit { generation, frame } => self.transmit_frame(generation, frame),
            Output::CloseSocket { generation, code } => self.close_socket(generation, code),
            Output::Store { write, snapshot } => {
                let _alive = self.write(write, snapshot.0);
            }
            Output::Event(event) => self.heed(&event, reactions),
            other => self.oracle.fail(format!("an output that nothing asked for: {other:?}")),
        }
    }

    fn begin_call(&mut self, request: RequestId, call: &HttpRequest) {
        let address = call.url.to_string();
        let route = match address.rsplit('/').next() {
            Some(_) if address.contains("/chat/messages/") => Route::News,
            Some("visitor-session" | "register-guest") => Route::Create,
            Some(id) if id.starts_with("customer%3A") => Route::History,
            Some("visitor-token") => Route::Refresh,
            Some("visitor") => Route::Identify,
            Some("submit") => Route::Submit,
            Some("messages") => Route::Messages,
            Some("") => Route::Polling,
            _ => Route::Config,
        };
        let exchange = (route == Route::Polling).then(|| Exchange::read(call));
        let times = if route == Route::Refresh && self.has(Mutant::TwoRefreshes) {
            2
        } else {
            1
        };
        for _ in 0..times {
            self.driver.last_call += 1;
            let id = CallId(self.driver.last_call);
            let is_token_call = |open: &OpenCall| matches!(open.route, Route::Create | Route::Refresh);
            let open = OpenCall {
                id,
                request,
                route,
                begun: self.clock.now,
                session: exchange.as_ref().and_then(Exchange::session),
                purpose: Purpose::of(exchange.as_ref()),
            };
            let is_beside = |other: &OpenCall| other.session == open.session && other.purpose == open.purpose;
            if open.session.is_some() && self.driver.calls.iter().any(is_beside) {
                self.oracle.fail("two calls of a kind in one session".to_owned());
            }
            if is_token_call(&open) && self.driver.calls.iter().any(is_token_call) {
                self.oracle.fail("two calls for a token at the same time".to_owned());
            }
            self.driver.calls.push(open);
            let timeout = u64::try_from(call.timeout.as_millis()).unwrap_or(0);
            self.after(timeout, Happening::Answer(id, Err(HttpFailure::Timeout)));
            if let Some(exchange) = exchange.clone() {
                self.send_exchange(id, exchange);
                continue;
            }
            let query = || call.url.expose().split_once('?').map(|(_, query)| query.to_owned());
            let brought = match route {
                Route::Submit => call.body.clone(),
                Route::Messages => query(),
                Route::News => {
                    let since = address.rsplit('/').next().unwrap_or_default().replace("%3A", ":");
                    let token = call.bearer.as_ref().map(|secret| secret.expose().to_owned());
                    token.map(|token| format!("{since} {token}"))
                }
                _ => call.bearer.as_ref().map(|secret| secret.expose().to_owned()),
            };
            if route == Route::Submit {
                self.oracle.posts(brought.as_deref().unwrap_or_default());
            }
            self.send_call(id, route, brought);
        }
    }

    fn cancel_call(&mut self, request: RequestId) {
        let Some(at) = self.driver.calls.iter().position(|call| call.request == request) else {
            return;
        };
        let OpenCall {
            id, session, purpose, ..
        } = self.driver.calls.remove(at);
        if purpose == Purpose::Receiving {
            self.driver.given_up.push(id);
        }
        if let Some(conn) = session {
            self.abandon_exchange(conn);
        }
    }

    /// Which open call an answer is for.
    fn meant(&self, call: CallId) -> Option<usize> {
        let calls = &self.driver.calls;
        let known = calls.iter().position(|open| open.id == call);
        let is_stale = self.has(Mutant::StaleAnswer) && self.driver.given_up.contains(&call);
        let instead = || calls.iter().position(|open| open.purpose == Purpose::Receiving);
        known.or_else(|| is_stale.then(instead).flatten())
    }

    pub(crate) fn answer_arrived(&mut self, call: CallId, result: Result<HttpResponse, HttpFailure>) {
        let Some(at) = self.meant(call) else {
            return;
        };
        let OpenCall {
            request, route, begun, ..
        } = self.driver.calls.remove(at);
        let status = result.as_ref().ok().map(|response| response.status);
        let mono = self.clock.mono().as_millis();
        self.oracle.token_answered(route, status, mono);
        if route == Route::Submit {
            self.oracle.post_answered(status);
        }
        if let (Route::Messages, Ok(response)) = (route, &result) {
            self.note_told(begun, response);
        }
        let result = self.as_the_driver_reads_it(result);
        self.deliver(Input::HttpFinished { request, result });
    }

    pub(crate) fn told_of_write(&mut self, write: WriteId, result: Result<(), String>) {
        self.deliver(Input::Stored { write, result });
    }

    /// The client hears of the write, but what it wants then never happens.
    pub(crate) fn told_of_write_then_destroyed(&mut self, write: WriteId) {
        let now = self.clock.read();
        if let Some(client) = &mut self.driver.client {
            let _undone = client.handle(Input::Stored { write, result: Ok(()) }, now);
        }
    }

    fn arm_timer(&mut self) {
        let Some(client) = &self.driver.client else {
            return;
        };
        let wanted = client.poll_timeout().map(|(at, _)| at);
        if wanted == self.driver.armed {
            return;
        }
        self.driver.armed = wanted;
        self.driver.timer += 1;
        if let Some(at) = wanted {
            let late = self.chance.up_to(self.driver.lateness);
            let wait = u64::try_from(at.since(self.clock.mono()).as_millis()).unwrap_or(0);
            let id = self.driver.timer;
            self.after(wait + late, Happening::Timer(id));
        }
    }

    pub(crate) fn timer_fired(&mut self, id: u64) {
        if self.has(Mutant::NoTimer) || id != self.driver.timer || self.driver.wakefulness == Wakefulness::Asleep {
            return;
        }
        self.driver.armed = None;
        self.deliver(Input::Timeout);
    }

    /// Forgets the armed timer: the clocks moved apart from it.
    pub(crate) fn forget_timer(&mut self) {
        self.driver.armed = None;
        self.driver.timer += 1;
    }
}

fn describe(input: &Input) -> String {
    match input {
        Input::SocketFrame { generation, text } => format!("frame on {}: {text}", generation.0),
        Input::HttpFinished { request, result } => match result {
            Ok(response) => format!("answer {} to call {}", response.status, request.0),
            Err(failure) => format!("call {} failed: {failure}", request.0),
        },
        other => format!("{other:?}"),
    }
}

fn describe_output(output: &Output) -> String {
    match output {
        Output::Event(Event::Message { message, history, .. }) => format!(
            "event Message {:?} {:?} {:?} history={history}",
            message.text, message.server_id, message.status
        ),
        Output::Event(event) => format!("event {event:?}"),
        Output::Http { request, call } => format!("call {}: {} {}", request.0, call.method.as_str(), call.url),
        other => format!("{other:?}"),
    }
}
