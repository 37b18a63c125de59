//! The visitor's socket.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use axum::{
    extract::{
        Query, State,
        ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade},
    },
    http::{HeaderMap, header::ORIGIN},
    response::Response,
};
use futures_util::{FutureExt as _, SinkExt as _, StreamExt as _};
use serde::Deserialize;
use tokio::{
    sync::mpsc::Receiver,
    time::{Instant, sleep_until, timeout},
};
use tracing::debug;

use super::{Order, Relay, SessionCell, live::Plug};
use crate::model::{Effect, token};

/// The largest frame that is read; a longer one ends the socket with 1009.
const MAX_FRAME_BYTES: usize = 256 * 1_024;
/// Inbound frames that are answered between two flushes.
const BATCH: usize = 64;
/// How long a closing socket may take to agree.
const CLOSE_LIMIT: Duration = Duration::from_secs(1);

#[derive(Deserialize)]
pub(super) struct SocketQuery {
    #[serde(default)]
    token: String,
}

pub(super) async fn upgrade(
    State(relay): State<Relay>,
    Query(query): Query<SocketQuery>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    let admission = admit(
        &relay,
        &query.token,
        headers.get(ORIGIN).and_then(|origin| origin.to_str().ok()),
    );
    let run = *relay.shared.run.borrow();
    relay.shared.counters.connects.add();
    upgrade
        .max_message_size(MAX_FRAME_BYTES)
        .max_frame_size(MAX_FRAME_BYTES)
        .read_buffer_size(4 * 1_024)
        .write_buffer_size(16 * 1_024)
        .on_upgrade(move |socket| async move {
            if run == *relay.shared.run.borrow() {
                begin(relay, socket, admission).await;
            }
        })
}

/// Whose socket it is, or the code to close it with.
fn admit(relay: &Relay, token: &str, origin: Option<&str>) -> Result<Arc<SessionCell>, u16> {
    if let Some(code) = relay.shared.faults.on_socket() {
        return Err(code);
    }
    let (tenant, claims) = token::verify(relay.tenants(), token).map_err(|_| 4401_u16)?;
    if claims.is_expired(relay.now(), relay.token_epoch()) {
        return Err(4401);
    }
    if origin.is_some_and(|origin| origin != claims.origin) || !tenant.allows(&claims.origin) {
        return Err(4403);
    }
    relay.find(&claims.sub).ok_or(4404)
}

async fn begin(relay: Relay, mut socket: WebSocket, admission: Result<Arc<SessionCell>, u16>) {
    let cell = match admission {
        Ok(cell) => cell,
        Err(code) => {
            debug!(code, "socket refused");
            obey(&mut socket, Order::for_code(code)).await;
            return;
        }
    };
    let Plug {
        id,
        mut frames,
        mut orders,
    } = plug_in(&relay, &cell);
    let unplug = Unplug {
        relay: &relay,
        cell: &cell,
        id,
    };
    let mut order = tokio::select! {
        biased;
        // Without a port there is nobody to give orders: the socket was too slow and was given up.
        order = orders.recv() => Some(order.unwrap_or(Order::Close(1013))),
        end = converse(&relay, &cell, id, &mut socket, &mut frames) => end,
    };
    while order == Some(Order::FallSilent) {
        order = orders.recv().await;
    }
    // A socket that is closing is no longer the session's: the visitor may be back before it is gone.
    drop(unplug);
    if let Some(order) = order {
        obey(&mut socket, order).await;
    }
}

/// Connects a socket to its session and welcomes it, in one step: no message is missed and none comes twice.
fn plug_in(relay: &Relay, cell: &Arc<SessionCell>) -> Plug {
    let (faults, counters) = (&relay.shared.faults, &relay.shared.counters);
    let mut live = cell.lock();
    live.session.touch(relay.now());
    let plug = live.plug_in();
    counters.sockets_open.add();
    counters.sockets_per_session_max.raise_to(live.sockets());
    if !faults.withholds_welcome() {
        let welcome = relay.welcome(&live.session);
        live.send_to(plug.id, &welcome);
        counters.welcomes.add();
    }
    if faults.silences_socket() {
        live.order_one(plug.id, Order::FallSilent);
    }
    debug!(session = live.session.id, socket = plug.id, "socket open");
    relay.apply(cell, &mut live, vec![Effect::Changed], None);
    plug
}

/// Takes the socket out of its session when its task ends, however it ends.
struct Unplug<'s> {
    relay: &'s Relay,
    cell: &'s Arc<SessionCell>,
    id: u64,
}

impl Drop for Unplug<'_> {
    fn drop(&mut self) {
        self.relay.shared.counters.sockets_open.subtract();
        let mut live = self.cell.lock();
        live.unplug(self.id);
        debug!(session = live.session.id, socket = self.id, "socket gone");
        self.relay.apply(self.cell, &mut live, vec![Effect::Changed], None);
    }
}

