//! Options of Mailoo, through a site's own back end.

use clap::Args;
use visavis_native_client::{Config, mailoo};

use super::Site;

pub(super) const GROUP: &str = "mailoo";

#[derive(Args, Debug)]
#[group(id = GROUP)]
pub(super) struct Options {
    /// Address of the site's own back end, which holds the key. Required.
    #[arg(long, value_name = "URL")]
    bff_url: Option<String>,

    /// Where that takes a message [default: /api/v1/webhooks/chat/submit].
    #[arg(long, value_name = "PATH")]
    submit_path: Option<String>,

    /// Where that tells the conversation [default: /api/v1/webhooks/chat/messages].
    #[arg(long, value_name = "PATH")]
    messages_path: Option<String>,

    /// The project's public id, for the visitor's socket.
    #[arg(long, value_name = "ID")]
    project_uid: Option<String>,

    /// The integration's public id, for the visitor's socket.
    #[arg(long, value_name = "ID")]
    integration_id: Option<String>,

    /// Where the visitor's socket is: an origin, or a path of the site's back end that tells it. Without it the site is polled.
    #[arg(long, value_name = "URL")]
    ws_origin: Option<String>,
}

impl Options {
    pub(super) fn read(&self, site: &Site) -> mailoo::Options {
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
