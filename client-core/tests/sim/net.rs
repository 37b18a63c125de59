//! The network: delays, cuts, lines that are dead without anybody's knowing, handshakes that arrive late.

use visavis_client_core::http::{HttpFailure, HttpResponse};
use visavis_client_core::ids::Generation;

use crate::chance::Chance;
use crate::dialect::Lifetime;
use crate::driver::CallId;
use crate::mutants::Mutant;
use crate::polling::Exchanges;
use crate::server::{Act, Answer, Conn, DAWN, Route};
use crate::site::{BROKEN, NO_ANSWER};
use crate::trace::tell;
use crate::world::{Happening, World};

/// What becomes of what is put into one direction of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    Runs,
    /// It arrives, but not before.
    Stalled(u64),
    Lost,
}

impl Flow {
    /// Two troubles at the same time: the longer one counts.
    fn worse(self, other: Self) -> Self {
        match (self, other) {
            (Self::Lost, _) | (_, Self::Lost) => Self::Lost,
            (Self::Stalled(one), Self::Stalled(two)) => Self::Stalled(one.max(two)),
            (Self::Stalled(until), Self::Runs) | (Self::Runs, Self::Stalled(until)) => Self::Stalled(until),
            (Self::Runs, Self::Runs) => Self::Runs,
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Pipe {
    pub(crate) flow: Flow,
    free_at: u64,
}

impl Pipe {
    const fn new() -> Self {
        Self {
            flow: Flow::Runs,
            free_at: 0,
        }
    }

    /// When something sent now arrives: never before what was sent earlier.
    pub(crate) fn arrival(&mut self, at: u64) -> Option<u64> {
        let at = match self.flow {
            Flow::Lost => return None,
            // What was under way when it stopped comes first.
            Flow::Stalled(until) => at.max(until + 1),
            Flow::Runs => at,
        };
        self.free_at = self.free_at.max(at);
        Some(self.free_at)
    }
}

/// What one end believes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Opening,
    Open,
    Closed,
}

#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) generation: Generation,
    pub(crate) client: End,
    pub(crate) server: End,
    pub(crate) up: Pipe,
    pub(crate) down: Pipe,
    pub(crate) carried: Carried,
    token: String,
}

/// What brings a line's frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Carried {
    BySocket,
    ByCalls,
}

impl Line {
    pub(crate) fn new(generation: Generation, token: String, carried: Carried) -> Self {
        Self {
            generation,
            client: End::Opening,
            server: End::Opening,
            up: Pipe::new(),
            down: Pipe::new(),
            carried,
            token,
        }
    }

    /// Frames pass in both directions.
    pub(crate) fn serves(&self) -> bool {
        self.server == End::Open && self.up.flow == Flow::Runs && self.down.flow == Flow::Runs
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weather {
    Rough,
    Calm,
}

/// Whether the client's machine has a network at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    Connected,
    Cut,
}

/// What becomes of the next REST calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CallLoss {
    Request,
    Answer,
}

/// Whether the server's process runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Power {
    Up,
    Down,
}

#[derive(Debug)]
pub(crate) struct Net {
    pub(crate) lines: Vec<Line>,
    base: u64,
    jitter: u64,
    pub(crate) weather: Weather,
    pub(crate) late_handshake: Option<u64>,
    pub(crate) lost_calls: Option<(CallLoss, u64)>,
    pub(crate) exchanges: Exchanges,
    pub(crate) reach: Reach,
    pub(crate) power: Power,
}

impl Net {
    pub(crate) fn new(chance: &mut Chance) -> Self {
        Self {
            lines: Vec::new(),
            base: chance.between(2, 120),
            jitter: chance.pick(&[1, 20, 250]),
            weather: Weather::Rough,
            late_handshake: None,
            lost_calls: None,
            exchanges: Exchanges::default(),
            reach: Reach::Connected,
            power: Power::Up,
        }
    }

    pub(crate) fn delay(&self, chance: &mut Chance) -> u64 {
        let usual = self.base + chance.up_to(self.jitter);
        match self.weather {
            Weather::Rough if chance.one_in(60) => usual + chance.up_to(4_000),
            _ => usual,
        }
    }
}

