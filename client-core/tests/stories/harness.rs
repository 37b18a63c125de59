//! A client, both clocks, and a driver that does as the script says.

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::Value;
use visavis_client_core::config::{Config, Persistence};
use visavis_client_core::http::{HttpFailure, HttpRequest, HttpResponse, UploadRequest};
use visavis_client_core::ids::{FileId, Generation, LocalId, RequestId, WriteId};
use visavis_client_core::io::Provision;
use visavis_client_core::time::{Instant, Now, UnixMillis};
use visavis_client_core::url::Url;
use visavis_client_core::{
    Client, Command, ConnectionState, Environment, Error, Event, Input, Output, Secret, bloonio,
};

use crate::relay;
use crate::rules::Rules;

pub(crate) const DAY: Duration = Duration::from_secs(24 * 3600);
pub(crate) const MINUTE: Duration = Duration::from_secs(60);
/// The client's wall clock when a story begins.
pub(crate) const DAWN: i64 = 1_782_036_062_000;
pub(crate) const TENANT: &str = "019e4ae7-1a2b-7c3d-8e4f-5a6b7c8d9e0f";
/// More timeouts at one moment than this are a busy loop.
const MOST_AT_ONCE: usize = 100;

pub(crate) const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub(crate) const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

pub(crate) fn bloonio() -> bloonio::Options {
    Config::bloonio("https://relay.example", TENANT, "pk_7f3a").origin("https://site.example")
}

/// What the store does with a write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Keeping {
    /// Done at once.
    Prompt,
    /// When the script says so, with [`Story::stored`].
    Held,
    Broken,
    /// Another tab has written since: the lead is lost.
    Elsewhere,
    /// The process dies right after this many writes; what they led to in the same breath is not carried out.
    DiesAfter(usize),
    /// The process dies when this write is asked for; everything before it is carried out.
    DiesBefore(usize),
}

/// Whether the other end answers pings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Peer {
    Answers,
    Silent,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Life {
    Alive,
    Dead,
}

/// Something that the machine asked for or told, and when.
#[derive(Clone, Debug)]
pub(crate) struct At<T> {
    pub(crate) at: Duration,
    pub(crate) what: T,
}

#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) request: RequestId,
    pub(crate) call: HttpRequest,
}

impl Asked {
    /// The last part of the address.
    pub(crate) fn verb(&self) -> String {
        let url = self.call.url.to_string();
        url.rsplit('/').next().unwrap().to_owned()
    }

    pub(crate) fn body(&self) -> Value {
        serde_json::from_str(self.call.body.as_deref().unwrap()).unwrap()
    }

    pub(crate) fn bearer(&self) -> Option<&str> {
        self.call.bearer.as_ref().map(Secret::expose)
    }
}

pub(crate) struct Story {
    pub(crate) client: Client,
    pub(crate) keeping: Keeping,
    pub(crate) peer: Peer,
    pub(crate) calls: Vec<At<Asked>>,
    pub(crate) cancelled: Vec<RequestId>,
    pub(crate) questions: Vec<At<(RequestId, Provision)>>,
    pub(crate) dials: Vec<At<(Generation, Url)>>,
    pub(crate) closes: Vec<At<(Generation, u16)>>,
    pub(crate) frames: Vec<At<(Generation, Value)>>,
    pub(crate) writes: Vec<At<(WriteId, String)>>,
    pub(crate) events: Vec<At<Event>>,
    pub(crate) uploads: Vec<At<(RequestId, UploadRequest)>>,
    /// Files that the application may let go of.
    pub(crate) released: Vec<FileId>,
    /// What was handed to the client that leads, and not looked at yet.
    pub(crate) handed: VecDeque<(u64, Command)>,
    /// When the lead was to be taken.
    pub(crate) takeovers: Vec<Duration>,
    /// What the store holds.
    pub(crate) kept: Option<String>,
    written: usize,
    life: Life,
    rules: Rules,
    unanswered: VecDeque<Asked>,
    mono: u64,
    wall: i64,
}

impl Story {
    pub(crate) fn new(config: impl Into<Config>) -> Self {
        Self::seeded(7, config)
    }

    pub(crate) fn seeded(seed: u64, config: impl Into<Config>) -> Self {
        Self::at(seed, config, 1_000, DAWN)
    }

