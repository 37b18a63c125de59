//! Mailoo: a visitor's options, and its API for whoever holds a key or a token of the owner's.
//!
//! A visitor of a website talks through the site's own back end, see [`Options`] and [`crate::Visitor`]. A bot that holds the key may be a
//! visitor without a site, with [`DirectOptions`]: session, queue, polls and socket are the same.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use visavis_native_client::{Config, Visitor};
//!
//! let key = std::env::var("MAILOO_CHAT_INTEGRATION_API_KEY")?;
//! let options = Config::mailoo_direct("https://api.mailoo.app", key, "mailoo-website", "mailoo_dev_chat_integration")
//!     .origin("https://site.example")
//!     .sender_name("Camille")
//!     .sender_email("camille@shop.example");
//! let visitor = Visitor::connect(options).await?;
//! visitor.send("Where is my order?").await?.acknowledged().await?;
//! # Ok(())
//! # }
//! ```
//!
//! Beneath that, [`Api`] is for a site's own back end and for scripts: single calls, without session or queue. [`Owner`] is the other side
//! of the conversation.
//!
//! ```no_run
//! # async fn example() -> Result<(), visavis_native_client::Error> {
//! use visavis_native_client::mailoo::{Api, Submission};
//!
//! let api = Api::from_env("https://api.mailoo.app", "MAILOO_CHAT_INTEGRATION_API_KEY", "mailoo-website")?
//!     .origin("https://site.example");
//! let sent = api.send("mailoo_dev_chat_integration", &Submission::new("Hello").sender("Camille", "camille@shop.example")).await?;
//! if let Some(session) = &sent.session {
//!     let said = api.messages("mailoo_dev_chat_integration", session, None).await?;
//!     println!("{} messages", said.len());
//! }
//! # Ok(())
//! # }
//! ```

mod api;
mod call;
mod owner;

pub use visavis_client_core::mailoo::{DirectOptions, MESSAGES_PATH, Options, SUBMIT_PATH, wire};

pub use api::{Api, Integration, NewIntegration, Submission};
pub use owner::{Owner, OwnerEvents, Pushed, SessionSummary};
pub use wire::Status;
