//! What a visitor's handles and its task have in common: the machine, behind one short lock.

use std::collections::VecDeque;
use std::future::Future;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::task::AtomicWaker;
use tokio::sync::Notify;
use visavis_client_core::io::FileInfo;
use visavis_client_core::time::Instant;
use visavis_client_core::{Client, Command, Error, Event, Input, Output};

use crate::clock::Clock;
use crate::delivery::{Deliveries, MessageHandle, closed};
use crate::events::{Events, Listeners};
use crate::files::Files;

pub(crate) struct Shared {
    clock: Clock,
    files: Files,
    state: Mutex<State>,
    /// Wakes the task after a handle gave the machine something to do.
    task: AtomicWaker,
    /// Woken after every step of the machine, for those who wait for it to reach a state.
    stepped: Notify,
}

pub(crate) struct State {
    client: Client,
    listeners: Listeners,
    deliveries: Deliveries,
    stage: Stage,
}

/// How far the visitor is on its way out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Running,
    /// Asked to close; the task has not seen it yet.
    Asked,
    /// The task puts things away.
    Closing,
    /// Everything is released.
    Ended,
}

impl Shared {
    pub(crate) fn new(client: Client, clock: Clock, event_limit: usize) -> Self {
        Self {
            clock,
            files: Files::default(),
            state: Mutex::new(State {
                client,
                listeners: Listeners::new(event_limit),
                deliveries: Deliveries::default(),
                stage: Stage::Running,
            }),
            task: AtomicWaker::new(),
            stepped: Notify::new(),
        }
    }

    pub(crate) fn files(&self) -> &Files {
        &self.files
    }

    pub(crate) fn clock(&self) -> Clock {
        self.clock
    }

    pub(crate) fn task(&self) -> &AtomicWaker {
        &self.task
    }

    fn hold(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks at the machine.
    pub(crate) fn look<T>(&self, at: impl FnOnce(&Client) -> T) -> T {
        at(&self.hold().client)
    }

    /// Waits until `look` finds what it looks for; also looks a last time when the visitor has ended.
    pub(crate) async fn until<T>(&self, look: impl Fn(&Client, Stage) -> Option<T>) -> T {
        loop {
            let stepped = self.stepped.notified();
            tokio::pin!(stepped);
            stepped.as_mut().enable();
            {
                let state = self.hold();
                if let Some(found) = look(&state.client, state.stage) {
                    return found;
                }
            }
            stepped.await;
        }
    }

    pub(crate) fn subscribe(&self) -> Events {
        self.hold().listeners.subscribe()
    }

    /// Puts a message into the queue and wakes the task.
    pub(crate) fn send(&self, text: &str) -> Result<MessageHandle, Error> {
        let handle = {
            let mut state = self.hold();
            if state.stage != Stage::Running {
                return Err(closed());
            }
            let local_id = state.client.send(text, self.clock.now())?;
            state.deliveries.follow(local_id)
        };
        self.task.wake();
        Ok(handle)
    }

    /// Puts a message with a file into the queue and wakes the task.
    pub(crate) fn send_file(&self, text: &str, info: FileInfo, path: PathBuf) -> Result<MessageHandle, Error> {
        let file = info.file;
        // Kept before it is queued: the task may ask for it at once.
        self.files.keep(file, path);
        let queued = {
            let mut state = self.hold();
            if state.stage == Stage::Running {
                let queued = state.client.send_files(text, vec![info], self.clock.now());
                queued.map(|local_id| state.deliveries.follow(local_id))
            } else {
                Err(closed())
            }
        };
        match &queued {
            Ok(_) => self.task.wake(),
            Err(_) => self.files.release(file),
        }
        queued
    }

    /// Gives the machine a command and wakes the task, which takes what follows from it.
    pub(crate) fn command(&self, command: Command) -> Result<(), Error> {
        {
            let mut state = self.hold();
            if state.stage != Stage::Running {
                return Err(closed());
            }
            let again = match command {
                Command::Retry { local_id } => Some(local_id),
                _ => None,
            };
            // What the machine wants stays in its queue: only the task may take it, in order.
            let _ = state.client.handle(Input::Command(command), self.clock.now());
            // But whoever asks from now on whether the message was acknowledged means the new attempt.
            let State { client, deliveries, .. } = &mut *state;
            if let Some(message) = again.and_then(|local_id| client.message(local_id)) {
                deliveries.look_again(message);
            }
        }
        self.task.wake();
        Ok(())
    }

    /// Asks the task to close. Does nothing when it was asked before.
    pub(crate) fn ask_to_close(&self) {
        {
            let mut state = self.hold();
            if state.stage == Stage::Running {
                state.stage = Stage::Asked;
            }
        }
        self.task.wake();
    }

    /// Waits until everything is released.
    pub(crate) fn ended(&self) -> impl Future<Output = ()> + '_ {
        self.until(|_, stage| (stage == Stage::Ended).then_some(()))
    }

    /// Takes what the machine wants into `wanted`, and tells its events. Returns its next deadline.
    pub(crate) fn take(&self, wanted: &mut VecDeque<Output>) -> Option<Instant> {
        let deadline = {
            let mut state = self.hold();
            state.take(wanted);
            state.deadline()
        };
        self.stepped.notify_waiters();
        deadline
    }

    /// Gives the machine `input`, then does what [`Shared::take`] does.
    pub(crate) fn step(&self, input: Input, wanted: &mut VecDeque<Output>) -> Option<Instant> {
        let deadline = {
            let mut state = self.hold();
            let _ = state.client.handle(input, self.clock.now());
            state.take(wanted);
            state.deadline()
        };
        self.stepped.notify_waiters();
        deadline
    }

    /// Whether closing was asked for; answers yes once.
    pub(crate) fn begin_closing(&self) -> bool {
        let mut state = self.hold();
        let asked = state.stage == Stage::Asked;
        if asked {
            state.stage = Stage::Closing;
        }
        asked
    }

    /// Nothing follows any more. Called when the task has released what it held, also when it was aborted.
    pub(crate) fn end(&self) {
        {
            let mut state = self.hold();
            state.stage = Stage::Ended;
            state.listeners.close();
            state.deliveries.close();
        }
        self.stepped.notify_waiters();
    }
}

impl State {
    fn take(&mut self, wanted: &mut VecDeque<Output>) {
        let Self {
            client,
            listeners,
            deliveries,
            ..
        } = self;
        for output in client.drain() {
            match output {
                Output::Event(event) => {
                    log(&event);
                    deliveries.note(&event);
                    listeners.tell(event);
                }
                other => wanted.push_back(other),
            }
        }
    }

    fn deadline(&self) -> Option<Instant> {
        self.client.poll_timeout().map(|(at, _)| at)
    }
}

/// The milestones of a connection; what was said is nobody's business.
fn log(event: &Event) {
    match event {
        Event::Connection(status) => {
            let (state, reason) = (status.state.as_str(), status.reason.as_deref());
            tracing::info!(state, reason, attempt = status.attempt, "connection");
        }
        // Without its id, which is a bearer secret at some back ends.
        Event::Session { change, .. } => tracing::info!(change = change.as_str(), "session"),
        Event::Error(error) => tracing::info!(kind = error.kind().as_str(), %error, "error"),
        _ => {}
    }
}
