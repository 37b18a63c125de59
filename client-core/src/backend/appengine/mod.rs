//! AppEngine's gateway: Socket.IO for the conversation, REST for everything around it, in two vocabularies that are both in print.
//!
//! Facts are from the vendor's public pages and the clients it published. What they leave open is one constant or one function here.

mod answer;
mod calls;
mod carrier;
mod conversation;
mod desk;
mod dispatch;
mod guest;
mod handshake;
mod intent;
mod link;
mod memory;
mod news;
mod options;
mod receipts;
mod received;
mod record;
mod rich;
mod routes;
mod settings;
mod streams;
mod thread;
mod upload;
mod verdicts;

use std::collections::VecDeque;
use std::time::Duration;

pub use crate::backend::socketio::Transports;
pub use options::{DEFAULT_NAMESPACE, Dialect, Options, Page};

use crate::backend::socketio::{Endpoint, Recovery, TransportChoice};
use crate::backend::step::{Dial, LineEnd, Step};
use crate::backend::{Capabilities, Grant, Reply, SessionSource};
use crate::config::Credential;
use crate::error::Error;
use crate::http::{HttpRequest, HttpResponse};
use crate::ids::LocalId;
use crate::io::Command;
use crate::message::{Guest, WidgetConfig};
use crate::rng::Rng;
use crate::secret::Secret;
use crate::time::{Instant, Now};
use crate::url::BaseUrl;

use calls::Chores;
use carrier::Carrier;
use conversation::Standing;
use desk::Desk;
use handshake::Credentials;
use intent::Vocabulary;
use link::{Ears, Link};
use memory::Memory;
use options::Visitor;
use receipts::Receipts;
use routes::{Route, Routes};
use streams::OpenStreams;
use thread::Thread;

/// Longest message in characters. The vendor names no limit; this one is ours.
pub const CONTENT_LIMIT: usize = 16_000;

/// Largest file in bytes, unless the server says less.
pub const FILE_LIMIT: u64 = 25 * 1024 * 1024;

/// Access tokens last about an hour, by the vendor's example.
pub(crate) const DEFAULT_LIFETIME: Duration = Duration::from_secs(3_600);

/// From opening the socket to the greeting: the vendor's own clients wait so long.
pub(crate) const GREETING_PATIENCE: Duration = Duration::from_secs(20);

pub(crate) const CAPABILITIES: Capabilities = Capabilities {
    typing: true,
    identify: false,
    receipts: true,
    upload: true,
    queue: true,
    streaming: true,
    history: false,
    context: true,
};

/// The checked options, and everything that is known of the visitor, the line and the calls under way.
#[derive(Clone, Debug)]
pub(crate) struct AppEngine {
    base: BaseUrl,
    options: Options,
    memory: Memory,
    routes: Routes,
    token: Option<Secret>,
    link: Option<Link>,
    transport: TransportChoice,
    recovery: Option<Recovery>,
    /// The vocabulary that the server was last spoken to in.
    vocabulary: Vocabulary,
    /// Messages on their way and the vocabulary of their first attempt: none goes out under two names.
    written: Vec<(LocalId, Vocabulary)>,
    ears: Ears,
    /// Lines in a row on which the history could not be read.
    history_failures: u32,
    /// The configured namespace was refused; the main one is used.
    namespace: Namespace,
    settings: Option<WidgetConfig>,
    chores: Chores,
    desk: Desk,
    receipts: Receipts,
    streams: OpenStreams,
    thread: Thread,
    absence: Absence,
    wishes: Vec<Command>,
    steps: VecDeque<Step>,
    now: Now,
}

/// Which namespace is joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Namespace {
    Configured,
    Main,
}

/// What a time without a line comes of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Absence {
    /// The next line is dialled by itself.
    Passing,
    /// The server put the visitor out: nobody knows when there will be another line.
    PutOut,
}

impl AppEngine {
    pub(crate) fn new(options: Options) -> Result<Self, Error> {
        let base = options.validate()?;
        let (guest, standing) = match &options.visitor {
            Visitor::Guest(guest) => (Some(guest.clone()), Some(Standing::Guest)),
            Visitor::SignedIn { person, .. } => (Some(person.clone()), Some(Standing::SignedIn)),
            Visitor::Unknown | Visitor::Viewer => (None, None),
        };
        Ok(Self {
            base,
            memory: Memory {
                guest,
                standing,
                chat_id: options.chat_id.clone(),
                refresh: options.refresh_token.clone(),
                ..Memory::default()
            },
            transport: TransportChoice::new(options.transports),
            options,
            routes: Routes::default(),
            token: None,
            link: None,
            recovery: None,
            vocabulary: Vocabulary::Gateway,
            written: Vec::new(),
            ears: Ears::default(),
            history_failures: 0,
            namespace: Namespace::Configured,
            settings: None,
            chores: Chores::default(),
            desk: Desk::default(),
            receipts: Receipts::default(),
            streams: OpenStreams::default(),
            thread: Thread::default(),
            absence: Absence::Passing,
            wishes: Vec::new(),
            steps: VecDeque::new(),
            now: Now::default(),
        })
    }

