//! Mailoo: a conversation through the site's own back end, or with the service itself by its key. Messages go by calls, news come by polling, and a socket may say when to poll.
//!
//! Facts are from the vendor's public pages. What they leave open is one constant or one function here.

mod bell;
mod clock;
mod cookies;
#[cfg(feature = "mailoo-direct")]
mod direct;
mod frame;
mod options;
mod poll;
mod post;
mod record;
mod rest;
pub mod wire;

use std::collections::VecDeque;
use std::time::Duration;

#[cfg(feature = "mailoo-direct")]
pub use direct::DirectOptions;
pub use options::{MESSAGES_PATH, Options, SUBMIT_PATH};

use crate::backend::step::{Chore, LineEnd, Step};
use crate::backend::{Capabilities, Earlier, Grant, Signal, Watch, Welcome};
use crate::error::Error;
use crate::http::{HttpFailure, HttpRequest, HttpResponse};
use crate::message::WidgetConfig;
use crate::rng::Rng;
use crate::secret::Secret;
use crate::time::{Instant, Now, UnixMillis};

use bell::Socket;
use clock::ServerClock;
use cookies::Cookies;
use options::Setup;
use poll::Polls;
use post::Posts;
use rest::Routes;

/// Longest message in characters. The vendor names no limit; this one is ours.
pub const CONTENT_LIMIT: usize = 16_000;

/// How long a session lasts is not documented: until the server says that it does not know it.
pub(crate) const LIFETIME: Duration = Duration::from_secs(100 * 365 * 86_400);

/// For the first look at a stored conversation, which ends by its own limit of ten seconds.
pub(crate) const GREETING_PATIENCE: Duration = Duration::from_secs(15);

/// A server that loses session after session without ever telling a conversation makes none that lasts.
const MOST_LOSSES: u32 = 5;

pub(crate) const CAPABILITIES: Capabilities = Capabilities {
    typing: false,
    identify: false,
    receipts: false,
    upload: false,
    queue: false,
    streaming: false,
    history: false,
    context: false,
};

/// Whether calls may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    Down,
    /// The conversation is still to be read.
    Opening,
    Up,
}

/// The checked options, and everything that is known of the session and the calls under way.
#[derive(Clone, Debug)]
pub(crate) struct Mailoo {
    scope: String,
    routes: Routes,
    welcome_message: Option<String>,
    session: Option<Secret>,
    cookies: Cookies,
    /// Sessions lost since a conversation was last told.
    losses: u32,
    line: Line,
    watch: Watch,
    posts: Posts,
    polls: Polls,
    clock: ServerClock,
    socket: Socket,
    last_chore: u32,
    rng: Rng,
    steps: VecDeque<Step>,
    now: Now,
}

impl Mailoo {
    pub(crate) fn new(options: Options, call_limit: Duration) -> Result<Self, Error> {
        Ok(Self::set_up(options.check()?, call_limit))
    }

    /// With the service's key.
    #[cfg(feature = "mailoo-direct")]
    pub(crate) fn direct(options: DirectOptions, call_limit: Duration) -> Result<Self, Error> {
        Ok(Self::set_up(options.check()?, call_limit))
    }

    fn set_up(setup: Setup, call_limit: Duration) -> Self {
        Self {
            scope: setup.scope,
            routes: setup.routes,
            welcome_message: setup.welcome_message.filter(|text| !text.trim().is_empty()),
            session: None,
            cookies: Cookies::default(),
            losses: 0,
            line: Line::Down,
            watch: Watch::Loosely,
            posts: Posts::new(call_limit),
            polls: Polls::default(),
            clock: ServerClock::default(),
            socket: Socket::new(setup.target),
            last_chore: 0,
            rng: Rng::new(0),
            steps: VecDeque::new(),
            now: Now::default(),
        }
    }

    pub(crate) fn scope(&self) -> String {
        self.scope.clone()
    }

    /// The settings: all that there is comes from the options.
    pub(crate) fn config(&self) -> Option<WidgetConfig> {
        self.welcome_message.as_ref().map(|text| WidgetConfig {
            welcome_message: Some(text.clone()),
            ..WidgetConfig::default()
        })
    }

    // --- the line -------------------------------------------------------------------------------------------------------------

    /// Calls may be made. What an earlier life or line has said is read first; before the first message there is nothing to read.
    pub(crate) fn begin(&mut self, session: Option<&Secret>, rng: &mut Rng, now: Now) {
        self.now = now;
        self.rng = Rng::new(rng.next_u64());
        self.session = session.cloned();
        self.line = Line::Opening;
        self.polls = Polls::default();
        if self.session.is_some() {
            self.poll_whole();
        }
    }

