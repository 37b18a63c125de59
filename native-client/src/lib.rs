//! Bots that chat as website visitors.
//!
//! ```no_run
//! use visavis_native_client::{Author, Config, Error, Event, FileStore, Visitor};
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Error> {
//!     let config = Config::bloonio("https://relay.example", "019e4ae7-1a2b-7c3d-8e4f-5a6b7c8d9e0f", "pk_live_…")
//!         .origin("app://my_bot")
//!         .locale("en");
//!     // Session, queue and transcript survive a restart. Without a store: `Visitor::connect(config)`.
//!     let visitor = Visitor::builder(config).store(FileStore::open("my_bot.json")?).connect().await?;
//!     let mut events = visitor.events();
//!
//!     // Queued and stored when `send` returns; on the server when `acknowledged` does.
//!     let order = visitor.send("Where is my order?").await?;
//!     match order.acknowledged().await {
//!         Ok(id) => println!("the server has it: {id:?}"),
//!         Err(error) => eprintln!("{error}"),
//!     }
//!
//!     while let Some(event) = events.next().await {
//!         match event {
//!             Event::Message { message, .. } if message.author != Author::Visitor => {
//!                 println!("{}: {}", message.author.kind(), message.text);
//!                 if message.text.contains("Anything else?") {
//!                     break;
//!                 }
//!             }
//!             Event::Connection(status) => println!("{}", status.state.as_str()),
//!             Event::Error(error) if error.needs_app() => eprintln!("{error}"),
//!             _ => {}
//!         }
//!     }
//!     visitor.close().await;
//!     Ok(())
//! }
//! ```
//!
//! What decides is `visavis-client-core`: when to dial, renew, resend, give up. This crate carries it out on tokio, with one task for
//! each visitor that owns its socket, its timer and its calls.
//!
//! - **Sending.** [`Visitor::send`] never fails because of the network. One message is on the wire at a time, so order holds. An
//!   acknowledgement that was lost is asked for again under the same id.
//! - **Listening.** [`Visitor::events`] is a stream for each listener, bounded; see [`Events`] for what happens to a slow one.
//! - **Many visitors.** Give all of them one [`Network`]. An idle one costs about as much as its WebSocket buffer; see
//!   `examples/fleet.rs`.
//! - **Other services.** [`Config::appengine`] and [`Config::mailoo`] make visitors of AppEngine and of Mailoo through a site's own back
//!   end; [`Config::mailoo_direct`] is for whoever holds Mailoo's key. [`mailoo`] also has the calls of a site's server and of the owner.
//! - **Logging.** Through [`tracing`], under the target `visavis_native_client`: `warn` for what an operator should see, `info` for the
//!   milestones of a connection, `debug` for each call and socket. Tokens, keys and the socket's query are never logged, at no level.

#![deny(missing_docs)]
#![forbid(unsafe_code)]

mod builder;
mod clock;
mod delivery;
mod dial;
mod events;
mod files;
mod http;
mod job;
pub mod mailoo;
mod network;
mod provider;
mod shared;
mod socket;
mod storage;
mod task;
mod upgrade;
mod visitor;
mod words;

pub use visavis_client_core::event::{AgentChange, ConnectionState, SessionChange, StreamStep};
pub use visavis_client_core::ids::{LocalId, ServerId};
pub use visavis_client_core::io::PeerStatus;
pub use visavis_client_core::message::{Attachment, Guest, WidgetConfig};
pub use visavis_client_core::{
    Attention, Author, Capabilities, Config, ConnectionStatus, Delivery, Error, ErrorKind, Event, Identity, Message,
    Secret, Tuning, Typing, appengine, bloonio,
};

pub use builder::Builder;
pub use delivery::MessageHandle;
pub use events::{Events, EventsEnd};
pub use network::Network;
pub use storage::{FileStore, MemoryStore, Store, StoreAnswer};
pub use visitor::Visitor;
