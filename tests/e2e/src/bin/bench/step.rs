//! The core alone: what one frame costs from text to event.

use std::time::{Duration, Instant};

use visavis_backends::model::Tenant;
use visavis_client_core::http::HttpResponse;
use visavis_client_core::time::{Instant as Moment, Now, UnixMillis};
use visavis_client_core::{Client, Command, Config, ConnectionState, Input, Output};

/// What is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Frame {
    /// A bot's message of some 270 bytes.
    Message,
    /// The bot begins and stops typing.
    Typing,
    Pong,
}

impl Frame {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Typing => "typing",
            Self::Pong => "pong",
        }
    }

    pub(crate) fn named(name: &str) -> Result<Self, String> {
        [Self::Message, Self::Typing, Self::Pong]
            .into_iter()
            .find(|frame| frame.name() == name)
            .ok_or_else(|| format!("no frame is called {name}"))
    }
}

/// Nanoseconds for one frame decoded and applied, its events drained and dropped. The best of several rounds.
pub(crate) fn cost(frame: Frame, rounds: usize, frames: usize) -> Result<f64, String> {
    let mut best = Duration::MAX;
    for _ in 0..rounds {
        best = best.min(round(frame, frames)?);
    }
    Ok(best.as_nanos() as f64 / frames as f64)
}

fn round(frame: Frame, frames: usize) -> Result<Duration, String> {
    let (mut client, generation) = live()?;
    let texts: Vec<String> = (0..frames).map(|number| text(frame, number)).collect();
    let begun = Instant::now();
    for (number, text) in texts.into_iter().enumerate() {
        let input = Input::SocketFrame { generation, text };
        for output in client.handle(input, at(number)) {
            std::hint::black_box(&output);
        }
    }
    let elapsed = begun.elapsed();
    if client.connection().state != ConnectionState::Live || client.unknown_frames() > 0 {
        return Err("the core did not understand the frames".to_owned());
    }
    Ok(elapsed)
}

fn text(frame: Frame, number: usize) -> String {
    match frame {
        Frame::Message => format!(
            "{{\"type\":\"msg\",\"id\":\"66f1{number:020x}\",\"role\":\"bot\",\"name\":\"Iris\",\"content\":\"We are open Monday to Saturday, 10:00 to \
             19:00. The store page has public holidays, and I can look up an order when you tell me its number. ({number})\",\
             \"created_at\":\"2026-06-{:02}T{:02}:{:02}:{:02}Z\"}}",
            1 + number / 86_400,
            number / 3_600 % 24,
            number / 60 % 60,
            number % 60
        ),
        Frame::Typing if number.is_multiple_of(2) => r#"{"type":"typing","state":"start","role":"bot"}"#.to_owned(),
        Frame::Typing => r#"{"type":"typing","state":"stop","role":"bot"}"#.to_owned(),
        Frame::Pong => r#"{"type":"pong"}"#.to_owned(),
    }
}

/// Frames a millisecond apart, from a minute after the start.
fn at(number: usize) -> Now {
    let millis = u64::try_from(number).unwrap_or(0) + 60_000;
    Now {
        mono: Moment::from_millis(millis / 100),
        wall: UnixMillis(1_782_036_000_000 + i64::try_from(millis / 100).unwrap_or(0)),
    }
}

/// A client that was led to a live connection by hand.
fn live() -> Result<(Client, visavis_client_core::ids::Generation), String> {
    let now = at(0);
    let options = Config::bloonio("https://relay.example", Tenant::DEMO_ID, Tenant::DEMO_PUBLIC_KEY);
    let mut client = Client::new(Config::from(options).volatile(), 1, now).map_err(|error| error.to_string())?;
    let mut inputs = vec![Input::Command(Command::Start)];
    let mut opened = None;
    while let Some(input) = inputs.pop() {
        let outputs: Vec<Output> = client.handle(input, now).collect();
        for output in outputs {
            match output {
                Output::Http { request, .. } => inputs.push(Input::HttpFinished {
                    request,
                    result: Ok(session()),
                }),
                Output::OpenSocket { generation, .. } => {
                    opened = Some(generation);
                    let text = r#"{"type":"welcome","session_id":"vs_1"}"#.to_owned();
                    inputs.push(Input::SocketFrame { generation, text });
                    inputs.push(Input::SocketOpened { generation });
                }
                _ => {}
            }
        }
    }
    match opened {
        Some(generation) if client.connection().state == ConnectionState::Live => Ok((client, generation)),
        _ => Err(format!("the core did not come alive: {:?}", client.connection())),
    }
}

fn session() -> HttpResponse {
    let body = concat!(
        r#"{"status_code":201,"data":{"session_id":"vs_1","visitor_token":"#,
        r#""eyJhbGciOiJIUzI1NiJ9.eyJpYXQiOjE3ODIwMzYwMDAsImV4cCI6MTc4MjAzOTYwMH0.c2lnbmF0dXJl","#,
        r#""expires_at":"2026-06-21T11:00:00Z"},"message":"Visitor session created."}"#
    );
    HttpResponse {
        status: 201,
        body: body.to_owned(),
        ..HttpResponse::default()
    }
}
