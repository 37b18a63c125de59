//! What a story has seen of its client.

use std::time::Duration;

use serde_json::Value;
use visavis_client_core::ids::LocalId;
use visavis_client_core::{ConnectionState, Delivery, Error, Event};

use crate::harness::{At, Story, ms};

impl Story {
    /// Begins a new page: what was written down so far is not looked at again.
    pub(crate) fn forget(&mut self) {
        self.calls.clear();
        self.cancelled.clear();
        self.questions.clear();
        self.dials.clear();
        self.closes.clear();
        self.frames.clear();
        self.writes.clear();
        self.events.clear();
    }

    /// Whether anything was asked or told since [`Story::forget`].
    pub(crate) fn is_quiet(&self) -> bool {
        self.calls.is_empty()
            && self.cancelled.is_empty()
            && self.questions.is_empty()
            && self.dials.is_empty()
            && self.closes.is_empty()
            && self.frames.is_empty()
            && self.writes.is_empty()
            && self.events.is_empty()
    }

    pub(crate) fn state(&self) -> ConnectionState {
        self.client.connection().state
    }

    pub(crate) fn retry_in(&self) -> Duration {
        let until = self.client.connection().retry_at.expect("a wait");
        ms(until.as_millis()) - self.clock()
    }

    /// Whether it looks for the relay at this moment.
    pub(crate) fn tries(&self) -> bool {
        self.state() == ConnectionState::Connecting
    }

    pub(crate) fn verbs(&self) -> Vec<String> {
        self.calls.iter().map(|call| call.what.verb()).collect()
    }

    /// The frames of one type that were sent.
    pub(crate) fn sent(&self, kind: &str) -> Vec<At<Value>> {
        let of_kind = self.frames.iter().filter(|frame| frame.what.1["type"] == kind);
        of_kind
            .map(|frame| At {
                at: frame.at,
                what: frame.what.1.clone(),
            })
            .collect()
    }

    /// The texts of the messages that were sent, in order.
    pub(crate) fn sent_texts(&self) -> Vec<String> {
        let texts = self.sent("msg").into_iter();
        texts
            .map(|frame| frame.what["content"].as_str().unwrap().to_owned())
            .collect()
    }

    pub(crate) fn heard<T>(&self, pick: impl Fn(&Event) -> Option<T>) -> Vec<T> {
        self.events.iter().filter_map(|event| pick(&event.what)).collect()
    }

    pub(crate) fn errors(&self) -> Vec<Error> {
        self.heard(|event| match event {
            Event::Error(error) => Some(error.clone()),
            _ => None,
        })
    }

    /// How one message moved on.
    pub(crate) fn statuses(&self, id: LocalId) -> Vec<Delivery> {
        self.heard(|event| match event {
            Event::MessageStatus { local_id, status, .. } if *local_id == id => Some(*status),
            _ => None,
        })
    }

    pub(crate) fn status_of(&self, id: LocalId) -> Option<Delivery> {
        self.client.message(id).map(|message| message.status)
    }

    pub(crate) fn texts(&self) -> Vec<String> {
        self.client.messages().map(|message| message.text.clone()).collect()
    }
}
