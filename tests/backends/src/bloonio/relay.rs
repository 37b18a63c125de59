//! The relay's state, shared by all its routes and sockets.

use std::{
    collections::HashMap,
    fmt,
    hash::{BuildHasher as _, RandomState},
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock,
        atomic::{AtomicI64, AtomicU64, Ordering::SeqCst},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use axum::{Router, extract::ws::Utf8Bytes};
use serde_json::Value;
use tokio::sync::{broadcast, watch};

use super::{ApiError, LiveSession, SessionCell, cors, live::Rumours};
use crate::{
    control,
    counters::{Counters, Counts},
    faults::Faults,
    listening::Listening,
    model::{
        Ids, Session, Tenant, UnixMillis,
        frame::ServerFrame,
        limit::Allowance,
        session::{Effect, Opening},
        tenant::Presence,
        token::{self, Claims},
    },
    operator,
    settings::Settings,
};

/// A relay: cheap to clone, all clones are the same relay. Its state lives in memory.
#[derive(Clone)]
pub struct Relay {
    pub(crate) shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub(crate) settings: Settings,
    pub(crate) faults: Faults,
    pub(crate) counters: Counters,
    pub(crate) operators: broadcast::Sender<Utf8Bytes>,
    /// Grows with every stop, so that what belongs to an earlier run can tell.
    pub(crate) run: watch::Sender<u64>,
    pub(crate) listening: OnceLock<Listening>,
    ids: Mutex<Ids>,
    sessions: RwLock<HashMap<String, Arc<SessionCell>>>,
    /// Sessions that visitors can no longer reach, kept for those who ask what was said.
    forgotten: Mutex<Vec<Arc<SessionCell>>>,
    presence: Mutex<Presence>,
    rest_allowances: Mutex<HashMap<String, Allowance>>,
    token_epoch: AtomicU64,
    clock_offset_ms: AtomicI64,
}

/// No session has that id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownSession;

impl fmt::Display for UnknownSession {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("no session has that id")
    }
}

impl std::error::Error for UnknownSession {}

impl fmt::Debug for Relay {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Relay")
            .field("counts", &self.counts())
            .finish_non_exhaustive()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Relay {
    /// A relay without a listener, to be embedded by its [`router`](Self::router).
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let seed = settings
            .seed
            .unwrap_or_else(|| RandomState::new().hash_one(SystemTime::now()));
        let presence = settings.presence;
        let shared = Shared {
            settings,
            faults: Faults::default(),
            counters: Counters::default(),
            operators: broadcast::Sender::new(1_024),
            run: watch::Sender::new(0),
            listening: OnceLock::new(),
            ids: Mutex::new(Ids::new(seed)),
            sessions: RwLock::default(),
            forgotten: Mutex::default(),
            presence: Mutex::new(presence),
            rest_allowances: Mutex::default(),
            token_epoch: AtomicU64::new(0),
            clock_offset_ms: AtomicI64::new(0),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// All routes: `/api/v1`, `/operator` and, if the settings say so, `/control`.
    pub fn router(&self) -> Router {
        let mut router = Router::new().merge(super::routes(self)).merge(operator::routes(self));
        if self.shared.settings.control {
            router = router.merge(control::routes());
        }
        router.layer(cors::layer(self)).with_state(self.clone())
    }

    /// The counts so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.shared.counters.snapshot()
    }

    /// The relay's wall time: the machine's, moved by [`shift_clock`](Self::shift_clock).
    #[must_use]
    pub fn now(&self) -> UnixMillis {
        let machine = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_millis();
        let machine = u64::try_from(machine).unwrap_or(u64::MAX);
        UnixMillis(machine.saturating_add_signed(self.shared.clock_offset_ms.load(SeqCst)))
    }

    /// Moves the relay's wall clock by `millis`, against the visitors' clocks.
    pub fn shift_clock(&self, millis: i64) {
        self.shared.clock_offset_ms.fetch_add(millis, SeqCst);
    }

    pub(crate) fn token_epoch(&self) -> u64 {
        self.shared.token_epoch.load(SeqCst)
    }

    /// Makes all tokens given out so far count as expired; open sockets stay open.
    pub fn expire_tokens(&self) {
        self.shared.token_epoch.fetch_add(1, SeqCst);
    }

    /// Whether the tenant's people are there.
    #[must_use]
    pub fn presence(&self) -> Presence {
        *locked(&self.shared.presence)
    }

    /// Says that the tenant's people came or went, and tells all sockets.
    pub fn set_presence(&self, presence: Presence) {
        *locked(&self.shared.presence) = presence;
        let frame = ServerFrame::Presence {
            is_online: presence == Presence::Online,
        };
        for cell in self.cells() {
            cell.lock().send_to_all(&frame);
        }
    }

    pub(crate) fn tenants(&self) -> &[Tenant] {
        &self.shared.settings.tenants
    }

    pub(crate) fn allows_origin(&self, origin: &str) -> bool {
        self.tenants().iter().any(|tenant| tenant.allows(origin))
    }

    /// The tenant whose credentials these are.
    pub(crate) fn admit(&self, tenant_id: &str, key: &str, origin: &str) -> Result<&Tenant, ApiError> {
        let tenant = self.tenants().iter().find(|tenant| tenant.tenant_id == tenant_id);
        let tenant = tenant.ok_or(ApiError::tenant_not_found())?;
        tenant.check(key, origin)?;
        Ok(tenant)
    }

    /// Takes one REST call from the tenant's allowance.
    pub(crate) fn charge(&self, tenant: &Tenant) -> Result<(), ApiError> {
        let Some(rate) = self.shared.settings.rest_rate else {
            return Ok(());
        };
        let now = self.now();
        let mut allowances = locked(&self.shared.rest_allowances);
        let allowance = allowances
            .entry(tenant.tenant_id.clone())
            .or_insert_with(|| Allowance::new(rate, now));
        allowance.take(now).map_err(ApiError::rate_limited)
    }

    /// The widget configuration of `tenant` now.
    pub(crate) fn widget_config(&self, tenant: &Tenant) -> Value {
        tenant.widget_config(self.presence())
    }

    /// The first frame for a socket of `session`.
    pub(crate) fn welcome(&self, session: &Session) -> ServerFrame {
        let tenant = self
            .tenants()
            .iter()
            .find(|tenant| tenant.tenant_id == session.opening.tenant_id);
        let config = tenant.map_or(Value::Null, |tenant| self.widget_config(tenant));
        session.welcome(config, &self.shared.settings.policy)
    }

    pub(crate) fn open(&self, opening: Opening) -> Arc<SessionCell> {
        let (id, seed) = {
            let mut ids = locked(&self.shared.ids);
            (ids.session(), ids.next_u64())
        };
        let session = Session::open(
            id.clone(),
            opening,
            Ids::new(seed),
            &self.shared.settings.policy,
            self.now(),
        );
        let cell = SessionCell::new(session);
        self.shared
            .sessions
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id, Arc::clone(&cell));
        self.shared.counters.creates.add();
        cell
    }

