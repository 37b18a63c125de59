//! A model of Bloonio's relay: sessions, tokens, sockets, one conversation each. Written from the protocol's description, not from the client.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use base64ct::{Base64UrlUnpadded, Encoding};
use visavis_client_core::ids::LocalId;

use crate::dialect::{Carriage, Commit, Dialect, Echo, Lifetime, Linking, Memory, Own, Push, Replay, Speech, Wording};
use crate::frames::{message, refusal};
use crate::gateway;
use crate::site::Site;

/// The wall clock of the servers when the day begins.
pub(crate) const DAWN: u64 = 1_782_036_000_000;

/// A socket, as both ends and the network name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Conn(pub(crate) usize);

/// What a relay does on a socket.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    Open,
    Say(String),
    Close(u16),
    /// The line breaks right after what was done.
    Break,
}

pub(crate) type Acts = Vec<(Conn, Act)>;

/// What is to become of the next acknowledgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AckLoss {
    LineBreaks,
    Swallowed,
}

/// Which REST call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    Config,
    Create,
    Refresh,
    Identify,
    /// AppEngine's conversation so far.
    History,
    /// The same from a moment on.
    News,
    /// Mailoo's message.
    Submit,
    /// Mailoo's conversation.
    Messages,
    /// AppEngine's line by calls, which not every server offers.
    Polling,
}

/// An answer to a REST call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
    pub(crate) retry_after: Option<u64>,
}

/// A line of a conversation's log, named by its number in the relay's one count of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    Visitor(LocalId),
    Desk,
    /// The same visitor's, from somewhere else.
    OtherTab,
}

/// One message of any session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) session: usize,
    pub(crate) entry: Entry,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Alive,
    Gone,
}

#[derive(Debug)]
struct Session {
    standing: Standing,
    history: String,
    /// At a gateway, where in the history each message begins, and when it was stored.
    beginnings: Vec<(u64, usize)>,
    /// The desk's newest message. The visitor's own would hide one that was missed before it.
    newest: Option<usize>,
    taken: BTreeMap<LocalId, (u64, usize)>,
    sockets: Vec<Conn>,
    latest: Option<Conn>,
}

#[derive(Debug)]
struct Token {
    text: String,
    session: usize,
    expires: u64,
}

#[derive(Debug)]
struct Promise {
    due: u64,
    session: usize,
    id: LocalId,
    content: String,
    number: usize,
}

/// How many of the next messages are refused for now, and what is said about when to come back.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Throttle {
    pub(crate) times: u64,
    pub(crate) retry_after: Option<u64>,
}

pub(crate) struct Server {
    pub(crate) dialect: Dialect,
    sessions: Vec<Session>,
    tokens: Vec<Token>,
    owners: BTreeMap<Conn, usize>,
    /// When a gateway last refused a token: a second refusal within a minute is final, rightly.
    pub(crate) last_refusal: Option<u64>,
    /// Sockets of a gateway that have not joined.
    knocking: Vec<Conn>,
    promises: Vec<Promise>,
    /// Every message ever committed, in order.
    pub(crate) log: Vec<Record>,
    pub(crate) ack_loss: Option<AckLoss>,
    pub(crate) calls: Throttle,
    pub(crate) messages: Throttle,
    /// Every second message is refused, so that a window above one is overtaken.
    refusals: u64,
    /// The session that the desk looks at.
    pub(crate) current: Option<usize>,
    pub(crate) sessions_lost: usize,
    pub(crate) site: Site,
}

