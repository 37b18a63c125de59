//! Writing the stored form: JSON text, straight into one string.

use super::{Snapshot, StoredEntry, StoredSession, StoredStage};
use crate::backend::RICH;
use crate::io::FileInfo;
use crate::json::{ObjectWriter, quoted};
use crate::message::{Attachment, Author, Message, ToolUse};

fn unsigned(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn snapshot(snapshot: &Snapshot) -> String {
    let mut out = String::with_capacity(256 + 256 * snapshot.messages.len());
    let mut object = ObjectWriter::open(&mut out);
    object.number("version", snapshot.version.into());
    object.number("saved_at", snapshot.saved_at.0);
    match &snapshot.session {
        Some(stored) => session(stored, object.name("session")),
        None => object.name("session").push_str("null"),
    }
    object.list("outbox", &snapshot.outbox, entry);
    object.list("messages", &snapshot.messages, message);
    object.list("seen", &snapshot.seen, |id, out| out.push_str(&quoted(&id.0)));
    object.number("unread", snapshot.unread.into());
    object.number("conversation", snapshot.conversation.into());
    if RICH && let Some(backend) = &snapshot.backend {
        object.name("backend").push_str(backend);
    }
    object.close();
    out
}

fn session(session: &StoredSession, out: &mut String) {
    let mut object = ObjectWriter::open(out);
    object.optional_text("id", session.id.as_deref());
    let mut token = ObjectWriter::open(object.name("token"));
    token.text("value", session.token.value.expose());
    token.number("lifetime_ms", unsigned(session.token.lifetime_ms));
    token.number("received_at", session.token.received_at.0);
    token.close();
    object.close();
}

fn entry(entry: &StoredEntry, out: &mut String) {
    let mut object = ObjectWriter::open(out);
    object.text("local_id", &entry.local_id.to_string());
    object.text("text", &entry.text);
    object.text("stage", entry.stage.as_str());
    object.optional_text("reason", entry.reason.as_deref());
    object.number("queued_at", entry.queued_at.0);
    match entry.attempted_at {
        Some(at) => object.number("attempted_at", at.0),
        None => object.name("attempted_at").push_str("null"),
    }
    if let Some(at) = entry.not_before {
        object.number("not_before", at.0);
    }
    if RICH && !entry.attachments.is_empty() {
        object.list("attachments", &entry.attachments, attachment);
    }
    if RICH && !entry.unsent_files.is_empty() {
        object.list("unsent_files", &entry.unsent_files, file);
    }
    object.close();
}

fn file(file: &FileInfo, out: &mut String) {
    let mut object = ObjectWriter::open(out);
    object.text("file", &file.file.0.to_string());
    object.text("name", &file.name);
    object.optional_text("mime", file.mime.as_deref());
    object.text("size", &file.size.to_string());
    object.optional_text("source", file.source.as_deref());
    object.close();
}

fn message(message: &Message, out: &mut String) {
    let mut object = ObjectWriter::open(out);
    object.optional_text("local_id", message.local_id.map(|id| id.to_string()).as_deref());
    object.optional_text("server_id", message.server_id.as_ref().map(|id| id.0.as_str()));
    author(&message.author, object.name("author"));
    object.text("text", &message.text);
    object.number("sent_at", message.sent_at.0);
    object
        .name("server_time")
        .push_str(if message.server_time { "true" } else { "false" });
    object.list("attachments", &message.attachments, attachment);
    if RICH && !message.choices.is_empty() {
        object.list("choices", &message.choices, |choice, out| out.push_str(&quoted(choice)));
    }
    if RICH && !message.tools.is_empty() {
        object.list("tools", &message.tools, tool);
    }
    object.text("status", message.status.as_str());
    object.optional_text("reason", message.reason.as_deref());
    object.optional_text("stream_id", message.stream_id.as_deref());
    object.number("conversation", message.conversation.into());
    object.close();
}

fn tool(used: &ToolUse, out: &mut String) {
    let mut object = ObjectWriter::open(out);
    object.text("tool", &used.tool);
    object.optional_text("summary", used.summary.as_deref());
    object.optional_text("result", used.result.as_deref());
    object.close();
}

fn author(author: &Author, out: &mut String) {
    let mut object = ObjectWriter::open(out);
    object.text("kind", author.kind());
    match author {
        Author::Visitor | Author::System => {}
        Author::Bot { name } => object.optional_text("name", name.as_deref()),
        Author::Agent { id, name, avatar } => {
            object.optional_text("id", id.as_deref());
            object.optional_text("name", name.as_deref());
            object.optional_text("avatar", avatar.as_deref());
        }
    }
    object.close();
}

fn attachment(file: &Attachment, out: &mut String) {
    let mut object = ObjectWriter::open(out);
    object.text("name", &file.name);
    object.text("url", &file.url);
    if RICH && let Some(path) = &file.path {
        object.text("path", path);
    }
    object.optional_text("mime", file.mime.as_deref());
    match file.size {
        Some(size) => object.number("size", unsigned(size)),
        None => object.name("size").push_str("null"),
    }
    object.close();
}

impl StoredStage {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Failed => "failed",
            Self::Uncertain => "uncertain",
            Self::Undecided => "undecided",
            Self::Expired => "expired",
        }
    }
}
