//! What a chat relay decides: pure logic, with no socket, no clock and no randomness of its own.
//!
//! Every function that depends on time takes [`UnixMillis`]; ids come from the seeded [`Ids`].

pub mod bot;
pub mod content;
pub mod conversation;
pub mod desk;
pub mod frame;
pub mod hex;
pub mod ids;
pub mod jwt;
pub mod limit;
pub mod message;
pub mod origin;
pub mod policy;
pub mod request;
pub mod session;
pub mod tenant;
pub mod time;
pub mod token;

pub use bot::BotMode;
pub use conversation::{Conversation, Mode, Status};
pub use desk::ConversationSummary;
pub use ids::Ids;
pub use message::{Message, Role};
pub use policy::{Dedupe, Policy};
pub use session::{Effect, Session};
pub use tenant::{Tenant, TenantSecret};
pub use time::UnixMillis;