impl World {
    fn line(&mut self, conn: Conn) -> &mut Line {
        &mut self.net.lines[conn.0]
    }

    fn send_up(&mut self, conn: Conn, what: Happening) {
        let at = self.clock.now + self.net.delay(&mut self.chance);
        if let Some(at) = self.line(conn).up.arrival(at) {
            self.at(at, what);
        }
    }

    fn send_down(&mut self, conn: Conn, what: Happening) {
        let at = self.clock.now + self.net.delay(&mut self.chance);
        if let Some(at) = self.line(conn).down.arrival(at) {
            self.at(at, what);
        }
    }

    /// The driver opens a socket.
    pub(crate) fn dial(&mut self, generation: Generation, token: String) -> Conn {
        let conn = Conn(self.net.lines.len());
        self.figures.dials += 1;
        self.net.lines.push(Line::new(generation, token, Carried::BySocket));
        if self.net.reach == Reach::Cut {
            // Some systems say so, others let the attempt hang.
            if self.chance.one_in(2) {
                self.after(20, Happening::Broken(conn));
            }
            return conn;
        }
        let late = self.net.late_handshake.take().unwrap_or(0);
        if late > 0 {
            tell!(self, "the handshake will arrive {late} ms late");
        }
        let at = self.clock.now + late + self.net.delay(&mut self.chance);
        if let Some(at) = self.line(conn).up.arrival(at) {
            self.at(at, Happening::Handshake(conn));
        }
        conn
    }

    pub(crate) fn transmit(&mut self, conn: Conn, frame: String) {
        self.send_up(conn, Happening::Up(conn, frame));
    }

    /// The driver closes its end.
    pub(crate) fn hang_up(&mut self, conn: Conn) {
        let line = self.line(conn);
        if line.client == End::Closed {
            return;
        }
        line.client = End::Closed;
        let linger = if self.chance.one_in(4) {
            self.chance.between(20_000, 90_000)
        } else {
            self.chance.up_to(1_000)
        };
        let now = self.clock.now;
        let at = self.line(conn).up.arrival(now + linger).unwrap_or(now + 90_000);
        self.at(at, Happening::Hangup(conn));
    }

    pub(crate) fn handshake_arrived(&mut self, conn: Conn) {
        if self.held_up(conn, Happening::Handshake(conn)) || self.net.reach == Reach::Cut {
            return;
        }
        if self.net.power == Power::Down {
            let at = self.clock.now + self.net.delay(&mut self.chance);
            self.at(at, Happening::Broken(conn));
            return;
        }
        if !self.takes_sockets() {
            return self.turn_away(conn);
        }
        let line = self.line(conn);
        let ghost = line.client == End::Closed;
        line.server = End::Open;
        let token = std::mem::take(&mut line.token);
        tell!(
            self,
            "handshake of line {} arrives{}",
            conn.0,
            if ghost { ", a ghost" } else { "" }
        );
        self.with_server(|server, now, acts| server.handshake(conn, &token, now, acts));
    }

    /// Something on the way lets no socket through: most say so, some let the attempt hang.
    fn turn_away(&mut self, conn: Conn) {
        if !self.chance.one_in(4) {
            let delay = self.net.delay(&mut self.chance);
            self.after(delay, Happening::Broken(conn));
        }
    }

    /// Whether what comes up a line is lost, or has to wait.
    fn held_up(&mut self, conn: Conn, what: Happening) -> bool {
        let now = self.clock.now;
        match self.line(conn).up.flow {
            Flow::Runs => false,
            Flow::Lost => true,
            Flow::Stalled(until) if until <= now => false,
            Flow::Stalled(until) => {
                self.at(until, what);
                true
            }
        }
    }

    fn held_down(&mut self, conn: Conn, what: impl FnOnce() -> Happening) -> bool {
        let now = self.clock.now;
        match self.line(conn).down.flow {
            Flow::Runs => false,
            Flow::Lost => true,
            Flow::Stalled(until) if until <= now => false,
            Flow::Stalled(until) => {
                self.at(until, what());
                true
            }
        }
    }

