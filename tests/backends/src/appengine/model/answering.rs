//! The assistant's answers in a conversation: one after the other, step by step.

use std::sync::Arc;

use serde_json::json;

use super::{
    assistant,
    center::{Center, Effect, Wake},
    event::Event,
    message::{Author, Message},
    policy::StoredCopy,
    queue::Wish,
    stream::{Answer, Interruption, Part},
};
use crate::model::{UnixMillis, bot};

impl Center {
    /// The assistant reads `message`, and answers or calls a person. Returns whom the message went to.
    pub(crate) fn assistant_reads(
        &mut self,
        message: &Message,
        now: UnixMillis,
        out: &mut Vec<Effect>,
    ) -> &'static str {
        let chat_id = message.chat_id.as_str();
        let Some(chat) = self.chats.get_mut(chat_id) else {
            return "ai";
        };
        let language = chat.language();
        let Some(steps) = assistant::steps(&message.text(), message.files.len(), language) else {
            self.say(chat_id, bot::phrase(bot::Phrase::Escalated, language), now, out);
            self.enqueue(chat_id, Wish::default(), now, out);
            return "queued";
        };
        let is_idle = chat.answers.is_empty();
        let answer = Answer::new(message.id(), steps, self.next_break.take());
        chat.answers.push_back(answer);
        if is_idle {
            self.plan_step(chat_id, now, out);
        }
        "ai"
    }

    fn say(&mut self, chat_id: &str, text: &str, now: UnixMillis, out: &mut Vec<Effect>) {
        let Some(name) = self.assistant().map(str::to_owned) else {
            return;
        };
        self.post(chat_id, Author::Assistant { name }, json!(text), Vec::new(), now, out);
    }

    fn plan_step(&self, chat_id: &str, now: UnixMillis, out: &mut Vec<Effect>) {
        let chat_id = chat_id.to_owned();
        out.push(Effect::Wake(now.plus(self.policy.chunk_ms), Wake::Answer { chat_id }));
    }

    /// Makes the next step of the answer that comes now; all of them when no pause is set.
    pub(crate) fn go_on_answering(&mut self, chat_id: &str, now: UnixMillis, out: &mut Vec<Effect>) {
        loop {
            if !self.step(chat_id, now, out) {
                return;
            }
            if self.policy.chunk_ms > 0 {
                return self.plan_step(chat_id, now, out);
            }
        }
    }

    /// Makes one step; whether there is another.
    fn step(&mut self, chat_id: &str, now: UnixMillis, out: &mut Vec<Effect>) -> bool {
        let Some(answer) = self.chats.get_mut(chat_id).and_then(|chat| chat.answers.front_mut()) else {
            return false;
        };
        let question = answer.question.clone();
        let is_first = !std::mem::replace(&mut answer.is_announced, true);
        let step = answer.advance();
        if is_first {
            self.tell_part(chat_id, &question, Part::Start, out);
        }
        match step {
            Ok(Some(step)) => self.tell_part(chat_id, &question, Part::Step(step), out),
            Ok(None) => self.finish(chat_id, now, out),
            Err(kind) => self.break_off(chat_id, kind, now, out),
        }
        self.chats.get(chat_id).is_some_and(|chat| !chat.answers.is_empty())
    }

    fn tell_part(&self, chat_id: &str, question: &str, part: Part, out: &mut Vec<Effect>) {
        let event = Event::Stream {
            chat_id: chat_id.to_owned(),
            message_id: question.to_owned(),
            part,
        };
        self.tell_room(chat_id, event, out);
    }

    fn take_answer(&mut self, chat_id: &str) -> Option<Answer> {
        self.chats.get_mut(chat_id)?.answers.pop_front()
    }

    /// Ends the answer that comes now with what was said.
    fn finish(&mut self, chat_id: &str, now: UnixMillis, out: &mut Vec<Effect>) {
        let Some(answer) = self.take_answer(chat_id) else {
            return;
        };
        let text = answer.said().to_owned();
        let Some(message) = self.keep(chat_id, &text, now, out) else {
            return;
        };
        let end = Part::End {
            sk: message.sk.clone(),
            text,
        };
        self.tell_part(chat_id, &answer.question, end, out);
        if self.policy.stored_copy == StoredCopy::Pushed {
            self.tell_room(chat_id, Event::Message(message), out);
        }
    }

    fn keep(&mut self, chat_id: &str, text: &str, now: UnixMillis, out: &mut Vec<Effect>) -> Option<Arc<Message>> {
        let name = self.assistant()?.to_owned();
        self.store(
            chat_id,
            Author::Assistant { name },
            json!(text),
            Vec::new(),
            None,
            now,
            out,
        )
    }

    fn break_off(&mut self, chat_id: &str, kind: Interruption, now: UnixMillis, out: &mut Vec<Effect>) {
        let Some(answer) = self.take_answer(chat_id) else {
            return;
        };
        match kind {
            Interruption::Error => {
                let error = Part::Error("The assistant lost its thread.");
                self.tell_part(chat_id, &answer.question, error, out);
            }
            Interruption::Silence | Interruption::Cut => {
                if kind == Interruption::Cut {
                    out.push(Effect::Cut(self.room(chat_id)));
                }
                self.keep(chat_id, &answer.whole(), now, out);
            }
        }
    }

    /// A person speaks now: what the assistant has begun ends where it is, the rest is dropped.
    pub(crate) fn hush(&mut self, chat_id: &str, now: UnixMillis, out: &mut Vec<Effect>) {
        let Some(chat) = self.chats.get_mut(chat_id) else {
            return;
        };
        chat.answers.truncate(1);
        match chat.answers.front() {
            Some(answer) if answer.is_announced => self.finish(chat_id, now, out),
            _ => chat.answers.clear(),
        }
    }
}
