//! The stored form of a client: versioned, one text, replaced as a whole, so that a crash leaves the old one or the new one.
//!
//! Written and read by hand: typed decoders for these few types would cost the widget some fifteen kilobytes.

mod read;
mod write;

use std::fmt;
use std::time::Duration;

use crate::ids::{LocalId, ServerId};
use crate::io::FileInfo;
use crate::json;
use crate::message::{Attachment, Message};
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Snapshot {
    pub(crate) version: u32,
    pub(crate) saved_at: UnixMillis,
    pub(crate) session: Option<StoredSession>,
    pub(crate) outbox: Vec<StoredEntry>,
    pub(crate) messages: Vec<Message>,
    pub(crate) seen: Vec<ServerId>,
    pub(crate) unread: u32,
    pub(crate) conversation: u32,
    /// What the back end keeps, as JSON.
    pub(crate) backend: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredSession {
    pub(crate) id: Option<String>,
    pub(crate) token: StoredToken,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredToken {
    pub(crate) value: Secret,
    pub(crate) lifetime_ms: u64,
    pub(crate) received_at: UnixMillis,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredEntry {
    pub(crate) local_id: LocalId,
    pub(crate) text: String,
    pub(crate) stage: StoredStage,
    pub(crate) reason: Option<String>,
    pub(crate) queued_at: UnixMillis,
    pub(crate) attempted_at: Option<UnixMillis>,
    /// What the server's clock had passed by then, where it is known.
    pub(crate) not_before: Option<UnixMillis>,
    /// Files that others can fetch already.
    pub(crate) attachments: Vec<Attachment>,
    /// Files that never left this device. After a restart only the application can find them, where it said so.
    pub(crate) unsent_files: Vec<FileInfo>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StoredStage {
    Queued,
    Failed,
    Uncertain,
    Undecided,
    Expired,
}

impl Snapshot {
    pub(crate) fn write(&self) -> String {
        write::snapshot(self)
    }

    pub(crate) fn read(text: &str) -> Result<Self, Unreadable> {
        let parsed = json::parse(text).map_err(|place| Unreadable::Damaged(format!("unexpected text at {place}")))?;
        read::snapshot(&parsed)
    }

    /// Whether it is so old that the server has forgotten the session.
    pub(crate) fn is_stale(&self, now: UnixMillis) -> bool {
        now.since(self.saved_at) > KEPT
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Attachment, Author, Delivery, ToolUse};

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
                not_before: None,
                attachments: Vec::new(),
                unsent_files: Vec::new(),
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
                    path: None,
                    mime: Some("image/png".to_owned()),
                    size: Some(12),
                }],
                status: Delivery::Sent,
                reason: None,
                choices: Vec::new(),
                tools: Vec::new(),
                stream_id: None,
                conversation: 1,
            }],
            seen: vec![ServerId("m0".to_owned())],
            unread: 2,
            conversation: 1,
            backend: None,
        }
    }

    #[test]
    fn version_1_is_written_and_read_to_the_letter() {
        assert_eq!(snapshot().write(), VERSION_1);
        assert_eq!(Snapshot::read(VERSION_1), Ok(snapshot()));
    }

    #[test]
    fn every_stage_author_and_status_is_read_back() {
        let mut all = snapshot();
        let entry = all.outbox[0].clone();
        for stage in [
            StoredStage::Failed,
            StoredStage::Uncertain,
            StoredStage::Undecided,
            StoredStage::Expired,
        ] {
            all.outbox.push(StoredEntry {
                stage,
                reason: Some("\"why\"\n".to_owned()),
                ..entry.clone()
            });
        }
        let message = Message {
            attachments: Vec::new(),
            ..all.messages[0].clone()
        };
        for author in [
            Author::Visitor,
            Author::Bot { name: None },
            Author::Bot {
                name: Some("Iris".to_owned()),
            },
            Author::System,
        ] {
            all.messages.push(Message {
                author,
                ..message.clone()
            });
        }
        for status in Delivery::ALL {
            all.messages.push(Message {
                status,
                ..message.clone()
            });
        }
        assert_eq!(Snapshot::read(&all.write()), Ok(all));
    }

    #[test]
    fn what_an_answer_used_is_read_back_and_may_be_missing() {
        let mut answered = snapshot();
        answered.messages[0].tools = vec![
            ToolUse {
                tool: "look_up".to_owned(),
                summary: Some("order \"7\"".to_owned()),
                result: None,
            },
            ToolUse::default(),
        ];
        let written = answered.write();
        let of_message = r#""tools":[{"tool":"look_up","summary":"order \"7\"","result":null},"#;
        assert!(written.contains(of_message), "{written}");
        assert_eq!(Snapshot::read(&written), Ok(answered));
        assert!(Snapshot::read(VERSION_1).unwrap().messages[0].tools.is_empty());
        assert!(Snapshot::read(&written.replace("\"look_up\"", "7")).is_err());
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
}
