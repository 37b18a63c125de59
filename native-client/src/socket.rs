//! One WebSocket, plain or under TLS, with small buffers.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::{Sink, SinkExt, Stream, StreamExt};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};

/// Allocated for every socket at once. Chat frames are a few hundred bytes; the library's default of 128 KiB is most of a visitor.
const READ_BUFFER: usize = 4 * 1024;

/// Frames of one batch are gathered up to this size before they are written.
const WRITE_BUFFER: usize = 4 * 1024;

/// What a peer that does not read may make us keep. The machine has one message and a few signals on the wire at a time.
const UNWRITTEN: usize = 1024 * 1024;

/// A longer message is not from a chat server.
pub(crate) const LONGEST_MESSAGE: usize = 1024 * 1024;

/// The other side has this long to answer our close frame.
const CLOSE_LIMIT: Duration = Duration::from_secs(2);

/// Boxed, so that a visitor without a socket, or with a plain one, does not carry the size of a TLS session.
pub(crate) enum Socket {
    Plain(Box<WebSocketStream<TcpStream>>),
    Tls(Box<WebSocketStream<TlsStream<TcpStream>>>),
}

impl Socket {
    /// `early` is what the server sent right behind its answer to the upgrade.
    pub(crate) async fn plain(stream: TcpStream, early: Vec<u8>) -> Self {
        let socket = WebSocketStream::from_partially_read(stream, early, Role::Client, Some(settings()));
        Self::Plain(Box::new(socket.await))
    }

    pub(crate) async fn tls(stream: TlsStream<TcpStream>, early: Vec<u8>) -> Self {
        let socket = WebSocketStream::from_partially_read(stream, early, Role::Client, Some(settings()));
        Self::Tls(Box::new(socket.await))
    }

    /// Says goodbye with `code` and waits a moment for the answer.
    pub(crate) async fn close(mut self, code: u16) {
        let goodbye = CloseFrame {
            code: CloseCode::from(code),
            reason: "".into(),
        };
        let _ = tokio::time::timeout(CLOSE_LIMIT, async {
            if self.send(Message::Close(Some(goodbye))).await.is_ok() {
                self.drain().await;
            }
        })
        .await;
    }

    /// Answers the other side's close frame.
    pub(crate) async fn finish(mut self) {
        let _ = tokio::time::timeout(CLOSE_LIMIT, async {
            if self.flush().await.is_ok() {
                self.drain().await;
            }
        })
        .await;
    }

    async fn drain(&mut self) {
        while let Some(Ok(_)) = self.next().await {}
    }
}

fn settings() -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(WRITE_BUFFER)
        .max_write_buffer_size(UNWRITTEN)
        .max_message_size(Some(LONGEST_MESSAGE))
        .max_frame_size(Some(LONGEST_MESSAGE))
}

impl Stream for Socket {
    type Item = Result<Message, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match self.get_mut() {
            Self::Plain(socket) => socket.poll_next_unpin(cx),
            Self::Tls(socket) => socket.poll_next_unpin(cx),
        }
    }
}

impl Sink<Message> for Socket {
    type Error = Error;

    fn poll_ready(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        match self.get_mut() {
            Self::Plain(socket) => socket.poll_ready_unpin(cx),
            Self::Tls(socket) => socket.poll_ready_unpin(cx),
        }
    }

    fn start_send(self: Pin<&mut Self>, message: Message) -> Result<(), Error> {
        match self.get_mut() {
            Self::Plain(socket) => socket.start_send_unpin(message),
            Self::Tls(socket) => socket.start_send_unpin(message),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        match self.get_mut() {
            Self::Plain(socket) => socket.poll_flush_unpin(cx),
            Self::Tls(socket) => socket.poll_flush_unpin(cx),
        }
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        match self.get_mut() {
            Self::Plain(socket) => socket.poll_close_unpin(cx),
            Self::Tls(socket) => socket.poll_close_unpin(cx),
        }
    }
}

/// Why a socket ended, as the machine wants to know it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ending {
    pub(crate) code: u16,
    pub(crate) reason: String,
}

impl Ending {
    /// By the other side's close frame. One without a code counts as 1005.
    pub(crate) fn from_frame(frame: Option<CloseFrame>) -> Self {
        match frame {
            Some(frame) => Self {
                code: frame.code.into(),
                reason: frame.reason.to_string(),
            },
            None => Self {
                code: 1005,
                reason: String::new(),
            },
        }
    }

    /// The line ended without a close frame.
    pub(crate) fn cut(reason: impl Into<String>) -> Self {
        Self {
            code: 1006,
            reason: reason.into(),
        }
    }

    /// What the other side sent breaks WebSocket's rules, or the line failed.
    pub(crate) fn from_error(error: &Error) -> Self {
        use tokio_tungstenite::tungstenite::error::ProtocolError::ResetWithoutClosingHandshake;
        match error {
            Error::Protocol(ResetWithoutClosingHandshake) => Self::cut("the line was cut"),
            Error::Protocol(broken) => Self {
                code: 1002,
                reason: broken.to_string(),
            },
            Error::Utf8(_) => Self {
                code: 1007,
                reason: "a text frame was not UTF-8".to_owned(),
            },
            Error::Capacity(_) => Self::cut(format!(
                "the server sent more than {LONGEST_MESSAGE} bytes in one message"
            )),
            Error::WriteBufferFull(_) => Self::cut("the server stopped reading"),
            Error::Io(error) => Self::cut(crate::words::cause(error)),
            other => Self::cut(other.to_string()),
        }
    }
}
