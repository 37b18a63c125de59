//! The thread as it is drawn: messages in groups, days and conversations apart.

use std::sync::Arc;
use std::time::Duration;

use visavis_client_core::ids::ServerId;
use visavis_client_core::time::UnixMillis;
use visavis_client_core::{Author, Message};

use super::signal::Signal;
use super::stream::{self, Live};

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
#[derive(Clone, PartialEq)]
pub(crate) struct Shown {
    pub(crate) message: Message,
    pub(crate) place: Place,
    /// Its words are not those it first had.
    pub(crate) edited: bool,
    /// It arrives piece by piece, or did so before this page's eyes.
    pub(crate) live: Option<Arc<Live>>,
}

/// What a line of the thread is.
#[derive(Clone)]
pub(crate) enum Content {
    /// A new day begins; any moment of it.
    Day(UnixMillis),
    /// The server lost the session; a new conversation begins.
    Conversation,
    /// Below are so many messages that nobody had looked at.
    News(u32),
    /// A message; it changes in place.
    Message(Signal<Shown>),
}

/// One line of the thread.
pub(crate) struct Line {
    /// The same as long as the line stands for the same thing.
    pub(crate) key: String,
    pub(crate) content: Content,
}

impl Line {
    fn new(key: String, content: Content) -> Arc<Self> {
        Arc::new(Self { key, content })
    }

    /// Whether somebody else than the visitor wrote it.
    pub(crate) fn is_of_others(&self) -> bool {
        match &self.content {
            Content::Message(shown) => shown.peek(|shown| shown.message.author != Author::Visitor),
            _ => false,
        }
    }
}

/// What is known of messages beyond themselves.
#[derive(Default)]
pub(crate) struct Marks {
    /// Those whose words were changed.
    pub(crate) edited: Vec<ServerId>,
    /// The first of so many that nobody had looked at.
    pub(crate) news: Option<(ServerId, u32)>,
}

impl Marks {
    /// A message has other words than before. An answer whose end came late is no such one.
    pub(crate) fn note_edited(&mut self, message: &Message) {
        if let (Some(id), None) = (&message.server_id, &message.stream_id)
            && !self.edited.contains(id)
        {
            self.edited.push(id.clone());
        }
    }

    fn is_edited(&self, message: &Message) -> bool {
        message.server_id.as_ref().is_some_and(|id| self.edited.contains(id))
    }

    /// How many messages from this one on nobody had looked at.
    fn news_from(&self, message: &Message) -> Option<u32> {
        let (first, count) = self.news.as_ref()?;
        (message.server_id.as_ref() == Some(first)).then_some(*count)
    }
}

/// Puts messages in lines. Lines of `before` that go on are kept, their content brought up to date; `streams` are answers that arrive.
/// `day` numbers the visitor's days.
pub(crate) fn arrange<'a>(
    messages: impl Iterator<Item = &'a Message>,
    streams: &[Arc<Live>],
    before: &[Arc<Line>],
    marks: &Marks,
    day: impl Fn(UnixMillis) -> i64,
) -> Vec<Arc<Line>> {
    let mut known = Known {
        before,
        streams,
        marks,
        taken: vec![false; before.len()],
        next: 0,
    };
    let mut lines = Vec::new();
    let mut previous: Option<(&Message, i64)> = None;
    let mut messages = messages.peekable();
    let mut nameless = 0_u32;
    while let Some(message) = messages.next() {
        let own_key = key(message, &mut nameless);
        let today = day(message.sent_at);
        let new_conversation = previous.is_some_and(|(previous, _)| previous.conversation != message.conversation);
        let new_day = previous.is_none_or(|(_, day)| day != today);
        if new_conversation {
            lines.push(known.line(["conversation ", &own_key].concat(), || Content::Conversation));
        }
        if new_day || new_conversation {
            // Named after its first message: with a clock that was set, a day may come twice.
            lines.push(known.line(["day ", &own_key].concat(), || Content::Day(message.sent_at)));
        }
        let news = marks.news_from(message);
        if let Some(count) = news {
            lines.push(known.line(["news ", &count.to_string()].concat(), || Content::News(count)));
        }
        let parted = new_conversation
            || new_day
            || news.is_some()
            || !previous.is_some_and(|(previous, _)| together(previous, message));
        let next_parted = !messages.peek().is_some_and(|next| {
            next.conversation == message.conversation
                && marks.news_from(next).is_none()
                && together(message, next)
                && day(next.sent_at) == today
        });
        let place = Place {
            first: parted,
            last: next_parted,
        };
        lines.push(known.message(own_key, message, place));
        previous = Some((message, today));
    }
    lines
}

/// Lines of before. They are asked for in much the same order, so each search begins where the last one ended.
struct Known<'a> {
    before: &'a [Arc<Line>],
    streams: &'a [Arc<Live>],
    marks: &'a Marks,
    /// Those that were found: two messages may have the same key.
    taken: Vec<bool>,
    next: usize,
}

