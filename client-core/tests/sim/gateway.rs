//! A model of AppEngine's gateway beside the relay's: the same conversations and faults, spoken over Socket.IO in either vocabulary.
//! Written from the protocol's description, not from the client.

use std::fmt::Write as _;

use visavis_client_core::backend::rfc3339;
use visavis_client_core::ids::LocalId;

use crate::dialect::{Echo, Own, Replay, Speech, Wording};
use crate::faults::REFUSALS_APART;
use crate::server::{AckLoss, Act, Acts, Answer, Conn, DAWN, Entry, Server};

/// The server pings this often.
pub(crate) const PING_INTERVAL: u64 = 25_000;
pub(crate) const EMAIL: &str = "alice@site.example";
const AGENT: &str = "jane@acme.example";
const CHAT: &str = "customer:cs_1:alice@site.example";

/// The transport's handshake.
pub(crate) fn opened(sid: &str) -> String {
    format!(
        r#"0{{"sid":"{sid}","upgrades":[],"pingInterval":{PING_INTERVAL},"pingTimeout":20000,"maxPayload":1000000}}"#
    )
}

fn event(name: &str, body: &str) -> Act {
    Act::Say(format!(r#"42/chat,["{name}",{body}]"#))
}

/// The number and the JSON behind a packet's type and namespace.
fn packet<'a>(frame: &'a str, kind: &str) -> Option<(&'a str, &'a str)> {
    let rest = frame.strip_prefix(kind)?.strip_prefix("/chat,")?;
    let json = rest.find(['[', '{'])?;
    Some((&rest[..json], &rest[json..]))
}

/// The text of a member, as it stands in JSON.
fn member<'a>(json: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = json.split_once(&format!(r#""{name}":""#))?;
    Some(rest.split_once('"')?.0)
}

