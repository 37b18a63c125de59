//! The visitor's session: none, being made, active, renewed. One call at a time; whoever needs the token waits for that call's result.

pub(crate) mod identity;
pub(crate) mod token;

use std::time::Duration;

use crate::backend::{Grant, Reply, SessionSource, jwt};
use crate::config::Credential;
use crate::connection::backoff::Cause;
use crate::context::Context;
use crate::deadline::Deadline;
use crate::error::Error;
use crate::event::SessionChange;
use crate::ids::RequestId;
use crate::secret::Secret;
use crate::snapshot::StoredSession;
use crate::time::{Instant, Now};
use token::Token;

/// Rejections on fresh tokens within this time belong together.
const REJECTION_MEMORY: Duration = Duration::from_secs(60);
const MINUTE: Duration = Duration::from_secs(60);
/// A renewal ahead of time that failed is tried again after 30 to 60 s; the token is still good.
const EARLY_RETRY: Duration = Duration::from_secs(30);

#[derive(Clone, Debug)]
struct Active {
    id: Option<String>,
    token: Token,
}

/// How far the token can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// No reason to doubt it.
    Trusted,
    /// The server refused it: renew before the next use.
    Rejected,
}

/// The one call that may be under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Renewal {
    /// Create a session.
    Create,
    /// Renew the token.
    Refresh,
    /// Ask the application for a token.
    Provide,
}

#[derive(Clone, Copy, Debug)]
struct Pending {
    request: RequestId,
    renewal: Renewal,
}

/// What a connection that needs the token is told.
#[derive(Clone, Debug)]
pub(crate) enum Access {
    Ready,
    /// A call is under way; its result will be told.
    Waiting,
    /// Start this call.
    Call(RequestId, Renewal),
    /// Too many renewals in the last minute.
    Later,
    /// There is no way to get one.
    Never(Error),
}

/// What the end of the call means.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    Granted(SessionChange),
    /// The session is unknown to the server; the next call creates one.
    Gone,
    /// Try again later.
    Retry {
        cause: Cause,
        reason: String,
    },
    /// The answer is not the protocol's.
    Unreadable {
        message: String,
    },
    /// Nothing helps but the application.
    Refused(Error),
}

/// What a rejection by the socket means.
#[derive(Clone, Debug)]
pub(crate) enum Rejection {
    /// Renew the token and go on.
    Renew,
    /// The session is to be given up and a new one created.
    StartOver,
    Refused(Error),
}

#[derive(Clone, Debug)]
pub(crate) struct Session {
    source: SessionSource,
    default_lifetime: Duration,
    active: Option<Active>,
    standing: Standing,
    pending: Option<Pending>,
    /// When renewals were completed, newest last.
    renewals: Vec<Instant>,
    rejections: u32,
    last_rejection: Option<Now>,
    /// A session existed before: a new one replaces it.
    succeeds_another: bool,
}

impl Session {
    pub(crate) fn new(source: SessionSource, default_lifetime: Duration) -> Self {
        Self {
            source,
            default_lifetime,
            active: None,
            standing: Standing::Trusted,
            pending: None,
            renewals: Vec::new(),
            rejections: 0,
            last_rejection: None,
            succeeds_another: false,
        }
    }

    pub(crate) fn restore(&mut self, stored: &StoredSession, cx: &mut Context) {
        if !matches!(self.source, SessionSource::Token(_)) {
            let token = Token::restored(&stored.token, cx);
            self.active = Some(Active {
                id: stored.id.clone(),
                token,
            });
            self.succeeds_another = true;
        }
    }

    /// An earlier life had a session that is gone.
    pub(crate) fn restore_ended(&mut self) {
        self.succeeds_another = !matches!(self.source, SessionSource::Token(_));
    }

    pub(crate) fn stored(&self) -> Option<StoredSession> {
        let active = self.active.as_ref()?;
        Some(StoredSession {
            id: active.id.clone(),
            token: active.token.stored(),
        })
    }

    pub(crate) fn id(&self) -> Option<&str> {
        self.active.as_ref()?.id.as_deref()
    }

    pub(crate) fn token(&self) -> Option<&Secret> {
        Some(self.active.as_ref()?.token.value())
    }

    /// Whether the server has not refused the token.
    pub(crate) fn is_trusted(&self) -> bool {
        self.standing == Standing::Trusted
    }

