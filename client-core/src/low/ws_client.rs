//! Bloonio's socket as a machine: frames in and out, heartbeat, reconnection. No session, no queue that outlives a page.

use std::collections::VecDeque;

use crate::backend::Heartbeat;
use crate::backend::bloonio::{self, frame};
use crate::config::Tuning;
use crate::connection::backoff::Cause;
use crate::connection::close::{self, Verdict};
use crate::connection::{Connection, Directive};
use crate::context::{Context, Passed};
use crate::deadline::Deadline;
use crate::error::Error;
use crate::event::{ConnectionState, ConnectionStatus};
use crate::ids::Generation;
use crate::io::Environment;
use crate::rng::Rng;
use crate::secret::Secret;
use crate::time::{Instant, Now};
use crate::url::{BaseUrl, Url};

/// Frames that wait for the first greeting, at most.
const MOST_WAITING: usize = 100;

/// What a frame from the server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FrameKind {
    /// The greeting: the connection is live.
    Welcome,
    /// A message was taken.
    Ack,
    /// A message from the bot, an agent or the system.
    Message,
    /// Somebody types, or stopped.
    Typing,
    /// The answer to a ping.
    Pong,
    /// The server refused something.
    Error,
    /// Anything else.
    Other,
}

/// What the machine asks for or tells.
#[derive(Clone, Debug)]
#[must_use]
#[non_exhaustive]
pub enum WsOutput {
    /// Open a socket; its events carry this generation. The address holds the token.
    OpenSocket(Generation, Url),
    /// Send this text frame.
    Transmit(Generation, String),
    /// Close the socket with this code.
    CloseSocket(Generation, u16),
    /// A frame came, as the server sent it.
    Frame(FrameKind, String),
    /// The connection's state changed.
    Connection(ConnectionStatus),
    /// It gave up: the token or the session is no longer good, or the relay refuses.
    Failed(Error),
}

/// One visitor's socket, with a token that the application brings.
#[derive(Clone, Debug)]
pub struct WsClient {
    cx: Context,
    base: BaseUrl,
    token: Secret,
    connection: Connection,
    waiting: VecDeque<String>,
    shown: Option<ConnectionState>,
    outputs: VecDeque<WsOutput>,
}

impl WsClient {
    /// A client that has not connected yet.
    ///
    /// # Errors
    /// [`Error::Configuration`] when `base_url` is no `http` or `https` address.
    pub fn new(base_url: &str, token: Secret, seed: u64, now: Now) -> Result<Self, Error> {
        let mut cx = Context::new(Tuning::default(), seed, now);
        let policy_seed = Rng::new(cx.rng.next_u64());
        Ok(Self {
            base: BaseUrl::parse("baseUrl", base_url)?,
            token,
            connection: Connection::new(policy_seed, Heartbeat::Ours),
            waiting: VecDeque::new(),
            shown: None,
            outputs: VecDeque::new(),
            cx,
        })
    }

    /// Connects, and stays connected until [`WsClient::close`].
    pub fn connect(&mut self, now: Now) {
        self.advance(now);
        self.connection.start(&mut self.cx);
        self.settle();
    }

    /// Sends a text frame, or keeps it until the greeting. A frame that was on a line which broke is not sent again.
    ///
    /// # Errors
    /// [`Error::QueueFull`] when a hundred frames already wait.
    pub fn send(&mut self, frame: String, now: Now) -> Result<(), Error> {
        self.advance(now);
        if self.waiting.len() >= MOST_WAITING {
            return Err(Error::QueueFull {
                messages: MOST_WAITING,
                bytes: usize::MAX,
            });
        }
        self.waiting.push_back(frame);
        self.settle();
        Ok(())
    }

    /// Disconnects and stays so.
    pub fn close(&mut self, now: Now) {
        self.advance(now);
        self.connection.stop(&mut self.cx);
        self.settle();
        self.cx.deadlines.clear_all();
    }

    /// The socket is open.
    pub fn opened(&mut self, generation: Generation, now: Now) {
        self.advance(now);
        self.connection.opened(generation);
        self.settle();
    }

    /// A text frame came.
    pub fn received(&mut self, generation: Generation, text: &str, now: Now) {
        self.advance(now);
        if self.connection.is_current(generation) {
            self.connection.opened(generation);
            self.connection.heard(&mut self.cx);
            let kind = kind(text);
            if kind == FrameKind::Welcome {
                self.connection.welcomed(&mut self.cx);
            }
            self.outputs.push_back(WsOutput::Frame(kind, text.to_owned()));
        }
        self.settle();
    }

