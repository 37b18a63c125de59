//! What a visitor can do where the back end has files, queues and forms.

use visavis_client_core::ids::{LocalId, ServerId};
use visavis_client_core::{Command, Error, Guest};
use web_sys::File;

use super::Session;

impl Session {
    /// The form before the conversation was filled in.
    pub(crate) fn register(&self, guest: Guest) {
        self.driver.command(Command::Register(guest));
    }

    /// Queues a message with files, which the browser keeps until they are sent.
    pub(crate) fn send_files(&self, text: &str, files: &[File]) -> Result<LocalId, Error> {
        self.driver.send_files(text, files)
    }

    /// Whether the page has a launcher, which then shows what concerns the whole page.
    pub(crate) fn has_launcher(&self) -> bool {
        self.launchers.get() > 0
    }

    /// The visitor has seen a message of the other side.
    pub(crate) fn mark_read(&self, server_id: ServerId) {
        self.driver.command(Command::MarkRead { server_id });
    }

    /// The visitor would rather talk to a person.
    pub(crate) fn request_agent(&self) {
        self.driver.command(Command::RequestAgent {
            skill: None,
            priority: None,
        });
    }

    /// The visitor is done; a transcript goes to this address.
    pub(crate) fn end_chat(&self, transcript: Option<String>) {
        self.driver.command(Command::CloseChat { transcript });
    }

    /// A message for the time when nobody is there.
    pub(crate) fn leave_message(&self, form: Guest) {
        self.driver.command(Command::Contact(form));
    }
}
