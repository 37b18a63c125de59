//! What a back end with a state of its own wants done.

use super::{Client, Resume};
use crate::backend::{Earlier, Incoming, LineEnd, Signal, Step};
use crate::connection::backoff::Cause;
use crate::connection::close::SEND_NORMAL;
use crate::deadline::Deadline;
use crate::error::Error;
use crate::event::Event;
use crate::ids::ServerId;
use crate::io::Command;
use crate::io::Output;
use crate::message::{Author, Guest};
use crate::session::{Access, Renewal};

/// What a socket would say whose token is not accepted.
const TOKEN_REFUSED: u16 = 4401;

impl Client {
    /// Carries out what the back end wants until it wants nothing more.
    pub(super) fn follow_backend(&mut self) {
        while let Some(step) = self.backend.poll() {
            self.step(step);
            self.follow_connection();
        }
    }

    pub(super) fn arm_backend(&mut self) {
        match self.backend.deadline() {
            Some(at) if !self.connection.is_stopped() => self.cx.deadlines.set(Deadline::Backend, at),
            _ => self.cx.disarm(Deadline::Backend),
        }
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Signal(Signal::Message(incoming)) => self.signal(Signal::Message(self.recognised(incoming))),
            Step::Signal(Signal::Welcome(mut welcome)) => {
                if let Earlier::Replayed(messages) = &mut welcome.history {
                    *messages = self.all_recognised(std::mem::take(messages));
                }
                self.signal(Signal::Welcome(welcome));
            }
            Step::Signal(signal) => self.signal(signal),
            Step::Event(event) => self.emit(event),
            Step::Transmit(frame) => {
                if let Some(generation) = self.connection.socket() {
                    self.transmit(generation, frame);
                }
            }
            Step::Call(chore, call) => self.run_chore(chore, call),
            Step::Upload(chore, call) => self.run_upload(chore, call),
            Step::Cancel(chore) => self.cancel_chore(chore),
            Step::Heard => {
                if let Some(generation) = self.connection.socket() {
                    self.connection.opened(generation);
                    self.connection.heard(&mut self.cx);
                }
            }
            Step::RenewToken => self.renew_for_chore(),
            Step::Line(end) => self.line_ended(end),
            Step::History(messages) => {
                let messages = self.all_recognised(messages);
                self.replay(messages);
            }
            Step::Progress { id, delivery } => {
                if let Some(local_id) = self.timeline.progressed(&id, delivery) {
                    self.store.touch();
                    self.emit(Event::MessageStatus {
                        local_id,
                        server_id: Some(id),
                        status: delivery,
                        reason: None,
                    });
                }
            }
            Step::Removed(server_id) => {
                if self.timeline.remove_by_server(&server_id) {
                    self.store.touch();
                    self.emit(Event::MessageRemoved { server_id });
                }
            }
            Step::Stream { id, piece } => self.stream_piece(id, piece),
            Step::Uploaded { message, index, file } => self.file_uploaded(message, index, file),
            Step::UploadFailed { message, error } => self.upload_failed(message, error),
            Step::Save => self.store.touch(),
            Step::Session(grant) => {
                let change = self.session.adopt(grant, Renewal::Create, &mut self.cx);
                self.granted(change);
            }
            Step::SessionGone(words) => {
                self.resume = Resume::Told;
                self.session_lost(&words);
            }
            Step::Unclear(id) => self.unclear(id),
            Step::NotTaken(id) => self.not_taken(id),
            Step::Settled(id) => self.not_taken(id),
            Step::Undecidable(id) => self.undecidable(id),
            Step::OpenBell(url) => {
                let generation = self.connection.next_generation();
                self.bell = Some(generation);
                self.outputs.push_back(Output::OpenSocket { generation, url });
            }
            Step::CloseBell => {
                let closed = self.bell.take();
                self.outputs.extend(closed.map(|generation| Output::CloseSocket {
                    generation,
                    code: SEND_NORMAL,
                }));
            }
            Step::Ring(frame) => {
                if let Some(generation) = self.bell {
                    self.outputs.push_back(Output::Transmit { generation, frame });
                }
            }
        }
    }

    fn all_recognised(&self, messages: Vec<Incoming>) -> Vec<Incoming> {
        messages.into_iter().map(|incoming| self.recognised(incoming)).collect()
    }

    /// Another client of the same visitor has ids of its own.
    fn recognised(&self, incoming: Incoming) -> Incoming {
        let local_id = incoming.local_id.filter(|id| self.timeline.find(*id).is_some());
        let author = match incoming.author {
            Author::Bot { name: None } => self.assistant(),
            known => known,
        };
        self.under_its_own_id(Incoming {
            local_id,
            author,
            ..incoming
        })
    }

    /// The automatic answerer, by the name that the settings give it.
    pub(super) fn assistant(&self) -> Author {
        let details = self.widget_config.as_ref().and_then(|config| config.details.as_deref());
        Author::Bot {
            name: details.and_then(|details| details.assistant.clone()),
        }
    }

    /// An answer may be stored under the id of its question, which would hide it.
    fn under_its_own_id(&self, incoming: Incoming) -> Incoming {
        match &incoming.server_id {
            Some(id)
                if self.backend.answers_questions()
                    && incoming.author != Author::Visitor
                    && self.timeline.is_own(id) =>
            {
                Incoming {
                    server_id: Some(ServerId(["ai-", &id.0].concat())),
                    local_id: None,
                    ..incoming
                }
            }
            _ => incoming,
        }
    }

    /// The line is of no use any more.
    fn line_ended(&mut self, end: LineEnd) {
        if self.connection.socket().is_none() {
            return;
        }
        match end {
            LineEnd::Broken(words) => self.connection.fail(Cause::Lost, words, &mut self.cx),
            LineEnd::Later(wait) => {
                let words = "the server asks to wait".to_owned();
                self.connection.fail(Cause::Throttled { wait }, words, &mut self.cx);
            }
            LineEnd::Silent => {
                let words = "nothing was heard of the server for too long".to_owned();
                self.connection.fail(Cause::Local, words, &mut self.cx);
            }
            LineEnd::Redial => self.connection.authenticate(&mut self.cx),
            LineEnd::TokenRefused => {
                self.connection.drop_line(&mut self.cx);
                self.follow_connection();
                // What a renewal under way brings was made before the refusal: it would be no fresh one.
                self.abandon_authentication();
                self.token_refused(TOKEN_REFUSED);
            }
            LineEnd::Refused(message) => self
                .connection
                .refuse(Error::Configuration { message, status: None }, &mut self.cx),
            LineEnd::Dismissed => self.connection.dismissed(&mut self.cx),
            LineEnd::Failing(words) => self.connection.fail(Cause::Failing, words, &mut self.cx),
            LineEnd::Senseless(message) => self.connection.refuse(Error::Protocol { message }, &mut self.cx),
        }
    }

    /// A call of the back end's own found the token too old.
    fn renew_for_chore(&mut self) {
        if let Access::Call(request, renewal) = self.session.renew_ahead(&mut self.cx) {
            self.call_for_token(request, renewal);
        }
    }

    /// A command that is not the same for all back ends.
    pub(super) fn ask_backend(&mut self, command: Command) {
        if let Err(error) = self.backend.command(command, self.cx.now) {
            self.emit(Event::Error(error));
        }
    }

    /// The visitor has to say who they are; the form is told as the settings have it.
    pub(super) fn ask_registration(&mut self) {
        let details = self.widget_config.as_ref().and_then(|config| config.details.as_deref());
        let form = details.map(|details| details.registration).unwrap_or_default();
        self.connection.await_introduction(&mut self.cx);
        self.emit(Event::Registration(form));
    }

    pub(super) fn register(&mut self, guest: Guest) {
        match self.backend.register(guest) {
            Ok(()) => {
                self.store.touch();
                self.connection.introduced(&mut self.cx);
            }
            Err(error) => self.emit(Event::Error(error)),
        }
    }
}
