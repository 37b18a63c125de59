//! Secrets that only the application can make, asked for when they are needed.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use visavis_client_core::Secret;
use visavis_client_core::io::Provision;

type Answer = Pin<Box<dyn Future<Output = Result<Secret, String>> + Send>>;

/// An application's closure with its type forgotten.
#[derive(Clone)]
pub(crate) struct Provider(Arc<dyn Fn() -> Answer + Send + Sync>);

impl Provider {
    pub(crate) fn new<F, R, E>(make: F) -> Self
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output = Result<String, E>> + Send + 'static,
        E: std::fmt::Display,
    {
        Self(Arc::new(move || {
            let making = make();
            Box::pin(async move {
                match making.await {
                    Ok(secret) => Ok(Secret::new(secret)),
                    Err(error) => Err(error.to_string()),
                }
            })
        }))
    }
}

/// The closures that the application gave.
#[derive(Clone, Default)]
pub(crate) struct Providers {
    pub(crate) visitor_token: Option<Provider>,
    pub(crate) identity: Option<Provider>,
}

impl Providers {
    /// The application's answer, later.
    pub(crate) fn ask(&self, what: Provision) -> Answer {
        let (provider, option) = match what {
            Provision::VisitorToken => (&self.visitor_token, "visitor_token_provider"),
            Provision::Identity => (&self.identity, "identity_provider"),
            _ => (&None, "provider of what is asked"),
        };
        match provider {
            Some(provider) => (provider.0)(),
            None => Box::pin(std::future::ready(Err(format!("no {option} was given to the builder")))),
        }
    }
}
