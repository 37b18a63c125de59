//! The reference gateway over real sockets, in raw frames.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod assistant;
mod chat;
mod connect;
mod control;
mod faults;
mod operator;
mod polling;
mod queue;
mod rest;
mod support;
mod upload;