async fn obey(socket: &mut WebSocket, order: Order) {
    let Order::Close(code) = order else { return };
    let frame = (code != 1005).then(|| CloseFrame {
        code,
        reason: Utf8Bytes::from_static(reason(code)),
    });
    let goodbye = async {
        if socket.send(Message::Close(frame)).await.is_ok() {
            // The connection is cut when the socket is dropped; until then the other side may still read the code.
            while let Some(Ok(_)) = socket.next().await {}
        }
    };
    // A peer that does not answer is cut off.
    let _ = timeout(CLOSE_LIMIT, goodbye).await;
}

const fn reason(code: u16) -> &'static str {
    match code {
        4401 => "invalid token",
        4403 => "origin not allowed",
        4404 => "session expired",
        4429 => "too many connections",
        1009 => "frame too large",
        1012 => "service restart",
        1013 => "try again later",
        _ => "",
    }
}

/// Reads and answers until the peer goes (`None`) or has to.
async fn converse(
    relay: &Relay,
    cell: &Arc<SessionCell>,
    id: u64,
    socket: &mut WebSocket,
    frames: &mut Receiver<Utf8Bytes>,
) -> Option<Order> {
    let faults = &relay.shared.faults;
    let mut outbound = Outbound::default();
    loop {
        let release = outbound.next_release();
        let mut inbound = tokio::select! {
            frame = frames.recv() => match frame {
                Some(frame) => {
                    outbound.put(frame, faults.frame_delay_ms());
                    None
                }
                None => return Some(Order::Close(1013)),
            },
            inbound = socket.next() => Some(inbound),
            () = sleep_until(release.unwrap_or_else(Instant::now)), if release.is_some() => None,
        };
        // What has already arrived is answered before the one flush.
        let mut answered = 0;
        while let Some(message) = inbound {
            match take_in(relay, cell, id, message) {
                Heard::Answered => {}
                Heard::Goodbye => return finish(socket).await,
                Heard::TooLarge => return Some(Order::Close(1009)),
                Heard::Broken => return None,
            }
            outbound.send(frames, faults.frame_delay_ms(), socket).await?;
            answered += 1;
            inbound = if answered < BATCH {
                socket.next().now_or_never()
            } else {
                None
            };
        }
        outbound.send(frames, faults.frame_delay_ms(), socket).await?;
        socket.flush().await.ok()?;
    }
}

/// What became of something that was read.
enum Heard {
    Answered,
    Goodbye,
    TooLarge,
    Broken,
}

fn take_in(relay: &Relay, cell: &Arc<SessionCell>, id: u64, read: Option<Result<Message, axum::Error>>) -> Heard {
    let text = match read {
        Some(Ok(Message::Text(text))) => text,
        // A frame that is not text cannot be read either, and is answered the same way.
        Some(Ok(Message::Binary(_))) => Utf8Bytes::default(),
        Some(Ok(Message::Ping(_) | Message::Pong(_))) => return Heard::Answered,
        Some(Ok(Message::Close(_))) => return Heard::Goodbye,
        Some(Err(error)) if error.to_string().contains("too long") => return Heard::TooLarge,
        Some(Err(_)) | None => return Heard::Broken,
    };
    let mut live = cell.lock();
    let effects = live.session.hear(&text, &relay.shared.settings.policy, relay.now());
    relay.apply(cell, &mut live, effects, Some(id));
    Heard::Answered
}

/// Lets the answer to the peer's close frame out.
async fn finish(socket: &mut WebSocket) -> Option<Order> {
    let last_words = async { while let Some(Ok(_)) = socket.next().await {} };
    let _ = timeout(CLOSE_LIMIT, last_words).await;
    None
}

/// Frames on their way out, which a fault may delay without changing their order.
#[derive(Default)]
struct Outbound {
    held: VecDeque<(Instant, Utf8Bytes)>,
}

impl Outbound {
    fn put(&mut self, frame: Utf8Bytes, delay_ms: u64) {
        let release = Instant::now() + Duration::from_millis(delay_ms);
        let release = self.held.back().map_or(release, |(last, _)| release.max(*last));
        self.held.push_back((release, frame));
    }

    fn next_release(&self) -> Option<Instant> {
        self.held.front().map(|(release, _)| *release)
    }

    /// Hands over what is due; `None` when the connection is gone.
    async fn send(&mut self, frames: &mut Receiver<Utf8Bytes>, delay_ms: u64, socket: &mut WebSocket) -> Option<()> {
        while let Ok(frame) = frames.try_recv() {
            self.put(frame, delay_ms);
        }
        while self.next_release().is_some_and(|release| release <= Instant::now()) {
            let (_, frame) = self.held.pop_front()?;
            socket.feed(Message::Text(frame)).await.ok()?;
        }
        Some(())
    }
}
