//! stub of the public surface: signatures are final, bodies come.
use crate::*;
use crate::{ids::*, message::*, snapshot::Unreadable, time::*};
pub struct Client(std::collections::VecDeque<Output>);
#[must_use]
pub struct Drain<'a>(&'a mut Client);
impl Iterator for Drain<'_> {
    type Item = Output;
    fn next(&mut self) -> Option<Output> {
        self.0.0.pop_front()
    }
}
#[allow(unused)]
impl Client {
    pub fn new(config: impl Into<Config>, seed: u64, now: Now) -> Result<Self, Error> {
        unimplemented!()
    }
    /// Key under which the store keeps this client's snapshot (back end, base URL, tenant, key).
    pub fn scope(&self) -> &str {
        unimplemented!()
    }
    /// Before `Start`.
    pub fn restore(&mut self, stored: &str, now: Now) -> Result<(), Unreadable> {
        unimplemented!()
    }
    pub fn handle(&mut self, input: Input, now: Now) -> Drain<'_> {
        unimplemented!()
    }
    /// Queue a message; drain afterwards. `MessageStatus::Pending`/`Message` event follows once stored.
    pub fn send(&mut self, text: &str, now: Now) -> Result<LocalId, Error> {
        unimplemented!()
    }
    pub fn drain(&mut self) -> Drain<'_> {
        Drain(self)
    }
    pub fn poll_output(&mut self) -> Option<Output> {
        unimplemented!()
    }
    pub fn poll_timeout(&self) -> Option<(Instant, Deadline)> {
        unimplemented!()
    }
    pub fn connection(&self) -> ConnectionStatus {
        unimplemented!()
    }
    pub fn messages(&self) -> std::collections::vec_deque::Iter<'_, Message> {
        unimplemented!()
    }
    pub fn message(&self, id: LocalId) -> Option<&Message> {
        unimplemented!()
    }
    pub fn unread(&self) -> u32 {
        unimplemented!()
    }
    pub fn typing(&self) -> Option<&Author> {
        unimplemented!()
    }
    pub fn widget_config(&self) -> Option<&WidgetConfig> {
        unimplemented!()
    }
    pub fn capabilities(&self) -> Capabilities {
        unimplemented!()
    }
    pub fn has_session(&self) -> bool {
        unimplemented!()
    }
    pub fn session_id(&self) -> Option<&str> {
        unimplemented!()
    }
    /// Messages not yet acknowledged (pending or sending).
    pub fn queued(&self) -> usize {
        unimplemented!()
    }
    pub fn unknown_frames(&self) -> u64 {
        unimplemented!()
    }
}
