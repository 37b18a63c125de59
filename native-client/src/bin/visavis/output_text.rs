//! Events in words: for people.

use std::time::Duration;

use jiff::tz::TimeZone;
use visavis_native_client::{
    AgentChange, Author, ConnectionState, ConnectionStatus, Delivery, Error, Event, Message, SessionChange, StreamStep,
};

use crate::style::{Style, Tone};

/// Whether the person sees what they typed, because they typed it here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Echo {
    /// On the screen already.
    Typed,
    /// Not to be seen: it came from a pipe.
    Unseen,
}

/// How events are put into words.
pub(crate) struct Speech {
    style: Style,
    echo: Echo,
    zone: TimeZone,
    shown: Option<ConnectionState>,
    /// The conversation's status as last heard. The first one is no news.
    status: Option<String>,
    /// The place in the queue as last told.
    place: Option<(Option<u32>, Option<Duration>)>,
}

impl Speech {
    pub(crate) fn new(style: Style, echo: Echo, zone: TimeZone) -> Self {
        Self {
            style,
            echo,
            zone,
            shown: None,
            status: None,
            place: None,
        }
    }

    /// The line for an event, if there is anything to say.
    pub(crate) fn event(&mut self, event: &Event) -> Option<String> {
        match event {
            Event::Connection(status) => self.connection(status),
            Event::Session { change, .. } => self.session(*change),
            Event::Message { message, replaces, .. } => self.message(message, *replaces),
            Event::MessageStatus { status, reason, .. } => self.delivery(*status, reason.as_deref()),
            Event::Typing { author, on: true } => Some(self.quiet(&format!("{} is typing …", name(author)))),
            Event::Stream {
                step: StreamStep::Interrupted | StreamStep::Error { .. },
                ..
            } => Some(self.warning("the answer broke off")),
            Event::Agent { change, name, .. } => Some(self.agent(*change, name.as_deref())),
            Event::Status { value, reason } => self.status(value, reason.as_deref()),
            Event::Stream {
                step: StreamStep::ToolUse { tool, summary },
                ..
            } => Some(self.tool(tool, summary.as_deref())),
            Event::Queue { position, wait, .. } => self.queue(*position, *wait),
            Event::Presence { id, status } => self.presence(id.as_deref(), status),
            Event::Engage { text, url, .. } => Some(self.notice(text, url.as_deref())),
            Event::Broadcast { on, url, title, .. } => {
                let words = title.as_deref().unwrap_or("a broadcast");
                let state = if *on { "begins" } else { "is over" };
                Some(self.notice(&format!("{words} {state}"), url.as_deref().filter(|_| *on)))
            }
            Event::MessageRemoved { .. } => Some(self.quiet("a message was taken back")),
            Event::Command { name, ok } => self.command(name, *ok),
            Event::Gap { .. } => Some(self.warning("some messages may be missing here")),
            Event::Error(error) => Some(self.error(error)),
            _ => None,
        }
    }

    pub(crate) fn error(&self, error: &Error) -> String {
        self.warning(&format!("{}: {}", error.kind().as_str(), printable(&error.to_string())))
    }

    /// What a command came to, when that is worth a line.
    pub(crate) fn command(&self, name: &str, ok: bool) -> Option<String> {
        match ok {
            true if name == "upload" => Some(self.quiet("the file was sent")),
            true if name == "agent" => Some(self.quiet("a person was asked for")),
            true => None,
            false if name == "typing" => Some(self.quiet("/typing was dropped: not connected")),
            false => Some(self.warning(&format!("/{name} was not carried out"))),
        }
    }

    fn connection(&mut self, status: &ConnectionStatus) -> Option<String> {
        let before = self.shown.replace(status.state);
        let reason = status.reason.as_deref().map(printable);
        let because = reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
        match status.state {
            ConnectionState::Live => Some(self.quiet("connected")),
            ConnectionState::Connecting if before.is_none() => Some(self.quiet("connecting …")),
            ConnectionState::Backoff => {
                let again = status
                    .retry_in
                    .map(|wait| format!("; trying again in {}", seconds(wait)));
                Some(self.warning(&format!("not connected{because}{}", again.unwrap_or_default())))
            }
            ConnectionState::Paused => Some(self.warning(&format!("paused{because}"))),
            ConnectionState::Suspended if before != Some(ConnectionState::Suspended) => {
                Some(self.warning(&format!("not connected{because}; messages will be sent later")))
            }
            ConnectionState::Failed => Some(self.warning(&format!("cannot connect{because}"))),
            ConnectionState::Closed => Some(self.quiet("closed")),
            _ => None,
        }
    }