    pub(crate) fn is_active(&self) -> bool {
        self.active.is_some()
    }

    /// The server told the session's id. Answers whether that is news.
    pub(crate) fn learn_id(&mut self, id: &str) -> bool {
        match &mut self.active {
            Some(active) if active.id.as_deref() != Some(id) => {
                active.id = Some(id.to_owned());
                true
            }
            _ => false,
        }
    }

    /// A usable token, or the way to one.
    pub(crate) fn access(&mut self, cx: &mut Context) -> Access {
        if self.pending.is_some() {
            return Access::Waiting;
        }
        if self.is_made_by_messages() {
            return Access::Ready;
        }
        let fresh = self
            .active
            .as_ref()
            .is_some_and(|active| active.token.refresh_at() > cx.mono());
        if fresh && self.standing == Standing::Trusted {
            return Access::Ready;
        }
        self.call_for_token(cx)
    }

    fn call_for_token(&mut self, cx: &mut Context) -> Access {
        if let (None, SessionSource::Token(Credential::Given(value))) = (&self.active, &self.source) {
            if self.succeeds_another {
                return Access::Never(given_token_ended());
            }
            let lifetime = jwt::lifetime(value.expose()).unwrap_or(self.default_lifetime);
            let token = Token::received(value.clone(), lifetime, cx);
            self.active = Some(Active { id: None, token });
            self.succeeds_another = true;
            self.arm_refresh(cx);
            return Access::Ready;
        }
        if self.too_many_renewals(cx) {
            return Access::Later;
        }
        let renewal = match (&self.source, &self.active) {
            (SessionSource::Token(Credential::Provider), _) => Renewal::Provide,
            (_, Some(_)) => Renewal::Refresh,
            (_, None) => Renewal::Create,
        };
        self.begin(renewal, cx)
    }

    fn begin(&mut self, renewal: Renewal, cx: &mut Context) -> Access {
        let request = cx.next_request();
        self.pending = Some(Pending { request, renewal });
        cx.disarm(Deadline::Refresh);
        cx.arm(Deadline::Request, cx.tuning.request_timeout);
        Access::Call(request, renewal)
    }

    /// The call is made once more, elsewhere.
    pub(crate) fn call_again(&mut self, renewal: Renewal, cx: &mut Context) -> RequestId {
        let request = cx.next_request();
        self.pending = Some(Pending { request, renewal });
        cx.arm(Deadline::Request, cx.tuning.request_timeout);
        request
    }

    fn too_many_renewals(&mut self, cx: &Context) -> bool {
        self.renewals.retain(|at| cx.mono().since(*at) < MINUTE);
        self.renewals.len() >= cx.tuning.renewals_per_minute
    }

    /// The time to renew ahead has come while the connection lives.
    pub(crate) fn renew_ahead(&mut self, cx: &mut Context) -> Access {
        if self.pending.is_some() {
            return Access::Waiting;
        }
        let access = self.call_for_token(cx);
        if matches!(access, Access::Later) {
            self.retry_ahead(cx);
        }
        access
    }

    /// A renewal ahead of time failed: the token is still good, so there is time.
    pub(crate) fn retry_ahead(&mut self, cx: &mut Context) {
        let delay = EARLY_RETRY + cx.rng.up_to(EARLY_RETRY);
        cx.arm(Deadline::Refresh, delay);
    }

    /// The call under way, if `request` names it.
    pub(crate) fn take_pending(&mut self, request: RequestId, cx: &mut Context) -> Option<Renewal> {
        let pending = self.pending.filter(|pending| pending.request == request)?;
        self.pending = None;
        cx.disarm(Deadline::Request);
        Some(pending.renewal)
    }

    /// Gives the call under way up. Its answer, should it come, is ignored.
    pub(crate) fn abandon_pending(&mut self, cx: &mut Context) -> Option<RequestId> {
        cx.disarm(Deadline::Request);
        self.pending.take().map(|pending| pending.request)
    }

    /// What a whole answer to the call means.
    pub(crate) fn answered(&mut self, renewal: Renewal, reply: Reply<Grant>, cx: &mut Context) -> Outcome {
        match reply {
            Reply::Done(grant) => Outcome::Granted(self.adopt(grant, renewal, cx)),
            Reply::Later { message, wait, .. } => {
                let cause = wait.map_or(Cause::Lost, |wait| Cause::Throttled { wait });
                Outcome::Retry { cause, reason: message }
            }
            Reply::Rejected { message, status } => self.rejected_by_rest(renewal, message, status, cx),
            Reply::Wrong { message, status } => Outcome::Refused(Error::Configuration {
                message,
                status: Some(status),
            }),
            Reply::Unreadable { message } => Outcome::Unreadable { message },
        }
    }

