//! The stored form of a client: versioned, one text, replaced as a whole, so that a crash leaves the old one or the new one.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::ids::{LocalId, ServerId};
use crate::message::Message;
use crate::secret::Secret;
use crate::time::UnixMillis;

/// The version that is written. Older ones stay readable; a newer one is refused.
pub const VERSION: u32 = 1;

/// A session that was not used for this long is gone on the server, too (documented: about 30 days).
const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

/// Why a stored text could not be read. Keep the text aside and go on without.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unreadable {
    /// It is not ours, or damaged.
    Damaged(String),
    /// A newer version of this software wrote it.
    TooNew {
        /// Its version.
        version: u32,
    },
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Damaged(why) => write!(f, "the stored conversation is damaged: {why}"),
            Self::TooNew { version } => write!(
                f,
                "the stored conversation has version {version}, this software reads up to {VERSION}; update it or use another store"
            ),
        }
    }
}

impl std::error::Error for Unreadable {}

/// Everything that outlives a reload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Snapshot {
    pub(crate) version: u32,
    pub(crate) saved_at: UnixMillis,
    #[serde(default)]
    pub(crate) session: Option<StoredSession>,
    #[serde(default)]
    pub(crate) outbox: Vec<StoredEntry>,
    #[serde(default)]
    pub(crate) messages: Vec<Message>,
    #[serde(default)]
    pub(crate) seen: Vec<ServerId>,
    #[serde(default)]
    pub(crate) unread: u32,
    #[serde(default)]
    pub(crate) conversation: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredSession {
    #[serde(default)]
    pub(crate) id: Option<String>,
    pub(crate) token: StoredToken,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredToken {
    pub(crate) value: Secret,
    pub(crate) lifetime_ms: u64,
    pub(crate) received_at: UnixMillis,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredEntry {
    pub(crate) local_id: LocalId,
    pub(crate) text: String,
    pub(crate) stage: StoredStage,
    #[serde(default)]
    pub(crate) reason: Option<String>,
    pub(crate) queued_at: UnixMillis,
    #[serde(default)]
    pub(crate) attempted_at: Option<UnixMillis>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StoredStage {
    Queued,
    Failed,
    Uncertain,
    Expired,
}

#[derive(Deserialize)]
struct Header {
    version: u32,
}

impl Snapshot {
    pub(crate) fn write(&self) -> Result<String, String> {
        serde_json::to_string(self).map_err(|error| error.to_string())
    }

    pub(crate) fn read(text: &str) -> Result<Self, Unreadable> {
        // serde's words may quote the text, which holds a token: only the place is kept.
        let damaged = |error: serde_json::Error| {
            Unreadable::Damaged(format!(
                "unexpected text at line {}, column {}",
                error.line(),
                error.column()
            ))
        };
        let header: Header = serde_json::from_str(text).map_err(damaged)?;
        if header.version > VERSION {
            return Err(Unreadable::TooNew {
                version: header.version,
            });
        }
        serde_json::from_str(text).map_err(damaged)
    }

    /// Whether it is so old that the server has forgotten the session.
    pub(crate) fn is_stale(&self, now: UnixMillis) -> bool {
        now.since(self.saved_at) > KEPT
    }
}

/// The session of another client's snapshot without its queue: a second tab goes on with the same conversation but never shares the
/// queue.
///
/// # Errors
/// [`Unreadable`] when the text is no snapshot of a version that is known.
pub fn without_queue(text: &str) -> Result<String, Unreadable> {
    let mut snapshot = Snapshot::read(text)?;
    let queued: Vec<LocalId> = snapshot.outbox.drain(..).map(|entry| entry.local_id).collect();
    snapshot
        .messages
        .retain(|message| message.local_id.is_none_or(|id| !queued.contains(&id)));
    snapshot.write().map_err(Unreadable::Damaged)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Attachment, Author, Delivery};

    /// One of each stored type, as version 1 writes it. A change here is a change of the format: raise [`VERSION`] and keep reading this.
    const VERSION_1: &str = concat!(
        r#"{"version":1,"saved_at":1782036062000,"#,
        r#""session":{"id":"vs_1","token":{"value":"a.b.c","lifetime_ms":3600000,"received_at":1782036000000}},"#,
        r#""outbox":[{"local_id":"7c1e2b9a-0d3f-4c55-9a1e-5f0c7d2b8e41","text":"hi","stage":"queued","reason":null,"#,
        r#""queued_at":1782036061000,"attempted_at":1782036061500}],"#,
        r#""messages":[{"local_id":null,"server_id":"m1","author":{"kind":"agent","id":"7","name":"Sam","avatar":null},"#,
        r#""text":"Hello","sent_at":1782036060000,"server_time":true,"#,
        r#""attachments":[{"name":"a.png","url":"https://x.example/a.png","mime":"image/png","size":12}],"#,
        r#""status":"sent","reason":null,"stream_id":null,"conversation":1}],"#,
        r#""seen":["m0"],"unread":2,"conversation":1}"#
    );

    fn snapshot() -> Snapshot {
        Snapshot {
            version: 1,
            saved_at: UnixMillis(1_782_036_062_000),
            session: Some(StoredSession {
                id: Some("vs_1".to_owned()),
                token: StoredToken {
                    value: Secret::new("a.b.c"),
                    lifetime_ms: 3_600_000,
                    received_at: UnixMillis(1_782_036_000_000),
                },
            }),
            outbox: vec![StoredEntry {
                local_id: "7c1e2b9a-0d3f-4c55-9a1e-5f0c7d2b8e41".parse().unwrap(),
                text: "hi".to_owned(),
                stage: StoredStage::Queued,
                reason: None,
                queued_at: UnixMillis(1_782_036_061_000),
                attempted_at: Some(UnixMillis(1_782_036_061_500)),
            }],
            messages: vec![Message {
                local_id: None,
                server_id: Some(ServerId("m1".to_owned())),
                author: Author::Agent {
                    id: Some("7".to_owned()),
                    name: Some("Sam".to_owned()),
                    avatar: None,
                },
                text: "Hello".to_owned(),
                sent_at: UnixMillis(1_782_036_060_000),
                server_time: true,
                attachments: vec![Attachment {
                    name: "a.png".to_owned(),
                    url: "https://x.example/a.png".to_owned(),
                    mime: Some("image/png".to_owned()),
                    size: Some(12),
                }],
                status: Delivery::Sent,
                reason: None,
                stream_id: None,
                conversation: 1,
            }],
            seen: vec![ServerId("m0".to_owned())],
            unread: 2,
            conversation: 1,
        }
    }

    #[test]
    fn version_1_is_written_and_read_to_the_letter() {
        assert_eq!(snapshot().write().as_deref(), Ok(VERSION_1));
        assert_eq!(Snapshot::read(VERSION_1), Ok(snapshot()));
    }

    #[test]
    fn every_stage_author_and_status_keeps_its_word() {
        let words = |value: Result<String, serde_json::Error>| value.unwrap();
        let stages = [
            StoredStage::Queued,
            StoredStage::Failed,
            StoredStage::Uncertain,
            StoredStage::Expired,
        ];
        assert_eq!(
            words(serde_json::to_string(&stages)),
            r#"["queued","failed","uncertain","expired"]"#
        );
        let authors = [Author::Visitor, Author::Bot { name: None }, Author::System];
        assert_eq!(
            words(serde_json::to_string(&authors)),
            r#"[{"kind":"visitor"},{"kind":"bot","name":null},{"kind":"system"}]"#
        );
        for status in [
            Delivery::Pending,
            Delivery::Sending,
            Delivery::Sent,
            Delivery::Delivered,
            Delivery::Read,
            Delivery::Failed,
            Delivery::Uncertain,
            Delivery::Expired,
        ] {
            assert_eq!(
                words(serde_json::to_string(&status)),
                format!("\"{}\"", status.as_str())
            );
        }
    }

    #[test]
    fn fields_that_came_later_may_be_missing_and_unknown_ones_are_ignored() {
        let read = Snapshot::read(r#"{"version":1,"saved_at":5,"later":{"x":1}}"#).unwrap();
        assert_eq!((read.outbox.len(), read.messages.len(), read.session), (0, 0, None));
    }

    #[test]
    fn a_text_that_was_cut_anywhere_is_refused_without_showing_it() {
        for end in 0..VERSION_1.len() {
            let error = Snapshot::read(&VERSION_1[..end]).unwrap_err();
            assert!(
                matches!(error, Unreadable::Damaged(_)) && !error.to_string().contains("a.b.c"),
                "{end}: {error}"
            );
        }
        assert_eq!(
            Snapshot::read(r#"{"version":9}"#),
            Err(Unreadable::TooNew { version: 9 })
        );
    }

    #[test]
    fn a_copy_for_a_second_tab_has_the_session_and_no_queue() {
        let copy = Snapshot::read(&without_queue(VERSION_1).unwrap()).unwrap();
        assert!(copy.outbox.is_empty() && copy.session.is_some() && copy.messages.len() == 1);
    }
}
