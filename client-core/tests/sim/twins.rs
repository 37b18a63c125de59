//! Another tab of the same visitor, which writes the words of a message before that is sent. Nothing on the wire says which is whose: the
//! client may take no message for its own that is older than its own can be.

use std::collections::BTreeMap;

use visavis_client_core::http::HttpResponse;

use crate::dialect::Wording;
use crate::driver::Wakefulness;
use crate::mutants::Mutant;
use crate::server::DAWN;
use crate::trace::tell;
use crate::world::{Happening, World};

/// Replicas' clocks may differ by this much.
const SLACK: u64 = 2_000;

#[derive(Debug, Default)]
pub(crate) struct Twins {
    /// When the other tab wrote the words of a message.
    written: BTreeMap<usize, u64>,
    /// Messages that are sent after the other tab's.
    waiting: usize,
    /// The newest time that the client was told in this life, and when by its clock.
    told: Option<(u64, u64)>,
    line_since: u64,
}

impl Twins {
    pub(crate) fn none_waits(&self) -> bool {
        self.waiting == 0
    }

    /// A new life, which nobody has told anything.
    pub(crate) fn begin_life(&mut self, now: u64) {
        self.told = None;
        self.line_since = now;
    }

    /// What was asked for on an earlier line is not read any more.
    pub(crate) fn begin_line(&mut self, now: u64) {
        self.line_since = now;
    }
}

/// The newest time in a conversation.
fn newest(response: &HttpResponse) -> Option<u64> {
    let times = response.body.split(r#""createdAt":"#).skip(1);
    times.filter_map(|rest| rest.split('}').next()?.parse().ok()).max()
}

impl World {
    /// The conversation was told in answer to a call that began then.
    pub(crate) fn note_told(&mut self, begun: u64, response: &HttpResponse) {
        let is_read = self.driver.wakefulness == Wakefulness::Awake && begun >= self.twins.line_since;
        let Some(newest) = newest(response).filter(|_| is_read && response.status == 200) else {
            return;
        };
        let mono = self.clock.mono().as_millis();
        if self.least_time().is_none_or(|least| least < newest) {
            self.twins.told = Some((newest, mono));
        }
    }

    /// What the server's clock shows at least, as far as the client can know.
    fn least_time(&self) -> Option<u64> {
        let (told, at) = self.twins.told?;
        let passed = self.clock.mono().as_millis().saturating_sub(at);
        Some(told + passed - passed / 1_000)
    }

    /// Whether the message waits, as the other tab writes the same words first.
    pub(crate) fn other_tab_is_first(&mut self, index: usize) -> bool {
        let may_be = self.server.is_site() && self.server.dialect.acks == Wording::Full && self.resting_since.is_none();
        if !may_be || self.twins.written.contains_key(&index) || !self.chance.one_in(6) {
            return false;
        }
        let (words, now) = (self.oracle.text_of(index), self.clock.now);
        let said = self.with_server(|server, now, _| server.other_tab_says(&words, now));
        if said {
            tell!(self, "the other tab says {words:?}");
            self.twins.written.insert(index, now);
            self.twins.waiting += 1;
            let pause = if self.has(Mutant::SameMoment) {
                self.chance.up_to(1_000)
            } else {
                self.chance.between(SLACK + 500, 20_000)
            };
            self.after(pause, Happening::UserSends(index));
        }
        said
    }

    /// What the visitor writes: other words, where nobody could tell the two messages apart.
    pub(crate) fn words_of(&mut self, index: usize) -> String {
        let words = self.oracle.text_of(index);
        let Some(written) = self.twins.written.get(&index) else {
            return words;
        };
        self.twins.waiting = self.twins.waiting.saturating_sub(1);
        let least = self.least_time().unwrap_or_default();
        let can_tell = DAWN + written < least.saturating_sub(SLACK);
        if can_tell || self.has(Mutant::SameMoment) {
            self.figures.twins += 1;
            words
        } else {
            format!("{words} once more")
        }
    }
}
