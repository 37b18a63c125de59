//! A visitor against the reference relay, over real sockets.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod gateway;
mod lifecycle;
mod listening;
mod mailoo;
mod polling;
mod recovery;
mod shutdown;
mod store;
mod support;
mod tls;