    fn rejected_by_rest(&mut self, renewal: Renewal, message: String, status: u16, cx: &mut Context) -> Outcome {
        match (renewal, &self.source) {
            (Renewal::Refresh, SessionSource::Create) => {
                self.renewals.push(cx.mono());
                self.forget();
                Outcome::Gone
            }
            (Renewal::Refresh, SessionSource::Token(_)) => Outcome::Refused(Error::Session {
                message: format!("{message}; a fresh visitor token is needed"),
                status: Some(status),
            }),
            _ => Outcome::Refused(Error::Configuration {
                message,
                status: Some(status),
            }),
        }
    }

    /// Takes a granted token over.
    pub(crate) fn adopt(&mut self, grant: Grant, renewal: Renewal, cx: &mut Context) -> SessionChange {
        let earlier = self.active.take();
        let change = match (renewal, &earlier) {
            (Renewal::Create | Renewal::Provide, None) if self.succeeds_another => SessionChange::Replaced,
            (Renewal::Create, _) => SessionChange::Created,
            (Renewal::Provide, None) => SessionChange::Resumed,
            (Renewal::Refresh | Renewal::Provide, _) => SessionChange::Refreshed,
        };
        let known = earlier.and_then(|active| active.id);
        let id = match renewal {
            Renewal::Create => grant.session_id,
            Renewal::Refresh | Renewal::Provide => grant.session_id.or(known),
        };
        if change != SessionChange::Created {
            self.renewals.push(cx.mono());
        }
        self.active = Some(Active {
            id,
            token: Token::received(grant.token, grant.lifetime, cx),
        });
        self.standing = Standing::Trusted;
        self.succeeds_another = true;
        self.arm_refresh(cx);
        change
    }

    /// Whether there is nothing to be had before the first message, and nothing to renew afterwards.
    pub(crate) fn is_made_by_messages(&self) -> bool {
        matches!(self.source, SessionSource::FirstMessage)
    }

    pub(crate) fn arm_refresh(&self, cx: &mut Context) {
        if let Some(active) = self.active.as_ref().filter(|_| !self.is_made_by_messages()) {
            cx.deadlines.set(Deadline::Refresh, active.token.refresh_at());
        }
    }

    /// The socket refused the token (4401). First renew it; refused again within a minute, start over; then give up.
    pub(crate) fn reject(&mut self, code: u16, cx: &mut Context) -> Rejection {
        // By both clocks: the monotonic one may have stood still in a sleep between the two. A wall clock that was set back meanwhile tells nothing.
        let recent = self.last_rejection.is_some_and(|last| {
            cx.mono().since(last.mono) < REJECTION_MEMORY
                && cx.now.wall >= last.wall
                && cx.now.wall.since(last.wall) < REJECTION_MEMORY
        });
        // A token that grew old while the machine slept was not refused afresh.
        let grown_old = self.active.as_ref().is_some_and(|active| active.token.is_past(cx));
        self.rejections = if recent && !grown_old { self.rejections + 1 } else { 1 };
        self.last_rejection = Some(cx.now);
        self.standing = Standing::Rejected;
        let refused = || {
            let message = format!("the server keeps refusing fresh visitor tokens ({code}); check tenant and key");
            Rejection::Refused(Error::Session {
                message,
                status: Some(code),
            })
        };
        match (self.rejections, &self.source) {
            (1, _) => Rejection::Renew,
            (2, SessionSource::Create) => {
                self.forget();
                Rejection::StartOver
            }
            _ => refused(),
        }
    }

    /// The session is gone; the next access creates one.
    pub(crate) fn forget(&mut self) {
        self.active = None;
        self.standing = Standing::Trusted;
    }

    /// The connection has proved to last: earlier rejections are history.
    pub(crate) fn trusted(&mut self) {
        self.rejections = 0;
        self.last_rejection = None;
    }
}

fn given_token_ended() -> Error {
    Error::Session {
        message: "the visitor token's session has ended; a fresh visitor token is needed".to_owned(),
        status: None,
    }
}
