//! What each fuzz target does with its bytes, shared with the test that replays the corpus on stable.
#![allow(dead_code, reason = "each target uses one of them")]

use visavis_client_core::error::Error;
use visavis_client_core::event::ConnectionState;
use visavis_client_core::http::{HttpFailure, HttpResponse};
use visavis_client_core::ids::{Generation, RequestId, WriteId};
use visavis_client_core::socketio::{
    Carried, Endpoint, EnginePacket, Exchange, Line, LineEvent, Packet, Polling, PollingOutput,
};
use visavis_client_core::time::{Instant, Now, UnixMillis};
use visavis_client_core::url::BaseUrl;
use visavis_client_core::{Client, Command, Config, Environment, Input, Output, Typing};

const GRANT: &str = r#"{"data":{"session_id":"vs_1","visitor_token":"e30.eyJpYXQiOjAsImV4cCI6MzYwMH0.c2ln"}}"#;

fn at(millis: u64) -> Now {
    Now {
        mono: Instant::from_millis(millis),
        wall: UnixMillis(1_782_036_062_000 + i64::try_from(millis).unwrap_or(0)),
    }
}

fn client() -> Result<Client, Error> {
    Client::new(Config::bloonio("https://relay.example", "t", "pk_1"), 7, at(0))
}

/// Answers what the client asks for so that it becomes live, and collects what else it does.
fn go_live(client: &mut Client) -> Generation {
    let mut generation = Generation(0);
    let mut inputs = vec![Input::Command(Command::Start)];
    while let Some(input) = inputs.pop() {
        let outputs: Vec<Output> = client.handle(input, at(1)).collect();
        for output in outputs {
            match output {
                Output::Http { request, .. } => {
                    let answer = HttpResponse {
                        status: 201,
                        body: GRANT.to_owned(),
                        ..HttpResponse::default()
                    };
                    inputs.push(Input::HttpFinished {
                        request,
                        result: Ok(answer),
                    });
                }
                Output::OpenSocket { generation: opened, .. } => {
                    generation = opened;
                    inputs.push(Input::SocketFrame {
                        generation,
                        text: r#"{"type":"welcome"}"#.to_owned(),
                    });
                }
                Output::Store { write, .. } => inputs.push(Input::Stored { write, result: Ok(()) }),
                _ => {}
            }
        }
    }
    generation
}

/// Any text as a frame: no panic, no failure for good, the log stays bounded.
pub(crate) fn bloonio_frame(data: &[u8]) {
    let Ok(mut client) = client() else { return };
    let generation = go_live(&mut client);
    assert_eq!(client.connection().state, ConnectionState::Live);
    for line in String::from_utf8_lossy(data).split('\n') {
        for _output in client.handle(
            Input::SocketFrame {
                generation,
                text: line.to_owned(),
            },
            at(2),
        ) {}
    }
    let state = client.connection().state;
    assert!(
        matches!(state, ConnectionState::Live | ConnectionState::Backoff),
        "{state:?}"
    );
    assert!(client.messages().len() <= 1_000);
}

/// Any answer to the call that creates a session: first byte the status class, the rest the body and headers by line.
pub(crate) fn rest_answer(data: &[u8]) {
    let (Ok(mut client), Some((class, rest))) = (client(), data.split_first()) else {
        return;
    };
    let text = String::from_utf8_lossy(rest);
    let mut lines = text.splitn(3, '\n');
    let mut header = || lines.next().map(str::to_owned);
    let (retry_after, date) = (header(), header());
    let status = [200, 201, 301, 400, 401, 403, 404, 410, 422, 429, 500, 503][usize::from(*class) % 12];
    let answer = HttpResponse {
        status,
        body: header().unwrap_or_default(),
        retry_after,
        date,
        ..HttpResponse::default()
    };
    let asked: Vec<Output> = client.handle(Input::Command(Command::Start), at(1)).collect();
    for output in asked {
        if let Output::Http { request, .. } = output {
            for _output in client.handle(
                Input::HttpFinished {
                    request,
                    result: Ok(answer.clone()),
                },
                at(2),
            ) {}
        }
    }
    assert_ne!(client.connection().state, ConnectionState::Live);
}

