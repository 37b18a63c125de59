//! Calls and their answers: session, token, identity, settings.

use super::{Client, Past, Resume};
use crate::backend::{Grant, Reply, jwt, lenient};
use crate::config::Identity;
use crate::connection::backoff::Cause;
use crate::deadline::Deadline;
use crate::error::Error;
use crate::event::{Event, SessionChange};
use crate::http::{HttpFailure, HttpRequest, HttpResponse};
use crate::ids::RequestId;
use crate::io::{Output, Provision};
use crate::message::WidgetConfig;
use crate::secret::Secret;
use crate::session::identity::Step;
use crate::session::{Access, Outcome, Renewal};

impl Client {
    pub(super) fn call_for_token(&mut self, request: RequestId, renewal: Renewal) {
        let call = match (renewal, self.session.token()) {
            (Renewal::Provide, _) => {
                self.outputs.push_back(Output::Provide {
                    request,
                    what: Provision::VisitorToken,
                });
                return;
            }
            (Renewal::Refresh, Some(token)) => self.backend.refresh(token),
            (Renewal::Refresh | Renewal::Create, _) => self.backend.create_session(),
        };
        match call {
            Some(call) => self.call(request, call),
            None => self.cannot_renew(),
        }
    }

    /// The token was given by the application, and nothing that renews it: it is used until the server refuses it.
    fn cannot_renew(&mut self) {
        let _never_made = self.session.abandon_pending(&mut self.cx);
        if self.session.is_trusted() {
            return self.dial();
        }
        self.conclude(Outcome::Refused(Error::Session {
            message: "the token has expired; a fresh one is needed".to_owned(),
            status: None,
        }));
    }

    pub(super) fn call(&mut self, request: RequestId, call: HttpRequest) {
        let call = HttpRequest {
            timeout: self.cx.tuning.request_timeout,
            ..call
        };
        self.outputs.push_back(Output::Http { request, call });
    }

    pub(super) fn fetch_config(&mut self) {
        let Some(call) = self.backend.fetch_config() else {
            return self.learn_config(self.backend.known_config());
        };
        let request = self.cx.next_request();
        self.config_request = Some(request);
        self.call(request, call);
    }

    pub(super) fn http_finished(&mut self, request: RequestId, result: Result<HttpResponse, HttpFailure>) {
        if self.config_request == Some(request) {
            self.config_request = None;
            self.config_answered(result);
        } else if self.identification.is_calling(request) {
            self.identify_answered(result);
        } else if let Some(renewal) = self.session.take_pending(request, &mut self.cx) {
            self.token_answered(renewal, result);
        } else if self.backend.has_steps() {
            self.chore_answered(request, result);
        }
    }

    fn token_answered(&mut self, renewal: Renewal, result: Result<HttpResponse, HttpFailure>) {
        if let Ok(response) = &result
            && self.backend.session_is_elsewhere(response)
        {
            let request = self.session.call_again(renewal, &mut self.cx);
            return self.call_for_token(request, renewal);
        }
        let outcome = match result {
            Ok(response) => {
                let mut reply = self.backend.read_grant(&response, self.cx.now);
                if let Reply::Done(grant) = &mut reply {
                    self.learn_config(grant.config.take());
                }
                self.session.answered(renewal, reply, &mut self.cx)
            }
            Err(failure) => Outcome::Retry {
                cause: Cause::Lost,
                reason: failure.to_string(),
            },
        };
        self.conclude(outcome);
    }

