//! stub
pub mod backoff;