    /// The session of that id, unless it was forgotten or left alone for 30 days.
    pub(crate) fn find(&self, session_id: &str) -> Option<Arc<SessionCell>> {
        let sessions = self.shared.sessions.read().unwrap_or_else(PoisonError::into_inner);
        let cell = Arc::clone(sessions.get(session_id)?);
        drop(sessions);
        let is_over = cell.lock().session.is_over(self.now());
        (!is_over).then_some(cell)
    }

    /// The session of that id, even a forgotten one.
    pub(crate) fn recall(&self, session_id: &str) -> Option<Arc<SessionCell>> {
        let sessions = self.shared.sessions.read().unwrap_or_else(PoisonError::into_inner);
        let known = sessions.get(session_id).cloned();
        drop(sessions);
        known.or_else(|| {
            let forgotten = locked(&self.shared.forgotten);
            forgotten
                .iter()
                .find(|cell| cell.lock().session.id == session_id)
                .cloned()
        })
    }

    pub(crate) fn cells(&self) -> Vec<Arc<SessionCell>> {
        self.shared
            .sessions
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .values()
            .cloned()
            .collect()
    }

    /// Takes a session, or all, out of the visitors' reach.
    pub(crate) fn remove(&self, session_id: Option<&str>) -> Vec<Arc<SessionCell>> {
        let mut sessions = self.shared.sessions.write().unwrap_or_else(PoisonError::into_inner);
        let removed: Vec<_> = match session_id {
            Some(id) => sessions.remove(id).into_iter().collect(),
            None => sessions.drain().map(|(_, cell)| cell).collect(),
        };
        drop(sessions);
        locked(&self.shared.forgotten).extend(removed.iter().cloned());
        removed
    }

    /// A token for `session`, good for `lifetime_s` seconds.
    pub(crate) fn mint(&self, tenant: &Tenant, session: &Session, lifetime_s: u64) -> (String, Claims) {
        let iat = self.now().seconds();
        let claims = Claims {
            sub: session.id.clone(),
            tid: tenant.tenant_id.clone(),
            wpk: tenant.widget_public_key.clone(),
            origin: session.opening.origin.clone(),
            iat,
            exp: iat.saturating_add(lifetime_s),
            epoch: self.token_epoch(),
        };
        (token::sign(tenant, &claims), claims)
    }

    /// Carries out `effects` on a session that the caller has locked.
    pub(crate) fn apply(
        &self,
        cell: &Arc<SessionCell>,
        live: &mut LiveSession,
        effects: Vec<Effect>,
        sender: Option<u64>,
    ) {
        let rumours = live.apply(effects, sender, &self.shared.faults, &self.shared.counters);
        self.spread(live, &rumours);
        for due in rumours.bot_wakes {
            self.wake_bot(Arc::clone(cell), due);
        }
    }

    fn spread(&self, live: &LiveSession, rumours: &Rumours) {
        if self.shared.operators.receiver_count() == 0 {
            return;
        }
        for effect in &rumours.effects {
            if let Some(event) = operator::event(live, effect) {
                // Nobody listening any more is fine.
                let _ = self.shared.operators.send(event);
            }
        }
    }

    fn wake_bot(&self, cell: Arc<SessionCell>, due: UnixMillis) {
        let pause = Duration::from_millis(due.since(self.now()));
        let relay = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(pause).await;
            let mut live = cell.lock();
            let effects = live.session.bot_speaks(due, relay.now());
            relay.apply(&cell, &mut live, effects, None);
        });
    }
}
