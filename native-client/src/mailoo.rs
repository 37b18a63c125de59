//! Mailoo: a visitor's options, and its API for whoever holds a key or a token of the owner's.
//!
//! A visitor of a website talks through the site's own back end, see [`Options`] and [`crate::Visitor`]. [`Api`] is for that back end and
//! for bots: it calls the service itself. [`Owner`] is the other side of the conversation.
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

pub use visavis_client_core::mailoo::{MESSAGES_PATH, Options, SUBMIT_PATH, wire};

pub use api::{Api, Integration, NewIntegration, Status, Submission};
pub use owner::{Owner, OwnerEvents, Pushed, SessionSummary};
