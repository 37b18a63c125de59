//! The back ends: each a folder that turns its wire into one normal form. Adding one is a folder and a variant here.

#[cfg(feature = "appengine")]
pub mod appengine;
#[cfg(feature = "bloonio")]
pub mod bloonio;
pub(crate) mod jwt;
pub(crate) mod lenient;
#[cfg(feature = "mailoo")]
pub mod mailoo;
pub(crate) mod signal;
pub mod socketio;
pub(crate) mod step;
#[cfg(any(feature = "appengine", feature = "mailoo"))]
pub(crate) mod words;

use std::time::Duration;

use crate::config::{BackendOptions, Credential, Identity, IdentitySource, Tuning};
use crate::error::Error;
use crate::http::{HttpFailure, HttpRequest, HttpResponse};
use crate::ids::{FileId, LocalId, ServerId};
use crate::io::{Attention, Command, FileInfo, Typing};
use crate::message::{Attachment, Author, Guest, WidgetConfig};
use crate::rng::Rng;
use crate::secret::Secret;
use crate::time::{Instant, Now, UnixMillis};

pub use lenient::{http_date, rfc3339};
pub(crate) use signal::{Earlier, Grant, Incoming, Reply, Signal, Welcome};
pub(crate) use step::{Bell, Chore, Dial, LineEnd, Outgoing, Piece, Step};

/// Whether any back end that is built sends files, tells settings in detail or keeps a state of its own. Where none does, the code for
/// it is left out.
pub(crate) const RICH: bool = cfg!(feature = "appengine");

/// What a back end can do. What is missing is hidden by the widget and answered with [`Error::Unsupported`] by the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Capabilities {
    /// Typing signals, both ways.
    pub typing: bool,
    /// Linking the session to a user of the site.
    pub identify: bool,
    /// The other side's "delivered" and "read", and telling ours.
    pub receipts: bool,
    /// Sending files.
    pub upload: bool,
    /// A place in a queue.
    pub queue: bool,
    /// Answers that arrive piece by piece.
    pub streaming: bool,
    /// Reading older messages on demand.
    pub history: bool,
    /// Telling which page the visitor is on.
    pub context: bool,
}

/// Where a session comes from.
#[derive(Clone, Debug)]
pub(crate) enum SessionSource {
    /// Created by a call.
    Create,
    /// A ready token.
    Token(Credential),
    /// Made by the server with the first message; there is no token to be had before.
    FirstMessage,
}

/// Who keeps a line alive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heartbeat {
    /// This client asks, the server answers.
    Ours,
    /// The server asks; its silence is the back end's to notice.
    Theirs,
}

/// What becomes of a session whose fresh token is refused again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AfterSecondRefusal {
    StartOver,
    GiveUp,
}

/// How a message is sent again whose fate is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resends {
    /// With the same id, which the server recognises.
    Freely,
    /// The server would take it a second time: only after the conversation has shown that it was not taken.
    AfterHistory,
}

/// How closely somebody watches the conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Watch {
    /// It is on the screen.
    Closely,
    /// The page is hidden, or the conversation is not shown.
    Loosely,
}

/// The closed set of back ends. What one of them lacks has no answer here, so that a build without the others holds no code for it.
#[derive(Clone, Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "a client has one back end, so no room is wasted"
)]
pub(crate) enum Backend {
    #[cfg(feature = "bloonio")]
    Bloonio(bloonio::Bloonio),
    #[cfg(feature = "appengine")]
    AppEngine(Box<appengine::AppEngine>),
    #[cfg(feature = "mailoo")]
    Mailoo(Box<mailoo::Mailoo>),
}

/// One expression for each back end that is built.
macro_rules! each {
    ($backend:expr, $bloonio:pat => $first:expr, $appengine:pat => $second:expr, $mailoo:pat => $third:expr $(,)?) => {
        match $backend {
            #[cfg(feature = "bloonio")]
            Backend::Bloonio($bloonio) => $first,
            #[cfg(feature = "appengine")]
            Backend::AppEngine($appengine) => $second,
            #[cfg(feature = "mailoo")]
            Backend::Mailoo($mailoo) => $third,
        }
    };
}