    /// The call for a token has ended: whoever waits for it goes on.
    fn conclude(&mut self, outcome: Outcome) {
        let waited_for = self.connection.wants_token();
        match outcome {
            Outcome::Granted(change) => self.granted(change),
            Outcome::Gone => {
                let words = "the session is gone";
                self.session_lost(words);
                if !self.connection.is_stopped() {
                    self.connection.authenticate(&mut self.cx);
                }
            }
            Outcome::Refused(error) if waited_for => self.refused_for_good(error),
            Outcome::Unreadable { message } if waited_for => self.connection.misunderstood(message, &mut self.cx),
            Outcome::Retry { cause, reason } if waited_for => self.connection.fail(cause, reason, &mut self.cx),
            // The line is up with a token that is still good.
            Outcome::Retry {
                cause: Cause::Throttled { wait },
                ..
            } => {
                self.session.retry_ahead(&mut self.cx);
                self.cx.postpone(Deadline::Refresh, wait);
            }
            Outcome::Refused(_) | Outcome::Unreadable { .. } | Outcome::Retry { .. } => {
                self.session.retry_ahead(&mut self.cx);
            }
        }
    }

    pub(super) fn granted(&mut self, change: SessionChange) {
        self.store.touch();
        if change == SessionChange::Replaced {
            let moving: Vec<_> = self
                .outbox
                .entries()
                .filter(|entry| !entry.is_set_aside())
                .map(|entry| entry.id)
                .collect();
            self.timeline.begin_conversation(&moving);
            self.identify_again();
        }
        if matches!(change, SessionChange::Created | SessionChange::Replaced) {
            self.resume = Resume::Told;
            self.past = Past::None;
        }
        if change == SessionChange::Resumed {
            // Its id comes with the greeting.
            self.resume = Resume::Untold;
        } else {
            let id = self.session.id().map(str::to_owned);
            self.emit(Event::Session { change, id });
        }
        if self.backend.line_needs_its_token() && self.connection.socket().is_some() {
            self.connection.authenticate(&mut self.cx);
        } else {
            self.authenticate();
        }
    }

    pub(super) fn request_overdue(&mut self) {
        if let Some(request) = self.session.abandon_pending(&mut self.cx) {
            self.outputs.push_back(Output::CancelHttp { request });
            self.conclude(Outcome::Retry {
                cause: Cause::Lost,
                reason: HttpFailure::Timeout.to_string(),
            });
        }
    }

    /// The token is to be renewed while the connection lives.
    pub(super) fn renew_ahead(&mut self) {
        if self.connection.live().is_none() {
            return;
        }
        if let Access::Call(request, renewal) = self.session.renew_ahead(&mut self.cx) {
            self.call_for_token(request, renewal);
        }
    }

    pub(super) fn provided(&mut self, request: RequestId, result: Result<Secret, String>) {
        if self.identification.is_asking(request) {
            self.identity_provided(result);
        } else if let Some(renewal) = self.session.take_pending(request, &mut self.cx) {
            let outcome = match result {
                Ok(token) if lenient::looks_like_jwt(token.expose()) => self.adopt_provided(token, renewal),
                Ok(_) => Outcome::Refused(Error::option(
                    "visitorToken: the provider gave no token of three dot-separated parts",
                )),
                Err(words) => Outcome::Retry {
                    cause: Cause::Lost,
                    reason: format!("the visitor token's provider failed: {words}"),
                },
            };
            self.conclude(outcome);
        }
    }

    fn adopt_provided(&mut self, token: Secret, renewal: Renewal) -> Outcome {
        let lifetime = jwt::lifetime(token.expose()).unwrap_or(self.backend.default_lifetime());
        let grant = Grant {
            session_id: None,
            token,
            lifetime,
            config: None,
        };
        Outcome::Granted(self.session.adopt(grant, renewal, &mut self.cx))
    }

    /// The server does not take the visitor: back to the form where there is one, else the application's turn.
    pub(super) fn refused_for_good(&mut self, error: Error) {
        if self.backend.forget_guest() {
            self.session.forget();
            self.emit(Event::Error(error));
            self.ask_registration();
        } else {
            self.connection.refuse(error, &mut self.cx);
        }
    }

