//! From options and environment to a visitor that is about to connect.

use std::io;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use visavis_native_client::{Builder, Error, FileStore, Visitor};

use crate::args::{Chat, Level};
use crate::style::Style;

/// Events that may wait for standard output: whoever pauses the output for long gets all of it in the end.
const EVENTS_WAITING: usize = 1_000_000;

/// Only this project's own messages: what libraries log is neither ours to promise nor of use to a person.
pub(crate) fn logging(level: Level) {
    let level = match level {
        Level::Off => LevelFilter::OFF,
        Level::Error => LevelFilter::ERROR,
        Level::Warn => LevelFilter::WARN,
        Level::Info => LevelFilter::INFO,
        Level::Debug => LevelFilter::DEBUG,
        Level::Trace => LevelFilter::TRACE,
    };
    let ours = ["visavis", "visavis_native_client", "visavis_client_core"];
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(Style::of(&io::stderr()) == Style::Coloured);
    let filter = Targets::new().with_targets(ours.map(|target| (target, level)));
    tracing_subscriber::registry().with(lines).with(filter).init();
}

/// Everything that can be wrong before anything is sent is found here.
pub(crate) fn builder(chat: &Chat) -> Result<Builder, Error> {
    // A line that the server refuses for good must not hold up the lines after it: nobody is there to retry or discard it.
    let config = chat.config()?.skip_refused();
    let builder = Visitor::builder(config).event_limit(EVENTS_WAITING);
    Ok(match &chat.store {
        Some(file) => builder.store(FileStore::open(file)?),
        None => builder,
    })
}
