//! What all measured clients do.

use std::future::Future;
use std::sync::Arc;

/// Why a client could not go on.
pub(crate) type Failure = String;

/// One connection to the relay, by whatever means.
pub(crate) trait Connection: Sized + Send + 'static {
    /// What many connections share.
    type Means: Clone + Send + Sync;

    fn means(place: &Place) -> Result<Self::Means, Failure>;

    /// Connects and waits for the greeting. `token` is ready; a client that makes its own session ignores it.
    fn connect(means: &Self::Means, place: &Place) -> impl Future<Output = Result<Self, Failure>> + Send;

    /// Sends a message and waits until the relay has acknowledged it.
    fn round_trip(&mut self, number: usize) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Waits for a message of the other side.
    fn hear(&mut self) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Stays connected and does nothing, as an idle visitor.
    fn idle(self) -> impl Future<Output = ()> + Send;
}

/// Where to connect, and as whom.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// `http://127.0.0.1:<port>`
    pub(crate) base_url: String,
    /// What the relay's TLS shows, when it has any.
    pub(crate) certificate: Option<Arc<Vec<u8>>>,
    pub(crate) token: String,
}

impl Place {
    /// `127.0.0.1:<port>`
    pub(crate) fn authority(&self) -> &str {
        self.base_url.trim_start_matches("http://")
    }

    /// The socket's path with its token.
    pub(crate) fn path(&self) -> String {
        format!("/api/v1/ws/widget?token={}", self.token)
    }
}

/// The text that is sent: as long as a visitor's question.
pub(crate) fn question(number: usize) -> String {
    format!("Where is my order, please? I have been waiting since Monday. ({number})")
}

/// The same as a frame.
pub(crate) fn question_frame(number: usize) -> String {
    format!(
        "{{\"type\":\"msg\",\"client_msg_id\":\"{:032x}\",\"content\":\"{}\"}}",
        number,
        question(number)
    )
}

/// Whether a frame is of this type, found as cheaply as a client without a parser could.
pub(crate) fn is_of_type(frame: &str, kind: &str) -> bool {
    frame
        .strip_prefix("{\"type\":\"")
        .is_some_and(|rest| rest.starts_with(kind))
}
