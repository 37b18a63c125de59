//! What one line of input means.

use std::path::PathBuf;

use visavis_native_client::{Error, Identity, ServerId, Typing};

use crate::wishes::Wish;

/// The longest message, in characters.
pub(crate) const LONGEST: usize = 16_000;

/// What a person or a script asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    Message(String),
    /// A message that is a file.
    Upload(PathBuf),
    Typing(Typing),
    /// Waits for the connection.
    Wish(Wish),
    /// The end of input before the end of input.
    Quit,
    /// Nothing can be done with it; the run goes on.
    Wrong(Error),
}

/// A line without its end, as bytes that may be anything. `None` for a blank one.
pub(crate) fn read(line: &[u8]) -> Option<Entry> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let Ok(text) = std::str::from_utf8(line) else {
        return Some(Entry::Wrong(refused("a line is not valid UTF-8; it was not sent")));
    };
    if text.trim().is_empty() {
        return None;
    }
    let message = match text.strip_prefix('/') {
        None => text,
        Some(rest) if rest.starts_with('/') => rest,
        Some(command) => return Some(read_command(command)),
    };
    let length = message.chars().count();
    Some(if length > LONGEST {
        too_long(length)
    } else {
        Entry::Message(message.to_owned())
    })
}

/// A line of `length` characters is longer than a message may be.
pub(crate) fn too_long(length: usize) -> Entry {
    Entry::Wrong(Error::TooLarge { length, limit: LONGEST })
}

fn read_command(command: &str) -> Entry {
    let (name, argument) = match command.split_once(char::is_whitespace) {
        Some((name, argument)) => (name, argument.trim()),
        None => (command, ""),
    };
    match (name, argument) {
        ("quit", "") => Entry::Quit,
        ("typing", "start") => Entry::Typing(Typing::Start),
        ("typing", "stop") => Entry::Typing(Typing::Stop),
        ("typing", _) => Entry::Wrong(refused("/typing: expected start or stop")),
        ("identify", identity) => match Identity::parse(identity) {
            Ok(identity) => Entry::Wish(Wish::Identify(identity)),
            Err(_) => Entry::Wrong(refused("/identify: expected USER:SIGNATURE, both made by your server")),
        },
        ("read", "") => Entry::Wrong(refused("/read: expected the id of a message")),
        ("read", id) => Entry::Wish(Wish::Read(ServerId(id.to_owned()))),
        ("agent", skill) => Entry::Wish(Wish::Agent((!skill.is_empty()).then(|| skill.to_owned()))),
        ("context", page) => read_page(page),
        ("upload", "") => Entry::Wrong(refused("/upload: expected the path of a file")),
        ("upload", path) => Entry::Upload(PathBuf::from(path)),
        ("quit", _) => Entry::Wrong(refused("/quit: takes no argument; to send this line, begin it with //")),
        _ => Entry::Wrong(refused(&format!(
            "/{name}: no such command; to send this line, begin it with //"
        ))),
    }
}

fn read_page(page: &str) -> Entry {
    let (url, title) = match page.split_once(char::is_whitespace) {
        Some((url, title)) => (url, Some(title.trim().to_owned())),
        None => (page, None),
    };
    if url.is_empty() {
        return Entry::Wrong(refused(
            "/context: expected the address of a page and perhaps its title",
        ));
    }
    let url = url.to_owned();
    Entry::Wish(Wish::Context { url, title })
}

fn refused(message: &str) -> Error {
    Error::Refused {
        message: message.to_owned(),
        status: None,
        retry_after: None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use visavis_native_client::ErrorKind;

    use super::*;

    fn message(text: &str) -> Option<Entry> {
        Some(Entry::Message(text.to_owned()))
    }

    fn wish(line: &[u8]) -> Wish {
        match read(line) {
            Some(Entry::Wish(wish)) => wish,
            other => panic!("{other:?}"),
        }
    }

    fn kind(line: &[u8]) -> ErrorKind {
        match read(line) {
            Some(Entry::Wrong(error)) => error.kind(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_line_is_a_message_as_it_is_without_its_carriage_return() {
        assert_eq!(read(b"  hello "), message("  hello "));
        assert_eq!(read(b"hello\r"), message("hello"));
        assert_eq!(read("h\u{e9}\u{1f600}".as_bytes()), message("h\u{e9}\u{1f600}"));
    }

    #[test]
    fn blank_lines_mean_nothing() {
        for line in [&b""[..], b"\r", b"  \t ", "\u{a0}".as_bytes()] {
            assert_eq!(read(line), None);
        }
    }

    #[test]
    fn two_slashes_send_one() {
        assert_eq!(read(b"//quit"), message("/quit"));
        assert_eq!(read(b"///"), message("//"));
    }

    #[test]
    fn commands_are_understood() {
        assert_eq!(read(b"/quit\r"), Some(Entry::Quit));
        assert_eq!(read(b"/typing start"), Some(Entry::Typing(Typing::Start)));
        assert_eq!(read(b"/typing  stop "), Some(Entry::Typing(Typing::Stop)));
        assert!(
            matches!(read(b"/identify u:42:abcdef"), Some(Entry::Wish(Wish::Identify(identity))) if identity.user_id == "u:42")
        );
        assert_eq!(wish(b"/read m_1 "), Wish::Read(ServerId("m_1".to_owned())));
        assert_eq!(wish(b"/agent"), Wish::Agent(None));
        assert_eq!(wish(b"/agent  billing"), Wish::Agent(Some("billing".to_owned())));
        let page = |title: Option<&str>| Wish::Context {
            url: "https://x/y".to_owned(),
            title: title.map(str::to_owned),
        };
        assert_eq!(wish(b"/context https://x/y"), page(None));
        assert_eq!(wish(b"/context https://x/y  Our prices"), page(Some("Our prices")));
        assert_eq!(
            read(b"/upload my file.png"),
            Some(Entry::Upload(PathBuf::from("my file.png")))
        );
    }

    #[test]
    fn what_cannot_be_done_is_said() {
        for line in [&b"/upload"[..], b"/read", b"/context "] {
            assert_eq!(kind(line), ErrorKind::Refused);
        }
        assert_eq!(kind(b"/typing perhaps"), ErrorKind::Refused);
        assert_eq!(kind(b"/identify nobody"), ErrorKind::Refused);
        assert_eq!(kind(b"/shrug"), ErrorKind::Refused);
        assert_eq!(kind(b"caf\xe9"), ErrorKind::Refused);
    }

    #[test]
    fn length_is_counted_in_characters() {
        let longest = "\u{e9}".repeat(LONGEST);
        assert_eq!(read(longest.as_bytes()), message(&longest));
        assert_eq!(
            read(format!("//{}", &longest[2..]).as_bytes()),
            message(&format!("/{}", &longest[2..]))
        );
        assert_eq!(kind(format!("{longest}.").as_bytes()), ErrorKind::TooLarge);
    }
}