    pub(crate) fn scope(&self) -> String {
        [
            "appengine ",
            self.base.as_str(),
            " ",
            &self.options.org_id,
            " ",
            &self.options.config_id,
        ]
        .concat()
    }

    pub(crate) fn session_source(&self) -> SessionSource {
        match &self.options.visitor {
            Visitor::Unknown | Visitor::Guest(_) => SessionSource::Create,
            Visitor::SignedIn { token, .. } => SessionSource::Token(token.clone()),
            // Its line needs no token; this one is never sent.
            Visitor::Viewer => SessionSource::Token(Credential::Given(Secret::new(""))),
        }
    }

    /// How long a token is taken to be good when nobody says. A viewer's is not looked at.
    pub(crate) fn default_lifetime(&self) -> Duration {
        match self.options.visitor {
            Visitor::Viewer => Duration::from_secs(10 * 365 * 86_400),
            _ => DEFAULT_LIFETIME,
        }
    }

    /// Whether the visitor sees broadcasts only.
    pub(crate) fn is_viewer(&self) -> bool {
        matches!(self.options.visitor, Visitor::Viewer)
    }

    // --- the visitor ----------------------------------------------------------------------------------------------------------

    /// Whether a session can only be had after the visitor filled a form in.
    pub(crate) fn needs_guest(&self) -> bool {
        matches!(self.options.visitor, Visitor::Unknown) && self.memory.guest.is_none()
    }

    /// The form was filled in.
    pub(crate) fn register(&mut self, guest: Guest) -> Result<(), Error> {
        guest.validate()?;
        if self.memory.email() != Some(guest.email.as_str()) {
            self.recovery = None;
            self.thread = Thread::default();
            self.memory.chat_id.clone_from(&self.options.chat_id);
            self.memory.chat_session_id = None;
            self.memory.refresh = None;
        }
        self.memory.guest = Some(guest);
        self.memory.standing = Some(Standing::Guest);
        Ok(())
    }

    /// The server does not take the guest: the form is shown again.
    pub(crate) fn forget_guest(&mut self) -> bool {
        let can_ask = matches!(self.options.visitor, Visitor::Unknown);
        if can_ask {
            self.memory.guest = None;
            self.memory.refresh = None;
        }
        can_ask
    }

    pub(crate) fn stored(&self) -> String {
        self.memory.write()
    }

    /// What an earlier life knew. What the options say now counts more.
    pub(crate) fn restore(&mut self, stored: &str) {
        let known = Memory::read(stored);
        let same_person = match (&self.memory.guest, &known.guest) {
            (Some(given), Some(known)) => given.email.eq_ignore_ascii_case(&known.email),
            (Some(_), None) => false,
            (None, _) => true,
        };
        let given = std::mem::take(&mut self.memory);
        self.memory = if same_person {
            Memory {
                guest: given.guest.or(known.guest.clone()),
                standing: given.standing.or(known.standing),
                chat_id: given.chat_id.or(known.chat_id.clone()),
                refresh: given.refresh.or(known.refresh.clone()),
                ..known
            }
        } else {
            Memory {
                device_id: known.device_id,
                ..given
            }
        };
    }

    // --- calls for the session ------------------------------------------------------------------------------------------------

