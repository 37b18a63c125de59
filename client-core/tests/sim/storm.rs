//! Many clients lose one server at the same moment: how hard do they hit it when they come back?

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fmt;

use visavis_client_core::http::HttpResponse;
use visavis_client_core::ids::{Generation, RequestId};
use visavis_client_core::time::{Instant, Now, UnixMillis};
use visavis_client_core::{Client, Command, ConnectionState, Input, Output, Tuning};

use crate::chance::Chance;
use crate::dialect::Dialect;
use crate::server::DAWN;
use crate::world::config;

const CLIENTS: usize = 20_000;
/// When the server goes away. Everybody has been connected for long enough to have forgotten the beginning.
const STRIKE: u64 = 120_000;
/// By then the last client must be back.
const GIVE_UP: u64 = STRIKE + 400_000;

/// How the server takes connections from a moment on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Server {
    /// At once, all of them.
    Back,
    /// Not for this long.
    Out(u64),
    /// So many a second; the others are turned away.
    Limited(u64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Start,
    Timer(u64),
    Answer(RequestId),
    Arrival(Generation),
    Greeting(Generation),
    TurnedAway(Generation),
    Farewell,
}

struct One {
    client: Client,
    armed: Option<Instant>,
    timer: u64,
    line: Option<Generation>,
}

struct Storm {
    now: u64,
    clients: Vec<One>,
    heap: BinaryHeap<Reverse<(u64, u64, usize, Kind)>>,
    order: u64,
    chance: Chance,
    server: Server,
    code: u16,
    /// When dials reached the server after the strike.
    arrivals: Vec<u64>,
    accepted: (u64, u64),
    back: Vec<u64>,
}

/// What the server saw.
#[derive(Debug)]
struct Picture {
    /// Most arrivals in any second after it was back, as a share of all clients.
    peak: f64,
    /// Dials of a client until it was back.
    attempts: f64,
    /// When the last one was back, in seconds after the strike.
    all_back: f64,
}

impl fmt::Display for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            peak,
            attempts,
            all_back,
        } = self;
        write!(
            f,
            "{CLIENTS} clients: peak {peak:.3} of them a second, {attempts:.1} attempts each, all back after {all_back:.0} s"
        )
    }
}

fn storm(code: u16, server: Server) -> Picture {
    let mut storm = Storm {
        now: 0,
        clients: Vec::new(),
        heap: BinaryHeap::new(),
        order: 0,
        chance: Chance::new(u64::from(code)),
        server,
        code,
        arrivals: Vec::new(),
        accepted: (0, 0),
        back: Vec::new(),
    };
    storm.assemble();
    storm.run();
    storm.picture()
}

impl Storm {
    fn read(&self) -> Now {
        Now {
            mono: Instant::from_millis(self.now),
            wall: UnixMillis(i64::try_from(DAWN + self.now).unwrap()),
        }
    }

    fn at(&mut self, at: u64, who: usize, what: Kind) {
        self.order += 1;
        self.heap.push(Reverse((at, self.order, who, what)));
    }

    fn assemble(&mut self) {
        for who in 0..CLIENTS {
            let (seed, start, hears) = (self.chance.bits(), self.chance.up_to(60_000), self.chance.up_to(100));
            let client = Client::new(
                config(&Dialect::plain(), Tuning::default()).volatile(),
                seed,
                self.read(),
            )
            .unwrap();
            self.clients.push(One {
                client,
                armed: None,
                timer: 0,
                line: None,
            });
            self.at(start, who, Kind::Start);
            self.at(STRIKE + hears, who, Kind::Farewell);
        }
    }

    fn run(&mut self) {
        while self.back.len() < CLIENTS {
            let Some(Reverse((at, _, who, what))) = self.heap.pop() else {
                panic!("everything is quiet, and {} are not back", CLIENTS - self.back.len());
            };
            assert!(at < GIVE_UP, "{} are not back", CLIENTS - self.back.len());
            self.now = at;
            self.happen(who, what);
        }
    }

    fn happen(&mut self, who: usize, what: Kind) {
        let rtt = 20 + self.chance.up_to(60);
        match what {
            Kind::Start => self.tell(who, Input::Command(Command::Start)),
            Kind::Timer(id) if self.clients[who].timer != id => {}
            Kind::Timer(_) => {
                self.clients[who].armed = None;
                self.tell(who, Input::Timeout);
            }
            Kind::Answer(request) => {
                let body = r#"{"data":{"session_id":"vs_1","visitor_token":"e30.e30.c2ln","expires_in":3600}}"#;
                let response = HttpResponse {
                    status: 201,
                    body: body.to_owned(),
                    ..HttpResponse::default()
                };
                self.tell(
                    who,
                    Input::HttpFinished {
                        request,
                        result: Ok(response),
                    },
                );
            }
            Kind::Arrival(generation) => {
                let kind = if self.takes_one_more() {
                    Kind::Greeting(generation)
                } else {
                    Kind::TurnedAway(generation)
                };
                self.at(self.now + rtt, who, kind);
            }
            Kind::Greeting(generation) => {
                let text = r#"{"type":"welcome","session_id":"vs_1","messages":[]}"#.to_owned();
                self.tell(who, Input::SocketFrame { generation, text });
                let is_live = self.clients[who].client.connection().state == ConnectionState::Live;
                if is_live && self.now >= STRIKE {
                    self.back.push(self.now);
                }
            }
            Kind::TurnedAway(generation) => self.end(who, generation, 1006),
            Kind::Farewell => {
                let generation = self.clients[who].line.expect("connected before the strike");
                self.end(who, generation, self.code);
            }
        }
    }

