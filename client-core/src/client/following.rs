//! Several tabs of one visitor: one leads, and it alone has the line, the session, the queue and the store. The others follow: they show
//! what it shows, and hand over what the visitor wants in them.

use std::time::Duration;

use super::Client;
use crate::deadline::Deadline;
use crate::event::{ConnectionState, ConnectionStatus, Event};
use crate::ids::LocalId;
use crate::io::{Attention, Command, Environment, FileInfo, Output, StoredText};
use crate::snapshot::Snapshot;
use crate::time::UnixMillis;

/// What is handed over is answered at once. A leader that says nothing for this long is frozen, or hangs.
const PATIENCE: Duration = Duration::from_millis(1500);
/// A tab that can be seen asks this often whether anybody leads.
const ROUND: Duration = Duration::from_secs(20);

/// What the browser's storage brings after the leader's own word is not older than this.
const LATEST: Duration = Duration::from_secs(10);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Role {
    #[default]
    Leads,
    Follows,
}

/// Which part this client has among those of the same visitor.
#[derive(Clone, Debug, Default)]
pub(super) struct Lead {
    role: Role,
    /// Handed over and not answered yet, oldest first.
    handed: Vec<(u64, Command)>,
    last: u64,
    /// How the leader's connection is.
    status: Option<ConnectionStatus>,
    /// When the leader wrote what is shown here.
    mirrored: UnixMillis,
    /// How closely a follower said last that its visitor looks.
    elsewhere: Option<Attention>,
}

impl Client {
    pub(super) fn follows(&self) -> bool {
        self.lead.role == Role::Follows
    }

    pub(super) fn led_connection(&self) -> ConnectionStatus {
        self.lead.status.clone().unwrap_or(ConnectionStatus {
            state: ConnectionState::Idle,
            reason: None,
            attempt: 0,
            retry_in: None,
            retry_at: None,
        })
    }

    pub(super) fn is_watched_elsewhere(&self) -> bool {
        self.lead.elsewhere == Some(Attention::Watching)
    }

    /// What is open is given up, and what is queued goes to whoever leads: a message that it has already is known by its id.
    pub(super) fn follow(&mut self) {
        if self.follows() {
            return;
        }
        let queue: Vec<Command> = self.outbox.adoptable().collect();
        self.lead.status = Some(self.connection());
        self.stop();
        self.connection.follow(&mut self.cx);
        self.follow_connection();
        self.store.disown();
        self.lead.role = Role::Follows;
        self.lead.elsewhere = None;
        for command in queue {
            self.hand_over(command);
        }
        self.hand_over(Command::Attend(self.attention));
    }

    /// What nobody has taken is done here. The connection is wanted if it was before, by whichever tab.
    pub(super) fn lead(&mut self) {
        if !self.follows() {
            return;
        }
        self.lead.role = Role::Leads;
        self.cx.disarm(Deadline::Lead);
        self.connection.lead();
        self.shown = self.lead.status.take();
        let was_wanted = self
            .shown
            .as_ref()
            .is_some_and(|status| !matches!(status.state, ConnectionState::Idle | ConnectionState::Closed));
        self.clear_typing();
        for waiting in self.waiting() {
            self.set_status(waiting.id, waiting.delivery, waiting.reason.as_deref());
        }
        if was_wanted || self.session.is_active() {
            self.connection.go_on(&mut self.cx);
        }
        for (_, command) in std::mem::take(&mut self.lead.handed) {
            self.command(command);
        }
        self.watch();
    }

    /// A command that this client carries out itself, or nothing when it was handed over.
    pub(super) fn own_command(&mut self, command: Command) -> Option<Command> {
        if !self.follows() {
            return Some(command);
        }
        match command {
            Command::Stop | Command::FetchConfig | Command::Send { .. } | Command::SendFiles { .. } => Some(command),
            Command::Attend(attention) => {
                self.attention = attention;
                self.hand_over(command);
                None
            }
            other => {
                self.hand_over(other);
                None
            }
        }
    }

    pub(super) fn hand_over(&mut self, command: Command) {
        if self.lead.handed.is_empty() {
            self.cx.arm(Deadline::Lead, PATIENCE);
        }
        self.lead.last += 1;
        let number = self.lead.last;
        self.lead.handed.push((number, command.clone()));
        self.outputs.push_back(Output::HandOver { number, command });
    }

    pub(super) fn taken(&mut self, number: u64) {
        self.lead.handed.retain(|(handed, _)| *handed != number);
        self.await_leader();
    }

    fn await_leader(&mut self) {
        if !self.lead.handed.is_empty() {
            self.cx.arm(Deadline::Lead, PATIENCE);
        } else if self.follows() && !self.connection.is_hidden() {
            self.cx.arm(Deadline::Lead, ROUND);
        } else {
            self.cx.disarm(Deadline::Lead);
        }
    }

    pub(super) fn lead_overdue(&mut self) {
        if self.lead.handed.is_empty() {
            self.hand_over(Command::Attend(self.attention));
        } else {
            self.cx.arm(Deadline::Lead, PATIENCE);
            self.outputs.push_back(Output::TakeLead);
        }
    }

    /// Who comes back to a tab must not wait for a leader that is frozen.
    pub(super) fn ask_leader(&mut self, change: Environment) {
        if !self.follows() {
            return;
        }
        match change {
            Environment::Visible => self.hand_over(Command::Attend(self.attention)),
            Environment::Hidden => self.await_leader(),
            _ => {}
        }
    }

    pub(super) fn led(&mut self) {
        if !self.follows() {
            return;
        }
        self.clear_typing();
        let again = self.lead.handed.iter().cloned();
        self.outputs
            .extend(again.map(|(number, command)| Output::HandOver { number, command }));
        self.await_leader();
        if self.widget_config.is_none() && self.config_request.is_none() {
            self.fetch_config();
        }
    }

    /// What cannot be read is another version's: this tab stays as it is until it is reloaded.
    pub(super) fn mirror(&mut self, stored: Option<StoredText>) {
        let Some(stored) = stored.filter(|_| self.follows()) else {
            return;
        };
        let Ok(snapshot) = Snapshot::read(&stored.0) else {
            return;
        };
        // What was written last counts, by whichever way it came. By more than that, somebody has set the clock.
        let late = self.lead.mirrored.since(snapshot.saved_at);
        if !late.is_zero() && late < LATEST {
            return;
        }
        self.lead.mirrored = snapshot.saved_at;
        self.session.forget();
        self.take_up(snapshot);
        if self.attention != Attention::Away && self.timeline.mark_read() {
            self.hand_over(Command::Attend(self.attention));
        }
    }

    pub(super) fn overhear(&mut self, event: Event) {
        if !self.follows() {
            return;
        }
        match event {
            Event::Connection(status) => self.lead.status = Some(status),
            Event::Typing { author, on } => self.typing = on.then_some(author),
            _ => {}
        }
    }

    pub(super) fn handed(&mut self, command: Command) {
        if self.follows() {
            return;
        }
        match command {
            Command::Attend(attention) => {
                self.lead.elsewhere = Some(attention);
                self.watch();
                if attention != Attention::Away {
                    self.all_read();
                }
            }
            other => self.command(other),
        }
    }

    /// A message of a follower, which may hand it over more than once.
    pub(super) fn adopt(&mut self, id: LocalId, text: String, files: Vec<FileInfo>) {
        if self.outbox.has(id) || self.timeline.find(id).is_some() {
            return;
        }
        if let Err(error) = self.take_in(id, text, files) {
            self.emit(Event::Error(error));
        }
    }
}
