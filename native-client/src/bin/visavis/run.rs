//! One conversation, from the first line of input to the exit code.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;

use jiff::tz::TimeZone;
use tokio::sync::Notify;
use tokio::time::Instant;
use visavis_native_client::{Attention, ConnectionState, Delivery, Error, Event, Events, LocalId, StreamStep, Visitor};

use crate::args::Chat;
use crate::end::{Ending, Exit, Left, Verdict, later};
use crate::entry::Entry;
use crate::input::{self, Entries};
use crate::interactive::{self, Settings};
use crate::output::{Output, Place};
use crate::output_text::{Echo, Speech};
use crate::signals;
use crate::style::{Style, Tone};
use crate::wishes::Wishes;
use crate::{setup, tail};

/// Holds the conversation that the options describe.
pub(crate) async fn chat(chat: Box<Chat>) -> Exit {
    let asked_to_leave = match signals::asked_to_leave() {
        Ok(asked) => asked,
        Err(error) => return broken(&error),
    };
    let connected = match setup::builder(&chat) {
        Ok(builder) => builder.connect().await,
        Err(error) => Err(error),
    };
    let visitor = match connected {
        Ok(visitor) => visitor,
        Err(error) => return refused(&chat, &error),
    };
    // Where nobody is told that a message was seen, whoever started this command watches: what is polled is polled often.
    if !visitor.capabilities().receipts
        && let Err(error) = visitor.attend(Attention::Watching)
    {
        return refused(&chat, &error);
    }
    let interrupted = Arc::new(Notify::new());
    let terminal = (!chat.json && interactive::is_possible()).then(Settings::save);
    let (entries, output) = match open(&chat, terminal.as_ref(), &interrupted) {
        Ok(ends) => ends,
        Err(error) => return broken(&error),
    };
    let mut run = Run::new(&chat, visitor.clone(), entries, output);
    let exit = tokio::select! {
        biased;
        exit = asked_to_leave => exit,
        () = interrupted.notified() => Exit::Interrupted,
        exit = run.go() => exit,
    };
    visitor.close().await;
    drop(terminal);
    run.output.leave_the_prompt();
    // What happened last is told, too; if nobody reads it, that was known before.
    let _ = run.tell_the_rest();
    exit
}

fn broken(error: &io::Error) -> Exit {
    eprintln!("visavis: {error}");
    Exit::Configuration
}

fn refused(chat: &Chat, error: &Error) -> Exit {
    if chat.json {
        let _ = Output::Json.error(error);
    }
    eprintln!("visavis: {error}");
    Exit::after(error)
}

/// Both ends of the run: a terminal's, or the standard streams.
fn open(chat: &Chat, terminal: Option<&Settings>, interrupted: &Arc<Notify>) -> io::Result<(Entries, Output)> {
    if chat.json {
        return Ok((input::standard()?, Output::Json));
    }
    let style = Style::of(&io::stdout());
    let speech = |echo| Speech::new(style, echo, TimeZone::system());
    let Some(terminal) = terminal else {
        return Ok((
            input::standard()?,
            Output::Text(speech(Echo::Unseen), Place::StandardOutput),
        ));
    };
    println!("{}", style.paint(Tone::Quiet, interactive::GREETING));
    let interrupted = Arc::clone(interrupted);
    let (entries, place) = interactive::terminal(terminal, move || interrupted.notify_one())?;
    Ok((entries, Output::Text(speech(Echo::Typed), place)))
}

type Sending = Pin<Box<dyn Future<Output = Result<Queued, Error>>>>;

/// What is in the queue now.
enum Queued {
    Message,
    File(LocalId),
}

struct Run<'a> {
    chat: &'a Chat,
    visitor: Visitor,
    events: Events,
    /// `None` once nothing more is read.
    entries: Option<Entries>,
    output: Output,
    /// A message on its way into the queue; no further line is read meanwhile.
    sending: Option<Sending>,
    sending_since: Instant,
    wishes: Wishes,
    /// Files whose messages are not acknowledged yet.
    uploads: Vec<LocalId>,
    streams: Vec<String>,
    connection: Seen,
    ending: Ending,
}

/// Whether the connection has been live.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    Never,
    NotNow,
    Live,
}

/// What happened.
#[expect(clippy::large_enum_variant, reason = "one at a time, looked at where it is made")]
enum Happening {
    Event(Option<Event>),
    Entry(Option<Entry>),
    Queued(Result<Queued, Error>),
    Time,
}