    fn calls(&self) -> routes::Desk<'_> {
        routes::Desk {
            base: &self.base,
            options: &self.options,
            token: self.token.as_ref(),
        }
    }

    pub(crate) fn fetch_config(&self) -> HttpRequest {
        self.calls().config(&self.routes)
    }

    pub(crate) fn read_config(&mut self, response: &HttpResponse, now: Now) -> Reply<WidgetConfig> {
        let reply = answer::read(response, now.wall, |body| settings::read(body, now.wall));
        if let Reply::Done(config) = &reply {
            self.settings = Some(config.clone());
        }
        reply
    }

    /// Whether the settings are to be asked for elsewhere.
    pub(crate) fn config_is_elsewhere(&mut self, response: &HttpResponse) -> bool {
        self.routes.go_on(Route::Config, response.status)
    }

    pub(crate) fn create_session(&self) -> HttpRequest {
        let nobody = Guest::default();
        let guest = self.memory.guest.as_ref().unwrap_or(&nobody);
        self.calls().register(&self.routes, guest)
    }

    /// Whether the guest is to be registered elsewhere. A renewal has one address only.
    pub(crate) fn session_is_elsewhere(&mut self, response: &HttpResponse) -> bool {
        self.routes.go_on(Route::Register, response.status)
    }

    /// With what renews the token, else a guest's registration anew, which is how one who returns is recognised.
    pub(crate) fn refresh(&self) -> Option<HttpRequest> {
        match (&self.memory.refresh, &self.options.visitor) {
            (Some(refresh), _) => Some(self.calls().refresh(refresh)),
            (None, Visitor::Unknown | Visitor::Guest(_)) => Some(self.create_session()),
            (None, Visitor::SignedIn { .. } | Visitor::Viewer) => None,
        }
    }

    pub(crate) fn read_grant(&mut self, response: &HttpResponse, now: Now) -> Reply<Grant> {
        let reply = answer::read(response, now.wall, guest::granted);
        let granted = match reply {
            Reply::Done(granted) => granted,
            Reply::Later { message, status, wait } => return Reply::Later { message, status, wait },
            Reply::Rejected { message, status } => return Reply::Rejected { message, status },
            Reply::Wrong { message, status } => return Reply::Wrong { message, status },
            Reply::Unreadable { message } => return Reply::Unreadable { message },
        };
        if granted.refresh.is_some() {
            self.memory.refresh = granted.refresh;
        }
        if let (Some(email), Some(guest)) = (granted.email, &mut self.memory.guest) {
            guest.email = email;
        }
        Reply::Done(Grant {
            session_id: self.memory.conversation(),
            token: granted.token,
            lifetime: granted.lifetime,
            config: None,
        })
    }

    // --- the line's beginning and end -----------------------------------------------------------------------------------------

    /// A new line for this token. Calls that waited for a good token are made again.
    pub(crate) fn dial(&mut self, token: &Secret, rng: &mut Rng, now: Now) -> Dial {
        self.now = now;
        self.absence = Absence::Passing;
        if self.memory.device_id.is_none() {
            self.memory.device_id = Some(rng.local_id().to_string());
            self.steps.push_back(Step::Save);
        }
        if self.token.as_ref() != Some(token) {
            self.recovery = None;
        }
        self.token = Some(token.clone());
        let auth = handshake::payload(
            &self.options,
            &self.options.page,
            Credentials {
                token: (!self.is_viewer()).then(|| token.expose()),
                device_id: self.memory.device_id.as_deref().unwrap_or_default(),
                chat_id: self.memory.chat_id.as_deref(),
                chat_session_id: self.memory.chat_session_id.as_deref(),
            },
        );
        let namespace = match self.namespace {
            Namespace::Configured => self.options.namespace.as_str(),
            Namespace::Main => "/",
        };
        let endpoint = Endpoint::new(self.base.clone(), self.options.origin.as_deref());
        let (carrier, dial) = Carrier::new(self.transport.next(), &endpoint, now);
        self.link = Some(Link::new(namespace, auth, self.recovery.take(), carrier));
        self.page_in_handshake();
        self.call_again();
        dial
    }

    /// The line is gone. What lets the next one go on where it broke is kept.
    pub(crate) fn line_down(&mut self) {
        if let Some(link) = self.link.take() {
            self.recovery = link.recovery();
            self.hang_up(link.carrier);
        }
        self.forget_histories();
        // What was still to be said or decided on it is not meant for the next one.
        self.steps
            .retain(|step| !matches!(step, Step::Transmit(_) | Step::Line(_)));
        self.streams = OpenStreams::default();
    }

    fn end(&mut self, how: LineEnd) {
        self.line_failed();
        if let Some(link) = &mut self.link {
            link.over();
        }
        self.steps.push_back(Step::Line(how));
    }

    pub(crate) fn poll(&mut self) -> Option<Step> {
        if self.steps.is_empty() {
            self.follow_polling();
        }
        self.steps.pop_front()
    }

    /// When something of its own is due.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        let parts = [
            self.link.as_ref().and_then(Link::deadline),
            self.streams.deadline(),
            self.desk.deadline(),
        ];
        parts.into_iter().flatten().min()
    }

    /// Looks at every deadline.
    pub(crate) fn due(&mut self, now: Now) {
        self.now = now;
        self.link_due();
        self.streams_due();
        self.desk_due();
    }
}
