//! What one line of input means.

use visavis_native_client::{Error, Identity, Typing};

/// The longest message, in characters.
pub(crate) const LONGEST: usize = 16_000;

/// What a person or a script asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    Message(String),
    Typing(Typing),
    Identify(Identity),
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
            Ok(identity) => Entry::Identify(identity),
            Err(_) => Entry::Wrong(refused("/identify: expected USER:SIGNATURE, both made by your server")),
        },
        ("read", _) => unsupported("receipts"),
        ("agent", _) => unsupported("request for an agent"),
        ("context", _) => unsupported("page context"),
        ("upload", _) => unsupported("upload"),
        ("quit", _) => Entry::Wrong(refused("/quit: takes no argument; to send this line, begin it with //")),
        _ => Entry::Wrong(refused(&format!(
            "/{name}: no such command; to send this line, begin it with //"
        ))),
    }
}

fn unsupported(what: &'static str) -> Entry {
    Entry::Wrong(Error::Unsupported {
        what,
        backend: "bloonio",
    })
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
            matches!(read(b"/identify u:42:abcdef"), Some(Entry::Identify(identity)) if identity.user_id == "u:42")
        );
    }

    #[test]
    fn what_cannot_be_done_is_said() {
        assert_eq!(kind(b"/upload a.png"), ErrorKind::Unsupported);
        assert_eq!(kind(b"/read 1"), ErrorKind::Unsupported);
        assert_eq!(kind(b"/agent"), ErrorKind::Unsupported);
        assert_eq!(kind(b"/context https://x y"), ErrorKind::Unsupported);
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
