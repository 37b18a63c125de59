//! The gateway's state, shared by all its routes and sockets.

use std::{
    collections::HashMap,
    fmt,
    hash::{BuildHasher as _, RandomState},
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicI64, AtomicU64, Ordering::SeqCst},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use axum::{Router, extract::ws::Utf8Bytes};
use serde_json::Value;
use socketioxide::{SocketIo, extract::SocketRef};
use tempfile::TempDir;
use tokio::sync::{broadcast, watch};
use tracing::debug;

use super::{
    Counts, Settings, control, cors,
    counters::Counters,
    faults::Faults,
    handle::Tokens,
    model::{
        center::{Center, Effect, Wake},
        event::Event,
        person::Customer,
        socket::SocketId,
        token::{self, Claims, Refusal, Use},
    },
    operator,
    rest::{self, ContactForm},
    socket,
};
use crate::{
    line::{Flow, Line, Lines},
    listening::Listening,
    model::{Ids, UnixMillis, jwt},
};

/// A gateway: cheap to clone, all clones are the same gateway. Its state lives in memory, uploads in a temporary folder.
#[derive(Clone)]
pub struct Gateway {
    pub(super) shared: Arc<Shared>,
}

pub(super) struct Shared {
    pub(super) settings: Settings,
    pub(super) faults: Faults,
    pub(super) counters: Counters,
    pub(super) operators: broadcast::Sender<Utf8Bytes>,
    /// Grows with every stop, so that what belongs to an earlier run can tell.
    pub(super) run: watch::Sender<u64>,
    pub(super) listening: OnceLock<Listening>,
    pub(super) lines: Lines,
    /// The Socket.IO server of this run.
    pub(super) io: Mutex<Option<SocketIo>>,
    pub(super) uploads: Mutex<Option<TempDir>>,
    pub(super) contact_forms: Mutex<Vec<ContactForm>>,
    pub(super) ids: Mutex<Ids>,
    pub(super) next_socket: AtomicU64,
    floor: Mutex<Floor>,
    key: [u8; 32],
    token_epoch: AtomicU64,
    clock_offset_ms: AtomicI64,
}

/// What is decided, and the sockets it is told to; one lock, so that all sockets see one order.
pub(super) struct Floor {
    pub(super) center: Center,
    pub(super) ports: HashMap<SocketId, Port>,
}

/// The gateway's end of a namespace connection.
pub(super) struct Port {
    pub(super) socket: SocketRef,
    pub(super) line: Option<Line>,
}

impl fmt::Debug for Gateway {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Gateway")
            .field("counts", &self.counts())
            .finish_non_exhaustive()
    }
}

pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Gateway {
    /// A gateway without a listener, to be embedded by its [`router`](Self::router).
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let seed = settings
            .seed
            .unwrap_or_else(|| RandomState::new().hash_one(SystemTime::now()));
        let mut ids = Ids::new(seed);
        let center = Center::new(
            settings.policy.clone(),
            settings.config_id.clone(),
            settings.config.clone(),
            settings.agents.clone(),
            settings.wait_per_person_s,
            ids.next_u64(),
        );
        let shared = Shared {
            faults: Faults::default(),
            counters: Counters::default(),
            operators: broadcast::Sender::new(1_024),
            run: watch::Sender::new(0),
            listening: OnceLock::new(),
            lines: Lines::default(),
            io: Mutex::default(),
            uploads: Mutex::default(),
            contact_forms: Mutex::default(),
            floor: Mutex::new(Floor {
                center,
                ports: HashMap::new(),
            }),
            key: key(&mut ids),
            ids: Mutex::new(ids),
            next_socket: AtomicU64::new(1),
            token_epoch: AtomicU64::new(0),
            clock_offset_ms: AtomicI64::new(0),
            settings,
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// All routes: the REST calls, `/socket.io/`, `/operator` and, if the settings say so, `/control`.
    ///
    /// Each call makes a Socket.IO server of its own, so a gateway is embedded once. Needs a tokio runtime.
    pub fn router(&self) -> Router {
        let (sockets, io) = socket::server(self);
        *locked(&self.shared.io) = Some(io);
        let mut router = Router::new().merge(rest::routes(self)).merge(operator::routes(self));
        if self.shared.settings.control {
            router = router.merge(control::routes());
        }
        router.merge(sockets).layer(cors::layer()).with_state(self.clone())
    }

    /// The counts so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let tally = self.floor().center.tally;
        self.shared.counters.snapshot(tally.messages, tally.duplicates)
    }

    pub(super) fn floor(&self) -> MutexGuard<'_, Floor> {
        locked(&self.shared.floor)
    }

    /// The gateway's wall time: the machine's, moved by [`shift_clock`](Self::shift_clock).
    #[must_use]
    pub fn now(&self) -> UnixMillis {
        let machine = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_millis();
        let machine = u64::try_from(machine).unwrap_or(u64::MAX);
        UnixMillis(machine.saturating_add_signed(self.shared.clock_offset_ms.load(SeqCst)))
    }

    /// Moves the gateway's wall clock by `millis`, against the customers' clocks.
    pub fn shift_clock(&self, millis: i64) {
        self.shared.clock_offset_ms.fetch_add(millis, SeqCst);
    }

    /// Makes all access tokens given out so far count as expired; open sockets stay open.
    pub fn expire_tokens(&self) {
        self.shared.token_epoch.fetch_add(1, SeqCst);
    }

    pub(super) fn check_token(&self, token: &str, purpose: Use) -> Result<Claims, Refusal> {
        if purpose == Use::Access && self.shared.faults.expires_token() {
            return Err(Refusal::Expired);
        }
        let epoch = self.shared.token_epoch.load(SeqCst);
        let claims = token::check(&self.shared.key, token, purpose, self.now(), epoch)?;
        if claims.org == self.shared.settings.org_id {
            Ok(claims)
        } else {
            Err(Refusal::Invalid)
        }
    }

    /// An access and a refresh token for `customer`.
    pub(super) fn tokens(&self, customer: &Customer) -> Tokens {
        let settings = &self.shared.settings;
        Tokens {
            access: self.mint(customer, Use::Access, settings.token_lifetime_s),
            refresh: self.mint(customer, Use::Refresh, settings.refresh_lifetime_s),
        }
    }

    fn mint(&self, customer: &Customer, purpose: Use, lifetime_s: u64) -> String {
        let iat = self.now().seconds();
        let claims = Claims {
            sub: customer.email.clone(),
            name: customer.name.clone(),
            org: self.shared.settings.org_id.clone(),
            standing: customer.standing,
            purpose,
            iat,
            exp: iat.saturating_add(lifetime_s),
            epoch: self.shared.token_epoch.load(SeqCst),
            jti: self.new_id(),
        };
        jwt::sign(&self.shared.key, &claims)
    }

    pub(super) fn new_id(&self) -> String {
        locked(&self.shared.ids).message()
    }

    /// Changes the state and carries out what follows.
    pub(super) fn change<T>(&self, act: impl FnOnce(&mut Center, UnixMillis) -> (T, Vec<Effect>)) -> T {
        let now = self.now();
        let mut floor = self.floor();
        let (result, effects) = act(&mut floor.center, now);
        self.perform(&mut floor, effects);
        result
    }

    /// Carries out `effects` while the caller holds the floor.
    pub(super) fn perform(&self, floor: &mut Floor, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Tell(sockets, event) => self.tell(floor, &sockets, &event),
                Effect::Cut(sockets) => floor.each(&sockets, Port::cut),
                Effect::Dismiss(sockets) => floor.each(&sockets, Port::dismiss),
                Effect::Desk(event) => self.tell_operators(&event),
                Effect::Wake(due, wake) => self.wake_later(due, wake),
            }
        }
    }

    fn tell(&self, floor: &Floor, sockets: &[SocketId], event: &Event) {
        let faults = &self.shared.faults;
        let is_withheld = match event {
            Event::Message(_) => !sockets.is_empty() && faults.loses_push(),
            Event::Authenticated(_) => faults.withholds_authentication(),
            _ => false,
        };
        let Some((name, payload)) = event.wire(floor.center.policy.dialect) else {
            return;
        };
        if is_withheld {
            debug!("{name} withheld");
            return;
        }
        for port in sockets.iter().filter_map(|socket| floor.ports.get(socket)) {
            self.emit(port, &name, &payload);
        }
    }

    fn emit(&self, port: &Port, name: &str, payload: &Value) {
        let sent = if self.shared.settings.trailing_offsets {
            port.socket.emit(name, &(payload, self.new_id()))
        } else {
            port.socket.emit(name, payload)
        };
        if let Err(error) = sent {
            // It is closing, or so far behind that its buffer is full.
            debug!(%error, %name, "not told");
        }
    }

    fn tell_operators(&self, event: &Value) {
        if self.shared.operators.receiver_count() > 0 {
            // Nobody listening any more is fine.
            let _ = self.shared.operators.send(event.to_string().into());
        }
    }

    fn wake_later(&self, due: UnixMillis, wake: Wake) {
        let pause = Duration::from_millis(due.since(self.now()));
        let gateway = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(pause).await;
            gateway.change(|center, now| ((), center.wake(wake, now)));
        });
    }
}

impl Floor {
    pub(super) fn each(&self, sockets: &[SocketId], act: impl Fn(&Port)) {
        sockets.iter().filter_map(|socket| self.ports.get(socket)).for_each(act);
    }
}

impl Port {
    /// Ends the connection without a word; a namespace whose connection is not the gateway's own is dismissed.
    pub(super) fn cut(&self) {
        match &self.line {
            Some(line) => line.set(Flow::Cut),
            None => self.dismiss(),
        }
    }

    /// Ends the namespace connection with a disconnect packet.
    pub(super) fn dismiss(&self) {
        let socket = self.socket.clone();
        // The library calls back when a socket is gone, and the caller holds the floor.
        tokio::spawn(async move { socket.disconnect() });
    }

    pub(super) fn set_flow(&self, flow: Flow) {
        if let Some(line) = &self.line {
            line.set(flow);
        }
    }
}

fn key(ids: &mut Ids) -> [u8; 32] {
    let mut key = [0; 32];
    for part in key.as_chunks_mut::<8>().0 {
        *part = ids.next_u64().to_be_bytes();
    }
    key
}
