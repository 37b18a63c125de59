//! An answer while it arrives: its text, the tools it uses, and how it ended. Its bubble stays the same when it becomes a message.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::{Arc, Weak};
use std::time::Duration;

use leptos::prelude::AnyView;
use send_wrapper::SendWrapper;
use visavis_client_core::event::StreamStep;
use visavis_client_core::{Author, Client, Delivery, Message, ToolUse};

use super::Scene;
use super::element::{Element, div, element, live, nothing, span};
use super::i18n::Words;
use super::icons::{self, icon};
use super::line::Shown;
use super::markdown::Growing;
use super::signal::Signal;
use crate::driver::{Timer, now};

/// From one drawing to the next, with whatever came meanwhile. Fast enough to look fluent; drawing every frame would cost five times as much.
const PACE: Duration = Duration::from_millis(80);
/// The page lays the whole thread out for each drawing: a long answer is drawn less often, by a millisecond for so many bytes.
const BYTES_A_MILLISECOND: u64 = 32;
/// And never less often than this.
const SLOWEST: Duration = Duration::from_millis(400);

fn pace(length: usize) -> Duration {
    let longer = Duration::from_millis(length as u64 / BYTES_A_MILLISECOND);
    (PACE + longer).min(SLOWEST)
}

/// A use of a tool.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Crumb {
    tool: String,
    summary: Option<String>,
    done: bool,
}

/// How far an answer is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Phase {
    Arriving,
    /// It is a message of the log now.
    Over,
    /// It broke off; perhaps the server said why.
    Broken(Option<String>),
}

/// When what comes is drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// At once.
    Now,
    /// Something was drawn a moment ago: a little later, if anything comes.
    Later,
    /// Something came, and is drawn a little later.
    Due,
}

/// An answer that arrives, and afterwards what is known of it beyond its message.
pub(crate) struct Live {
    /// What stands for it in the thread until its message is there.
    pub(crate) stand_in: Message,
    text: Signal<String>,
    crumbs: Signal<Vec<Crumb>>,
    phase: Signal<Phase>,
    turn: SendWrapper<Cell<Turn>>,
    rest: SendWrapper<Timer>,
}

impl PartialEq for Live {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Live {
    fn new(id: &str, conversation: u32, assistant: Option<String>) -> Arc<Self> {
        Arc::new_cyclic(|live: &Weak<Self>| {
            let rest = Timer::new({
                let live = live.clone();
                move || {
                    if let Some(live) = live.upgrade()
                        && live.turn.replace(Turn::Now) == Turn::Due
                    {
                        live.draw();
                    }
                }
            });
            Self {
                stand_in: stand_in(id, conversation, assistant),
                text: Signal::new(String::new()),
                crumbs: Signal::new(Vec::new()),
                phase: Signal::new(Phase::Arriving),
                turn: SendWrapper::new(Cell::new(Turn::Now)),
                rest: SendWrapper::new(rest),
            }
        })
    }

    /// Wakes whatever reads this.
    pub(crate) fn wake(&self) {
        self.text.wake();
        self.crumbs.wake();
        self.phase.wake();
    }

    fn is(&self, id: &str) -> bool {
        self.stand_in.stream_id.as_deref() == Some(id)
    }

    fn is_over(&self) -> bool {
        self.phase.peek(|phase| *phase != Phase::Arriving)
    }

    fn step(&self, step: &StreamStep) {
        match step {
            StreamStep::Chunk { text } => {
                self.text.amend(|collected| collected.push_str(text));
                if self.turn.replace(Turn::Due) == Turn::Now {
                    self.draw();
                }
            }
            StreamStep::ToolUse { tool, summary } => self.begin(tool, summary.as_deref()),
            StreamStep::ToolResult { tool, summary } => self.finish(tool, summary.as_deref()),
            StreamStep::End { .. } => self.close(Phase::Over),
            StreamStep::Error { message } => self.close(Phase::Broken(Some(message.clone()))),
            StreamStep::Interrupted => self.close(Phase::Broken(None)),
            _ => {}
        }
    }

    /// Draws what is there, and then rests.
    fn draw(&self) {
        self.turn.set(Turn::Later);
        self.rest.arm(pace(self.text.peek(String::len)));
        self.text.wake();
    }

    fn close(&self, phase: Phase) {
        self.change_crumbs(|crumbs| crumbs.iter_mut().for_each(|crumb| crumb.done = true));
        self.phase.set(phase);
    }

    fn begin(&self, tool: &str, summary: Option<&str>) {
        self.change_crumbs(|crumbs| {
            crumbs.push(Crumb {
                tool: tool.to_owned(),
                summary: readable(summary),
                done: false,
            });
        });
    }

    fn finish(&self, tool: &str, summary: Option<&str>) {
        self.change_crumbs(|crumbs| {
            let waiting = crumbs.iter_mut().find(|crumb| !crumb.done && crumb.tool == tool);
            if let Some(crumb) = waiting {
                crumb.done = true;
                crumb.summary = readable(summary).or(crumb.summary.take());
            } else {
                crumbs.push(Crumb {
                    tool: tool.to_owned(),
                    summary: readable(summary),
                    done: true,
                });
            }
        });
    }

