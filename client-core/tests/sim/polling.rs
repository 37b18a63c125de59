//! Long-polling in the simulated network: a line whose packets are carried by calls, and what can happen to those.
//! Written from the protocol's description, not from the client.

use visavis_client_core::http::{HttpFailure, HttpRequest, HttpResponse, Method};
use visavis_client_core::ids::Generation;

use crate::dialect::Carriage;
use crate::driver::CallId;
use crate::gateway;
use crate::mutants::Mutant;
use crate::net::{CallLoss, Carried, End, Line, Power, Reach};
use crate::server::{Act, Conn, Route};
use crate::trace::tell;
use crate::world::{Happening, World};

/// Between the packets of one body.
const SEPARATOR: char = '\u{1e}';
/// A session that nobody calls for is over: the server's ping interval and the time it waits for an answer.
const FORGOTTEN_AFTER: u64 = 45_000;

/// What a call that carries packets asks for. A session is named by its line.
#[derive(Clone, Debug)]
pub(crate) enum Exchange {
    Open,
    Poll(Conn),
    Post(Conn, String),
}

impl Exchange {
    pub(crate) fn read(call: &HttpRequest) -> Self {
        let (_, query) = call.url.expose().split_once('?').unwrap_or_default();
        let sid = query.split('&').find_map(|pair| pair.strip_prefix("sid=p"));
        match (sid.and_then(|number| number.parse().ok()).map(Conn), call.method) {
            (None, _) => Self::Open,
            (Some(conn), Method::Post) => Self::Post(conn, call.body.clone().unwrap_or_default()),
            (Some(conn), _) => Self::Poll(conn),
        }
    }

    pub(crate) fn session(&self) -> Option<Conn> {
        match self {
            Self::Open => None,
            Self::Poll(conn) | Self::Post(conn, _) => Some(*conn),
        }
    }

    pub(crate) fn is_farewell(&self) -> bool {
        matches!(self, Self::Post(_, body) if body == "1")
    }
}

/// What becomes of the next call that carries packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mishap {
    /// The connection breaks before the server has the whole of it.
    RequestCut,
    /// It breaks before the answer is there; what was sent was taken, what was answered is lost.
    AnswerCut,
    /// It reaches a machine that does not know the session.
    SessionForgotten,
    /// The answer takes so much longer.
    AnswerHeld(u64),
    /// The answer is lost, and a browser makes the call again by itself: neither end hears of it.
    AnswerRepeated,
}

impl Mishap {
    /// Whether it befalls the answer when that is given.
    fn is_the_answers(&mut self) -> bool {
        matches!(self, Self::AnswerHeld(_) | Self::AnswerRepeated)
    }
}

#[derive(Debug)]
struct Session {
    conn: Conn,
    /// Packets for the next call that waits.
    queue: Vec<String>,
    waiting: Option<CallId>,
    /// When the last call arrived.
    heard: u64,
}

/// The sessions that the server has, and the trouble that is due.
#[derive(Debug, Default)]
pub(crate) struct Exchanges {
    sessions: Vec<Session>,
    pub(crate) mishap: Option<Mishap>,
}

impl Exchanges {
    fn of(&mut self, conn: Conn) -> Option<&mut Session> {
        self.sessions.iter_mut().find(|session| session.conn == conn)
    }

    /// The session is over: the call that waited in it.
    fn end(&mut self, conn: Conn) -> Option<CallId> {
        let at = self.sessions.iter().position(|session| session.conn == conn)?;
        self.sessions.swap_remove(at).waiting
    }
}

