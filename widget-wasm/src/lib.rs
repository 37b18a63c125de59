//! The widget: the core's machine driven by a browser, and the interface around it.
//!
//! JavaScript (the loader or the npm package) defines the custom elements and calls [`api::connect`] once for each client of the page,
//! then [`api::Chat::mount`] for each element. Everything that decides lives in the core; its driver carries it out.
#![deny(missing_docs)]

pub mod api;
mod driver;
mod event;
pub mod host;
mod later;
#[cfg(feature = "low")]
pub mod low;
mod object;
mod options;
mod session;
mod ui;
