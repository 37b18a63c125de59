//! What can be made to go wrong with a gateway.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::faults::{AckFault, HttpFault, Limited, Times};

/// The REST calls, by what they do; where several paths do the same each has its own name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// `GET /repository/get/chat-config/{configId}`
    ConfigRecord,
    /// `GET /chat/config/{configId}`
    ConfigPublic,
    /// `POST /profile/customer/register-guest`
    RegisterGuest,
    /// `POST /profile/guest/auth`
    GuestAuth,
    /// `POST /profile/customer/signup`
    SignUp,
    /// `POST /profile/customer/signin`
    SignIn,
    /// `POST /profile/customer/refresh`
    Refresh,
    /// `POST /repository/file/upload`
    FileUpload,
    /// `POST /repository/customer/file/upload`
    CustomerFileUpload,
    /// `POST /chat/upload/{chatId}/{email}`
    ChatUpload,
    /// `GET /chat/history/{chatId}`
    History,
    /// `POST /repository/find/chat-message`
    FindMessages,
    /// `GET /chat/messages/{email}/{createdAfter}`
    MessagesSince,
    /// `PUT /chat/update/{chatId}`
    UpdateMessage,
    /// `POST /chat/save/{chatId}`
    SaveMessage,
    /// `POST /chat/live/{chatId}/{userId}`
    LiveMessage,
    /// `POST /chat/queue`
    JoinQueue,
    /// `GET /chat/queue/position/{chatId}`
    QueuePosition,
    /// `GET /chat/queue` and `GET /chat/queue/stats`
    QueueStaff,
    /// `GET /chat/agents/online`
    AgentsOnline,
    /// `GET /chat/agents/{email}/presence`
    AgentPresence,
    /// `GET /chat/get-profile/{userId}`
    Profile,
    /// `POST /crm/contact-form/json/chat-client/{configId}`
    ContactForm,
    /// `GET /discover/list` and `GET /discover/{topic}`
    Discover,
    /// `GET /files/…`
    File,
}

/// Faults in force.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Table>);

#[derive(Debug, Default)]
struct Table {
    http: Vec<(Option<Route>, Limited<HttpFault>)>,
    acks: Option<Limited<AckFault>>,
    connects: Option<Limited<String>>,
    authentications: Option<Limited<()>>,
    expiries: Option<Limited<()>>,
    pushes: Option<Limited<()>>,
}

impl Faults {
    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn clear(&self) {
        *self.table() = Table::default();
    }

    pub(crate) fn set_http(&self, route: Option<Route>, fault: HttpFault, times: Times) {
        self.table().http.push((route, Limited { fault, times }));
    }

    pub(crate) fn set_acks(&self, fault: AckFault, times: Times) {
        self.table().acks = Some(Limited { fault, times });
    }

    pub(crate) fn set_connects(&self, message: String, times: Times) {
        self.table().connects = Some(Limited { fault: message, times });
    }

    pub(crate) fn set_authentications(&self, times: Times) {
        self.table().authentications = Some(Limited { fault: (), times });
    }

    pub(crate) fn set_expiries(&self, times: Times) {
        self.table().expiries = Some(Limited { fault: (), times });
    }

    pub(crate) fn set_pushes(&self, times: Times) {
        self.table().pushes = Some(Limited { fault: (), times });
    }

    pub(crate) fn on_http(&self, route: Route) -> Option<HttpFault> {
        let mut table = self.table();
        let struck = table
            .http
            .iter_mut()
            .filter(|(only, _)| only.is_none_or(|only| only == route))
            .find_map(|(_, fault)| fault.spend());
        table.http.retain(|(_, fault)| fault.times != Times::Next(0));
        struck
    }

    pub(crate) fn on_ack(&self) -> Option<AckFault> {
        Limited::strike(&mut self.table().acks)
    }

    /// The message to refuse a namespace connection with.
    pub(crate) fn on_connect(&self) -> Option<String> {
        Limited::strike(&mut self.table().connects)
    }

    pub(crate) fn withholds_authentication(&self) -> bool {
        Limited::strike(&mut self.table().authentications).is_some()
    }

    /// Whether a token counts as expired whatever it says.
    pub(crate) fn expires_token(&self) -> bool {
        Limited::strike(&mut self.table().expiries).is_some()
    }

    pub(crate) fn loses_push(&self) -> bool {
        Limited::strike(&mut self.table().pushes).is_some()
    }
}
