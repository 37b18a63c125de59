//! What a visitor's client does, told as stories on virtual time and through the public surface alone.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod gateway;
mod harness;
mod relay;
mod rules;
mod seen;
mod site;

mod appengine;
mod closing;
mod doubt;
mod identity;
mod liveness;
mod log;
mod low;
mod mailoo;
mod queue;
mod refresh;
mod refusals;
mod session;
mod stopping;
mod stored;
mod surroundings;
mod tabs;
mod typing;
mod waiting;
