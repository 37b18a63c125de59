//! What a gateway has counted.

use serde::{Deserialize, Serialize};

use crate::counters::Counter;

macro_rules! counts {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        /// A copy of the counts, all since the start.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
        pub struct Counts {
            $($(#[$doc])* pub $name: u64,)+
            /// Messages of customers that were stored.
            pub messages: u64,
            /// Messages of customers that came again.
            pub duplicates: u64,
        }

        /// The counts while they grow.
        #[derive(Debug, Default)]
        pub(crate) struct Counters {
            $(pub(crate) $name: Counter,)+
        }

        impl Counters {
            pub(crate) fn snapshot(&self, messages: u64, duplicates: u64) -> Counts {
                Counts { $($name: self.$name.value(),)+ messages, duplicates }
            }
        }
    };
}

counts!(
    /// Chat configurations that were fetched.
    config_fetches,
    /// Guests that registered.
    registrations,
    /// Customers that signed in.
    sign_ins,
    /// Tokens that were refreshed.
    refreshes,
    /// Refresh calls that were refused.
    refreshes_refused,
    /// Histories that were read over REST.
    histories,
    /// Files that were stored.
    uploads,
    /// Files that were refused.
    uploads_refused,
    /// Queue calls over REST, joining and asking.
    queue_calls,
    /// Contact forms that came in.
    contact_forms,
    /// REST calls answered by a fault.
    http_faults,
    /// Namespace connections, welcome or not.
    connects,
    /// Namespace connections that were refused.
    refusals,
    /// Namespace connections that are open now.
    sockets_open,
    /// Events that came in, of any name.
    events,
    /// Acknowledgements that a fault kept back.
    acks_swallowed,
);
