//! A model of Mailoo behind a site's own back end: messages come without ids and are never recognised, the conversation is polled, a
//! socket tells of news or fails to. Written from the protocol's description, not from the client.

use std::collections::BTreeMap;

use visavis_client_core::backend::rfc3339;
use visavis_client_core::ids::LocalId;

use crate::dialect::{Bell, Push, Replay, Speech, Wording};
use crate::server::{AckLoss, Act, Acts, Answer, Conn, DAWN, Entry, Record, Server};

/// What a call's answer is when none is to arrive.
pub(crate) const NO_ANSWER: u16 = 0;
/// The same when the line breaks instead, or something on the way answers.
pub(crate) const BROKEN: u16 = 1;

#[derive(Debug)]
struct Said {
    number: usize,
    entry: Entry,
    content: String,
    /// By the server's clock.
    at: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Alive,
    Gone,
}

#[derive(Debug)]
struct Conversation {
    standing: Standing,
    said: Vec<Said>,
}

/// What the site's service keeps.
#[derive(Debug, Default)]
pub(crate) struct Site {
    conversations: Vec<Conversation>,
    sockets: BTreeMap<Conn, usize>,
    /// Who is who: the wire does not say, the oracle must know.
    pub(crate) ids: BTreeMap<String, LocalId>,
    pushes: u64,
}

fn member<'a>(json: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = json.split_once(&format!(r#""{name}":""#))?;
    Some(rest.split_once('"')?.0)
}

fn parameter(query: &str, name: &str) -> Option<String> {
    let of = |pair: &str| Some(pair.strip_prefix(name)?.strip_prefix('=')?.replace("%3A", ":"));
    query.split('&').find_map(of)
}

fn answer(status: u16, body: String) -> Answer {
    Answer {
        status,
        body,
        retry_after: None,
    }
}

