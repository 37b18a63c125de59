//! What a visitor waits for beside its socket and its timer: calls, writes, dials, goodbyes.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use visavis_client_core::Input;
use visavis_client_core::ids::{Generation, RequestId};

use crate::socket::Socket;

/// How a job ended.
pub(crate) enum Answer {
    /// With something to tell the machine.
    Input(Input),
    /// With a socket, or the reason why there is none.
    Dialled(Generation, Result<Socket, String>),
    /// With nothing to tell.
    Done,
}

/// What a job is, so that it can be given up.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Name {
    /// An HTTP call or a question to the application.
    Request(RequestId),
    Dial(Generation),
    /// A write to the store. Never given up.
    Store,
    /// A close handshake.
    Goodbye,
}

/// The running jobs of one visitor: rarely more than one, so a list is all it takes. Each is boxed, so that none of its size stays behind.
#[derive(Default)]
pub(crate) struct Jobs(Vec<(Name, Work)>);

type Work = Pin<Box<dyn Future<Output = Answer> + Send>>;

impl Jobs {
    pub(crate) fn start(&mut self, name: Name, work: impl Future<Output = Answer> + Send + 'static) {
        self.0.push((name, Box::pin(work)));
    }

    /// Drops the job; its answer never comes.
    pub(crate) fn give_up(&mut self, name: Name) {
        self.0.retain(|(other, _)| *other != name);
    }

    /// Drops every dial; none of them becomes a socket.
    pub(crate) fn give_up_dials(&mut self) {
        self.0.retain(|(name, _)| !matches!(name, Name::Dial(_)));
    }

    /// Keeps only what must not be cut short: writes and goodbyes.
    pub(crate) fn keep_last_things(&mut self) {
        self.0.retain(|(name, _)| matches!(name, Name::Store | Name::Goodbye));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The answer of a job that has ended.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Answer> {
        for place in 0..self.0.len() {
            if let Poll::Ready(answer) = self.0[place].1.as_mut().poll(cx) {
                drop(self.0.swap_remove(place));
                if self.0.is_empty() {
                    self.0 = Vec::new();
                }
                return Poll::Ready(answer);
            }
        }
        Poll::Pending
    }
}
