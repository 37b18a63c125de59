//! What Mailoo's fuzz target does with its bytes, shared with the test that replays the corpus on stable.

use std::collections::BTreeSet;

use visavis_client_core::http::{HttpFailure, HttpResponse, Method};
use visavis_client_core::ids::{Generation, RequestId};
use visavis_client_core::io::Attention;
use visavis_client_core::mailoo::wire;
use visavis_client_core::time::{Instant, Now, UnixMillis};
use visavis_client_core::{Client, Command, Config, ConnectionState, Event, Input, Output};

/// A visitor who watches, and a service that says what the bytes say.
struct Scene {
    client: Client,
    millis: u64,
    /// The socket beside the polls, if it is wanted.
    bell: Option<Generation>,
    newest: Generation,
    calls: Vec<(RequestId, Method)>,
    /// Ids that a message was shown under.
    shown: BTreeSet<String>,
}

impl Scene {
    fn new() -> Option<Self> {
        let options = Config::mailoo("https://site.example")
            .project_uid("p")
            .integration_id("i")
            .ws_origin("https://api.example");
        let mut scene = Self {
            client: Client::new(Config::from(options).volatile(), 7, at(0)).ok()?,
            millis: 0,
            bell: None,
            newest: Generation(0),
            calls: Vec::new(),
            shown: BTreeSet::new(),
        };
        scene.give(Input::Command(Command::Attend(Attention::Watching)));
        scene.give(Input::Command(Command::Start));
        scene.pass(1);
        assert_eq!(scene.client.connection().state, ConnectionState::Live);
        Some(scene)
    }

    fn give(&mut self, input: Input) {
        let outputs: Vec<Output> = self.client.handle(input, at(self.millis)).collect();
        outputs.into_iter().for_each(|output| self.carry_out(output));
    }

    fn carry_out(&mut self, output: Output) {
        match output {
            Output::Http { request, call } => {
                let posts = |(_, method): &(RequestId, Method)| *method == Method::Post;
                assert!(
                    call.method != Method::Post || !self.calls.iter().any(posts),
                    "two messages at once"
                );
                self.calls.push((request, call.method));
            }
            Output::CancelHttp { request } => self.calls.retain(|(call, _)| *call != request),
            Output::OpenSocket { generation, .. } => {
                assert!(self.bell.is_none() && generation > self.newest, "two sockets");
                (self.bell, self.newest) = (Some(generation), generation);
            }
            Output::CloseSocket { generation, .. } => assert_eq!(self.bell.take(), Some(generation)),
            Output::Transmit { generation, .. } => assert_eq!(self.bell, Some(generation), "a frame for no socket"),
            Output::Event(Event::Message {
                message,
                replaces: false,
                ..
            }) => {
                let id = message.server_id.map(|id| format!("{} {}", message.conversation, id.0));
                assert!(id.is_none_or(|id| self.shown.insert(id)), "a message was shown twice");
            }
            _ => {}
        }
    }

    fn pass(&mut self, millis: u64) {
        self.millis += millis;
        self.give(Input::Timeout);
    }

    /// The oldest call with this verb ends.
    fn finish(&mut self, method: Method, result: Result<HttpResponse, HttpFailure>) {
        if let Some(at) = self.calls.iter().position(|(_, of)| *of == method) {
            let (request, _) = self.calls.remove(at);
            self.give(Input::HttpFinished { request, result });
        }
    }

    fn answer(&mut self, method: Method, answer: &str) {
        let (status, body) = answer.split_once(' ').unwrap_or((answer, ""));
        let response = HttpResponse {
            status: status.parse().unwrap_or(200),
            body: body.to_owned(),
            etag: (body.len() % 3 == 1).then(|| body.len().to_string()),
            retry_after: (status == "429").then(|| body.to_owned()),
            ..HttpResponse::default()
        };
        self.finish(method, Ok(response));
    }

    fn rings(&mut self, line: &str) {
        let Some(generation) = self.bell else { return };
        if let Some(code) = line.strip_prefix('!') {
            self.bell = None;
            self.give(Input::SocketClosed {
                generation,
                code: code.parse().unwrap_or(1006),
                reason: String::new(),
            });
        } else {
            self.give(Input::SocketOpened { generation });
            let text = line.to_owned();
            self.give(Input::SocketFrame { generation, text });
        }
    }
}

fn at(millis: u64) -> Now {
    Now {
        mono: Instant::from_millis(millis),
        wall: UnixMillis(1_782_036_062_000 + i64::try_from(millis).unwrap_or(0)),
    }
}

/// Lines of any text. Behind `>` it is a message of the visitor, behind `=200 ` the answer to it, behind `<200 ` the answer to a poll; `?`
/// and `-` let a message and a poll end without one; behind `+` so many seconds pass, behind `!` the socket closes with a code; anything
/// else is a frame on it. No panic, one message on its way at a time, no id shown twice, never two sockets, never a frame for none, the
/// log stays bounded, and a stop is the end.
pub(crate) fn conversation(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let Some(mut scene) = Scene::new() else { return };
    for line in text.split('\n').take(2_000) {
        let _ = (
            wire::messages(line),
            wire::sent(line),
            wire::pushed(line),
            wire::status(line),
        );
        match (line.get(..1), line.get(1..).unwrap_or_default()) {
            (Some(">"), text) => scene.give(Input::Command(Command::Send { text: text.to_owned() })),
            (Some("="), answer) => scene.answer(Method::Post, answer),
            (Some("<"), answer) => scene.answer(Method::Get, answer),
            (Some("?"), _) => scene.finish(Method::Post, Err(HttpFailure::Timeout)),
            (Some("-"), _) => scene.finish(Method::Get, Err(HttpFailure::TooLarge)),
            (Some("+"), seconds) => scene.pass(seconds.parse::<u64>().unwrap_or(1).min(1_000) * 1_000),
            _ => scene.rings(line),
        }
    }
    assert!(scene.client.messages().len() <= 1_000 + 100);
    scene.give(Input::Command(Command::Stop));
    assert_eq!(scene.client.connection().state, ConnectionState::Closed);
    assert_eq!((scene.bell, scene.calls.len()), (None, 0));
    assert_eq!(scene.client.poll_timeout(), None);
}
