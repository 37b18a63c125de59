//! The visitor's side of website chat as a machine without input or output.
//!
//! [`Client`] decides everything: when to get a session or a token, when to dial, what to send, what to show, what to store. It has no
//! clock, no socket, no storage, no randomness of its own and no `async`, so a run is a pure function of its inputs, and the same lines
//! work in a browser, in a bot and in a simulation.
//!
//! # Driving it
//!
//! 1. Make a [`Client`] from a [`Config`], a random seed and the present moment.
//! 2. [`Client::restore`] what the store has under [`Client::scope`], if anything.
//! 3. For everything that happens, read both clocks and call [`Client::handle`]. Only this, [`Client::send`] and [`Client::restore`]
//!    ever change the client.
//! 4. Carry out the [`Output`]s of the drain, in order. What comes of them is a new [`Input`], never a nested call.
//! 5. Arm one timer for [`Client::poll_timeout`] and answer it with [`Input::Timeout`].
//! 6. Hand every [`Event`] to the application.
//!
//! ```
//! use visavis_client_core::time::{Instant, Now, UnixMillis};
//! use visavis_client_core::{Client, Command, Config, Input, Output};
//!
//! # fn main() -> Result<(), visavis_client_core::Error> {
//! let now = Now { mono: Instant::from_millis(0), wall: UnixMillis(1_782_036_062_000) };
//! let config = Config::bloonio("https://relay.example", "019e4ae7-1a2b-7c3d-8e4f-5a6b7c8d9e0f", "pk_7f3a").locale("en");
//! let mut client = Client::new(config, 42, now)?;
//! let id = client.send("Where is my order?", now)?;
//! for output in client.drain() {
//!     match output {
//!         Output::Http { call, .. } => println!("{} {}", call.method.as_str(), call.url),
//!         Output::Store { .. } => println!("write to the store, then answer with Input::Stored"),
//!         other => println!("{other:?}"),
//!     }
//! }
//! for _output in client.handle(Input::Command(Command::Stop), now) {}
//! # let _ = id;
//! # Ok(())
//! # }
//! ```
//!
//! Whoever wants a protocol and nothing else finds it in [`low`] and [`socketio`].
#![deny(missing_docs)]
#![cfg_attr(
    not(all(feature = "bloonio", feature = "appengine", feature = "mailoo")),
    allow(
        dead_code,
        reason = "a build for one back end leaves out what only another one needs"
    )
)]
#![forbid(unsafe_code)]

pub mod backend;
mod client;
pub mod config;
mod connection;
mod context;
mod deadline;
pub mod error;
pub mod event;
pub mod http;
pub mod ids;
pub mod io;
mod json;
#[cfg(feature = "bloonio")]
pub mod low;
pub mod message;
mod outbox;
pub mod rng;
mod secret;
mod session;
pub mod snapshot;
pub mod time;
pub mod timeline;
pub mod url;

#[cfg(feature = "appengine")]
pub use backend::appengine;
#[cfg(feature = "bloonio")]
pub use backend::bloonio;
#[cfg(feature = "mailoo")]
pub use backend::mailoo;
pub use backend::{Capabilities, socketio};
pub use client::{Client, Drain};
pub use config::{Config, Identity, Tuning};
pub use connection::backoff::{Cause, ReconnectPolicy};
pub use deadline::Deadline;
pub use error::{Error, ErrorKind};
pub use event::{ConnectionState, ConnectionStatus, Event};
pub use io::{Attention, Command, Environment, Input, Output, Typing};
pub use message::{Author, Delivery, Guest, Message, ToolUse};
pub use secret::Secret;
