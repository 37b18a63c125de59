//! The command itself, as a script runs it: its input, its output, its exit code.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod conversation;
mod gateway;
mod lines;
mod mailoo;
mod refusals;
mod store;
mod support;
mod time;
