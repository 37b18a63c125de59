//! The core in simulated days: faults of network, relay, storage, clocks and page, drawn from a seed, on virtual time.
//!
//! `VISAVIS_SIM_SEEDS` says how many days, `VISAVIS_SIM_FROM` which seed is the first, `VISAVIS_SIM_SEED` replays one with its trace.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod chance;
mod crashes;
mod day;
mod dialect;
mod driver;
mod faults;
mod frames;
mod gateway;
mod mutants;
mod net;
mod oracle;
mod polling;
mod seeds;
mod server;
mod site;
mod sockets;
mod storage;
mod storm;
mod strike;
mod trace;
mod twins;
mod visitor;
mod world;