    /// A new life of a client that found `kept` in the store, its monotonic clock beginning anew.
    pub(crate) fn reborn(seed: u64, config: impl Into<Config>, kept: &str, wall: i64) -> Self {
        let mut story = Self::at(seed, config, 5, wall);
        let now = story.now();
        story.client.restore(kept, now).unwrap();
        story.kept = Some(kept.to_owned());
        story
    }

    fn at(seed: u64, config: impl Into<Config>, mono: u64, wall: i64) -> Self {
        let config: Config = config.into();
        let keeping = match config.persistence {
            Persistence::Durable => Keeping::Prompt,
            Persistence::Volatile => Keeping::Broken,
        };
        let now = Now {
            mono: Instant::from_millis(mono),
            wall: UnixMillis(wall),
        };
        Self {
            client: Client::new(config, seed, now).unwrap(),
            keeping,
            peer: Peer::Answers,
            calls: Vec::new(),
            cancelled: Vec::new(),
            questions: Vec::new(),
            dials: Vec::new(),
            closes: Vec::new(),
            frames: Vec::new(),
            writes: Vec::new(),
            events: Vec::new(),
            uploads: Vec::new(),
            released: Vec::new(),
            handed: VecDeque::new(),
            takeovers: Vec::new(),
            kept: None,
            written: 0,
            life: Life::Alive,
            rules: Rules::new(),
            unanswered: VecDeque::new(),
            mono,
            wall,
        }
    }

    /// A client that has created a session with an hour's token and is live.
    pub(crate) fn live() -> Self {
        Self::live_with(7, bloonio())
    }

    pub(crate) fn live_with(seed: u64, config: impl Into<Config>) -> Self {
        let mut story = Self::seeded(seed, config);
        story.start();
        story.go_live();
        story.forget();
        story
    }

    /// Live with tokens that the application makes.
    pub(crate) fn live_by_provider() -> Self {
        let mut story = Self::new(bloonio().visitor_token_provider());
        story.start();
        story.provide(Ok(&relay::jwt(1, 3600)));
        story.go_live();
        story.forget();
        story
    }

    // --- time -----------------------------------------------------------------------------------------------------------------

    pub(crate) fn now(&self) -> Now {
        Now {
            mono: Instant::from_millis(self.mono),
            wall: UnixMillis(self.wall),
        }
    }

    /// The monotonic clock.
    pub(crate) fn clock(&self) -> Duration {
        ms(self.mono)
    }

    /// The time of day, as the client believes it.
    pub(crate) fn wall(&self) -> i64 {
        self.wall
    }

    /// Lets time pass; every deadline is met when it comes.
    pub(crate) fn advance(&mut self, time: Duration) {
        let until = self.clock() + time;
        let mut at_once = 0;
        while let Some(due) = self.due().filter(|due| *due <= until) {
            at_once = if due > self.clock() { 0 } else { at_once + 1 };
            assert!(at_once < MOST_AT_ONCE, "{:?} never ends", self.client.poll_timeout());
            self.pass(due.saturating_sub(self.clock()));
            self.give(Input::Timeout);
        }
        self.pass(until - self.clock());
    }

    /// Lets time pass until `happened`, at most `limit`. Answers how long it took.
    pub(crate) fn until(&mut self, limit: Duration, happened: impl Fn(&Self) -> bool) -> Option<Duration> {
        let begun = self.clock();
        while !happened(self) {
            let due = self.due().filter(|due| *due <= begun + limit)?;
            self.advance(due.saturating_sub(self.clock()));
        }
        Some(self.clock() - begun)
    }

    fn due(&self) -> Option<Duration> {
        if self.is_dead() {
            return None;
        }
        self.client.poll_timeout().map(|(at, _)| ms(at.as_millis()))
    }

    fn pass(&mut self, time: Duration) {
        let millis = u64::try_from(time.as_millis()).unwrap();
        self.mono += millis;
        self.wall += i64::try_from(millis).unwrap();
    }

    /// Somebody sets the time of day.
    pub(crate) fn set_wall(&mut self, by: i64) {
        self.wall += by;
    }

    /// The machine sleeps: the time of day goes on, the monotonic clock stands still.
    pub(crate) fn sleep(&mut self, time: Duration) {
        self.wall += i64::try_from(time.as_millis()).unwrap();
    }

    /// The process or the tab is frozen: both clocks go on, nothing runs.
    pub(crate) fn freeze(&mut self, time: Duration) {
        self.pass(time);
    }

