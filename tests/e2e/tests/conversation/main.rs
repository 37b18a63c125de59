//! Conversations over real sockets while things go wrong. Afterwards both sides' transcripts are compared: nothing may be lost, doubled or
//! out of order.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod chance;
mod crowd;
mod faults;
mod line;
mod outage;
mod replaced;
mod talk;