impl<'a> Run<'a> {
    fn new(chat: &'a Chat, visitor: Visitor, entries: Entries, output: Output) -> Self {
        Self {
            chat,
            events: visitor.events(),
            visitor,
            entries: Some(entries),
            output,
            sending: None,
            sending_since: Instant::now(),
            wishes: Wishes::default(),
            uploads: Vec::new(),
            streams: Vec::new(),
            connection: Seen::Never,
            ending: Ending::new(chat.timeout, chat.linger),
        }
    }

    async fn go(&mut self) -> Exit {
        loop {
            let look_again = match self.ending.judge(self.left(), Instant::now()) {
                Verdict::End(Exit::TimedOut) => return self.time_is_up().await,
                Verdict::End(exit) => return exit,
                Verdict::GoOn(at) => at.or_else(|| self.stall_limit()),
            };
            let happening = tokio::select! {
                biased;
                event = self.events.next() => Happening::Event(event),
                queued = finished(&mut self.sending) => Happening::Queued(queued),
                entry = taken(&mut self.entries), if self.sending.is_none() => Happening::Entry(entry),
                () = reached(look_again) => Happening::Time,
            };
            match self.follow(happening) {
                Ok(None) => {}
                Ok(Some(Exit::TimedOut)) => return self.time_is_up().await,
                Ok(Some(exit)) => return exit,
                Err(_nobody_reads) => return Exit::OutputClosed,
            }
        }
    }

    fn tell_the_rest(&mut self) -> io::Result<()> {
        while let Some(event) = self.events.try_next() {
            self.output.event(&event)?;
        }
        Ok(())
    }

    /// A full queue is waited for as long as somebody may still write. Input that is complete is given `--timeout` to get in.
    fn stall_limit(&self) -> Option<Instant> {
        self.sending.as_ref()?;
        Some(later(self.sending_since, self.chat.timeout))
    }

    fn follow(&mut self, happening: Happening) -> io::Result<Option<Exit>> {
        match happening {
            Happening::Event(event) => return self.heard(event),
            Happening::Queued(result) => {
                self.sending = None;
                match result {
                    Ok(Queued::Message) => {}
                    Ok(Queued::File(id)) => self.uploading(id)?,
                    Err(error) => self.output.error(&error)?,
                }
            }
            Happening::Entry(Some(entry)) => self.asked(entry)?,
            Happening::Entry(None) => self.no_more_input(),
            Happening::Time => {
                if self.stall_limit().is_some_and(|limit| limit <= Instant::now()) && !self.ending.has_input_ended() {
                    if tail::is_complete() {
                        return Ok(Some(Exit::TimedOut));
                    }
                    self.sending_since = Instant::now();
                }
            }
        }
        Ok(None)
    }

    fn no_more_input(&mut self) {
        self.entries = None;
        self.ending.input_ended(Instant::now());
    }

    fn asked(&mut self, entry: Entry) -> io::Result<()> {
        match entry {
            Entry::Message(text) => {
                let visitor = self.visitor.clone();
                self.send(async move { visitor.send(text).await.map(|_| Queued::Message) });
            }
            Entry::Upload(path) => {
                let visitor = self.visitor.clone();
                self.send(async move {
                    let handle = visitor.send_file("", path).await?;
                    Ok(Queued::File(handle.local_id()))
                });
            }
            Entry::Typing(typing) => {
                let live = self.connection == Seen::Live;
                let done = live && self.visitor.typing(typing).is_ok();
                self.output.command("typing", done)?;
            }
            Entry::Wish(wish) => match self.wishes.keep(wish, &self.visitor) {
                Ok(()) => self.make_wishes()?,
                Err(error) => self.output.error(&error)?,
            },
            Entry::Wrong(error) => self.output.error(&error)?,
            Entry::Quit => self.no_more_input(),
        }
        Ok(())
    }

    fn send(&mut self, sending: impl Future<Output = Result<Queued, Error>> + 'static) {
        self.sending_since = Instant::now();
        self.sending = Some(Box::pin(sending));
    }

    fn make_wishes(&mut self) -> io::Result<()> {
        if self.connection == Seen::Live
            && let Err(error) = self.wishes.make(&self.visitor)
        {
            self.output.error(&error)?;
        }
        Ok(())
    }

