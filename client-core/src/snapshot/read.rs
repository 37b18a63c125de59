//! Reading the stored form. Fields that came later may be missing, unknown ones are ignored; anything else that does not fit makes the
//! whole unreadable, because half a queue would be a silent loss.

use super::{Snapshot, StoredEntry, StoredSession, StoredStage, StoredToken, Unreadable, VERSION};
use crate::backend::RICH;
use crate::ids::{FileId, ServerId};
use crate::io::FileInfo;
use crate::json::{Object, Value};
use crate::message::{Attachment, Author, Delivery, Message, ToolUse};
use crate::secret::Secret;
use crate::time::UnixMillis;

/// The name of what does not fit.
type Misfit = &'static str;

pub(super) fn snapshot(parsed: &Value) -> Result<Snapshot, Unreadable> {
    let damaged = |misfit: Misfit| Unreadable::Damaged(format!("{misfit} is not as it was written"));
    let object = parsed.as_object().ok_or("the whole").map_err(damaged)?;
    let version = unsigned(object, "version").map_err(damaged)?;
    if version > VERSION {
        return Err(Unreadable::TooNew { version });
    }
    fields(object, version).map_err(damaged)
}

fn fields(object: &Object, version: u32) -> Result<Snapshot, Misfit> {
    Ok(Snapshot {
        version,
        saved_at: time(object, "saved_at")?,
        session: present(object, "session").map(session).transpose()?,
        outbox: list(object, "outbox", entry)?,
        messages: list(object, "messages", message)?,
        seen: list(object, "seen", |id| {
            id.as_str().map(|id| ServerId(id.to_owned())).ok_or("seen")
        })?,
        unread: later(object, "unread")?,
        conversation: later(object, "conversation")?,
        backend: if RICH {
            present(object, "backend").map(Value::to_string)
        } else {
            None
        },
    })
}

fn present<'value>(object: &'value Object, name: &str) -> Option<&'value Value> {
    object.get(name).filter(|value| !value.is_null())
}

fn text(object: &Object, name: Misfit) -> Result<String, Misfit> {
    present(object, name)
        .and_then(Value::as_str)
        .map(str::to_owned)
        .ok_or(name)
}

fn optional_text(object: &Object, name: Misfit) -> Result<Option<String>, Misfit> {
    present(object, name)
        .map(|value| value.as_str().map(str::to_owned).ok_or(name))
        .transpose()
}

fn time(object: &Object, name: Misfit) -> Result<UnixMillis, Misfit> {
    present(object, name)
        .and_then(Value::as_i64)
        .map(UnixMillis)
        .ok_or(name)
}

fn unsigned(object: &Object, name: Misfit) -> Result<u32, Misfit> {
    present(object, name)
        .and_then(Value::as_u64)
        .and_then(|number| u32::try_from(number).ok())
        .ok_or(name)
}

/// A number that older versions did not write.
fn later(object: &Object, name: Misfit) -> Result<u32, Misfit> {
    if present(object, name).is_some() {
        unsigned(object, name)
    } else {
        Ok(0)
    }
}

fn list<T>(object: &Object, name: Misfit, read: fn(&Value) -> Result<T, Misfit>) -> Result<Vec<T>, Misfit> {
    match present(object, name) {
        Some(list) => list.as_array().ok_or(name)?.iter().map(read).collect(),
        None => Ok(Vec::new()),
    }
}

fn session(value: &Value) -> Result<StoredSession, Misfit> {
    let object = value.as_object().ok_or("session")?;
    let token = object.get("token").and_then(Value::as_object).ok_or("token")?;
    Ok(StoredSession {
        id: optional_text(object, "id")?,
        token: StoredToken {
            value: Secret::new(text(token, "value")?),
            lifetime_ms: present(token, "lifetime_ms")
                .and_then(Value::as_u64)
                .ok_or("lifetime_ms")?,
            received_at: time(token, "received_at")?,
        },
    })
}

