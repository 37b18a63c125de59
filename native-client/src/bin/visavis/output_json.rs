//! One JSON object a line: for programs. What is unknown is `null`.

use std::io::{self, Write};
use std::time::Duration;

use serde::Serialize;
use visavis_native_client::{Attachment, Author, Delivery, Error, Event, Message, StreamStep};

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
enum Line<'a> {
    Connection {
        state: &'a str,
        reason: Option<&'a str>,
        attempt: u32,
        retry_in_ms: Option<u64>,
    },
    Session {
        change: &'a str,
        id: Option<&'a str>,
    },
    #[serde(rename = "message")]
    OwnMessage {
        local_id: String,
        id: Option<&'a str>,
        author: &'a str,
        name: Option<&'a str>,
        text: &'a str,
        sent_at: i64,
        attachments: Vec<File<'a>>,
        history: bool,
    },
    Message {
        local_id: Option<String>,
        id: Option<&'a str>,
        author: &'a str,
        name: Option<&'a str>,
        text: &'a str,
        sent_at: i64,
        attachments: Vec<File<'a>>,
        history: bool,
        stream_id: Option<&'a str>,
        replaces: bool,
    },
    MessageStatus {
        local_id: String,
        id: Option<&'a str>,
        status: &'a str,
        reason: Option<&'a str>,
    },
    Typing {
        author: &'a str,
        on: bool,
    },
    Stream {
        id: &'a str,
        kind: &'a str,
        text: Option<&'a str>,
    },
    #[serde(rename = "stream")]
    Tool {
        id: &'a str,
        kind: &'a str,
        tool: &'a str,
        summary: Option<&'a str>,
    },
    Agent {
        change: &'a str,
        id: Option<&'a str>,
        name: Option<&'a str>,
    },
    Presence {
        id: Option<&'a str>,
        status: &'a str,
    },
    Status {
        value: &'a str,
        reason: Option<&'a str>,
    },
    Queue {
        position: Option<u32>,
        ahead: Option<u32>,
        eta_s: Option<u64>,
    },
    Engage {
        id: &'a str,
        text: &'a str,
        url: Option<&'a str>,
    },
    Broadcast {
        id: &'a str,
        on: bool,
        url: Option<&'a str>,
        title: Option<&'a str>,
    },
    Gap {
        from: Option<&'a str>,
        to: Option<&'a str>,
    },
    Command {
        name: &'a str,
        ok: bool,
    },
    Error {
        kind: &'a str,
        message: String,
        status: Option<u16>,
        retry_in_ms: Option<u64>,
    },
}

#[derive(Serialize)]
struct File<'a> {
    name: &'a str,
    url: &'a str,
    mime: Option<&'a str>,
    size: Option<u64>,
}

