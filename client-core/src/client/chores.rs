//! Calls that a back end makes for itself, and the files of messages.

use super::Client;
use crate::backend::Chore;
use crate::error::Error;
use crate::event::Event;
use crate::http::{HttpFailure, HttpRequest, HttpResponse, UploadRequest};
use crate::ids::{FileId, LocalId, RequestId};
use crate::io::{FileInfo, Output};
use crate::message::{Attachment, Delivery};

/// Which request is which chore.
#[derive(Clone, Debug, Default)]
pub(super) struct Chores(Vec<(RequestId, Chore)>);

impl Chores {
    fn take(&mut self, request: RequestId) -> Option<Chore> {
        let at = self.0.iter().position(|(running, _)| *running == request)?;
        Some(self.0.swap_remove(at).1)
    }
}

impl Client {
    fn note_chore(&mut self, chore: Chore) -> RequestId {
        let request = self.cx.next_request();
        self.chores.0.push((request, chore));
        request
    }

    pub(super) fn run_chore(&mut self, chore: Chore, call: HttpRequest) {
        let request = self.note_chore(chore);
        self.call(request, call);
    }

    pub(super) fn run_upload(&mut self, chore: Chore, call: UploadRequest) {
        let request = self.note_chore(chore);
        self.outputs.push_back(Output::Upload { request, call });
    }

    /// The client stops: what is under way is given up.
    pub(super) fn cancel_chores(&mut self) {
        for id in self.outbox.requeue_uploads() {
            self.set_status(id, Delivery::Pending, None);
        }
        for (request, chore) in std::mem::take(&mut self.chores.0) {
            self.outputs.push_back(Output::CancelHttp { request });
            let given_up = Err(HttpFailure::Network("the client was stopped".to_owned()));
            self.backend.chore_done(chore, given_up, self.cx.now);
        }
    }

    /// The message is given up, and with it what is on its way for it.
    pub(super) fn cancel_uploads(&mut self, id: LocalId) {
        let is_its = |chore: Chore| self.backend.uploading(chore).is_some_and(|(message, _)| message == id);
        let (cancelled, others) = std::mem::take(&mut self.chores.0)
            .into_iter()
            .partition::<Vec<_>, _>(|(_, chore)| is_its(*chore));
        self.chores.0 = others;
        for (request, chore) in cancelled {
            self.outputs.push_back(Output::CancelHttp { request });
            let given_up = Err(HttpFailure::Network("the message was given up".to_owned()));
            self.backend.chore_done(chore, given_up, self.cx.now);
        }
    }

    pub(super) fn chore_answered(&mut self, request: RequestId, result: Result<HttpResponse, HttpFailure>) {
        if let Some(chore) = self.chores.take(request) {
            self.backend.chore_done(chore, result, self.cx.now);
        }
    }

    /// So much of an upload has left.
    pub(super) fn uploading(&mut self, request: RequestId, sent: u64, total: u64) {
        if !self.backend.has_steps() {
            return;
        }
        let chore = self.chores.0.iter().find(|(running, _)| *running == request);
        if let Some((local_id, file)) = chore.and_then(|(_, chore)| self.backend.uploading(*chore)) {
            self.emit(Event::Upload {
                local_id,
                file,
                sent,
                total,
            });
        }
    }

    /// What can be known of files before they are sent.
    pub(super) fn check_files(&self, files: &[FileInfo]) -> Result<(), Error> {
        let limit = self.backend.file_limit();
        match files.iter().find(|file| file.size > limit) {
            Some(file) => Err(Error::Refused {
                message: [file.name.as_str(), " is too large; 25 MB are allowed"].concat(),
                status: None,
                retry_after: None,
            }),
            None => Ok(()),
        }
    }

    /// The next file of the message that is next.
    pub(super) fn upload(&mut self, id: LocalId) {
        if let Some((index, file)) = self.outbox.begin_upload(id) {
            self.set_status(id, Delivery::Sending, None);
            self.backend.upload(id, index, file, self.cx.now);
        }
    }

    pub(super) fn file_uploaded(&mut self, id: LocalId, index: usize, file: Attachment) {
        if self.outbox.uploaded(id, index, file.clone()) {
            self.timeline.set_files(id, index, file);
            self.store.touch();
            self.pump();
        }
    }

    /// The message fails and keeps its text and its files.
    pub(super) fn upload_failed(&mut self, id: LocalId, error: Error) {
        if self.outbox.is_uploading(id) {
            self.refuse_message(id, error.to_string());
            self.emit(Event::Error(error));
        }
    }

    /// The files that the application keeps for a message.
    #[inline]
    pub(super) fn kept_files(&self, id: LocalId) -> Option<Vec<FileId>> {
        if self.backend.capabilities().upload {
            Some(self.outbox.files_of(id))
        } else {
            None
        }
    }

    /// They are not needed any more.
    #[inline]
    pub(super) fn release(&mut self, files: Option<Vec<FileId>>) {
        if let Some(files) = files {
            self.outputs
                .extend(files.into_iter().map(|file| Output::Release { file }));
        }
    }
}