    fn change_crumbs(&self, change: impl FnOnce(&mut Vec<Crumb>)) {
        let mut crumbs = self.crumbs.peek(Vec::clone);
        change(&mut crumbs);
        self.crumbs.set(crumbs);
    }
}

fn stand_in(id: &str, conversation: u32, assistant: Option<String>) -> Message {
    Message {
        local_id: None,
        server_id: None,
        author: Author::Bot { name: assistant },
        text: String::new(),
        sent_at: now().wall,
        server_time: false,
        attachments: Vec::new(),
        choices: Vec::new(),
        tools: Vec::new(),
        status: Delivery::Sent,
        reason: None,
        stream_id: Some(id.to_owned()),
        conversation,
    }
}

/// Words, not data.
fn readable(summary: Option<&str>) -> Option<String> {
    let summary = summary?.trim();
    (!summary.is_empty() && !summary.starts_with(['{', '['])).then(|| summary.to_owned())
}

/// The answers that arrive.
pub(crate) struct Streams {
    open: SendWrapper<RefCell<Vec<Arc<Live>>>>,
    conversation: SendWrapper<Cell<u32>>,
    assistant: SendWrapper<RefCell<Option<String>>>,
    /// A finished answer, to be read out.
    spoken: Signal<Option<String>>,
    /// The server's words when an answer broke off before its first one.
    unanswered: Signal<Option<String>>,
}

impl Default for Streams {
    fn default() -> Self {
        Self {
            open: SendWrapper::new(RefCell::default()),
            conversation: SendWrapper::new(Cell::new(0)),
            assistant: SendWrapper::new(RefCell::default()),
            spoken: Signal::new(None),
            unanswered: Signal::new(None),
        }
    }
}

impl Streams {
    /// Notes a step of one. Answers whether the thread changes by it.
    pub(crate) fn note(&self, id: &str, step: &StreamStep) -> bool {
        let mut open = self.open.borrow_mut();
        let known = open.iter().rfind(|live| live.is(id) && !live.is_over()).cloned();
        let is_new = known.is_none();
        let live = known.unwrap_or_else(|| {
            let live = Live::new(id, self.conversation.get(), self.assistant.borrow().clone());
            open.push(Arc::clone(&live));
            self.spoken.set(None);
            self.unanswered.set(None);
            live
        });
        live.step(step);
        if let StreamStep::Error { message } = step
            && live.text.peek(String::is_empty)
        {
            self.unanswered.set(Some(message.clone()));
        }
        is_new || live.is_over()
    }

    /// Somebody said something: what went wrong before is past.
    pub(crate) fn go_on(&self) {
        self.unanswered.set(None);
    }

    /// All whose messages the thread does not hold yet, oldest first.
    pub(crate) fn all(&self) -> Vec<Arc<Live>> {
        self.open.borrow().clone()
    }

    /// The thread is up to date: it has the messages of those that are over, or they came to nothing. The next one belongs to its conversation.
    pub(crate) fn settled(&self, client: &Client) {
        let newest = client.messages().next_back();
        self.conversation.set(newest.map_or(0, |newest| newest.conversation));
        let details = client.widget_config().and_then(|config| config.details.as_deref());
        self.assistant
            .replace(details.and_then(|details| details.assistant.clone()));
        self.open.borrow_mut().retain(|live| !live.is_over());
    }

