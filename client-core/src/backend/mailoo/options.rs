//! What a Mailoo visitor is configured with.

use crate::error::Error;
use crate::url::{BaseUrl, Url};

use super::rest::Routes;

/// The documented route of the site's back end that takes a message.
pub const SUBMIT_PATH: &str = "/api/v1/webhooks/chat/submit";

/// The documented route of the site's back end that tells the conversation.
pub const MESSAGES_PATH: &str = "/api/v1/webhooks/chat/messages";

/// Options of a Mailoo visitor that talks through the site's own back end, its "BFF". That one holds the key; nothing here takes one.
#[derive(Clone, Debug)]
pub struct Options {
    pub(crate) bff_url: String,
    pub(crate) submit_path: String,
    pub(crate) messages_path: String,
    pub(crate) project_uid: Option<String>,
    pub(crate) integration_id: Option<String>,
    pub(crate) ws_origin: Option<String>,
    pub(crate) welcome_message: Option<String>,
    pub(crate) origin: Option<String>,
}

impl Options {
    /// With the address of the site's back end, usually the page's own origin.
    pub fn new(bff_url: impl Into<String>) -> Self {
        Self {
            bff_url: bff_url.into(),
            submit_path: SUBMIT_PATH.to_owned(),
            messages_path: MESSAGES_PATH.to_owned(),
            project_uid: None,
            integration_id: None,
            ws_origin: None,
            welcome_message: None,
            origin: None,
        }
    }

    /// Where the site's back end takes a message, [`SUBMIT_PATH`] when not given.
    #[must_use]
    pub fn submit_path(mut self, path: impl Into<String>) -> Self {
        self.submit_path = path.into();
        self
    }

    /// Where it tells the conversation, [`MESSAGES_PATH`] when not given.
    #[must_use]
    pub fn messages_path(mut self, path: impl Into<String>) -> Self {
        self.messages_path = path.into();
        self
    }

    /// The project's public id, for the visitor's socket.
    #[must_use]
    pub fn project_uid(mut self, id: impl Into<String>) -> Self {
        self.project_uid = Some(id.into());
        self
    }

    /// The integration's public id, for the visitor's socket.
    #[must_use]
    pub fn integration_id(mut self, id: impl Into<String>) -> Self {
        self.integration_id = Some(id.into());
        self
    }

    /// Where the visitor's socket is: an origin such as `https://api.mailoo.app`, or a path of the site's back end that tells it.
    /// Without it, or without the two ids, the conversation is polled.
    #[must_use]
    pub fn ws_origin(mut self, origin: impl Into<String>) -> Self {
        self.ws_origin = Some(origin.into());
        self
    }

    /// The first line, shown before anybody wrote and never sent.
    #[must_use]
    pub fn welcome_message(mut self, text: impl Into<String>) -> Self {
        self.welcome_message = Some(text.into());
        self
    }

    /// The page's origin, for native clients.
    #[must_use]
    pub fn origin(mut self, origin: impl Into<String>) -> Self {
        self.origin = Some(origin.into());
        self
    }

    /// Checks everything that can be checked without the server.
    pub(super) fn check(self) -> Result<Setup, Error> {
        let base = BaseUrl::parse("bffUrl", &self.bff_url)?;
        for (option, path) in [("submitPath", &self.submit_path), ("messagesPath", &self.messages_path)] {
            if !path.starts_with('/') || path.contains(['#', ' ']) {
                return Err(Error::option(
                    [option, ": expected a path such as ", SUBMIT_PATH].concat(),
                ));
            }
        }
        let given = |id: &Option<String>| id.clone().filter(|id| !id.trim().is_empty());
        let ids = match (given(&self.project_uid), given(&self.integration_id)) {
            (Some(project), Some(integration)) => Some((project, integration)),
            (None, None) => None,
            (None, Some(_)) => return Err(Error::option("projectUid: missing beside integrationId")),
            (Some(_), None) => return Err(Error::option("integrationId: missing beside projectUid")),
        };
        let place = match self.ws_origin.as_deref().map(str::trim) {
            None | Some("") => None,
            Some(path) if path.starts_with('/') => Some(Place::Asked(base.join(path))),
            Some(origin) => Some(Place::Known(socket_origin("wsOrigin", origin)?)),
        };
        let target = ids.clone().zip(place).map(|((project, integration), place)| Target {
            project,
            integration,
            place,
        });
        let ids = ids
            .as_ref()
            .map(|(project, integration)| (project.as_str(), integration.as_str()));
        Ok(Setup {
            scope: scope(&base, ids),
            routes: Routes {
                submit: base.join(&self.submit_path),
                messages: base.join(&self.messages_path),
                origin: self.origin,
                #[cfg(feature = "mailoo-direct")]
                holder: None,
            },
            welcome_message: self.welcome_message,
            target,
        })
    }
}

/// What the options say once they have been checked.
pub(super) struct Setup {
    pub(super) scope: String,
    pub(super) routes: Routes,
    pub(super) welcome_message: Option<String>,
    pub(super) target: Option<Target>,
}

/// What tells one visitor's stored state from another's.
pub(super) fn scope(base: &BaseUrl, ids: Option<(&str, &str)>) -> String {
    let (project, integration) = ids.unwrap_or_default();
    ["mailoo ", base.as_str(), " ", project, " ", integration].concat()
}

/// The visitor's socket.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) project: String,
    pub(super) integration: String,
    pub(super) place: Place,
}

/// Where the socket is.
#[derive(Clone, Debug)]
pub(super) enum Place {
    Known(BaseUrl),
    /// This address tells it.
    Asked(Url),
}

/// An origin that is spelled for the web or for sockets.
pub(super) fn socket_origin(option: &str, text: &str) -> Result<BaseUrl, Error> {
    match text.trim().strip_prefix("ws") {
        Some(rest) => BaseUrl::parse(option, &["http", rest].concat()),
        None => BaseUrl::parse(option, text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(options: Options) -> String {
        match options.check() {
            Ok(_) => String::new(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn what_is_missing_or_malformed_is_named() {
        let site = || Options::new("https://site.example");
        for (options, named) in [
            (Options::new("site.example"), "bffUrl"),
            (site().submit_path("submit"), "submitPath"),
            (site().messages_path("messages"), "messagesPath"),
            (site().project_uid("p"), "integrationId"),
            (site().integration_id("i"), "projectUid"),
            (site().ws_origin("api.mailoo.app"), "wsOrigin"),
        ] {
            let words = refused(options);
            assert!(words.contains(named), "{named}: {words}");
        }
        assert_eq!(refused(site()), "");
    }

    #[test]
    fn the_socket_needs_both_ids_and_its_origin() {
        let site = || {
            Options::new("https://site.example")
                .project_uid("p")
                .integration_id("i")
        };
        let place = |options: Options| options.check().unwrap().target.map(|target| target.place);
        assert!(place(site()).is_none());
        for origin in ["https://api.mailoo.app/", "wss://api.mailoo.app"] {
            match place(site().ws_origin(origin)) {
                Some(Place::Known(base)) => assert_eq!(base.as_str(), "https://api.mailoo.app"),
                other => panic!("{other:?}"),
            }
        }
        match place(site().ws_origin("/api/ws-origin")) {
            Some(Place::Asked(url)) => assert_eq!(url.expose(), "https://site.example/api/ws-origin"),
            other => panic!("{other:?}"),
        }
    }
}