    pub(crate) fn up_arrived(&mut self, conn: Conn, frame: String) {
        match self.net.lines[conn.0].up.flow {
            Flow::Lost => return,
            Flow::Stalled(until) if until > self.clock.now => {
                self.at(until, Happening::Up(conn, frame));
                return;
            }
            Flow::Stalled(_) | Flow::Runs => {}
        }
        if self.line(conn).server == End::Open && self.net.power == Power::Up {
            self.with_server(|server, now, acts| server.frame(conn, &frame, now, acts));
        }
    }

    pub(crate) fn hangup_arrived(&mut self, conn: Conn) {
        self.line(conn).server = End::Closed;
        self.server.left(conn);
        self.session_hung_up(conn);
    }

    /// Carries out on the line what the server did.
    pub(crate) fn perform(&mut self, conn: Conn, act: Act) {
        if self.line(conn).carried == Carried::ByCalls {
            return self.perform_by_calls(conn, act);
        }
        match act {
            Act::Open => self.send_down(conn, Happening::Opened(conn)),
            Act::Say(frame) => self.send_down(conn, Happening::Down(conn, frame)),
            Act::Close(code) => {
                self.line(conn).server = End::Closed;
                self.send_down(conn, Happening::Closed(conn, code));
            }
            Act::Break => {
                tell!(self, "line {} breaks before the acknowledgement", conn.0);
                self.line(conn).server = End::Closed;
                self.line(conn).down.flow = Flow::Lost;
                self.after(30, Happening::Broken(conn));
            }
        }
    }

    pub(crate) fn opened_arrived(&mut self, conn: Conn) {
        if self.held_down(conn, || Happening::Opened(conn)) {
            return;
        }
        if self.line(conn).client == End::Opening {
            self.line(conn).client = End::Open;
            self.socket_opened(conn);
        }
    }

    pub(crate) fn down_arrived(&mut self, conn: Conn, frame: String) {
        match self.net.lines[conn.0].down.flow {
            Flow::Lost => return,
            Flow::Stalled(until) if until > self.clock.now => {
                self.at(until, Happening::Down(conn, frame));
                return;
            }
            Flow::Stalled(_) | Flow::Runs => {}
        }
        if self.line(conn).client == End::Open || self.has(Mutant::StaleGeneration) {
            self.socket_frame(conn, frame);
        }
    }

    pub(crate) fn close_arrived(&mut self, conn: Conn, code: u16) {
        if !self.held_down(conn, || Happening::Closed(conn, code)) {
            self.socket_ended(conn, code, "");
        }
    }

    /// Both directions of every open line are treated alike.
    pub(crate) fn every_open_line(&mut self, mut treat: impl FnMut(&mut Self, Conn)) {
        for at in 0..self.net.lines.len() {
            if self.net.lines[at].client != End::Closed {
                treat(self, Conn(at));
            }
        }
    }

    /// The line breaks: the client's system notices at once, the server's sooner or later.
    pub(crate) fn cut(&mut self, conn: Conn) {
        self.line(conn).down.flow = Flow::Lost;
        if self.chance.one_in(2) {
            self.line(conn).up.flow = Flow::Lost;
        }
        let (soon, later) = (self.chance.up_to(50), self.chance.between(50, 3_000));
        self.after(soon, Happening::Broken(conn));
        self.after(later, Happening::Hangup(conn));
    }

    /// The line is dead, or stands still, and nobody is told.
    pub(crate) fn silence(&mut self, conn: Conn, up: Flow, down: Flow) {
        let line = self.line(conn);
        line.up.flow = line.up.flow.worse(up);
        line.down.flow = line.down.flow.worse(down);
        if up == Flow::Lost || down == Flow::Lost {
            let later = self.chance.between(20_000, 120_000);
            self.after(later, Happening::Hangup(conn));
        }
    }

