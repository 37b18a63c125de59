//! Where the run's events go.

use std::io::{self, Write};

use visavis_native_client::{Error, Event};

use crate::output_json;
use crate::output_text::Speech;

/// Standard output, in one of its two manners; or the line above a prompt.
pub(crate) enum Output {
    Json,
    Text(Speech, Place),
}

/// Where text lines go.
pub(crate) enum Place {
    StandardOutput,
    AbovePrompt(Box<dyn rustyline::ExternalPrinter + Send>),
}

impl Output {
    /// Writes what the event says, at once. An error means that nobody reads any more.
    pub(crate) fn event(&mut self, event: &Event) -> io::Result<()> {
        match self {
            Self::Json => output_json::event(event, &mut io::stdout().lock()),
            Self::Text(speech, place) => place.say(speech.event(event)),
        }
    }

    pub(crate) fn error(&mut self, error: &Error) -> io::Result<()> {
        match self {
            Self::Json => output_json::error(error, &mut io::stdout().lock()),
            Self::Text(speech, place) => place.say(Some(speech.error(error))),
        }
    }

    /// Whether a command was carried out.
    pub(crate) fn command(&mut self, name: &str, ok: bool) -> io::Result<()> {
        match self {
            Self::Json => output_json::command(name, ok, &mut io::stdout().lock()),
            Self::Text(speech, place) => place.say(speech.command(name, ok)),
        }
    }

    /// The line editor is gone: what follows is printed as it is.
    pub(crate) fn leave_the_prompt(&mut self) {
        if let Self::Text(_, place) = self {
            *place = Place::StandardOutput;
        }
    }

    /// A last word for the person, on standard error whatever the manner.
    pub(crate) fn farewell(&mut self, words: &str) {
        match self {
            Self::Text(_, place @ Place::AbovePrompt(_)) => {
                let _ = place.say(Some(format!("visavis: {words}")));
            }
            _ => eprintln!("visavis: {words}"),
        }
    }
}

impl Place {
    fn say(&mut self, line: Option<String>) -> io::Result<()> {
        let Some(mut line) = line else { return Ok(()) };
        line.push('\n');
        match self {
            Self::StandardOutput => {
                let mut output = io::stdout().lock();
                output.write_all(line.as_bytes())?;
                output.flush()
            }
            Self::AbovePrompt(printer) => printer.print(line).map_err(io::Error::other),
        }
    }
}
