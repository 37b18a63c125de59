//! What the interface shows, as signals: the one place where the core's state becomes theirs.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use send_wrapper::SendWrapper;
use visavis_client_core::event::{AgentChange, ConnectionStatus};
use visavis_client_core::ids::ServerId;
use visavis_client_core::message::WidgetConfig;
use visavis_client_core::{Author, Client, ConnectionState, Event};

use super::dates;
#[cfg(feature = "rich")]
use super::desk::Desk;
use super::line::{self, Line, Lines, Marks};
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
    /// What changed the log came by itself, not with the history: as noted, and of the lines that are shown.
    live: SendWrapper<(Cell<bool>, Cell<bool>)>,
    marks: SendWrapper<RefCell<Marks>>,
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
            live: SendWrapper::new((Cell::new(false), Cell::new(false))),
            marks: SendWrapper::new(RefCell::default()),
        }
    }
}

impl State {
    /// Notes what an event changes that the client does not keep.
    pub(crate) fn note(&self, event: &Event) {
        #[cfg(feature = "rich")]
        self.desk.note(event);
        match event {
            Event::Message {
                message,
                history,
                replaces,
            } => {
                self.log_changed.set(true);
                if *replaces {
                    self.marks.borrow_mut().note_edited(message);
                } else if !history {
                    self.live.0.set(true);
                    match message.author {
                        // Whoever answers has seen what was new.
                        Author::Visitor => self.forget_news(),
                        _ => self.newcomer.set(Some(message.author.clone())),
                    }
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

    /// The newest lines came by themselves, not with the history.
    pub(crate) fn is_live(&self) -> bool {
        self.live.1.get()
    }

    /// What was new is so no longer.
    pub(crate) fn forget_news(&self) {
        let forgotten = self.marks.borrow_mut().news.take();
        self.log_changed.set(self.log_changed.get() || forgotten.is_some());
    }

    /// Marks where the messages begin that nobody has looked at, whenever there are more of them.
    fn count_unread(&self, client: &Client) {
        let unread = client.unread();
        if unread > self.unread.peek(u32::clone) {
            self.marks.borrow_mut().news = first_of_others(client, unread).map(|first| (first, unread));
            self.log_changed.set(true);
        }
        self.unread.set(unread);
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
        self.count_unread(client);
        self.typing.set(client.typing().cloned());
        self.connection.set(client.connection());
        if let Some(config) = client.widget_config() {
            self.config.set(config.clone());
        }
        if self.log_changed.replace(false) {
            self.live.1.set(self.live.0.take());
            let lines = self.lines.peek(|before| self.arrange(client, &before.0));
            self.lines.set(Lines(lines));
        }
    }

    #[cfg(not(feature = "rich"))]
    fn arrange(&self, client: &Client, before: &[Arc<Line>]) -> Vec<Arc<Line>> {
        line::arrange(client.messages(), &[], before, &self.marks.borrow(), dates::days())
    }

    #[cfg(feature = "rich")]
    fn arrange(&self, client: &Client, before: &[Arc<Line>]) -> Vec<Arc<Line>> {
        let streams = &self.desk.streams;
        let answers = streams.all();
        let messages = client.messages().chain(stream::arriving(&answers));
        let lines = line::arrange(messages, &answers, before, &self.marks.borrow(), dates::days());
        streams.settled(client);
        lines
    }
}

/// The oldest of the newest so many messages that others wrote.
fn first_of_others(client: &Client, count: u32) -> Option<ServerId> {
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let others = client
        .messages()
        .rev()
        .filter(|message| message.author != Author::Visitor);
    others.take(count).last()?.server_id.clone()
}
