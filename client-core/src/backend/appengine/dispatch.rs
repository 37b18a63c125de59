//! From what the gateway says to what the client does.

use crate::backend::socketio::Value;
use crate::backend::step::{LineEnd, Step};
use crate::backend::{Incoming, Signal};
use crate::error::Error;
use crate::event::{AgentChange, Event};
use crate::ids::ServerId;
use crate::message::{Author, Delivery};

use super::handshake::Greeting;
use super::received::{self, Person, Received};
use super::{AppEngine, conversation, intent, record};

impl AppEngine {
    /// An event came.
    pub(super) fn dispatch(&mut self, name: &str, argument: Option<&Value>) {
        if received::is_of_the_gateway(name) {
            self.heard_gateway();
        }
        match received::read(name, argument, self.memory.email(), self.now.wall) {
            Received::Greeting(Greeting::Accepted(accepted)) => self.accepted(*accepted),
            Received::Greeting(Greeting::Expired) | Received::TokenExpired => self.end(LineEnd::TokenRefused),
            Received::Greeting(Greeting::Refused(words)) => self.refused(words),
            Received::Message(message) => {
                let held = match &mut self.link {
                    Some(link) => link.hold(message),
                    None => None,
                };
                if let Some(message) = held {
                    self.arrived(message);
                }
            }
            Received::Messages(list) => {
                let list = list.into_iter().filter(|message| self.is_ours(message));
                let list = list.map(|message| message.incoming).collect();
                self.steps.push_back(Step::History(list));
            }
            Received::Typing { from, on } => self.typing(from, on),
            Received::Status { value, reason } => self.signal(Signal::Status { value, reason }),
            Received::Presence { email, status } => self.signal(Signal::Presence { id: email, status }),
            Received::Queue { place, words } => {
                self.desk.heard(self.now.mono);
                self.event(Event::Queue {
                    position: place.position,
                    ahead: place.ahead,
                    wait: place.wait,
                });
                if let Some(words) = words {
                    self.notice(words);
                }
            }
            Received::Assigned(person) => self.assigned(AgentChange::Assigned, person),
            Received::Changed(person) => self.assigned(AgentChange::Changed, person),
            Received::Transferred { to, note } => {
                self.assigned(AgentChange::Transferred, to);
                if let Some(note) = note {
                    self.notice(note);
                }
            }
            Received::Progress { ids, delivery } => self.progress(ids, delivery),
            Received::Deleted(id) => self.steps.push_back(Step::Removed(ServerId(id))),
            Received::Stream { key, piece } => self.stream(key, piece),
            Received::Engage { id, text, url } => self.engage(id, text, url),
            Received::Broadcast { id, on, url, title } => self.event(Event::Broadcast { id, on, url, title }),
            Received::Ended { reason } => self.ended(reason),
            Received::SessionExpired => self.session_expired(),
            Received::Trouble { words, cause } => self.trouble(words, cause.as_deref()),
            Received::Ignored => {}
            Received::Unknown => self.signal(Signal::Unknown),
        }
    }

    pub(super) fn signal(&mut self, signal: Signal) {
        self.steps.push_back(Step::Signal(signal));
    }

    pub(super) fn event(&mut self, event: Event) {
        self.steps.push_back(Step::Event(event));
    }

    pub(super) fn is_ours(&self, message: &record::Received) -> bool {
        let known = self.memory.chat_id.as_deref();
        conversation::is_ours(message.chat_id.as_deref(), known, self.memory.party())
    }

    pub(super) fn arrived(&mut self, message: record::Received) {
        if !self.is_ours(&message) {
            return self.signal(Signal::Unknown);
        }
        if message.incoming.author == Author::System && self.desk.is_repeated(&message.incoming.text) {
            return;
        }
        self.thread.grew(&message);
        self.learn_chat_id(message.chat_id.clone().filter(|_| self.memory.chat_id.is_none()));
        let own = message.incoming.author == Author::Visitor;
        let id = message.incoming.server_id.clone();
        self.signal(Signal::Message(self.streams.translated(message.incoming)));
        if let (true, Some(id), Some(delivery @ (Delivery::Delivered | Delivery::Read))) = (own, id, message.status) {
            self.steps.push_back(Step::Progress { id, delivery });
        }
    }

    /// A line of the service itself, unless it says what the last one said.
    fn notice(&mut self, text: String) {
        if self.desk.is_repeated(&text) {
            return;
        }
        self.signal(Signal::Message(Incoming {
            local_id: None,
            server_id: None,
            author: Author::System,
            text,
            at: None,
            attachments: Vec::new(),
            choices: Vec::new(),
        }));
    }

    fn typing(&mut self, from: Option<String>, on: bool) {
        let known = self.desk.agent();
        let address = from.or_else(|| known.email.clone());
        let name = known.name.clone().filter(|_| address == known.email);
        let author = record::agent(address.as_deref(), name);
        self.signal(Signal::Typing { author, on });
    }

    fn assigned(&mut self, change: AgentChange, person: Person) {
        self.desk.stop_waiting();
        if change == AgentChange::Assigned && self.desk.agent() == &person {
            return;
        }
        if person != Person::default() {
            self.desk.set_agent(person.clone());
        }
        let name = person.name.or_else(|| person.email.as_deref().map(record::name_of));
        let id = person.email;
        self.signal(Signal::Agent { change, id, name });
    }

    fn progress(&mut self, ids: Vec<String>, delivery: Delivery) {
        for id in ids {
            if delivery == Delivery::Failed {
                let message = "the server could not deliver it".to_owned();
                let local_id = id.parse().ok();
                self.signal(Signal::Refused { local_id, message });
            } else {
                let id = ServerId(id);
                self.steps.push_back(Step::Progress { id, delivery });
            }
        }
    }

    fn engage(&mut self, id: String, text: String, url: Option<String>) {
        if self.memory.engage(&id) {
            self.steps.push_back(Step::Save);
            self.event(Event::Engage { id, text, url });
        }
    }

    fn ended(&mut self, reason: Option<String>) {
        self.desk.stop_waiting();
        let person = self.desk.take_agent();
        if person != Person::default() {
            self.signal(Signal::Agent {
                change: AgentChange::Left,
                id: person.email,
                name: person.name,
            });
        }
        self.signal(Signal::Status {
            value: "ended".to_owned(),
            reason,
        });
    }

    fn session_expired(&mut self) {
        self.memory.chat_session_id = None;
        self.steps.push_back(Step::Save);
        self.signal(Signal::Status {
            value: "session-expired".to_owned(),
            reason: None,
        });
    }

    /// An error that names a send as its cause fails the message on its way; any other is told.
    fn trouble(&mut self, message: String, cause: Option<&str>) {
        let is_send = cause.is_some_and(|cause| intent::SENDS.contains(&cause));
        let in_flight = self.link.as_ref().and_then(|link| link.message_in_flight());
        match in_flight.filter(|_| is_send) {
            Some(id) => {
                self.settled(id);
                let local_id = Some(id);
                self.signal(Signal::Refused { local_id, message });
            }
            None => self.event(Event::Error(Error::Refused {
                message,
                status: None,
                retry_after: None,
            })),
        }
    }
}