    fn status(&mut self, value: &str, reason: Option<&str>) -> Option<String> {
        let before = self.status.replace(value.to_owned())?;
        if before == value {
            return None;
        }
        let because = reason
            .map(|reason| format!(" ({})", printable(reason)))
            .unwrap_or_default();
        Some(self.quiet(&format!("the conversation is now: {}{because}", printable(value))))
    }

    fn session(&self, change: SessionChange) -> Option<String> {
        let words = match change {
            SessionChange::Replaced => "the earlier conversation is over; a new one begins",
            SessionChange::Resumed => "the conversation goes on",
            SessionChange::Identified => "you are known to the site now",
            _ => return None,
        };
        Some(self.quiet(words))
    }

    fn message(&self, message: &Message, replaces: bool) -> Option<String> {
        if self.echo == Echo::Typed && message.local_id.is_some() {
            return None;
        }
        let tone = match message.author {
            Author::Visitor => Tone::Visitor,
            Author::Bot { .. } => Tone::Bot,
            Author::Agent { .. } => Tone::Agent,
            _ => Tone::Quiet,
        };
        let corrected = if replaces { " (corrected)" } else { "" };
        let who = self
            .style
            .paint(tone, &format!("{}{corrected}:", name(&message.author)));
        let mut line = format!("{} {who} {}", self.time(message), indented(&message.text));
        for attachment in &message.attachments {
            let file = format!(
                "\n      [{}] {}",
                printable(&attachment.name),
                printable(&attachment.url)
            );
            line.push_str(&file);
        }
        Some(line)
    }

    fn delivery(&self, status: Delivery, reason: Option<&str>) -> Option<String> {
        let words = match status {
            Delivery::Failed => "not delivered",
            Delivery::Uncertain => "perhaps not delivered",
            Delivery::Expired => "not sent: it waited too long",
            _ => return None,
        };
        let reason = reason
            .map(|reason| format!(": {}", printable(reason)))
            .unwrap_or_default();
        Some(self.warning(&format!("{words}{reason}")))
    }

    fn agent(&self, change: AgentChange, name: Option<&str>) -> String {
        let name = name.map_or_else(|| "somebody".to_owned(), printable);
        self.quiet(&match change {
            AgentChange::Assigned => format!("{name} joined the conversation"),
            AgentChange::Transferred => format!("{name} took over"),
            AgentChange::Left => format!("{name} left the conversation"),
            _ => format!("you are talking to {name}"),
        })
    }

    fn tool(&self, tool: &str, summary: Option<&str>) -> String {
        let what_for = summary
            .map(|summary| format!(": {}", printable(summary)))
            .unwrap_or_default();
        self.quiet(&format!("using {}{what_for}", printable(tool)))
    }

    /// Where the visitor stands, when it is another place than before.
    fn queue(&mut self, position: Option<u32>, wait: Option<Duration>) -> Option<String> {
        let before = self.place.replace((position, wait));
        if before == Some((position, wait)) {
            return None;
        }
        let place = match position {
            Some(1) => "you are next".to_owned(),
            Some(position) => format!("you are number {position} in the queue"),
            None => "you are in the queue".to_owned(),
        };
        let wait = wait
            .map(|wait| format!("; about {} s to wait", wait.as_secs()))
            .unwrap_or_default();
        Some(self.quiet(&format!("{place}{wait}")))
    }

    fn presence(&self, id: Option<&str>, status: &str) -> Option<String> {
        let who = printable(id?);
        Some(self.quiet(&format!("{who} is {}", printable(status))))
    }

    fn notice(&self, words: &str, url: Option<&str>) -> String {
        let url = url.map(|url| format!(" {}", printable(url))).unwrap_or_default();
        self.quiet(&format!("{}{url}", indented(words)))
    }

    /// Hours and minutes here; with the day when it was another one.
    fn time(&self, message: &Message) -> String {
        let Ok(at) = jiff::Timestamp::from_millisecond(message.sent_at.0) else {
            return String::new();
        };
        let at = at.to_zoned(self.zone.clone());
        let today = jiff::Timestamp::now().to_zoned(self.zone.clone()).date();
        let form = if at.date() == today { "%H:%M" } else { "%Y-%m-%d %H:%M" };
        self.style.paint(Tone::Quiet, &at.strftime(form).to_string())
    }

    fn quiet(&self, words: &str) -> String {
        self.style.paint(Tone::Quiet, &format!("      — {words}"))
    }

    fn warning(&self, words: &str) -> String {
        self.style.paint(Tone::Warning, &format!("      ! {words}"))
    }
}

fn name(author: &Author) -> String {
    match (author, author.name()) {
        (_, Some(name)) => printable(name),
        (Author::Visitor, None) => "you".to_owned(),
        (other, None) => other.kind().to_owned(),
    }
}

