//! A browser with several tabs of one visitor: its lock, its store and the channel between the tabs, and a relay that knows messages by their ids.

use std::collections::VecDeque;

use serde_json::Value;
use visavis_client_core::http::HttpRequest;
use visavis_client_core::ids::LocalId;
use visavis_client_core::io::StoredText;
use visavis_client_core::{Command, Event, Input};

use crate::harness::{Keeping, Story, bloonio};
use crate::relay::{ack, echo, refused, welcome_with};

/// Whether the relay's acknowledgement finds its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ack {
    Arrives,
    Lost,
}

#[derive(Default)]
pub(super) struct Browser {
    /// In the order in which they wait for the lead; the first one has it.
    pub(super) tabs: Vec<Tab>,
    /// What no tab lives to hand over, as the store has it.
    letters: VecDeque<Command>,
    kept: Option<String>,
    /// What the relay has, each message once, and how often it was sent.
    pub(super) heard: Vec<(LocalId, String)>,
    opened: u64,
}

pub(super) struct Tab {
    pub(super) name: u64,
    pub(super) story: Story,
    /// Frames of it that the relay has seen.
    read: usize,
}

impl Browser {
    /// Opens a tab; the first one leads.
    pub(super) fn open(&mut self) -> u64 {
        self.opened += 1;
        let mut story = Story::seeded(self.opened, bloonio());
        story.give(Input::LeadLost);
        let now = story.now();
        if let Some(kept) = &self.kept {
            story.client.restore(kept, now).unwrap();
        }
        story.start();
        let name = self.opened;
        self.tabs.push(Tab { name, story, read: 0 });
        if self.tabs.len() == 1 {
            self.crown();
        }
        name
    }

    /// The first tab has the lead from now on.
    fn crown(&mut self) {
        let stored = mirrored(self.kept.as_deref());
        let Some(tab) = self.tabs.first_mut() else { return };
        tab.story.kept.clone_from(&self.kept);
        tab.story.give(stored);
        tab.story.give(Input::LeadGained);
        for command in std::mem::take(&mut self.letters) {
            tab.story.give(Input::Handed(command));
        }
        tab.story.handed.clear();
        for follower in self.tabs.iter_mut().skip(1) {
            follower.story.give(Input::Led);
        }
        self.settle();
    }

    pub(super) fn send(&mut self, place: usize, text: &str) {
        self.tabs[place].story.send(text);
        self.settle();
    }

    /// The leader's line comes up if it can.
    pub(super) fn connect(&mut self) {
        let history: Vec<Value> = (1_782_036_000..)
            .zip(&self.heard)
            .map(|(at, (id, text))| echo(*id, &format!("s{id}"), text, at))
            .collect();
        let Some(leader) = self.tabs.first_mut() else {
            return;
        };
        // Who followed asked for the settings.
        let is_other = |call: &HttpRequest| !call.url.expose().contains("/visitor-");
        while leader.story.open_calls().any(|asked| is_other(&asked.call)) {
            leader.story.answer_to(is_other, refused(404));
        }
        if leader.story.client.connection().state != visavis_client_core::ConnectionState::Live {
            leader.story.reconnect(&welcome_with(&history));
        }
        self.settle();
    }

    /// The relay takes what the leader sent.
    pub(super) fn relay(&mut self, acks: Ack) {
        loop {
            let Some(leader) = self.tabs.first_mut() else { return };
            let frames: Vec<Value> = leader.story.frames[leader.read..]
                .iter()
                .map(|frame| frame.what.1.clone())
                .collect();
            leader.read += frames.len();
            let messages: Vec<&Value> = frames.iter().filter(|frame| frame["type"] == "msg").collect();
            if messages.is_empty() {
                return self.settle();
            }
            for message in messages {
                let id: LocalId = message["client_msg_id"].as_str().unwrap().parse().unwrap();
                if self.heard.iter().all(|(known, _)| *known != id) {
                    self.heard.push((id, message["content"].as_str().unwrap().to_owned()));
                }
                if acks == Ack::Arrives && leader.story.socket().is_some() {
                    leader.story.frame(&ack(id, &format!("s{id}")));
                }
            }
        }
    }

    /// The channel carries what there is to carry, until there is no more.
    pub(super) fn settle(&mut self) {
        loop {
            let Some((leader, followers)) = self.tabs.split_first_mut() else {
                return;
            };
            let mut moved = false;
            for follower in followers.iter_mut() {
                while let Some((number, command)) = follower.story.handed.pop_front() {
                    leader.story.give(Input::Handed(command));
                    follower.story.give(Input::Taken { number });
                    moved = true;
                }
            }
            if self.kept != leader.story.kept {
                self.kept.clone_from(&leader.story.kept);
                for follower in followers.iter_mut() {
                    follower.story.give(mirrored(self.kept.as_deref()));
                }
                moved = true;
            }
            let status = leader.story.client.connection();
            for follower in followers.iter_mut() {
                if follower.story.client.connection().state != status.state {
                    follower
                        .story
                        .give(Input::Overheard(Box::new(Event::Connection(status.clone()))));
                }
            }
            if !moved {
                return;
            }
        }
    }

    /// A tab is gone. What it had written into the store stays there.
    pub(super) fn kill(&mut self, place: usize) {
        let tab = self.tabs.remove(place);
        self.letters.extend(
            tab.story
                .handed
                .into_iter()
                .map(|(_, command)| command)
                .filter(is_letter),
        );
        if place == 0 {
            self.crown();
        }
    }

    /// The leader hangs: the next tab takes the lead, and the old one learns of it at its next write.
    pub(super) fn take_from_frozen(&mut self) -> Tab {
        let mut frozen = self.tabs.remove(0);
        frozen.story.keeping = Keeping::Elsewhere;
        self.crown();
        frozen
    }

    /// It runs again, first of all by itself.
    pub(super) fn thaw(&mut self, mut tab: Tab, text: Option<&str>) {
        if let Some(text) = text {
            tab.story.send(text);
        }
        tab.story.give(Input::LeadLost);
        tab.story.keeping = Keeping::Prompt;
        tab.story.give(Input::Led);
        tab.story.give(mirrored(self.kept.as_deref()));
        self.tabs.push(tab);
        self.settle();
    }
}

fn mirrored(kept: Option<&str>) -> Input {
    let stored = kept.map(|text| StoredText(text.to_owned()));
    Input::Mirrored { stored }
}

fn is_letter(command: &Command) -> bool {
    matches!(command, Command::Adopt { .. })
}
