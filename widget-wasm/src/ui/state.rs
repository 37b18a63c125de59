//! What the interface shows, as signals: the one place where the core's state becomes theirs.

use std::cell::Cell;
use std::sync::Arc;

use send_wrapper::SendWrapper;
use visavis_client_core::event::{AgentChange, ConnectionStatus};
use visavis_client_core::message::WidgetConfig;
use visavis_client_core::{Author, Client, ConnectionState, Event};

use super::dates;
#[cfg(feature = "rich")]
use super::desk::Desk;
use super::line::{self, Line, Lines};
use super::signal::Signal;
#[cfg(feature = "rich")]
use super::stream;

/// Shared by all elements of one client.
pub(crate) struct State {
    /// The launcher's panel is open.
    pub(crate) open: Signal<bool>,
    /// Messages that nobody has looked at.
    pub(crate) unread: Signal<u32>,
    /// The thread.
    pub(crate) lines: Signal<Lines>,
    /// Who types.
    pub(crate) typing: Signal<Option<Author>>,
    /// How the connection is.
    pub(crate) connection: Signal<ConnectionStatus>,
    /// The back end's public settings.
    pub(crate) config: Signal<WidgetConfig>,
    /// The person who has the conversation.
    pub(crate) agent: Signal<Option<String>>,
    /// Who wrote the newest message that arrived live.
    pub(crate) newcomer: Signal<Option<Author>>,
    /// What only some back ends tell.
    #[cfg(feature = "rich")]
    pub(crate) desk: Desk,
    log_changed: SendWrapper<Cell<bool>>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            open: Signal::new(false),
            unread: Signal::new(0),
            lines: Signal::new(Lines::default()),
            typing: Signal::new(None),
            connection: Signal::new(ConnectionStatus {
                state: ConnectionState::Idle,
                reason: None,
                attempt: 0,
                retry_in: None,
                retry_at: None,
            }),
            config: Signal::new(WidgetConfig::default()),
            agent: Signal::new(None),
            newcomer: Signal::new(None),
            #[cfg(feature = "rich")]
            desk: Desk::default(),
            log_changed: SendWrapper::new(Cell::new(true)),
        }
    }
}

impl State {
    /// Notes what an event changes that the client does not keep.
    pub(crate) fn note(&self, event: &Event) {
        #[cfg(feature = "rich")]
        self.desk.note(event);
        match event {
            Event::Message { message, history, .. } => {
                self.log_changed.set(true);
                if !history && message.author != Author::Visitor {
                    self.newcomer.set(Some(message.author.clone()));
                }
            }
            Event::MessageStatus { .. } | Event::MessageDiscarded { .. } | Event::Session { .. } => {
                self.log_changed.set(true);
            }
            #[cfg(feature = "rich")]
            Event::MessageRemoved { .. } => self.log_changed.set(true),
            #[cfg(feature = "rich")]
            Event::Stream { id, step } => {
                let changed = self.desk.streams.note(id, step);
                self.log_changed.set(self.log_changed.get() || changed);
            }
            Event::Agent { change, name, .. } => {
                let name = name.clone().filter(|_| *change != AgentChange::Left);
                self.agent.set(name);
            }
            _ => {}
        }
    }

    /// The thread is another tab's, which may have changed it.
    pub(crate) fn renew(&self) {
        self.log_changed.set(true);
    }

    /// Forgets readers that are gone. The framework does so only at the next change, and for some signals none comes: an element that is
    /// removed and added again all day would leave something behind each time.
    pub(crate) fn sweep(&self) {
        self.open.wake();
        self.unread.wake();
        self.typing.wake();
        self.connection.wake();
        self.config.wake();
        self.agent.wake();
        self.newcomer.wake();
        #[cfg(feature = "rich")]
        self.desk.sweep();
        self.lines.peek(Lines::wake);
        self.lines.wake();
    }

    /// Takes over what the client holds now. Only what differs wakes the interface.
    pub(crate) fn take_over(&self, client: &Client) {
        #[cfg(feature = "rich")]
        self.desk.take_over(client);
        self.unread.set(client.unread());
        self.typing.set(client.typing().cloned());
        self.connection.set(client.connection());
        if let Some(config) = client.widget_config() {
            self.config.set(config.clone());
        }
        if self.log_changed.replace(false) {
            let lines = self.lines.peek(|before| self.arrange(client, &before.0));
            self.lines.set(Lines(lines));
        }
    }

    #[cfg(not(feature = "rich"))]
    fn arrange(&self, client: &Client, before: &[Arc<Line>]) -> Vec<Arc<Line>> {
        line::arrange(client.messages(), &[], before, dates::day)
    }

    #[cfg(feature = "rich")]
    fn arrange(&self, client: &Client, before: &[Arc<Line>]) -> Vec<Arc<Line>> {
        let streams = &self.desk.streams;
        let answers = streams.all();
        let messages = client.messages().chain(stream::arriving(&answers));
        let lines = line::arrange(messages, &answers, before, dates::day);
        streams.settled(client);
        lines
    }
}
