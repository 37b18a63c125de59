//! Accepting connections, going away and coming back on the same port.

use std::{
    convert::Infallible,
    fmt, io,
    net::SocketAddr,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{Router, response::Response};
use hyper::{server::conn::http1, service::Service as _, service::service_fn};
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpSocket, TcpStream},
    task::{JoinHandle, JoinSet},
};
use tracing::{debug, info};

use crate::{
    line::{Line, Lines},
    mishap::Severed,
};

/// Connections that may wait to be accepted: a crowd comes back at once.
const BACKLOG: u32 = 4_096;

/// What is between the server and its network.
#[derive(Debug, Clone)]
pub(crate) enum Wiring {
    /// Nothing.
    Direct,
    /// Pipes that faults can get at; each request has its [`Line`](crate::line::Line) among its extensions.
    Tapped(Lines),
}

/// An address that is listened on, or only kept.
pub(crate) struct Listening {
    addr: SocketAddr,
    state: Mutex<State>,
}

enum State {
    /// Bound but refusing connections, so that nobody else gets the port.
    Reserved(Option<TcpSocket>),
    Accepting(JoinHandle<()>),
}

impl Listening {
    /// Reserves `addr`; port 0 picks a free one.
    pub(crate) fn reserve(addr: SocketAddr) -> io::Result<Self> {
        let socket = bind(addr)?;
        Ok(Self {
            addr: socket.local_addr()?,
            state: Mutex::new(State::Reserved(Some(socket))),
        })
    }

    pub(crate) const fn addr(&self) -> SocketAddr {
        self.addr
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins to accept connections for `router`; does nothing when it already does.
    pub(crate) fn open(&self, router: Router, wiring: Wiring) -> io::Result<()> {
        let mut state = self.state();
        let State::Reserved(socket) = &mut *state else {
            return Ok(());
        };
        let socket = match socket.take() {
            Some(socket) => socket,
            None => bind(self.addr)?,
        };
        let listener = socket.listen(BACKLOG)?;
        *state = State::Accepting(tokio::spawn(accept(listener, router, wiring)));
        info!(addr = %self.addr, "listening");
        Ok(())
    }

    /// Stops accepting and cuts all plain HTTP connections; upgraded sockets belong to their own tasks.
    pub(crate) async fn close(&self) {
        let previous = std::mem::replace(&mut *self.state(), State::Reserved(None));
        match previous {
            State::Accepting(task) => {
                task.abort();
                // The listener is closed once the task is gone.
                let _ = task.await;
            }
            State::Reserved(socket) => *self.state() = State::Reserved(socket),
        }
        if let State::Reserved(socket @ None) = &mut *self.state() {
            *socket = bind(self.addr).ok();
        }
        info!(addr = %self.addr, "not listening");
    }

    /// Gives the port back without waiting.
    pub(crate) fn abandon(&self) {
        if let State::Accepting(task) = std::mem::replace(&mut *self.state(), State::Reserved(None)) {
            task.abort();
        }
    }
}

fn bind(addr: SocketAddr) -> io::Result<TcpSocket> {
    let socket = if addr.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    // Connections of the last run may linger on the port.
    socket.set_reuseaddr(true)?;
    socket.bind(addr)?;
    Ok(socket)
}

async fn accept(listener: TcpListener, router: Router, wiring: Wiring) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(serve(stream, router.clone(), wiring.clone()));
                }
                Err(error) => {
                    // Out of file descriptors, most likely: others may close some.
                    debug!(%error, "cannot accept");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve(stream: TcpStream, router: Router, wiring: Wiring) {
    // Frames are small and somebody waits for each.
    let _ = stream.set_nodelay(true);
    match wiring {
        Wiring::Direct => speak(stream, router, None).await,
        Wiring::Tapped(lines) => {
            let (pipe, line) = lines.tap(stream);
            speak(pipe, router, Some(line)).await;
        }
    }
}

async fn speak(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, router: Router, line: Option<Line>) {
    let service = TowerToHyperService::new(router);
    let severing = service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
        if let Some(line) = &line {
            request.extensions_mut().insert(line.clone());
        }
        let answer = service.call(request);
        async move {
            answer
                .await
                .map_or_else(|never: Infallible| match never {}, unless_severed)
        }
    });
    let connection = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), severing)
        .with_upgrades();
    if let Err(error) = connection.await {
        debug!(%error, "connection ended");
    }
}

fn unless_severed(response: Response) -> Result<Response, Cut> {
    if response.extensions().get::<Severed>().is_some() {
        Err(Cut)
    } else {
        Ok(response)
    }
}

/// The error that makes the server cut a connection.
#[derive(Debug)]
struct Cut;

impl fmt::Display for Cut {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("cut on purpose")
    }
}

impl std::error::Error for Cut {}
