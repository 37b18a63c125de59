//! Whatever comes, in whatever order: what always holds, and that a good relay brings the client back.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "stories/rules.rs"]
mod rules;

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
use proptest::sample::select;
use serde_json::{Value, json};
use visavis_client_core::config::{Config, Tuning};
use visavis_client_core::http::{HttpFailure, HttpRequest, HttpResponse};
use visavis_client_core::ids::{Generation, LocalId, RequestId, WriteId};
use visavis_client_core::io::Provision;
use visavis_client_core::time::{Instant, Now, UnixMillis};
use visavis_client_core::{
    Attention, Client, Command, ConnectionState, Delivery, Environment, Event, Identity, Input, Output, Typing,
};

use rules::Rules;

/// A token of ten minutes: `{"iat":0,"exp":600}`.
const TOKEN: &str = "e30.eyJpYXQiOjAsImV4cCI6NjAwfQ.c2ln";
const LOG: usize = 20;
const QUEUE: usize = 6;

// --- what may come ------------------------------------------------------------------------------------------------------------

/// Whom an event of the network names.
#[derive(Clone, Copy, Debug)]
enum Whose {
    Current,
    Older,
    Unheard,
}

#[derive(Clone, Debug)]
enum Happening {
    Start,
    Stop,
    FetchConfig,
    Send(usize),
    Retry(usize),
    Discard(usize),
    Typing(Typing),
    Identify,
    Attend(Attention),
    Environment(Environment),
    /// Time passes and timers are met.
    Pass(u64),
    /// Time passes and nothing runs.
    Freeze(u64),
    /// The monotonic clock stands still.
    Sleep(u64),
    SetWall(i64),
    Answer(u16, usize, Option<u64>),
    NoAnswer,
    StrayAnswer(u64),
    Provide(Option<&'static str>),
    Opened(Whose),
    Frame(Whose, usize),
    Closed(Whose, u16),
    Buffered(Whose, u32),
    Stored(Whose, bool),
    /// The relay does as it should for a while.
    Serve,
}

const BODIES: [&str; 7] = [
    r#"{"data":{"session_id":"vs_1","visitor_token":"e30.eyJpYXQiOjAsImV4cCI6NjAwfQ.c2ln"}}"#,
    r#"{"data":{"session_id":"vs_2","visitor_token":"e30.e30.c2ln","expires_in":1}}"#,
    r#"{"visitor_token":"short","expires_at":"2026-06-21T10:01:02Z"}"#,
    r#"{"data":{}}"#,
    "<html></html>",
    "",
    r#"{"data":{"session_id":7,"visitor_token":{"a":[]},"widget_config":[]}}"#,
];

const FRAMES: [&str; 21] = [
    r#"{"type":"welcome"}"#,
    r#"{"type":"welcome","session_id":"vs_9","messages":[{"id":"h1","content":"x"},{"id":"h2","role":"visitor","content":"text 1"},7]}"#,
    r#"{"type":"welcome","history":[],"widget_config":{"is_online":"yes"},"agent":"Sam","status":"open"}"#,
    r#"{"type":"pong"}"#,
    r#"{"type":"pong","last_message_id":"m9"}"#,
    r#"{"type":"pong","last_message_id":"m8"}"#,
    r#"{"type":"msg","id":"m1","content":"x","created_at":1782036062}"#,
    r#"{"type":"msg","id":"m1","content":"y","created_at":"2026-06-21T10:01:02Z"}"#,
    r#"{"type":"msg","content":"no id"}"#,
    r#"{"type":"msg","role":"visitor","content":"text 1"}"#,
    r#"{"type":"msg","id":"","role":{"type":"agent"},"content":"","attachments":[{"url":"u"}]}"#,
    r#"{"type":"typing","state":"start","role":"agent"}"#,
    r#"{"type":"typing","state":"stop"}"#,
    r#"{"type":"error","code":"rate_limited","retry_after":2}"#,
    r#"{"type":"error","message":"no"}"#,
    r#"{"type":"agent_assigned","agent":{"id":1}}"#,
    r#"{"type":"resolved"}"#,
    r#"{"type":"unheard_of"}"#,
    "not json",
    // Two that are filled in with the message in flight.
    "ack",
    "refuse",
];

fn whose() -> impl Strategy<Value = Whose> {
    prop_oneof![8 => Just(Whose::Current), 1 => Just(Whose::Older), 1 => Just(Whose::Unheard)]
}

fn happening() -> impl Strategy<Value = Happening> {
    let environment = select(vec![
        Environment::Online,
        Environment::Offline,
        Environment::Visible,
        Environment::Hidden,
        Environment::PageHidden,
        Environment::PageShown,
    ]);
    let typing = select(vec![Typing::Start, Typing::Stop]);
    let attention = select(vec![Attention::Watching, Attention::Beside, Attention::Away]);
    let failing = vec![1002, 1003, 1008, 4400, 4403, 4450, 0, 65_535];
    let passing = vec![
        1000, 1001, 1005, 1006, 1006, 1009, 1011, 1012, 1013, 4000, 4401, 4401, 4404, 4404, 4429, 4500,
    ];
    let codes = prop_oneof![1 => select(failing), 6 => select(passing)];
    let statuses = vec![
        200, 200, 200, 200, 200, 201, 201, 201, 204, 302, 400, 401, 403, 404, 410, 422, 429, 500, 503, 0, 999,
    ];
    let provided = vec![None, Some(TOKEN), Some("u_1:ab"), Some("nonsense"), Some("")];
    let span = || prop_oneof![0_u64..1_000, 1_000_u64..40_000, 40_000_u64..400_000];
    let network = prop_oneof![
        6 => (select(statuses), 0..BODIES.len(), prop_oneof![Just(None), (0_u64..60).prop_map(Some)])
            .prop_map(|(status, body, wait)| Happening::Answer(status, body, wait)),
        2 => Just(Happening::NoAnswer),
        1 => (0_u64..40).prop_map(Happening::StrayAnswer),
        3 => select(provided).prop_map(Happening::Provide),
        4 => whose().prop_map(Happening::Opened),
        9 => (whose(), 0..FRAMES.len()).prop_map(|(whose, frame)| Happening::Frame(whose, frame)),
        4 => (whose(), codes).prop_map(|(whose, code)| Happening::Closed(whose, code)),
        1 => (whose(), any::<u32>()).prop_map(|(whose, bytes)| Happening::Buffered(whose, bytes)),
        4 => (whose(), any::<bool>()).prop_map(|(whose, done)| Happening::Stored(whose, done)),
        14 => Just(Happening::Serve),
    ];
    let visitor = prop_oneof![
        5 => Just(Happening::Start),
        1 => Just(Happening::Stop),
        1 => Just(Happening::FetchConfig),
        6 => (0_usize..4).prop_map(Happening::Send),
        1 => (0_usize..8).prop_map(Happening::Retry),
        1 => (0_usize..8).prop_map(Happening::Discard),
        2 => typing.prop_map(Happening::Typing),
        1 => Just(Happening::Identify),
        1 => attention.prop_map(Happening::Attend),
        3 => environment.prop_map(Happening::Environment),
    ];
    let time = prop_oneof![
        8 => span().prop_map(Happening::Pass),
        2 => span().prop_map(Happening::Freeze),
        1 => span().prop_map(Happening::Sleep),
        1 => (-90_000_000_i64..90_000_000).prop_map(Happening::SetWall),
    ];
    prop_oneof![5 => network, 3 => visitor, 2 => time]
}

/// Where tokens and users come from, and whether there is a store.
#[derive(Clone, Copy, Debug)]
enum Making {
    Created,
    Volatile,
    Identified,
    TokenGiven,
    TokenAsked,
}

fn making() -> impl Strategy<Value = Making> {
    select(vec![
        Making::Created,
        Making::Created,
        Making::Volatile,
        Making::Identified,
        Making::TokenGiven,
        Making::TokenAsked,
    ])
}

fn config(making: Making) -> Config {
    let options = Config::bloonio("https://relay.example", "t", "pk_1");
    let config: Config = match making {
        Making::Created | Making::Volatile => options.into(),
        Making::Identified => options.identity_provider().into(),
        Making::TokenGiven => options.visitor_token(TOKEN).into(),
        Making::TokenAsked => options.visitor_token_provider().into(),
    };
    let mut tuning = Tuning::default();
    tuning.log_messages = LOG;
    tuning.queue_messages = QUEUE;
    let config = config.tuning(tuning);
    if matches!(making, Making::Volatile) {
        config.volatile()
    } else {
        config
    }
}

// --- a driver that does as it is told -----------------------------------------------------------------------------------------

struct Bench {
    client: Client,
    rules: Rules,
    mono: u64,
    wall: i64,
    calls: VecDeque<(RequestId, HttpRequest)>,
    questions: VecDeque<(RequestId, Provision)>,
    in_flight: Option<String>,
    told: BTreeSet<LocalId>,
    discarded: BTreeSet<LocalId>,
    sent: usize,
}

impl Bench {
    fn new(making: Making, seed: u64) -> Self {
        let (mono, wall) = (1_000, 1_782_036_062_000);
        let now = Now {
            mono: Instant::from_millis(mono),
            wall: UnixMillis(wall),
        };
        Self {
            client: Client::new(config(making), seed, now).unwrap(),
            rules: Rules::new(),
            mono,
            wall,
            calls: VecDeque::new(),
            questions: VecDeque::new(),
            in_flight: None,
            told: BTreeSet::new(),
            discarded: BTreeSet::new(),
            sent: 0,
        }
    }

