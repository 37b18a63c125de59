//! What only some back ends tell, as signals: the form before the conversation, the queue, answers in the making, files on their way.

use std::time::Duration;

use visavis_client_core::event::AgentChange;
use visavis_client_core::ids::{FileId, LocalId};
use visavis_client_core::message::RegistrationForm;
use visavis_client_core::{Author, Capabilities, Client, Event};

use super::receipts::Unseen;
use super::signal::Signal;
use super::stream::Streams;
use crate::driver::seed;

/// The visitor's place in the queue for a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// One is next.
    pub(crate) position: Option<u32>,
    /// How many are before.
    pub(crate) ahead: Option<u32>,
    /// How long it may take.
    pub(crate) wait: Option<Duration>,
}

/// A file on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Upload {
    pub(crate) message: LocalId,
    pub(crate) file: FileId,
    pub(crate) sent: u64,
    pub(crate) total: u64,
}

/// Something that the site draws attention to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Engage {
    pub(crate) id: String,
    pub(crate) text: String,
    pub(crate) url: Option<String>,
}

/// A broadcast that is running.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Broadcast {
    pub(crate) id: String,
    pub(crate) url: Option<String>,
    pub(crate) title: Option<String>,
}

/// What became of the visitor's wish to begin, to be connected, to leave a message or to end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The command of this name was carried out.
    Done(&'static str),
    /// It was not, for this reason.
    Refused(&'static str, String),
    /// Something went wrong, in words.
    Trouble(String),
}

/// Part of the state that all elements of one client share.
pub(crate) struct Desk {
    /// What the back end can do.
    pub(crate) capabilities: Signal<Capabilities>,
    /// The form that the visitor is to fill in, while there is no session.
    pub(crate) form: Signal<Option<RegistrationForm>>,
    /// The place in the queue, while the visitor waits.
    pub(crate) queue: Signal<Option<Place>>,
    /// The person's presence, or the whole desk's: `online`, `away`, `busy`, `offline` or the server's word.
    pub(crate) presence: Signal<Option<String>>,
    /// Who has the conversation, as the back end names them.
    pub(crate) agent: Signal<Option<String>>,
    /// The conversation has ended.
    pub(crate) ended: Signal<bool>,
    /// The visitor is being asked whether to end.
    pub(crate) ending: Signal<bool>,
    /// Chooses among greetings, the same one as long as the page lives.
    pub(crate) chance: u64,
    /// A person was asked for, and nothing came of it yet.
    pub(crate) asking: Signal<bool>,
    /// The visitor's address, when it was told in this page.
    pub(crate) email: Signal<Option<String>>,
    /// Answers that arrive piece by piece.
    pub(crate) streams: Streams,
    /// Messages of people that nobody has seen yet.
    pub(crate) unseen: Unseen,
    /// Files on their way.
    pub(crate) uploads: Signal<Vec<Upload>>,
    /// The newest thing that the site draws attention to.
    pub(crate) engage: Signal<Option<Engage>>,
    /// The broadcast that is running.
    pub(crate) broadcast: Signal<Option<Broadcast>>,
    /// What became of the visitor's last wish; its number grows, so that the same outcome is news again.
    pub(crate) outcome: Signal<Option<(u32, Outcome)>>,
}

impl Default for Desk {
    fn default() -> Self {
        Self {
            capabilities: Signal::new(Capabilities::default()),
            form: Signal::new(None),
            queue: Signal::new(None),
            presence: Signal::new(None),
            agent: Signal::new(None),
            ended: Signal::new(false),
            ending: Signal::new(false),
            // Half of it, so that it fits the size of a list where that has 32 bits.
            chance: seed() >> 33,
            asking: Signal::new(false),
            email: Signal::new(None),
            streams: Streams::default(),
            unseen: Unseen::default(),
            uploads: Signal::new(Vec::new()),
            engage: Signal::new(None),
            broadcast: Signal::new(None),
            outcome: Signal::new(None),
        }
    }
}

impl Desk {
    /// Notes what an event changes.
    pub(super) fn note(&self, event: &Event) {
        self.unseen.note(event);
        match event {
            Event::Registration(form) => self.form.set(Some(*form)),
            Event::Session { .. } => self.form.set(None),
            Event::Queue { position, ahead, wait } => {
                self.asking.set(false);
                self.queue.set(Some(Place {
                    position: *position,
                    ahead: *ahead,
                    wait: *wait,
                }));
            }
            Event::Message { message, history, .. } if !history && message.author == Author::Visitor => {
                self.ended.set(false);
            }
            Event::Agent { change, id, .. } => self.agent_changed(*change, id.as_deref()),
            Event::Presence { id, status } => self.presence_changed(id.as_deref(), status),
            Event::Status { value, .. } => self.status(value),
            Event::Message { .. } => self.streams.go_on(),
            Event::Upload {
                local_id,
                file,
                sent,
                total,
            } => self.uploading(&Upload {
                message: *local_id,
                file: *file,
                sent: *sent,
                total: *total,
            }),
            Event::MessageStatus { local_id, .. } => self.uploads_over(*local_id),
            Event::Engage { id, text, url } => self.engage.set(Some(Engage {
                id: id.clone(),
                text: text.clone(),
                url: url.clone(),
            })),
            Event::Broadcast { id, on, url, title } => self.broadcast.set(on.then(|| Broadcast {
                id: id.clone(),
                url: url.clone(),
                title: title.clone(),
            })),
            Event::Command { name, ok: true } => self.came_out(Outcome::Done(name)),
            Event::Command { name, ok: false } => self.came_out(Outcome::Refused(name, self.last_trouble())),
            Event::Error(error) => {
                self.asking.set(false);
                self.came_out(Outcome::Trouble(error.to_string()));
            }
            _ => {}
        }
    }

    /// Takes over what the client holds now.
    pub(super) fn take_over(&self, client: &Client) {
        self.capabilities.set(client.capabilities());
        self.unseen.take_over(client);
    }

    /// Forgets readers that are gone.
    pub(super) fn sweep(&self) {
        self.capabilities.wake();
        self.form.wake();
        self.queue.wake();
        self.presence.wake();
        self.agent.wake();
        self.ended.wake();
        self.ending.wake();
        self.asking.wake();
        self.email.wake();
        self.streams.wake();
        self.uploads.wake();
        self.engage.wake();
        self.broadcast.wake();
        self.outcome.wake();
    }

    fn came_out(&self, outcome: Outcome) {
        let number = self.outcome.peek(|last| last.as_ref().map_or(0, |(number, _)| *number));
        self.outcome.set(Some((number.wrapping_add(1), outcome)));
    }

    /// A refusal comes with an error of its own before it.
    fn last_trouble(&self) -> String {
        self.outcome.peek(|last| match last {
            Some((_, Outcome::Trouble(words))) => words.clone(),
            _ => String::new(),
        })
    }

    fn agent_changed(&self, change: AgentChange, id: Option<&str>) {
        self.queue.set(None);
        self.asking.set(false);
        if change == AgentChange::Left {
            self.agent.set(None);
        } else if id.is_some() {
            self.agent.set(id.map(str::to_owned));
        }
        self.presence.set(None);
        self.ended.set(false);
    }

    /// The person's presence counts; the desk's, while there is no person.
    fn presence_changed(&self, id: Option<&str>, status: &str) {
        let meant = match id {
            Some(id) => self
                .agent
                .peek(|agent| agent.as_deref().is_none_or(|agent| agent == id)),
            None => true,
        };
        if meant {
            self.presence.set(Some(status.to_owned()));
        }
    }

    fn status(&self, value: &str) {
        let ended = value == "ended";
        self.ended.set(ended);
        if ended {
            self.queue.set(None);
        }
    }

    fn uploading(&self, upload: &Upload) {
        self.uploads.update(|uploads| {
            uploads.retain(|other| other.file != upload.file);
            uploads.push(upload.clone());
        });
    }

    /// The message moved on: none of its files is on its way any more, or the next one begins.
    fn uploads_over(&self, message: LocalId) {
        if self
            .uploads
            .peek(|uploads| uploads.iter().any(|upload| upload.message == message))
        {
            self.uploads
                .update(|uploads| uploads.retain(|upload| upload.message != message));
        }
    }
}
