//! Reference back ends: small, honest servers written from the public protocols alone.
#![deny(missing_docs)]

pub mod bloonio;
mod control;
mod counters;
pub mod faults;
mod handle;
mod listening;
pub mod model;
pub mod operator;
mod settings;

pub use bloonio::Relay;
pub use counters::Counts;
pub use handle::{Manner, OperateError, RelayHandle, Scope};
pub use model::BotMode;
pub use settings::Settings;