    fn now(&self) -> Now {
        Now {
            mono: Instant::from_millis(self.mono),
            wall: UnixMillis(self.wall),
        }
    }

    fn give(&mut self, input: Input) {
        self.rules.input(&input);
        let now = self.now();
        let outputs: Vec<Output> = self.client.handle(input, now).collect();
        for output in outputs {
            self.rules.output(&output);
            self.note(output);
        }
        self.rules.settled(&self.client);
        assert!(self.client.messages().count() <= LOG + QUEUE, "the log is bounded");
        assert!(self.client.queued() <= QUEUE);
    }

    fn note(&mut self, output: Output) {
        match output {
            Output::Http { request, call } => self.calls.push_back((request, call)),
            Output::CancelHttp { request } => {
                self.calls.retain(|(open, _)| *open != request);
                self.questions.retain(|(open, _)| *open != request);
            }
            Output::Provide { request, what } => self.questions.push_back((request, what)),
            Output::Transmit { frame, .. } => {
                let frame: Value = serde_json::from_str(&frame).unwrap();
                if let Some(id) = frame["client_msg_id"].as_str() {
                    self.in_flight = Some(id.to_owned());
                }
            }
            Output::Event(Event::Message { message, .. }) => {
                if let Some(id) = message.local_id {
                    assert!(self.told.insert(id), "an own message is told once");
                }
            }
            Output::Event(Event::MessageDiscarded { local_id }) => {
                self.discarded.insert(local_id);
            }
            _ => {}
        }
    }

