//! The machine: inputs in, outputs out. The only place that changes anything in answer to an [`Input`].

mod answers;
mod chores;
mod commands;
mod following;
mod link;
mod renewal;
mod sending;
mod steps;
mod storage;
mod traffic;

use std::collections::VecDeque;
use std::collections::vec_deque;

use crate::backend::{Backend, Capabilities, SessionSource};
use crate::config::Config;
use crate::connection::Connection;
use crate::context::{Context, Passed};
use crate::deadline::Deadline;
use crate::error::Error;
use crate::event::{ConnectionStatus, Event};
use crate::ids::{Generation, LocalId, RequestId};
use crate::io::{Attention, Input, Output};
use crate::message::{Author, Message, WidgetConfig};
use crate::outbox::Outbox;
use crate::outbox::typing::TypingSignal;
use crate::rng::Rng;
use crate::session::Session;
use crate::session::identity::Identification;
use crate::time::{Instant, Now};
use crate::timeline::{Streams, Timeline};
use storage::Store;

/// A visitor's side of a chat, without input or output of its own. See the crate's front page for how to drive it.
#[derive(Clone, Debug)]
pub struct Client {
    cx: Context,
    backend: Backend,
    session: Session,
    identification: Identification,
    connection: Connection,
    outbox: Outbox,
    timeline: Timeline,
    typing_signal: TypingSignal,
    /// Who types on the other side.
    typing: Option<Author>,
    attention: Attention,
    widget_config: Option<WidgetConfig>,
    config_request: Option<RequestId>,
    store: Store,
    resume: Resume,
    past: Past,
    buffer: Buffer,
    chores: chores::Chores,
    /// The socket beside the line.
    bell: Option<Generation>,
    streams: Streams,
    lead: following::Lead,
    unknown_frames: u64,
    shown: Option<ConnectionStatus>,
    outputs: VecDeque<Output>,
}

/// Whether the application is still to be told that a stored session goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Resume {
    Untold,
    Told,
}

/// Whether the session has had a line before, so that the other side may have written while nobody listened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Past {
    None,
    Some,
}

/// Whether the socket takes more frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Buffer {
    Writable,
    Full,
}

/// What is left to be carried out. Dropping it loses nothing: the rest comes with the next one.
#[must_use = "outputs wait until they are drained"]
#[derive(Debug)]
pub struct Drain<'a>(&'a mut VecDeque<Output>);

impl Iterator for Drain<'_> {
    type Item = Output;

    fn next(&mut self) -> Option<Output> {
        self.0.pop_front()
    }
}

impl Client {
    /// A client that has not done anything yet. Everything random follows from `seed`: draw it from the system, or choose it in tests.
    ///
    /// # Errors
    /// [`Error::Configuration`] naming the option that is missing or malformed.
    pub fn new(config: impl Into<Config>, seed: u64, now: Now) -> Result<Self, Error> {
        let Config {
            backend,
            persistence,
            after_refusal,
            tuning,
        } = config.into();
        let backend = Backend::new(backend, &tuning)?;
        let mut cx = Context::new(tuning, seed, now);
        let policy_seed = Rng::new(cx.rng.next_u64());
        Ok(Self {
            session: Session::new(backend.session_source(), backend.default_lifetime()),
            identification: Identification::new(backend.identity()),
            connection: Connection::new(policy_seed, backend.heartbeat()),
            outbox: Outbox::new(after_refusal, backend.resends()),
            timeline: Timeline::new(cx.tuning.log_messages, cx.tuning.remembered_ids),
            typing_signal: TypingSignal::default(),
            typing: None,
            attention: Attention::Away,
            widget_config: None,
            config_request: None,
            store: Store::new(persistence),
            resume: match backend.session_source() {
                SessionSource::Create | SessionSource::FirstMessage => Resume::Told,
                SessionSource::Token(_) => Resume::Untold,
            },
            past: Past::None,
            buffer: Buffer::Writable,
            chores: chores::Chores::default(),
            bell: None,
            streams: Streams::default(),
            lead: following::Lead::default(),
            unknown_frames: 0,
            shown: None,
            outputs: VecDeque::new(),
            backend,
            cx,
        })
    }

