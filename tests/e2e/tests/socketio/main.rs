//! The core's Socket.IO against the published server, over both transports.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod client;
mod endings;
mod parser;
mod recovering;
mod server;
mod talking;
mod wire;

use visavis_client_core::socketio::{Transport, Value};

const BOTH: [Transport; 2] = [Transport::WebSocket, Transport::Polling];

/// Arguments as their JSON text.
fn text(args: &[Value]) -> String {
    let items: Vec<String> = args.iter().map(Value::to_string).collect();
    items.join(",")
}
