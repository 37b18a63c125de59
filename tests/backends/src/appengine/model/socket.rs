//! Who is at the other end of a socket.

/// A namespace connection, numbered by the gateway.
pub(crate) type SocketId = u64;

/// A connected client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Client {
    pub(crate) device_id: Option<String>,
    pub(crate) seat: Seat,
}

/// What a client takes part in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Seat {
    /// A customer's conversation.
    Chat { email: String, chat_id: String },
    /// Broadcasts alone; it may send nothing.
    Viewer,
}

impl Client {
    pub(crate) fn chat_id(&self) -> Option<&str> {
        match &self.seat {
            Seat::Chat { chat_id, .. } => Some(chat_id),
            Seat::Viewer => None,
        }
    }

    pub(crate) fn email(&self) -> Option<&str> {
        match &self.seat {
            Seat::Chat { email, .. } => Some(email),
            Seat::Viewer => None,
        }
    }
}
