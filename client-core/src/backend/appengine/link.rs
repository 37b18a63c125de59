//! One line from its handshake to its end: which vocabulary is spoken, what is asked on it, when it may be used.

use std::time::Duration;

use crate::backend::socketio::{Line, LineEvent, Recovery, Unsent};
use crate::backend::step::{LineEnd, Step};
use crate::backend::{Earlier, Incoming, Signal, Welcome};
use crate::ids::LocalId;
use crate::message::Attachment;
use crate::time::{Instant, Now};

use super::carrier::{Carrier, Opened};
use super::handshake::Accepted;
use super::intent::{self, Emission, Outgoing, Vocabulary};
use super::options::Dialect;
use super::record;
use super::{Absence, AppEngine, Namespace};

/// So long a server has for the greeting by which the gateway's vocabulary is known.
const DECISION: Duration = Duration::from_secs(3);
/// So long the queue waits for the history: a call and a moment.
const CATCH_UP: Duration = Duration::from_secs(11);
/// A server that leaves the question for the history unanswered on so many lines is taken as it is.
const MOST_UNANSWERED: u32 = 3;
/// So are calls for it that come to nothing: networks lose more of them than lines lose frames.
pub(super) const MOST_FAILED_CALLS: u32 = 6;
/// So long an answer is waited for, by the vendor's own client.
pub(super) const ANSWER: Duration = Duration::from_secs(12);
/// In the older vocabulary silence is no error: after this long the history is asked whether the message was taken.
const SILENCE: Duration = Duration::from_secs(5);
/// The same on a server that takes messages without a word.
const KNOWN_SILENCE: Duration = Duration::from_millis(500);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// The namespace is not joined yet.
    Joining,
    /// Joined; which vocabulary is spoken shows until then.
    Deciding(Instant),
    /// Joined; only the greeting is waited for.
    Awaiting,
    /// The conversation so far is being read.
    CatchingUp(Instant),
    Greeted,
    Over,
}

/// What an acknowledgement answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    Message(LocalId),
    History,
    Close,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Awaited {
    pub(super) ack: u64,
    pub(super) asked: Asked,
    pub(super) until: Instant,
}

/// Whether the server answers messages in the older vocabulary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(super) enum Ears {
    #[default]
    Unknown,
    /// It has answered one: its silence means something.
    Answering,
    /// It took one without a word.
    Silent,
}

#[derive(Clone, Debug)]
pub(super) struct Link {
    pub(super) line: Line,
    pub(super) carrier: Carrier,
    /// The transport's handshake came.
    pub(super) opened: Opened,
    phase: Phase,
    pub(super) awaited: Vec<Awaited>,
    /// Something that only the gateway's vocabulary has was heard.
    spoke_gateway: bool,
    /// The history was asked for under the other spelling, too.
    tried_other: bool,
    greeting: Welcome,
    /// Messages that came before the history, which is older.
    held: Vec<record::Received>,
    /// When to look whether something is missing.
    pub(super) look: Option<Instant>,
}

impl Link {
    pub(super) fn new(namespace: &str, auth: String, recovery: Option<Recovery>, carrier: Carrier) -> Self {
        Self {
            line: Line::new(namespace, auth, recovery),
            carrier,
            opened: Opened::NotYet,
            phase: Phase::Joining,
            awaited: Vec::new(),
            spoke_gateway: false,
            tried_other: false,
            greeting: Welcome::default(),
            held: Vec::new(),
            look: None,
        }
    }

    pub(super) fn recovery(&self) -> Option<Recovery> {
        self.line.recovery()
    }

    pub(super) fn over(&mut self) {
        self.phase = Phase::Over;
    }

    pub(super) fn is_over(&self) -> bool {
        self.phase == Phase::Over
    }

    pub(super) fn is_greeted(&self) -> bool {
        self.phase == Phase::Greeted
    }

    pub(super) fn is_catching_up(&self) -> bool {
        matches!(self.phase, Phase::CatchingUp(_))
    }

    /// The history is asked for in another way: it has its time again.
    pub(super) fn goes_on_catching_up(&mut self, now: Now) {
        if self.is_catching_up() {
            self.phase = Phase::CatchingUp(now.mono + CATCH_UP);
        }
    }

    /// Keeps a message until the history is told. Gives it back when that is so.
    pub(super) fn hold(&mut self, message: record::Received) -> Option<record::Received> {
        if matches!(self.phase, Phase::Greeted | Phase::Over) {
            return Some(message);
        }
        self.held.push(message);
        None
    }

