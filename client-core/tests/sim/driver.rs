//! The reference driver: the documented six steps, and the mistakes in them that a planted mutant makes.

use std::collections::{BTreeSet, VecDeque};

use visavis_client_core::config::Config;
use visavis_client_core::http::{HttpFailure, HttpRequest, HttpResponse};
use visavis_client_core::ids::{Generation, LocalId, RequestId, WriteId};
use visavis_client_core::time::Instant;
use visavis_client_core::{Client, Command, Delivery, Environment, Event, Input, Output};

use crate::mutants::Mutant;
use crate::net::{End, Flow, Reach};
use crate::server::{Conn, Route, message_id};
use crate::storage::Fate;
use crate::trace::tell;
use crate::world::{Happening, World};

/// A REST call, by a number that no other life uses again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CallId(u64);

#[derive(Clone, Copy, Debug)]
pub(crate) struct OpenCall {
    id: CallId,
    request: RequestId,
    pub(crate) route: Route,
}

/// Whether the client's process runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wakefulness {
    Awake,
    Asleep,
}

pub(crate) struct Driver {
    config: Config,
    pub(crate) client: Option<Client>,
    pub(crate) life: u64,
    pub(crate) wakefulness: Wakefulness,
    /// What happened while it slept.
    inbox: VecDeque<Input>,
    armed: Option<Instant>,
    timer: u64,
    /// Timers come at most this late.
    pub(crate) lateness: u64,
    /// The socket that the core believes in.
    pub(crate) line: Option<Conn>,
    /// The socket whose end is being told: what a deadline of the same moment wants of it comes too late, and that is no fault.
    ending: Option<Generation>,
    pub(crate) calls: Vec<OpenCall>,
    last_call: u64,
    /// Messages that the visitor wanted to send while there was no page.
    postponed: Vec<usize>,
    /// What the page would say if it were asked.
    pub(crate) surroundings: Vec<Environment>,
    transmitted: BTreeSet<LocalId>,
    newest: Option<LocalId>,
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
            postponed: Vec::new(),
            surroundings: Vec::new(),
            transmitted: BTreeSet::new(),
            newest: None,
        }
    }
}

impl World {
    /// Steps 1 and 2, and the application's start.
    pub(crate) fn start(&mut self) {
        self.driver.life += 1;
        self.figures.lives += 1;
        self.clock.mono_lag = self.clock.now - self.chance.up_to(self.clock.now.min(5_000));
        let (seed, now) = (self.chance.bits(), self.clock.read());
        let Ok(mut client) = Client::new(self.driver.config.clone(), seed, now) else {
            self.oracle.fail("the configuration was refused".to_owned());
            return;
        };
        tell!(self, "life {} begins", self.driver.life);
        if let Some(text) = &self.storage.durable
            && let Err(error) = client.restore(text, now)
        {
            self.oracle
                .fail(format!("the client cannot read what it wrote: {error}"));
        }
        let expired = self.oracle.reborn(&client);
        self.driver.client = Some(client);
        self.deliver(Input::Command(Command::Start));
        for change in self.driver.surroundings.clone() {
            self.deliver(Input::Environment(change));
        }
        for local_id in expired {
            self.deliver(Input::Command(Command::Retry { local_id }));
        }
        for index in std::mem::take(&mut self.driver.postponed) {
            self.user_sends(index);
        }
    }

    pub(crate) fn reborn(&mut self) {
        if self.driver.wakefulness == Wakefulness::Asleep {
            self.after(500, Happening::Reborn);
        } else if self.driver.client.is_none() {
            self.start();
        }
    }

    /// The page or process ends without a word.
    pub(crate) fn destroy(&mut self, pause: u64) {
        self.storage.crash = None;
        let fate = self.chance.pick(&[Fate::Done, Fate::Lost]);
        self.storage.abandon(fate);
        self.driver.client = None;
        self.driver.inbox.clear();
        self.driver.calls.clear();
        self.driver.armed = None;
        self.driver.timer += 1;
        if let Some(conn) = self.driver.line.take() {
            if self.chance.one_in(4) {
                self.silence(conn, Flow::Lost, Flow::Lost);
            }
            self.hang_up(conn);
        }
        self.oracle.died();
        self.after(pause, Happening::Reborn);
    }

