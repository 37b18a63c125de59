//! What the page asked for, turned into the core's configuration and into the looks of an element.

#[cfg(feature = "appengine")]
mod appengine;
#[cfg(feature = "bloonio")]
mod bloonio;
mod looks;
#[cfg(feature = "mailoo")]
mod mailoo;

use visavis_client_core::{Config, Error};
use wasm_bindgen::JsValue;

pub(crate) use self::looks::{Corner, Looks, Mode};
use crate::driver::Providers;
#[cfg(any(feature = "appengine", feature = "mailoo"))]
use crate::object;

/// The session's side of the options: what makes two elements share one client, and what it begins with.
pub(crate) struct SessionOptions {
    /// For the core.
    pub(crate) config: Config,
    /// The page's functions for secrets.
    pub(crate) providers: Providers,
    /// For whoever sees broadcasts before there is a session, where the page wants that.
    #[cfg(feature = "rich")]
    pub(crate) viewer: Option<Config>,
}

impl SessionOptions {
    /// Reads the options object of `Visavis.init`. The loader has chosen a build that speaks the page's back end.
    ///
    /// # Errors
    /// [`Error::Configuration`] naming the option.
    pub(crate) async fn read(options: &JsValue) -> Result<Self, Error> {
        #[cfg(feature = "appengine")]
        if object::text(options, "backend").as_deref() == Some("appengine") {
            return appengine::read(options).await;
        }
        #[cfg(feature = "mailoo")]
        if object::text(options, "backend").as_deref() == Some("mailoo") {
            return mailoo::read(options);
        }
        #[cfg(feature = "bloonio")]
        return bloonio::read(options);
        #[cfg(not(feature = "bloonio"))]
        Err(wrong("backend: this build of the widget does not speak it"))
    }
}

#[cfg(any(feature = "appengine", not(feature = "bloonio")))]
fn wrong(message: &str) -> Error {
    Error::Configuration {
        message: message.to_owned(),
        status: None,
    }
}