    pub(super) fn message_in_flight(&self) -> Option<LocalId> {
        self.awaited.iter().find_map(|awaited| match awaited.asked {
            Asked::Message(id) => Some(id),
            Asked::History | Asked::Close => None,
        })
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        let phase = match self.phase {
            Phase::Deciding(until) | Phase::CatchingUp(until) => Some(until),
            Phase::Joining | Phase::Awaiting | Phase::Greeted => None,
            Phase::Over => return None,
        };
        let awaited = self.awaited.iter().map(|awaited| awaited.until).min();
        [phase, awaited, self.look, self.line.deadline()]
            .into_iter()
            .flatten()
            .min()
    }

    fn take(&mut self, ack: u64) -> Option<Asked> {
        let at = self.awaited.iter().position(|awaited| awaited.ack == ack)?;
        Some(self.awaited.swap_remove(at).asked)
    }
}

/// By time, where every message has one.
pub(super) fn in_order(messages: Vec<record::Received>) -> Vec<Incoming> {
    let mut list: Vec<_> = messages.into_iter().map(|message| message.incoming).collect();
    if list.iter().all(|message| message.at.is_some()) {
        list.sort_by_key(|message| message.at);
    }
    list
}

impl AppEngine {
    /// A text frame came.
    pub(crate) fn receive(&mut self, frame: &str, now: Now) {
        self.now = now;
        if let Some(link) = &mut self.link {
            link.line.receive_text(frame, now);
        }
        self.follow_line();
    }

    /// A binary frame came.
    pub(crate) fn receive_binary(&mut self, bytes: &[u8], now: Now) {
        self.now = now;
        if let Some(link) = &mut self.link {
            link.line.receive_binary(bytes, now);
        }
        self.follow_line();
    }

    pub(super) fn follow_line(&mut self) {
        loop {
            let Some(link) = self.link.as_mut().filter(|link| link.phase != Phase::Over) else {
                return;
            };
            while let Some(frame) = link.line.poll_transmit() {
                self.steps.push_back(Step::Transmit(frame));
            }
            let Some(event) = link.line.poll_event() else {
                return;
            };
            self.line_event(event);
        }
    }

    fn line_event(&mut self, event: LineEvent) {
        match event {
            LineEvent::Connected { recovered, .. } => self.joined(recovered),
            LineEvent::Event(event) => {
                if let (Some(id), Some(link)) = (event.wants_ack, &mut self.link) {
                    link.line.acknowledge(id, "");
                }
                self.dispatch(&event.name, event.args.first());
            }
            LineEvent::Acknowledged { id, args, .. } => {
                let asked = self.link.as_mut().and_then(|link| link.take(id));
                if let Some(asked) = asked {
                    self.answered(asked, args.first());
                }
            }
            LineEvent::Refused { message, .. } => self.join_refused(message),
            LineEvent::Disconnected => {
                self.absence = Absence::PutOut;
                self.end(LineEnd::Dismissed);
            }
            LineEvent::Broken(fault) => self.end(LineEnd::Broken(fault.to_string())),
            LineEvent::Opened(_) => self.line_opened(),
        }
    }

    fn set_phase(&mut self, phase: Phase) {
        if let Some(link) = &mut self.link {
            link.phase = phase;
        }
    }

    fn joined(&mut self, recovered: bool) {
        if self.is_viewer() || recovered {
            return self.welcome(Earlier::Unbroken);
        }
        match self.options.dialect {
            Dialect::Gateway => self.set_phase(Phase::Awaiting),
            Dialect::Seed => self.catch_up(Vocabulary::Seed),
            Dialect::Auto if self.namespace == Namespace::Main => self.catch_up(Vocabulary::Seed),
            Dialect::Auto => self.set_phase(Phase::Deciding(self.now.mono + DECISION)),
        }
    }

    /// One other attempt on the main namespace, where only the older vocabulary was ever spoken; else the refusal stands.
    fn join_refused(&mut self, message: String) {
        if message.contains("Invalid namespace") && self.namespace == Namespace::Configured {
            self.namespace = Namespace::Main;
            return self.end(LineEnd::Redial);
        }
        self.refused(message);
    }

    /// The server does not want the visitor: perhaps because of the token.
    pub(super) fn refused(&mut self, words: String) {
        let lowered = words.to_ascii_lowercase();
        let may_be_the_token = ["token", "jwt", "auth", "expired"]
            .iter()
            .any(|word| lowered.contains(word));
        self.end(if may_be_the_token {
            LineEnd::TokenRefused
        } else {
            LineEnd::Refused(words)
        });
    }

    /// Something that only the gateway's own vocabulary has was heard.
    pub(super) fn heard_gateway(&mut self) {
        if self.options.dialect == Dialect::Auto {
            self.vocabulary = Vocabulary::Gateway;
        }
        if let Some(link) = &mut self.link {
            link.spoke_gateway = true;
        }
    }

