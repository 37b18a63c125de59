//! Commands that only some back ends have.

use js_sys::Array;
use visavis_client_core::ids::ServerId;
use visavis_client_core::io::FileInfo;
use visavis_client_core::{Command, Guest};
use wasm_bindgen::JsCast;
use web_sys::File;

use super::{Parts, one};
use crate::driver::Driver;

/// Where in a written command its files begin.
const FILES: u32 = 5;

/// What a command consists of.
pub(super) fn parts(command: &Command) -> Parts {
    match command {
        Command::Register(guest) | Command::Contact(guest) => [
            Some(guest.email.clone()),
            guest.name.clone(),
            guest.phone.clone(),
            guest.comments.clone(),
        ],
        Command::MarkRead { server_id } => one(server_id.0.as_str()),
        Command::CloseChat { transcript } => [transcript.clone(), None, None, None],
        Command::UpdateContext { url, referrer, title } => [Some(url.clone()), referrer.clone(), title.clone(), None],
        _ => Parts::default(),
    }
}

/// The command of this name.
pub(super) fn command(name: &str, parts: Parts) -> Option<Command> {
    let [first, second, third, fourth] = parts;
    Some(match name {
        "register" => Command::Register(guest(first?, second, third, fourth)),
        "contact" => Command::Contact(guest(first?, second, third, fourth)),
        "read" => Command::MarkRead {
            server_id: ServerId(first?),
        },
        "agent" => Command::RequestAgent {
            skill: None,
            priority: None,
        },
        "close-chat" => Command::CloseChat { transcript: first },
        "context" => Command::UpdateContext {
            url: first?,
            referrer: second,
            title: third,
        },
        _ => return None,
    })
}

fn guest(email: String, name: Option<String>, phone: Option<String>, comments: Option<String>) -> Guest {
    Guest {
        email,
        name,
        phone,
        comments,
    }
}

/// The browser hands the files themselves from tab to tab.
pub(super) fn push_files(driver: &Driver, files: &[FileInfo], written: &Array) {
    for file in files {
        if let Some(file) = driver.files.find(file.file) {
            written.push(&file);
        }
    }
}

/// Keeps what files came with a command.
pub(super) fn files(driver: &Driver, written: &Array) -> Vec<FileInfo> {
    let files: Vec<File> = (FILES..written.length())
        .filter_map(|place| written.get(place).dyn_into().ok())
        .collect();
    driver.files.keep(&files)
}
