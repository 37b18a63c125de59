//! Colours, where they are welcome.

use std::io::IsTerminal;

/// Whether text may be coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Plain,
    Coloured,
}

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Quiet,
    Visitor,
    Bot,
    Agent,
    Warning,
}

impl Style {
    /// Colours on a terminal only, and not when `NO_COLOR` is set or the terminal is a dumb one.
    pub(crate) fn of(stream: &impl IsTerminal) -> Self {
        let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        match stream.is_terminal() && !unwanted && !dumb {
            true => Self::Coloured,
            false => Self::Plain,
        }
    }

    pub(crate) fn paint(self, tone: Tone, text: &str) -> String {
        let code = match tone {
            Tone::Quiet => "2",
            Tone::Visitor => "36",
            Tone::Bot => "35",
            Tone::Agent => "32;1",
            Tone::Warning => "33",
        };
        match self {
            Self::Plain => text.to_owned(),
            Self::Coloured => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
        }
    }
}
