//! Between the connection and everything else: what it wants done, and what its end means.

use super::{Buffer, Client, Past};
use crate::backend::{AfterSecondRefusal, Backend, Bell, Dial};
use crate::connection::Directive;
use crate::connection::backoff::Cause;
use crate::connection::close::{self, Verdict};
use crate::deadline::Deadline;
use crate::error::Error;
use crate::event::Event;
use crate::ids::Generation;
use crate::io::Output;
use crate::message::Delivery;
use crate::session::{Access, Rejection};

impl Client {
    /// Carries out what the connection wants until it wants nothing more.
    pub(super) fn follow_connection(&mut self) {
        while let Some(directive) = self.connection.next_directive() {
            match directive {
                Directive::Authenticate => self.authenticate(),
                Directive::AbandonAuthentication => self.abandon_authentication(),
                Directive::Close(generation, code) => {
                    if self.backend.has_socket() {
                        self.outputs.push_back(Output::CloseSocket { generation, code });
                    }
                }
                Directive::Ping(generation) => match self.backend.ping_frame(self.cx.now) {
                    Some(frame) => self.transmit(generation, frame),
                    None => self.connection.cannot_ask(&mut self.cx),
                },
                Directive::Down => self.line_down(),
                Directive::Stable => self.session.trusted(),
            }
        }
    }

    /// The connection wants a token: dial at once if there is one.
    pub(super) fn authenticate(&mut self) {
        if !self.connection.wants_token() {
            return;
        }
        if self.backend.needs_guest() && !self.session.is_active() {
            return self.ask_registration();
        }
        match self.session.access(&mut self.cx) {
            Access::Ready => self.dial(),
            Access::Waiting => {}
            Access::Call(request, renewal) => self.call_for_token(request, renewal),
            Access::Later => {
                let reason = "the token was renewed too often in the last minute".to_owned();
                self.connection.fail(Cause::Lost, reason, &mut self.cx);
            }
            Access::Never(error) => self.connection.refuse(error, &mut self.cx),
        }
    }

    pub(super) fn dial(&mut self) {
        let token = self.session.token();
        let may_begin = token.is_some() || self.session.is_made_by_messages();
        if !may_begin || !self.connection.wants_token() {
            return;
        }
        let Some(dial) = self.backend.dial(token, &mut self.cx.rng, self.cx.now) else {
            return;
        };
        let patience = self.backend.greeting_patience();
        let generation = self.connection.dial(patience, &mut self.cx);
        match dial {
            Dial::Socket(url) => self.outputs.push_back(Output::OpenSocket { generation, url }),
            Dial::Calls => {}
        }
    }

    /// A frame goes on the line, whatever that is made of.
    pub(super) fn transmit(&mut self, generation: Generation, frame: String) {
        if let Some(frame) = self.backend.carry(frame, self.cx.now) {
            self.outputs.push_back(Output::Transmit { generation, frame });
        }
    }

    pub(super) fn abandon_authentication(&mut self) {
        if let Some(request) = self.session.abandon_pending(&mut self.cx) {
            self.outputs.push_back(Output::CancelHttp { request });
        }
    }

    /// Whatever was on the line is not any more.
    fn line_down(&mut self) {
        self.past = Past::Some;
        self.cx.disarm(Deadline::Ack);
        self.buffer = Buffer::Writable;
        self.backend.line_down();
        if self.backend.capabilities().streaming {
            self.interrupt_streams();
        }
        self.typing_signal.forget(&mut self.cx);
        self.clear_typing();
        for id in self.outbox.requeue() {
            self.set_status(id, Delivery::Pending, None);
        }
    }

    pub(super) fn socket_closed(&mut self, generation: Generation, code: u16, reason: &str) {
        if self.is_bell(generation) {
            self.bell = None;
            return self.backend.bell(Bell::Closed(code), self.cx.now);
        }
        let in_flight = self.outbox.in_flight();
        let Some(verdict) = self.connection.closed(generation, code, &mut self.cx) else {
            return;
        };
        self.backend.line_failed();
        self.follow_connection();
        let words = close::describe(code, reason);
        match verdict {
            Verdict::Retry(cause) => self.connection.fail(cause, words, &mut self.cx),
            Verdict::RenewToken => self.token_refused(code),
            Verdict::StartOver => self.start_over(&words),
            Verdict::Misunderstood => self.connection.misunderstood(words, &mut self.cx),
            Verdict::Refused => {
                let error = Error::Configuration {
                    message: refused_words(&self.backend, &words),
                    status: Some(code),
                };
                self.connection.refuse(error, &mut self.cx);
            }
            Verdict::TooLarge => {
                if let Some(id) = in_flight {
                    self.refuse_message(id, words.clone());
                }
                self.connection.fail(Cause::Lost, words, &mut self.cx);
            }
        }
    }

    pub(super) fn token_refused(&mut self, code: u16) {
        match self.session.reject(code, &mut self.cx) {
            Rejection::Renew => self.connection.authenticate(&mut self.cx),
            Rejection::StartOver if self.backend.after_second_refusal() == AfterSecondRefusal::GiveUp => {
                self.refused_for_good(Error::Session {
                    message: "the server refuses the visitor's fresh token, too".to_owned(),
                    status: Some(code),
                });
            }
            Rejection::StartOver => self.start_over("the token was refused twice"),
            Rejection::Refused(error) => self.connection.refuse(error, &mut self.cx),
        }
    }

    /// The session is gone: a new one is made, the transcript stays, what was never sent moves along.
    pub(super) fn start_over(&mut self, words: &str) {
        self.session_lost(words);
        self.connection.authenticate(&mut self.cx);
    }

    pub(super) fn session_lost(&mut self, words: &str) {
        // A renewal under way is the old session's: its answer must not bring that back.
        self.abandon_authentication();
        self.session.forget();
        self.identify_again();
        for id in self.outbox.session_lost(words) {
            self.set_status(id, Delivery::Uncertain, Some(words));
        }
        self.store.touch();
    }

    /// No acknowledgement: first doubt the line, then renew it, because only a new line brings the message again.
    pub(super) fn ack_overdue(&mut self) {
        let Some(id) = self.outbox.in_flight() else {
            return;
        };
        if self.outbox.note_overdue(id) {
            self.connection
                .renew_line("a message was not acknowledged".to_owned(), &mut self.cx);
        } else {
            self.connection.probe(&mut self.cx);
            let patience = self.cx.tuning.ack_timeout;
            self.cx.arm(Deadline::Ack, patience);
        }
    }

    pub(super) fn buffered(&mut self, generation: Generation, bytes: u32) {
        if !self.connection.is_current(generation) {
            return;
        }
        if bytes > self.cx.tuning.buffer_high {
            self.buffer = Buffer::Full;
        } else if bytes <= self.cx.tuning.buffer_low {
            self.buffer = Buffer::Writable;
        }
        match self.buffer {
            Buffer::Full => self.cx.arm(Deadline::Buffer, BUFFER_PATIENCE),
            Buffer::Writable => self.cx.disarm(Deadline::Buffer),
        }
    }

    pub(super) fn error_event(&mut self, error: Error) {
        self.emit(Event::Error(error));
    }
}

/// The driver reports a full buffer again and again. Without a report for this long it is taken to have drained.
const BUFFER_PATIENCE: std::time::Duration = std::time::Duration::from_secs(1);

fn refused_words(backend: &Backend, words: &str) -> String {
    format!(
        "{words}; check the origin, the key and the tenant of {}",
        backend.name()
    )
}