    fn config_answered(&mut self, result: Result<HttpResponse, HttpFailure>) {
        if let Ok(response) = &result
            && self.backend.config_is_elsewhere(response)
        {
            return self.fetch_config();
        }
        let read = match result {
            Ok(response) => self.backend.read_config(&response, self.cx.now).into_result(),
            Err(failure) => Err(Error::Network {
                message: format!("the widget's settings could not be read: {failure}"),
            }),
        };
        match read {
            Ok(config) => self.learn_config(Some(config)),
            Err(error) => self.error_event(error),
        }
    }

    /// Settings came. Not every answer has all of them, so what it leaves out stays as it was.
    pub(super) fn learn_config(&mut self, told: Option<WidgetConfig>) {
        let Some(told) = told else {
            return;
        };
        let config = told.or(self.widget_config.clone().unwrap_or_default());
        if self.widget_config.as_ref() != Some(&config) {
            self.widget_config = Some(config.clone());
            self.emit(Event::Config(config));
        }
    }

    /// Goes on with telling the server who the visitor is.
    pub(super) fn advance_identification(&mut self) {
        if self.session.token().is_none() {
            return;
        }
        match self.identification.advance(&mut self.cx) {
            Some(Step::Ask(request)) => {
                self.outputs.push_back(Output::Provide {
                    request,
                    what: Provision::Identity,
                });
            }
            Some(Step::Call(request, identity)) => self.call_identify(request, &identity),
            None => {}
        }
    }

    fn call_identify(&mut self, request: RequestId, identity: &Identity) {
        let token = self.session.token();
        if let Some(call) = token.and_then(|token| self.backend.identify(token, identity)) {
            self.call(request, call);
        }
    }

    /// The session that was told who the visitor is is gone; so is whatever it would still answer.
    pub(super) fn identify_again(&mut self) {
        let call = self.identification.session_replaced();
        self.outputs.extend(call.map(|request| Output::CancelHttp { request }));
    }

    fn identity_provided(&mut self, result: Result<Secret, String>) {
        match result.map(|secret| Identity::parse(secret.expose())) {
            Ok(Ok(identity)) => {
                self.identification.want(identity);
                self.advance_identification();
            }
            Ok(Err(error)) => {
                self.identification.give_up();
                self.error_event(error);
            }
            Err(words) => {
                self.identification.give_up();
                self.error_event(Error::option(format!("identity: the provider failed: {words}")));
            }
        }
    }

    /// A refused signature leaves the visitor anonymous; only a failure of the network is tried again.
    fn identify_answered(&mut self, result: Result<HttpResponse, HttpFailure>) {
        let reply = match result {
            Ok(response) => self.backend.read_identified(&response, self.cx.now),
            Err(_) => {
                self.identification.retry_later(None, &mut self.cx);
                return;
            }
        };
        match reply {
            Reply::Done(grant) => self.identified(grant),
            Reply::Later { wait, .. } => self.identification.retry_later(wait, &mut self.cx),
            // The session is gone, which says nothing about the identity: the next one is told.
            Reply::Rejected { status: 404 | 410, .. } => self.identification.retry_later(None, &mut self.cx),
            Reply::Rejected { message, status } | Reply::Wrong { message, status } => {
                self.identification.give_up();
                let message = format!("the identity was refused, the visitor stays anonymous: {message}");
                self.error_event(Error::Refused {
                    message,
                    status: Some(status),
                    retry_after: None,
                });
            }
            Reply::Unreadable { message } => {
                self.identification.give_up();
                self.error_event(Error::Protocol { message });
            }
        }
    }

    fn identified(&mut self, grant: Option<Grant>) {
        self.identification.told();
        if let Some(mut grant) = grant {
            self.learn_config(grant.config.take());
            let _same_session = self.session.adopt(grant, Renewal::Refresh, &mut self.cx);
            self.store.touch();
        }
        let id = self.session.id().map(str::to_owned);
        self.emit(Event::Session {
            change: SessionChange::Identified,
            id,
        });
    }
}
