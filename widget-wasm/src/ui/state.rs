//! What the interface shows, as signals: the one place where the core's state becomes theirs.

use std::cell::Cell;
use std::sync::Arc;

use leptos::prelude::*;
use send_wrapper::SendWrapper;
use visavis_client_core::event::{AgentChange, ConnectionStatus};
use visavis_client_core::message::WidgetConfig;
use visavis_client_core::{Author, Client, ConnectionState, Event};

use super::dates;
use super::line::{self, Line};

/// Shared by all elements of one client.
pub(crate) struct State {
    /// The launcher's panel is open.
    pub(crate) open: ArcRwSignal<bool>,
    /// Messages that nobody has looked at.
    pub(crate) unread: ArcRwSignal<u32>,
    /// The thread.
    pub(crate) lines: ArcRwSignal<Vec<Arc<Line>>>,
    /// Who types.
    pub(crate) typing: ArcRwSignal<Option<Author>>,
    /// How the connection is.
    pub(crate) connection: ArcRwSignal<ConnectionStatus>,
    /// The back end's public settings.
    pub(crate) config: ArcRwSignal<WidgetConfig>,
    /// The person who has the conversation.
    pub(crate) agent: ArcRwSignal<Option<String>>,
    /// Who wrote the newest message that arrived live.
    pub(crate) newcomer: ArcRwSignal<Option<Author>>,
    log_changed: SendWrapper<Cell<bool>>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            open: ArcRwSignal::new(false),
            unread: ArcRwSignal::new(0),
            lines: ArcRwSignal::new(Vec::new()),
            typing: ArcRwSignal::new(None),
            connection: ArcRwSignal::new(ConnectionStatus {
                state: ConnectionState::Idle,
                reason: None,
                attempt: 0,
                retry_in: None,
                retry_at: None,
            }),
            config: ArcRwSignal::new(WidgetConfig::default()),
            agent: ArcRwSignal::new(None),
            newcomer: ArcRwSignal::new(None),
            log_changed: SendWrapper::new(Cell::new(true)),
        }
    }
}

impl State {
    /// Notes what an event changes that the client does not keep.
    pub(crate) fn note(&self, event: &Event) {
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
            Event::Agent { change, name, .. } => {
                let name = name.clone().filter(|_| *change != AgentChange::Left);
                changed(&self.agent, name);
            }
            _ => {}
        }
    }

    /// Takes over what the client holds now. Only what differs wakes the interface.
    pub(crate) fn take_over(&self, client: &Client) {
        changed(&self.unread, client.unread());
        changed(&self.typing, client.typing().cloned());
        changed(&self.connection, client.connection());
        if let Some(config) = client.widget_config() {
            changed(&self.config, config.clone());
        }
        if self.log_changed.replace(false) {
            let before = self.lines.get_untracked();
            let lines = line::arrange(client.messages(), &before, dates::day);
            if !line::same_lines(&before, &lines) {
                self.lines.set(lines);
            }
        }
    }
}

fn changed<T: PartialEq + Send + Sync + 'static>(signal: &ArcRwSignal<T>, value: T) {
    if signal.with_untracked(|old| *old != value) {
        signal.set(value);
    }
}
