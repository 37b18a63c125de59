//! The Bloonio chat relay: REST calls and the visitor's socket.

mod answer;
mod cors;
mod live;
mod relay;
mod rest;
mod socket;

pub(crate) use answer::ApiError;
pub(crate) use live::{LiveSession, Order, SessionCell};
pub use relay::{Relay, UnknownSession};
pub(crate) use rest::routes;
