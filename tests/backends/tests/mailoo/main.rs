//! The reference Mailoo over real sockets.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod api;
mod operator;
mod site;
mod sockets;
mod support;