fn seconds(wait: Duration) -> String {
    format!("{:.1} s", wait.as_secs_f32())
}

/// Later lines begin under the first one.
fn indented(text: &str) -> String {
    text.lines().map(printable).collect::<Vec<_>>().join("\n      ")
}

/// Text from outside must not steer the terminal.
fn printable(text: &str) -> String {
    let harmless = |c: char| if c.is_control() && c != '\t' { '\u{fffd}' } else { c };
    text.chars().map(harmless).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn speech(echo: Echo) -> Speech {
        Speech::new(Style::Plain, echo, TimeZone::UTC)
    }

    fn message(author: Author, text: &str) -> Event {
        let mut message: Message =
            serde_json::from_str(r#"{"author":{"kind":"visitor"},"text":"","sent_at":1782036062000,"status":"sent"}"#)
                .unwrap();
        message.author = author;
        message.text = text.to_owned();
        Event::Message {
            message,
            history: false,
            replaces: false,
        }
    }

    #[test]
    fn a_message_has_its_time_and_its_author() {
        let bot = Author::Bot {
            name: Some("Bo".to_owned()),
        };
        let line = speech(Echo::Unseen).event(&message(bot, "one\ntwo")).unwrap();
        assert_eq!(line, "2026-06-21 10:01 Bo: one\n      two");
        let line = speech(Echo::Unseen).event(&message(Author::Visitor, "hi")).unwrap();
        assert_eq!(line, "2026-06-21 10:01 you: hi");
    }

    #[test]
    fn text_from_outside_cannot_steer_the_terminal() {
        let agent = Author::Agent {
            id: None,
            name: Some("\u{1b}]0;x\u{7}Ada".to_owned()),
            avatar: None,
        };
        let line = speech(Echo::Unseen).event(&message(agent, "a\u{1b}[2Jb\rc")).unwrap();
        assert!(!line.contains(['\u{1b}', '\u{7}', '\r']), "{line:?}");
    }

    #[test]
    fn a_place_in_the_queue_is_told_when_it_changes() {
        let mut speech = speech(Echo::Typed);
        let mut told = |position, seconds| {
            speech.event(&Event::Queue {
                position,
                ahead: None,
                wait: Some(Duration::from_secs(seconds)),
            })
        };
        assert_eq!(
            told(Some(2), 60).unwrap(),
            "      — you are number 2 in the queue; about 60 s to wait"
        );
        assert_eq!(told(Some(2), 60), None);
        assert_eq!(told(Some(1), 5).unwrap(), "      — you are next; about 5 s to wait");
    }

    #[test]
    fn what_a_desk_tells_is_put_into_words() {
        let mut speech = speech(Echo::Typed);
        let tool = Event::Stream {
            id: "s".to_owned(),
            step: StreamStep::ToolUse {
                tool: "look_up_order".to_owned(),
                summary: Some("1002".to_owned()),
            },
        };
        assert_eq!(speech.event(&tool).unwrap(), "      — using look_up_order: 1002");
        let engage = Event::Engage {
            id: "e".to_owned(),
            text: "Need help?".to_owned(),
            url: Some("https://x/\u{1b}".to_owned()),
        };
        assert_eq!(speech.event(&engage).unwrap(), "      — Need help? https://x/\u{fffd}");
        let command = |name, ok| Event::Command { name, ok };
        assert_eq!(speech.event(&command("read", true)), None);
        assert_eq!(
            speech.event(&command("upload", false)).unwrap(),
            "      ! /upload was not carried out"
        );
    }

    #[test]
    fn colours_appear_only_where_they_are_welcome() {
        let mut speech = Speech::new(Style::Coloured, Echo::Unseen, TimeZone::UTC);
        assert!(
            speech
                .event(&message(Author::System, "hi"))
                .unwrap()
                .contains("\u{1b}[")
        );
    }

    #[test]
    fn the_connection_is_told_once_for_each_change() {
        let mut speech = speech(Echo::Typed);
        let status = |state| {
            Event::Connection(ConnectionStatus {
                state,
                reason: Some("no route".to_owned()),
                attempt: 1,
                retry_in: Some(Duration::from_millis(1_830)),
                retry_at: None,
            })
        };
        assert!(speech.event(&status(ConnectionState::Connecting)).is_some());
        let backoff = speech.event(&status(ConnectionState::Backoff)).unwrap();
        assert_eq!(backoff, "      ! not connected (no route); trying again in 1.8 s");
        assert!(speech.event(&status(ConnectionState::Connecting)).is_none());
        assert_eq!(
            speech.event(&status(ConnectionState::Live)).unwrap(),
            "      — connected"
        );
    }
}
