//! Why a lane stopped, in words that say what to do next.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Duration;

/// Why a lane stopped.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A program could not be started at all.
    Spawn { shown: String, source: io::Error },
    /// A program ran and said no.
    Exit { shown: String, status: ExitStatus },
    /// A program ran past its limit and was ended.
    Overran { shown: String, limit: Duration },
    /// A file could not be read or written.
    File { path: PathBuf, source: io::Error },
    /// Something the machine lacks; the text says how to get it.
    Missing(String),
    /// A part of the project does not keep its side of an agreement.
    Contract(String),
}

impl Failure {
    /// Names the path in a file error, for `map_err`.
    pub(crate) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::File {
            path: path.to_owned(),
            source,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Spawn { shown, source } => write!(out, "cannot start `{shown}`: {source}"),
            Self::Exit { shown, status } => match status.code() {
                Some(code) => write!(out, "`{shown}` ended with code {code}"),
                None => write!(out, "`{shown}` was ended by a signal"),
            },
            Self::Overran { shown, limit } => write!(out, "`{shown}` was ended after {} s", limit.as_secs()),
            Self::File { path, source } => write!(out, "{}: {source}", path.display()),
            Self::Missing(what) | Self::Contract(what) => out.write_str(what),
        }
    }
}
