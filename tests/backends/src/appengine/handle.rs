//! A gateway that listens, and what a test does to it.

use std::{fmt, io, net::SocketAddr, ops::Deref, time::Duration};

use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::time::{Instant, sleep};

use super::{
    Action, AgentPresence, ContactForm, DeskError, Dialect, Gateway, Interruption, Route, SentTranscript, Settings,
    Standing,
    gateway::{Port, locked},
    model::{
        center::{Center, Effect},
        chat_id::address,
        event::Event,
        person::Customer,
        socket::SocketId,
        stream::Break,
    },
};
use crate::{
    Manner,
    faults::{AckFault, HttpFault, Times},
    line::Flow,
    listening::{Listening, Wiring},
};

/// Which sockets something is done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope<'s> {
    /// All of them.
    All,
    /// Those that take part in this conversation.
    Chat(&'s str),
    /// Those of the customer with this address.
    Customer(&'s str),
}

/// How a socket is ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CloseManner {
    /// With a Socket.IO disconnect packet: the server does not want this client.
    Packet,
    /// The connection is cut without a word.
    Cut,
}

/// What a customer is let in with.
#[derive(Clone, PartialEq, Eq)]
pub struct Tokens {
    /// For calls and the handshake.
    pub access: String,
    /// For a new pair.
    pub refresh: String,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Tokens(…)")
    }
}

/// A gateway with its listener. Dropping it stops the gateway.
#[derive(Debug)]
pub struct GatewayHandle {
    gateway: Gateway,
    addr: SocketAddr,
}

impl Deref for GatewayHandle {
    type Target = Gateway;

    fn deref(&self) -> &Gateway {
        &self.gateway
    }
}

impl Drop for GatewayHandle {
    fn drop(&mut self) {
        self.gateway.shared.run.send_modify(|run| *run += 1);
        if let Some(listening) = self.gateway.shared.listening.get() {
            listening.abandon();
        }
        self.gateway.shared.lines.set_all(Flow::Cut);
        // The Socket.IO server and its sockets hold the gateway, too; what they hold must not outlive the handle.
        self.gateway.forget_sockets();
        *locked(&self.gateway.shared.io) = None;
        *locked(&self.gateway.shared.uploads) = None;
    }
}

impl GatewayHandle {
    /// `http://127.0.0.1:<port>`
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// The address listened on.
    #[must_use]
    pub const fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Ends the gateway and waits until its sockets are gone.
    pub async fn shutdown(self) {
        self.gateway.stop(Manner::Abrupt).await;
    }
}

/// How long a stop waits for sockets to leave.
const STOP_LIMIT: Duration = Duration::from_secs(2);

