//! A relay that listens, and what a test does to it.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, OnceLock},
};

use axum::Router;

use crate::{
    bloonio::{LiveSession, Order, Relay, SessionCell, UnknownSession},
    faults::{AckFault, HttpFault, Route, Times},
    listening::Listening,
    model::{ConversationSummary, Message, Role, Session, content::ContentError, session::Opening},
    operator::Action,
    settings::Settings,
    station::{Handle, Station, until_empty},
};

/// Which sessions something is done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope<'s> {
    /// All of them.
    All,
    /// The one of this id.
    Session(&'s str),
}

/// How a relay goes away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Manner {
    /// All connections are cut, as by a crash.
    Abrupt,
    /// Sockets are closed with 1012 first, as by a deployment.
    Announced,
}

/// A relay with its listener. Dropping it stops the relay.
pub type RelayHandle = Handle<Relay>;

impl RelayHandle {
    /// Ends the relay and waits until its sockets are gone.
    pub async fn shutdown(self) {
        self.stop(Manner::Abrupt).await;
    }
}

impl Station for Relay {
    fn place(&self) -> &OnceLock<Listening> {
        &self.shared.listening
    }

    fn routes(&self) -> Router {
        self.router()
    }

    fn abandon(&self) {
        self.end_run(Order::Cut);
    }

    async fn leave(&self, manner: Manner) {
        self.end_run(match manner {
            Manner::Abrupt => Order::Cut,
            Manner::Announced => Order::Close(1012),
        });
        until_empty(|| self.shared.counters.sockets_open.value()).await;
    }
}

