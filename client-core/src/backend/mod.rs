//! The back ends: each a folder that turns its wire into one normal form. Adding one is a folder and a variant here.

#[cfg(feature = "appengine")]
pub mod appengine;
#[cfg(feature = "bloonio")]
pub mod bloonio;
pub(crate) mod jwt;
pub(crate) mod lenient;
pub(crate) mod signal;
pub mod socketio;
pub(crate) mod step;

use std::time::Duration;

use crate::config::{BackendOptions, Credential, Identity, IdentitySource};
use crate::error::Error;
use crate::http::{HttpFailure, HttpRequest, HttpResponse};
use crate::ids::{FileId, LocalId, ServerId};
use crate::io::{Attention, Command, FileInfo, Typing};
use crate::message::{Attachment, Author, Guest, WidgetConfig};
use crate::rng::Rng;
use crate::secret::Secret;
use crate::time::{Instant, Now};

pub use lenient::{http_date, rfc3339};
pub(crate) use signal::{Earlier, Grant, Incoming, Reply, Signal, Welcome};
pub(crate) use step::{Chore, Dial, LineEnd, Piece, Step};

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
}

/// One expression for each back end that is built.
macro_rules! each {
    ($backend:expr, $bloonio:pat => $first:expr, $appengine:pat => $second:expr $(,)?) => {
        match $backend {
            #[cfg(feature = "bloonio")]
            Backend::Bloonio($bloonio) => $first,
            #[cfg(feature = "appengine")]
            Backend::AppEngine($appengine) => $second,
        }
    };
}

impl Backend {
    pub(crate) fn new(options: BackendOptions) -> Result<Self, Error> {
        match options {
            #[cfg(feature = "bloonio")]
            BackendOptions::Bloonio(options) => Ok(Self::Bloonio(bloonio::Bloonio::new(options)?)),
            #[cfg(feature = "appengine")]
            BackendOptions::AppEngine(options) => Ok(Self::AppEngine(Box::new(appengine::AppEngine::new(*options)?))),
        }
    }