    /// The line has begun, and no call has been made for it: there was no session, or there was none yet.
    fn open(&mut self) {
        if self.session.is_some() {
            self.poll_whole();
        } else {
            self.greet(Earlier::Unbroken);
        }
    }

    fn greet(&mut self, history: Earlier) {
        self.line = Line::Up;
        self.steps.push_back(Step::Signal(Signal::Welcome(Welcome {
            config: self.config(),
            history,
            ..Welcome::default()
        })));
    }

    pub(crate) fn line_down(&mut self) {
        self.line = Line::Down;
        self.polls = Polls::default();
        // What was still to be asked or decided on it is not meant for the next one; a message on its way is.
        let posts = &self.posts;
        self.steps.retain(|step| match step {
            Step::Line(_) | Step::OpenBell(_) => false,
            Step::Call(chore, _) => posts.is_of(*chore),
            _ => true,
        });
        self.close_bell();
    }

    fn end(&mut self, how: LineEnd) {
        self.steps.push_back(Step::Line(how));
    }

    /// The server made a session. Its id is all it takes to read the conversation, so what is told of it is a mark.
    fn adopt(&mut self, session: Secret) {
        let mark = record::mark(&[session.expose()]);
        let short = (mark ^ (mark >> 32)) & 0xffff_ffff;
        self.steps.push_back(Step::Session(Grant {
            session_id: Some(["cs-", &short.to_string()].concat()),
            token: session.clone(),
            lifetime: LIFETIME,
            config: None,
        }));
        self.session = Some(session);
        self.polls = Polls::default();
    }

    /// The server does not know the session any more: the next message makes one.
    fn lose_session(&mut self, words: String) {
        self.session = None;
        self.losses += 1;
        self.polls = Polls::default();
        self.posts.forget_doubt();
        self.close_bell();
        self.steps.push_back(Step::SessionGone(words.clone()));
        if self.losses >= MOST_LOSSES {
            self.losses = 0;
            self.end(LineEnd::Refused(
                ["the server loses every session that it makes: ", &words].concat(),
            ));
        }
    }

    // --- steps, times, calls --------------------------------------------------------------------------------------------------

    pub(crate) fn poll(&mut self) -> Option<Step> {
        self.steps.pop_front()
    }

    /// When something of its own is due.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        match self.line {
            Line::Down => None,
            Line::Opening => (!self.polls.is_running()).then_some(self.now.mono),
            Line::Up => [self.poll_deadline(), self.socket.deadline()]
                .into_iter()
                .flatten()
                .min(),
        }
    }

    /// Looks at every deadline.
    pub(crate) fn due(&mut self, now: Now) {
        self.now = now;
        match self.line {
            Line::Down => {}
            Line::Opening if self.polls.is_running() => {}
            Line::Opening => self.open(),
            Line::Up => {
                self.polls_due();
                self.bell_due();
            }
        }
    }

    /// A call of its own has ended.
    pub(crate) fn chore_done(&mut self, chore: Chore, result: Result<HttpResponse, HttpFailure>, now: Now) {
        self.now = now;
        if let Ok(response) = &result
            && self.cookies.keep(&response.cookies)
        {
            self.steps.push_back(Step::Save);
        }
        if let Some(post) = self.posts.take(chore) {
            self.posted(post, result);
        } else if let Some(poll) = self.polls.take(chore) {
            self.polled(poll, result);
        } else if self.socket.is_asking(chore) {
            self.origin_told(result);
        }
    }

    /// Makes a call of its own, with the cookies that the site set where the driver keeps none.
    fn call(&mut self, chore: Chore, mut call: HttpRequest) {
        call.headers.extend(self.cookies.header());
        self.steps.push_back(Step::Call(chore, call));
    }

    /// What outlives a reload beside the session.
    pub(crate) fn stored(&self) -> Option<String> {
        self.cookies.write()
    }

    pub(crate) fn restore(&mut self, stored: &str) {
        self.cookies = Cookies::read(stored);
    }

    /// No message that is sent now can have an earlier time.
    pub(crate) fn earliest(&self, now: Now) -> Option<UnixMillis> {
        self.clock.earliest(now.mono)
    }

    fn next_chore(&mut self) -> Chore {
        self.last_chore += 1;
        Chore(self.last_chore)
    }

    /// How closely somebody watches.
    pub(crate) fn watch(&mut self, watch: Watch, now: Now) {
        self.now = now;
        if std::mem::replace(&mut self.watch, watch) != watch {
            self.pace_changed();
        }
    }
}