impl Relay {
    /// Starts a relay on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(settings: Settings) -> io::Result<RelayHandle> {
        Self::start_on(settings, SocketAddr::from(([127, 0, 0, 1], 0))).await
    }

    /// Starts a relay on `addr`.
    ///
    /// # Errors
    /// When the address is taken or not this machine's.
    pub async fn start_on(settings: Settings, addr: SocketAddr) -> io::Result<RelayHandle> {
        Self::new(settings).listen(addr)
    }

    /// Goes away: nothing is listened to, all connections end. The state is kept for [`resume`](Self::resume).
    pub async fn stop(&self, manner: Manner) {
        self.go_away(manner).await;
    }

    /// Comes back on the same port after a [`stop`](Self::stop).
    ///
    /// # Errors
    /// When somebody took the port, or the relay never had one.
    pub fn resume(&self) -> io::Result<()> {
        self.come_back()
    }

    fn end_run(&self, order: Order) {
        self.shared.run.send_modify(|run| *run += 1);
        self.order(Scope::All, order);
    }

    fn order(&self, scope: Scope<'_>, order: Order) {
        for cell in self.scoped(scope) {
            cell.lock().order_all(order);
        }
    }

    fn scoped(&self, scope: Scope<'_>) -> Vec<Arc<SessionCell>> {
        match scope {
            Scope::All => self.cells(),
            Scope::Session(id) => self.find(id).into_iter().collect(),
        }
    }

    /// Closes open sockets with `code`; 1006 cuts the connection without a close frame.
    pub fn close_sockets(&self, scope: Scope<'_>, code: u16) {
        self.order(scope, Order::for_code(code));
    }

    /// Stops reading and writing open sockets, which stay connected until they are closed from either side.
    pub fn black_hole(&self, scope: Scope<'_>) {
        self.order(scope, Order::FallSilent);
    }

    /// Accepts sockets from now on but neither reads nor writes them.
    pub fn black_hole_new_sockets(&self, times: Times) {
        self.shared.faults.set_silence(times);
    }

    /// Closes sockets with `code` as soon as they connect, whatever their token.
    pub fn refuse_sockets(&self, code: u16, times: Times) {
        self.shared.faults.set_sockets(code, times);
    }

    /// Leaves sockets without a `welcome`.
    pub fn withhold_welcomes(&self, times: Times) {
        self.shared.faults.set_welcomes(times);
    }

    /// Stores messages but does not acknowledge them.
    pub fn swallow_acks(&self, fault: AckFault, times: Times) {
        self.shared.faults.set_acks(fault, times);
    }

    /// Stores messages of bot and people but does not send them to the visitor's open sockets.
    pub fn lose_pushes(&self, times: Times) {
        self.shared.faults.set_pushes(times);
    }

    /// Sends every frame `millis` milliseconds later.
    pub fn delay_frames(&self, millis: u64) {
        self.shared.faults.set_frame_delay(millis);
    }

    /// Lets REST calls meet a fault; without a route all of them.
    pub fn fail_http(&self, route: Option<Route>, fault: HttpFault, times: Times) {
        self.shared.faults.set_http(route, fault, times);
    }

    /// Ends all faults; what already happened stays.
    pub fn clear_faults(&self) {
        self.shared.faults.clear();
    }

    /// Counts from now on what is the most at once: one test does not see what another one did.
    pub fn reset_maxima(&self) {
        self.shared.counters.reset_maxima();
    }

    /// Forgets sessions: refresh gets 404, sockets get 4404. What was said can still be asked for here.
    pub fn forget_sessions(&self, scope: Scope<'_>) {
        let id = match scope {
            Scope::All => None,
            Scope::Session(id) => Some(id),
        };
        for cell in self.remove(id) {
            cell.lock().order_all(Order::Close(4404));
        }
    }

    /// Ids of all sessions that visitors can reach.
    #[must_use]
    pub fn session_ids(&self) -> Vec<String> {
        self.cells().iter().map(|cell| cell.lock().session.id.clone()).collect()
    }

    /// Reads a session, even a forgotten one.
    ///
    /// # Errors
    /// When there never was one of that id.
    pub fn read_session<T>(&self, session_id: &str, read: impl FnOnce(&Session) -> T) -> Result<T, UnknownSession> {
        let cell = self.recall(session_id).ok_or(UnknownSession)?;
        let live = cell.lock();
        Ok(read(&live.session))
    }

    /// All messages of a session, even a forgotten one, oldest first.
    ///
    /// # Errors
    /// When there never was one of that id.
    pub fn transcript(&self, session_id: &str) -> Result<Vec<Message>, UnknownSession> {
        self.read_session(session_id, |session| {
            session
                .conversation
                .messages()
                .iter()
                .map(|message| Message::clone(message))
                .collect()
        })
    }

    /// How many sockets a session has open.
    ///
    /// # Errors
    /// When there is no session of that id.
    pub fn sockets(&self, session_id: &str) -> Result<usize, UnknownSession> {
        self.with_live(session_id, |_, live| live.sockets())
    }

    /// Opens a session as the tenant's own server may do, without a visitor's call.
    ///
    /// Returns its id.
    pub fn open_session(&self, opening: Opening) -> String {
        let cell = self.open(opening);
        let live = cell.lock();
        live.session.id.clone()
    }

    /// A ready visitor token, as the tenant's own server hands it to its app; good for `lifetime_s` seconds.
    ///
    /// # Errors
    /// When there is no session of that id.
    pub fn mint_token(&self, session_id: &str, lifetime_s: u64) -> Result<String, UnknownSession> {
        let cell = self.find(session_id).ok_or(UnknownSession)?;
        let live = cell.lock();
        let tenant_id = &live.session.opening.tenant_id;
        let tenant = self
            .tenants()
            .iter()
            .find(|tenant| tenant.tenant_id == *tenant_id)
            .ok_or(UnknownSession)?;
        Ok(self.mint(tenant, &live.session, lifetime_s).0)
    }

    /// Sends a message to the visitor and leaves the conversation's mode alone.
    ///
    /// # Errors
    /// When there is no session of that id.
    pub fn say(&self, session_id: &str, role: Role, text: &str) -> Result<(), UnknownSession> {
        let now = self.now();
        self.with_live(session_id, |cell, live| {
            let effects = live.session.say(role, None, text, now);
            self.apply(cell, live, effects, None);
        })
    }

    /// Does what an operator's console would do.
    ///
    /// # Errors
    /// When there is no session of that id, or the text of a reply is refused.
    pub fn operate(
        &self,
        session_id: &str,
        operator: &str,
        action: &Action,
    ) -> Result<ConversationSummary, OperateError> {
        let cell = self.find(session_id).ok_or(OperateError::UnknownSession)?;
        self.act(&cell, operator, action).map_err(OperateError::Content)
    }

    fn with_live<T>(
        &self,
        session_id: &str,
        change: impl FnOnce(&Arc<SessionCell>, &mut LiveSession) -> T,
    ) -> Result<T, UnknownSession> {
        let cell = self.find(session_id).ok_or(UnknownSession)?;
        let mut live = cell.lock();
        Ok(change(&cell, &mut live))
    }
}

/// Why an operator could not act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperateError {
    /// No session has that id.
    UnknownSession,
    /// The text of a reply was refused.
    Content(ContentError),
}

impl std::fmt::Display for OperateError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::UnknownSession => UnknownSession.fmt(formatter),
            Self::Content(error) => formatter.write_str(error.explanation()),
        }
    }
}

impl std::error::Error for OperateError {}
