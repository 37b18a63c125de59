//! The reference relay over real sockets.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod rest;
mod socket;
mod support;
