//! The service's state, shared by all its routes and sockets.

use std::{
    fmt,
    hash::{BuildHasher as _, RandomState},
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use axum::{
    Router, extract::Request, http::StatusCode, middleware::Next, response::IntoResponse as _, response::Response,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::{broadcast, mpsc};

use super::{
    answer::Refusal,
    api, control,
    faults::{Faults, Route},
    model::{Desk, Integration},
    operator, owner,
    settings::{Access, Key, PushShape, Scope, Settings},
    site, socket,
};
use crate::{
    listening::Listening,
    mishap,
    model::{Ids, UnixMillis, jwt},
};

/// Mailoo's chat: cheap to clone, all clones are the same service. Its state lives in memory.
#[derive(Clone)]
pub struct Mailoo {
    pub(crate) shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub(crate) settings: Settings,
    pub(crate) faults: Faults,
    pub(crate) counters: Counters,
    pub(crate) listening: OnceLock<Listening>,
    pub(crate) operators: broadcast::Sender<String>,
    shape: Mutex<PushShape>,
    keys: Mutex<Vec<Key>>,
    desk: Mutex<Desk>,
    sockets: Mutex<Vec<Socket>>,
    last_socket: AtomicU64,
}

/// What a socket is told to do.
#[derive(Debug, Clone)]
pub(crate) enum Order {
    Say(String),
    Close(u16),
    Cut,
    FallSilent,
}

/// Who is at the other end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Peer {
    /// The visitor of this session.
    Visitor(String),
    /// The owner of this integration.
    Owner(String),
}

#[derive(Debug)]
struct Socket {
    number: u64,
    peer: Peer,
    orders: mpsc::UnboundedSender<Order>,
}

/// A copy of the counts, all since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Messages of visitors that were taken.
    pub messages: u64,
    /// Conversations that were read with a key.
    pub lists: u64,
    /// The same, answered with 304.
    pub unchanged: u64,
    /// Calls answered by a fault.
    pub http_faults: u64,
    /// Visitors' sockets that were opened.
    pub connects: u64,
    /// Sockets that are open now.
    pub sockets_open: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) messages: AtomicU64,
    pub(crate) lists: AtomicU64,
    pub(crate) unchanged: AtomicU64,
    pub(crate) http_faults: AtomicU64,
    pub(crate) connects: AtomicU64,
}

pub(crate) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Relaxed);
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Mailoo {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Mailoo")
            .field("counts", &self.counts())
            .finish_non_exhaustive()
    }
}