    pub(crate) const fn name(&self) -> &'static str {
        each!(self, _ => "bloonio", _ => "appengine")
    }

    #[inline]
    pub(crate) const fn capabilities(&self) -> Capabilities {
        each!(self, _ => bloonio::CAPABILITIES, _ => appengine::CAPABILITIES)
    }

    /// Longest message in characters.
    pub(crate) const fn content_limit(&self) -> usize {
        each!(self, _ => bloonio::CONTENT_LIMIT, _ => appengine::CONTENT_LIMIT)
    }

    /// Largest file in bytes.
    pub(crate) const fn file_limit(&self) -> u64 {
        each!(self, _ => 0, _ => appengine::FILE_LIMIT)
    }

    /// How long a token is taken to be good when nobody says.
    pub(crate) fn default_lifetime(&self) -> Duration {
        each!(self, _ => bloonio::DEFAULT_LIFETIME, appengine => appengine.default_lifetime())
    }

    /// From opening the socket to the greeting, where that takes longer than usual.
    pub(crate) const fn greeting_patience(&self) -> Option<Duration> {
        each!(self, _ => None, _ => Some(appengine::GREETING_PATIENCE))
    }

    pub(crate) const fn heartbeat(&self) -> Heartbeat {
        each!(self, _ => Heartbeat::Ours, _ => Heartbeat::Theirs)
    }

    pub(crate) const fn after_second_refusal(&self) -> AfterSecondRefusal {
        each!(self, _ => AfterSecondRefusal::StartOver, _ => AfterSecondRefusal::GiveUp)
    }

    /// Whether a line lives and dies with the token it was opened with.
    pub(crate) const fn line_needs_its_token(&self) -> bool {
        each!(self, _ => false, _ => true)
    }

    /// Whether anything can be said at all.
    #[inline]
    pub(crate) fn may_send(&self) -> bool {
        each!(self, _ => true, appengine => !appengine.is_viewer())
    }

    /// What tells this client's stored state from any other's.
    pub(crate) fn scope(&self) -> String {
        each!(self, bloonio => bloonio.scope(), appengine => appengine.scope())
    }

    pub(crate) fn session_source(&self) -> SessionSource {
        each!(self, bloonio => bloonio.session_source(), appengine => appengine.session_source())
    }

    pub(crate) fn identity(&self) -> Option<IdentitySource> {
        each!(self, bloonio => bloonio.identity(), _ => None)
    }

    pub(crate) fn fetch_config(&self) -> HttpRequest {
        each!(self, bloonio => bloonio.fetch_config(), appengine => appengine.fetch_config())
    }

    pub(crate) fn read_config(&mut self, response: &HttpResponse, now: Now) -> Reply<WidgetConfig> {
        each!(self, _ => bloonio::rest::read_config(response, now.wall), appengine => appengine.read_config(response, now))
    }

    /// Whether the settings are to be asked for once more, as the place that answered has none.
    pub(crate) fn config_is_elsewhere(&mut self, _response: &HttpResponse) -> bool {
        each!(self, _ => false, appengine => appengine.config_is_elsewhere(_response))
    }

    pub(crate) fn create_session(&self) -> HttpRequest {
        each!(self, bloonio => bloonio.create_session(), appengine => appengine.create_session())
    }

    /// Whether the session is to be asked for once more, as the place that answered makes none.
    pub(crate) fn session_is_elsewhere(&mut self, _response: &HttpResponse) -> bool {
        each!(self, _ => false, appengine => appengine.session_is_elsewhere(_response))
    }

    /// The call that renews a token, if there is one.
    pub(crate) fn refresh(&self, _token: &Secret) -> Option<HttpRequest> {
        each!(self, bloonio => Some(bloonio.refresh(_token)), appengine => appengine.refresh())
    }

    pub(crate) fn read_grant(&mut self, response: &HttpResponse, now: Now) -> Reply<Grant> {
        each!(self, _ => bloonio::rest::read_grant(response, now.wall), appengine => appengine.read_grant(response, now))
    }

    /// The call that links the session to a user. Only asked for where [`Capabilities::identify`] is.
    pub(crate) fn identify(&self, _token: &Secret, _identity: &Identity) -> Option<HttpRequest> {
        each!(self, bloonio => Some(bloonio.identify(_token, _identity)), _ => None)
    }

    pub(crate) fn read_identified(&self, _response: &HttpResponse, _now: Now) -> Reply<Option<Grant>> {
        each!(self, _ => bloonio::rest::read_identified(_response, _now.wall), _ => Reply::Done(None))
    }

    /// Where a new line for this token is opened; the line's own state begins anew.
    pub(crate) fn dial(&mut self, token: &Secret, _rng: &mut Rng, _now: Now) -> Dial {
        each!(self, bloonio => Dial::Socket(bloonio.socket_url(token)), appengine => appengine.dial(token, _rng, _now))
    }

    /// Whether the line is a socket's: one that the back end carries by calls of its own needs no closing.
    #[inline]
    pub(crate) fn has_socket(&self) -> bool {
        each!(self, _ => true, appengine => appengine.has_socket())
    }

    /// Takes a frame that the back end carries itself; gives back one that a socket is to send.
    #[inline]
    pub(crate) fn carry(&mut self, frame: String, _now: Now) -> Option<String> {
        each!(self, _ => Some(frame), appengine => appengine.carry(frame, _now))
    }

    /// The attempt has failed: perhaps another transport gets through.
    #[inline]
    pub(crate) fn line_failed(&mut self) {
        each!(self, _ => {}, appengine => appengine.line_failed());
    }

    /// The line is gone.
    pub(crate) fn line_down(&mut self) {
        each!(self, _ => {}, appengine => appengine.line_down());
    }

    /// The frame of a message, or none when the line has just proved dead.
    pub(crate) fn message_frame(
        &mut self,
        id: LocalId,
        text: &str,
        _files: &[Attachment],
        _now: Now,
    ) -> Option<String> {
        each!(
            self,
            _ => Some(bloonio::frame::message(&id.to_string(), text)),
            appengine => appengine.message_frame(id, text, _files, _now),
        )
    }

    pub(crate) fn typing_frame(&mut self, typing: Typing, _now: Now) -> Option<String> {
        each!(
            self,
            _ => Some(bloonio::frame::typing(typing)),
            appengine => {
                appengine.typing_frame(typing, _now);
                None
            },
        )
    }

    /// What makes the server give a sign of life, if anything does.
    pub(crate) fn ping_frame(&mut self, _now: Now) -> Option<String> {
        each!(self, _ => Some(bloonio::frame::ping()), appengine => appengine.probe_frame(_now))
    }

    /// What a frame means. A back end with a state of its own answers by [`Backend::poll`].
    pub(crate) fn decode(&mut self, frame: &str, _now: Now) -> Option<Signal> {
        each!(
            self,
            _ => Some(bloonio::frame::decode(frame)),
            appengine => {
                appengine.receive(frame, _now);
                None
            },
        )
    }

    pub(crate) fn decode_binary(&mut self, _bytes: &[u8], _now: Now) {
        each!(self, _ => {}, appengine => appengine.receive_binary(_bytes, _now));
    }

    // --- what only a back end with a state of its own has ---------------------------------------------------------------------

    /// Whether it answers by steps and makes calls of its own. Where none does, none of that is built.
    #[inline]
    pub(crate) const fn has_steps(&self) -> bool {
        each!(self, _ => false, _ => true)
    }

    /// The next thing to do.
    #[inline]
    pub(crate) fn poll(&mut self) -> Option<Step> {
        each!(self, _ => None, appengine => appengine.poll())
    }

    /// When something of its own is due.
    #[inline]
    pub(crate) fn deadline(&self) -> Option<Instant> {
        each!(self, _ => None, appengine => appengine.deadline())
    }

    pub(crate) fn due(&mut self, _now: Now) {
        each!(self, _ => {}, appengine => appengine.due(_now));
    }

    /// A call of its own has ended.
    pub(crate) fn chore_done(&mut self, _chore: Chore, _result: Result<HttpResponse, HttpFailure>, _now: Now) {
        each!(self, _ => {}, appengine => appengine.chore_done(_chore, _result, _now));
    }

    /// The message and file that an upload of its own is of.
    pub(crate) fn uploading(&self, _chore: Chore) -> Option<(LocalId, FileId)> {
        each!(self, _ => None, appengine => appengine.uploading(_chore))
    }

    pub(crate) fn upload(&mut self, _message: LocalId, _index: usize, _file: FileInfo, _now: Now) {
        each!(self, _ => {}, appengine => appengine.upload(_message, _index, _file, _now));
    }

    /// A command that is not the same for all.
    pub(crate) fn command(&mut self, command: Command, _now: Now) -> Result<(), Error> {
        each!(
            self,
            _ => Err(Error::Unsupported { what: command.name(), backend: "bloonio" }),
            appengine => appengine.command(command, _now),
        )
    }

    /// Whether a session can only be had after the visitor filled a form in.
    #[inline]
    pub(crate) fn needs_guest(&self) -> bool {
        each!(self, _ => false, appengine => appengine.needs_guest())
    }

    pub(crate) fn register(&mut self, _guest: Guest) -> Result<(), Error> {
        each!(
            self,
            _ => Err(Error::Unsupported { what: "register", backend: "bloonio" }),
            appengine => appengine.register(_guest),
        )
    }

    /// The server does not take the visitor's form. Answers whether it can be filled in again.
    #[inline]
    pub(crate) fn forget_guest(&mut self) -> bool {
        each!(self, _ => false, appengine => appengine.forget_guest())
    }

    /// A message of the other side is new in the log.
    pub(crate) fn shown(&mut self, _id: &ServerId, _author: &Author, _attention: Attention, _now: Now) {
        each!(self, _ => {}, appengine => appengine.shown(_id, _author, _attention, _now));
    }

    /// The visitor looks at the conversation.
    pub(crate) fn seen_all(&mut self, _now: Now) {
        each!(self, _ => {}, appengine => appengine.seen_all(_now));
    }

    /// What outlives a reload, as JSON.
    #[inline]
    pub(crate) fn stored(&self) -> Option<String> {
        each!(self, _ => None, appengine => Some(appengine.stored()))
    }

    pub(crate) fn restore(&mut self, _stored: &str) {
        each!(self, _ => {}, appengine => appengine.restore(_stored));
    }
}
