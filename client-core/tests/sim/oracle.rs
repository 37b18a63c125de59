//! What must hold, checked against everything that was sent, committed, pushed and heard.

use std::collections::{BTreeMap, BTreeSet};

use visavis_client_core::ids::LocalId;
use visavis_client_core::{Author, Client, ConnectionState, Delivery, Error, Event, Message};

use crate::dialect::Replay;
use crate::server::{Entry, Record, Route, Server};

/// Renewals are counted over this long, and refreshes after a refused token judged within half of it.
const MINUTE: u64 = 60_000;
/// One message is in flight, and two more may be noted in the store.
const MOST_NOTED: usize = 3;

/// What became of a message of the visitor, by the client's word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Open,
    Sent,
    /// Announced: nobody can tell.
    Uncertain,
}

/// Whether the store knows a session when the client dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stored {
    WithSession,
    Without,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Promise {
    /// The client has not said that it is safe.
    None,
    /// It has.
    Accepted,
}

/// Who decides when a message goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    /// The queue, in order.
    Queue,
    /// The visitor, who was asked because it waited too long.
    Visitor,
}

#[derive(Clone, Debug)]
struct Sent {
    id: LocalId,
    text: String,
    promise: Promise,
    fate: Fate,
    turn: Turn,
    commits: u32,
    /// How often the visitor wanted it sent again, not knowing whether it had arrived.
    again: u32,
    /// The visitor gave it up.
    given_up: bool,
}

/// What one life of the client has shown.
#[derive(Debug)]
struct Life {
    state: ConnectionState,
    /// Numbers of the desk's messages that it began with or announced.
    known: BTreeSet<usize>,
    /// The same of what the visitor wrote in another tab.
    elsewhere: BTreeSet<usize>,
    /// Own messages that it announced.
    accepted: BTreeSet<LocalId>,
    /// How many sessions it had: a further one is a renewal.
    sessions: u32,
    /// When token calls ended with a verdict.
    renewals: Vec<u64>,
    /// The same and identifications, which may bring a token, too: all of them count for the client.
    grants: Vec<u64>,
    /// When the socket refused a token, and how many refreshes were granted since.
    refused: Option<(u64, u32)>,
}

