//! One task per visitor: takes one input at a time, carries out what the machine wants, and flushes once when nothing more is there.

use std::collections::VecDeque;
use std::future::Future;
use std::ops::Deref;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_util::{FutureExt, SinkExt, StreamExt};
use tokio::time::{Sleep, sleep, sleep_until};
use tokio_tungstenite::tungstenite::Message;
use visavis_client_core::ids::Generation;
use visavis_client_core::time::Instant;
use visavis_client_core::{Client, Command, Input, Output};

use crate::dial::dial;
use crate::http::{perform, upload};
use crate::job::{Answer, Jobs, Name};
use crate::network::Network;
use crate::provider::Providers;
use crate::shared::Shared;
use crate::socket::{Ending, Socket};
use crate::storage::Store;

/// Inputs taken before other tasks get their turn and the socket is flushed.
const BATCH: usize = 32;

/// Closing takes no longer than this, whatever the store and the other side do.
const CLOSE_LIMIT: Duration = Duration::from_secs(5);

/// The close code of an ordinary goodbye.
const NORMAL: u16 = 1000;

/// What the task works with beside the machine.
pub(crate) struct Means {
    pub(crate) network: Network,
    pub(crate) store: Option<Arc<dyn Store>>,
    pub(crate) providers: Providers,
    /// For the socket's upgrade.
    pub(crate) origin: Option<String>,
}

/// The task of one visitor. It owns everything that has to be released.
pub(crate) struct Task {
    line: Option<Line>,
    jobs: Jobs,
    wanted: VecDeque<Output>,
    deadline: Option<Instant>,
    timer: Option<Pin<Box<Sleep>>>,
    /// Counts down once closing has begun.
    closing: Option<Pin<Box<Sleep>>>,
    means: Means,
    /// Dropped last: whoever waits for the end finds everything else released.
    shared: EndsWithTask,
}

struct EndsWithTask(Arc<Shared>);

impl Drop for EndsWithTask {
    fn drop(&mut self) {
        self.0.end();
    }
}

impl Deref for EndsWithTask {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

/// The open socket.
struct Line {
    generation: Generation,
    socket: Socket,
    writing: Writing,
}

enum Writing {
    Flushed,
    Unflushed,
    Failed(Ending),
}

impl Task {
    pub(crate) fn new(shared: Arc<Shared>, means: Means) -> Self {
        Self {
            line: None,
            jobs: Jobs::default(),
            wanted: VecDeque::new(),
            deadline: None,
            timer: None,
            closing: None,
            means,
            shared: EndsWithTask(shared),
        }
    }

    fn give(&mut self, input: Input) {
        self.deadline = self.shared.step(input, &mut self.wanted);
        self.carry_out();
    }

    fn carry_out(&mut self) {
        self.carry_out_all();
        // Given back at once: even four places for outputs are a kilobyte, and most visitors are idle.
        self.wanted = VecDeque::new();
    }

