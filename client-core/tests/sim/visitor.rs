//! The page and its visitor: lives that begin and end, sleep, what is written, and what the application does about events.

use visavis_client_core::ids::LocalId;
use visavis_client_core::{Client, Command, ConnectionState, Delivery, Environment, Event, Input, Output, Typing};

use crate::driver::Wakefulness;
use crate::net::Flow;
use crate::oracle::Stored;
use crate::storage::Fate;
use crate::trace::tell;
use crate::world::{Happening, World};

impl World {
    /// Steps 1 and 2, and the application's start.
    pub(crate) fn start(&mut self) {
        self.driver.life += 1;
        self.twins.begin_life(self.clock.now);
        self.figures.lives += 1;
        self.clock.mono_lag = self.clock.now - self.chance.up_to(self.clock.now.min(5_000));
        let (seed, now) = (self.chance.bits(), self.clock.read());
        let Ok(mut client) = Client::new(self.driver.config.clone(), seed, now) else {
            self.oracle.fail("the configuration was refused".to_owned());
            return;
        };
        tell!(self, "life {} begins", self.driver.life);
        if let Some(text) = &self.storage.durable
            && let Err(error) = client.restore(text, now)
        {
            self.oracle
                .fail(format!("the client cannot read what it wrote: {error}"));
        }
        let asking = self.oracle.reborn(&client);
        self.driver.client = Some(client);
        self.deliver(Input::Command(Command::Start));
        for change in self.driver.surroundings.clone() {
            self.deliver(Input::Environment(change));
        }
        for (local_id, status) in asking {
            if let Some(choice) = self.choice(local_id, status) {
                self.deliver(choice);
            }
        }
        for index in std::mem::take(&mut self.driver.postponed) {
            self.user_sends(index);
        }
    }

    pub(crate) fn reborn(&mut self) {
        if self.driver.wakefulness == Wakefulness::Asleep {
            self.after(500, Happening::Reborn);
        } else if self.driver.client.is_none() {
            self.start();
        }
    }

    /// The page or process ends without a word.
    pub(crate) fn destroy(&mut self, pause: u64) {
        self.storage.crash = None;
        let fate = self.chance.pick(&[Fate::Done, Fate::Lost]);
        self.storage.abandon(fate);
        self.driver.client = None;
        self.driver.inbox.clear();
        let given_up: Vec<_> = self.driver.calls.drain(..).filter_map(|call| call.session).collect();
        self.driver.armed = None;
        self.driver.timer += 1;
        if let Some(conn) = self.driver.line.take() {
            if self.chance.one_in(4) {
                self.silence(conn, Flow::Lost, Flow::Lost);
            }
            self.hang_up(conn);
        }
        for conn in given_up {
            self.abandon_exchange(conn);
        }
        let knows_session = |kept: &String| !kept.contains(r#""session":null"#);
        let stored = if self.storage.durable.as_ref().is_some_and(knows_session) {
            Stored::WithSession
        } else {
            Stored::Without
        };
        self.oracle.died(stored);
        self.after(pause, Happening::Reborn);
    }

    pub(crate) fn user_sends(&mut self, index: usize) {
        if self.driver.wakefulness == Wakefulness::Asleep || self.driver.client.is_none() {
            self.driver.postponed.push(index);
        } else if !self.other_tab_is_first(index) {
            let text = self.words_of(index);
            self.deliver(Input::Command(Command::Typing(Typing::Start)));
            self.user_sends_text(&text);
        }
    }

    /// The visitor sends a text.
    fn user_sends_text(&mut self, text: &str) {
        let now = self.clock.read();
        let Some(client) = &mut self.driver.client else {
            return;
        };
        let sent = client.send(text, now);
        let outputs: Vec<Output> = client.drain().collect();
        match &sent {
            Ok(id) => {
                tell!(self, "> visitor sends {text:?} as {id}");
                self.oracle.user_sent(*id, text);
                self.server.site.ids.insert(text.to_owned(), *id);
            }
            Err(error) => {
                tell!(self, "> visitor sends {text:?}: {error}");
                self.oracle.fail(format!("a message was not taken: {error}"));
            }
        }
        self.carry_out(outputs);
    }

    /// The machine wakes: what came meanwhile is told, before or after the timers.
    pub(crate) fn wake(&mut self) {
        self.driver.wakefulness = Wakefulness::Awake;
        let timers_first = self.chance.one_in(2);
        let inbox = std::mem::take(&mut self.driver.inbox);
        if timers_first {
            self.deliver(Input::Timeout);
        }
        for input in inbox {
            self.deliver(input);
        }
        if !timers_first {
            self.deliver(Input::Timeout);
        }
        for index in std::mem::take(&mut self.driver.postponed) {
            self.user_sends(index);
        }
    }

    /// Step 6, and what the application does about it.
    pub(crate) fn heed(&mut self, event: &Event, reactions: &mut Vec<Input>) {
        self.oracle.heard(event, &self.server);
        if let Event::Connection(status) = event
            && status.state != ConnectionState::Live
        {
            self.twins.begin_line(self.clock.now);
        }
        if let Event::MessageStatus { local_id, status, .. } = event {
            reactions.extend(self.choice(*local_id, *status));
        }
        if let Event::Message { message, .. } = event {
            self.driver.newest = message.local_id.or(self.driver.newest);
        }
    }

    /// What the visitor does about a message that asks.
    fn choice(&mut self, local_id: LocalId, status: Delivery) -> Option<Input> {
        let again = Input::Command(Command::Retry { local_id });
        match status {
            Delivery::Expired => Some(again),
            // Where nothing goes on without the visitor, one decides this way, another that way.
            Delivery::Uncertain if self.server.is_site() && self.chance.one_in(2) => {
                self.oracle.sent_again(local_id);
                Some(again)
            }
            Delivery::Uncertain if self.server.is_site() => {
                self.oracle.given_up(local_id);
                Some(Input::Command(Command::Discard { local_id }))
            }
            _ => None,
        }
    }

    /// The page's surroundings change, now and for lives to come.
    pub(crate) fn surround(&mut self, change: Environment) {
        let opposite = match change {
            Environment::Online => Some(Environment::Offline),
            Environment::Visible => Some(Environment::Hidden),
            _ => None,
        };
        match opposite {
            Some(opposite) => self.driver.surroundings.retain(|other| *other != opposite),
            None if matches!(change, Environment::Offline | Environment::Hidden) => {
                self.driver.surroundings.push(change);
            }
            None => {}
        }
        self.deliver(Input::Environment(change));
    }
}