    // --- what happens ---------------------------------------------------------------------------------------------------------

    pub(crate) fn give(&mut self, input: Input) {
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            if self.is_dead() {
                return;
            }
            self.rules.input(&input);
            let now = self.now();
            let outputs: Vec<Output> = self.client.handle(input, now).collect();
            self.carry_out(outputs, &mut inputs);
        }
        if !self.is_dead() {
            self.rules.settled(&self.client);
        }
    }

    /// Whether the process died, as the script wanted: nothing that it is told is heard any more.
    pub(crate) fn is_dead(&self) -> bool {
        self.life == Life::Dead
    }

    fn carry_out(&mut self, outputs: Vec<Output>, inputs: &mut VecDeque<Input>) {
        for output in outputs {
            if self.is_dead() {
                return;
            }
            self.rules.output(&output);
            inputs.extend(self.note(output));
        }
    }

    /// Writes an output down, and answers it if the script leaves that to the harness.
    fn note(&mut self, output: Output) -> Option<Input> {
        let at = self.clock();
        match output {
            Output::Http { request, call } => {
                let asked = Asked { request, call };
                self.unanswered.push_back(asked.clone());
                self.calls.push(At { at, what: asked });
            }
            Output::CancelHttp { request } => {
                self.unanswered.retain(|asked| asked.request != request);
                self.cancelled.push(request);
            }
            Output::Provide { request, what } => self.questions.push(At {
                at,
                what: (request, what),
            }),
            Output::OpenSocket { generation, url } => self.dials.push(At {
                at,
                what: (generation, url),
            }),
            Output::CloseSocket { generation, code } => self.closes.push(At {
                at,
                what: (generation, code),
            }),
            Output::Transmit { generation, frame } => {
                // Socket.IO's frames are no JSON by themselves.
                let frame: Value = serde_json::from_str(&frame).unwrap_or(Value::String(frame));
                let is_ping = frame["type"] == "ping";
                self.frames.push(At {
                    at,
                    what: (generation, frame),
                });
                if is_ping && self.peer == Peer::Answers {
                    let text = r#"{"type":"pong"}"#.to_owned();
                    return Some(Input::SocketFrame { generation, text });
                }
            }
            Output::Upload { request, call } => {
                self.unanswered.push_back(Asked {
                    request,
                    call: call.call.clone(),
                });
                self.uploads.push(At {
                    at,
                    what: (request, call),
                });
            }
            Output::Release { file } => self.released.push(file),
            Output::Store { write, snapshot } => return self.store(write, snapshot.0),
            Output::HandOver { number, command } => self.handed.push_back((number, command)),
            Output::TakeLead => self.takeovers.push(at),
            Output::Event(event) => self.events.push(At { at, what: event }),
            other => panic!("an output that the harness does not know: {other:?}"),
        }
        None
    }

    fn store(&mut self, write: WriteId, text: String) -> Option<Input> {
        self.writes.push(At {
            at: self.clock(),
            what: (write, text.clone()),
        });
        self.written += 1;
        let result = match self.keeping {
            Keeping::Held => return None,
            Keeping::Elsewhere => return Some(Input::LeadLost),
            Keeping::Broken => Err("the disk is full".to_owned()),
            Keeping::DiesBefore(write) if self.written >= write => {
                self.life = Life::Dead;
                return None;
            }
            Keeping::Prompt | Keeping::DiesAfter(_) | Keeping::DiesBefore(_) => {
                self.kept = Some(text);
                Ok(())
            }
        };
        if self.keeping == Keeping::DiesAfter(self.written) {
            self.life = Life::Dead;
        }
        Some(Input::Stored { write, result })
    }

    /// The write that was held is done.
    pub(crate) fn stored(&mut self) {
        let write = self.rules.write_in_flight().expect("a write under way");
        self.kept = self.writes.last().map(|write| write.what.1.clone());
        self.give(Input::Stored { write, result: Ok(()) });
    }

    /// Every write that was held is done.
    pub(crate) fn store_all(&mut self) {
        while self.rules.write_in_flight().is_some() {
            self.stored();
        }
    }

    pub(crate) fn command(&mut self, command: Command) {
        self.give(Input::Command(command));
    }

    pub(crate) fn start(&mut self) {
        self.command(Command::Start);
    }

    pub(crate) fn stop(&mut self) {
        self.command(Command::Stop);
    }

    pub(crate) fn environment(&mut self, change: Environment) {
        self.give(Input::Environment(change));
    }

    pub(crate) fn try_send(&mut self, text: &str) -> Result<LocalId, Error> {
        let now = self.now();
        let queued = self.client.send(text, now);
        let outputs: Vec<Output> = self.client.drain().collect();
        let mut inputs = VecDeque::new();
        self.carry_out(outputs, &mut inputs);
        for input in inputs {
            self.give(input);
        }
        queued
    }

    pub(crate) fn send(&mut self, text: &str) -> LocalId {
        self.try_send(text).unwrap()
    }

    // --- the relay's side -----------------------------------------------------------------------------------------------------

    /// The oldest call that was not answered yet.
    pub(crate) fn open_call(&self) -> Option<&Asked> {
        self.unanswered.front()
    }

    /// All of them, oldest first.
    pub(crate) fn open_calls(&self) -> impl Iterator<Item = &Asked> {
        self.unanswered.iter()
    }

    /// A call is answered out of turn.
    pub(crate) fn withdraw(&mut self, request: RequestId) {
        self.unanswered.retain(|asked| asked.request != request);
    }

    /// Answers the oldest call.
    pub(crate) fn answer(&mut self, response: HttpResponse) {
        self.finish(Ok(response));
    }

    pub(crate) fn finish(&mut self, result: Result<HttpResponse, HttpFailure>) {
        let request = self.unanswered.pop_front().expect("a call under way").request;
        self.give(Input::HttpFinished { request, result });
    }

    /// Answers the oldest call of this kind.
    pub(crate) fn answer_to(&mut self, kind: impl Fn(&HttpRequest) -> bool, response: HttpResponse) {
        let at = self.unanswered.iter().position(|asked| kind(&asked.call));
        let asked = at.and_then(|at| self.unanswered.remove(at));
        let request = asked.expect("such a call under way").request;
        let result = Ok(response);
        self.give(Input::HttpFinished { request, result });
    }

    pub(crate) fn fail_call(&mut self) {
        self.finish(Err(HttpFailure::Network("unreachable".to_owned())));
    }

    pub(crate) fn provide(&mut self, result: Result<&str, &str>) {
        let request = self.questions.last().expect("a question").what.0;
        let result = result.map(Secret::from).map_err(str::to_owned);
        self.give(Input::Provided { request, result });
    }

    /// The socket that the driver has, open or opening.
    pub(crate) fn socket(&self) -> Option<Generation> {
        self.rules.socket()
    }

    pub(crate) fn open(&mut self) {
        let generation = self.socket().expect("a socket that opens");
        self.give(Input::SocketOpened { generation });
    }

    pub(crate) fn frame(&mut self, frame: &Value) {
        self.text(&frame.to_string());
    }

    /// A frame that is no JSON by itself.
    pub(crate) fn text(&mut self, text: &str) {
        let generation = self.socket().expect("a socket");
        let text = text.to_owned();
        self.give(Input::SocketFrame { generation, text });
    }

    pub(crate) fn close(&mut self, code: u16) {
        let generation = self.socket().expect("a socket");
        let reason = String::new();
        self.give(Input::SocketClosed {
            generation,
            code,
            reason,
        });
    }

    pub(crate) fn buffered(&mut self, bytes: u32) {
        let generation = self.socket().expect("a socket");
        self.give(Input::SocketBuffered { generation, bytes });
    }

    /// Grants every call for a token that is under way, with tokens of an hour, and greets.
    pub(crate) fn go_live(&mut self) {
        self.go_live_with(&relay::welcome());
    }

    pub(crate) fn go_live_with(&mut self, welcome: &Value) {
        while self.socket().is_none() && !self.is_dead() {
            let number = u64::try_from(self.calls.len()).unwrap();
            self.answer(relay::granted("vs_1", &relay::jwt(number, 3600)));
        }
        if !self.is_dead() {
            self.open();
        }
        if !self.is_dead() {
            self.frame(welcome);
        }
        assert!(self.is_dead() || self.state() == ConnectionState::Live);
    }

    /// Waits for the next attempt and lets it succeed.
    pub(crate) fn reconnect(&mut self, welcome: &Value) {
        let tries = |story: &Self| story.is_dead() || story.socket().is_some() || story.open_call().is_some();
        self.until(MINUTE, tries).expect("an attempt within a minute");
        self.go_live_with(welcome);
    }
}