    /// Whether the server takes the connection that arrives now.
    fn takes_one_more(&mut self) -> bool {
        if self.now < STRIKE {
            return true;
        }
        self.arrivals.push(self.now);
        match self.server {
            Server::Back => true,
            Server::Out(length) => self.now >= STRIKE + length,
            Server::Limited(rate) => {
                let tenth = self.now / 100;
                if self.accepted.0 != tenth {
                    self.accepted = (tenth, 0);
                }
                self.accepted.1 += 1;
                self.accepted.1 <= rate / 10
            }
        }
    }

    fn end(&mut self, who: usize, generation: Generation, code: u16) {
        self.clients[who].line.take_if(|line| *line == generation);
        let reason = String::new();
        self.tell(
            who,
            Input::SocketClosed {
                generation,
                code,
                reason,
            },
        );
    }

    fn tell(&mut self, who: usize, input: Input) {
        let now = self.read();
        let outputs: Vec<Output> = self.clients[who].client.handle(input, now).collect();
        for output in outputs {
            match output {
                Output::Http { request, .. } => self.at(self.now + 40, who, Kind::Answer(request)),
                Output::OpenSocket { generation, .. } => {
                    self.clients[who].line = Some(generation);
                    let on_its_way = 10 + self.chance.up_to(30);
                    self.at(self.now + on_its_way, who, Kind::Arrival(generation));
                }
                Output::Transmit { generation, frame } if frame.contains("ping") => {
                    self.pong(who, generation);
                }
                _ => {}
            }
        }
        self.arm(who);
    }

    /// The pong takes no time: nothing in the storm depends on it.
    fn pong(&mut self, who: usize, generation: Generation) {
        if self.clients[who].line == Some(generation) {
            let text = r#"{"type":"pong"}"#.to_owned();
            let now = self.read();
            let asked = self.clients[who]
                .client
                .handle(Input::SocketFrame { generation, text }, now)
                .count();
            assert_eq!(asked, 0, "a pong asks for nothing");
        }
    }

    fn arm(&mut self, who: usize) {
        let wanted = self.clients[who].client.poll_timeout().map(|(at, _)| at);
        let one = &mut self.clients[who];
        if wanted != one.armed {
            one.armed = wanted;
            one.timer += 1;
            let id = one.timer;
            if let Some(at) = wanted {
                self.at(at.as_millis().max(self.now), who, Kind::Timer(id));
            }
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of some ten thousand")]
    fn picture(mut self) -> Picture {
        self.arrivals.sort_unstable();
        let attempts = self.arrivals.len() as f64 / CLIENTS as f64;
        let from = match self.server {
            Server::Out(length) => STRIKE + length,
            Server::Back | Server::Limited(_) => STRIKE,
        };
        let counted: Vec<u64> = self.arrivals.into_iter().filter(|at| *at >= from).collect();
        let mut first = 0;
        let mut most = 0;
        for (last, at) in counted.iter().enumerate() {
            while counted[first] + 1_000 <= *at {
                first += 1;
            }
            most = most.max(last + 1 - first);
        }
        let last = self.back.iter().max().copied().unwrap_or(0);
        Picture {
            peak: most as f64 / CLIENTS as f64,
            attempts,
            all_back: (last - STRIKE) as f64 / 1_000.0,
        }
    }
}

#[test]
fn a_crash_that_everybody_sees_is_spread_over_five_seconds() {
    let picture = storm(1006, Server::Back);
    println!("storm, crash, instantly back: {picture}");
    assert!(picture.peak <= 0.22, "{picture:?}");
}

#[test]
fn an_announced_restart_is_spread_over_ten_seconds() {
    let picture = storm(1012, Server::Back);
    println!("storm, announced restart: {picture}");
    assert!(picture.peak <= 0.12, "{picture:?}");
}

#[test]
fn an_outage_of_a_minute_ends_gently() {
    let picture = storm(1006, Server::Out(60_000));
    println!("storm, after an outage of 60 s: {picture}");
    assert!(picture.peak <= 0.08 && picture.attempts <= 10.0, "{picture:?}");
}

#[test]
fn a_server_that_takes_two_percent_a_second_gets_everybody_back() {
    let picture = storm(1006, Server::Limited(CLIENTS as u64 / 50));
    println!("storm, two percent a second: {picture}");
    assert!(picture.all_back <= 75.0, "{picture:?}");
}