    fn pass(&mut self, millis: u64) {
        self.mono += millis;
        self.wall += i64::try_from(millis).unwrap();
    }

    fn advance(&mut self, millis: u64) {
        let until = self.mono + millis;
        let mut at_once = 0;
        while let Some((due, what)) = self.client.poll_timeout().filter(|(due, _)| due.as_millis() <= until) {
            at_once = if due.as_millis() > self.mono { 0 } else { at_once + 1 };
            assert!(at_once < 50, "{what:?} never ends");
            self.pass(due.as_millis().saturating_sub(self.mono));
            self.give(Input::Timeout);
        }
        self.pass(until - self.mono);
    }

    fn generation(&self, whose: Whose) -> Generation {
        let current = self.rules.socket().unwrap_or(Generation(0));
        match whose {
            Whose::Current => current,
            Whose::Older => Generation(current.0.saturating_sub(1)),
            Whose::Unheard => Generation(u64::MAX),
        }
    }

    fn own(&self, index: usize) -> Option<LocalId> {
        let own: Vec<LocalId> = self.client.messages().filter_map(|message| message.local_id).collect();
        own.get(index).copied()
    }

    fn command(&mut self, command: Command) {
        self.give(Input::Command(command));
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Start => self.command(Command::Start),
            Happening::Stop => self.command(Command::Stop),
            Happening::FetchConfig => self.command(Command::FetchConfig),
            Happening::Send(size) => self.send(size),
            Happening::Retry(index) => {
                if let Some(local_id) = self.own(index) {
                    self.command(Command::Retry { local_id });
                }
            }
            Happening::Discard(index) => {
                if let Some(local_id) = self.own(index) {
                    self.command(Command::Discard { local_id });
                }
            }
            Happening::Typing(typing) => self.command(Command::Typing(typing)),
            Happening::Identify => self.command(Command::Identify(Identity::parse("u_1:ab").unwrap())),
            Happening::Attend(attention) => self.command(Command::Attend(attention)),
            Happening::Environment(change) => self.give(Input::Environment(change)),
            Happening::Pass(millis) => self.advance(millis),
            Happening::Freeze(millis) => {
                self.pass(millis);
                self.give(Input::Timeout);
            }
            Happening::Sleep(millis) => {
                self.wall += i64::try_from(millis).unwrap();
                self.give(Input::Timeout);
            }
            Happening::SetWall(by) => self.wall += by,
            other => self.network(other),
        }
    }

