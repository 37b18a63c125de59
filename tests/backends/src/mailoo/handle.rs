//! A service that listens, and what a test does to it.

use std::{io, net::SocketAddr, sync::OnceLock};

use axum::Router;

use super::{
    answer::Refusal,
    faults::Route,
    model::Message,
    service::{Mailoo, Order, Peer},
    settings::{PushShape, Settings},
};
use crate::{
    Manner,
    faults::{HttpFault, Times},
    listening::Listening,
    station::{Handle, Station, until_empty},
};

/// A service with its listener. Dropping it stops the service.
pub type MailooHandle = Handle<Mailoo>;

impl MailooHandle {
    /// Ends the service and waits until its sockets are gone.
    pub async fn shutdown(self) {
        self.stop(Manner::Abrupt).await;
    }
}

impl Station for Mailoo {
    fn place(&self) -> &OnceLock<Listening> {
        &self.shared.listening
    }

    fn routes(&self) -> Router {
        self.router()
    }

    fn abandon(&self) {
        self.order(|_| true, &Order::Cut);
    }

    async fn leave(&self, manner: Manner) {
        let order = match manner {
            Manner::Abrupt => Order::Cut,
            Manner::Announced => Order::Close(1012),
        };
        self.order(|_| true, &order);
        until_empty(|| self.sockets_open()).await;
    }
}

/// A session that nobody knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownSession;

impl Mailoo {
    /// Starts a service on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(settings: Settings) -> io::Result<MailooHandle> {
        Self::start_on(settings, SocketAddr::from(([127, 0, 0, 1], 0))).await
    }

    /// Starts a service on `addr`.
    ///
    /// # Errors
    /// When the address is taken or not this machine's.
    pub async fn start_on(settings: Settings, addr: SocketAddr) -> io::Result<MailooHandle> {
        Self::new(settings).listen(addr)
    }

    /// Goes away: nothing is listened to, all connections end. The state is kept for [`resume`](Self::resume).
    pub async fn stop(&self, manner: Manner) {
        self.go_away(manner).await;
    }

    /// Comes back on the same port after a [`stop`](Self::stop).
    ///
    /// # Errors
    /// When somebody took the port, or the service never had one.
    pub fn resume(&self) -> io::Result<()> {
        self.come_back()
    }

    /// Lets calls meet a fault; without a route all of them.
    pub fn fail_http(&self, route: Option<Route>, fault: HttpFault, times: Times) {
        self.shared.faults.set_http(route, fault, times);
    }

    /// Refuses visitors' sockets with an HTTP status.
    pub fn refuse_sockets(&self, status: u16, times: Times) {
        self.shared.faults.set_upgrades(status, times);
    }

    /// Stores replies but does not push them, as when another replica has the visitor's socket.
    pub fn lose_pushes(&self, times: Times) {
        self.shared.faults.set_pushes(times);
    }

    /// Ends all faults; what already happened stays.
    pub fn clear_faults(&self) {
        self.shared.faults.clear();
    }

    /// What pushed frames look like from now on.
    pub fn push_in(&self, shape: PushShape) {
        self.set_shape(shape);
    }

    /// Sends any text on a visitor's sockets.
    pub fn push_text(&self, session: &str, text: &str) {
        let peer = Peer::Visitor(session.to_owned());
        self.order(|other| *other == peer, &Order::Say(text.to_owned()));
    }

    /// Closes visitors' sockets with `code`; 1006 cuts the connection without a close frame.
    pub fn close_sockets(&self, code: u16) {
        let order = if code == 1006 { Order::Cut } else { Order::Close(code) };
        self.order(|peer| matches!(peer, Peer::Visitor(_)), &order);
    }

    /// Stops reading and writing visitors' sockets, which stay connected.
    pub fn black_hole(&self) {
        self.order(|peer| matches!(peer, Peer::Visitor(_)), &Order::FallSilent);
    }

    /// Forgets a session, or all of them: calls get 404, sockets 4404.
    pub fn forget_sessions(&self, session: Option<&str>) {
        let gone = self.desk().forget(session);
        for id in gone {
            self.order(|peer| *peer == Peer::Visitor(id.clone()), &Order::Close(4404));
        }
    }

    /// Answers a visitor.
    ///
    /// # Errors
    /// When nobody knows the session or the text is empty.
    pub fn say(&self, session: &str, text: &str) -> Result<Message, UnknownSession> {
        self.reply(session, text, Some("Sam"))
            .map_err(|_: Refusal| UnknownSession)
    }

    /// Ids of all sessions that visitors can reach, in the order they were opened.
    #[must_use]
    pub fn session_ids(&self) -> Vec<String> {
        self.desk()
            .sessions
            .iter()
            .map(|session| session.public_id.clone())
            .collect()
    }

    /// All messages of a session, even a forgotten one, oldest first.
    ///
    /// # Errors
    /// When there never was one of that id.
    pub fn transcript(&self, session: &str) -> Result<Vec<Message>, UnknownSession> {
        let desk = self.desk();
        let mut all = desk.sessions.iter().chain(&desk.forgotten);
        let found = all.find(|known| known.public_id == session).ok_or(UnknownSession)?;
        Ok(found.messages.clone())
    }

    /// How many sockets a session has open.
    #[must_use]
    pub fn sockets(&self, session: &str) -> usize {
        self.sockets_of(session)
    }
}
