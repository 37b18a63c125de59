//! Options of Bloonio's relay.

use clap::{Args, ValueEnum};
use serde_json::{Map, Value};
use visavis_native_client::{Config, Error, Identity, bloonio};

use super::{Site, secret};

pub(super) const GROUP: &str = "bloonio";

#[derive(Args, Debug)]
#[group(id = GROUP)]
pub(super) struct Options {
    /// The tenant's id. Required.
    #[arg(long, value_name = "ID")]
    tenant_id: Option<String>,

    /// The widget's public key, pk_…. Required.
    #[arg(long, value_name = "KEY")]
    public_key: Option<String>,

    /// The queue that the conversation goes to.
    #[arg(long, value_name = "KEY")]
    routing_key: Option<String>,

    /// Who answers first.
    #[arg(long, value_enum)]
    session_mode: Option<Mode>,

    /// Free-form context for whoever answers: a JSON object.
    #[arg(long, value_name = "JSON", value_parser = object)]
    metadata: Option<Map<String, Value>>,

    /// Environment variable that holds the identity, as userId:signature.
    #[arg(long, value_name = "NAME")]
    identity_env: Option<String>,

    /// Environment variable that holds a ready visitor token.
    #[arg(long, value_name = "NAME")]
    visitor_token_env: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Mode {
    Bot,
    Human,
}

impl Options {
    pub(super) fn read(&self, site: &Site) -> Result<bloonio::Options, Error> {
        let text = |option: &Option<String>| option.clone().unwrap_or_default();
        let mut options = Config::bloonio(text(&site.base_url), text(&self.tenant_id), text(&self.public_key));
        if let Some(origin) = &site.origin {
            options = options.origin(origin);
        }
        if let Some(locale) = &site.locale {
            options = options.locale(locale);
        }
        if let Some(key) = &self.routing_key {
            options = options.routing_key(key);
        }
        if let Some(mode) = self.session_mode {
            options = options.session_mode(match mode {
                Mode::Bot => bloonio::SessionMode::Bot,
                Mode::Human => bloonio::SessionMode::Human,
            });
        }
        if let Some(metadata) = &self.metadata {
            options = options.metadata(metadata.clone());
        }
        if let Some(name) = &self.identity_env {
            options = options.identity(Identity::parse(&secret::read("--identity-env", name)?)?);
        }
        if let Some(name) = &self.visitor_token_env {
            options = options.visitor_token(secret::read("--visitor-token-env", name)?);
        }
        Ok(options)
    }
}

fn object(text: &str) -> Result<Map<String, Value>, String> {
    serde_json::from_str(text).map_err(|error| format!("expected a JSON object such as {{\"plan\":\"pro\"}} ({error})"))
}
