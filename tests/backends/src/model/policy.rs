//! The rules that all sessions of a relay share.

use super::{bot::BotMode, limit::PerMinute};

/// Whether a message that comes again is recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dedupe {
    /// By `client_msg_id`, for the life of the session.
    #[default]
    ByClientId,
    /// Not at all: a second copy is stored. No document promises better.
    Off,
}

/// What holds for all sessions of a relay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// What the bot says.
    pub bot: BotMode,
    /// How long it types, in milliseconds.
    pub bot_delay_ms: u64,
    /// Whether repeated messages are recognised.
    pub dedupe: Dedupe,
    /// Messages a minute that one session may send; `None` is without limit.
    pub message_rate: Option<PerMinute>,
    /// How many messages a welcome repeats; with zero it says nothing about them.
    pub history_limit: usize,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            bot: BotMode::Answers,
            bot_delay_ms: 600,
            dedupe: Dedupe::ByClientId,
            message_rate: None,
            history_limit: 200,
        }
    }
}