    /// What the next message is held up on its way by. The one who sent it may have given up before it arrives.
    fn next_hold_up(&mut self, route: Route) -> u64 {
        match route {
            Route::Submit => self.net.late_handshake.take().unwrap_or(0) / 2,
            _ => 0,
        }
    }

    /// A REST call goes out.
    pub(crate) fn send_call(&mut self, call: CallId, route: Route, bearer: Option<String>) {
        let lost = self.next_call_loss();
        if self.net.reach == Reach::Cut {
            self.no_network(call);
        } else if lost == Some(CallLoss::Request) {
            tell!(self, "the call is lost");
        } else {
            let delay = self.net.delay(&mut self.chance) + self.next_hold_up(route);
            if lost == Some(CallLoss::Answer) && self.server.is_site() {
                tell!(self, "the call's answer will be lost");
                self.after(delay, Happening::Call(CallId::NOBODYS, route, bearer));
            } else if lost == Some(CallLoss::Answer) {
                tell!(self, "the call's answer will be lost");
                let now = self.clock.now;
                let _lost = self.server.call(route, bearer.as_deref(), now + delay);
            } else {
                self.after(delay, Happening::Call(call, route, bearer));
            }
        }
    }

    /// Some systems say so, others let the call hang.
    pub(crate) fn no_network(&mut self, call: CallId) {
        if self.chance.one_in(2) {
            let failure = HttpFailure::Network("no network".to_owned());
            self.after(20, Happening::Answer(call, Err(failure)));
        }
    }

    /// Nobody listens, or something before the server says so.
    pub(crate) fn no_server(&mut self, call: CallId) {
        let delay = self.net.delay(&mut self.chance);
        let result = if self.chance.one_in(2) {
            Err(HttpFailure::Network("connection refused".to_owned()))
        } else {
            Ok(HttpResponse {
                status: 502,
                ..HttpResponse::default()
            })
        };
        self.after(delay, Happening::Answer(call, result));
    }

    pub(crate) fn next_call_loss(&mut self) -> Option<CallLoss> {
        let (loss, left) = self.net.lost_calls?;
        self.net.lost_calls = (left > 1).then_some((loss, left - 1));
        Some(loss)
    }

    pub(crate) fn call_arrived(&mut self, call: CallId, route: Route, bearer: Option<&str>) {
        if self.net.power == Power::Down {
            return self.no_server(call);
        }
        let answer = self.with_server(|server, now, _| server.call(route, bearer, now));
        self.answer_call(call, answer);
    }

    pub(crate) fn answer_call(&mut self, call: CallId, answer: Answer) {
        let delay = self.net.delay(&mut self.chance);
        if matches!(answer.status, NO_ANSWER | BROKEN) {
            tell!(self, "the answer is lost");
        }
        match answer.status {
            NO_ANSWER => return,
            BROKEN => {
                let result = if self.chance.one_in(2) {
                    Err(HttpFailure::Network("connection reset".to_owned()))
                } else {
                    Ok(HttpResponse {
                        status: 504,
                        ..HttpResponse::default()
                    })
                };
                self.after(delay, Happening::Answer(call, result));
                return;
            }
            _ => {}
        }
        if let (429, Some(seconds)) = (answer.status, answer.retry_after) {
            self.oracle.obstructed_until(self.clock.now + delay + seconds * 1_000);
        }
        let date = (self.server.dialect.lifetime == Lifetime::AsDate).then(|| http_date(self.clock.now));
        let response = HttpResponse {
            status: answer.status,
            body: answer.body,
            retry_after: answer.retry_after.map(|seconds| seconds.to_string()),
            date,
            ..HttpResponse::default()
        };
        self.after(delay, Happening::Answer(call, Ok(response)));
    }
}

/// The server's clock as a `Date` header; every simulated day ends before midnight.
fn http_date(now: u64) -> String {
    let second_of_day = (DAWN + now) / 1_000 % 86_400;
    let (hour, minute, second) = (second_of_day / 3_600, second_of_day / 60 % 60, second_of_day % 60);
    format!("Sun, 21 Jun 2026 {hour:02}:{minute:02}:{second:02} GMT")
}
