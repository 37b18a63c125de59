//! Bloonio's relay.
mod options;
pub use options::{DEFAULT_APP_ORIGIN, DEFAULT_LOCALE, IdentitySource, Options, SessionMode};