impl Backend {
    pub(crate) fn new(options: BackendOptions, _tuning: &Tuning) -> Result<Self, Error> {
        match options {
            #[cfg(feature = "bloonio")]
            BackendOptions::Bloonio(options) => Ok(Self::Bloonio(bloonio::Bloonio::new(options)?)),
            #[cfg(feature = "appengine")]
            BackendOptions::AppEngine(options) => Ok(Self::AppEngine(Box::new(appengine::AppEngine::new(*options)?))),
            #[cfg(feature = "mailoo")]
            BackendOptions::Mailoo(options) => Ok(Self::Mailoo(Box::new(mailoo::Mailoo::new(
                options,
                _tuning.request_timeout,
            )?))),
            #[cfg(feature = "mailoo-direct")]
            BackendOptions::MailooDirect(options) => Ok(Self::Mailoo(Box::new(mailoo::Mailoo::direct(
                options,
                _tuning.request_timeout,
            )?))),
        }
    }

    pub(crate) const fn name(&self) -> &'static str {
        each!(self, _ => "bloonio", _ => "appengine", _ => "mailoo")
    }

    #[inline]
    pub(crate) const fn capabilities(&self) -> Capabilities {
        each!(self, _ => bloonio::CAPABILITIES, _ => appengine::CAPABILITIES, _ => mailoo::CAPABILITIES)
    }

    /// Longest message in characters.
    pub(crate) const fn content_limit(&self) -> usize {
        each!(self, _ => bloonio::CONTENT_LIMIT, _ => appengine::CONTENT_LIMIT, _ => mailoo::CONTENT_LIMIT)
    }

    /// Largest file in bytes.
    pub(crate) const fn file_limit(&self) -> u64 {
        each!(self, _ => 0, _ => appengine::FILE_LIMIT, _ => 0)
    }

    /// How long a token is taken to be good when nobody says.
    pub(crate) fn default_lifetime(&self) -> Duration {
        each!(self, _ => bloonio::DEFAULT_LIFETIME, appengine => appengine.default_lifetime(), _ => mailoo::LIFETIME)
    }

    /// From opening the socket to the greeting, where that takes longer than usual.
    pub(crate) const fn greeting_patience(&self) -> Option<Duration> {
        each!(self, _ => None, _ => Some(appengine::GREETING_PATIENCE), _ => Some(mailoo::GREETING_PATIENCE))
    }

    pub(crate) const fn heartbeat(&self) -> Heartbeat {
        each!(self, _ => Heartbeat::Ours, _ => Heartbeat::Theirs, _ => Heartbeat::Theirs)
    }

    pub(crate) const fn after_second_refusal(&self) -> AfterSecondRefusal {
        each!(self, _ => AfterSecondRefusal::StartOver, _ => AfterSecondRefusal::GiveUp, _ => AfterSecondRefusal::GiveUp)
    }

    /// Whether a line lives and dies with the token it was opened with.
    pub(crate) const fn line_needs_its_token(&self) -> bool {
        each!(self, _ => false, _ => true, _ => false)
    }

    /// Whether anything can be said at all.
    #[inline]
    pub(crate) fn may_send(&self) -> bool {
        each!(self, _ => true, appengine => !appengine.is_viewer(), _ => true)
    }

    /// What tells this client's stored state from any other's.
    pub(crate) fn scope(&self) -> String {
        each!(self, bloonio => bloonio.scope(), appengine => appengine.scope(), mailoo => mailoo.scope())
    }

    pub(crate) fn session_source(&self) -> SessionSource {
        each!(self, bloonio => bloonio.session_source(), appengine => appengine.session_source(), _ => SessionSource::FirstMessage)
    }

    pub(crate) fn identity(&self) -> Option<IdentitySource> {
        each!(self, bloonio => bloonio.identity(), _ => None, _ => None)
    }

    /// The call that reads the settings, where they are not known without one.
    pub(crate) fn fetch_config(&self) -> Option<HttpRequest> {
        each!(self, bloonio => Some(bloonio.fetch_config()), appengine => Some(appengine.fetch_config()), _ => None)
    }

    /// The settings that are known without a call.
    pub(crate) fn known_config(&self) -> Option<WidgetConfig> {
        each!(self, _ => None, _ => None, mailoo => mailoo.config())
    }

    pub(crate) fn read_config(&mut self, response: &HttpResponse, now: Now) -> Reply<WidgetConfig> {
        each!(self, _ => bloonio::rest::read_config(response, now.wall), appengine => appengine.read_config(response, now), _ => unasked(response, now))
    }

    /// Whether the settings are to be asked for once more, as the place that answered has none.
    pub(crate) fn config_is_elsewhere(&mut self, _response: &HttpResponse) -> bool {
        each!(self, _ => false, appengine => appengine.config_is_elsewhere(_response), _ => false)
    }

    /// The call that creates a session, if one does.
    pub(crate) fn create_session(&self) -> Option<HttpRequest> {
        each!(self, bloonio => Some(bloonio.create_session()), appengine => Some(appengine.create_session()), _ => None)
    }

    /// Whether the session is to be asked for once more, as the place that answered makes none.
    pub(crate) fn session_is_elsewhere(&mut self, _response: &HttpResponse) -> bool {
        each!(self, _ => false, appengine => appengine.session_is_elsewhere(_response), _ => false)
    }

    /// The call that renews a token, if there is one.
    pub(crate) fn refresh(&self, _token: &Secret) -> Option<HttpRequest> {
        each!(self, bloonio => Some(bloonio.refresh(_token)), appengine => appengine.refresh(), _ => None)
    }

    pub(crate) fn read_grant(&mut self, response: &HttpResponse, now: Now) -> Reply<Grant> {
        each!(self, _ => bloonio::rest::read_grant(response, now.wall), appengine => appengine.read_grant(response, now), _ => unasked(response, now))
    }

    /// The call that links the session to a user. Only asked for where [`Capabilities::identify`] is.
    pub(crate) fn identify(&self, _token: &Secret, _identity: &Identity) -> Option<HttpRequest> {
        each!(self, bloonio => Some(bloonio.identify(_token, _identity)), _ => None, _ => None)
    }

    pub(crate) fn read_identified(&self, _response: &HttpResponse, _now: Now) -> Reply<Option<Grant>> {
        each!(self, _ => bloonio::rest::read_identified(_response, _now.wall), _ => Reply::Done(None), _ => Reply::Done(None))
    }

    /// A new line begins, its own state anew: where it is opened, or that it goes by calls. None while it cannot begin without a token.
    pub(crate) fn dial(&mut self, token: Option<&Secret>, _rng: &mut Rng, _now: Now) -> Option<Dial> {
        each!(
            self,
            bloonio => token.map(|token| Dial::Socket(bloonio.socket_url(token))),
            appengine => token.map(|token| appengine.dial(token, _rng, _now)),
            mailoo => {
                mailoo.begin(token, _rng, _now);
                Some(Dial::Calls)
            },
        )
    }

    /// Whether the line is a socket's: one that the back end carries by calls of its own needs no closing.
    #[inline]
    pub(crate) fn has_socket(&self) -> bool {
        each!(self, _ => true, appengine => appengine.has_socket(), _ => false)
    }

    /// Takes a frame that the back end carries itself; gives back one that a socket is to send.
    #[inline]
    pub(crate) fn carry(&mut self, frame: String, _now: Now) -> Option<String> {
        each!(self, _ => Some(frame), appengine => appengine.carry(frame, _now), _ => Some(frame))
    }

    /// The attempt has failed: perhaps another transport gets through.
    #[inline]
    pub(crate) fn line_failed(&mut self) {
        each!(self, _ => {}, appengine => appengine.line_failed(), _ => {});
    }

    /// The line is gone.
    pub(crate) fn line_down(&mut self) {
        each!(self, _ => {}, appengine => appengine.line_down(), mailoo => mailoo.line_down());
    }

    /// A message goes out.
    pub(crate) fn message(&mut self, id: LocalId, text: &str, _files: &[Attachment], _now: Now) -> Outgoing {
        each!(
            self,
            _ => Outgoing::Frame(bloonio::frame::message(&id.to_string(), text)),
            appengine => appengine.message_frame(id, text, _files, _now).map_or(Outgoing::Nothing, Outgoing::Frame),
            mailoo => mailoo.post(id, text, _now),
        )
    }

    /// What the server's clock has surely passed, where a message can only be told from others by its words and its time.
    #[inline]
    pub(crate) fn earliest(&self, _now: Now) -> Option<UnixMillis> {
        each!(self, _ => None, _ => None, mailoo => mailoo.earliest(_now))
    }

    /// Whether an answer may be stored under the id of the visitor's own message, so that who wrote it tells the two apart. Elsewhere what
    /// has the id of an own message is that message, whoever is said to have written it.
    #[inline]
    pub(crate) const fn answers_questions(&self) -> bool {
        each!(self, _ => false, _ => true, _ => false)
    }

    /// How a message is sent again whose fate is not known.
    pub(crate) const fn resends(&self) -> Resends {
        each!(self, _ => Resends::Freely, _ => Resends::Freely, _ => Resends::AfterHistory)
    }

    /// Finds out what became of a message before it may be sent again. Asked for until [`Step::Settled`] or [`Step::Undecidable`] answers.
    pub(crate) fn settle(&mut self, _id: LocalId, _text: &str, _now: Now) {
        each!(self, _ => {}, _ => {}, mailoo => mailoo.settle(_id, _text, _now));
    }

    /// Whether a session ends by not being used.
    #[inline]
    pub(crate) const fn session_wears_out(&self) -> bool {
        each!(self, _ => true, _ => true, _ => false)
    }

    /// How closely somebody watches the conversation.
    pub(crate) fn watch(&mut self, _watch: Watch, _now: Now) {
        each!(self, _ => {}, _ => {}, mailoo => mailoo.watch(_watch, _now));
    }

    /// Whether a socket beside the line is ever opened.
    #[inline]
    pub(crate) const fn has_bell(&self) -> bool {
        each!(self, _ => false, _ => false, _ => true)
    }

    /// Something happened on the socket beside the line.
    pub(crate) fn bell(&mut self, _bell: Bell<'_>, _now: Now) {
        each!(self, _ => {}, _ => {}, mailoo => mailoo.bell(_bell, _now));
    }

    pub(crate) fn typing_frame(&mut self, _typing: Typing, _now: Now) -> Option<String> {
        each!(
            self,
            _ => Some(bloonio::frame::typing(_typing)),
            appengine => {
                appengine.typing_frame(_typing, _now);
                None
            },
            _ => None,
        )
    }

    /// What makes the server give a sign of life, if anything does.
    pub(crate) fn ping_frame(&mut self, _now: Now) -> Option<String> {
        each!(self, _ => Some(bloonio::frame::ping()), appengine => appengine.probe_frame(_now), mailoo => { mailoo.poll_soon(_now); None })
    }

    /// What a frame means. A back end with a state of its own answers by [`Backend::poll`].
    pub(crate) fn decode(&mut self, _frame: &str, _now: Now) -> Option<Signal> {
        each!(
            self,
            _ => Some(bloonio::frame::decode(_frame)),
            appengine => {
                appengine.receive(_frame, _now);
                None
            },
            _ => None,
        )
    }

    pub(crate) fn decode_binary(&mut self, _bytes: &[u8], _now: Now) {
        each!(self, _ => {}, appengine => appengine.receive_binary(_bytes, _now), _ => {});
    }

    // --- what only a back end with a state of its own has ---------------------------------------------------------------------

    /// Whether it answers by steps and makes calls of its own. Where none does, none of that is built.
    #[inline]
    pub(crate) const fn has_steps(&self) -> bool {
        each!(self, _ => false, _ => true, _ => true)
    }

    /// The next thing to do.
    #[inline]
    pub(crate) fn poll(&mut self) -> Option<Step> {
        each!(self, _ => None, appengine => appengine.poll(), mailoo => mailoo.poll())
    }

    /// When something of its own is due.
    #[inline]
    pub(crate) fn deadline(&self) -> Option<Instant> {
        each!(self, _ => None, appengine => appengine.deadline(), mailoo => mailoo.deadline())
    }

    pub(crate) fn due(&mut self, _now: Now) {
        each!(self, _ => {}, appengine => appengine.due(_now), mailoo => mailoo.due(_now));
    }

    /// A call of its own has ended.
    pub(crate) fn chore_done(&mut self, _chore: Chore, _result: Result<HttpResponse, HttpFailure>, _now: Now) {
        each!(self, _ => {}, appengine => appengine.chore_done(_chore, _result, _now), mailoo => mailoo.chore_done(_chore, _result, _now));
    }

    /// The message and file that an upload of its own is of.
    pub(crate) fn uploading(&self, _chore: Chore) -> Option<(LocalId, FileId)> {
        each!(self, _ => None, appengine => appengine.uploading(_chore), _ => None)
    }

    pub(crate) fn upload(&mut self, _message: LocalId, _index: usize, _file: FileInfo, _now: Now) {
        each!(self, _ => {}, appengine => appengine.upload(_message, _index, _file, _now), _ => {});
    }

    /// A command that is not the same for all.
    pub(crate) fn command(&mut self, command: Command, _now: Now) -> Result<(), Error> {
        each!(
            self,
            _ => Err(Error::Unsupported { what: command.name(), backend: "bloonio" }),
            appengine => appengine.command(command, _now),
            _ => Err(Error::Unsupported { what: command.name(), backend: "mailoo" }),
        )
    }

    /// Whether a session can only be had after the visitor filled a form in.
    #[inline]
    pub(crate) fn needs_guest(&self) -> bool {
        each!(self, _ => false, appengine => appengine.needs_guest(), _ => false)
    }

    pub(crate) fn register(&mut self, _guest: Guest) -> Result<(), Error> {
        each!(
            self,
            _ => Err(Error::Unsupported { what: "register", backend: "bloonio" }),
            appengine => appengine.register(_guest),
            _ => Err(Error::Unsupported { what: "register", backend: "mailoo" }),
        )
    }

    /// The server does not take the visitor's form. Answers whether it can be filled in again.
    #[inline]
    pub(crate) fn forget_guest(&mut self) -> bool {
        each!(self, _ => false, appengine => appengine.forget_guest(), _ => false)
    }

    /// A message of the other side is new in the log.
    pub(crate) fn shown(&mut self, _id: &ServerId, _author: &Author, _attention: Attention, _now: Now) {
        each!(self, _ => {}, appengine => appengine.shown(_id, _author, _attention, _now), _ => {});
    }

    /// The visitor looks at the conversation.
    pub(crate) fn seen_all(&mut self, _now: Now) {
        each!(self, _ => {}, appengine => appengine.seen_all(_now), _ => {});
    }

    /// What outlives a reload, as JSON.
    #[inline]
    pub(crate) fn stored(&self) -> Option<String> {
        each!(self, _ => None, appengine => Some(appengine.stored()), mailoo => mailoo.stored())
    }

    pub(crate) fn restore(&mut self, _stored: &str) {
        each!(self, _ => {}, appengine => appengine.restore(_stored), mailoo => mailoo.restore(_stored));
    }
}

/// An answer to a call that is never made.
#[cfg(feature = "mailoo")]
fn unasked<T>(_response: &HttpResponse, _now: Now) -> Reply<T> {
    Reply::Unreadable { message: String::new() }
}
