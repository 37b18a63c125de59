//! A tokio socket and hand-made frames: the least that can be done.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::{Connection, Failure, Place, is_of_type, question_frame};

pub(crate) struct Raw {
    stream: TcpStream,
    read: Vec<u8>,
    written: Vec<u8>,
}

impl Raw {
    async fn fill(&mut self) -> Result<(), Failure> {
        match self.stream.read_buf(&mut self.read).await {
            Ok(0) => Err("the relay closed the connection".to_owned()),
            Ok(_) => Ok(()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Takes frames until one is of this type.
    async fn until(&mut self, kind: &str) -> Result<(), Failure> {
        self.until_one(|text| is_of_type(text, kind)).await
    }

    /// Takes frames until one is wanted.
    pub(crate) async fn until_one(&mut self, wanted: impl Fn(&str) -> bool) -> Result<(), Failure> {
        loop {
            while let Some((start, end)) = whole_frame(&self.read) {
                let found = std::str::from_utf8(&self.read[start..end]).is_ok_and(&wanted);
                self.read.drain(..end);
                if found {
                    return Ok(());
                }
            }
            self.fill().await?;
        }
    }

    pub(crate) async fn send(&mut self, text: &str) -> Result<(), Failure> {
        const MASK: [u8; 4] = [0x11, 0x22, 0x33, 0x44];
        let payload = text.as_bytes();
        self.written.clear();
        self.written.push(0x81);
        match u8::try_from(payload.len()) {
            Ok(length) if length < 126 => self.written.push(0x80 | length),
            _ => {
                self.written.push(0x80 | 126);
                let length = u16::try_from(payload.len()).map_err(|error| error.to_string())?;
                self.written.extend_from_slice(&length.to_be_bytes());
            }
        }
        self.written.extend_from_slice(&MASK);
        self.written
            .extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
        self.stream
            .write_all(&self.written)
            .await
            .map_err(|error| error.to_string())
    }
}

/// Where the payload of the first frame begins and ends. Servers do not mask.
fn whole_frame(read: &[u8]) -> Option<(usize, usize)> {
    let length = usize::from(*read.get(1)? & 0x7f);
    let (start, length) = match length {
        126 => (4, usize::from(u16::from_be_bytes([*read.get(2)?, *read.get(3)?]))),
        127 => (
            10,
            usize::try_from(u64::from_be_bytes(read.get(2..10)?.try_into().ok()?)).ok()?,
        ),
        length => (2, length),
    };
    let end = start + length;
    (read.len() >= end).then_some((start, end))
}

impl Connection for Raw {
    type Means = ();

    fn means(_place: &Place) -> Result<(), Failure> {
        Ok(())
    }

    async fn connect((): &(), place: &Place) -> Result<Self, Failure> {
        let mut raw = Self::upgraded(place.authority(), &place.path()).await?;
        raw.until("welcome").await?;
        Ok(raw)
    }

    async fn round_trip(&mut self, number: usize) -> Result<(), Failure> {
        self.send(&question_frame(number)).await?;
        self.until("ack").await
    }

    async fn hear(&mut self) -> Result<(), Failure> {
        self.until("msg").await
    }

    async fn idle(mut self) {
        let _ = self.until("nothing ever").await;
    }
}

impl Raw {
    /// An open WebSocket on which nothing was read yet.
    pub(crate) async fn upgraded(authority: &str, path: &str) -> Result<Self, Failure> {
        let stream = TcpStream::connect(authority).await.map_err(|error| error.to_string())?;
        stream.set_nodelay(true).map_err(|error| error.to_string())?;
        let mut raw = Self {
            stream,
            read: Vec::with_capacity(1024),
            written: Vec::new(),
        };
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        raw.stream
            .write_all(request.as_bytes())
            .await
            .map_err(|error| error.to_string())?;
        let head = loop {
            raw.fill().await?;
            if let Some(at) = raw.read.windows(4).position(|window| window == b"\r\n\r\n") {
                break at + 4;
            }
        };
        if !raw.read.starts_with(b"HTTP/1.1 101") {
            return Err("the relay refused the upgrade".to_owned());
        }
        raw.read.drain(..head);
        Ok(raw)
    }
}