impl Gateway {
    /// Starts a gateway on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(settings: Settings) -> io::Result<GatewayHandle> {
        Self::start_on(settings, SocketAddr::from(([127, 0, 0, 1], 0))).await
    }

    /// Starts a gateway on `addr`.
    ///
    /// # Errors
    /// When the address is taken or not this machine's.
    pub async fn start_on(settings: Settings, addr: SocketAddr) -> io::Result<GatewayHandle> {
        let gateway = Self::new(settings);
        let listening = Listening::reserve(addr)?;
        let addr = listening.addr();
        gateway.shared.listening.get_or_init(|| listening);
        gateway.resume()?;
        Ok(GatewayHandle { gateway, addr })
    }

    /// Goes away: nothing is listened to, all connections end. The state is kept for [`resume`](Self::resume).
    pub async fn stop(&self, manner: Manner) {
        if let Some(listening) = self.shared.listening.get() {
            listening.close().await;
        }
        self.shared.run.send_modify(|run| *run += 1);
        let io = locked(&self.shared.io).take();
        if manner == Manner::Announced
            && let Some(io) = io
        {
            // Close frames leave, and no disconnect packets: clients are to come back.
            let _ = tokio::time::timeout(STOP_LIMIT, io.close()).await;
            // A server that was closed whole calls nobody back.
            self.forget_sockets();
        }
        self.shared.lines.set_all(Flow::Cut);
        self.await_departures().await;
        self.forget_sockets();
    }

    fn forget_sockets(&self) {
        let left: Vec<_> = self.floor().ports.keys().copied().collect();
        left.into_iter().for_each(|socket| self.let_go(socket));
    }

    async fn await_departures(&self) {
        let limit = Instant::now() + STOP_LIMIT;
        while self.shared.counters.sockets_open.value() > 0 && Instant::now() < limit {
            sleep(Duration::from_millis(2)).await;
        }
    }

    /// Comes back on the same port after a [`stop`](Self::stop).
    ///
    /// # Errors
    /// When somebody took the port, or the gateway never had one.
    pub fn resume(&self) -> io::Result<()> {
        let listening = self.shared.listening.get().ok_or(io::ErrorKind::NotConnected)?;
        listening.open(self.router(), Wiring::Tapped(self.shared.lines.clone()))
    }

    fn each_port(&self, scope: Scope<'_>, act: impl Fn(&Port)) {
        let floor = self.floor();
        floor.each(&in_scope(&floor.center, scope), act);
    }

    /// Ends open sockets.
    pub fn close_sockets(&self, scope: Scope<'_>, manner: CloseManner) {
        self.each_port(scope, |port| match manner {
            CloseManner::Packet => port.dismiss(),
            CloseManner::Cut => port.cut(),
        });
    }

    /// Carries nothing on open connections any more, which stay connected until either side gives up.
    pub fn black_hole(&self, scope: Scope<'_>) {
        self.each_port(scope, |port| port.set_flow(Flow::Silent));
    }

    /// Still reads, but nothing leaves: neither pings nor events nor acknowledgements.
    pub fn stop_pings(&self, scope: Scope<'_>) {
        self.each_port(scope, |port| port.set_flow(Flow::Deaf));
    }

    /// Lets everything that is sent leave `millis` milliseconds later.
    pub fn delay_frames(&self, millis: u64) {
        self.shared.lines.set_delay(millis);
    }

    /// Answers namespace connections with a CONNECT_ERROR of that message, such as `Invalid namespace`.
    pub fn refuse_namespace(&self, message: &str, times: Times) {
        self.shared.faults.set_connects(message.to_owned(), times);
    }

    /// Leaves connections without `authenticate`.
    pub fn withhold_authentication(&self, times: Times) {
        self.shared.faults.set_authentications(times);
    }

    /// Takes tokens for expired, whatever they say.
    pub fn expire_next_tokens(&self, times: Times) {
        self.shared.faults.set_expiries(times);
    }

    /// Carries events out but does not acknowledge them.
    pub fn swallow_acks(&self, fault: AckFault, times: Times) {
        self.shared.faults.set_acks(fault, times);
    }

    /// Stores messages but does not push them to open sockets.
    pub fn lose_pushes(&self, times: Times) {
        self.shared.faults.set_pushes(times);
    }

    /// Lets the assistant's next answer break off after so many steps.
    pub fn interrupt_next_answer(&self, kind: Interruption, after: usize) {
        self.floor().center.next_break = Some(Break { after, kind });
    }

    /// Lets REST calls meet a fault; without a route all of them.
    pub fn fail_http(&self, route: Option<Route>, fault: HttpFault, times: Times) {
        self.shared.faults.set_http(route, fault, times);
    }

    /// Ends all faults; what already happened stays.
    pub fn clear_faults(&self) {
        self.shared.faults.clear();
        self.shared.lines.set_delay(0);
        self.floor().center.next_break = None;
    }

    /// Pushes `token_expired` to open sockets and dismisses them.
    pub fn announce_expiry(&self, scope: Scope<'_>) {
        self.change(|center, _| {
            let sockets = in_scope(center, scope);
            let told = Effect::Tell(sockets.clone(), Event::TokenExpired);
            ((), vec![told, Effect::Dismiss(sockets)])
        });
    }

    /// Pushes any event, as an install with other habits does.
    pub fn push(&self, scope: Scope<'_>, name: &str, payload: Value) {
        self.change(|center, _| {
            let sockets = in_scope(center, scope);
            let name = name.to_owned();
            ((), vec![Effect::Tell(sockets, Event::Verbatim { name, payload })])
        });
    }

    /// Nudges the customers of a device, whatever they take part in.
    pub fn engage_device(&self, device_id: &str, payload: Value) {
        self.change(|center, _| {
            let sockets = center.sockets(|client| client.device_id.as_deref() == Some(device_id));
            ((), vec![Effect::Tell(sockets, Event::Engage(payload))])
        });
    }

    /// Begins a broadcast to everybody who is connected or comes later.
    pub fn begin_broadcast(&self, fields: Map<String, Value>) {
        self.change(|center, _| ((), center.broadcast(Some(Value::Object(fields)))));
    }

    /// Ends the broadcast.
    pub fn end_broadcast(&self) {
        self.change(|center, _| ((), center.broadcast(None)));
    }

    /// Sets a field of the chat configuration from now on; null takes it out.
    pub fn set_config(&self, name: &str, value: Value) {
        self.floor().center.config[name] = value;
    }

    /// Changes which vocabulary is pushed and taken, as an install that moves on does. Lines that are up hear the other one from now on.
    pub fn set_dialect(&self, dialect: Dialect) {
        self.floor().center.policy.dialect = dialect;
    }

    /// Pause between two chunks of an answer from now on, in milliseconds.
    pub fn set_pace(&self, millis: u64) {
        self.floor().center.policy.chunk_ms = millis;
    }

    /// Lets an agent come, go or be busy.
    ///
    /// # Errors
    /// When nobody is called that.
    pub fn set_presence(&self, agent: &str, presence: AgentPresence) -> Result<(), DeskError> {
        self.change(|center, now| match center.set_presence(agent, presence, now) {
            Ok(effects) => (Ok(()), effects),
            Err(error) => (Err(error), Vec::new()),
        })
    }

    /// Does what an agent's console would do.
    ///
    /// # Errors
    /// When there is no such conversation, message or agent, or the text of a reply is refused.
    pub fn operate(&self, chat_id: &str, operator: &str, action: Action) -> Result<(), DeskError> {
        self.change(|center, now| match center.act(chat_id, operator, action, now) {
            Ok(effects) => (Ok(()), effects),
            Err(error) => (Err(error), Vec::new()),
        })
    }

    /// Lets an agent take the next conversation of the queue; its id.
    pub fn take_next(&self, operator: &str) -> Option<String> {
        self.change(|center, now| match center.take_next(operator, now) {
            Some((chat_id, effects)) => (Some(chat_id), effects),
            None => (None, Vec::new()),
        })
    }

    /// Ready tokens, as the tenant's own server hands them to its pages.
    #[must_use]
    pub fn mint_tokens(&self, email: &str, name: &str, standing: Standing) -> Tokens {
        self.tokens(&Customer {
            email: address(email),
            name: name.to_owned(),
            standing,
        })
    }

    /// Ids of all conversations.
    #[must_use]
    pub fn chat_ids(&self) -> Vec<String> {
        self.floor().center.chats.keys().cloned().collect()
    }

    /// All messages of a conversation as operators see them, oldest first.
    #[must_use]
    pub fn transcript(&self, chat_id: &str) -> Vec<Value> {
        let floor = self.floor();
        let messages = floor.center.chats.get(chat_id).map(|chat| chat.messages.as_slice());
        messages
            .unwrap_or_default()
            .iter()
            .map(|message| Center::told(message))
            .collect()
    }

    /// The contact forms that came in.
    #[must_use]
    pub fn contact_forms(&self) -> Vec<ContactForm> {
        locked(&self.shared.contact_forms).clone()
    }

    /// The transcripts that customers asked for when they ended their conversations.
    #[must_use]
    pub fn sent_transcripts(&self) -> Vec<SentTranscript> {
        self.floor().center.transcripts.clone()
    }
}

fn in_scope(center: &Center, scope: Scope<'_>) -> Vec<SocketId> {
    match scope {
        Scope::All => center.sockets(|_| true),
        Scope::Chat(id) => center.room(id),
        Scope::Customer(email) => center.sockets(|client| client.email() == Some(email)),
    }
}
