//! What can be made to go wrong with a service.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::faults::{HttpFault, Limited, Times};

/// The calls, by what they do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// `POST …/integrations`
    CreateIntegration,
    /// `POST …/messages`, on both paths.
    Send,
    /// `GET …/sessions/{session}/messages`
    List,
    /// `GET …/status`
    Status,
    /// The owner's calls.
    Owner,
    /// The site's `submit`.
    SiteSubmit,
    /// The site's `messages`.
    SiteMessages,
    /// Where the site tells the socket's origin.
    SocketOrigin,
}

/// Faults in force.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Table>);

#[derive(Debug, Default)]
struct Table {
    http: Vec<(Option<Route>, Limited<HttpFault>)>,
    upgrades: Option<Limited<u16>>,
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

    pub(crate) fn set_upgrades(&self, status: u16, times: Times) {
        self.table().upgrades = Some(Limited { fault: status, times });
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

    /// The status to refuse a socket's upgrade with.
    pub(crate) fn on_upgrade(&self) -> Option<u16> {
        Limited::strike(&mut self.table().upgrades)
    }

    pub(crate) fn loses_push(&self) -> bool {
        Limited::strike(&mut self.table().pushes).is_some()
    }
}