    fn send(&mut self, size: usize) {
        self.sent += 1;
        let text = match size {
            0 => " ".to_owned(),
            1 => "y".repeat(16_001),
            _ => format!("text {}", self.sent),
        };
        self.command(Command::Send { text });
    }

    fn network(&mut self, happening: Happening) {
        match happening {
            Happening::Answer(status, body, wait) => {
                let response = HttpResponse {
                    status,
                    body: BODIES[body].to_owned(),
                    retry_after: wait.map(|seconds| seconds.to_string()),
                    ..HttpResponse::default()
                };
                self.answer(Ok(response));
            }
            Happening::NoAnswer => self.answer(Err(HttpFailure::Timeout)),
            Happening::StrayAnswer(number) => self.give(Input::HttpFinished {
                request: RequestId(number + 1_000),
                result: Err(HttpFailure::TooLarge),
            }),
            Happening::Provide(given) => self.provide(given),
            Happening::Opened(whose) => {
                let generation = self.generation(whose);
                self.give(Input::SocketOpened { generation });
            }
            Happening::Frame(whose, frame) => self.frame(whose, FRAMES[frame]),
            Happening::Closed(whose, code) => {
                let generation = self.generation(whose);
                let reason = "why".to_owned();
                self.give(Input::SocketClosed {
                    generation,
                    code,
                    reason,
                });
            }
            Happening::Buffered(whose, bytes) => {
                let generation = self.generation(whose);
                self.give(Input::SocketBuffered { generation, bytes });
            }
            Happening::Stored(whose, done) => self.stored(whose, done),
            _ => self.serve(),
        }
    }

    fn answer(&mut self, result: Result<HttpResponse, HttpFailure>) {
        if let Some((request, _)) = self.calls.pop_front() {
            self.give(Input::HttpFinished { request, result });
        }
    }

    fn provide(&mut self, given: Option<&str>) {
        if let Some((request, _)) = self.questions.pop_front() {
            let result = given.map(Into::into).ok_or_else(|| "nothing".to_owned());
            self.give(Input::Provided { request, result });
        }
    }

    fn frame(&mut self, whose: Whose, frame: &str) {
        let generation = self.generation(whose);
        let id = self.in_flight.clone();
        let text = match frame {
            "ack" => json!({ "type": "ack", "client_msg_id": id, "message_id": id }).to_string(),
            "refuse" => json!({ "type": "error", "client_msg_id": id, "message": "never" }).to_string(),
            text => text.to_owned(),
        };
        self.give(Input::SocketFrame { generation, text });
    }