/// Writes the lines of an event: none for what only a widget needs, two for an own message.
pub(crate) fn event(event: &Event, output: &mut impl Write) -> io::Result<()> {
    match event {
        Event::Connection(status) => line(
            &Line::Connection {
                state: status.state.as_str(),
                reason: status.reason.as_deref(),
                attempt: status.attempt,
                retry_in_ms: status.retry_in.map(millis),
            },
            output,
        ),
        Event::Session { change, id } => line(
            &Line::Session {
                change: change.as_str(),
                id: id.as_deref(),
            },
            output,
        ),
        Event::Message {
            message,
            history,
            replaces,
        } => told(message, *history, *replaces, output),
        Event::MessageStatus {
            local_id,
            server_id,
            status,
            reason,
        } => line(
            &Line::MessageStatus {
                local_id: local_id.to_string(),
                id: server_id.as_ref().map(|id| id.0.as_str()),
                status: status.as_str(),
                reason: reason.as_deref(),
            },
            output,
        ),
        Event::Typing { author, on } => line(
            &Line::Typing {
                author: author.kind(),
                on: *on,
            },
            output,
        ),
        Event::Stream { id, step } => stream(id, step, output),
        Event::Agent { change, id, name } => line(
            &Line::Agent {
                change: change.as_str(),
                id: id.as_deref(),
                name: name.as_deref(),
            },
            output,
        ),
        Event::Presence { id, status } => line(
            &Line::Presence {
                id: id.as_deref(),
                status,
            },
            output,
        ),
        Event::Status { value, reason } => line(
            &Line::Status {
                value,
                reason: reason.as_deref(),
            },
            output,
        ),
        Event::Queue { position, ahead, wait } => line(
            &Line::Queue {
                position: *position,
                ahead: *ahead,
                eta_s: wait.map(|wait| wait.as_secs()),
            },
            output,
        ),
        Event::Engage { id, text, url } => {
            let url = url.as_deref();
            line(&Line::Engage { id, text, url }, output)
        }
        Event::Broadcast { id, on, url, title } => line(
            &Line::Broadcast {
                id,
                on: *on,
                url: url.as_deref(),
                title: title.as_deref(),
            },
            output,
        ),
        Event::Command { name, ok } => command(name, *ok, output),
        Event::Gap { from, to } => line(
            &Line::Gap {
                from: from.as_ref().map(|id| id.0.as_str()),
                to: to.as_ref().map(|id| id.0.as_str()),
            },
            output,
        ),
        Event::Error(problem) => error(problem, output),
        _ => Ok(()),
    }
}

pub(crate) fn error(error: &Error, output: &mut impl Write) -> io::Result<()> {
    line(
        &Line::Error {
            kind: error.kind().as_str(),
            message: error.to_string(),
            status: error.status(),
            retry_in_ms: error.retry_after().map(millis),
        },
        output,
    )
}

pub(crate) fn command(name: &str, ok: bool, output: &mut impl Write) -> io::Result<()> {
    line(&Line::Command { name, ok }, output)
}

fn told(message: &Message, history: bool, replaces: bool, output: &mut impl Write) -> io::Result<()> {
    let id = message.server_id.as_ref().map(|id| id.0.as_str());
    let attachments: Vec<_> = message.attachments.iter().map(File::of).collect();
    let (author, name) = (message.author.kind(), message.author.name());
    let (text, sent_at) = (message.text.as_str(), message.sent_at.0);
    match message.local_id {
        Some(local_id) if message.author == Author::Visitor => {
            let local_id = local_id.to_string();
            let status = Line::MessageStatus {
                local_id: local_id.clone(),
                id,
                status: message.status.as_str(),
                reason: message.reason.as_deref(),
            };
            let own = Line::OwnMessage {
                local_id,
                id,
                author,
                name,
                text,
                sent_at,
                attachments,
                history,
            };
            line(&own, output)?;
            match message.status {
                Delivery::Pending => line(&status, output),
                _ => Ok(()),
            }
        }
        local_id => line(
            &Line::Message {
                local_id: local_id.map(|id| id.to_string()),
                id,
                author,
                name,
                text,
                sent_at,
                attachments,
                history,
                stream_id: message.stream_id.as_deref(),
                replaces,
            },
            output,
        ),
    }
}

fn stream(id: &str, step: &StreamStep, output: &mut impl Write) -> io::Result<()> {
    let (kind, text) = match step {
        StreamStep::ToolUse { tool, summary } => return used(id, "tool-use", tool, summary.as_deref(), output),
        StreamStep::ToolResult { tool, summary } => return used(id, "tool-result", tool, summary.as_deref(), output),
        StreamStep::Start => ("start", None),
        StreamStep::Chunk { text } => ("chunk", Some(text.as_str())),
        StreamStep::End { text } => ("end", Some(text.as_str())),
        StreamStep::Error { message } => ("error", Some(message.as_str())),
        StreamStep::Interrupted => ("interrupted", None),
        _ => return Ok(()),
    };
    line(&Line::Stream { id, kind, text }, output)
}

