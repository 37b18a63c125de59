//! Mailoo through the site's own back end.

mod cadence;
mod doubt;
mod refusals;
mod sessions;
mod socket;
mod twins;
