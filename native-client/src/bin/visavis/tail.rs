//! What is left of the input when time is up.

use std::io;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::entry::Entry;
use crate::input::Entries;

/// Counting what was not read takes no longer than this.
const LIMIT: Duration = Duration::from_secs(2);

/// Whether whoever writes the input has finished, although not everything is read yet. A terminal and an open pipe have not.
pub(crate) fn is_complete() -> bool {
    is_regular_file(&io::stdin()) || hung_up(&io::stdin())
}

#[cfg(unix)]
fn is_regular_file(input: &io::Stdin) -> bool {
    rustix::fs::fstat(input).is_ok_and(|stat| rustix::fs::FileType::from_raw_mode(stat.st_mode).is_file())
}

#[cfg(unix)]
fn hung_up(input: &io::Stdin) -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let mut watched = [PollFd::new(input, PollFlags::IN)];
    poll(&mut watched, Some(&Timespec::default())).is_ok_and(|_| watched[0].revents().contains(PollFlags::HUP))
}

#[cfg(not(unix))]
fn is_regular_file(_input: &io::Stdin) -> bool {
    false
}

#[cfg(not(unix))]
fn hung_up(_input: &io::Stdin) -> bool {
    false
}

/// Counts the messages that nobody will read any more.
pub(crate) async fn count(mut entries: Entries) -> usize {
    let until = Instant::now() + LIMIT;
    let mut unread = 0;
    while let Ok(Some(entry)) = timeout_at(until, entries.recv()).await {
        match entry {
            Entry::Quit => break,
            Entry::Message(_) | Entry::Upload(_) => unread += 1,
            _ => {}
        }
    }
    unread
}
