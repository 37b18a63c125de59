//! Iris, the bot of the demo shop.

mod answers;
mod intent;
mod orders;
pub(crate) mod turn;

pub use answers::{Phrase, answer, phrase};
pub use intent::{Intent, Language};

/// The bot's name.
pub const NAME: &str = "Iris";

/// What the bot says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BotMode {
    /// Answers a shop's usual questions, repeats the rest, and hands over to people when asked.
    #[default]
    Answers,
    /// Sends each text back as it is, for measurements.
    Echo,
    /// Nothing.
    Off,
}
