//! Options of AppEngine's gateway.

use clap::{Args, ValueEnum};
use visavis_native_client::{Config, Error, Guest, appengine};

use super::{Site, secret};

pub(super) const GROUP: &str = "appengine";

#[derive(Args, Debug)]
#[group(id = GROUP)]
pub(super) struct Options {
    /// The organisation's id. Required.
    #[arg(long, value_name = "ID")]
    org_id: Option<String>,

    /// The id of the chat configuration. Required.
    #[arg(long, value_name = "ID")]
    config_id: Option<String>,

    /// Label of the place where the chat is embedded.
    #[arg(long, value_name = "ID")]
    app_id: Option<String>,

    /// Public key that may read the chat configuration.
    #[arg(long, value_name = "KEY")]
    app_key: Option<String>,

    /// Address of the visitor. Required.
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,

    /// Name of a guest.
    #[arg(long)]
    name: Option<String>,

    /// Telephone number of a guest.
    #[arg(long, value_name = "NUMBER")]
    phone: Option<String>,

    /// Environment variable that holds the token of a visitor who is signed in at the site.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["name", "phone"])]
    token_env: Option<String>,

    /// The vocabulary that is written [default: auto].
    #[arg(long, value_enum)]
    dialect: Option<Dialect>,

    /// The Socket.IO namespace [default: /chat].
    #[arg(long, value_name = "PATH")]
    namespace: Option<String>,

    /// How packets travel; by default a WebSocket is tried first, and long-polling where none gets through [default: auto].
    #[arg(long, value_enum)]
    transport: Option<Transport>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Transport {
    Auto,
    #[value(name = "websocket")]
    WebSocket,
    Polling,
}

impl From<Transport> for appengine::Transports {
    fn from(transport: Transport) -> Self {
        match transport {
            Transport::Auto => Self::Auto,
            Transport::WebSocket => Self::WebSocket,
            Transport::Polling => Self::Polling,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Dialect {
    Auto,
    Gateway,
    Seed,
}

impl From<Dialect> for appengine::Dialect {
    fn from(dialect: Dialect) -> Self {
        match dialect {
            Dialect::Auto => Self::Auto,
            Dialect::Gateway => Self::Gateway,
            Dialect::Seed => Self::Seed,
        }
    }
}

impl Options {
    pub(super) fn read(&self, site: &Site) -> Result<appengine::Options, Error> {
        let text = |option: &Option<String>| option.clone().unwrap_or_default();
        let options = Config::appengine(text(&site.base_url), text(&self.org_id), text(&self.config_id));
        let mut options = self.introduced(options)?;
        if let Some(origin) = &site.origin {
            options = options.origin(origin);
        }
        if let Some(language) = &site.locale {
            options = options.language(language);
        }
        if let Some(app_id) = &self.app_id {
            options = options.app_id(app_id);
        }
        if let Some(app_key) = &self.app_key {
            options = options.app_key(app_key.as_str());
        }
        if let Some(dialect) = self.dialect {
            options = options.dialect(dialect.into());
        }
        if let Some(namespace) = &self.namespace {
            options = options.namespace(namespace);
        }
        if let Some(transport) = self.transport {
            options = options.transport(transport.into());
        }
        Ok(options)
    }

    /// A guest, or somebody whom the site knows.
    fn introduced(&self, options: appengine::Options) -> Result<appengine::Options, Error> {
        let person = Guest {
            name: self.name.clone(),
            phone: self.phone.clone(),
            ..Guest::new(self.email.clone().unwrap_or_default())
        };
        Ok(match &self.token_env {
            Some(name) => options.user(person, secret::read("--token-env", name)?),
            None => options.guest(person),
        })
    }
}
