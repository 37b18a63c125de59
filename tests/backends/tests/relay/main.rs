//! The reference relay over real sockets.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod control;
mod faults;
mod operator;
mod rest;
mod socket;
mod support;
