//! Files that messages wait to send: the browser's own handles, and the uploads that are running.

use std::cell::RefCell;
use std::rc::Rc;

use visavis_client_core::Input;
use visavis_client_core::http::{HttpFailure, UploadRequest};
use visavis_client_core::ids::{FileId, RequestId};
use visavis_client_core::io::FileInfo;
use web_sys::File;

use super::seed;
use super::socket::Report;
use super::upload::Upload;

/// The files that the client may still ask for, and those on their way.
#[derive(Default)]
pub(crate) struct Files {
    kept: RefCell<Vec<(FileId, File)>>,
    running: RefCell<Vec<(RequestId, Upload)>>,
}

impl Files {
    /// Keeps files until they are released, and says what they are.
    pub(crate) fn keep(&self, files: &[File]) -> Vec<FileInfo> {
        files.iter().map(|file| self.keep_one(file)).collect()
    }

    fn keep_one(&self, file: &File) -> FileInfo {
        let id = FileId(seed());
        self.kept.borrow_mut().push((id, file.clone()));
        FileInfo {
            file: id,
            name: file.name(),
            mime: Some(file.type_()).filter(|mime| !mime.is_empty()),
            size: size(file.size()),
            source: None,
        }
    }

    /// One of them.
    pub(crate) fn find(&self, file: FileId) -> Option<File> {
        let kept = self.kept.borrow();
        kept.iter().find_map(|(id, kept)| (*id == file).then(|| kept.clone()))
    }

    /// Not needed any more.
    pub(crate) fn release(&self, file: FileId) {
        self.kept.borrow_mut().retain(|(kept, _)| *kept != file);
    }

    /// Begins to send a file. One that an earlier page had is not there any more.
    pub(crate) fn upload(&self, request: RequestId, call: &UploadRequest, report: &Report) {
        let begun = match self.find(call.file) {
            Some(file) => Upload::begin(request, call, &file, report),
            None => Err(HttpFailure::Network(String::from("the file is not there any more"))),
        };
        match begun {
            Ok(upload) => {
                let mut running = self.running.borrow_mut();
                running.retain(|(_, upload)| !upload.ended());
                running.push((request, upload));
            }
            Err(failure) => Rc::clone(report)(Input::HttpFinished {
                request,
                result: Err(failure),
            }),
        }
    }

    /// The outcome of this one no longer matters.
    pub(crate) fn cancel(&self, request: RequestId) {
        self.running.borrow_mut().retain(|(running, _)| *running != request);
    }

    /// Nothing is sent any more.
    pub(crate) fn give_up(&self) {
        self.running.take();
    }
}

/// A file's size is a whole number below 2^53.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn size(bytes: f64) -> u64 {
    bytes as u64
}