fn entry(value: &Value) -> Result<StoredEntry, Misfit> {
    let object = value.as_object().ok_or("outbox")?;
    let stage = text(object, "stage")?;
    let stages = [
        StoredStage::Queued,
        StoredStage::Failed,
        StoredStage::Uncertain,
        StoredStage::Undecided,
        StoredStage::Expired,
    ];
    Ok(StoredEntry {
        local_id: text(object, "local_id")?.parse().map_err(|_| "local_id")?,
        text: text(object, "text")?,
        stage: stages
            .into_iter()
            .find(|known| known.as_str() == stage)
            .ok_or("stage")?,
        reason: optional_text(object, "reason")?,
        queued_at: time(object, "queued_at")?,
        attempted_at: present(object, "attempted_at")
            .map(|_| time(object, "attempted_at"))
            .transpose()?,
        not_before: present(object, "not_before")
            .map(|_| time(object, "not_before"))
            .transpose()?,
        attachments: if RICH {
            list(object, "attachments", attachment)?
        } else {
            Vec::new()
        },
        unsent_files: if RICH {
            list(object, "unsent_files", file)?
        } else {
            Vec::new()
        },
    })
}

fn file(value: &Value) -> Result<FileInfo, Misfit> {
    let object = value.as_object().ok_or("unsent_files")?;
    let number = |name| text(object, name)?.parse().map_err(|_| name);
    Ok(FileInfo {
        file: FileId(number("file")?),
        name: text(object, "name")?,
        mime: optional_text(object, "mime")?,
        size: number("size")?,
        source: optional_text(object, "source")?,
    })
}

fn message(value: &Value) -> Result<Message, Misfit> {
    let object = value.as_object().ok_or("messages")?;
    let status = text(object, "status")?;
    Ok(Message {
        local_id: match optional_text(object, "local_id")? {
            Some(id) => Some(id.parse().map_err(|_| "local_id")?),
            None => None,
        },
        server_id: optional_text(object, "server_id")?.map(ServerId),
        author: author(object.get("author").and_then(Value::as_object).ok_or("author")?)?,
        text: text(object, "text")?,
        sent_at: time(object, "sent_at")?,
        server_time: present(object, "server_time").and_then(Value::as_bool).unwrap_or(false),
        attachments: list(object, "attachments", attachment)?,
        choices: if RICH {
            list(object, "choices", |choice| {
                choice.as_str().map(str::to_owned).ok_or("choices")
            })?
        } else {
            Vec::new()
        },
        tools: if RICH { list(object, "tools", tool)? } else { Vec::new() },
        status: Delivery::ALL
            .into_iter()
            .find(|known| known.as_str() == status)
            .ok_or("status")?,
        reason: optional_text(object, "reason")?,
        stream_id: optional_text(object, "stream_id")?,
        conversation: later(object, "conversation")?,
    })
}

fn tool(value: &Value) -> Result<ToolUse, Misfit> {
    let object = value.as_object().ok_or("tools")?;
    Ok(ToolUse {
        tool: text(object, "tool")?,
        summary: optional_text(object, "summary")?,
        result: optional_text(object, "result")?,
    })
}

fn author(object: &Object) -> Result<Author, Misfit> {
    Ok(match text(object, "kind")?.as_str() {
        "visitor" => Author::Visitor,
        "bot" => Author::Bot {
            name: optional_text(object, "name")?,
        },
        "agent" => Author::Agent {
            id: optional_text(object, "id")?,
            name: optional_text(object, "name")?,
            avatar: optional_text(object, "avatar")?,
        },
        "system" => Author::System,
        _ => return Err("author"),
    })
}

fn attachment(value: &Value) -> Result<Attachment, Misfit> {
    let object = value.as_object().ok_or("attachments")?;
    Ok(Attachment {
        name: text(object, "name")?,
        url: text(object, "url")?,
        path: if RICH { optional_text(object, "path")? } else { None },
        mime: optional_text(object, "mime")?,
        size: present(object, "size").and_then(Value::as_u64),
    })
}
