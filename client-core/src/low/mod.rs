//! The protocol and nothing else, for people who bring their own session handling: Bloonio's REST calls as values, and its socket as a
//! small machine.

mod chat_client;
mod ws_client;

pub use chat_client::{Call, ChatClient, Identified, VisitorSession, WidgetConfigParams};
pub use ws_client::{FrameKind, WsClient, WsOutput};