    /// A file is queued. What became of its message may be known already.
    fn uploading(&mut self, id: LocalId) -> io::Result<()> {
        self.uploads.push(id);
        match self.visitor.message(id) {
            Some(message) => self.delivered(id, message.status),
            None => Ok(()),
        }
    }

    fn delivered(&mut self, id: LocalId, status: Delivery) -> io::Result<()> {
        let ok = match status {
            Delivery::Pending | Delivery::Sending => return Ok(()),
            Delivery::Sent | Delivery::Delivered | Delivery::Read => true,
            _ => false,
        };
        match self.uploads.iter().position(|upload| *upload == id) {
            Some(at) => {
                self.uploads.swap_remove(at);
                self.output.command("upload", ok)
            }
            None => Ok(()),
        }
    }

    fn heard(&mut self, event: Option<Event>) -> io::Result<Option<Exit>> {
        let Some(event) = event else {
            // More than a million events wait for an output that nobody reads.
            return Ok(Some(Exit::OutputClosed));
        };
        self.output.event(&event)?;
        if self.wishes.note(&event) {
            self.output.command("identify", true)?;
        }
        match event {
            Event::Connection(status) => {
                self.connection = match (status.state, self.connection) {
                    (ConnectionState::Live, _) => Seen::Live,
                    (_, Seen::Never) => Seen::Never,
                    _ => Seen::NotNow,
                };
                self.make_wishes()?;
                if status.state == ConnectionState::Failed {
                    return self.failed().map(Some);
                }
            }
            Event::MessageStatus { local_id, status, .. } => self.delivered(local_id, status)?,
            Event::Stream { id, step } => {
                self.streams.retain(|open| *open != id);
                if !matches!(
                    step,
                    StreamStep::End { .. } | StreamStep::Error { .. } | StreamStep::Interrupted
                ) {
                    self.streams.push(id);
                }
            }
            _ => {}
        }
        Ok(None)
    }

    /// The connection cannot be had until something is corrected: the run ends at once.
    fn failed(&mut self) -> io::Result<Exit> {
        self.tell_the_rest()?;
        if let (Output::Json, Some(failure)) = (&self.output, self.visitor.failure()) {
            self.output.farewell(&failure.to_string());
        }
        self.say_what_is_queued("");
        Ok(self
            .visitor
            .failure()
            .map_or(Exit::Configuration, |failure| Exit::after(&failure)))
    }

    fn left(&self) -> Left {
        if self.sending.is_some()
            || !self.wishes.is_empty()
            || self.connection == Seen::Never
            || self.visitor.queued() > 0
        {
            Left::Work
        } else if self.streams.is_empty() {
            Left::Nothing
        } else {
            Left::Answer
        }
    }

    async fn time_is_up(&mut self) -> Exit {
        let mut unread = usize::from(self.sending.take().is_some());
        if let Some(entries) = self.entries.take() {
            unread += tail::count(entries).await;
        }
        let unread = match unread {
            0 => String::new(),
            1 => "; 1 line was not read".to_owned(),
            lines => format!("; {lines} lines were not read"),
        };
        if self.visitor.queued() == 0 && unread.is_empty() {
            let what = match self.connection {
                Seen::Never => "it was never connected",
                _ => "a command was not carried out",
            };
            self.output.farewell(&format!("timed out: {what}"));
        } else {
            self.say_what_is_queued(&unread);
        }
        Exit::TimedOut
    }

    fn say_what_is_queued(&mut self, more: &str) {
        let (queued, are) = match (self.visitor.queued(), more) {
            (0, "") => return,
            (1, _) => ("1 message was not sent yet".to_owned(), "is"),
            (count, _) => (format!("{count} messages were not sent yet"), "are"),
        };
        let words = match &self.chat.store {
            Some(file) => format!("{queued} and {are} kept in {} for the next run{more}", file.display()),
            None => format!("{queued} and {are} lost, because there is no --store{more}"),
        };
        self.output.farewell(&words);
    }
}

async fn finished(sending: &mut Option<Sending>) -> Result<Queued, Error> {
    match sending {
        Some(sending) => sending.await,
        None => std::future::pending().await,
    }
}

async fn taken(entries: &mut Option<Entries>) -> Option<Entry> {
    match entries {
        Some(entries) => entries.recv().await,
        None => std::future::pending().await,
    }
}

async fn reached(moment: Option<Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment).await,
        None => std::future::pending().await,
    }
}
