//! Socket.IO 5 over Engine.IO 4 as a client speaks it, without a socket, a clock or a timer of its own.
//!
//! [`Line`] is one connection with one namespace; [`EnginePacket`] and [`Packet`] are the two layers on the wire. The facts are those of
//! the published protocols and of the reference implementation 4.8.
//!
//! ```
//! use visavis_client_core::socketio::{Line, LineEvent};
//! use visavis_client_core::time::{Instant, Now, UnixMillis};
//!
//! let now = Now { mono: Instant::from_millis(0), wall: UnixMillis(1_782_036_062_000) };
//! let mut line = Line::new("/chat", r#"{"token":"t"}"#, None);
//! line.receive_text(r#"0{"sid":"s","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#, now);
//! assert_eq!(line.poll_transmit().as_deref(), Some(r#"40/chat,{"token":"t"}"#));
//! line.receive_text(r#"40/chat,{"sid":"c"}"#, now);
//! assert_eq!(line.emit("message", r#"{"text":"Hello"}"#, now).as_deref(), Ok(r#"42/chat,["message",{"text":"Hello"}]"#));
//! line.receive_text(r#"42/chat,["message",{"text":"Hi"}]"#, now);
//! while let Some(event) = line.poll_event() {
//!     if let LineEvent::Event(event) = event {
//!         println!("{} {:?}", event.name, event.args);
//!     }
//! }
//! ```

mod attachments;
mod engine;
mod heartbeat;
mod line;
mod malformed;
mod packet;
mod polling;
mod recovery;
mod refusal;
mod transport;

pub use attachments::attachment;
pub use engine::{Carried, EnginePacket, Handshake, SEPARATOR};
pub use line::{Event, Fault, Line, LineEvent, MOST_HELD, Unsent};
pub use malformed::Malformed;
pub use packet::{Body, MAIN, MOST_ATTACHMENTS, Packet};
pub use polling::{Exchange, Polling, PollingOutput};
pub use recovery::Recovery;
pub use refusal::{PollingFault, Refusal};
pub use transport::{Endpoint, Transport, TransportChoice, Transports};

pub use crate::json::{Misplaced, Number, Object, Value};

use packet::write_namespace;