    /// Takes one input in. Carry out what the drain gives, in order, then arm a timer for [`Client::poll_timeout`].
    pub fn handle(&mut self, input: Input, now: Now) -> Drain<'_> {
        self.advance(now);
        self.dispatch(input);
        self.settle();
        self.drain()
    }

    /// What is left to be carried out.
    pub fn drain(&mut self) -> Drain<'_> {
        Drain(&mut self.outputs)
    }

    /// One output, if there is one.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// The nearest deadline: call [`Client::handle`] with [`Input::Timeout`] then. Later is allowed, never is not.
    pub fn poll_timeout(&self) -> Option<(Instant, Deadline)> {
        self.cx.deadlines.next()
    }

    /// Moves the clocks on, notices a sleep, and handles every deadline that has come.
    fn advance(&mut self, now: Now) {
        if self.cx.advance(now) == Passed::Asleep {
            self.woke();
        }
        while let Some((_, deadline)) = self.cx.deadlines.take_due(self.cx.mono()) {
            self.deadline(deadline);
            self.follow_connection();
            self.follow_backend();
        }
    }

    fn dispatch(&mut self, input: Input) {
        match input {
            Input::Command(command) => self.command(command),
            Input::HttpFinished { request, result } => self.http_finished(request, result),
            Input::Provided { request, result } => self.provided(request, result),
            Input::SocketOpened { generation } => self.socket_opened(generation),
            Input::SocketFrame { generation, text } => self.frame(generation, &text),
            Input::SocketBinary { generation, bytes } => self.binary_frame(generation, &bytes),
            Input::Uploading { request, sent, total } => self.uploading(request, sent, total),
            Input::SocketClosed {
                generation,
                code,
                reason,
            } => self.socket_closed(generation, code, &reason),
            Input::SocketBuffered { generation, bytes } => self.buffered(generation, bytes),
            Input::Stored { write, result } => self.stored(write, result),
            Input::Environment(change) => {
                self.connection.environment(change, &mut self.cx);
                self.watch();
                self.ask_leader(change);
            }
            Input::LeadLost => self.follow(),
            Input::LeadGained => self.lead(),
            Input::Led => self.led(),
            Input::Mirrored { stored } => self.mirror(stored),
            Input::Overheard(event) => self.overhear(*event),
            Input::Taken { number } => self.taken(number),
            Input::Handed(command) => self.handed(command),
            Input::Timeout => {}
        }
    }

    fn deadline(&mut self, deadline: Deadline) {
        match deadline {
            Deadline::Request => self.request_overdue(),
            Deadline::Refresh => self.renew_ahead(),
            Deadline::Identify => self.advance_identification(),
            Deadline::Ack => self.ack_overdue(),
            Deadline::Resume => self.outbox.resume(),
            Deadline::Expire => self.expire(),
            Deadline::Buffer => self.buffer = Buffer::Writable,
            Deadline::TypingRepeat | Deadline::TypingIdle => self.typing_due(deadline),
            Deadline::TypingClear => self.clear_typing(),
            Deadline::Lead => self.lead_overdue(),
            Deadline::Backend => self.backend.due(self.cx.now),
            Deadline::Welcome => {
                self.backend.line_failed();
                self.connection.deadline(deadline, &mut self.cx);
            }
            other => self.connection.deadline(other, &mut self.cx),
        }
    }

    /// After every input: what follows from it.
    fn settle(&mut self) {
        self.follow_connection();
        self.follow_backend();
        if self.follows() {
            return;
        }
        self.pump();
        self.follow_backend();
        self.arm_backend();
        self.arm_expiry();
        self.show_connection();
        self.save();
        if self.backend.has_steps() {
            // Without a store a message is safe, and sent, only now.
            self.follow_backend();
            self.arm_backend();
        }
    }

    fn emit(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }

    /// Tells the application about the connection when what it sees has changed.
    fn show_connection(&mut self) {
        let status = self.connection.status(self.cx.mono());
        let same = self.shown.as_ref().is_some_and(|shown| {
            (shown.state, shown.retry_at, &shown.reason) == (status.state, status.retry_at, &status.reason)
        });
        if same || (self.shown.is_none() && status.state == crate::ConnectionState::Idle) {
            return;
        }
        self.shown = Some(status.clone());
        self.emit(Event::Connection(status));
        if let Some(error) = self.connection.failure().cloned() {
            self.emit(Event::Error(error));
        }
    }

    /// Under which key the store keeps this client: back end, base URL, tenant and key.
    pub fn scope(&self) -> String {
        self.backend.scope()
    }

    /// The connection now.
    pub fn connection(&self) -> ConnectionStatus {
        if self.follows() {
            return self.led_connection();
        }
        self.connection.status(self.cx.mono())
    }

    /// Why the connection is in state `failed`.
    pub fn failure(&self) -> Option<&Error> {
        self.connection.failure()
    }

    /// The conversation log, oldest first.
    pub fn messages(&self) -> vec_deque::Iter<'_, Message> {
        self.timeline.iter()
    }

    /// A message of the visitor by this client's id.
    pub fn message(&self, id: LocalId) -> Option<&Message> {
        self.timeline.find(id)
    }

    /// Messages that came while nobody looked.
    pub fn unread(&self) -> u32 {
        self.timeline.unread()
    }

    /// Who types on the other side.
    pub fn typing(&self) -> Option<&Author> {
        self.typing.as_ref()
    }

    /// The widget's public settings, once they have been read.
    pub fn widget_config(&self) -> Option<&WidgetConfig> {
        self.widget_config.as_ref()
    }

    /// The back end's name, such as `bloonio`.
    pub fn backend(&self) -> &'static str {
        self.backend.name()
    }

    /// What the back end can do.
    pub fn capabilities(&self) -> Capabilities {
        self.backend.capabilities()
    }

    /// Bytes of the largest file that can be sent; none can where this is 0.
    pub fn file_limit(&self) -> u64 {
        self.backend.file_limit()
    }

    /// Whether there is a session, stored or made.
    pub fn has_session(&self) -> bool {
        self.session.is_active()
    }

    /// The back end's id of the session.
    pub fn session_id(&self) -> Option<&str> {
        self.session.id()
    }

    /// Messages that wait to be sent or acknowledged. Those that wait for the visitor do not count.
    pub fn queued(&self) -> usize {
        self.outbox.waiting()
    }

    /// Frames that were not understood and ignored.
    pub fn unknown_frames(&self) -> u64 {
        self.unknown_frames
    }
}
