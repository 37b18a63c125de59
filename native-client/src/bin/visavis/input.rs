//! Lines from standard input, read on a thread of its own, never farther ahead than two lines.

use std::io::{self, BufRead};

use tokio::sync::mpsc;

use crate::entry::{self, Entry};

/// What the run takes from; ends with the input.
pub(crate) type Entries = mpsc::Receiver<Entry>;

/// Longer lines are not kept, only counted: the longest message in the longest encoding, with its slash and carriage return.
const LONGEST_LINE: usize = entry::LONGEST * 4 + 2;

/// Starts to read. The thread ends with the process: nothing can interrupt a read.
pub(crate) fn standard() -> io::Result<Entries> {
    let (sender, entries) = mpsc::channel(1);
    std::thread::Builder::new().name("input".to_owned()).spawn(move || {
        if let Err(error) = each_line(io::stdin().lock(), |entry| sender.blocking_send(entry).is_ok()) {
            tracing::warn!(%error, "standard input cannot be read");
        }
    })?;
    Ok(entries)
}

/// Gives every line that is not blank to `take` until it refuses.
fn each_line(mut input: impl BufRead, mut take: impl FnMut(Entry) -> bool) -> io::Result<()> {
    let mut line = Line::default();
    loop {
        let read = match input.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read?,
        };
        let at_end = read.is_empty();
        let (part, ended) = match read.iter().position(|byte| *byte == b'\n') {
            Some(at) => (&read[..at], true),
            None => (read, at_end),
        };
        line.push(part);
        let used = part.len() + usize::from(ended && !at_end);
        input.consume(used);
        if ended
            && let Some(entry) = std::mem::take(&mut line).read()
            && !take(entry)
        {
            return Ok(());
        }
        if at_end {
            return Ok(());
        }
    }
}

/// A line that grows, but not for ever.
#[derive(Default)]
struct Line {
    bytes: Vec<u8>,
    characters: usize,
}

impl Line {
    fn push(&mut self, part: &[u8]) {
        // Every byte but a continuation begins a character.
        self.characters += part.iter().filter(|byte| (**byte & 0xc0) != 0x80).count();
        let room = (LONGEST_LINE + 1).saturating_sub(self.bytes.len());
        self.bytes.extend_from_slice(&part[..part.len().min(room)]);
    }

    fn read(self) -> Option<Entry> {
        if self.bytes.len() > LONGEST_LINE {
            return Some(entry::too_long(self.characters));
        }
        entry::read(&self.bytes)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use visavis_native_client::Error;

    use super::*;

    fn entries(input: &[u8]) -> Vec<Entry> {
        // A small buffer, so that lines are met in pieces.
        let mut found = Vec::new();
        each_line(io::BufReader::with_capacity(7, input), |entry| {
            found.push(entry);
            true
        })
        .unwrap();
        found
    }

    fn message(text: &str) -> Entry {
        Entry::Message(text.to_owned())
    }

    #[test]
    fn lines_are_found_across_reads_and_the_last_needs_no_end() {
        let found = entries("one\r\n\n\ntwo and more\nthr\u{e9}\u{e9}".as_bytes());
        assert_eq!(
            found,
            [message("one"), message("two and more"), message("thr\u{e9}\u{e9}")]
        );
        assert_eq!(entries(b""), []);
        assert_eq!(entries(b"\n"), []);
    }

    #[test]
    fn an_endless_line_is_counted_and_not_kept() {
        let mut input = "x".repeat(3_000_000).into_bytes();
        input.extend_from_slice(b"\nnext\n");
        let too_large = Error::TooLarge {
            length: 3_000_000,
            limit: entry::LONGEST,
        };
        assert_eq!(entries(&input), [Entry::Wrong(too_large), message("next")]);
    }

    #[test]
    fn an_invalid_line_does_not_harm_its_neighbours() {
        let found = entries(b"one\n\xff\xfe\ntwo\n");
        assert!(
            matches!(&found[..], [first, Entry::Wrong(_), last] if *first == message("one") && *last == message("two"))
        );
    }

    #[test]
    fn reading_stops_when_nobody_takes() {
        let mut taken = 0;
        each_line(&b"one\ntwo\nthree\n"[..], |_| {
            taken += 1;
            taken < 2
        })
        .unwrap();
        assert_eq!(taken, 2);
    }
}
