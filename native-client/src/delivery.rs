//! Follows one message from the application's `send` to the server's acknowledgement.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::Notify;
use visavis_client_core::ids::{LocalId, ServerId};
use visavis_client_core::{Delivery, Error, Event, Message};

/// A message on its way. Dropping it changes nothing: the message is sent all the same.
pub struct MessageHandle {
    local_id: LocalId,
    progress: Arc<Progress>,
}

struct Progress {
    stage: Mutex<Stage>,
    moved: Notify,
}

#[derive(Clone)]
enum Stage {
    Accepted,
    Stored,
    Done(Result<Option<ServerId>, Error>),
}

impl MessageHandle {
    /// This client's id of the message, the same through every state and in every event.
    pub fn local_id(&self) -> LocalId {
        self.local_id
    }

    /// Waits until the message survives a crash; without a store, until it is in the queue.
    ///
    /// # Errors
    /// When the visitor is closed first.
    pub async fn stored(&self) -> Result<(), Error> {
        self.until(|stage| match stage {
            Stage::Accepted => None,
            Stage::Stored | Stage::Done(Ok(_)) => Some(Ok(())),
            Stage::Done(Err(error)) => Some(Err(error.clone())),
        })
        .await
    }

    /// Waits until the server has the message, and gives the server's id of it when the server told one.
    ///
    /// # Errors
    /// [`Error::Refused`] when the server refused it for good, when it became too old to be sent without asking, or when it was discarded or
    /// the visitor closed first; [`Error::Session`] when nobody can tell whether the server took it. After a
    /// [`Visitor::retry`](crate::Visitor::retry) it can be called again.
    pub async fn acknowledged(&self) -> Result<Option<ServerId>, Error> {
        self.until(|stage| match stage {
            Stage::Accepted | Stage::Stored => None,
            Stage::Done(result) => Some(result.clone()),
        })
        .await
    }

    async fn until<T>(&self, look: impl Fn(&Stage) -> Option<T>) -> T {
        loop {
            let moved = self.progress.moved.notified();
            tokio::pin!(moved);
            moved.as_mut().enable();
            if let Some(answer) = look(&self.progress.stage()) {
                return answer;
            }
            moved.await;
        }
    }
}

impl std::fmt::Debug for MessageHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MessageHandle")
            .field("local_id", &self.local_id)
            .finish_non_exhaustive()
    }
}

impl Progress {
    fn stage(&self) -> Stage {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn advance_to(&self, stage: Stage) {
        *self.stage.lock().unwrap_or_else(PoisonError::into_inner) = stage;
        self.moved.notify_waiters();
    }
}

/// The messages that somebody waits for.
#[derive(Default)]
pub(crate) struct Deliveries(Vec<(LocalId, Weak<Progress>)>);

impl Deliveries {
    pub(crate) fn follow(&mut self, local_id: LocalId) -> MessageHandle {
        let progress = Arc::new(Progress {
            stage: Mutex::new(Stage::Accepted),
            moved: Notify::new(),
        });
        self.0.retain(|(_, progress)| progress.strong_count() > 0);
        self.0.push((local_id, Arc::downgrade(&progress)));
        MessageHandle { local_id, progress }
    }

    pub(crate) fn note(&mut self, event: &Event) {
        match event {
            Event::Message { message, .. } => self.look_again(message),
            Event::MessageStatus {
                local_id,
                server_id,
                status,
                reason,
            } => self.advance(*local_id, *status, server_id.as_ref(), reason.as_deref()),
            Event::MessageDiscarded { local_id } => {
                self.move_to(*local_id, Stage::Done(Err(refused("the message was discarded"))));
            }
            _ => {}
        }
    }

    /// Takes over how far the message is now.
    pub(crate) fn look_again(&mut self, message: &Message) {
        if let Some(local_id) = message.local_id {
            let server_id = message.server_id.as_ref();
            self.advance(local_id, message.status, server_id, message.reason.as_deref());
        }
    }

    /// Nothing will be sent any more.
    pub(crate) fn close(&mut self) {
        for (_, progress) in self.0.drain(..) {
            if let Some(progress) = progress.upgrade()
                && !matches!(progress.stage(), Stage::Done(_))
            {
                progress.advance_to(Stage::Done(Err(closed())));
            }
        }
    }

    fn advance(&mut self, local_id: LocalId, status: Delivery, server_id: Option<&ServerId>, reason: Option<&str>) {
        let stage = match status {
            Delivery::Pending | Delivery::Sending => Stage::Stored,
            Delivery::Sent | Delivery::Delivered | Delivery::Read => Stage::Done(Ok(server_id.cloned())),
            Delivery::Failed => Stage::Done(Err(refused(reason.unwrap_or("the server refused the message")))),
            Delivery::Expired => Stage::Done(Err(refused(reason.unwrap_or("the message waited too long")))),
            _ => Stage::Done(Err(Error::Session {
                message: reason
                    .unwrap_or("nobody can tell whether the server took the message")
                    .to_owned(),
                status: None,
            })),
        };
        self.move_to(local_id, stage);
    }

    fn move_to(&self, local_id: LocalId, stage: Stage) {
        let found = self.0.iter().find(|(id, _)| *id == local_id);
        if let Some(progress) = found.and_then(|(_, progress)| progress.upgrade()) {
            progress.advance_to(stage);
        }
    }
}

/// What every call on a closed visitor answers.
pub(crate) fn closed() -> Error {
    refused("the visitor is closed; connect again to go on")
}

fn refused(message: &str) -> Error {
    Error::Refused {
        message: message.to_owned(),
        status: None,
        retry_after: None,
    }
}