/// Any text as a stored snapshot: refused, or read and written back to the same.
pub(crate) fn snapshot(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(mut first) = client() else { return };
    if first.restore(text, at(0)).is_err() {
        return;
    }
    let Some(written) = written(&mut first) else { return };
    let Ok(mut second) = client() else { return };
    assert_eq!(
        second.restore(&written, at(0)),
        Ok(()),
        "what was written must be readable"
    );
    assert_eq!(second.queued(), first.queued());
}

fn written(client: &mut Client) -> Option<String> {
    let sent = client.send("one more", at(3));
    let outputs: Vec<Output> = client.drain().collect();
    sent.ok()?;
    outputs.into_iter().find_map(|output| match output {
        Output::Store { snapshot, .. } => Some(snapshot.0),
        _ => None,
    })
}

/// Any bytes as answers to polls, a line feed between answers: what reads is written so that it reads the same, a line ends once, and no call
/// is made while its like is open.
pub(crate) fn socketio_packet(data: &[u8]) {
    let Ok(base) = BaseUrl::parse("baseUrl", "https://gateway.example") else {
        return;
    };
    let mut polling = Polling::new(&Endpoint::new(base, None), at(0));
    let mut line = Line::new("/chat", r#"{"token":"t"}"#, None);
    let (mut get_open, mut post_open, mut ends) = (false, false, 0);
    for body in String::from_utf8_lossy(data).split('\n').chain([""]) {
        while let Some(output) = polling.poll_output() {
            match output {
                PollingOutput::Call(Exchange::Get, _) => assert!(!std::mem::replace(&mut get_open, true)),
                PollingOutput::Call(Exchange::Post, _) => assert!(!std::mem::replace(&mut post_open, true)),
                PollingOutput::Packet(packet) => {
                    read_and_write(&packet);
                    line.receive(&packet, at(1));
                }
                _ => {}
            }
        }
        while let Some(event) = line.poll_event() {
            assert_eq!(ends, 0, "nothing comes after the end");
            if let LineEvent::Broken(_) | LineEvent::Refused { .. } | LineEvent::Disconnected = event {
                ends += 1;
            }
        }
        while let Some(frame) = line.poll_transmit() {
            assert_eq!(ends, 0, "nothing is written after the end");
            polling.send(Carried::Text(frame));
        }
        let answer = |body: &str| HttpResponse {
            status: 200,
            body: body.to_owned(),
            ..HttpResponse::default()
        };
        if std::mem::take(&mut post_open) {
            polling.finished(Exchange::Post, Ok(answer("ok")), at(1));
        }
        if std::mem::take(&mut get_open) {
            polling.finished(Exchange::Get, Ok(answer(body)), at(1));
        }
    }
}

fn read_and_write(packet: &Carried) {
    assert_eq!(
        Carried::from_payload(&packet.clone().into_payload()).as_ref(),
        Ok(packet)
    );
    let Carried::Text(text) = packet else { return };
    let Ok(engine) = EnginePacket::decode(text) else { return };
    assert_eq!(EnginePacket::decode(&engine.encode()), Ok(engine.clone()));
    let EnginePacket::Message(message) = engine else { return };
    if let Ok(packet) = Packet::decode(message) {
        assert!(Packet::decode(&packet.encode()) == Ok(packet));
    }
}

/// Any order of inputs: never two sockets, never two calls for a token, never a frame on a socket that is not open.
pub(crate) fn operations(data: &[u8]) {
    let Ok(mut client) = client() else { return };
    let (mut time, mut socket, mut newest, mut call) = (0_u64, None::<Generation>, 0, None::<RequestId>);
    for pair in data.chunks(2).take(4_000) {
        let (kind, value) = (pair[0], u64::from(pair.get(1).copied().unwrap_or(0)));
        time += value * 37;
        let generation = Generation(newest - (value % 3).min(newest));
        let input = operation(kind, value, generation);
        // A deadline that has come is handled before the input, so the socket counts as open until the input is through.
        let closes = matches!(input, Input::SocketClosed { .. }) && socket == Some(generation);
        let answered = match &input {
            Input::HttpFinished { request, .. } => Some(*request),
            _ => None,
        };
        let outputs: Vec<Output> = client.handle(input, at(time)).collect();
        for output in outputs {
            match output {
                Output::OpenSocket { generation, .. } => {
                    assert!(socket.is_none() || closes, "two sockets");
                    assert!(generation.0 > newest);
                    newest = generation.0;
                    socket = Some(generation);
                }
                Output::CloseSocket { generation, .. } => {
                    assert_eq!(socket.take(), Some(generation));
                }
                Output::Transmit { generation, .. } => assert_eq!(socket, Some(generation)),
                Output::Http { request, .. } => {
                    assert!(call.is_none() || call == answered, "two calls for a token");
                    call = Some(request);
                }
                Output::CancelHttp { request } => assert_eq!(call.take(), Some(request)),
                _ => {}
            }
        }
        if closes && socket == Some(generation) {
            socket = None;
        }
        if call == answered {
            call = None;
        }
    }
}

fn operation(kind: u8, value: u64, generation: Generation) -> Input {
    let frame = |text: &str| Input::SocketFrame {
        generation,
        text: text.to_owned(),
    };
    let answer = |status, body: &str| Input::HttpFinished {
        request: RequestId(value % 24),
        result: Ok(HttpResponse {
            status,
            body: body.to_owned(),
            ..HttpResponse::default()
        }),
    };
    match kind % 22 {
        0 => Input::Command(Command::Start),
        1 => Input::Command(Command::Send {
            text: "hello".to_owned(),
        }),
        2 | 3 => answer(201, GRANT),
        4 => answer(429, "{}"),
        5 => answer(401, "{}"),
        6 => Input::HttpFinished {
            request: RequestId(value % 24),
            result: Err(HttpFailure::Timeout),
        },
        7 => Input::SocketOpened { generation },
        8 | 9 => frame(r#"{"type":"welcome","session_id":"vs_1","messages":[]}"#),
        10 => frame(r#"{"type":"pong","last_message_id":"m9"}"#),
        11 => frame(r#"{"type":"msg","id":"m1","content":"hi"}"#),
        12 => frame(r#"{"type":"error","code":"rate_limited","retry_after":1}"#),
        13 => {
            let codes = [1000, 1001, 1002, 1006, 1008, 1009, 1012, 4401, 4403, 4404, 4429, 4500];
            let code = codes[usize::try_from(value).unwrap_or(0) % codes.len()];
            Input::SocketClosed {
                generation,
                code,
                reason: String::new(),
            }
        }
        14 | 15 => Input::Stored {
            write: WriteId(value % 40),
            result: if value.is_multiple_of(7) {
                Err("full".to_owned())
            } else {
                Ok(())
            },
        },
        16 => {
            use Environment::{Hidden, Offline, Online, PageHidden, PageShown, Visible};
            let all = [Online, Offline, Visible, Hidden, PageHidden, PageShown];
            Input::Environment(all[usize::try_from(value).unwrap_or(0) % all.len()])
        }
        17 => Input::Command(Command::Typing(Typing::Start)),
        18 => Input::Command(Command::Typing(Typing::Stop)),
        19 => Input::SocketBuffered {
            generation,
            bytes: u32::try_from(value * 1_000).unwrap_or(0),
        },
        20 => Input::Command(Command::Stop),
        _ => Input::Timeout,
    }
}
