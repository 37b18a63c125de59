//! A bad line between visitor and relay: it cuts in the middle of frames, hands over a byte at a time, and falls silent in one direction.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use visavis_backends::{BotMode, Relay, Settings};

use crate::chance::Chance;
use crate::talk::Talk;

/// What the line does to the bytes that pass, shared with the test.
#[derive(Default)]
struct Temper {
    /// The connection is cut once so many bytes have passed; zero means never.
    cut_after: AtomicU64,
    /// Bytes are handed over in pieces of this size; zero means as they come.
    piece: AtomicUsize,
    /// What flows back to the visitor is withheld once so many bytes have passed; zero means never.
    silent_after: AtomicU64,
}

struct BadLine {
    address: String,
    temper: Arc<Temper>,
    task: JoinHandle<()>,
}

impl Drop for BadLine {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl BadLine {
    async fn to(target: std::net::SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let temper = Arc::new(Temper::default());
        let shared = Arc::clone(&temper);
        let task = tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                if let Ok(far) = TcpStream::connect(target).await {
                    let (near_read, near_write) = near.into_split();
                    let (far_read, far_write) = far.into_split();
                    let up = pass(near_read, far_write, Arc::clone(&shared), Direction::Up);
                    let down = pass(far_read, near_write, Arc::clone(&shared), Direction::Down);
                    tokio::spawn(async move {
                        // When one direction ends, so does the other: that is what a cut is.
                        tokio::select! {
                            () = up => {}
                            () = down => {}
                        }
                    });
                }
            }
        });
        Self { address, temper, task }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Up,
    Down,
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, temper: Arc<Temper>, direction: Direction) {
    let mut passed = 0;
    let mut buffer = vec![0; 4096];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        let mut bytes = &buffer[..read];
        let silent_after = temper.silent_after.load(Ordering::Relaxed);
        if direction == Direction::Down && silent_after > 0 && passed >= silent_after {
            std::future::pending::<()>().await;
        }
        let cut_after = temper.cut_after.load(Ordering::Relaxed);
        let cut = cut_after > 0 && passed + read as u64 >= cut_after;
        if cut {
            let rest = usize::try_from(cut_after.saturating_sub(passed)).unwrap().min(read);
            bytes = &bytes[..rest];
        }
        let piece = match temper.piece.load(Ordering::Relaxed) {
            0 => bytes.len().max(1),
            piece => piece,
        };
        for chunk in bytes.chunks(piece) {
            if to.write_all(chunk).await.is_err() {
                return;
            }
            if piece < bytes.len() {
                tokio::task::yield_now().await;
            }
        }
        if cut {
            return;
        }
        passed += read as u64;
    }
}

async fn talk_over_a_bad_line() -> (BadLine, Talk) {
    let relay = Relay::start(Settings::test().bot(BotMode::Off)).await.unwrap();
    let line = BadLine::to(relay.addr()).await;
    let talk = Talk::begin_through(relay, line.address.clone()).await;
    (line, talk)
}

#[tokio::test]
async fn frames_that_arrive_byte_by_byte_are_understood() {
    let (line, mut talk) = talk_over_a_bad_line().await;
    line.temper.piece.store(1, Ordering::Relaxed);
    for _ in 0..20 {
        talk.visitor_says().await;
        talk.bot_says();
    }
    talk.agree("byte by byte").await;
}

#[tokio::test]
async fn cuts_in_the_middle_of_frames_and_of_handshakes() {
    let (line, mut talk) = talk_over_a_bad_line().await;
    let mut chance = Chance::new(7);
    for _ in 0..8 {
        // Too few for a handshake, or enough for a conversation of some frames.
        line.temper
            .cut_after
            .store(100 + chance.below(6_000), Ordering::Relaxed);
        for _ in 0..4 {
            talk.visitor_says().await;
            talk.bot_says();
            tokio::time::sleep(Duration::from_millis(chance.below(60))).await;
        }
    }
    line.temper.cut_after.store(0, Ordering::Relaxed);
    talk.agree("cuts anywhere").await;
}

#[tokio::test]
async fn a_line_that_is_silent_in_one_direction_is_left() {
    let (line, mut talk) = talk_over_a_bad_line().await;
    line.temper.silent_after.store(1, Ordering::Relaxed);
    for _ in 0..3 {
        talk.visitor_says().await;
        talk.bot_says();
    }
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    line.temper.silent_after.store(0, Ordering::Relaxed);
    talk.agree("silent in one direction").await;
}
