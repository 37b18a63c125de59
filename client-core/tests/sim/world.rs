//! One visitor, one relay, the network between them and the clocks, moved by one heap of happenings.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use visavis_client_core::appengine::Transports;
use visavis_client_core::config::{Config, Identity};
use visavis_client_core::http::{HttpFailure, HttpResponse};
use visavis_client_core::ids::Generation;
use visavis_client_core::time::{Instant, Now, UnixMillis};
use visavis_client_core::{ConnectionState, Guest, Input, Tuning};

use crate::chance::Chance;
use crate::dialect::{Carriage, Dialect, Linking, Speech};
use crate::driver::{CallId, Driver};
use crate::faults::Relief;
use crate::gateway;
use crate::mutants::Mutant;
use crate::net::{Net, Power};
use crate::oracle::Oracle;
use crate::polling::Exchange;
use crate::server::{Acts, Conn, DAWN, Route, Server};
use crate::storage::Storage;
use crate::trace::{Trace, tell};
use crate::twins::Twins;

/// The true time since the day began, and how far the client's two clocks are off.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Clock {
    pub(crate) now: u64,
    /// What the monotonic clock has lost: sleep, and the origin of this life.
    pub(crate) mono_lag: u64,
    pub(crate) wall_offset: i64,
}

impl Clock {
    pub(crate) fn read(&self) -> Now {
        let wall = i64::try_from(DAWN + self.now).unwrap_or(0) + self.wall_offset;
        Now {
            mono: self.mono(),
            wall: UnixMillis(wall),
        }
    }

    pub(crate) fn mono(&self) -> Instant {
        Instant::from_millis(self.now - self.mono_lag)
    }
}

/// What comes at a time.
#[derive(Clone, Debug)]
pub(crate) enum Happening {
    Timer(u64),
    Handshake(Conn),
    Opened(Conn),
    Up(Conn, String),
    Down(Conn, String),
    /// The close frame, or the end of the stream, arrives at the client.
    Closed(Conn, u16),
    /// The client's own system reports that the line broke.
    Broken(Conn),
    /// The server learns that the other end is gone.
    Hangup(Conn),
    Call(CallId, Route, Option<String>),
    /// A call that carries packets arrives at the server.
    Exchange(CallId, Exchange),
    Answer(CallId, Result<HttpResponse, HttpFailure>),
    Stored(u64),
    /// How much a socket has yet to write, in bytes.
    Buffered(Generation, u32),
    Fault(usize),
    Relief(Relief),
    UserSends(usize),
    DeskSays,
    /// The server's own heartbeat.
    Beat,
    Reborn,
    Rest,
}

struct Scheduled {
    at: u64,
    order: u64,
    what: Happening,
}

impl PartialEq for Scheduled {
    fn eq(&self, other: &Self) -> bool {
        self.order == other.order
    }
}
impl Eq for Scheduled {}
impl PartialOrd for Scheduled {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Scheduled {
    /// The earliest is the greatest, as the heap gives the greatest first.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.order).cmp(&(self.at, self.order))
    }
}

/// What a run counted.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Figures {
    pub(crate) happenings: u64,
    pub(crate) inputs: u64,
    pub(crate) faults: u64,
    pub(crate) up: u64,
    pub(crate) down: u64,
    pub(crate) lives: u64,
    pub(crate) dials: u64,
    pub(crate) writes: u64,
    /// Messages whose words another tab had written before.
    pub(crate) twins: u64,
}

impl Figures {
    pub(crate) fn add(&mut self, other: &Self) {
        self.happenings += other.happenings;
        self.inputs += other.inputs;
        self.faults += other.faults;
        self.up += other.up;
        self.down += other.down;
        self.lives += other.lives;
        self.dials += other.dials;
        self.writes += other.writes;
        self.twins += other.twins;
    }
}

pub(crate) struct World {
    pub(crate) clock: Clock,
    heap: BinaryHeap<Scheduled>,
    order: u64,
    pub(crate) chance: Chance,
    pub(crate) net: Net,
    pub(crate) server: Server,
    pub(crate) storage: Storage,
    pub(crate) driver: Driver,
    pub(crate) oracle: Oracle,
    pub(crate) twins: Twins,
    pub(crate) faults: Vec<crate::faults::Fault>,
    pub(crate) trace: Trace,
    pub(crate) figures: Figures,
    pub(crate) mutant: Option<Mutant>,
    /// Reused for what the server does.
    acts: Acts,
    /// Since when no more faults strike.
    pub(crate) resting_since: Option<u64>,
}

const BASE_URL: &str = "https://relay.example";

/// The client's configuration in every simulated world.
pub(crate) fn config(dialect: &Dialect, tuning: Tuning) -> Config {
    let speech = dialect.speech;
    if speech == Speech::Site {
        let options = Config::mailoo(BASE_URL)
            .project_uid("p")
            .integration_id("i")
            .ws_origin("https://api.example");
        return Config::from(options).tuning(tuning);
    }
    if speech != Speech::Relay {
        let transports = match dialect.carriage {
            Carriage::CallsByChoice => Transports::Polling,
            Carriage::Sockets | Carriage::Either | Carriage::NoSockets => Transports::Auto,
        };
        let options = Config::appengine(BASE_URL, "acme", "cfg_1")
            .guest(Guest::new(gateway::EMAIL))
            .transport(transports);
        return Config::from(options).tuning(tuning);
    }
    let options = Config::bloonio(BASE_URL, "019e4ae7-1a2b-7c3d-8e4f-5a6b7c8d9e0f", "pk_7f3a");
    let options = match dialect.identity {
        Linking::Never => options,
        Linking::Plain | Linking::WithNewToken => options.identity(Identity {
            user_id: "u_42".to_owned(),
            signature: "9f86d081".into(),
        }),
    };
    Config::from(options).tuning(tuning)
}