fn gone() -> Answer {
    answer(404, r#"{"success":false,"message":"no such session"}"#.to_owned())
}

impl Server {
    pub(crate) fn is_site(&self) -> bool {
        self.dialect.speech == Speech::Site
    }

    fn conversation(&self, id: &str) -> Option<usize> {
        let session: usize = id.strip_prefix("cs_")?.parse().ok()?;
        let known = self.site.conversations.get(session)?;
        (known.standing == Standing::Alive).then_some(session)
    }

    /// A message is sent.
    pub(crate) fn submit(&mut self, body: &str, now: u64) -> Answer {
        if self.refuses_for_now() {
            return Answer {
                status: if now.is_multiple_of(2) { 429 } else { 503 },
                body: r#"{"error":{"message":"slow down"}}"#.to_owned(),
                retry_after: self.messages.retry_after,
            };
        }
        let Some(content) = member(body, "content") else {
            return answer(400, r#"{"message":"content is missing"}"#.to_owned());
        };
        let session = match member(body, "sessionPublicId") {
            Some(id) => match self.conversation(id) {
                Some(session) => session,
                None => return gone(),
            },
            None => self.begin_conversation(),
        };
        let Some(id) = self.site.ids.get(content).copied() else {
            return answer(400, r#"{"message":"nobody wrote that"}"#.to_owned());
        };
        let number = self.note(session, Entry::Visitor(id), content, now);
        match self.ack_loss.take() {
            Some(AckLoss::Swallowed) => return answer(NO_ANSWER, String::new()),
            Some(AckLoss::LineBreaks) => return answer(BROKEN, String::new()),
            None => {}
        }
        answer(
            201,
            match self.dialect.acks {
                Wording::Full => {
                    format!(r#"{{"success":true,"messageId":"m{number}","sessionPublicId":"cs_{session}"}}"#)
                }
                Wording::Bare => format!(r#"{{"session":{{"publicId":"cs_{session}"}}}}"#),
            },
        )
    }

    fn begin_conversation(&mut self) -> usize {
        self.site.conversations.push(Conversation {
            standing: Standing::Alive,
            said: Vec::new(),
        });
        self.site.conversations.len() - 1
    }

    fn note(&mut self, session: usize, entry: Entry, content: &str, now: u64) -> usize {
        let number = self.log.len();
        self.log.push(Record { session, entry });
        let slow = if entry == Entry::Desk {
            self.dialect.clock_lag
        } else {
            0
        };
        self.site.conversations[session].said.push(Said {
            number,
            entry,
            content: content.to_owned(),
            at: DAWN + now - slow.min(now),
        });
        number
    }

    /// The conversation, or its end.
    pub(crate) fn tell(&mut self, query: &str) -> Answer {
        let session = parameter(query, "sessionPublicId").and_then(|id| self.conversation(&id));
        let Some(session) = session else {
            return gone();
        };
        self.current = self.current.max(Some(session));
        let since = parameter(query, "since").and_then(|text| rfc3339(&text));
        let since = since.and_then(|since| u64::try_from(since.0).ok());
        let of = &self.site.conversations[session];
        let is_told = |said: &&Said| {
            let hidden = self.dialect.replay == Replay::Nothing && said.entry != Entry::Desk;
            since.is_none_or(|since| said.at > since) && !hidden
        };
        let mut told: Vec<String> = of.said.iter().filter(is_told).map(record).collect();
        if self.dialect.push == Push::Latest {
            told.reverse();
        }
        answer(200, format!(r#"{{"success":true,"messages":[{}]}}"#, told.join(",")))
    }

    /// A socket's handshake arrived.
    pub(crate) fn bell_handshake(&mut self, conn: Conn, query: &str, acts: &mut Acts) {
        let session = parameter(query, "sessionPublicId").and_then(|id| self.conversation(&id));
        match (session, self.dialect.bell) {
            (_, Bell::Refused) => acts.push((conn, Act::Break)),
            (None, _) => acts.extend([(conn, Act::Open), (conn, Act::Close(4404))]),
            (Some(session), _) => {
                self.site.sockets.insert(conn, session);
                acts.push((conn, Act::Open));
            }
        }
    }

    /// The desk writes to the visitor who was last seen.
    pub(crate) fn site_says(&mut self, content: &str, now: u64, acts: &mut Acts) -> bool {
        let Some(session) = self.current else {
            return false;
        };
        if self.site.conversations[session].standing == Standing::Gone {
            return false;
        }
        let number = self.note(session, Entry::Desk, content, now);
        self.site.pushes += 1;
        let dropped = self.dialect.bell == Bell::Drops && self.site.pushes.is_multiple_of(2);
        let said = self.site.conversations[session]
            .said
            .last()
            .map(record)
            .unwrap_or_default();
        let frame = match self.dialect.bell {
            Bell::Hints => format!(r#"{{"type":"session.updated","number":{number}}}"#),
            _ => format!(r#"{{"type":"message","message":{said}}}"#),
        };
        let of_session = self.site.sockets.iter().filter(|(_, of)| **of == session && !dropped);
        acts.extend(of_session.map(|(conn, _)| (*conn, Act::Say(frame.clone()))));
        true
    }

    /// The visitor writes somewhere else; false when there is no conversation yet.
    pub(crate) fn other_tab_says(&mut self, content: &str, now: u64) -> bool {
        let alive = |session: &usize| self.site.conversations[*session].standing == Standing::Alive;
        let Some(session) = self.current.filter(alive) else {
            return false;
        };
        self.note(session, Entry::OtherTab, content, now);
        true
    }

    pub(crate) fn bell_left(&mut self, conn: Conn) {
        self.site.sockets.remove(&conn);
    }

    pub(crate) fn close_bells(&mut self, code: u16, acts: &mut Acts) {
        let all = std::mem::take(&mut self.site.sockets);
        acts.extend(all.into_keys().map(|conn| (conn, Act::Close(code))));
    }

    /// What was said in them and not heard is gone with them.
    pub(crate) fn lose_conversations(&mut self) {
        if self.is_site() {
            self.current = None;
        }
        for conversation in &mut self.site.conversations {
            conversation.standing = Standing::Gone;
        }
    }
}

fn record(said: &Said) -> String {
    let Said {
        number,
        entry,
        content,
        at,
    } = said;
    let sender = if *entry == Entry::Desk { "owner" } else { "visitor" };
    format!(r#"{{"id":"m{number}","content":"{content}","sender":"{sender}","createdAt":{at}}}"#)
}
