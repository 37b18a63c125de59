//! The relay's REST calls of a visitor.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Promise;
use serde_json::{Map, Value};
use visavis_client_core::bloonio::{self, SessionMode};
use visavis_client_core::low::{Call, ChatClient, WidgetConfigParams};
use visavis_client_core::{Config, Error, Identity, Secret};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::JsFuture;

use crate::driver::{fetch, now};
use crate::event;
use crate::object;

/// Makes one of the calls and resolves to the answer's data as JSON text.
///
/// # Errors
/// `{kind, message, status, retryInMs}`.
#[wasm_bindgen(js_name = lowCall)]
pub async fn call(name: String, base_url: String, parameters: JsValue) -> Result<String, JsValue> {
    answer(&name, &base_url, &parameters)
        .await
        .map_err(|error| event::error(&error))
}

async fn answer(name: &str, base_url: &str, parameters: &JsValue) -> Result<String, Error> {
    let client = ChatClient::new(base_url)?;
    let text = |name| object::text(parameters, name).unwrap_or_default();
    let token = || Secret::new(text("visitorToken"));
    let data = match name {
        "fetchWidgetConfig" => {
            let asked = WidgetConfigParams {
                tenant_id: text("tenantId"),
                widget_public_key: text("widgetPublicKey"),
                origin: text("origin"),
            };
            make(client.fetch_widget_config(&asked)).await?.1
        }
        "createVisitorSession" => {
            make(client.create_visitor_session(&session(base_url, parameters)?))
                .await?
                .data
        }
        "refreshVisitorToken" => make(client.refresh_visitor_token(&token())).await?.data,
        _ => {
            let identity = Identity {
                user_id: text("userId"),
                signature: Secret::new(text("userSignature")),
            };
            let token = make(client.identify_visitor(&token(), &identity)).await?.visitor_token;
            let told = token.map(|token| (String::from("visitor_token"), Value::from(token.expose())));
            told.into_iter().collect::<Map<_, _>>()
        }
    };
    Ok(Value::Object(data).to_string())
}

fn session(base_url: &str, parameters: &JsValue) -> Result<bloonio::Options, Error> {
    let text = |name| object::text(parameters, name);
    let required = |name| text(name).unwrap_or_default();
    let mut options = Config::bloonio(base_url, required("tenantId"), required("widgetPublicKey"));
    options = options.origin(required("origin"));
    if let Some(locale) = text("locale") {
        options = options.locale(locale);
    }
    if let Some(key) = text("routingKey") {
        options = options.routing_key(key);
    }
    if let Some(mode) = text("mode") {
        options = options.session_mode(SessionMode::parse(&mode)?);
    }
    match object::text(parameters, "metadata") {
        Some(metadata) => options.metadata_json(&metadata),
        None => Ok(options),
    }
}

async fn make<T>(call: Call<T>) -> Result<T, Error> {
    let settled = Rc::new(RefCell::new(None));
    let mut running = None;
    let done = Promise::new(&mut |resolve, _| {
        let settled = Rc::clone(&settled);
        running = fetch::begin(call.request.clone(), move |result| {
            *settled.borrow_mut() = Some(result);
            // Resolving a promise of one's own cannot fail.
            let _ = resolve.call0(&JsValue::UNDEFINED);
        });
    });
    let _ = JsFuture::from(done).await;
    drop(running);
    let result = settled
        .take()
        .unwrap_or(Err(visavis_client_core::http::HttpFailure::Timeout));
    let response = result.map_err(|failure| Error::Network {
        message: failure.to_string(),
    })?;
    call.read(&response, now().wall)
}
