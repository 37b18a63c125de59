//! The reference gateway over real sockets, in raw frames.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod chat;
mod connect;

mod support;