    pub(crate) fn user_sends(&mut self, index: usize) {
        let text = self.oracle.text_of(index);
        if self.driver.wakefulness == Wakefulness::Asleep || self.driver.client.is_none() {
            self.driver.postponed.push(index);
        } else {
            self.user_sends_text(&text);
        }
    }

    /// The visitor sends a text.
    fn user_sends_text(&mut self, text: &str) {
        let now = self.clock.read();
        let Some(client) = &mut self.driver.client else {
            return;
        };
        let sent = client.send(text, now);
        let outputs: Vec<Output> = client.drain().collect();
        match &sent {
            Ok(id) => {
                tell!(self, "> visitor sends {text:?} as {id}");
                self.oracle.user_sent(*id, text);
            }
            Err(error) => {
                tell!(self, "> visitor sends {text:?}: {error}");
                self.oracle.fail(format!("a message was not taken: {error}"));
            }
        }
        self.carry_out(outputs);
    }

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

    /// The machine wakes: what came meanwhile is told, before or after the timers.
    pub(crate) fn wake(&mut self) {
        self.driver.wakefulness = Wakefulness::Awake;
        let timers_first = self.chance.one_in(2);
        let inbox = std::mem::take(&mut self.driver.inbox);
        if timers_first {
            self.deliver(Input::Timeout);
        }
        for input in inbox {
            self.deliver(input);
        }
        if !timers_first {
            self.deliver(Input::Timeout);
        }
        for index in std::mem::take(&mut self.driver.postponed) {
            self.user_sends(index);
        }
    }