/// The numbers of the messages that packets bring.
fn numbers_in(body: &str) -> impl Iterator<Item = usize> {
    let ids = body.split(r#""sk":"m"#).skip(1);
    ids.filter_map(|rest| rest.split_once('"')?.0.parse().ok())
}

fn reset() -> Result<HttpResponse, HttpFailure> {
    Err(HttpFailure::Network("connection reset".to_owned()))
}

impl World {
    /// A call that carries packets goes out.
    pub(crate) fn send_exchange(&mut self, call: CallId, exchange: Exchange) {
        let lost = self.next_call_loss();
        if self.net.reach == Reach::Cut {
            return self.no_network(call);
        }
        if lost == Some(CallLoss::Request) {
            tell!(self, "the call is lost");
            return;
        }
        let delay = self.net.delay(&mut self.chance);
        let mut answered = call;
        match (exchange.session(), self.next_mishap(&exchange)) {
            (_, Some(Mishap::RequestCut)) => {
                tell!(self, "the call is cut");
                return self.after(delay, Happening::Answer(call, reset()));
            }
            (_, Some(Mishap::AnswerCut)) => {
                tell!(self, "the call's answer will be cut");
                let later = delay + self.chance.between(1, 2_000);
                self.after(later, Happening::Answer(call, reset()));
                answered = CallId::NOBODYS;
            }
            (Some(conn), Some(Mishap::SessionForgotten)) => {
                tell!(self, "the session of line {} is forgotten", conn.0);
                self.forget(conn);
            }
            _ => {}
        }
        if lost == Some(CallLoss::Answer) {
            tell!(self, "the call's answer will be lost");
            answered = CallId::NOBODYS;
        }
        let at = self.clock.now + delay;
        let at = match exchange.session() {
            Some(conn) => self.net.lines[conn.0].up.arrival(at),
            None => Some(at),
        };
        if let Some(at) = at {
            self.at(at, Happening::Exchange(answered, exchange));
        }
    }

    /// The mishap that is due, unless it is the answer's or there is no session yet.
    fn next_mishap(&mut self, exchange: &Exchange) -> Option<Mishap> {
        exchange.session()?;
        self.net.exchanges.mishap.take_if(|mishap| !mishap.is_the_answers())
    }

    fn forget(&mut self, conn: Conn) {
        let waiting = self.net.exchanges.end(conn);
        self.hangup_arrived(conn);
        if let Some(call) = waiting {
            self.after(30, Happening::Answer(call, reset()));
        }
    }

    pub(crate) fn exchange_arrived(&mut self, call: CallId, exchange: Exchange) {
        if self.net.power == Power::Down {
            return self.no_server(call);
        }
        match exchange {
            Exchange::Open => self.open_session(call),
            Exchange::Poll(conn) => self.poll_arrived(call, conn),
            Exchange::Post(conn, body) => self.post_arrived(call, conn, &body),
        }
    }

    fn open_session(&mut self, call: CallId) {
        let answer = self.with_server(|server, now, _| server.call(Route::Polling, None, now));
        if answer.status != 200 {
            return self.answer_call(call, answer);
        }
        let conn = Conn(self.net.lines.len());
        self.figures.dials += 1;
        self.net
            .lines
            .push(Line::new(Generation(0), String::new(), Carried::ByCalls));
        let line = &mut self.net.lines[conn.0];
        (line.client, line.server) = (End::Open, End::Open);
        self.server.knock(conn);
        self.net.exchanges.sessions.push(Session {
            conn,
            queue: Vec::new(),
            waiting: None,
            heard: self.clock.now,
        });
        tell!(self, "line {} is carried by calls", conn.0);
        self.answer_exchange(call, conn, 200, gateway::opened(&format!("p{}", conn.0)));
    }

    fn session_unknown(&mut self, call: CallId, conn: Conn) {
        let body = r#"{"code":1,"message":"Session ID unknown"}"#;
        self.answer_exchange(call, conn, 400, body.to_owned());
    }

    fn poll_arrived(&mut self, call: CallId, conn: Conn) {
        let now = self.clock.now;
        let Some(session) = self.net.exchanges.of(conn) else {
            return self.session_unknown(call, conn);
        };
        session.heard = now;
        if session
            .waiting
            .replace(call)
            .is_some_and(|other| other != CallId::NOBODYS)
        {
            // Two at once: the session is over for both.
            self.forget(conn);
        } else {
            self.flush(conn);
        }
    }

    fn post_arrived(&mut self, call: CallId, conn: Conn, body: &str) {
        let now = self.clock.now;
        let Some(session) = self.net.exchanges.of(conn) else {
            return self.session_unknown(call, conn);
        };
        session.heard = now;
        for packet in body.split(SEPARATOR) {
            match packet {
                "1" => {
                    let waiting = self.net.exchanges.end(conn);
                    self.hangup_arrived(conn);
                    if let Some(waiting) = waiting {
                        self.answer_exchange(waiting, conn, 200, "6".to_owned());
                    }
                }
                "3" => {}
                packet => self.with_server(|server, now, acts| server.frame(conn, packet, now, acts)),
            }
        }
        if self.net.lines[conn.0].server == End::Open || body == "1" {
            self.answer_exchange(call, conn, 200, "ok".to_owned());
        } else {
            self.after(30, Happening::Answer(call, reset()));
        }
    }

    /// What is there for the call that waits goes with its answer.
    fn flush(&mut self, conn: Conn) {
        let Some(session) = self.net.exchanges.of(conn).filter(|session| !session.queue.is_empty()) else {
            return;
        };
        let Some(call) = session.waiting.take() else {
            return;
        };
        let body = std::mem::take(&mut session.queue).join("\u{1e}");
        self.answer_exchange(call, conn, 200, body);
    }

    fn answer_exchange(&mut self, call: CallId, conn: Conn, status: u16, body: String) {
        let held = match self.net.exchanges.mishap.take_if(Mishap::is_the_answers) {
            Some(Mishap::AnswerHeld(by)) => by,
            Some(Mishap::AnswerRepeated) if self.driver.waits_for_packets(call) => {
                tell!(self, "the answer is lost, and the call made again by itself");
                numbers_in(&body).for_each(|number| self.oracle.may_come_late(number));
                let delay = self.net.delay(&mut self.chance);
                return self.after(delay, Happening::Exchange(call, Exchange::Poll(conn)));
            }
            _ => 0,
        };
        let at = self.clock.now + held + self.net.delay(&mut self.chance);
        if let Some(at) = self.net.lines[conn.0].down.arrival(at) {
            let response = HttpResponse {
                status,
                body,
                ..HttpResponse::default()
            };
            self.at(at, Happening::Answer(call, Ok(response)));
        }
    }

    /// Carries out on a line by calls what the server did.
    pub(crate) fn perform_by_calls(&mut self, conn: Conn, act: Act) {
        match act {
            Act::Open => {}
            Act::Say(packet) => {
                if let Some(session) = self.net.exchanges.of(conn) {
                    session.queue.push(packet);
                    self.flush(conn);
                }
            }
            Act::Close(1012) => {
                self.net.lines[conn.0].server = End::Closed;
                if let Some(call) = self.net.exchanges.end(conn) {
                    self.answer_exchange(call, conn, 200, "1".to_owned());
                }
            }
            Act::Close(_) | Act::Break => {
                tell!(self, "line {} breaks", conn.0);
                self.net.lines[conn.0].server = End::Closed;
                if let Some(call) = self.net.exchanges.end(conn) {
                    self.after(30, Happening::Answer(call, reset()));
                }
            }
        }
    }

    /// The client's own system says that the calls of a line have broken.
    pub(crate) fn calls_broken(&mut self, conn: Conn) {
        self.net.lines[conn.0].client = End::Closed;
        let of_line = self.driver.calls.iter().filter(|open| open.session == Some(conn));
        let broken: Vec<CallId> = of_line.map(|open| open.id).collect();
        for call in broken {
            self.answer_arrived(call, reset());
        }
    }

    /// The client wants no answer any more: the connection is closed, and with it the session, once the server hears of it.
    pub(crate) fn abandon_exchange(&mut self, conn: Conn) {
        self.net.lines[conn.0].client = End::Closed;
        let later = if self.chance.one_in(4) {
            self.chance.between(20_000, 90_000)
        } else {
            self.chance.up_to(1_000)
        };
        self.after(later, Happening::Hangup(conn));
    }

    pub(crate) fn session_hung_up(&mut self, conn: Conn) {
        let _nobody_listens = self.net.exchanges.end(conn);
    }

    /// Sessions that nobody calls for are over.
    pub(crate) fn forget_silent_sessions(&mut self) {
        let now = self.clock.now;
        let silent = |session: &&Session| now - session.heard > FORGOTTEN_AFTER;
        let silent: Vec<Conn> = self
            .net
            .exchanges
            .sessions
            .iter()
            .filter(silent)
            .map(|session| session.conn)
            .collect();
        for conn in silent {
            self.forget(conn);
        }
    }

    /// Whether calls carry a line that lives.
    pub(crate) fn is_served_by_calls(&self) -> bool {
        let mut sessions = self.driver.calls.iter().filter_map(|open| open.session);
        sessions.any(|conn| self.net.lines[conn.0].serves())
    }

    /// What a driver makes of an answer that brings packets, a planted fault included.
    pub(crate) fn as_the_driver_reads_it(
        &self,
        result: Result<HttpResponse, HttpFailure>,
    ) -> Result<HttpResponse, HttpFailure> {
        result.map(|response| match response.body.split_once(SEPARATOR) {
            Some((first, _)) if self.has(Mutant::FirstPacketOnly) => HttpResponse {
                body: first.to_owned(),
                ..response
            },
            _ => response,
        })
    }

    /// Whether the server takes sockets.
    pub(crate) fn takes_sockets(&self) -> bool {
        !matches!(self.server.dialect.carriage, Carriage::NoSockets)
    }
}
