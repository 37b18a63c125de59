//! Telling the server which user of the site the visitor is: once a session, again when the session was replaced.

use std::time::Duration;

use crate::config::{Identity, IdentitySource};
use crate::context::Context;
use crate::deadline::Deadline;
use crate::ids::RequestId;

/// After a failure that may pass.
const RETRY: Duration = Duration::from_secs(30);

#[derive(Clone, Debug)]
enum Stage {
    Anonymous,
    /// The application is to be asked.
    Unasked,
    Asking(RequestId),
    Wanted(Identity),
    Calling(RequestId, Identity),
    Told(Identity),
}

/// What to do next.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Ask(RequestId),
    Call(RequestId, Identity),
}

#[derive(Clone, Debug)]
pub(crate) struct Identification(Stage);

impl Identification {
    pub(crate) fn new(source: Option<IdentitySource>) -> Self {
        Self(match source {
            None => Stage::Anonymous,
            Some(IdentitySource::Provider) => Stage::Unasked,
            Some(IdentitySource::Given(identity)) => Stage::Wanted(identity),
        })
    }

    pub(crate) fn want(&mut self, identity: Identity) {
        self.0 = Stage::Wanted(identity);
    }

    /// The next step, once there is a session to link.
    pub(crate) fn advance(&mut self, cx: &mut Context) -> Option<Step> {
        match std::mem::replace(&mut self.0, Stage::Anonymous) {
            Stage::Unasked => {
                let request = cx.next_request();
                self.0 = Stage::Asking(request);
                Some(Step::Ask(request))
            }
            Stage::Wanted(identity) => {
                let request = cx.next_request();
                self.0 = Stage::Calling(request, identity.clone());
                Some(Step::Call(request, identity))
            }
            other => {
                self.0 = other;
                None
            }
        }
    }

    /// Whether the application's answer is the one waited for.
    pub(crate) fn is_asking(&self, request: RequestId) -> bool {
        matches!(self.0, Stage::Asking(asking) if asking == request)
    }

    pub(crate) fn give_up(&mut self) {
        self.0 = Stage::Anonymous;
    }

    /// The identity whose call this is.
    pub(crate) fn is_calling(&self, request: RequestId) -> bool {
        matches!(self.0, Stage::Calling(calling, _) if calling == request)
    }

    pub(crate) fn told(&mut self) {
        self.0 = match std::mem::replace(&mut self.0, Stage::Anonymous) {
            Stage::Calling(_, identity) => Stage::Told(identity),
            other => other,
        };
    }

    pub(crate) fn retry_later(&mut self, wait: Option<Duration>, cx: &mut Context) {
        self.0 = match std::mem::replace(&mut self.0, Stage::Anonymous) {
            Stage::Calling(_, identity) => Stage::Wanted(identity),
            Stage::Asking(_) => Stage::Unasked,
            other => other,
        };
        cx.arm(Deadline::Identify, wait.unwrap_or(RETRY).max(RETRY));
    }

    /// The client was stopped: what is under way is given up and done again with the next line. Answers the call to cancel.
    pub(crate) fn interrupt(&mut self) -> Option<RequestId> {
        match std::mem::replace(&mut self.0, Stage::Anonymous) {
            Stage::Calling(request, identity) => {
                self.0 = Stage::Wanted(identity);
                Some(request)
            }
            Stage::Asking(_) => {
                self.0 = Stage::Unasked;
                None
            }
            other => {
                self.0 = other;
                None
            }
        }
    }

    /// A new session knows nothing of the user yet. Answers the call to cancel.
    pub(crate) fn session_replaced(&mut self) -> Option<RequestId> {
        let (stage, call) = match std::mem::replace(&mut self.0, Stage::Anonymous) {
            Stage::Told(identity) => (Stage::Wanted(identity), None),
            Stage::Calling(request, identity) => (Stage::Wanted(identity), Some(request)),
            other => (other, None),
        };
        self.0 = stage;
        call
    }
}