    /// The server knows the visitor.
    pub(super) fn accepted(&mut self, accepted: Accepted) {
        self.learn(&accepted);
        let Some(link) = &mut self.link else {
            return;
        };
        link.greeting.config = accepted.config.map(|config| match &self.settings {
            Some(_) => crate::message::WidgetConfig {
                details: None,
                ..config
            },
            None => config,
        });
        match (link.phase, self.options.dialect) {
            (Phase::Joining | Phase::Deciding(_) | Phase::Awaiting, Dialect::Seed) => self.catch_up(Vocabulary::Seed),
            (Phase::Joining | Phase::Deciding(_) | Phase::Awaiting, _) => self.catch_up(Vocabulary::Gateway),
            (Phase::CatchingUp(_) | Phase::Greeted | Phase::Over, _) => {}
        }
    }

    fn learn(&mut self, accepted: &Accepted) {
        let guest = self.memory.guest.get_or_insert_default();
        if let Some(email) = &accepted.email {
            guest.email.clone_from(email);
        }
        guest.name = accepted.name.clone().or(guest.name.take());
        self.memory.standing = accepted.standing.or(self.memory.standing);
        self.memory.chat_id = accepted.chat_id.clone().or(self.memory.chat_id.take());
        if accepted.chat_session_id.is_some() {
            self.memory.chat_session_id.clone_from(&accepted.chat_session_id);
        }
        self.steps.push_back(Step::Save);
    }

    /// Reads the conversation so far, in the way that the vocabulary has for it.
    fn catch_up(&mut self, vocabulary: Vocabulary) {
        self.vocabulary = vocabulary;
        let Some(chat_id) = self.memory.conversation() else {
            return self.welcome(Earlier::NotTold);
        };
        self.set_phase(Phase::CatchingUp(self.now.mono + CATCH_UP));
        if vocabulary == Vocabulary::Gateway {
            self.emit(&intent::join(&chat_id));
        }
        // What is in doubt is looked for in all of it.
        let news_will_do = self.thread.is_long() && self.written.is_empty();
        match self.thread.since().filter(|_| news_will_do) {
            Some(since) => self.fetch_news(since),
            None => self.ask_history(&chat_id),
        }
    }

    pub(super) fn ask_history(&mut self, chat_id: &str) {
        match self.vocabulary {
            Vocabulary::Gateway => {
                let emission = intent::history(chat_id, self.memory.email());
                self.ask(&emission, Asked::History, ANSWER);
            }
            Vocabulary::Seed => self.fetch_history(chat_id),
        }
    }

    /// The history came, or `None` when there is none to be had.
    pub(super) fn history_told(&mut self, told: Option<Vec<record::Received>>) {
        let earlier_is_known = told.is_some();
        let ours = told.unwrap_or_default().into_iter();
        let ours: Vec<_> = ours.filter(|message| self.is_ours(message)).collect();
        if ours.is_empty() && self.try_other_spelling() {
            return;
        }
        self.thread.told(&ours);
        let list = in_order(ours);
        match self.link.as_ref().map(|link| link.phase) {
            Some(Phase::CatchingUp(_)) if earlier_is_known => {
                self.history_failures = 0;
                // What is not in the history was not taken under the name it had.
                self.written.clear();
                self.welcome(Earlier::Replayed(list));
            }
            Some(Phase::CatchingUp(_)) => self.welcome(Earlier::NotTold),
            Some(Phase::Greeted) => self.steps.push_back(Step::History(list)),
            _ => {}
        }
    }

    /// The history could not be read this time: another line may bring it. A server that never tells it is taken as it is.
    pub(super) fn history_failed(&mut self, most: u32) {
        if !matches!(self.link.as_ref().map(|link| link.phase), Some(Phase::CatchingUp(_))) {
            return;
        }
        self.history_failures += 1;
        if self.history_failures > most {
            self.welcome(Earlier::NotTold);
        } else {
            let words = "the conversation so far could not be read".to_owned();
            self.end(LineEnd::Broken(words));
        }
    }

    /// The history is to be asked for later: so is everything else.
    pub(super) fn history_throttled(&mut self, wait: Duration) {
        if matches!(self.link.as_ref().map(|link| link.phase), Some(Phase::CatchingUp(_))) {
            self.end(LineEnd::Later(wait));
        }
    }

    fn try_other_spelling(&mut self) -> bool {
        let tried = self.memory.conversation();
        let other = tried.and_then(|tried| super::conversation::other_spelling(&tried, self.memory.party()));
        match (other, &mut self.link) {
            (Some(other), Some(link)) if !link.tried_other => {
                link.tried_other = true;
                self.ask_history(&other);
                true
            }
            _ => false,
        }
    }

