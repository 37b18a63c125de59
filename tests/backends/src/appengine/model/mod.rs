//! What the gateway decides: pure logic, with no socket, no clock and no randomness of its own.

pub(crate) mod admission;
pub(crate) mod answering;
pub(crate) mod assistant;
pub(crate) mod center;
pub(crate) mod chat;
pub(crate) mod chat_id;
pub(crate) mod desk;
pub(crate) mod dialect;
pub(crate) mod event;
pub(crate) mod handshake;
pub(crate) mod hearing;
pub(crate) mod intent;
pub(crate) mod message;
pub(crate) mod person;
pub(crate) mod policy;
pub(crate) mod queue;
pub(crate) mod socket;
pub(crate) mod stream;
pub(crate) mod token;
pub(crate) mod upload;