    fn carry_out_all(&mut self) {
        while let Some(output) = self.wanted.pop_front() {
            match output {
                Output::Transmit { generation, frame } => self.transmit(generation, frame),
                Output::OpenSocket { generation, url } => {
                    tracing::debug!(generation = generation.0, %url, "opening a socket");
                    // The machine closes a socket before it opens another; were it otherwise, the newer one would count.
                    self.jobs.give_up_dials();
                    if let Some(line) = self.line.take() {
                        self.say_goodbye(line.socket.close(NORMAL));
                    }
                    let dialling = dial(self.means.network.clone(), url, self.means.origin.clone());
                    self.jobs.start(Name::Dial(generation), async move {
                        Answer::Dialled(generation, dialling.await)
                    });
                }
                Output::CloseSocket { generation, code } => self.close_socket(generation, code),
                Output::Http { request, call } => {
                    let calling = perform(self.means.network.clone(), call);
                    self.jobs.start(Name::Request(request), async move {
                        let result = calling.await;
                        Answer::Input(Input::HttpFinished { request, result })
                    });
                }
                Output::Upload { request, call } => {
                    // A file that an earlier process queued is found by what that process wrote down.
                    let known = self.shared.files().path(call.file);
                    let path = known.or_else(|| call.source.as_ref().map(PathBuf::from));
                    let sending = upload(self.means.network.clone(), call, path);
                    self.jobs.start(Name::Request(request), async move {
                        let result = sending.await;
                        Answer::Input(Input::HttpFinished { request, result })
                    });
                }
                Output::Release { file } => self.shared.files().release(file),
                Output::CancelHttp { request } => self.jobs.give_up(Name::Request(request)),
                Output::Provide { request, what } => {
                    let asking = self.means.providers.ask(what);
                    self.jobs.start(Name::Request(request), async move {
                        let result = asking.await;
                        Answer::Input(Input::Provided { request, result })
                    });
                }
                Output::Store { write, snapshot } => {
                    let scope = self.shared.look(Client::scope);
                    let saving = self.means.store.as_ref().map(|store| store.save(&scope, snapshot.0));
                    self.jobs.start(Name::Store, async move {
                        let result = match saving {
                            Some(saving) => saving.await,
                            None => Err("there is no store".to_owned()),
                        };
                        Answer::Input(Input::Stored { write, result })
                    });
                }
                // Events were told when they were taken.
                other => tracing::debug!(?other, "this client cannot carry that out"),
            }
        }
    }

    fn transmit(&mut self, generation: Generation, frame: String) {
        let Some(line) = self.line.as_mut().filter(|line| line.generation == generation) else {
            return;
        };
        if matches!(line.writing, Writing::Failed(_)) {
            return;
        }
        line.writing = match line.socket.start_send_unpin(Message::text(frame)) {
            Ok(()) => Writing::Unflushed,
            Err(error) => Writing::Failed(Ending::from_error(&error)),
        };
    }

    fn close_socket(&mut self, generation: Generation, code: u16) {
        self.jobs.give_up(Name::Dial(generation));
        if let Some(line) = self.line.take_if(|line| line.generation == generation) {
            tracing::debug!(generation = generation.0, code, "closing the socket");
            self.say_goodbye(line.socket.close(code));
        }
    }

    fn say_goodbye(&mut self, goodbye: impl Future<Output = ()> + Send + 'static) {
        self.jobs.start(Name::Goodbye, goodbye.map(|()| Answer::Done));
    }

    /// The next thing that happened, if anything has. Registers for what has not.
    fn poll_input(&mut self, cx: &mut Context<'_>) -> Poll<Input> {
        while let Poll::Ready(answer) = self.jobs.poll(cx) {
            match answer {
                Answer::Input(input) => return Poll::Ready(input),
                Answer::Dialled(generation, dialled) => return Poll::Ready(self.dialled(generation, dialled)),
                Answer::Done => {}
            }
        }
        if let Poll::Ready(input) = self.poll_line(cx) {
            return Poll::Ready(input);
        }
        self.poll_timer(cx)
    }

    fn dialled(&mut self, generation: Generation, dialled: Result<Socket, String>) -> Input {
        match dialled {
            Ok(socket) => {
                tracing::debug!(generation = generation.0, "the socket is open");
                let writing = Writing::Flushed;
                self.line = Some(Line {
                    generation,
                    socket,
                    writing,
                });
                Input::SocketOpened { generation }
            }
            Err(reason) => {
                tracing::debug!(generation = generation.0, reason, "the socket could not be opened");
                closed(generation, Ending::cut(reason))
            }
        }
    }

