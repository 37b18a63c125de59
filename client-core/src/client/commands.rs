//! What the application asks for.

use super::Client;
use crate::backend::Watch;
use crate::config::Identity;
use crate::deadline::Deadline;
use crate::error::Error;
use crate::event::Event;
use crate::ids::LocalId;
use crate::io::{Attention, Command, FileInfo, Output, Typing};
use crate::message::Delivery;
use crate::time::Now;

impl Client {
    pub(super) fn command(&mut self, command: Command) {
        let Some(command) = self.own_command(command) else {
            return;
        };
        match command {
            Command::Start => self.connection.start(&mut self.cx),
            Command::Stop => self.stop(),
            Command::FetchConfig => self.fetch_config(),
            Command::Send { text } => {
                if let Err(error) = self.enqueue(text) {
                    self.emit(Event::Error(error));
                }
            }
            Command::Adopt { local_id, text, files } => self.adopt(local_id, text, files),
            Command::Retry { local_id } => self.retry(local_id),
            Command::Discard { local_id } => self.discard(local_id),
            Command::Typing(typing) => self.note_typing(typing),
            Command::Identify(identity) => self.identify(identity),
            Command::Attend(attention) => self.attend(attention),
            Command::Register(guest) if self.backend.has_steps() => self.register(guest),
            Command::SendFiles { text, files } if self.backend.capabilities().upload => {
                if let Err(error) = self.enqueue_with(text, files) {
                    self.emit(Event::Error(error));
                }
            }
            other => self.ask_backend(other),
        }
    }

    pub(super) fn stop(&mut self) {
        self.abandon_authentication();
        let others = [self.identification.interrupt(), self.config_request.take()];
        let cancelled = others.into_iter().flatten();
        self.outputs
            .extend(cancelled.map(|request| Output::CancelHttp { request }));
        self.connection.stop(&mut self.cx);
        self.follow_connection();
        if self.backend.has_steps() {
            self.cancel_chores();
        }
        self.cx.deadlines.clear_all();
    }

    /// Queues a message. It is safe, and shown, when [`Event::Message`] with its id comes; drain the outputs for that.
    ///
    /// # Errors
    /// [`Error::Refused`] for an empty text, [`Error::TooLarge`], [`Error::QueueFull`]. Never because of the network.
    pub fn send(&mut self, text: &str, now: Now) -> Result<LocalId, Error> {
        self.advance(now);
        let queued = self.enqueue(text.to_owned());
        self.settle();
        queued
    }

    /// Queues a message with files, as [`Command::SendFiles`] does, and answers its id. Keep the files ready until [`Output::Release`].
    ///
    /// # Errors
    /// Those of [`Client::send`], [`Error::Refused`] for a file that is too large, [`Error::Unsupported`] where files cannot be sent.
    pub fn send_files(&mut self, text: &str, files: Vec<FileInfo>, now: Now) -> Result<LocalId, Error> {
        self.advance(now);
        if !self.backend.capabilities().upload {
            return Err(Error::Unsupported {
                what: "upload",
                backend: self.backend.name(),
            });
        }
        let queued = self.enqueue_with(text.to_owned(), files);
        self.settle();
        queued
    }

    fn enqueue(&mut self, text: String) -> Result<LocalId, Error> {
        self.enqueue_with(text, Vec::new())
    }

    fn enqueue_with(&mut self, text: String, files: Vec<FileInfo>) -> Result<LocalId, Error> {
        if !self.backend.may_send() {
            return Err(Error::Unsupported {
                what: "send",
                backend: self.backend.name(),
            });
        }
        if self.backend.capabilities().upload {
            self.check_files(&files)?;
        }
        if text.trim().is_empty() && files.is_empty() {
            return Err(Error::Refused {
                message: "an empty message is not sent".to_owned(),
                status: None,
                retry_after: None,
            });
        }
        let (length, limit) = (text.chars().count(), self.backend.content_limit());
        if length > limit {
            return Err(Error::TooLarge { length, limit });
        }
        let id = self.cx.rng.local_id();
        if self.follows() {
            self.outbox.check_room(&text, &self.cx.tuning)?;
            self.hand_over(Command::Adopt {
                local_id: id,
                text,
                files,
            });
            return Ok(id);
        }
        self.take_in(id, text, files)?;
        Ok(id)
    }

