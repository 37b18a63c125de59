//! The low layer for pages that want the protocol and nothing else: the relay's REST calls, and its socket with heartbeat and
//! reconnection. The npm package wraps both in the classes `ChatClient` and `WSClient`.

mod calls;
mod line;

pub use self::calls::call;
pub use self::line::Line;