impl World {
    pub(crate) fn new(seed: u64, dialect: Dialect, config: Config) -> Self {
        let mut chance = Chance::new(seed);
        Self {
            clock: Clock::default(),
            heap: BinaryHeap::new(),
            order: 0,
            net: Net::new(&mut chance),
            server: Server::new(dialect),
            storage: Storage::default(),
            driver: Driver::new(config),
            oracle: Oracle::default(),
            twins: Twins::default(),
            faults: Vec::new(),
            trace: Trace::default(),
            figures: Figures::default(),
            mutant: None,
            acts: Vec::new(),
            resting_since: None,
            chance,
        }
    }

    pub(crate) fn has(&self, mutant: Mutant) -> bool {
        self.mutant == Some(mutant)
    }

    pub(crate) fn at(&mut self, at: u64, what: Happening) {
        self.order += 1;
        let order = self.order;
        self.heap.push(Scheduled { at, order, what });
    }

    pub(crate) fn after(&mut self, delay: u64, what: Happening) {
        self.at(self.clock.now + delay, what);
    }

    /// The next happening, if it comes before `until`. False when nothing is left until then.
    pub(crate) fn step(&mut self, until: u64) -> bool {
        match self.heap.peek() {
            Some(next) if next.at <= until => {}
            _ => {
                self.clock.now = self.clock.now.max(until);
                return false;
            }
        }
        if let Some(Scheduled { at, what, .. }) = self.heap.pop() {
            self.clock.now = self.clock.now.max(at);
            self.figures.happenings += 1;
            self.happen(what);
        }
        true
    }

    pub(crate) fn state(&self) -> ConnectionState {
        self.driver
            .client
            .as_ref()
            .map_or(ConnectionState::Idle, |client| client.connection().state)
    }

    fn happen(&mut self, what: Happening) {
        match what {
            Happening::Timer(id) => self.timer_fired(id),
            Happening::Handshake(conn) => self.handshake_arrived(conn),
            Happening::Opened(conn) => self.opened_arrived(conn),
            Happening::Up(conn, frame) => self.up_arrived(conn, frame),
            Happening::Down(conn, frame) => self.down_arrived(conn, frame),
            Happening::Closed(conn, code) => self.close_arrived(conn, code),
            Happening::Broken(conn) => self.socket_ended(conn, 1006, "connection reset"),
            Happening::Hangup(conn) => self.hangup_arrived(conn),
            Happening::Call(call, route, bearer) => self.call_arrived(call, route, bearer.as_deref()),
            Happening::Exchange(call, exchange) => self.exchange_arrived(call, exchange),
            Happening::Answer(call, result) => self.answer_arrived(call, result),
            Happening::Stored(serial) => self.write_ended(serial),
            Happening::Buffered(generation, bytes) => self.deliver(Input::SocketBuffered { generation, bytes }),
            Happening::Fault(index) => self.strike(index),
            Happening::Relief(relief) => self.relieve(relief),
            Happening::UserSends(index) => self.user_sends(index),
            Happening::DeskSays => self.desk_says(),
            Happening::Beat => self.beat(),
            Happening::Reborn => self.reborn(),
            Happening::Rest => self.rest(),
        }
    }

    fn beat(&mut self) {
        if self.net.power == Power::Up {
            self.forget_silent_sessions();
            self.with_server(|server, _, acts| server.beat(acts));
        }
        self.after(gateway::PING_INTERVAL, Happening::Beat);
    }

    fn desk_says(&mut self) {
        let index = self.figures.down;
        let said = self.with_server(|server, now, acts| server.say(&format!("down {index}"), now, acts));
        if said {
            tell!(self, "desk says \"down {index}\"");
            self.figures.down += 1;
        } else {
            self.after(1_000, Happening::DeskSays);
        }
    }

    /// Lets the server do something and carries out what it does on its sockets.
    pub(crate) fn with_server<T>(&mut self, of: impl FnOnce(&mut Server, u64, &mut Acts) -> T) -> T {
        let mut acts = std::mem::take(&mut self.acts);
        let result = of(&mut self.server, self.clock.now, &mut acts);
        self.note_commits();
        for (conn, act) in acts.drain(..) {
            self.perform(conn, act);
        }
        self.acts = acts;
        result
    }

    fn note_commits(&mut self) {
        while let Some(record) = self.server.log.get(self.oracle.commits_seen()) {
            if let crate::server::Entry::Visitor(id) = record.entry {
                let number = self.oracle.commits_seen();
                let text = self.oracle.name_of(id);
                tell!(self, "server commits {text} as m{number} in session {}", record.session);
                self.figures.up += 1;
            }
            self.oracle.committed(*record);
        }
    }

    /// Nothing is under way any more: what was written is where it belongs.
    pub(crate) fn is_settled(&self) -> bool {
        let Some(client) = &self.driver.client else {
            return false;
        };
        client.connection().state == ConnectionState::Live
            && client.queued() == 0
            && self.server.is_idle()
            && self.storage.is_idle()
            && self.twins.none_waits()
            && self.oracle.is_complete(&self.server)
    }
}
