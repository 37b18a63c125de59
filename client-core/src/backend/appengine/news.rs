//! Asking for what is new instead of for everything: when a line comes back to a long conversation, and now and then on a line by calls.

use std::time::Duration;

use crate::backend::Earlier;
use crate::backend::step::Step;
use crate::time::{Instant, Now};

use super::AppEngine;
use super::carrier::Carrier;
use super::link::{Link, in_order};
use super::record::Received;
use super::thread::Thread;

/// A browser makes a call again by itself whose connection broke before its answer. The server has given the packets away by then, and
/// neither end hears of it: so a line by calls is looked after this often.
const BETWEEN_LOOKS: Duration = Duration::from_secs(60);

impl Carrier {
    pub(super) fn next_look(&self, now: Now) -> Option<Instant> {
        match self {
            Self::Socket => None,
            Self::Calls(_) => Some(now.mono + BETWEEN_LOOKS),
        }
    }
}

impl AppEngine {
    pub(super) fn look_due(&mut self) {
        let now = self.now;
        let is_due = |link: &&mut Link| link.is_greeted() && link.look.is_some_and(|at| at <= now.mono);
        let Some(link) = self.link.as_mut().filter(is_due) else {
            return;
        };
        link.look = link.carrier.next_look(now);
        match (self.thread.since(), self.memory.conversation()) {
            _ if self.is_viewer() => {}
            (Some(since), _) => self.fetch_news(since),
            (None, Some(chat_id)) => self.ask_history(&chat_id),
            (None, None) => {}
        }
    }

    /// What is new was told, or has to be looked for in the whole.
    pub(super) fn news_told(&mut self, told: Option<Vec<Received>>) {
        let Some(told) = told.filter(|told| self.thread.is_continued_by(told)) else {
            return self.read_the_whole();
        };
        let ours: Vec<_> = told.into_iter().filter(|message| self.is_ours(message)).collect();
        ours.iter().for_each(|message| self.thread.grew(message));
        let list = in_order(ours);
        if self.link.as_ref().is_some_and(Link::is_catching_up) {
            self.history_failures = 0;
            self.welcome(Earlier::Replayed(list));
        } else if self.is_greeted() {
            self.steps.push_back(Step::History(list));
        }
    }

    fn read_the_whole(&mut self) {
        self.thread = Thread::default();
        if let Some(link) = &mut self.link {
            link.goes_on_catching_up(self.now);
        }
        if let Some(chat_id) = self.memory.conversation() {
            self.ask_history(&chat_id);
        }
    }
}
