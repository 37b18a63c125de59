//! What can be done to a connection from below, as a bad network does it.
//!
//! Where a server library owns the socket and speaks its protocol, the only place to interfere is between it and the
//! network: the library gets one end of a pipe, and the bytes are carried from there to the other side, or not.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, ReadHalf, WriteHalf, duplex, split},
    net::{
        TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::{mpsc, watch},
    time::{Instant, sleep_until},
};

/// Bytes that wait between the library and the network.
const PIPE_BYTES: usize = 64 * 1_024;
const CHUNK_BYTES: usize = 16 * 1_024;
/// Chunks that may be underway on a delayed connection.
const CHUNKS_UNDERWAY: usize = 256;

/// What a connection does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Flow {
    /// Carries both ways.
    Open,
    /// Carries to the server; what the server sends, its pings too, is lost.
    Deaf,
    /// Carries nothing and stays connected.
    Silent,
    /// Is cut.
    Cut,
}

/// One connection, to be told what to do.
#[derive(Debug, Clone)]
pub(crate) struct Line(watch::Sender<Flow>);

impl Line {
    /// Makes the connection do `flow`; what was cut stays cut.
    pub(crate) fn set(&self, flow: Flow) {
        self.0.send_if_modified(|now| {
            let changes = *now != Flow::Cut && *now != flow;
            if changes {
                *now = flow;
            }
            changes
        });
    }
}

/// All connections of a server.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lines(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    delay_ms: AtomicU64,
    all: Mutex<Vec<Line>>,
}

impl Lines {
    /// Lets everything that the server sends leave so much later.
    pub(crate) fn set_delay(&self, millis: u64) {
        self.0.delay_ms.store(millis, Relaxed);
    }

    /// Makes all connections do `flow`.
    pub(crate) fn set_all(&self, flow: Flow) {
        for line in self.0.all.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            line.set(flow);
        }
    }

    /// Puts a pipe before `stream`, and gives the server's end of it.
    pub(crate) fn tap(&self, stream: TcpStream) -> (DuplexStream, Line) {
        let (near, far) = duplex(PIPE_BYTES);
        let (orders, flow) = watch::channel(Flow::Open);
        let line = Line(orders);
        {
            let mut all = self.0.all.lock().unwrap_or_else(PoisonError::into_inner);
            all.retain(|line| !line.0.is_closed());
            all.push(line.clone());
        }
        tokio::spawn(carry(stream, far, flow, Arc::clone(&self.0)));
        (near, line)
    }
}

async fn carry(stream: TcpStream, pipe: DuplexStream, flow: watch::Receiver<Flow>, shared: Arc<Shared>) {
    let (from_network, to_network) = stream.into_split();
    let (from_server, to_server) = split(pipe);
    let both = async {
        tokio::join!(
            carry_in(from_network, to_server, flow.clone()),
            carry_out(from_server, to_network, flow.clone(), &shared),
        )
    };
    let mut orders = flow.clone();
    tokio::select! {
        _ = both => {}
        // Dropping both ends is the cut.
        _ = orders.wait_for(|flow| *flow == Flow::Cut) => {}
    }
}

async fn carry_in(mut from: OwnedReadHalf, mut to: WriteHalf<DuplexStream>, mut flow: watch::Receiver<Flow>) {
    let mut bytes = vec![0; CHUNK_BYTES];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        if flow.wait_for(|flow| *flow < Flow::Silent).await.is_err() {
            break;
        }
        if to.write_all(bytes.get(..count).unwrap_or_default()).await.is_err() {
            break;
        }
    }
    let _ = to.shutdown().await;
}

async fn carry_out(mut from: ReadHalf<DuplexStream>, to: OwnedWriteHalf, flow: watch::Receiver<Flow>, shared: &Shared) {
    let (underway, arrivals) = mpsc::channel(CHUNKS_UNDERWAY);
    let read = async move {
        let mut bytes = vec![0; CHUNK_BYTES];
        while let Ok(count @ 1..) = from.read(&mut bytes).await {
            if *flow.borrow() != Flow::Open {
                continue;
            }
            let due = Instant::now() + Duration::from_millis(shared.delay_ms.load(Relaxed));
            let chunk = bytes.get(..count).unwrap_or_default().to_vec();
            if underway.send((due, chunk)).await.is_err() {
                break;
            }
        }
    };
    tokio::join!(read, deliver(arrivals, to));
}

async fn deliver(mut arrivals: mpsc::Receiver<(Instant, Vec<u8>)>, mut to: OwnedWriteHalf) {
    while let Some((due, chunk)) = arrivals.recv().await {
        if due > Instant::now() {
            sleep_until(due).await;
        }
        if to.write_all(&chunk).await.is_err() {
            return;
        }
    }
    let _ = to.shutdown().await;
}
