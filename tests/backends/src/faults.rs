//! What can be made to go wrong, and for how long.

use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use serde::{Deserialize, Serialize};

/// The visitor's REST calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// `fetch/widget-config`
    Config,
    /// `create/visitor-session`
    Create,
    /// `refresh/visitor-token`
    Refresh,
    /// `identify/visitor`
    Identify,
}

/// How often a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    /// The next so many times.
    Next(u32),
    /// Until [`clear_faults`](crate::Relay::clear_faults).
    UntilCleared,
}

/// What happens to a REST call instead of, before or after its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum HttpFault {
    /// Refused with a status.
    Status {
        /// The status, 400 to 599.
        status: u16,
        /// Seconds of a `Retry-After` header.
        #[serde(default)]
        retry_after: Option<u64>,
    },
    /// A page of HTML instead of JSON, as a captive portal or a proxy sends it.
    Html {
        /// Its status.
        status: u16,
    },
    /// No answer, and the connection stays open.
    Hang,
    /// The connection is cut before anything is done.
    Drop,
    /// The call is carried out and the connection is cut before the answer.
    LoseAnswer,
    /// The call is carried out later.
    Delay {
        /// By so many milliseconds.
        ms: u64,
    },
}

/// What happens to the acknowledgement of a message that was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AckFault {
    /// It never comes.
    Never,
    /// The connection is cut in its place.
    Cut,
}

/// Faults in force. The usual path pays one relaxed load for them.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    armed: AtomicBool,
    table: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    http: Vec<HttpRule>,
    acks: Option<Limited<AckFault>>,
    sockets: Option<Limited<u16>>,
    welcomes: Option<Limited<()>>,
    pushes: Option<Limited<()>>,
    silence: Option<Limited<()>>,
    frame_delay_ms: u64,
}

#[derive(Debug)]
struct HttpRule {
    route: Option<Route>,
    fault: Limited<HttpFault>,
}

#[derive(Debug, Clone)]
pub(crate) struct Limited<F> {
    pub(crate) fault: F,
    pub(crate) times: Times,
}

impl<F: Clone> Limited<F> {
    pub(crate) fn strike(slot: &mut Option<Self>) -> Option<F> {
        let fault = slot.as_mut()?.spend();
        if fault.is_none() {
            *slot = None;
        }
        fault
    }

    pub(crate) fn spend(&mut self) -> Option<F> {
        match &mut self.times {
            Times::UntilCleared => {}
            Times::Next(0) => return None,
            Times::Next(left) => *left -= 1,
        }
        Some(self.fault.clone())
    }
}

impl Faults {
    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn arm(&self, change: impl FnOnce(&mut Table)) {
        change(&mut self.table());
        self.armed.store(true, Ordering::Release);
    }

    fn ask<T>(&self, question: impl FnOnce(&mut Table) -> Option<T>) -> Option<T> {
        if !self.armed.load(Ordering::Acquire) {
            return None;
        }
        question(&mut self.table())
    }

    pub(crate) fn clear(&self) {
        self.armed.store(false, Ordering::Release);
        *self.table() = Table::default();
    }

    pub(crate) fn set_http(&self, route: Option<Route>, fault: HttpFault, times: Times) {
        self.arm(|table| {
            table.http.push(HttpRule {
                route,
                fault: Limited { fault, times },
            })
        });
    }

    pub(crate) fn set_acks(&self, fault: AckFault, times: Times) {
        self.arm(|table| table.acks = Some(Limited { fault, times }));
    }

    pub(crate) fn set_sockets(&self, code: u16, times: Times) {
        self.arm(|table| table.sockets = Some(Limited { fault: code, times }));
    }

    pub(crate) fn set_welcomes(&self, times: Times) {
        self.arm(|table| table.welcomes = Some(Limited { fault: (), times }));
    }

    pub(crate) fn set_pushes(&self, times: Times) {
        self.arm(|table| table.pushes = Some(Limited { fault: (), times }));
    }

    pub(crate) fn set_silence(&self, times: Times) {
        self.arm(|table| table.silence = Some(Limited { fault: (), times }));
    }

    pub(crate) fn set_frame_delay(&self, millis: u64) {
        self.arm(|table| table.frame_delay_ms = millis);
    }

    pub(crate) fn on_http(&self, route: Route) -> Option<HttpFault> {
        self.ask(|table| {
            let struck = table
                .http
                .iter_mut()
                .filter(|rule| rule.route.is_none_or(|only| only == route))
                .find_map(|rule| rule.fault.spend());
            table.http.retain(|rule| rule.fault.times != Times::Next(0));
            struck
        })
    }

    pub(crate) fn on_ack(&self) -> Option<AckFault> {
        self.ask(|table| Limited::strike(&mut table.acks))
    }

    /// The code to close a new socket with.
    pub(crate) fn on_socket(&self) -> Option<u16> {
        self.ask(|table| Limited::strike(&mut table.sockets))
    }

    pub(crate) fn withholds_welcome(&self) -> bool {
        self.ask(|table| Limited::strike(&mut table.welcomes)).is_some()
    }

    pub(crate) fn loses_push(&self) -> bool {
        self.ask(|table| Limited::strike(&mut table.pushes)).is_some()
    }

    /// Whether a new socket is neither read nor written.
    pub(crate) fn silences_socket(&self) -> bool {
        self.ask(|table| Limited::strike(&mut table.silence)).is_some()
    }

    pub(crate) fn frame_delay_ms(&self) -> u64 {
        self.ask(|table| Some(table.frame_delay_ms)).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_strike_as_often_as_told() {
        let faults = Faults::default();
        assert_eq!(faults.on_ack(), None);
        faults.set_acks(AckFault::Cut, Times::Next(2));
        assert_eq!(
            [faults.on_ack(), faults.on_ack(), faults.on_ack()],
            [Some(AckFault::Cut), Some(AckFault::Cut), None]
        );
        faults.set_welcomes(Times::UntilCleared);
        assert!(faults.withholds_welcome() && faults.withholds_welcome());
        faults.clear();
        assert!(!faults.withholds_welcome());
    }

    #[test]
    fn http_faults_meet_their_route_in_order() {
        let faults = Faults::default();
        faults.set_http(Some(Route::Refresh), HttpFault::Drop, Times::Next(1));
        faults.set_http(None, HttpFault::Hang, Times::Next(1));
        assert_eq!(faults.on_http(Route::Create), Some(HttpFault::Hang));
        assert_eq!(faults.on_http(Route::Create), None);
        assert_eq!(faults.on_http(Route::Refresh), Some(HttpFault::Drop));
        assert_eq!(faults.on_http(Route::Refresh), None);
    }
}