impl Default for Life {
    fn default() -> Self {
        Self {
            state: ConnectionState::Idle,
            known: BTreeSet::new(),
            elsewhere: BTreeSet::new(),
            accepted: BTreeSet::new(),
            sessions: 0,
            renewals: Vec::new(),
            grants: Vec::new(),
            refused: None,
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Oracle {
    violation: Option<String>,
    sent: Vec<Sent>,
    of: BTreeMap<LocalId, usize>,
    commits_seen: usize,
    last_committed: Option<usize>,
    /// Numbers of the desk's messages that reached the application in any life.
    delivered: BTreeSet<usize>,
    /// Those that were lost without either end's hearing of it: they are found later, and stand in their place in the log.
    late: BTreeSet<usize>,
    /// How many messages there were when a gap was last announced: it stands for what is missing of those before.
    gap_told_at: usize,
    life: Life,
    uncertain: usize,
    deaths: usize,
    /// A second refusal of tokens within a minute gives the session up, too.
    rejected_twice: usize,
    last_rejection: Option<u64>,
    obstructed_until: u64,
    /// Whether the message under way, without an id of its own, is to make its session.
    founding: bool,
    /// Messages without a session whose fate only their answer could have told.
    orphans: usize,
}

impl Oracle {
    pub(crate) fn fail(&mut self, violation: String) {
        self.violation.get_or_insert(violation);
    }

    pub(crate) fn violation(&self) -> Option<&str> {
        self.violation.as_deref()
    }

    pub(crate) fn text_of(&self, index: usize) -> String {
        format!("up {index}")
    }

    pub(crate) fn name_of(&self, id: LocalId) -> String {
        match self.of.get(&id) {
            Some(index) => format!("{:?}", self.sent[*index].text),
            None => format!("{id}, which nobody sent"),
        }
    }

    pub(crate) fn obstructed_until(&mut self, at: u64) {
        self.obstructed_until = self.obstructed_until.max(at);
    }

    pub(crate) fn obstruction(&self) -> u64 {
        self.obstructed_until
    }

    pub(crate) fn user_sent(&mut self, id: LocalId, text: &str) {
        self.of.insert(id, self.sent.len());
        self.sent.push(Sent {
            id,
            text: text.to_owned(),
            promise: Promise::None,
            fate: Fate::Open,
            turn: Turn::Queue,
            commits: 0,
            again: 0,
            given_up: false,
        });
    }

    /// A message of the desk was lost, and neither end can know.
    pub(crate) fn may_come_late(&mut self, number: usize) {
        self.late.insert(number);
    }

    pub(crate) fn commits_seen(&self) -> usize {
        self.commits_seen
    }

    /// The server took a message or wrote one.
    pub(crate) fn committed(&mut self, record: Record) {
        self.commits_seen += 1;
        let Entry::Visitor(id) = record.entry else {
            return;
        };
        let Some(&index) = self.of.get(&id) else {
            self.fail(format!("the server took {id}, which nobody sent"));
            return;
        };
        let sent = &mut self.sent[index];
        sent.commits += 1;
        let (commits, turn, text) = (sent.commits, sent.turn, sent.text.clone());
        let allowed = 1 + sent.again;
        // The visitor was told that nobody can tell, and the queue went on: it may still have been under way.
        let late = sent.fate == Fate::Uncertain;
        if commits > allowed {
            self.fail(format!("doubled upwards: {text:?}"));
        } else if turn == Turn::Visitor || late {
            return;
        } else if self.last_committed.is_some_and(|last| last > index) {
            self.fail(format!("reordered upwards: {text:?} after a later one"));
        }
        self.last_committed = self.last_committed.max(Some(index));
    }

    /// The visitor wants an uncertain message sent again.
    pub(crate) fn sent_again(&mut self, id: LocalId) {
        self.asked(id);
        if let Some(index) = self.of.get(&id) {
            let sent = &mut self.sent[*index];
            sent.again += 1;
            sent.fate = Fate::Open;
        }
    }

    /// The visitor does not want an uncertain message any more.
    pub(crate) fn given_up(&mut self, id: LocalId) {
        self.asked(id);
        if let Some(index) = self.of.get(&id) {
            let sent = &mut self.sent[*index];
            sent.given_up = true;
            sent.fate = Fate::Uncertain;
        }
    }

    /// A message goes out that carries no id of its own.
    pub(crate) fn posts(&mut self, body: &str) {
        if self.founding {
            self.fail("a message beside the one that makes the session".to_owned());
        }
        self.founding = !body.contains("sessionPublicId");
    }

    /// Its answer came, or will not come.
    pub(crate) fn post_answered(&mut self, status: Option<u16>) {
        let founding = std::mem::take(&mut self.founding);
        let is_clear = matches!(status, Some(200..=499 | 503));
        self.orphans += usize::from(founding && !is_clear);
    }

    pub(crate) fn died(&mut self, stored: Stored) {
        self.founding = false;
        self.orphans += usize::from(stored == Stored::Without);
        // What the visitor had decided may not have been stored: the same doubt is told again.
        let undone = |sent: &&Sent| sent.again > 0 && sent.fate == Fate::Open;
        self.orphans += self.sent.iter().filter(undone).count();
        self.life = Life::default();
        self.deaths += 1;
        self.last_rejection = None;
    }

    /// A new life begins with what was stored; answers how its own messages stand.
    pub(crate) fn reborn(&mut self, client: &Client) -> Vec<(LocalId, Delivery)> {
        self.life = Life::default();
        let mut asking = Vec::new();
        let mut shown = BTreeSet::new();
        for message in client.messages() {
            match (message.local_id, number_of(message)) {
                (Some(id), _) => {
                    if !shown.insert(id) {
                        self.fail(format!("after a reload {} stands twice in the log", self.name_of(id)));
                    }
                    if message.status == Delivery::Expired {
                        self.asked(id);
                    }
                    asking.push((id, message.status));
                }
                (None, Some(number)) => {
                    let known = match message.author {
                        Author::Visitor => &mut self.life.elsewhere,
                        _ => &mut self.life.known,
                    };
                    if !known.insert(number) {
                        self.fail(format!("after a reload m{number} stands twice in the log"));
                    }
                }
                (None, None) => self.fail("after a reload a message of nobody stands in the log".to_owned()),
            }
        }
        let had_one = client.has_session() || !self.life.known.is_empty();
        self.life.sessions = u32::from(had_one);
        let lost = |sent: &&Sent| sent.promise == Promise::Accepted && !shown.contains(&sent.id) && !sent.given_up;
        if let Some(lost) = self.sent.iter().find(lost) {
            let text = lost.text.clone();
            self.fail(format!("{text:?} was said to be safe and is gone after a reload"));
        }
        asking
    }

    /// The application hears an event.
    pub(crate) fn heard(&mut self, event: &Event, server: &Server) {
        match event {
            Event::Connection(status) => {
                let (from, to) = (self.life.state, status.state);
                if !is_legal(from, to) {
                    self.fail(format!("the connection went from {from:?} to {to:?}"));
                }
                self.life.state = to;
            }
            Event::Message { message, replaces, .. } => match message.local_id {
                _ if *replaces => self.fail(format!("{:?} replaces what was never changed", message.text)),
                Some(id) => self.heard_own(id),
                None if message.author == Author::Visitor => self.heard_from_elsewhere(message, server),
                None => self.heard_from_desk(message, server),
            },
            Event::MessageStatus { local_id, status, .. } => self.heard_status(*local_id, *status, server),
            Event::Gap { from, to } if server.dialect.pledge == Replay::Whole => {
                self.fail(format!("a gap from {from:?} to {to:?} that is none"));
            }
            Event::Gap { .. } => self.gap_told_at = self.commits_seen,
            Event::Error(Error::Storage { .. }) => {}
            Event::Error(error) => self.fail(format!("the application was told: {error}")),
            _ => {}
        }
    }

    fn heard_own(&mut self, id: LocalId) {
        if !self.life.accepted.insert(id) {
            self.fail(format!("{} was announced twice", self.name_of(id)));
        }
        match self.of.get(&id) {
            Some(index) => self.sent[*index].promise = Promise::Accepted,
            None => self.fail(format!("{id} was announced, but nobody sent it")),
        }
    }

    fn heard_from_elsewhere(&mut self, message: &Message, server: &Server) {
        let record = number_of(message).and_then(|number| Some((number, server.log.get(number)?)));
        let is_new = match record {
            Some((number, record)) if record.entry == Entry::OtherTab => self.life.elsewhere.insert(number),
            _ => false,
        };
        if !is_new {
            self.fail(format!(
                "doubled: the visitor's own {:?} is shown a second time",
                message.text
            ));
        }
    }

    fn heard_from_desk(&mut self, message: &Message, server: &Server) {
        let Some(number) = number_of(message) else {
            self.fail(format!("{:?} came without its id", message.text));
            return;
        };
        let is_from_desk = |record: &&Record| record.entry == Entry::Desk;
        if server.log.get(number).filter(is_from_desk).is_none() {
            self.fail(format!("m{number} was never said"));
        }
        let in_turn = !self.late.contains(&number);
        if in_turn && self.life.known.last().is_some_and(|last| *last > number) {
            self.fail(format!("reordered downwards: m{number} after a later one"));
        }
        if !self.life.known.insert(number) {
            self.fail(format!("doubled downwards: m{number}"));
        }
        self.delivered.insert(number);
    }

    fn heard_status(&mut self, id: LocalId, status: Delivery, server: &Server) {
        let Some(&index) = self.of.get(&id) else {
            self.fail(format!("{id} has a status, but nobody sent it"));
            return;
        };
        let sent = &mut self.sent[index];
        let text = sent.text.clone();
        match (sent.fate, status) {
            (Fate::Sent, status) if status != Delivery::Sent && self.life.accepted.contains(&id) => {
                self.fail(format!("{text:?} was sent, now it is {status:?}"));
            }
            (_, Delivery::Sent) => sent.fate = Fate::Sent,
            (_, Delivery::Uncertain) => {
                // A crash may have swallowed the first announcement; it is the same doubt.
                let is_news = std::mem::replace(&mut sent.fate, Fate::Uncertain) != Fate::Uncertain;
                self.uncertain += usize::from(is_news);
                let losses = server.sessions_lost + self.rejected_twice;
                let most_in_doubt = if server.is_site() { 1 } else { self.most_in_doubt() };
                // Without a history nobody can tell about a message that is older than the server's memory.
                let can_tell = server.dialect.pledge == Replay::Whole;
                if can_tell && self.uncertain > losses * most_in_doubt + self.orphans {
                    self.fail(format!("{text:?} is uncertain without a lost session"));
                }
            }
            (_, Delivery::Expired) => self.asked(id),
            (_, Delivery::Failed) => self.fail(format!("{text:?} failed, though nobody refused it for good")),
            _ => {}
        }
    }

    /// In one life one message is in flight. After a crash it may be any that the store had noted as on its way.
    fn most_in_doubt(&self) -> usize {
        if self.deaths == 0 { 1 } else { MOST_NOTED }
    }

    /// The visitor is asked about a message that waited too long.
    fn asked(&mut self, id: LocalId) {
        if let Some(index) = self.of.get(&id) {
            self.sent[*index].turn = Turn::Visitor;
        }
    }

    /// The socket was closed with 4401.
    pub(crate) fn token_refused(&mut self, mono: u64) {
        if self.last_rejection.is_some_and(|last| mono - last < MINUTE) {
            self.rejected_twice += 1;
        }
        self.last_rejection = Some(mono);
        self.life.refused = Some((mono, 0));
    }

    /// A token call ended with an answer.
    pub(crate) fn token_answered(&mut self, route: Route, status: Option<u16>, mono: u64) {
        let granted = matches!(status, Some(200 | 201));
        let verdict = granted || matches!(status, Some(401 | 403 | 404 | 410));
        let is_renewal = route == Route::Refresh || (route == Route::Create && self.life.sessions > 0);
        if route == Route::Create && granted {
            self.life.sessions += 1;
        }
        if verdict && (is_renewal || route == Route::Identify) {
            self.life.grants.push(mono);
        }
        if !verdict || !is_renewal {
            return;
        }
        self.life.renewals.push(mono);
        let recent = self.life.renewals.iter().filter(|at| mono - **at < MINUTE).count();
        if recent > 3 {
            self.fail("more than three renewals within a minute".to_owned());
        }
        if let (Route::Refresh, true, Some((at, grants))) = (route, granted, &mut self.life.refused)
            && mono - *at < MINUTE / 2
        {
            *grants += 1;
            if *grants > 1 {
                self.fail("two refreshes for one refused token".to_owned());
            }
        }
    }

    /// The renewals of the last minute used up what is allowed in one.
    pub(crate) fn renewals_are_used_up(&self, mono: u64) -> bool {
        let recent = |at: &&u64| mono.saturating_sub(**at) < MINUTE;
        self.life.grants.iter().filter(recent).count() >= 3
    }

    /// Everything that must arrive has arrived, in both directions.
    pub(crate) fn is_complete(&self, server: &Server) -> bool {
        self.open_messages().is_none() && self.first_missing(server).is_none()
    }

    fn open_messages(&self) -> Option<&Sent> {
        let open =
            |sent: &&Sent| sent.promise == Promise::Accepted && sent.fate != Fate::Uncertain && sent.commits == 0;
        self.sent.iter().find(open)
    }

    /// The first message of the desk that should have reached the application: all of the last session, and of an earlier one
    /// those before one that did.
    fn first_missing(&self, server: &Server) -> Option<usize> {
        let mut last_of_session: BTreeMap<usize, usize> = BTreeMap::new();
        for number in &self.delivered {
            if let Some(record) = server.log.get(*number) {
                last_of_session.insert(record.session, *number);
            }
        }
        let missing = |(number, record): &(usize, &Record)| {
            let expected = Some(record.session) == server.current
                || last_of_session.get(&record.session).is_some_and(|last| last > number);
            let announced = *number < self.gap_told_at;
            record.entry == Entry::Desk && expected && !announced && !self.delivered.contains(number)
        };
        server.log.iter().enumerate().find(missing).map(|(number, _)| number)
    }

    /// The end of the day: nothing lost, and the log is the conversation.
    pub(crate) fn judge(&mut self, client: &Client, server: &Server) {
        if let Some(sent) = self.open_messages() {
            let text = sent.text.clone();
            self.fail(format!("lost upwards: {text:?} was accepted and never arrived"));
        }
        if let Some(number) = self.first_missing(server) {
            self.fail(format!("lost downwards: m{number} never reached the application"));
        }
        self.judge_log(client, server);
    }

    fn judge_log(&mut self, client: &Client, server: &Server) {
        let numbers: Vec<usize> = client
            .messages()
            .filter(|message| message.local_id.is_none() && message.author != Author::Visitor)
            .filter_map(number_of)
            .collect();
        if !numbers.windows(2).all(|pair| pair[0] < pair[1]) {
            self.fail(format!("the desk's messages stand in the log as {numbers:?}"));
        }
        let in_log: BTreeSet<usize> = numbers.into_iter().collect();
        let missing = server.log.iter().enumerate().find(|(number, record)| {
            let expected = Some(record.session) == server.current && record.entry == Entry::Desk;
            expected && *number >= self.gap_told_at && !in_log.contains(number)
        });
        if let Some((number, _)) = missing {
            self.fail(format!("m{number} is not in the log"));
        }
        self.judge_own(client);
    }

    fn judge_own(&mut self, client: &Client) {
        let own: Vec<(usize, Delivery)> = client
            .messages()
            .filter_map(|message| Some((*self.of.get(&message.local_id?)?, message.status)))
            .collect();
        let unsure = |index: usize| self.sent[index].fate == Fate::Uncertain;
        let settled: Vec<usize> = own
            .iter()
            .map(|(index, _)| *index)
            .filter(|index| !unsure(*index))
            .collect();
        if !settled.windows(2).all(|pair| pair[0] < pair[1]) {
            self.fail(format!("the visitor's messages stand in the log as {settled:?}"));
        }
        let in_log: BTreeSet<usize> = own.iter().map(|(index, _)| *index).collect();
        for (index, sent) in self.sent.iter().enumerate() {
            if sent.promise == Promise::Accepted && !in_log.contains(&index) && !sent.given_up {
                let text = sent.text.clone();
                self.fail(format!("{text:?} is not in the log"));
                return;
            }
        }
        for (index, status) in own {
            let sent = &self.sent[index];
            if sent.fate != Fate::Uncertain && status != Delivery::Sent {
                let text = sent.text.clone();
                self.fail(format!("{text:?} is on the server, but shown as {status:?}"));
                return;
            }
        }
    }
}

/// The number in an id such as `m17`.
fn number_of(message: &Message) -> Option<usize> {
    message.server_id.as_ref()?.0.strip_prefix('m')?.parse().ok()
}

/// The transitions an application may see.
pub(crate) fn is_legal(from: ConnectionState, to: ConnectionState) -> bool {
    use ConnectionState::{Backoff, Closed, Connecting, Failed, Idle, Live, Paused, Suspended};
    match (from, to) {
        (Idle | Closed | Failed, to) => matches!(to, Connecting | Closed),
        (Connecting, to) => matches!(to, Live | Backoff | Paused | Suspended | Failed | Closed),
        (Live, to) => matches!(to, Connecting | Backoff | Paused | Failed | Closed),
        (Backoff, to) => matches!(to, Connecting | Backoff | Suspended | Paused | Closed),
        (Suspended, to) => matches!(to, Connecting | Suspended | Paused | Closed),
        (Paused, to) => matches!(to, Connecting | Backoff | Suspended | Paused | Closed),
        _ => false,
    }
}