impl Server {
    pub(crate) fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            sessions: Vec::new(),
            tokens: Vec::new(),
            owners: BTreeMap::new(),
            last_refusal: None,
            knocking: Vec::new(),
            promises: Vec::new(),
            log: Vec::new(),
            ack_loss: None,
            calls: Throttle::default(),
            messages: Throttle::default(),
            refusals: 0,
            current: None,
            sessions_lost: 0,
            site: Site::default(),
        }
    }

    pub(crate) fn call(&mut self, route: Route, bearer: Option<&str>, now: u64) -> Answer {
        if self.calls.times > 0 {
            self.calls.times -= 1;
            return Answer {
                status: 429,
                body: r#"{"message":"slow down"}"#.to_owned(),
                retry_after: self.calls.retry_after,
            };
        }
        match route {
            Route::Config => Self::answer(200, r#"{"tenant_name":"Demo Boutique","is_online":true}"#),
            Route::Create if self.dialect.speech != Speech::Relay => self.register(now),
            // What opens a session is the network's: it has the calls.
            Route::Polling if self.dialect.carriage != Carriage::Sockets => Self::answer(200, "{}"),
            Route::Polling => Self::answer(400, r#"{"code":0,"message":"Transport unknown"}"#),
            Route::History => self.tell_history(bearer, now),
            Route::News => self.tell_news(bearer, now),
            Route::Create => self.create(now),
            Route::Refresh => self.refresh(bearer, now),
            Route::Identify => self.identify(bearer, now),
            Route::Submit => self.submit(bearer.unwrap_or_default(), now),
            Route::Messages => self.tell(bearer.unwrap_or_default()),
        }
    }

    fn answer(status: u16, data: &str) -> Answer {
        Answer {
            status,
            body: format!(r#"{{"status_code":{status},"data":{data},"message":"ok"}}"#),
            retry_after: None,
        }
    }

    fn create(&mut self, now: u64) -> Answer {
        let session = self.begin_session();
        self.grant(201, session, now)
    }

    fn begin_session(&mut self) -> usize {
        self.sessions.push(Session {
            standing: Standing::Alive,
            history: String::new(),
            beginnings: Vec::new(),
            newest: None,
            taken: BTreeMap::new(),
            sockets: Vec::new(),
            latest: None,
        });
        self.sessions.len() - 1
    }

    fn refresh(&mut self, bearer: Option<&str>, now: u64) -> Answer {
        let known = self.tokens.iter().find(|token| Some(token.text.as_str()) == bearer);
        match known.map(|token| token.session) {
            None => Self::answer(401, r#"{"message":"unknown token"}"#),
            Some(session) if self.sessions[session].standing == Standing::Gone => {
                Self::answer(404, r#"{"message":"session expired"}"#)
            }
            Some(session) => self.grant(200, session, now),
        }
    }

    fn identify(&mut self, bearer: Option<&str>, now: u64) -> Answer {
        match self.dialect.identity {
            Linking::WithNewToken => self.refresh(bearer, now),
            Linking::Never | Linking::Plain => Self::answer(200, r#"{"linked":true}"#),
        }
    }

    /// A fresh token for the one guest of a gateway.
    pub(crate) fn token_of_guest(&mut self, now: u64) -> String {
        if self.sessions.is_empty() {
            self.begin_session();
        }
        let _answer = self.grant(201, 0, now);
        self.tokens.last().map(|token| token.text.clone()).unwrap_or_default()
    }

    /// Whose token it is, while it is good.
    pub(crate) fn session_of(&self, token: &str, now: u64) -> Option<usize> {
        let known = self.tokens.iter().find(|known| known.text == token)?;
        (known.expires > now).then_some(known.session)
    }

    pub(crate) fn history_of(&self, session: usize) -> &str {
        &self.sessions[session].history
    }

    /// The part of the history that is younger.
    pub(crate) fn news_of(&self, session: usize, since: u64) -> String {
        let of = &self.sessions[session];
        let first = of.beginnings.iter().find(|(at, _)| *at > since);
        first.map_or("", |(_, begins)| &of.history[*begins..]).to_owned()
    }

    pub(crate) fn owner(&self, conn: Conn) -> Option<usize> {
        self.owners.get(&conn).copied()
    }

    pub(crate) fn connections(&self) -> Vec<Conn> {
        self.owners.keys().chain(&self.knocking).copied().collect()
    }

    /// Somebody is connected who has not joined.
    pub(crate) fn knock(&mut self, conn: Conn) {
        self.knocking.push(conn);
    }

    pub(crate) fn admit(&mut self, conn: Conn, session: usize) {
        self.knocking.retain(|other| *other != conn);
        self.owners.insert(conn, session);
        self.current = self.current.max(Some(session));
        let of = &mut self.sessions[session];
        of.sockets.push(conn);
        of.latest = Some(conn);
    }

    fn grant(&mut self, status: u16, session: usize, now: u64) -> Answer {
        let life = self.dialect.token_life;
        let (serial, born) = (self.tokens.len(), (DAWN + now) / 1000);
        let mut extra = String::new();
        let claims = match self.dialect.lifetime {
            Lifetime::InToken => format!(r#"{{"n":{serial},"iat":{born},"exp":{}}}"#, born + life / 1000),
            Lifetime::InSeconds => {
                let _ = write!(extra, r#","expires_in":{}"#, life / 1000);
                format!(r#"{{"n":{serial}}}"#)
            }
            Lifetime::AsDate => {
                let _ = write!(extra, r#","expires_at":{}"#, born + life / 1000);
                format!(r#"{{"n":{serial}}}"#)
            }
        };
        let text = format!("e30.{}.c2ln", Base64UrlUnpadded::encode_string(claims.as_bytes()));
        let data = format!(r#"{{"session_id":"vs_{session}","visitor_token":"{text}"{extra}}}"#);
        self.tokens.push(Token {
            text,
            session,
            expires: now + life,
        });
        Self::answer(status, &data)
    }

    /// A handshake arrived.
    pub(crate) fn handshake(&mut self, conn: Conn, token: &str, now: u64, acts: &mut Acts) {
        if self.is_site() {
            return self.bell_handshake(conn, token, acts);
        }
        acts.push((conn, Act::Open));
        if self.dialect.speech != Speech::Relay {
            self.knock(conn);
            acts.push((conn, Act::Say(gateway::opened("e"))));
            return;
        }
        let Some(token) = self.tokens.iter().find(|known| known.text == token) else {
            acts.push((conn, Act::Close(4401)));
            return;
        };
        let session = token.session;
        if token.expires <= now {
            acts.push((conn, Act::Close(4401)));
            return;
        }
        if self.sessions[session].standing == Standing::Gone {
            acts.push((conn, Act::Close(4404)));
            return;
        }
        self.admit(conn, session);
        let of = &mut self.sessions[session];
        let config = r#""widget_config":{"tenant_name":"Demo Boutique","is_online":true}"#;
        let welcome = match self.dialect.replay {
            Replay::Whole => format!(
                r#"{{"type":"welcome","session_id":"vs_{session}",{config},"messages":[{}]}}"#,
                of.history
            ),
            Replay::Nothing => format!(r#"{{"type":"welcome","session_id":"vs_{session}",{config}}}"#),
        };
        acts.push((conn, Act::Say(welcome)));
    }

    /// A frame arrived on an accepted socket.
    pub(crate) fn frame(&mut self, conn: Conn, frame: &str, now: u64, acts: &mut Acts) {
        self.keep_promises(now);
        if self.is_site() {
            return;
        }
        if self.dialect.speech != Speech::Relay {
            return self.packet(conn, frame, now, acts);
        }
        let Some(&session) = self.owners.get(&conn) else {
            return;
        };
        if let Some((id, content)) = message(frame) {
            self.message(conn, session, id, content, now, acts);
        } else if frame == r#"{"type":"ping"}"# {
            let newest = self.sessions[session].newest;
            let pong = match (self.dialect.pongs, newest) {
                (Wording::Full, Some(number)) => format!(r#"{{"type":"pong","last_message_id":"m{number}"}}"#),
                _ => r#"{"type":"pong"}"#.to_owned(),
            };
            acts.push((conn, Act::Say(pong)));
        }
    }

    fn message(&mut self, conn: Conn, session: usize, id: LocalId, content: &str, now: u64, acts: &mut Acts) {
        if self.refuses_for_now() {
            acts.push((conn, Act::Say(refusal(id, self.messages.retry_after))));
            return;
        }
        let known = self.remembered(session, id, now);
        let number = known.unwrap_or_else(|| self.take(session, id, content, now));
        let loss = self.ack_loss.take();
        match loss {
            None => {
                let stamp = self.stamp(now);
                let ack = match self.dialect.acks {
                    Wording::Full => {
                        format!(r#"{{"type":"ack","client_msg_id":"{id}","message_id":"m{number}"{stamp}}}"#)
                    }
                    Wording::Bare => format!(r#"{{"type":"ack","client_msg_id":"{id}"}}"#),
                };
                let echo = format!(
                    r#"{{"type":"msg","id":"m{number}","role":"visitor","client_msg_id":"{id}","content":"{content}"{stamp}}}"#
                );
                match self.dialect.echo {
                    Echo::Never => acts.push((conn, Act::Say(ack))),
                    Echo::BeforeAck => acts.extend([(conn, Act::Say(echo)), (conn, Act::Say(ack))]),
                    Echo::AfterAck => acts.extend([(conn, Act::Say(ack)), (conn, Act::Say(echo))]),
                }
            }
            Some(AckLoss::Swallowed) => {}
            Some(AckLoss::LineBreaks) => {
                self.left(conn);
                acts.push((conn, Act::Break));
            }
        }
    }

    /// Every second message is refused while that lasts.
    pub(crate) fn refuses_for_now(&mut self) -> bool {
        if self.messages.times == 0 {
            return false;
        }
        self.refusals += 1;
        let refused = self.refusals % 2 == 1;
        self.messages.times -= u64::from(refused);
        refused
    }

    pub(crate) fn remembered(&self, session: usize, id: LocalId, now: u64) -> Option<usize> {
        let (at, number) = *self.sessions[session].taken.get(&id)?;
        let known = match self.dialect.memory {
            Memory::Never => false,
            Memory::For(window) => now - at < window,
            Memory::Always => true,
        };
        known.then_some(number)
    }

    pub(crate) fn take(&mut self, session: usize, id: LocalId, content: &str, now: u64) -> usize {
        match self.dialect.commit {
            Commit::BeforeAck => self.commit(session, Entry::Visitor(id), content, now),
            Commit::Later(delay) => {
                let number = 1_000_000 + self.promises.len();
                self.promises.push(Promise {
                    due: now + delay,
                    session,
                    id,
                    content: content.to_owned(),
                    number,
                });
                self.sessions[session].taken.insert(id, (now, number));
                number
            }
        }
    }

    fn keep_promises(&mut self, now: u64) {
        while self.promises.first().is_some_and(|promise| promise.due <= now) {
            let promise = self.promises.remove(0);
            self.commit(promise.session, Entry::Visitor(promise.id), &promise.content, now);
            self.sessions[promise.session]
                .taken
                .insert(promise.id, (now, promise.number));
        }
    }

    fn stamp(&self, now: u64) -> String {
        match self.dialect.acks {
            Wording::Full => format!(r#","created_at":{}"#, DAWN + now),
            Wording::Bare => String::new(),
        }
    }

    fn commit(&mut self, session: usize, entry: Entry, content: &str, now: u64) -> usize {
        let number = self.log.len();
        self.log.push(Record { session, entry });
        let stamp = self.stamp(now);
        let own = self.dialect.own;
        let speech = self.dialect.speech;
        let of = &mut self.sessions[session];
        let comma = if of.history.is_empty() { "" } else { "," };
        if speech != Speech::Relay {
            if let Entry::Visitor(id) = entry {
                of.taken.insert(id, (now, number));
            }
            of.history.push_str(comma);
            of.beginnings.push((DAWN + now, of.history.len()));
            of.history.push_str(&gateway::record(entry, number, content, own, now));
            return number;
        }
        let _ = match entry {
            Entry::Desk => {
                of.newest = Some(number);
                write!(
                    of.history,
                    r#"{comma}{{"id":"m{number}","role":"bot","content":"{content}"{stamp}}}"#
                )
            }
            Entry::OtherTab => Ok(()),
            Entry::Visitor(id) => {
                of.taken.insert(id, (now, number));
                match own {
                    Own::WithClientId => write!(
                        of.history,
                        r#"{comma}{{"id":"m{number}","role":"visitor","client_msg_id":"{id}","content":"{content}"{stamp}}}"#
                    ),
                    Own::WithoutClientId => write!(
                        of.history,
                        r#"{comma}{{"id":"m{number}","role":"visitor","content":"{content}"{stamp}}}"#
                    ),
                }
            }
        };
        number
    }

    /// The desk writes to the visitor; false when there is nobody to write to.
    pub(crate) fn say(&mut self, content: &str, now: u64, acts: &mut Acts) -> bool {
        self.keep_promises(now);
        if self.is_site() {
            return self.site_says(content, now, acts);
        }
        let Some(session) = self.current else {
            return false;
        };
        if self.sessions[session].standing == Standing::Gone {
            return false;
        }
        let number = self.commit(session, Entry::Desk, content, now);
        let stamp = self.stamp(now);
        let of = &self.sessions[session];
        let to: &[Conn] = match self.dialect.push {
            Push::All => &of.sockets,
            Push::Latest => of.latest.as_slice(),
        };
        let frame = match self.dialect.speech {
            Speech::Relay => {
                format!(r#"{{"type":"msg","id":"m{number}","role":"bot","content":"{content}"{stamp}}}"#)
            }
            Speech::Gateway | Speech::Older | Speech::Site => Self::desk_event(number, content, now),
        };
        acts.extend(to.iter().map(|conn| (*conn, Act::Say(frame.clone()))));
        true
    }

    /// The other end of a socket is gone.
    pub(crate) fn left(&mut self, conn: Conn) {
        self.knocking.retain(|other| *other != conn);
        self.bell_left(conn);
        if let Some(session) = self.owners.remove(&conn) {
            let of = &mut self.sessions[session];
            of.sockets.retain(|other| *other != conn);
            if of.latest == Some(conn) {
                of.latest = None;
            }
        }
    }

    /// Closes every socket.
    pub(crate) fn close_all(&mut self, code: u16, acts: &mut Acts) {
        self.close_bells(code, acts);
        for conn in std::mem::take(&mut self.knocking) {
            acts.push((conn, Act::Close(code)));
        }
        for (conn, session) in std::mem::take(&mut self.owners) {
            let of = &mut self.sessions[session];
            of.sockets.clear();
            of.latest = None;
            acts.push((conn, Act::Close(code)));
        }
    }

    /// The process dies: what was promised and not done is forgotten, what is in the database stays.
    pub(crate) fn restart(&mut self) {
        self.promises.clear();
    }

    /// Every token is past its time from now on.
    pub(crate) fn expire_tokens(&mut self, now: u64) {
        for token in &mut self.tokens {
            token.expires = token.expires.min(now);
        }
    }

    /// Every session is forgotten.
    pub(crate) fn lose_sessions(&mut self) {
        for session in &mut self.sessions {
            session.standing = Standing::Gone;
        }
        self.lose_conversations();
        self.sessions_lost += 1;
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.promises.is_empty()
    }
}