impl Known<'_> {
    fn find(&mut self, key: &str) -> Option<Arc<Line>> {
        let free = |at: &usize| {
            let line = self.before.get(*at).filter(|line| line.key == key);
            line.is_some() && self.taken.get(*at) == Some(&false)
        };
        let at = (self.next..self.before.len())
            .find(free)
            .or_else(|| (0..self.next).find(free))?;
        self.next = at + 1;
        if let Some(taken) = self.taken.get_mut(at) {
            *taken = true;
        }
        self.before.get(at).cloned()
    }

    fn line(&mut self, key: String, content: impl FnOnce() -> Content) -> Arc<Line> {
        self.find(&key).unwrap_or_else(|| Line::new(key, content()))
    }

    fn message(&mut self, key: String, message: &Message, place: Place) -> Arc<Line> {
        let edited = self.marks.is_edited(message);
        let shown = |live| Shown {
            message: message.clone(),
            place,
            edited,
            live,
        };
        if let Some(line) = self.find(&key)
            && let Content::Message(signal) = &line.content
        {
            let same = |before: &Shown| before.message == *message && before.place == place && before.edited == edited;
            if !signal.peek(same) {
                signal.set(shown(signal.peek(|before| before.live.clone())));
            }
            return line;
        }
        let live = message
            .stream_id
            .as_deref()
            .and_then(|id| stream::find(self.streams, id));
        Line::new(key, Content::Message(Signal::new(shown(live))))
    }
}

/// The visitor's own keep the key they got before the server knew them, an answer the one it arrived under.
fn key(message: &Message, nameless: &mut u32) -> String {
    if let Some(id) = message.local_id {
        return id.to_string();
    }
    if let Some(id) = &message.stream_id {
        return ["stream ", id].concat();
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

/// The thread. Two are the same when they hold the same lines, whatever those hold.
#[derive(Clone, Default)]
pub(crate) struct Lines(pub(crate) Vec<Arc<Line>>);

impl Lines {
    /// Wakes whatever reads one of them.
    pub(crate) fn wake(&self) {
        for line in &self.0 {
            if let Content::Message(shown) = &line.content {
                shown.wake();
                if let Some(live) = shown.peek(|shown| shown.live.clone()) {
                    live.wake();
                }
            }
        }
    }
}

impl PartialEq for Lines {
    fn eq(&self, other: &Self) -> bool {
        self.0.len() == other.0.len() && self.0.iter().zip(&other.0).all(|(one, other)| Arc::ptr_eq(one, other))
    }
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
            choices: Vec::new(),
            tools: Vec::new(),
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
                Content::News(count) => format!("--news {count}"),
                Content::Message(shown) => shown.peek(|shown| {
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
        let lines = arrange(log.iter(), &[], &[], &Marks::default(), day);
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
        let lines = arrange(log.iter(), &[], &[], &Marks::default(), day);
        assert_eq!(drawing(&lines), ["--day", "[a]", "--conversation", "--day", "[b]"]);
    }

    #[test]
    fn what_nobody_looked_at_is_set_apart_and_counted() {
        let bot = Author::Bot { name: None };
        let log = ["a", "b", "c"].map(|id| message(bot.clone(), 0, id));
        let marks = Marks {
            news: Some((ServerId("b".to_owned()), 2)),
            edited: vec![ServerId("c".to_owned())],
        };
        let lines = arrange(log.iter(), &[], &[], &marks, day);
        assert_eq!(drawing(&lines), ["--day", "[a]", "--news 2", "[b", "c]"]);
        let edited = lines.iter().filter_map(|line| match &line.content {
            Content::Message(shown) => Some(shown.peek(|shown| shown.edited)),
            _ => None,
        });
        assert_eq!(edited.collect::<Vec<_>>(), [false, false, true]);
        let later = arrange(log.iter(), &[], &lines, &Marks::default(), day);
        assert_eq!(drawing(&later), ["--day", "[a", "b", "c]"]);
        assert!(Arc::ptr_eq(&later[2], &lines[3]));
    }

    #[test]
    fn lines_that_go_on_are_kept_and_brought_up_to_date() {
        let mut own = message(Author::Visitor, 0, "a");
        own.local_id = Some(LocalId::from_random(1));
        own.server_id = None;
        let before = arrange([&own].into_iter(), &[], &[], &Marks::default(), day);
        own.server_id = Some(ServerId("s".to_owned()));
        let after = arrange([&own].into_iter(), &[], &before, &Marks::default(), day);
        assert!(Lines(before) == Lines(after.clone()));
        let answer = message(Author::Visitor, 1, "b");
        let later = arrange([&own, &answer].into_iter(), &[], &after, &Marks::default(), day);
        assert!(Lines(after.clone()) != Lines(later.clone()));
        assert!(Arc::ptr_eq(&after[1], &later[1]));
        assert_eq!(drawing(&later), ["--day", "[a", "b]"]);
    }

    #[test]
    fn a_key_that_comes_twice_stands_for_two_lines() {
        let bot = Author::Bot { name: None };
        let mut first = message(bot.clone(), 0, "a");
        first.stream_id = Some("ai-1".to_owned());
        let before = arrange([&first].into_iter(), &[], &[], &Marks::default(), day);
        let mut second = message(bot, 1, "b");
        second.stream_id.clone_from(&first.stream_id);
        let log = [first, second];
        let both = arrange(log.iter(), &[], &before, &Marks::default(), day);
        assert_eq!(drawing(&both), ["--day", "[a", "b]"]);
        assert!(Arc::ptr_eq(&both[1], &before[1]) && !Arc::ptr_eq(&both[2], &both[1]));
        let later = arrange(log.iter(), &[], &both, &Marks::default(), day);
        assert!(Lines(both) == Lines(later));
    }
}
