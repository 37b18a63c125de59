//! The WebSocket handshake of RFC 6455, section 4, from the client's side.
//!
//! It is made here because the library's own writes the whole request, with the token in its query, to the log.

use std::fmt;
use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use crate::network::USER_AGENT;

/// A longer answer is not one to an upgrade.
const LONGEST_ANSWER: usize = 16 * 1024;
const MOST_HEADERS: usize = 64;

/// Why a server does not speak WebSocket with us.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// The line broke.
    Broken(io::Error),
    /// It answered with this status instead.
    Status(u16),
    /// It answered, but not as the protocol wants.
    Malformed(&'static str),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broken(error) => error.fmt(f),
            Self::Status(status) => write!(f, "the server answered {status} instead of opening a WebSocket"),
            Self::Malformed(what) => write!(f, "the server does not open a WebSocket: {what}"),
        }
    }
}

impl std::error::Error for Refusal {}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        Self::Broken(error)
    }
}

/// Asks for a WebSocket at `path` and returns what the server sent right behind its answer.
pub(crate) async fn upgrade<S>(
    stream: &mut S,
    authority: &str,
    path: &str,
    origin: Option<&str>,
) -> Result<Vec<u8>, Refusal>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let key = generate_key();
    stream
        .write_all(request(authority, path, origin, &key)?.as_bytes())
        .await?;
    stream.flush().await?;
    let mut answer = Vec::with_capacity(1024);
    loop {
        if stream.read_buf(&mut answer).await? == 0 {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the server closed the connection").into());
        }
        if let Some(length) = accepted(&answer, &key)? {
            return Ok(answer.split_off(length));
        }
        if answer.len() > LONGEST_ANSWER {
            return Err(Refusal::Malformed("its answer is too long"));
        }
    }
}

fn request(authority: &str, path: &str, origin: Option<&str>, key: &str) -> Result<String, Refusal> {
    let mut request = format!(
        "GET {path} HTTP/1.1\r\nHost: {authority}\r\nUser-Agent: {USER_AGENT}\r\nConnection: Upgrade\r\n\
         Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
    );
    if let Some(origin) = origin {
        if origin.contains(|c: char| c.is_control()) {
            return Err(Refusal::Malformed("the origin holds a control character"));
        }
        request.push_str("Origin: ");
        request.push_str(origin);
        request.push_str("\r\n");
    }
    request.push_str("\r\n");
    Ok(request)
}

/// The length of the answer's head once it is whole and right; `None` while more must be read.
fn accepted(answer: &[u8], key: &str) -> Result<Option<usize>, Refusal> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut response = httparse::Response::new(&mut headers);
    let length = match response.parse(answer) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(_) => return Err(Refusal::Malformed("it does not speak HTTP")),
    };
    match response.code {
        Some(101) => {}
        Some(status) => return Err(Refusal::Status(status)),
        None => return Err(Refusal::Malformed("it does not speak HTTP")),
    }
    if !names(response.headers, "upgrade", "websocket") || !names(response.headers, "connection", "upgrade") {
        return Err(Refusal::Malformed("it switched to another protocol"));
    }
    let proof = value(response.headers, "sec-websocket-accept");
    if proof != Some(derive_accept_key(key.as_bytes()).as_bytes()) {
        return Err(Refusal::Malformed("its answer belongs to another request"));
    }
    Ok(Some(length))
}

fn value<'a>(headers: &[httparse::Header<'a>], name: &str) -> Option<&'a [u8]> {
    let header = headers.iter().find(|header| header.name.eq_ignore_ascii_case(name))?;
    Some(header.value.trim_ascii())
}

/// Whether a comma-separated header holds `word`.
fn names(headers: &[httparse::Header<'_>], name: &str, word: &str) -> bool {
    headers
        .iter()
        .filter(|header| header.name.eq_ignore_ascii_case(name))
        .flat_map(|header| header.value.split(|byte| *byte == b','))
        .any(|part| part.trim_ascii().eq_ignore_ascii_case(word.as_bytes()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

    fn answer(head: &str) -> Result<Option<usize>, Refusal> {
        accepted(head.replace('\n', "\r\n").as_bytes(), KEY)
    }

    #[test]
    fn the_example_of_the_standard_is_accepted_and_what_follows_is_left() {
        let head = "HTTP/1.1 101 Switching Protocols\nUpgrade: WebSocket\nConnection: keep-alive, Upgrade\n\
                    Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\n\n";
        let length = head.replace('\n', "\r\n").len();
        assert_eq!(answer(head).unwrap(), Some(length));
        assert_eq!(answer(&format!("{head}more")).unwrap(), Some(length));
        assert_eq!(answer(&head[..40]).unwrap(), None);
    }

    #[test]
    fn a_wrong_proof_another_status_and_noise_are_refused() {
        let wrong =
            "HTTP/1.1 101 Switching Protocols\nUpgrade: websocket\nConnection: Upgrade\nSec-WebSocket-Accept: AAAA\n\n";
        assert!(matches!(answer(wrong), Err(Refusal::Malformed(_))));
        assert!(matches!(answer("HTTP/1.1 503 Busy\n\n"), Err(Refusal::Status(503))));
        assert!(matches!(answer("SSH-2.0-server\n\n"), Err(Refusal::Malformed(_))));
    }

    #[test]
    fn an_origin_cannot_smuggle_a_header() {
        assert!(request("h", "/", Some("https://x\r\nEvil: 1"), KEY).is_err());
        assert!(
            request("h", "/", Some("https://x"), KEY)
                .unwrap()
                .contains("\r\nOrigin: https://x\r\n\r\n")
        );
    }
}