fn used(id: &str, kind: &str, tool: &str, summary: Option<&str>, output: &mut impl Write) -> io::Result<()> {
    let breadcrumb = Line::Tool {
        id,
        kind,
        tool,
        summary,
    };
    line(&breadcrumb, output)
}

impl<'a> File<'a> {
    fn of(attachment: &'a Attachment) -> Self {
        Self {
            name: &attachment.name,
            url: &attachment.url,
            mime: attachment.mime.as_deref(),
            size: attachment.size,
        }
    }
}

fn line(line: &Line<'_>, output: &mut impl Write) -> io::Result<()> {
    let mut text = serde_json::to_vec(line)?;
    text.push(b'\n');
    output.write_all(&text)?;
    output.flush()
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use visavis_native_client::{AgentChange, ConnectionState, ConnectionStatus, LocalId, ServerId, SessionChange};

    use super::*;

    fn printed(what: &Event) -> String {
        let mut output = Vec::new();
        event(what, &mut output).unwrap();
        String::from_utf8(output).unwrap()
    }

    fn message(author: Author) -> Message {
        let text = r#"{"author":{"kind":"visitor"},"text":"a \"b\"\n","sent_at":1782036062000,"status":"pending"}"#;
        let mut message: Message = serde_json::from_str(text).unwrap();
        message.author = author;
        message
    }

    #[test]
    fn a_connection() {
        let status = ConnectionStatus {
            state: ConnectionState::Backoff,
            reason: Some("refused".to_owned()),
            attempt: 2,
            retry_in: Some(Duration::from_millis(1_830)),
            retry_at: None,
        };
        assert_eq!(
            printed(&Event::Connection(status)),
            "{\"event\":\"connection\",\"state\":\"backoff\",\"reason\":\"refused\",\"attempt\":2,\"retry_in_ms\":1830}\n"
        );
    }

    #[test]
    fn a_session() {
        let event = Event::Session {
            change: SessionChange::Created,
            id: Some("vs_1".to_owned()),
        };
        assert_eq!(
            printed(&event),
            "{\"event\":\"session\",\"change\":\"created\",\"id\":\"vs_1\"}\n"
        );
    }

    #[test]
    fn an_own_message_is_two_lines() {
        let id: LocalId = "7c1e2b9a-0d3f-4c55-9a1e-5f0c7d2b8e41".parse().unwrap();
        let event = Event::Message {
            message: Message {
                local_id: Some(id),
                ..message(Author::Visitor)
            },
            history: false,
            replaces: false,
        };
        assert_eq!(
            printed(&event),
            "{\"event\":\"message\",\"local_id\":\"7c1e2b9a-0d3f-4c55-9a1e-5f0c7d2b8e41\",\"id\":null,\"author\":\"visitor\",\"name\":null,\
             \"text\":\"a \\\"b\\\"\\n\",\"sent_at\":1782036062000,\"attachments\":[],\"history\":false}\n\
             {\"event\":\"message-status\",\"local_id\":\"7c1e2b9a-0d3f-4c55-9a1e-5f0c7d2b8e41\",\"id\":null,\"status\":\"pending\",\"reason\":null}\n"
        );
    }

    #[test]
    fn a_message_of_the_other_side() {
        let attachment = Attachment {
            name: "a.png".to_owned(),
            url: "https://x/a.png".to_owned(),
            ..Attachment::default()
        };
        let bot = Author::Bot {
            name: Some("Bo".to_owned()),
        };
        let event = Event::Message {
            message: Message {
                server_id: Some(ServerId("m1".to_owned())),
                attachments: vec![attachment],
                ..message(bot)
            },
            history: true,
            replaces: true,
        };
        assert_eq!(
            printed(&event),
            "{\"event\":\"message\",\"local_id\":null,\"id\":\"m1\",\"author\":\"bot\",\"name\":\"Bo\",\"text\":\"a \\\"b\\\"\\n\",\
             \"sent_at\":1782036062000,\"attachments\":[{\"name\":\"a.png\",\"url\":\"https://x/a.png\",\"mime\":null,\"size\":null}],\
             \"history\":true,\"stream_id\":null,\"replaces\":true}\n"
        );
    }

    #[test]
    fn the_smaller_ones() {
        let typing = Event::Typing {
            author: Author::Bot { name: None },
            on: true,
        };
        assert_eq!(
            printed(&typing),
            "{\"event\":\"typing\",\"author\":\"bot\",\"on\":true}\n"
        );
        let agent = Event::Agent {
            change: AgentChange::Assigned,
            id: None,
            name: Some("Ada".to_owned()),
        };
        assert_eq!(
            printed(&agent),
            "{\"event\":\"agent\",\"change\":\"assigned\",\"id\":null,\"name\":\"Ada\"}\n"
        );
        let presence = Event::Presence {
            id: None,
            status: "online".to_owned(),
        };
        assert_eq!(
            printed(&presence),
            "{\"event\":\"presence\",\"id\":null,\"status\":\"online\"}\n"
        );
        let gap = Event::Gap {
            from: Some(ServerId("a".to_owned())),
            to: None,
        };
        assert_eq!(printed(&gap), "{\"event\":\"gap\",\"from\":\"a\",\"to\":null}\n");
        let chunk = Event::Stream {
            id: "s".to_owned(),
            step: StreamStep::Chunk { text: "x".to_owned() },
        };
        assert_eq!(
            printed(&chunk),
            "{\"event\":\"stream\",\"id\":\"s\",\"kind\":\"chunk\",\"text\":\"x\"}\n"
        );
        let tool = Event::Stream {
            id: "s".to_owned(),
            step: StreamStep::ToolUse {
                tool: "look_up".to_owned(),
                summary: None,
            },
        };
        assert_eq!(
            printed(&tool),
            "{\"event\":\"stream\",\"id\":\"s\",\"kind\":\"tool-use\",\"tool\":\"look_up\",\"summary\":null}\n"
        );
        assert_eq!(printed(&Event::Unread(3)), "");
        let mut output = Vec::new();
        command("upload", true, &mut output).unwrap();
        assert_eq!(output, b"{\"event\":\"command\",\"name\":\"upload\",\"ok\":true}\n");
    }

    #[test]
    fn what_a_desk_tells() {
        let queue = Event::Queue {
            position: Some(3),
            ahead: Some(2),
            wait: Some(Duration::from_secs(120)),
        };
        assert_eq!(
            printed(&queue),
            "{\"event\":\"queue\",\"position\":3,\"ahead\":2,\"eta_s\":120}\n"
        );
        let engage = Event::Engage {
            id: "e_1".to_owned(),
            text: "Hi".to_owned(),
            url: None,
        };
        assert_eq!(
            printed(&engage),
            "{\"event\":\"engage\",\"id\":\"e_1\",\"text\":\"Hi\",\"url\":null}\n"
        );
        let broadcast = Event::Broadcast {
            id: "b_1".to_owned(),
            on: true,
            url: Some("https://x/b".to_owned()),
            title: None,
        };
        assert_eq!(
            printed(&broadcast),
            "{\"event\":\"broadcast\",\"id\":\"b_1\",\"on\":true,\"url\":\"https://x/b\",\"title\":null}\n"
        );
        let done = Event::Command {
            name: "agent",
            ok: true,
        };
        assert_eq!(
            printed(&done),
            "{\"event\":\"command\",\"name\":\"agent\",\"ok\":true}\n"
        );
    }

    #[test]
    fn an_error() {
        let refused = Error::Configuration {
            message: "origin refused".to_owned(),
            status: Some(403),
        };
        assert_eq!(
            printed(&Event::Error(refused)),
            "{\"event\":\"error\",\"kind\":\"configuration\",\"message\":\"origin refused\",\"status\":403,\"retry_in_ms\":null}\n"
        );
    }
}