/// A message as the history and the live event have it.
pub(crate) fn record(entry: Entry, number: usize, content: &str, own: Own, now: u64) -> String {
    let time = DAWN + now;
    let (from, id) = match (entry, own) {
        (Entry::Desk, _) => (AGENT, String::new()),
        (Entry::OtherTab, _) | (Entry::Visitor(_), Own::WithoutClientId) => (EMAIL, String::new()),
        (Entry::Visitor(id), Own::WithClientId) => (EMAIL, format!(r#""messageId":"{id}","#)),
    };
    format!(
        r#"{{{id}"sk":"m{number}","createdate":{time},"chatId":"{CHAT}","from":"{from}","type":"user","data":{{"content":"{content}","from":"{from}","sentTime":{time}}}}}"#
    )
}

impl Server {
    /// The guest is known by the address: every registration leads to the same conversation.
    pub(crate) fn register(&mut self, now: u64) -> Answer {
        let token = self.token_of_guest(now);
        let guest = format!(r#"{{"sk":"g_1","data":{{"email":"{EMAIL}"}}}}"#);
        Answer {
            status: 201,
            body: format!(r#"{{"token":"{token}","guest":{guest}}}"#),
            retry_after: None,
        }
    }

    pub(crate) fn tell_history(&mut self, bearer: Option<&str>, now: u64) -> Answer {
        self.tell_whom_it_concerns(bearer, now, |server, session| server.history_of(session).to_owned())
    }

    /// What came after a moment: the time and the token.
    pub(crate) fn tell_news(&mut self, asked: Option<&str>, now: u64) -> Answer {
        let (since, bearer) = asked.and_then(|asked| asked.split_once(' ')).unwrap_or_default();
        let since = rfc3339(since)
            .and_then(|since| u64::try_from(since.0).ok())
            .unwrap_or(0);
        self.tell_whom_it_concerns(Some(bearer), now, |server, session| server.news_of(session, since))
    }

    fn tell_whom_it_concerns(&self, bearer: Option<&str>, now: u64, tell: impl Fn(&Self, usize) -> String) -> Answer {
        match bearer.map(|token| self.session_of(token, now)) {
            Some(Some(session)) => Answer {
                status: 200,
                body: format!("[{}]", tell(self, session)),
                retry_after: None,
            },
            _ => Answer {
                status: 401,
                body: r#"{"statusCode":401,"message":"Unauthorized"}"#.to_owned(),
                retry_after: None,
            },
        }
    }

    /// A packet arrived.
    pub(crate) fn packet(&mut self, conn: Conn, frame: &str, now: u64, acts: &mut Acts) {
        if let Some((_, auth)) = packet(frame, "40") {
            self.connect(conn, auth, now, acts);
        } else if let Some((ack, json)) = packet(frame, "42") {
            let name = json.strip_prefix("[\"").and_then(|json| json.split_once('"'));
            match (name.map(|(name, _)| name), self.owner(conn)) {
                (Some("chat-message" | "message"), Some(session)) => {
                    self.gateway_message(conn, session, ack, json, now, acts)
                }
                (Some("chat-history"), Some(session)) => {
                    let told = match self.dialect.replay {
                        Replay::Whole => self.history_of(session).to_owned(),
                        Replay::Nothing => String::new(),
                    };
                    acts.push((conn, answer(ack, &format!(r#"{{"success":true,"history":[{told}]}}"#))));
                }
                _ => {}
            }
        }
    }

    fn connect(&mut self, conn: Conn, auth: &str, now: u64, acts: &mut Acts) {
        acts.push((conn, Act::Say(r#"40/chat,{"sid":"s"}"#.to_owned())));
        let session = member(auth, "token").and_then(|token| self.session_of(token, now));
        let Some(session) = session else {
            self.last_refusal = Some(now);
            acts.push((
                conn,
                event("authenticate", r#"{"success":false,"error":"token_expired"}"#),
            ));
            acts.push((conn, Act::Say("41/chat,".to_owned())));
            return;
        };
        self.admit(conn, session);
        if self.dialect.speech == Speech::Gateway {
            let user = format!(r#"{{"email":"{EMAIL}","name":"Alice","role":"customer"}}"#);
            let body = format!(r#"{{"success":true,"user":{user},"chatSessionId":"cs_1","isGuest":true}}"#);
            acts.push((conn, event("authenticate", &body)));
        }
    }

    fn gateway_message(&mut self, conn: Conn, session: usize, ack: &str, json: &str, now: u64, acts: &mut Acts) {
        let text = if self.dialect.speech == Speech::Gateway {
            "message"
        } else {
            "content"
        };
        let id = member(json, "messageId").and_then(|id| id.parse::<LocalId>().ok());
        let (Some(id), Some(content)) = (id, member(json, text)) else {
            return;
        };
        if self.refuses_for_now() {
            acts.push((conn, answer(ack, r#"{"success":false,"error":"rate limit"}"#)));
            return;
        }
        let known = self.remembered(session, id, now);
        let number = known.unwrap_or_else(|| self.take(session, id, content, now));
        match self.ack_loss.take() {
            Some(AckLoss::Swallowed) => {}
            Some(AckLoss::LineBreaks) => {
                self.left(conn);
                acts.push((conn, Act::Break));
            }
            None => {
                let said = match self.dialect.acks {
                    Wording::Full => format!(r#"{{"success":true,"messageId":"m{number}","chatId":"{CHAT}"}}"#),
                    Wording::Bare => r#"{"success":true}"#.to_owned(),
                };
                let echo = event(
                    "message",
                    &record(Entry::Visitor(id), number, content, self.dialect.own, now),
                );
                let ack = answer(ack, &said);
                match self.dialect.echo {
                    Echo::Never => acts.push((conn, ack)),
                    Echo::BeforeAck => acts.extend([(conn, echo), (conn, ack)]),
                    Echo::AfterAck => acts.extend([(conn, ack), (conn, echo)]),
                }
            }
        }
    }

    /// The event of a message of the desk.
    pub(crate) fn desk_event(number: usize, content: &str, now: u64) -> String {
        let body = record(Entry::Desk, number, content, Own::WithClientId, now);
        let mut text = String::new();
        let _ = write!(text, r#"42/chat,["message",{body}]"#);
        text
    }

    /// The server's own heartbeat, on every socket that is open.
    pub(crate) fn beat(&mut self, acts: &mut Acts) {
        acts.extend(
            self.connections()
                .into_iter()
                .map(|conn| (conn, Act::Say("2".to_owned()))),
        );
    }

    /// Whether a refusal now would be the second within the time that makes it final.
    pub(crate) fn has_just_refused(&self, now: u64) -> bool {
        self.dialect.speech != Speech::Relay && self.last_refusal.is_some_and(|last| now < last + REFUSALS_APART)
    }

    /// Tokens are refused on sockets that are up: in words, as the transport has no codes.
    pub(crate) fn refuse_all(&mut self, now: u64, acts: &mut Acts) {
        self.last_refusal = Some(now);
        acts.extend(
            self.connections()
                .into_iter()
                .map(|conn| (conn, event("token_expired", "{}"))),
        );
    }
}

fn answer(ack: &str, body: &str) -> Act {
    Act::Say(format!("43/chat,{ack}[{body}]"))
}