    pub(super) fn welcome(&mut self, past: Earlier) {
        let session_id = self.memory.conversation();
        let Some(link) = &mut self.link else {
            return;
        };
        link.phase = Phase::Greeted;
        link.look = link.carrier.next_look(self.now);
        let welcome = Welcome {
            session_id,
            history: past,
            ..std::mem::take(&mut link.greeting)
        };
        let held = std::mem::take(&mut link.held);
        self.steps.push_back(Step::Signal(Signal::Welcome(welcome)));
        for message in held {
            self.arrived(message);
        }
        self.tell_seen();
        self.fulfil_wishes();
    }

    // --- saying ---------------------------------------------------------------------------------------------------------------

    /// Says something that needs no answer. What cannot be said now is not said.
    pub(super) fn emit(&mut self, emission: &Emission) {
        let said = self
            .link
            .as_ref()
            .map(|link| link.line.emit(emission.name, &emission.body, self.now));
        match said {
            Some(Ok(frame)) => self.steps.push_back(Step::Transmit(frame)),
            Some(Err(Unsent::Expired)) => self.end(LineEnd::Silent),
            _ => {}
        }
    }

    pub(super) fn ask(&mut self, emission: &Emission, asked: Asked, patience: Duration) {
        if let Some(frame) = self.frame_of(emission, asked, patience) {
            self.steps.push_back(Step::Transmit(frame));
        }
    }

    fn frame_of(&mut self, emission: &Emission, asked: Asked, patience: Duration) -> Option<String> {
        let link = self.link.as_mut()?;
        match link.line.emit_with_ack(emission.name, &emission.body, self.now) {
            Ok((ack, frame)) => {
                let until = self.now.mono + patience;
                link.awaited.push(Awaited { ack, asked, until });
                Some(frame)
            }
            Err(Unsent::Expired) => {
                self.end(LineEnd::Silent);
                None
            }
            Err(_) => None,
        }
    }

    /// The frame of a message, or none when the line has just proved dead.
    pub(crate) fn message_frame(&mut self, id: LocalId, text: &str, files: &[Attachment], now: Now) -> Option<String> {
        self.now = now;
        let vocabulary = self.vocabulary_of(id);
        let chat_id = self.memory.conversation().unwrap_or_default();
        let details = self.settings.as_ref().and_then(|settings| settings.details.as_deref());
        let emission = intent::message(
            vocabulary,
            Outgoing {
                id,
                text,
                files,
                chat_id: &chat_id,
                chat_session_id: self.memory.chat_session_id.as_deref(),
                assistant: details.and_then(|details| details.assistant.as_deref()),
                at: now.wall,
            },
        );
        let patience = match (vocabulary, self.ears) {
            (Vocabulary::Gateway, _) | (Vocabulary::Seed, Ears::Answering) => ANSWER,
            (Vocabulary::Seed, Ears::Silent) => KNOWN_SILENCE,
            (Vocabulary::Seed, Ears::Unknown) => SILENCE,
        };
        self.frame_of(&emission, Asked::Message(id), patience)
    }

    /// The vocabulary of a message is that of its first attempt.
    pub(super) fn vocabulary_of(&mut self, id: LocalId) -> Vocabulary {
        let spoken = self.vocabulary;
        match self.written.iter().find(|(known, _)| *known == id) {
            Some((_, vocabulary)) => *vocabulary,
            None => {
                self.written.push((id, spoken));
                spoken
            }
        }
    }

    /// A frame that makes the server answer, where the vocabulary has one: it brings what was missed, too.
    pub(crate) fn probe_frame(&mut self, now: Now) -> Option<String> {
        self.now = now;
        let is_greeted = self.link.as_ref().is_some_and(Link::is_greeted);
        if self.vocabulary != Vocabulary::Gateway || !is_greeted || self.is_viewer() {
            return None;
        }
        let chat_id = self.memory.conversation()?;
        let emission = intent::history(&chat_id, self.memory.email());
        self.frame_of(&emission, Asked::History, ANSWER)
    }

    /// Looks at the line's deadlines.
    pub(super) fn link_due(&mut self) {
        let now = self.now;
        let Some(link) = self.link.as_mut().filter(|link| link.phase != Phase::Over) else {
            return;
        };
        if link.line.is_expired(now) {
            return self.end(LineEnd::Silent);
        }
        match link.phase {
            Phase::Deciding(until) if until <= now.mono => {
                let vocabulary = if link.spoke_gateway {
                    Vocabulary::Gateway
                } else {
                    Vocabulary::Seed
                };
                self.catch_up(vocabulary);
            }
            Phase::CatchingUp(until) if until <= now.mono => self.history_failed(MOST_UNANSWERED),
            _ => {}
        }
        self.answers_overdue();
        self.look_due();
    }
}
