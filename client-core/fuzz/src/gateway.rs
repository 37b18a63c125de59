//! What the fuzz target of AppEngine's gateway does with its bytes, shared with the test that replays the corpus on stable.

use std::collections::VecDeque;

use visavis_client_core::http::HttpResponse;
use visavis_client_core::ids::{FileId, Generation, RequestId};
use visavis_client_core::io::FileInfo;
use visavis_client_core::time::{Instant, Now, UnixMillis};
use visavis_client_core::{Client, Command, Config, ConnectionState, Event, Guest, Input, Output};

const GREETING: [&str; 5] = [
    r#"0{"sid":"e","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#,
    r#"40/chat,{"sid":"s"}"#,
    r#"42/chat,["authenticate",{"success":true}]"#,
    r#"43/chat,0[{"success":true,"history":[]}]"#,
    r#"43/chat,1[{"success":true,"history":[]}]"#,
];

/// A gateway that welcomes everybody, and a visitor who has sent a text and a file.
struct Scene {
    client: Client,
    millis: u64,
    socket: Option<Generation>,
    newest: Generation,
    calls: VecDeque<RequestId>,
    inputs: VecDeque<Input>,
    /// Sockets that were welcomed; the later ones are only opened.
    welcomes: usize,
    finals: Vec<String>,
}

impl Scene {
    fn new() -> Option<Self> {
        let options = Config::appengine("https://gateway.example", "acme", "c").guest(Guest::new("alice@site.example"));
        let now = Now {
            mono: Instant::from_millis(0),
            wall: UnixMillis(1_782_036_062_000),
        };
        let mut scene = Self {
            client: Client::new(Config::from(options).volatile(), 7, now).ok()?,
            millis: 0,
            socket: None,
            newest: Generation(0),
            calls: VecDeque::new(),
            inputs: VecDeque::new(),
            welcomes: 0,
            finals: Vec::new(),
        };
        scene.give(Input::Command(Command::Start));
        scene.answer(201, r#"{"token":"e30.e30.c2ln"}"#);
        assert_eq!(scene.client.connection().state, ConnectionState::Live);
        scene.give(Input::Command(Command::Send {
            text: "hello".to_owned(),
        }));
        let file = FileInfo {
            file: FileId(1),
            name: "a.png".to_owned(),
            mime: None,
            size: 3,
            source: None,
        };
        let files = vec![file];
        let text = String::new();
        scene.give(Input::Command(Command::SendFiles { text, files }));
        Some(scene)
    }

    fn now(&self) -> Now {
        Now {
            mono: Instant::from_millis(self.millis),
            wall: UnixMillis(1_782_036_062_000 + i64::try_from(self.millis).unwrap_or(0)),
        }
    }

    fn give(&mut self, input: Input) {
        self.inputs.push_back(input);
        while let Some(input) = self.inputs.pop_front() {
            let outputs: Vec<Output> = self.client.handle(input, self.now()).collect();
            outputs.into_iter().for_each(|output| self.carry_out(output));
        }
    }

    fn carry_out(&mut self, output: Output) {
        match output {
            Output::OpenSocket { generation, .. } => {
                assert!(self.socket.is_none(), "two sockets");
                assert!(generation > self.newest);
                (self.socket, self.newest) = (Some(generation), generation);
                self.inputs.push_back(Input::SocketOpened { generation });
                if self.welcomes < 2 {
                    self.welcomes += 1;
                    let frames = GREETING.map(|text| frame(generation, text));
                    self.inputs.extend(frames);
                }
            }
            Output::CloseSocket { generation, .. } => assert_eq!(self.socket.take(), Some(generation)),
            Output::Transmit { generation, .. } => assert_eq!(self.socket, Some(generation), "a frame for no socket"),
            Output::Http { request, .. } | Output::Upload { request, .. } => self.calls.push_back(request),
            Output::CancelHttp { request } => self.calls.retain(|call| *call != request),
            Output::Event(Event::Message {
                message,
                replaces: false,
                ..
            }) => self.finals.extend(message.stream_id),
            _ => {}
        }
    }

    fn answer(&mut self, status: u16, body: &str) {
        if let Some(request) = self.calls.pop_front() {
            let response = HttpResponse {
                status,
                body: body.to_owned(),
                ..HttpResponse::default()
            };
            let result = Ok(response);
            self.give(Input::HttpFinished { request, result });
        }
    }
}

fn frame(generation: Generation, text: &str) -> Input {
    let text = text.to_owned();
    Input::SocketFrame { generation, text }
}

/// Lines of any text. Behind `=200 ` it is the answer to the oldest call, behind `+` so many seconds pass, else it is a packet. No panic, never
/// two sockets, never a frame for none, the log stays bounded, one message for each stream, and a stop is the end.
pub(crate) fn gateway_conversation(data: &[u8]) {
    let Some(mut scene) = Scene::new() else { return };
    for line in String::from_utf8_lossy(data).split('\n').take(2_000) {
        if let Some((status, body)) = line.strip_prefix('=').and_then(|line| line.split_once(' ')) {
            scene.answer(status.parse().unwrap_or(200), body);
        } else if let Some(seconds) = line.strip_prefix('+') {
            scene.millis += seconds.parse::<u64>().unwrap_or(1).min(1_000) * 1_000;
            scene.give(Input::Timeout);
        } else if let Some(generation) = scene.socket {
            scene.give(frame(generation, line));
        }
    }
    assert!(scene.client.messages().len() <= 1_000);
    scene.finals.sort_unstable();
    assert!(
        scene.finals.windows(2).all(|pair| pair[0] != pair[1]),
        "a stream with two messages: {:?}",
        scene.finals
    );
    scene.give(Input::Command(Command::Stop));
    assert_eq!(scene.client.connection().state, ConnectionState::Closed);
    assert_eq!(scene.socket, None);
    assert_eq!(scene.client.poll_timeout(), None);
}
