//! The thread as it is drawn: messages in groups, days and conversations apart.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use visavis_client_core::time::UnixMillis;
use visavis_client_core::{Author, Message};

/// Messages of one author within this time stand together.
const TOGETHER: Duration = Duration::from_secs(5 * 60);

/// Where a message stands among its neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// First of its group: the author's name stands above.
    pub(crate) first: bool,
    /// Last of its group: the time stands below.
    pub(crate) last: bool,
}

/// A message with its place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shown {
    pub(crate) message: Message,
    pub(crate) place: Place,
}

/// What a line of the thread is.
#[derive(Clone)]
pub(crate) enum Content {
    /// A new day begins; any moment of it.
    Day(UnixMillis),
    /// The server lost the session; a new conversation begins.
    Conversation,
    /// A message; it changes in place.
    Message(ArcRwSignal<Shown>),
}

/// One line of the thread.
#[derive(Clone)]
pub(crate) struct Line {
    /// The same as long as the line stands for the same thing.
    pub(crate) key: String,
    pub(crate) content: Content,
}

/// Puts messages in lines. Lines of `before` that go on are kept, their content brought up to date.
/// `day` numbers the visitor's days.
pub(crate) fn arrange<'a>(
    messages: impl Iterator<Item = &'a Message>,
    before: &[Arc<Line>],
    day: impl Fn(UnixMillis) -> i64,
) -> Vec<Arc<Line>> {
    let known: BTreeMap<&str, &Arc<Line>> = before.iter().map(|line| (line.key.as_str(), line)).collect();
    let mut lines = Vec::new();
    let mut previous: Option<&Message> = None;
    let mut messages = messages.peekable();
    let mut nameless = 0_u32;
    while let Some(message) = messages.next() {
        let own_key = key(message, &mut nameless);
        let today = day(message.sent_at);
        let new_conversation = previous.is_some_and(|previous| previous.conversation != message.conversation);
        let new_day = previous.is_none_or(|previous| day(previous.sent_at) != today);
        if new_conversation {
            lines.push(kept(&known, ["conversation ", &own_key].concat(), || {
                Content::Conversation
            }));
        }
        if new_day || new_conversation {
            // Named after its first message: with a clock that was set, a day may come twice.
            lines.push(kept(&known, ["day ", &own_key].concat(), || {
                Content::Day(message.sent_at)
            }));
        }
        let parted = new_conversation || new_day || !previous.is_some_and(|previous| together(previous, message));
        let next_parted = !messages.peek().is_some_and(|next| {
            next.conversation == message.conversation && day(next.sent_at) == today && together(message, next)
        });
        let place = Place {
            first: parted,
            last: next_parted,
        };
        lines.push(shown(&known, own_key, message, place));
        previous = Some(message);
    }
    lines
}

fn kept(known: &BTreeMap<&str, &Arc<Line>>, key: String, content: impl FnOnce() -> Content) -> Arc<Line> {
    match known.get(key.as_str()) {
        Some(line) => Arc::clone(line),
        None => Arc::new(Line {
            key,
            content: content(),
        }),
    }
}

fn shown(known: &BTreeMap<&str, &Arc<Line>>, key: String, message: &Message, place: Place) -> Arc<Line> {
    if let Some(line) = known.get(key.as_str())
        && let Content::Message(signal) = &line.content
    {
        let differs = signal.with_untracked(|shown| shown.place != place || shown.message != *message);
        if differs {
            signal.set(Shown {
                message: message.clone(),
                place,
            });
        }
        return Arc::clone(line);
    }
    let content = Content::Message(ArcRwSignal::new(Shown {
        message: message.clone(),
        place,
    }));
    Arc::new(Line { key, content })
}

/// The visitor's own keep the key they got before the server knew them.
fn key(message: &Message, nameless: &mut u32) -> String {
    if let Some(id) = message.local_id {
        return id.to_string();
    }
    if let Some(id) = &message.server_id {
        return ["server ", &id.0].concat();
    }
    *nameless += 1;
    ["nameless ", &nameless.to_string()].concat()
}

fn together(one: &Message, next: &Message) -> bool {
    same_author(&one.author, &next.author) && next.sent_at.since(one.sent_at) < TOGETHER
}

fn same_author(one: &Author, other: &Author) -> bool {
    one.kind() == other.kind() && one.name() == other.name() && !matches!(one, Author::System)
}

/// Whether both are the same lines, whatever they hold.
pub(crate) fn same_lines(one: &[Arc<Line>], other: &[Arc<Line>]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| Arc::ptr_eq(one, other))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use visavis_client_core::Delivery;
    use visavis_client_core::ids::{LocalId, ServerId};

    use super::*;

    fn message(author: Author, minute: i64, id: &str) -> Message {
        Message {
            local_id: None,
            server_id: Some(ServerId(id.to_owned())),
            author,
            text: id.to_owned(),
            sent_at: UnixMillis(minute * 60_000),
            server_time: true,
            attachments: Vec::new(),
            status: Delivery::Sent,
            reason: None,
            stream_id: None,
            conversation: 0,
        }
    }

    fn day(at: UnixMillis) -> i64 {
        at.0.div_euclid(86_400_000)
    }

    fn drawing(lines: &[Arc<Line>]) -> Vec<String> {
        lines
            .iter()
            .map(|line| match &line.content {
                Content::Day(_) => "--day".to_owned(),
                Content::Conversation => "--conversation".to_owned(),
                Content::Message(shown) => shown.with_untracked(|shown| {
                    let first = if shown.place.first { "[" } else { "" };
                    let last = if shown.place.last { "]" } else { "" };
                    format!("{first}{}{last}", shown.message.text)
                }),
            })
            .collect()
    }

    #[test]
    fn neighbours_of_one_author_stand_together() {
        let bot = Author::Bot { name: None };
        let log = [
            message(Author::Visitor, 0, "a"),
            message(Author::Visitor, 1, "b"),
            message(bot.clone(), 1, "c"),
            message(bot.clone(), 7, "d"),
            message(Author::System, 7, "e"),
            message(Author::System, 7, "f"),
            message(bot, 24 * 60, "g"),
        ];
        let lines = arrange(log.iter(), &[], day);
        assert_eq!(
            drawing(&lines),
            ["--day", "[a", "b]", "[c]", "[d]", "[e]", "[f]", "--day", "[g]"]
        );
    }

    #[test]
    fn a_new_conversation_is_set_apart() {
        let mut second = message(Author::Visitor, 1, "b");
        second.conversation = 1;
        let log = [message(Author::Visitor, 0, "a"), second];
        let lines = arrange(log.iter(), &[], day);
        assert_eq!(drawing(&lines), ["--day", "[a]", "--conversation", "--day", "[b]"]);
    }

    #[test]
    fn lines_that_go_on_are_kept_and_brought_up_to_date() {
        let mut own = message(Author::Visitor, 0, "a");
        own.local_id = Some(LocalId::from_random(1));
        own.server_id = None;
        let before = arrange([&own].into_iter(), &[], day);
        own.server_id = Some(ServerId("s".to_owned()));
        let after = arrange([&own].into_iter(), &before, day);
        assert!(same_lines(&before, &after));
        let answer = message(Author::Visitor, 1, "b");
        let later = arrange([&own, &answer].into_iter(), &after, day);
        assert!(!same_lines(&after, &later));
        assert!(Arc::ptr_eq(&after[1], &later[1]));
        assert_eq!(drawing(&later), ["--day", "[a", "b]"]);
    }
}