    fn poll_line(&mut self, cx: &mut Context<'_>) -> Poll<Input> {
        let Some(line) = &mut self.line else {
            return Poll::Pending;
        };
        let generation = line.generation;
        let ending = loop {
            match ready!(line.socket.poll_next_unpin(cx)) {
                Some(Ok(Message::Text(text))) => {
                    return Poll::Ready(Input::SocketFrame {
                        generation,
                        text: text.as_str().to_owned(),
                    });
                }
                Some(Ok(Message::Binary(bytes))) => {
                    let bytes = bytes.to_vec();
                    return Poll::Ready(Input::SocketBinary { generation, bytes });
                }
                Some(Ok(Message::Close(frame))) => {
                    if let Some(line) = self.line.take() {
                        self.say_goodbye(line.socket.finish());
                    }
                    break Ending::from_frame(frame);
                }
                // Pings are answered by the library.
                Some(Ok(_)) => {}
                Some(Err(error)) => break Ending::from_error(&error),
                None => break Ending::cut("the line was cut"),
            }
        };
        self.line = None;
        Poll::Ready(closed(generation, ending))
    }

    fn poll_timer(&mut self, cx: &mut Context<'_>) -> Poll<Input> {
        let Some(deadline) = self.deadline else {
            return Poll::Pending;
        };
        let clock = self.shared.clock();
        let at = clock.instant_of(deadline);
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(at)));
        // A deadline that moved farther away is left for the timer to find out: most are moved many times and never come.
        if timer.deadline() > at {
            timer.as_mut().reset(at);
        }
        loop {
            ready!(timer.as_mut().poll(cx));
            if clock.now().mono >= deadline {
                return Poll::Ready(Input::Timeout);
            }
            timer.as_mut().reset(at);
        }
    }

    /// Writes out what was gathered. Ready when the line failed.
    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<Input> {
        let Some(line) = &mut self.line else {
            return Poll::Pending;
        };
        if matches!(line.writing, Writing::Unflushed) {
            line.writing = match ready!(line.socket.poll_flush_unpin(cx)) {
                Ok(()) => Writing::Flushed,
                Err(error) => Writing::Failed(Ending::from_error(&error)),
            };
        }
        if !matches!(line.writing, Writing::Failed(_)) {
            return Poll::Pending;
        }
        match self.line.take() {
            Some(Line {
                generation,
                writing: Writing::Failed(ending),
                ..
            }) => Poll::Ready(closed(generation, ending)),
            _ => Poll::Pending,
        }
    }

    fn begin_closing(&mut self) {
        self.closing = Some(Box::pin(sleep(CLOSE_LIMIT)));
        self.jobs.keep_last_things();
        // What it still asks for now is a goodbye, too.
        self.give(Input::Command(Command::Stop));
        if let Some(line) = self.line.take() {
            self.say_goodbye(line.socket.close(NORMAL));
        }
    }

    fn poll_closed(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match &mut self.closing {
            Some(_) if self.jobs.is_empty() => Poll::Ready(()),
            Some(limit) => limit.poll_unpin(cx),
            None => Poll::Pending,
        }
    }
}

fn closed(generation: Generation, ending: Ending) -> Input {
    tracing::debug!(
        generation = generation.0,
        code = ending.code,
        reason = ending.reason,
        "the socket closed"
    );
    Input::SocketClosed {
        generation,
        code: ending.code,
        reason: ending.reason,
    }
}

impl Future for Task {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        this.shared.task().register(cx.waker());
        if this.shared.begin_closing() {
            this.begin_closing();
        }
        this.deadline = this.shared.take(&mut this.wanted);
        this.carry_out();
        for _ in 0..BATCH {
            let input = match this.poll_input(cx) {
                Poll::Ready(input) => input,
                // Nothing more to take: now what was gathered goes out.
                Poll::Pending => match this.poll_flush(cx) {
                    Poll::Ready(input) => input,
                    Poll::Pending => return this.poll_closed(cx),
                },
            };
            this.give(input);
        }
        // There may be more; others are served first, and what was gathered does not wait.
        if let Poll::Ready(input) = this.poll_flush(cx) {
            this.give(input);
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}
