//! Why a message with files was not sent, for an interface that says it in its own language: values of [`super::Message::reason`].

/// The server takes no file of that size.
pub const FILE_TOO_LARGE: &str = "the file is too large; 25 MB are allowed";
/// The server takes no file of that kind.
pub const UNSUPPORTED_FILE: &str = "unsupported file type";
/// How the reason ends when the application no longer has the file, as after a reload of the page.
pub const FILE_GONE: &str = " is not there any more; choose it again";