    /// Step 4, in order; a crash in the middle leaves the rest undone. Then step 5.
    fn carry_out(&mut self, mut outputs: Vec<Output>) {
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
            Output::CancelHttp { request } => self.driver.calls.retain(|call| call.request != request),
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

    /// Step 6, and what the application does about it.
    fn heed(&mut self, event: &Event, reactions: &mut Vec<Input>) {
        if let Event::MessageStatus {
            local_id,
            status: Delivery::Expired,
            ..
        } = event
        {
            reactions.push(Input::Command(Command::Retry { local_id: *local_id }));
        }
        if let Event::Message { message, .. } = event {
            self.driver.newest = message.local_id.or(self.driver.newest);
        }
        self.oracle.heard(event, &self.server);
    }

    fn begin_call(&mut self, request: RequestId, call: &HttpRequest) {
        let route = match call.url.to_string().rsplit('/').next() {
            Some("visitor-session") => Route::Create,
            Some("visitor-token") => Route::Refresh,
            Some("visitor") => Route::Identify,
            _ => Route::Config,
        };
        let times = if route == Route::Refresh && self.has(Mutant::TwoRefreshes) {
            2
        } else {
            1
        };
        for _ in 0..times {
            self.driver.last_call += 1;
            let id = CallId(self.driver.last_call);
            let is_token_call = |open: &OpenCall| matches!(open.route, Route::Create | Route::Refresh);
            let open = OpenCall { id, request, route };
            if is_token_call(&open) && self.driver.calls.iter().any(is_token_call) {
                self.oracle.fail("two calls for a token at the same time".to_owned());
            }
            self.driver.calls.push(open);
            let timeout = u64::try_from(call.timeout.as_millis()).unwrap_or(0);
            self.after(timeout, Happening::Answer(id, Err(HttpFailure::Timeout)));
            let bearer = call.bearer.as_ref().map(|secret| secret.expose().to_owned());
            self.send_call(id, route, bearer);
        }
    }

    pub(crate) fn answer_arrived(&mut self, call: CallId, result: Result<HttpResponse, HttpFailure>) {
        let Some(at) = self.driver.calls.iter().position(|open| open.id == call) else {
            return;
        };
        let OpenCall { request, route, .. } = self.driver.calls.remove(at);
        let status = result.as_ref().ok().map(|response| response.status);
        let mono = self.clock.mono().as_millis();
        self.oracle.token_answered(route, status, mono);
        self.deliver(Input::HttpFinished { request, result });
    }

    fn open_socket(&mut self, generation: Generation, url: &str) {
        if self.driver.line.is_some() {
            self.oracle.fail("a second socket while one is open".to_owned());
        }
        let token = url.split_once("?token=").map_or("", |(_, token)| token).to_owned();
        let conn = self.dial(generation, token);
        self.driver.line = Some(conn);
    }

    fn transmit_frame(&mut self, generation: Generation, frame: String) {
        let mine = |conn: &Conn| {
            let line = &self.net.lines[conn.0];
            line.generation == generation && line.client != End::Opening
        };
        let Some(conn) = self.driver.line.filter(mine) else {
            if self.driver.ending != Some(generation) {
                self.oracle.fail("a frame for a socket that is not open".to_owned());
            }
            return;
        };
        if self.has(Mutant::NoResend)
            && let Some(id) = message_id(&frame)
            && !self.driver.transmitted.insert(id)
        {
            return;
        }
        if self.net.lines[conn.0].client == End::Open {
            self.transmit(conn, frame);
        }
    }

    fn close_socket(&mut self, generation: Generation, code: u16) {
        if code != 1000 && !(3000..=4999).contains(&code) {
            self.oracle.fail(format!("a close code that no browser sends: {code}"));
        }
        let mine = |conn: &Conn| self.net.lines[conn.0].generation == generation;
        match self.driver.line.filter(mine) {
            Some(_) if self.has(Mutant::LeakedSocket) => {}
            Some(conn) => {
                self.driver.line = None;
                self.hang_up(conn);
            }
            None if self.driver.ending == Some(generation) => {}
            None => self.oracle.fail("a socket is closed that is not open".to_owned()),
        }
    }

    /// The generation that the client is told for something that came on a line.
    fn stamp(&self, conn: Conn) -> Option<Generation> {
        let line = &self.net.lines[conn.0];
        if self.driver.line == Some(conn) {
            return Some(line.generation);
        }
        let current = self.driver.line.map(|conn| self.net.lines[conn.0].generation);
        current.filter(|_| self.has(Mutant::StaleGeneration))
    }

    pub(crate) fn socket_opened(&mut self, conn: Conn) {
        if let Some(generation) = self.stamp(conn) {
            self.deliver(Input::SocketOpened { generation });
        }
    }

    pub(crate) fn socket_frame(&mut self, conn: Conn, text: String) {
        let Some(generation) = self.stamp(conn) else {
            return;
        };
        let text = match (self.has(Mutant::WrongAck), self.driver.newest) {
            (true, Some(newest)) if text.starts_with(r#"{"type":"ack""#) => {
                format!(r#"{{"type":"ack","client_msg_id":"{newest}"}}"#)
            }
            _ => text,
        };
        self.deliver(Input::SocketFrame { generation, text });
    }

    /// The line is closed at the client's end, for whatever reason.
    pub(crate) fn socket_ended(&mut self, conn: Conn, code: u16, reason: &str) {
        let ended_before = self.net.lines[conn.0].client == End::Closed;
        if ended_before && !self.has(Mutant::StaleGeneration) {
            return;
        }
        let generation = self.stamp(conn);
        self.net.lines[conn.0].client = End::Closed;
        let Some(generation) = generation else {
            return;
        };
        if code == 4401 {
            let mono = self.clock.mono().as_millis();
            self.oracle.token_refused(mono);
        }
        self.deliver(Input::SocketClosed {
            generation,
            code,
            reason: reason.to_owned(),
        });
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

    /// The page's surroundings change, now and for lives to come.
    pub(crate) fn surround(&mut self, change: Environment) {
        let opposite = match change {
            Environment::Online => Some(Environment::Offline),
            Environment::Visible => Some(Environment::Hidden),
            _ => None,
        };
        match opposite {
            Some(opposite) => self.driver.surroundings.retain(|other| *other != opposite),
            None if matches!(change, Environment::Offline | Environment::Hidden) => {
                self.driver.surroundings.push(change);
            }
            None => {}
        }
        self.deliver(Input::Environment(change));
    }

    /// Whether the client's socket is a living line.
    pub(crate) fn is_served(&self) -> bool {
        self.net.reach == Reach::Connected && self.driver.line.is_some_and(|conn| self.net.lines[conn.0].serves())
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
