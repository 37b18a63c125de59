//! Reference back ends: small, honest servers written from the vendors' public protocols alone.
//!
//! They serve the demo, and they are what tests point at. What a server decides is pure logic in [`model`]; around it
//! are routes, sockets and a handle that makes things go wrong. Nothing here knows the client's code, so that a mistake
//! cannot be made on both sides at once.
//!
//! [`Relay`] is Bloonio's chat relay. [`Relay::start`] listens on a free port of 127.0.0.1; [`Relay::router`] embeds the
//! same routes in another server. Both give the visitors' API, an operator console's API ([`operator`]) and, only when
//! [`Settings::with_control`] says so, the faults over HTTP (`POST /control/<command>`).
//!
//! ```
//! use visavis_backends::{Manner, Relay, Scope, Settings, faults::{AckFault, Times}};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! let relay = Relay::start(Settings::test().token_lifetime_s(5)).await?;
//! println!("POST {}/api/v1/create/visitor-session", relay.base_url());
//!
//! relay.swallow_acks(AckFault::Cut, Times::Next(1));
//! relay.close_sockets(Scope::All, 4401);
//! relay.stop(Manner::Abrupt).await;
//! relay.resume()?;
//! assert_eq!(relay.counts().messages, 0);
//! relay.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! [`Gateway`] is AppMint's AppEngine gateway: REST and Socket.IO in two vocabularies, an assistant that streams, a
//! queue, agents, uploads; see [`appengine`].
//!
//! ```
//! use visavis_backends::{Gateway, appengine::{Dialect, Settings, Standing}};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! let gateway = Gateway::start(Settings::test().dialect(Dialect::Gateway).chunk_ms(10)).await?;
//! println!("{}/socket.io/?EIO=4&transport=websocket, namespace /chat", gateway.base_url());
//! let token = gateway.mint_tokens("alice@shop.example", "Alice", Standing::Customer).access;
//! assert_eq!(token.split('.').count(), 3);
//! # Ok(())
//! # }
//! ```
#![deny(missing_docs)]

pub mod appengine;
pub mod bloonio;
mod control;
mod counters;
pub mod faults;
mod handle;
mod known_page;
mod line;
mod listening;
pub mod mailoo;
mod mishap;
pub mod model;
pub mod operator;
mod settings;
mod station;

pub use appengine::Gateway;
pub use bloonio::Relay;
pub use counters::Counts;
pub use handle::{Manner, OperateError, RelayHandle, Scope};
pub use mailoo::Mailoo;
pub use model::BotMode;
pub use settings::Settings;
pub use station::Handle;
