//! AppMint's AppEngine gateway: REST calls, and Socket.IO through a server library that others wrote.
//!
//! [`Gateway::start`] listens on a free port of 127.0.0.1; [`Gateway::router`] embeds the same routes in another server.
//! Both give the customers' API, an operator console's API under `/operator` and, only when [`Settings::with_control`]
//! says so, the faults over HTTP (`POST /control/<command>`).
//!
//! The library has no connection state recovery: a CONNECT is never answered with a `pid`, and every connection starts
//! clean. It shows no single connection's inside either, so faults below Socket.IO (cuts, silence, lost pings, delays)
//! happen on the wire in front of it, and only where the gateway listens for itself.

mod answer;
mod caller;
mod control;
mod cors;
mod counters;
mod faults;
mod gateway;
mod handle;
mod model;
mod operator;
mod rest;
mod settings;
mod socket;
mod upload;

pub use counters::Counts;
pub use faults::Route;
pub use gateway::Gateway;
pub use handle::{CloseManner, GatewayHandle, Scope, Tokens};
pub use model::{
    center::SentTranscript,
    desk::{Action, DeskError},
    dialect::Dialect,
    intent::Page,
    message::{FileInfo, MessageStatus},
    person::{Agent, AgentPresence, Standing},
    policy::{BorrowedWords, Echo, StoredCopy},
    stream::Interruption,
};
pub use rest::ContactForm;
pub use settings::{Namespaces, Settings, Transports};