    fn stored(&mut self, whose: Whose, done: bool) {
        let current = self.rules.write_in_flight().unwrap_or(WriteId(0));
        let write = match whose {
            Whose::Current => current,
            Whose::Older => WriteId(current.0.saturating_sub(1)),
            Whose::Unheard => WriteId(u64::MAX),
        };
        let result = if done { Ok(()) } else { Err("full".to_owned()) };
        self.give(Input::Stored { write, result });
    }

    /// The relay, the store and the application do what they should, for everything that waits now.
    fn serve(&mut self) {
        while self.rules.write_in_flight().is_some() {
            self.stored(Whose::Current, true);
        }
        while let Some((_, what)) = self.questions.front() {
            let given = if *what == Provision::Identity { "u_1:ab" } else { TOKEN };
            self.provide(Some(given));
        }
        while !self.calls.is_empty() {
            let response = HttpResponse {
                status: 200,
                body: BODIES[0].to_owned(),
                ..HttpResponse::default()
            };
            self.answer(Ok(response));
        }
        if self.rules.socket().is_some() {
            self.frame(Whose::Current, FRAMES[if self.is_live() { 3 } else { 0 }]);
        }
        while let Some(id) = self.in_flight.take().filter(|_| self.is_live()) {
            let text = json!({ "type": "ack", "client_msg_id": id, "message_id": id }).to_string();
            let generation = self.generation(Whose::Current);
            self.give(Input::SocketFrame { generation, text });
        }
    }

    fn is_live(&self) -> bool {
        self.client.connection().state == ConnectionState::Live
    }

    /// What waits for the visitor is given up, so that the queue can go on.
    fn decide(&mut self) {
        let waits = |status| matches!(status, Delivery::Failed | Delivery::Uncertain | Delivery::Expired);
        let undecided = self.client.messages().filter(|message| waits(message.status));
        let ids: Vec<LocalId> = undecided.filter_map(|message| message.local_id).collect();
        for local_id in ids {
            self.command(Command::Discard { local_id });
        }
    }
}

/// 256 cases, or as many as `PROPTEST_CASES` says.
fn settings() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        max_shrink_iters: 20_000,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(settings())]

    /// The rules are checked by the bench, at every input and output.
    #[test]
    fn whatever_happens_the_rules_hold(making in making(), seed in any::<u64>(), happenings in vec(happening(), 1..120)) {
        let mut bench = Bench::new(making, seed);
        for happening in happenings {
            bench.happen(happening);
        }
    }

    #[test]
    fn whatever_happened_a_good_relay_brings_it_back(
        making in select(vec![Making::Created, Making::Volatile, Making::Identified, Making::TokenAsked]),
        seed in any::<u64>(),
        happenings in vec(happening(), 1..80),
    ) {
        let mut bench = Bench::new(making, seed);
        for happening in happenings {
            bench.happen(happening);
        }
        for change in [Environment::PageShown, Environment::Online, Environment::Visible] {
            bench.give(Input::Environment(change));
        }
        bench.command(Command::Start);
        let mut waited = Duration::ZERO;
        while !(bench.is_live() && bench.client.queued() == 0) {
            // The longest wait that the relay may have asked for, the pause after too many renewals, and a round of attempts.
            prop_assert!(waited < Duration::from_secs(300), "{:?}, {} queued", bench.client.connection(), bench.client.queued());
            bench.decide();
            bench.serve();
            bench.advance(500);
            waited += Duration::from_millis(500);
        }
        bench.serve();
        bench.decide();
        let settled = bench.client.messages().all(|message| message.status == Delivery::Sent);
        prop_assert!(settled, "{:?}", bench.client.messages().collect::<Vec<_>>());
    }

    #[test]
    fn the_same_inputs_give_the_same_outputs(seed in any::<u64>(), happenings in vec(happening(), 1..60)) {
        let run = || {
            let mut bench = Bench::new(Making::Identified, seed);
            for happening in happenings.clone() {
                bench.happen(happening);
            }
            format!("{:?}", bench.client)
        };
        prop_assert_eq!(run(), run());
    }
}
