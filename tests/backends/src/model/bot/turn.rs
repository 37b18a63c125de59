//! When the bot speaks: after a pause for typing, in the order it was asked.

use super::{BotMode, Language, NAME, Phrase, answer, phrase};
use crate::model::{
    conversation::Mode,
    frame::{ServerFrame, TypingState},
    message::Role,
    policy::Policy,
    session::{Effect, Session},
    time::UnixMillis,
};

/// An answer that the bot still types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PendingAnswer {
    due: UnixMillis,
    text: String,
}

impl Session {
    pub(crate) fn bot_listens(&mut self, text: &str, policy: &Policy, now: UnixMillis, out: &mut Vec<Effect>) {
        if self.conversation.mode == Mode::Human {
            return;
        }
        let language = Language::of(&self.opening.locale);
        let answer = match policy.bot {
            BotMode::Off => return,
            BotMode::Echo => Some(text.to_owned()),
            BotMode::Answers => answer(text, language),
        };
        match answer {
            Some(answer) => self.answer_after_pause(answer, policy, now, out),
            None => {
                self.hush_bot(out);
                self.conversation.mode = Mode::Human;
                self.post(Role::System, None, phrase(Phrase::Escalated, language), now, out);
            }
        }
    }

    fn answer_after_pause(&mut self, text: String, policy: &Policy, now: UnixMillis, out: &mut Vec<Effect>) {
        if policy.bot == BotMode::Echo && policy.bot_delay_ms == 0 {
            self.post(Role::Bot, Some(NAME), &text, now, out);
            return;
        }
        out.push(bot_types(TypingState::Start));
        let due = now.plus(policy.bot_delay_ms);
        self.pending.push_back(PendingAnswer { due, text });
        if policy.bot_delay_ms == 0 {
            self.speak_until(due, now, out);
        } else {
            out.push(Effect::BotWakes(due));
        }
    }

    /// Says all that was due by `due`, the time that [`Effect::BotWakes`] named.
    pub fn bot_speaks(&mut self, due: UnixMillis, now: UnixMillis) -> Vec<Effect> {
        let mut effects = Vec::new();
        self.speak_until(due, now, &mut effects);
        if !effects.is_empty() {
            effects.push(Effect::Changed);
        }
        effects
    }

    fn speak_until(&mut self, due: UnixMillis, now: UnixMillis, out: &mut Vec<Effect>) {
        while self.pending.front().is_some_and(|answer| answer.due <= due) {
            let Some(answer) = self.pending.pop_front() else { break };
            out.push(bot_types(TypingState::Stop));
            self.post(Role::Bot, Some(NAME), &answer.text, now, out);
            if !self.pending.is_empty() {
                out.push(bot_types(TypingState::Start));
            }
        }
    }

    /// Makes the bot forget what it was about to say.
    pub(crate) fn hush_bot(&mut self, out: &mut Vec<Effect>) {
        if !self.pending.is_empty() {
            self.pending.clear();
            out.push(bot_types(TypingState::Stop));
        }
    }
}

fn bot_types(state: TypingState) -> Effect {
    Effect::Everyone(ServerFrame::Typing {
        state,
        role: Role::Bot,
        name: Some(NAME.to_owned()),
    })
}
