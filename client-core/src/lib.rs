//! Temporary front page while the machine is being built.
#![forbid(unsafe_code)]
#![allow(dead_code)]
pub mod backend;
mod client;
pub mod config;
mod connection;
mod deadline;
pub mod error;
pub mod event;
pub mod http;
pub mod ids;
pub mod io;
pub mod message;
pub mod rng;
mod secret;
pub mod snapshot;
pub mod time;
pub mod url;

pub use backend::{Capabilities, bloonio};
pub use client::{Client, Drain};
pub use config::{Config, Identity, Tuning};
pub use connection::backoff::{Cause, ReconnectPolicy};
pub use deadline::Deadline;
pub use error::{Error, ErrorKind};
pub use event::{ConnectionState, ConnectionStatus, Event};
pub use io::{Attention, Command, Environment, Input, Output, Typing};
pub use message::{Author, Delivery, Message};
pub use secret::Secret;
