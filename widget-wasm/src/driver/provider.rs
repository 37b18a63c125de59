//! Secrets that only the page can make: a function of the page, or a promise.

use std::rc::Rc;

use js_sys::{Function, Promise};
use visavis_client_core::ids::RequestId;
use visavis_client_core::io::Provision;
use visavis_client_core::{Input, Secret};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::driver::socket::Report;

/// The page's functions, where it gave any.
#[derive(Default)]
pub(crate) struct Providers {
    /// Makes `userId:signature`.
    pub(crate) identity: Option<Function>,
    /// Makes a visitor token.
    pub(crate) visitor_token: Option<Function>,
}

impl Providers {
    /// Asks the page and reports its answer.
    pub(crate) fn ask(&self, request: RequestId, what: Provision, report: &Report) {
        let function = match what {
            Provision::VisitorToken => self.visitor_token.clone(),
            Provision::Identity => self.identity.clone(),
            _ => None,
        };
        let report = Rc::clone(report);
        wasm_bindgen_futures::spawn_local(async move {
            let result = answer(function).await;
            report(Input::Provided { request, result });
        });
    }
}

async fn answer(function: Option<Function>) -> Result<Secret, String> {
    let function = function.ok_or("the page gave no function for it")?;
    let returned = function.call0(&JsValue::UNDEFINED).map_err(|error| words(&error))?;
    let value = JsFuture::from(Promise::resolve(&returned))
        .await
        .map_err(|error| words(&error))?;
    value
        .as_string()
        .map(Secret::from)
        .ok_or_else(|| String::from("the page's function returned no text"))
}

/// A thrown value in its own words.
fn words(thrown: &JsValue) -> String {
    match thrown.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.message()),
        None => thrown
            .as_string()
            .unwrap_or_else(|| String::from("the page's function failed")),
    }
}
