//! The files of messages that wait: uploaded one after the other, then named by their message.

use super::{Outbox, Stage};
use crate::ids::{FileId, LocalId};
use crate::io::FileInfo;
use crate::message::Attachment;

impl Outbox {
    /// The next file of a message goes on its way. Answers which, and its place.
    pub(crate) fn begin_upload(&mut self, id: LocalId) -> Option<(usize, FileInfo)> {
        let entry = self.find_mut(id)?;
        let file = entry.unsent().first().cloned()?;
        entry.stage = Stage::Uploading;
        Some((entry.attachments().len(), file))
    }

    /// A file of a message can be fetched by others now. Answers whether it was waited for.
    pub(crate) fn uploaded(&mut self, id: LocalId, index: usize, file: Attachment) -> bool {
        let waits = |entry: &&mut super::Entry| entry.stage == Stage::Uploading && entry.attachments().len() == index;
        let Some(entry) = self.find_mut(id).filter(waits) else {
            return false;
        };
        if let Some(parcel) = &mut entry.parcel {
            parcel.files.remove(0);
            parcel.attachments.push(file);
        }
        entry.stage = Stage::Queued;
        true
    }

    /// What is being uploaded begins anew later.
    pub(crate) fn requeue_uploads(&mut self) -> Vec<LocalId> {
        let uploading = self.entries.iter_mut().filter(|entry| entry.stage == Stage::Uploading);
        uploading
            .map(|entry| {
                entry.stage = Stage::Queued;
                entry.id
            })
            .collect()
    }

    pub(crate) fn is_uploading(&self, id: LocalId) -> bool {
        self.entries
            .iter()
            .any(|entry| entry.id == id && entry.stage == Stage::Uploading)
    }

    /// The files that the application keeps for a message.
    pub(crate) fn files_of(&self, id: LocalId) -> Vec<FileId> {
        let entry = self.entries.iter().find(|entry| entry.id == id);
        let parcel = entry.and_then(|entry| entry.parcel.as_ref());
        parcel.map(|parcel| parcel.kept.clone()).unwrap_or_default()
    }
}
