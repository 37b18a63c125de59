//! A person at a terminal: line editing, and what arrives is printed above the line being typed.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustyline::DefaultEditor;
use rustyline::config::{Builder, ColorMode};
use rustyline::error::ReadlineError;
use tokio::sync::mpsc;

use crate::entry::{self, Entry};
use crate::input::Entries;
use crate::output::Place;
use crate::style::Style;

/// What a person reads before anything happens.
pub(crate) const GREETING: &str = "Type a message and press Enter. /quit or Ctrl-D ends the conversation.";

/// Whether somebody sits at both ends.
pub(crate) fn is_possible() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}

/// Starts to read lines from the terminal. Ctrl-C arrives here as a key: it is turned back into a signal's meaning by `interrupted`.
pub(crate) fn terminal(
    settings_of: &Settings,
    interrupted: impl FnOnce() + Send + 'static,
) -> io::Result<(Entries, Place)> {
    let editing = Arc::clone(&settings_of.editing);
    let colours = match Style::of(&io::stdout()) {
        Style::Plain => ColorMode::Disabled,
        Style::Coloured => ColorMode::Enabled,
    };
    let settings = Builder::new().color_mode(colours).auto_add_history(true).build();
    let mut editor = DefaultEditor::with_config(settings).map_err(io::Error::other)?;
    let printer = editor.create_external_printer().map_err(io::Error::other)?;
    let (sender, entries) = mpsc::channel(1);
    std::thread::Builder::new().name("input".to_owned()).spawn(move || {
        loop {
            editing.store(true, Ordering::Release);
            let read = editor.readline("> ");
            editing.store(false, Ordering::Release);
            let entry = match read {
                Ok(line) => entry::read(line.as_bytes()),
                Err(ReadlineError::Interrupted) => return interrupted(),
                Err(ReadlineError::Eof) => return,
                Err(error) => {
                    tracing::warn!(%error, "the terminal cannot be read");
                    return;
                }
            };
            if let Some(entry) = entry {
                let last = entry == Entry::Quit;
                if sender.blocking_send(entry).is_err() || last {
                    return;
                }
            }
        }
    })?;
    Ok((entries, Place::AbovePrompt(Box::new(printer))))
}

/// The terminal's settings, put back when the run ends while a line is being edited.
pub(crate) struct Settings {
    editing: Arc<AtomicBool>,
    #[cfg(unix)]
    saved: Option<rustix::termios::Termios>,
}

impl Settings {
    pub(crate) fn save() -> Self {
        Self {
            editing: Arc::default(),
            #[cfg(unix)]
            saved: rustix::termios::tcgetattr(io::stdin()).ok(),
        }
    }
}

/// Ends what the editor began: bracketed paste, and the line with the prompt.
const LEAVE_THE_LINE: &str = "\u{1b}[?2004l\r\u{1b}[K";

impl Drop for Settings {
    fn drop(&mut self) {
        if !self.editing.load(Ordering::Acquire) {
            return;
        }
        print!("{LEAVE_THE_LINE}");
        let _ = io::stdout().flush();
        #[cfg(unix)]
        if let Some(saved) = &self.saved {
            let _ = rustix::termios::tcsetattr(io::stdin(), rustix::termios::OptionalActions::Now, saved);
        }
    }
}