    pub(super) fn take_in(&mut self, id: LocalId, text: String, files: Vec<FileInfo>) -> Result<(), Error> {
        self.outbox.push(id, text, files, self.cx.now, &self.cx.tuning)?;
        self.store.touch();
        self.stop_typing();
        self.want_connection();
        Ok(())
    }

    /// A message waits: connect, or try sooner. A client that was stopped stays so.
    fn want_connection(&mut self) {
        if !self.connection.is_stopped() {
            self.connection.start(&mut self.cx);
        }
    }

    fn retry(&mut self, id: LocalId) {
        if self.outbox.retry(id, self.cx.now) {
            self.store.touch();
            self.timeline.move_along(id);
            self.set_status(id, Delivery::Pending, None);
            self.want_connection();
        }
    }

    fn discard(&mut self, id: LocalId) {
        let files = self.kept_files(id);
        if self.outbox.discard(id) {
            if self.backend.has_steps() {
                self.cancel_uploads(id);
            }
            self.release(files);
            self.timeline.remove(id);
            self.store.touch();
            self.emit(Event::MessageDiscarded { local_id: id });
        }
    }

    fn identify(&mut self, identity: Identity) {
        if !self.backend.capabilities().identify {
            let backend = self.backend.name();
            self.emit(Event::Error(Error::Unsupported {
                what: "identify",
                backend,
            }));
            return;
        }
        self.identification.want(identity);
        if self.connection.live().is_some() {
            self.advance_identification();
        }
    }

    fn attend(&mut self, attention: Attention) {
        self.attention = attention;
        self.watch();
        if attention == Attention::Watching {
            self.backend.seen_all(self.cx.now);
        }
        if attention != Attention::Away {
            self.all_read();
        }
    }

    pub(super) fn all_read(&mut self) {
        if self.timeline.mark_read() {
            self.store.touch();
            self.emit(Event::Unread(0));
        }
    }

    /// Tells the back end how closely the conversation is watched.
    pub(super) fn watch(&mut self) {
        let watched = self.attention == Attention::Watching || self.is_watched_elsewhere();
        let seen = watched && !self.connection.is_hidden();
        let watch = if seen { Watch::Closely } else { Watch::Loosely };
        self.backend.watch(watch, self.cx.now);
    }

    fn note_typing(&mut self, typing: Typing) {
        if !self.backend.capabilities().typing || self.connection.live().is_none() {
            return;
        }
        if let Some(signal) = self.typing_signal.note(typing, &mut self.cx) {
            self.transmit_typing(signal);
        }
    }

    fn stop_typing(&mut self) {
        self.note_typing(Typing::Stop);
    }

    pub(super) fn typing_due(&mut self, deadline: Deadline) {
        let signal = match deadline {
            Deadline::TypingIdle => self.typing_signal.idle(&mut self.cx),
            _ => self.typing_signal.repeat(&mut self.cx),
        };
        if let Some(signal) = signal {
            self.transmit_typing(signal);
        }
    }

    fn transmit_typing(&mut self, signal: Typing) {
        if let Some(generation) = self.connection.live()
            && let Some(frame) = self.backend.typing_frame(signal, self.cx.now)
        {
            self.transmit(generation, frame);
        }
    }

    /// The machine slept or was frozen.
    pub(super) fn woke(&mut self) {
        self.backend.due(self.cx.now);
        self.follow_backend();
        self.connection.woke(&mut self.cx);
        self.follow_connection();
    }
}
