//! What a relay has counted.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use serde::{Deserialize, Serialize};

/// A copy of the counts, all since the start; maxima since they were last reset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Calls for the widget configuration that were answered.
    pub config_fetches: u64,
    /// Sessions opened.
    pub creates: u64,
    /// Tokens refreshed.
    pub refreshes: u64,
    /// Refresh calls that were refused.
    pub refreshes_refused: u64,
    /// The most refresh calls of one session that ran at once.
    pub refreshes_in_flight_max: u64,
    /// Visitors identified.
    pub identifies: u64,
    /// Identifications that were refused.
    pub identifies_refused: u64,
    /// REST calls answered by a fault.
    pub http_faults: u64,
    /// Socket upgrades, welcome or not.
    pub connects: u64,
    /// Sockets that were welcomed.
    pub welcomes: u64,
    /// Welcomed sockets that are open now.
    pub sockets_open: u64,
    /// The most welcomed sockets of one session that were open at once.
    pub sockets_per_session_max: u64,
    /// Messages of visitors that were stored.
    pub messages: u64,
    /// Messages of visitors that came again.
    pub duplicates: u64,
}

macro_rules! counters {
    ($($name:ident),+ $(,)?) => {
        /// The counts while they grow.
        #[derive(Debug, Default)]
        pub(crate) struct Counters {
            $(pub(crate) $name: Counter,)+
        }

        impl Counters {
            pub(crate) fn snapshot(&self) -> Counts {
                Counts { $($name: self.$name.0.load(Relaxed),)+ }
            }
        }
    };
}

counters!(
    config_fetches,
    creates,
    refreshes,
    refreshes_refused,
    refreshes_in_flight_max,
    identifies,
    identifies_refused,
    http_faults,
    connects,
    welcomes,
    sockets_open,
    sockets_per_session_max,
    messages,
    duplicates,
);

impl Counters {
    /// Forgets what was the most so far.
    pub(crate) fn reset_maxima(&self) {
        self.refreshes_in_flight_max.clear();
        self.sockets_per_session_max.clear();
    }
}

/// One count.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn add(&self) {
        self.0.fetch_add(1, Relaxed);
    }

    pub(crate) fn subtract(&self) {
        self.0.fetch_sub(1, Relaxed);
    }

    pub(crate) fn raise_to(&self, value: usize) {
        self.0.fetch_max(value as u64, Relaxed);
    }

    fn clear(&self) {
        self.0.store(0, Relaxed);
    }

    pub(crate) fn value(&self) -> u64 {
        self.0.load(Relaxed)
    }
}