    /// Wakes whatever reads this.
    pub(crate) fn wake(&self) {
        self.spoken.wake();
        self.unanswered.wake();
    }
}

/// The answer of a message or stand-in that is new in the thread.
pub(crate) fn find(streams: &[Arc<Live>], id: &str) -> Option<Arc<Live>> {
    streams.iter().rfind(|live| live.is(id)).cloned()
}

/// Those that the thread shows by themselves.
pub(crate) fn arriving(streams: &[Arc<Live>]) -> impl Iterator<Item = &Message> {
    streams.iter().filter(|live| !live.is_over()).map(|live| &live.stand_in)
}

/// What is in the bubble of an answer that arrives or arrived.
pub(crate) fn content(scene: &Arc<Scene>, shown: &Signal<Shown>, answer: &Arc<Live>) -> AnyView {
    let (of_crumbs, of_phase) = (answer.crumbs.clone(), answer.phase.clone());
    let words = scene.words;
    let crumbs = live(move || {
        let list = of_crumbs.with(|crumbs| crumbs.iter().map(crumb).collect());
        trail(list, words).unwrap_or_else(nothing)
    });
    let class = move || of_phase.with(|phase| if *phase == Phase::Arriving { "growing" } else { "grown" }.to_owned());
    let text = element("DIV").live_attr("class", class).follow({
        let (scene, shown, answer) = (Arc::clone(scene), shown.clone(), Arc::clone(answer));
        let drawn: Rc<RefCell<Option<Growing>>> = Rc::default();
        move |place| draw(&scene, &shown, &answer, &mut drawn.borrow_mut(), place)
    });
    element("DIV").child(crumbs).child(text).into()
}

/// The tools in a row.
fn trail(list: Vec<AnyView>, words: &Words) -> Option<AnyView> {
    let named = || {
        element("UL")
            .attr("class", "crumbs")
            .attr("aria-label", words.media.tools)
    };
    (!list.is_empty()).then(|| named().children(list).into())
}

/// The tools that an answer used which is in the log.
pub(crate) fn used(message: &Message, words: &Words) -> Option<AnyView> {
    let done = |used: &ToolUse| {
        crumb(&Crumb {
            tool: used.tool.clone(),
            summary: readable(used.result.as_deref()).or_else(|| readable(used.summary.as_deref())),
            done: true,
        })
    };
    trail(message.tools.iter().map(done).collect(), words)
}

/// Draws what is there of a text, and has the whole one read out once.
fn draw(scene: &Scene, shown: &Signal<Shown>, answer: &Live, drawn: &mut Option<Growing>, place: &web_sys::Element) {
    let is_fresh = drawn.is_none();
    let growing = drawn.get_or_insert_with(|| Growing::new(place.clone(), scene.words));
    let is_stored = shown.with(|shown| {
        let text = &shown.message.text;
        if !text.is_empty() {
            growing.show(text);
        }
        !text.is_empty()
    });
    if !is_stored {
        answer.text.with(|text| growing.show(text));
    } else if !is_fresh {
        scene.state.desk.streams.spoken.set(place.text_content());
    }
}

fn crumb(crumb: &Crumb) -> AnyView {
    let (state, picture) = if crumb.done {
        ("crumb done", icon(icons::CHECK))
    } else {
        ("crumb", span("spinner").attr("aria-hidden", "true").into())
    };
    let item = element("LI")
        .attr("class", state)
        .child(picture)
        .child(span("tool").child(title(&crumb.tool)));
    match &crumb.summary {
        Some(summary) => item.child(span("summary").child(summary.clone())).into(),
        None => item.into(),
    }
}

/// `look_up_order` as people write it.
fn title(tool: &str) -> String {
    let words = tool.replace(['_', '-'], " ");
    let mut letters = words.trim().chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase().to_string());
    [first.as_deref().unwrap_or_default(), letters.as_str()].concat()
}

/// A row that is not read out while it grows, nor piece by piece when it is done.
pub(crate) fn quiet(row: Element, answer: &Live) -> Element {
    let phase = answer.phase.clone();
    row.attr("aria-live", "off").live_attr("aria-busy", move || {
        phase.with(|phase| *phase == Phase::Arriving).to_string()
    })
}

/// Whether a message is an answer without an end.
pub(crate) fn is_broken(message: &Message) -> bool {
    message.stream_id.is_some() && message.reason.is_some()
}

/// Why an answer has no end, for below its bubble.
pub(crate) fn trouble(shown: &Shown, scene: &Scene) -> Option<String> {
    if !is_broken(&shown.message) {
        return None;
    }
    let said = shown.live.as_ref().and_then(|live| {
        live.phase.with(|phase| match phase {
            Phase::Broken(words) => words.clone(),
            _ => None,
        })
    });
    Some(broken(said.as_deref(), scene))
}

fn broken(said: Option<&str>, scene: &Scene) -> String {
    match said.filter(|said| !said.is_empty()) {
        Some(said) => [scene.words.media.broken_off, " ", said].concat(),
        None => scene.words.media.broken_off.to_owned(),
    }
}

/// What a screen reader is told: a finished answer as a whole, as the log does not read one that grows.
pub(crate) fn spoken(scene: &Arc<Scene>) -> Option<AnyView> {
    let spoken = scene.state.desk.streams.spoken.clone();
    let line = live(move || match spoken.get() {
        Some(text) => element("P").child(text).into(),
        None => nothing(),
    });
    Some(div("unseen").attr("role", "status").child(line).into())
}

/// An answer that broke off before its first word: there is no bubble that could say so.
pub(crate) fn unanswered(scene: &Arc<Scene>) -> Option<AnyView> {
    let scene = Arc::clone(scene);
    Some(live(move || match scene.state.desk.streams.unanswered.get() {
        Some(said) => {
            let words = broken(Some(&said), &scene);
            let bubble = div("bubble").child(element("P").child(words));
            div("message system").child(bubble).into()
        }
        None => nothing(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tools_are_named_as_people_write() {
        assert_eq!(title("look_up_order"), "Look up order");
        assert_eq!(title("web-search"), "Web search");
        assert_eq!(title(""), "");
    }

    #[test]
    fn a_long_answer_is_drawn_less_often() {
        assert_eq!(pace(0), PACE);
        assert_eq!(pace(6_400).as_millis(), 280);
        assert_eq!(pace(1_000_000), SLOWEST);
    }

    #[test]
    fn data_are_no_words() {
        assert_eq!(readable(Some(" found ")), Some("found".to_owned()));
        for data in [r#"{"number":1}"#, "[1]", " ", ""] {
            assert_eq!(readable(Some(data)), None, "{data}");
        }
    }
}