    /// The socket closed; code 1006 when there was none.
    pub fn closed(&mut self, generation: Generation, code: u16, reason: &str, now: Now) {
        self.advance(now);
        if let Some(verdict) = self.connection.closed(generation, code, &mut self.cx) {
            self.conclude(verdict, code, close::describe(code, reason));
        }
        self.settle();
    }

    /// The network or the page changed.
    pub fn environment(&mut self, change: Environment, now: Now) {
        self.advance(now);
        self.connection.environment(change, &mut self.cx);
        self.settle();
    }

    /// A deadline may have come.
    pub fn timeout(&mut self, now: Now) {
        self.advance(now);
        self.settle();
    }

    /// The nearest deadline: call [`WsClient::timeout`] then.
    pub fn poll_timeout(&self) -> Option<(Instant, Deadline)> {
        self.cx.deadlines.next()
    }

    /// What is to be carried out, in order.
    pub fn poll_output(&mut self) -> Option<WsOutput> {
        self.outputs.pop_front()
    }

    /// The connection now.
    pub fn connection(&self) -> ConnectionStatus {
        self.connection.status(self.cx.mono())
    }

    fn conclude(&mut self, verdict: Verdict, code: u16, words: String) {
        match verdict {
            Verdict::Retry(cause) => self.connection.fail(cause, words, &mut self.cx),
            Verdict::TooLarge => self.connection.fail(Cause::Lost, words, &mut self.cx),
            Verdict::Misunderstood => self.connection.misunderstood(words, &mut self.cx),
            Verdict::RenewToken | Verdict::StartOver => {
                let message =
                    format!("{words}; refresh the token or create a session, then connect with the new token");
                self.connection.refuse(
                    Error::Session {
                        message,
                        status: Some(code),
                    },
                    &mut self.cx,
                );
            }
            Verdict::Refused => {
                self.connection.refuse(
                    Error::Configuration {
                        message: words,
                        status: Some(code),
                    },
                    &mut self.cx,
                );
            }
        }
    }

    fn advance(&mut self, now: Now) {
        if self.cx.advance(now) == Passed::Asleep {
            self.connection.woke(&mut self.cx);
            self.follow();
        }
        while let Some((_, deadline)) = self.cx.deadlines.take_due(self.cx.now.mono) {
            self.connection.deadline(deadline, &mut self.cx);
            self.follow();
        }
    }

    fn settle(&mut self) {
        self.follow();
        if let Some(generation) = self.connection.live() {
            let frames = self
                .waiting
                .drain(..)
                .map(|frame| WsOutput::Transmit(generation, frame));
            self.outputs.extend(frames);
        }
        self.show();
    }

    fn follow(&mut self) {
        while let Some(directive) = self.connection.next_directive() {
            match directive {
                Directive::Authenticate => {
                    let url = bloonio::socket_url(&self.base, &self.token);
                    let generation = self.connection.dial(None, &mut self.cx);
                    self.outputs.push_back(WsOutput::OpenSocket(generation, url));
                }
                Directive::Close(generation, code) => {
                    self.outputs.push_back(WsOutput::CloseSocket(generation, code));
                }
                Directive::Ping(generation) => {
                    self.outputs.push_back(WsOutput::Transmit(generation, frame::ping()));
                }
                Directive::AbandonAuthentication | Directive::Down | Directive::Stable => {}
            }
        }
    }

    fn show(&mut self) {
        let status = self.connection.status(self.cx.mono());
        if self.shown == Some(status.state) {
            return;
        }
        self.shown = Some(status.state);
        self.outputs.push_back(WsOutput::Connection(status));
        if let Some(error) = self.connection.failure().cloned() {
            self.outputs.push_back(WsOutput::Failed(error));
        }
    }
}

/// By the frame's own word alone: whoever uses this layer makes their own message ids.
fn kind(text: &str) -> FrameKind {
    match frame::kind(text).as_deref() {
        Some("welcome") => FrameKind::Welcome,
        Some("ack") => FrameKind::Ack,
        Some("msg") => FrameKind::Message,
        Some("typing") => FrameKind::Typing,
        Some("pong") => FrameKind::Pong,
        Some("error") => FrameKind::Error,
        _ => FrameKind::Other,
    }
}
