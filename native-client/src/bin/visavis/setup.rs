//! From options and environment to a visitor that is about to connect.

use std::io;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use visavis_native_client::{Builder, Config, Error, FileStore, Identity, Visitor, bloonio};

use crate::args::{Backend, Chat, Level, Mode};
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
    let options = match chat.backend {
        Backend::Bloonio => bloonio_options(chat)?,
    };
    // A line that the server refuses for good must not hold up the lines after it: nobody is there to retry or discard it.
    let config = Config::from(options).skip_refused();
    let builder = Visitor::builder(config).event_limit(EVENTS_WAITING);
    Ok(match &chat.store {
        Some(file) => builder.store(FileStore::open(file)?),
        None => builder,
    })
}

fn bloonio_options(chat: &Chat) -> Result<bloonio::Options, Error> {
    let mut options = Config::bloonio(&chat.base_url, &chat.tenant_id, &chat.public_key).origin(&chat.origin);
    if let Some(locale) = &chat.locale {
        options = options.locale(locale);
    }
    if let Some(key) = &chat.routing_key {
        options = options.routing_key(key);
    }
    if let Some(mode) = chat.session_mode {
        options = options.session_mode(match mode {
            Mode::Bot => bloonio::SessionMode::Bot,
            Mode::Human => bloonio::SessionMode::Human,
        });
    }
    if let Some(metadata) = &chat.metadata {
        options = options.metadata(metadata.clone());
    }
    if let Some(name) = &chat.identity_env {
        options = options.identity(Identity::parse(&secret("--identity-env", name)?)?);
    }
    if let Some(name) = &chat.visitor_token_env {
        options = options.visitor_token(secret("--visitor-token-env", name)?);
    }
    Ok(options)
}

/// Secrets come from the environment: a command line can be read by every process of the machine.
fn secret(option: &str, name: &str) -> Result<String, Error> {
    let wrong = |what: &str| Error::Configuration {
        message: format!("{option}: the environment variable {name} {what}"),
        status: None,
    };
    match std::env::var(name) {
        Ok(value) if value.trim().is_empty() => Err(wrong("is empty")),
        Ok(value) => Ok(value.trim().to_owned()),
        Err(std::env::VarError::NotPresent) => Err(wrong("is not set")),
        Err(std::env::VarError::NotUnicode(_)) => Err(wrong("is not text")),
    }
}
