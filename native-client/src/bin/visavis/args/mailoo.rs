//! Options of Mailoo: through a site's own back end, or with the service itself by its key.

use clap::{ArgMatches, Args};
use visavis_native_client::{Config, Error, mailoo};

use super::{Site, secret};

pub(super) const GROUP: &str = "mailoo";

#[derive(Args, Debug)]
#[group(id = GROUP)]
pub(super) struct Options {
    /// Address of the site's own back end, which holds the key. Required, unless --api-url is given.
    #[arg(long, value_name = "URL")]
    bff_url: Option<String>,

    /// Where that takes a message [default: /api/v1/webhooks/chat/submit].
    #[arg(long, value_name = "PATH")]
    submit_path: Option<String>,

    /// Where that tells the conversation [default: /api/v1/webhooks/chat/messages].
    #[arg(long, value_name = "PATH")]
    messages_path: Option<String>,

    /// Address of the service itself, such as `https://api.mailoo.app`. Needs --api-key-env and both ids.
    #[arg(long, value_name = "URL")]
    api_url: Option<String>,

    /// Environment variable that holds the service's key.
    #[arg(long, value_name = "NAME")]
    api_key_env: Option<String>,

    /// The project's public id, for the visitor's socket; with --api-url required.
    #[arg(long, value_name = "ID")]
    project_uid: Option<String>,

    /// The integration's public id, for the visitor's socket; with --api-url required.
    #[arg(long, value_name = "ID")]
    integration_id: Option<String>,

    /// Where the visitor's socket is: an origin, or a path of the site's back end that tells it. Without it the site is polled.
    #[arg(long, value_name = "URL")]
    ws_origin: Option<String>,

    /// The visitor's display name, with --api-url.
    #[arg(long, value_name = "NAME")]
    sender_name: Option<String>,

    /// The visitor's address, with --api-url.
    #[arg(long, value_name = "ADDRESS")]
    sender_email: Option<String>,
}

/// Options that only a site's own back end has a use for.
const OF_A_SITE: [&str; 4] = ["bff_url", "submit_path", "messages_path", "ws_origin"];
/// Options that only whoever calls the service itself has a use for.
const OF_THE_SERVICE: [&str; 4] = ["api_url", "api_key_env", "sender_name", "sender_email"];

/// Options that cannot be done without, by the way that is taken.
pub(super) fn required(given: &ArgMatches) -> &'static [&'static str] {
    match first(given, &OF_THE_SERVICE) {
        Some(_) => &["api_url", "api_key_env", "project_uid", "integration_id"],
        None => &["bff_url"],
    }
}

/// Two options of different ways to the service, and which of the ways to choose from.
pub(super) fn ambiguity(given: &ArgMatches) -> Option<([&'static str; 2], &'static str)> {
    let pair = [first(given, &OF_A_SITE)?, first(given, &OF_THE_SERVICE)?];
    Some((
        pair,
        "a visitor talks through a site's own back end (--bff-url), or with the service by its key (--api-url); leave out the options of \
         the other",
    ))
}

fn first(given: &ArgMatches, options: &[&'static str]) -> Option<&'static str> {
    options.iter().copied().find(|id| given.contains_id(id))
}

impl Options {
    pub(super) fn read(&self, site: &Site) -> Result<Config, Error> {
        match &self.api_url {
            Some(api_url) => Ok(self.direct(api_url, site)?.into()),
            None => Ok(self.through_a_site(site).into()),
        }
    }

    fn direct(&self, api_url: &str, site: &Site) -> Result<mailoo::DirectOptions, Error> {
        let text = |option: &Option<String>| option.clone().unwrap_or_default();
        let key = secret::read("--api-key-env", &text(&self.api_key_env))?;
        let ids = (text(&self.project_uid), text(&self.integration_id));
        let mut options = Config::mailoo_direct(api_url, key, ids.0, ids.1);
        if let Some(origin) = &site.origin {
            options = options.origin(origin);
        }
        if let Some(name) = &self.sender_name {
            options = options.sender_name(name);
        }
        if let Some(email) = &self.sender_email {
            options = options.sender_email(email);
        }
        Ok(options)
    }

    fn through_a_site(&self, site: &Site) -> mailoo::Options {
        let mut options = Config::mailoo(self.bff_url.clone().unwrap_or_default());
        if let Some(path) = &self.submit_path {
            options = options.submit_path(path);
        }
        if let Some(path) = &self.messages_path {
            options = options.messages_path(path);
        }
        if let Some(id) = &self.project_uid {
            options = options.project_uid(id);
        }
        if let Some(id) = &self.integration_id {
            options = options.integration_id(id);
        }
        if let Some(origin) = &self.ws_origin {
            options = options.ws_origin(origin);
        }
        if let Some(origin) = &site.origin {
            options = options.origin(origin);
        }
        options
    }
}
