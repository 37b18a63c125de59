//! The handle that applications hold.

use std::path::Path;
use std::sync::Arc;

use visavis_client_core::event::ConnectionState;
use visavis_client_core::ids::{LocalId, ServerId};
use visavis_client_core::io::PeerStatus;
use visavis_client_core::message::WidgetConfig;
use visavis_client_core::{
    Attention, Capabilities, Client, Command, Config, ConnectionStatus, Error, Guest, Identity, Message, Typing,
};

use crate::builder::Builder;
use crate::delivery::{MessageHandle, closed};
use crate::events::Events;
use crate::shared::{Shared, Stage};

/// A website visitor: one session, one conversation, one connection that looks after itself.
///
/// Clones are handles of the same visitor. When the last one is dropped the visitor closes by itself; [`Visitor::close`] also waits for it.
#[derive(Clone)]
pub struct Visitor {
    shared: Arc<Held>,
}

/// Asks the task to end when the last handle is gone.
struct Held(Arc<Shared>);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.ask_to_close();
    }
}

impl Visitor {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self {
            shared: Arc::new(Held(shared)),
        }
    }

    /// Connects with the defaults: no store, an HTTP client of its own.
    ///
    /// It returns before the visitor is live: the network may be down, and messages are queued meanwhile. [`Visitor::live`] waits.
    ///
    /// # Errors
    /// [`Error::Configuration`] naming the option that is wrong.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub async fn connect(config: impl Into<Config>) -> Result<Self, Error> {
        Self::builder(config).connect().await
    }

    /// For a store, a shared network or secrets made on demand.
    pub fn builder(config: impl Into<Config>) -> Builder {
        Builder::new(config.into())
    }

    fn shared(&self) -> &Shared {
        &self.shared.0
    }

    /// What happens from now on, in order. The first call also gets what has happened since the visitor was made, unless that is
    /// more than 256 events.
    pub fn events(&self) -> Events {
        self.shared().subscribe()
    }

    /// Queues a message and waits until it survives a crash (without a store: until it is queued). Waits for room when the queue is full.
    ///
    /// Being offline is no error: the message is sent once the visitor is live. The future may be dropped only before it is first
    /// polled or after it is done, else the message may or may not be queued.
    ///
    /// # Errors
    /// [`Error::TooLarge`] when the text is too long, [`Error::Refused`] when it is empty or the visitor is closed,
    /// [`Error::QueueFull`] when the queue is full and the connection has failed for good.
    pub async fn send(&self, text: impl AsRef<str>) -> Result<MessageHandle, Error> {
        let text = text.as_ref();
        let handle = loop {
            match self.shared().send(text) {
                Err(Error::QueueFull { messages, bytes }) => {
                    self.room(Error::QueueFull { messages, bytes }).await?;
                }
                result => break result?,
            }
        };
        handle.stored().await?;
        Ok(handle)
    }

    /// Queues a message at once; [`MessageHandle::stored`] waits until it survives a crash.
    ///
    /// # Errors
    /// [`Error::QueueFull`] when the queue has no room, [`Error::TooLarge`] when the text is too long, [`Error::Refused`] when it is
    /// empty or the visitor is closed.
    pub fn try_send(&self, text: impl AsRef<str>) -> Result<MessageHandle, Error> {
        self.shared().send(text.as_ref())
    }

    /// Waits for the queue to become shorter than it is now.
    async fn room(&self, full: Error) -> Result<(), Error> {
        let before = self.queued().max(1);
        self.shared()
            .until(|client, stage| match (stage, client.connection().state) {
                _ if client.queued() < before => Some(Ok(())),
                (Stage::Running, ConnectionState::Failed | ConnectionState::Closed) => Some(Err(full.clone())),
                (Stage::Running, _) => None,
                _ => Some(Err(closed())),
            })
            .await
    }

    /// Says that the visitor presses keys, or stopped. Call it at every key; it is sent as often as is fitting, and only while live.
    ///
    /// # Errors
    /// [`Error::Refused`] when the visitor is closed.
    pub fn typing(&self, typing: Typing) -> Result<(), Error> {
        self.command(Command::Typing(typing))
    }

    /// Links the session to a user of the site. The answer comes as an event: `Session` with `Identified`, or `Error`.
    ///
    /// # Errors
    /// [`Error::Refused`] when the visitor is closed.
    pub fn identify(&self, identity: Identity) -> Result<(), Error> {
        self.command(Command::Identify(identity))
    }

    /// Says whether somebody looks at the conversation; while nobody does, [`Visitor::unread`] counts.
    ///
    /// # Errors
    /// [`Error::Refused`] when the visitor is closed.
    pub fn attend(&self, attention: Attention) -> Result<(), Error> {
        self.command(Command::Attend(attention))
    }

    /// Sends a failed, uncertain or expired message again.
    ///
    /// # Errors
    /// [`Error::Refused`] when the visitor is closed.
    pub fn retry(&self, local_id: LocalId) -> Result<(), Error> {
        self.command(Command::Retry { local_id })
    }

    /// Removes a failed, uncertain or expired message.
    ///
    /// # Errors
    /// [`Error::Refused`] when the visitor is closed.
    pub fn discard(&self, local_id: LocalId) -> Result<(), Error> {
        self.command(Command::Discard { local_id })
    }

    /// Reads the widget's public settings again. They come as an event and in [`Visitor::widget_config`].
    ///
    /// # Errors
    /// [`Error::Refused`] when the visitor is closed.
    pub fn fetch_config(&self) -> Result<(), Error> {
        self.command(Command::FetchConfig)
    }

    /// Disconnects and keeps the queue; [`Visitor::start`] goes on. [`Visitor::close`] is for good.
    ///
    /// # Errors
    /// [`Error::Refused`] when the visitor is closed.
    pub fn stop(&self) -> Result<(), Error> {
        self.command(Command::Stop)
    }

    /// Connects again after [`Visitor::stop`] or a failure; while waiting for the next attempt, tries at once.
    ///
    /// # Errors
    /// [`Error::Refused`] when the visitor is closed.
    pub fn start(&self) -> Result<(), Error> {
        self.command(Command::Start)
    }

    /// Queues a message with a file and waits until it survives a crash. The file must stay where it is until it is sent.
    /// Waits for room when the queue is full.
    ///
    /// # Errors
    /// Those of [`Visitor::send`]; [`Error::Refused`] when the file cannot be read or is too large, [`Error::Unsupported`] where the
    /// back end takes no files.
    pub async fn send_file(&self, text: impl AsRef<str>, path: impl AsRef<Path>) -> Result<MessageHandle, Error> {
        if !self.capabilities().upload {
            return Err(Error::Unsupported {
                what: "upload",
                backend: self.backend(),
            });
        }
        let (text, path) = (text.as_ref(), path.as_ref());
        let info = crate::files::inspect(path).await?;
        let handle = loop {
            match self.shared().send_file(text, info.clone(), path.to_owned()) {
                Err(Error::QueueFull { messages, bytes }) => {
                    self.room(Error::QueueFull { messages, bytes }).await?;
                }
                result => break result?,
            }
        };
        handle.stored().await?;
        Ok(handle)
    }

    /// Says that a message of the other side was seen, now or as soon as the connection is live.
    ///
    /// It is done when [`Event::Command`](crate::Event::Command) names `read`. A back end without receipts answers with an event:
    /// [`Error::Unsupported`].
    ///
    /// # Errors
    /// [`Error::Refused`] when the visitor is closed.
    pub fn mark_read(&self, server_id: ServerId) -> Result<(), Error> {
        self.command(Command::MarkRead { server_id })
    }

    /// Asks for a person, perhaps one who knows about `skill`, now or as soon as the connection is live.
    ///
    /// It is asked when [`Event::Command`](crate::Event::Command) names `agent`; the place in the queue and the person come as events.
    /// Where visitors cannot ask, the answer is an event: [`Error::Unsupported`].
    ///
    /// # Errors
    /// [`Error::Refused`] when the visitor is closed.
    pub fn request_agent(&self, skill: Option<String>) -> Result<(), Error> {
        self.command(Command::RequestAgent { skill, priority: None })
    }

    /// Says that the visitor went to another page, now or as soon as the connection is live. Pages that follow each other within half a
    /// second count as one.
    ///
    /// It is told when [`Event::Command`](crate::Event::Command) names `context`. A back end that takes no pages answers with an event:
    /// [`Error::Unsupported`].
    ///
    /// # Errors
    /// [`Error::Refused`] when the visitor is closed.
    pub fn update_context(&self, url: impl Into<String>, title: Option<String>) -> Result<(), Error> {
        let url = url.into();
        self.command(Command::UpdateContext {
            url,
            referrer: None,
            title,
        })
    }

    /// Hands in the form that [`Event::Registration`](crate::Event::Registration) asks for; the visitor connects with it. A form that the
    /// server does not take is asked for again.
    ///
    /// An address that is none, and a back end without a form, are answered with an event: [`Error::Configuration`],
    /// [`Error::Unsupported`].
    ///
    /// # Errors
    /// [`Error::Refused`] when the visitor is closed.
    pub fn register(&self, guest: Guest) -> Result<(), Error> {
        self.command(Command::Register(guest))
    }

    /// Says that the visitor is done with the conversation, and where a transcript shall be mailed to. The next message opens it again.
    ///
    /// The answer comes as [`Event::Command`](crate::Event::Command) `close-chat`; when it was refused, [`Error::Refused`] comes as an
    /// event before. Where conversations are not closed by visitors, [`Error::Unsupported`] does.
    ///
    /// # Errors
    /// [`Error::Refused`] when the visitor is closed.
    pub fn close_chat(&self, transcript: Option<String>) -> Result<(), Error> {
        self.command(Command::CloseChat { transcript })
    }

    /// Leaves a message for the time when somebody is there: [`Guest::comments`] of this form. It is mailed, is no part of the
    /// conversation and needs no connection.
    ///
    /// The answer comes as [`Event::Command`](crate::Event::Command) `contact`; when it did not arrive, the reason comes as an event
    /// before, and nobody but the application has the text. Where there is no such form, [`Error::Unsupported`] comes.
    ///
    /// # Errors
    /// [`Error::Refused`] when the visitor is closed.
    pub fn contact(&self, form: Guest) -> Result<(), Error> {
        self.command(Command::Contact(form))
    }

    /// Writes to another participant, by address, now or as soon as the connection is live. It is not queued, not stored and not
    /// acknowledged: [`Event::Command`](crate::Event::Command) `peer-message` says that it left.
    ///
    /// Where participants cannot be addressed, the answer is an event: [`Error::Unsupported`].
    ///
    /// # Errors
    /// [`Error::Refused`] when the visitor is closed.
    pub fn peer_message(&self, to: impl Into<String>, text: impl Into<String>) -> Result<(), Error> {
        let (to, text) = (to.into(), text.into());
        self.command(Command::PeerMessage { to, text })
    }

    /// Tells another participant the visitor's own status, as [`Visitor::peer_message`] tells a text.
    /// [`Event::Command`](crate::Event::Command) `peer-status` says that it left.
    ///
    /// # Errors
    /// [`Error::Refused`] when the visitor is closed.
    pub fn peer_status(&self, status: PeerStatus) -> Result<(), Error> {
        self.command(Command::PeerStatus(status))
    }

    pub(crate) fn command(&self, command: Command) -> Result<(), Error> {
        self.shared().command(command)
    }

    /// The conversation as far as it is kept in memory, oldest first: at most 1,000 messages unless tuned otherwise.
    pub fn messages(&self) -> Vec<Message> {
        self.look(|client| client.messages().cloned().collect())
    }

    /// One message written here.
    pub fn message(&self, local_id: LocalId) -> Option<Message> {
        self.look(|client| client.message(local_id).cloned())
    }

    /// The connection as it is now.
    pub fn connection(&self) -> ConnectionStatus {
        self.look(Client::connection)
    }

    /// Why the connection is in state `failed`.
    pub fn failure(&self) -> Option<Error> {
        self.look(|client| client.failure().cloned())
    }

    /// Messages that the server has not acknowledged yet.
    pub fn queued(&self) -> usize {
        self.look(Client::queued)
    }

    /// Messages that arrived while nobody looked.
    pub fn unread(&self) -> u32 {
        self.look(Client::unread)
    }

    /// The back end's id of the session, once there is one.
    pub fn session_id(&self) -> Option<String> {
        self.look(|client| client.session_id().map(str::to_owned))
    }

    /// The widget's public settings, once known.
    pub fn widget_config(&self) -> Option<WidgetConfig> {
        self.look(|client| client.widget_config().cloned())
    }

    /// The back end's name, such as `bloonio`.
    pub fn backend(&self) -> &'static str {
        self.look(Client::backend)
    }

    /// What this back end can do.
    pub fn capabilities(&self) -> Capabilities {
        self.look(Client::capabilities)
    }

    fn look<T>(&self, at: impl FnOnce(&Client) -> T) -> T {
        self.shared().look(at)
    }

    /// Waits until the connection is as `wanted` says, and returns it as it is then. A state that lasts for no time may be missed;
    /// [`Visitor::events`] has them all. Also returns when the visitor is closed.
    pub async fn connection_until(&self, wanted: impl Fn(&ConnectionStatus) -> bool) -> ConnectionStatus {
        self.shared()
            .until(|client, stage| {
                let status = client.connection();
                (wanted(&status) || stage == Stage::Ended).then_some(status)
            })
            .await
    }

    /// Waits until messages flow.
    ///
    /// # Errors
    /// Why the connection failed for good, or [`Error::Refused`] when the visitor is closed. An outage is no error: it goes on waiting.
    pub async fn live(&self) -> Result<(), Error> {
        let status = self
            .connection_until(|status| {
                matches!(
                    status.state,
                    ConnectionState::Live | ConnectionState::Failed | ConnectionState::Closed
                )
            })
            .await;
        match status.state {
            ConnectionState::Live => Ok(()),
            ConnectionState::Failed => Err(self.failure().unwrap_or_else(closed)),
            _ => Err(closed()),
        }
    }

    /// Waits until the server has acknowledged everything that is queued, or the visitor is closed. An outage keeps it waiting.
    pub async fn flushed(&self) {
        self.shared()
            .until(|client, stage| (client.queued() == 0 || stage == Stage::Ended).then_some(()))
            .await;
    }

    /// Closes for good: the last write to the store is done, the socket is closed, and the task has ended when it returns, within
    /// five seconds whatever the network does. What is queued stays in the store. All handles of this visitor are closed.
    pub async fn close(&self) {
        self.shared().ask_to_close();
        self.shared().ended().await;
    }
}

impl std::fmt::Debug for Visitor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Visitor")
            .field("connection", &self.connection().state)
            .finish_non_exhaustive()
    }
}