impl Mailoo {
    /// A service without a listener, to be embedded by its [`router`](Self::router).
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let seed = settings
            .seed
            .unwrap_or_else(|| RandomState::new().hash_one(SystemTime::now()));
        let shared = Shared {
            faults: Faults::default(),
            counters: Counters::default(),
            listening: OnceLock::new(),
            operators: broadcast::Sender::new(1_024),
            shape: Mutex::new(settings.shape),
            keys: Mutex::new(settings.keys.clone()),
            desk: Mutex::new(Desk::new(settings.integrations.clone(), Ids::new(seed))),
            sockets: Mutex::default(),
            last_socket: AtomicU64::new(0),
            settings,
        };
        let service = Self {
            shared: Arc::new(shared),
        };
        if service.shared.settings.seeded {
            service.plant_seed();
        }
        service
    }

    /// Creates what the documented development seed creates: a project, an integration and a full key, with fixed ids. Once is enough.
    pub fn plant_seed(&self) {
        let mut desk = self.desk();
        if desk.integration(None, Settings::DEV_INTEGRATION).is_err() {
            let mut integration = Integration::new(Settings::DEV_PROJECT, Settings::DEV_INTEGRATION, "Mailoo website");
            integration.welcome_message = Some("Hello! How can we help?".to_owned());
            desk.integrations.push(integration);
        }
        let key = Key::new(Settings::DEV_PROJECT, Settings::DEV_KEY, Access::Full);
        let mut keys = locked(&self.shared.keys);
        if !keys.contains(&key) {
            keys.push(key);
        }
    }

    /// All routes.
    pub fn router(&self) -> Router {
        let mut router = Router::new()
            .merge(api::routes(self))
            .merge(owner::routes(self))
            .merge(operator::routes(self))
            .merge(socket::routes());
        if self.shared.settings.site.is_some() {
            router = router.merge(site::routes(self));
        }
        if self.shared.settings.control {
            router = router.merge(control::routes());
        }
        router.with_state(self.clone())
    }

    pub(crate) fn desk(&self) -> MutexGuard<'_, Desk> {
        locked(&self.shared.desk)
    }

    /// The time now.
    #[must_use]
    pub fn now(&self) -> UnixMillis {
        let machine = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        UnixMillis(u64::try_from(machine.as_millis()).unwrap_or(u64::MAX))
    }

    /// The counts so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let counters = &self.shared.counters;
        Counts {
            messages: counters.messages.load(Relaxed),
            lists: counters.lists.load(Relaxed),
            unchanged: counters.unchanged.load(Relaxed),
            http_faults: counters.http_faults.load(Relaxed),
            connects: counters.connects.load(Relaxed),
            sockets_open: self.sockets_open(),
        }
    }

    pub(crate) fn check_key(&self, key: Option<&str>, project: Option<&str>, scope: Scope) -> Result<Key, Refusal> {
        let keys = locked(&self.shared.keys);
        let known = keys.iter().find(|known| Some(known.value.as_str()) == key);
        let known = known.ok_or(Refusal::Unauthorised)?;
        if project.is_some_and(|project| project != known.project_uid) {
            return Err(Refusal::Unknown("project"));
        }
        if !known.allows(scope) {
            return Err(Refusal::OutOfScope);
        }
        Ok(known.clone())
    }

    /// A token that opens the owner's side, good for `lifetime_s` seconds.
    #[must_use]
    pub fn mint_owner_token(&self, lifetime_s: u64) -> String {
        let claims = OwnerClaims {
            exp: self.now().seconds() + lifetime_s,
        };
        jwt::sign(self.shared.settings.owner_secret.as_bytes(), &claims)
    }

    pub(crate) fn check_owner(&self, token: Option<&str>) -> Result<(), Refusal> {
        let token = token.ok_or(Refusal::Unauthorised)?;
        if self.shared.settings.bypass.as_deref() == Some(token) {
            return Ok(());
        }
        let claims = jwt::read::<OwnerClaims>(token)
            .and_then(|unverified| unverified.verify(self.shared.settings.owner_secret.as_bytes()))
            .map_err(|_| Refusal::Unauthorised)?;
        if claims.exp > self.now().seconds() {
            Ok(())
        } else {
            Err(Refusal::Unauthorised)
        }
    }

    pub(crate) fn set_shape(&self, shape: PushShape) {
        *locked(&self.shared.shape) = shape;
    }

    pub(crate) fn shape(&self) -> PushShape {
        *locked(&self.shared.shape)
    }

    // --- sockets ------------------------------------------------------------------------------------------------------------------

    pub(crate) fn plug_in(&self, peer: Peer) -> (u64, mpsc::UnboundedReceiver<Order>) {
        let number = self.shared.last_socket.fetch_add(1, Relaxed);
        let (orders, ordered) = mpsc::unbounded_channel();
        locked(&self.shared.sockets).push(Socket { number, peer, orders });
        (number, ordered)
    }

    pub(crate) fn unplug(&self, number: u64) {
        locked(&self.shared.sockets).retain(|socket| socket.number != number);
    }

    pub(crate) fn order(&self, is_meant: impl Fn(&Peer) -> bool, order: &Order) {
        for socket in locked(&self.shared.sockets)
            .iter()
            .filter(|socket| is_meant(&socket.peer))
        {
            // One that is leaving is not there any more.
            let _gone = socket.orders.send(order.clone());
        }
    }

    pub(crate) fn sockets_open(&self) -> u64 {
        u64::try_from(locked(&self.shared.sockets).len()).unwrap_or(u64::MAX)
    }

    pub(crate) fn sockets_of(&self, session: &str) -> usize {
        let sockets = locked(&self.shared.sockets);
        let peer = Peer::Visitor(session.to_owned());
        sockets.iter().filter(|socket| socket.peer == peer).count()
    }

    /// Tells everybody who listens that a conversation went on.
    pub(crate) fn announce(&self, session: &str, integration: &str, message: &Value) {
        let frame = serde_json::json!({ "type": "message", "sessionPublicId": session, "message": message });
        self.order(
            |peer| *peer == Peer::Owner(integration.to_owned()),
            &Order::Say(frame.to_string()),
        );
        let _nobody = self.shared.operators.send(session.to_owned());
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct OwnerClaims {
    exp: u64,
}

/// Lets a fault befall a call of this kind.
pub(crate) async fn meet_fault(service: Mailoo, route: Route, request: Request, next: Next) -> Response {
    match service.shared.faults.on_http(route) {
        Some(fault) => {
            count(&service.shared.counters.http_faults);
            mishap::befall(fault, request, next, |status: StatusCode| {
                Refusal::Status(status).into_response()
            })
            .await
        }
        None => next.run(request).await,
    }
}
