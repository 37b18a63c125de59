//! HTTP calls through the browser's `fetch`, each with an end.

use std::cell::Cell;
use std::rc::Rc;

use gloo_net::http::{Request, RequestBuilder, Response};
use visavis_client_core::http::{HttpFailure, HttpRequest, HttpResponse, Method};
use web_sys::{AbortController, AbortSignal, RequestCredentials};

use crate::driver::timer::Timer;

/// No answer of a chat back end is longer than this; what is longer is a wrong address.
const LONGEST_ANSWER: usize = 4 * 1024 * 1024;

/// A running call. Dropping it aborts the call.
pub(crate) struct Call {
    controller: AbortController,
    ended: Rc<Cell<bool>>,
    _deadline: Timer,
}

impl Call {
    /// Whether its end was told already.
    pub(crate) fn ended(&self) -> bool {
        self.ended.get()
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.controller.abort();
    }
}

/// Begins a call; `finished` hears of its end unless the call is dropped before.
pub(crate) fn begin(
    request: HttpRequest,
    finished: impl FnOnce(Result<HttpResponse, HttpFailure>) + 'static,
) -> Option<Call> {
    let Ok(controller) = AbortController::new() else {
        finished(Err(HttpFailure::Network(String::from(
            "the browser has no AbortController",
        ))));
        return None;
    };
    let late = Rc::new(Cell::new(false));
    let deadline = Timer::new({
        let controller = controller.clone();
        let late = Rc::clone(&late);
        move || {
            late.set(true);
            controller.abort();
        }
    });
    deadline.arm(request.timeout);
    let signal = controller.signal();
    let ended = Rc::new(Cell::new(false));
    let end = Rc::clone(&ended);
    wasm_bindgen_futures::spawn_local(async move {
        let result = perform(&request, &signal).await;
        end.set(true);
        if late.get() {
            finished(Err(HttpFailure::Timeout));
        } else if !signal.aborted() {
            finished(result);
        }
    });
    Some(Call {
        controller,
        ended,
        _deadline: deadline,
    })
}

async fn perform(request: &HttpRequest, signal: &AbortSignal) -> Result<HttpResponse, HttpFailure> {
    let response = prepare(request, signal)?.send().await.map_err(failure)?;
    let header = |name| response.headers().get(name);
    let (retry_after, date, etag) = (header("retry-after"), header("date"), header("etag"));
    Ok(HttpResponse {
        status: response.status(),
        body: body(&response).await?,
        retry_after,
        date,
        etag,
        cookies: Vec::new(),
    })
}

async fn body(response: &Response) -> Result<String, HttpFailure> {
    let announced = response
        .headers()
        .get("content-length")
        .and_then(|length| length.parse::<usize>().ok());
    if announced.is_some_and(|length| length > LONGEST_ANSWER) {
        return Err(HttpFailure::TooLarge);
    }
    let text = response.text().await.map_err(failure)?;
    if text.len() > LONGEST_ANSWER {
        return Err(HttpFailure::TooLarge);
    }
    Ok(text)
}

fn prepare(request: &HttpRequest, signal: &AbortSignal) -> Result<Request, HttpFailure> {
    let url = request.url.expose();
    let builder = match request.method {
        Method::Get => Request::get(url),
        Method::Post => Request::post(url),
        Method::Put => Request::put(url),
    };
    let builder = request
        .headers
        .iter()
        .fold(authorise(builder, request), |builder, (name, value)| {
            builder.header(name, value.expose())
        })
        // A visitor is known by the token alone: no back end elsewhere gets a cookie. The page's own site may know who is logged in.
        .credentials(RequestCredentials::SameOrigin)
        .abort_signal(Some(signal));
    match &request.body {
        Some(body) => builder
            .header("content-type", request.media_type.as_str())
            .body(body.as_str()),
        None => builder.build(),
    }
    .map_err(failure)
}

fn authorise(builder: RequestBuilder, request: &HttpRequest) -> RequestBuilder {
    match &request.bearer {
        Some(token) => builder.header("authorization", &["Bearer ", token.expose()].concat()),
        None => builder,
    }
}

/// The browser says little: a refused cross-origin call and a dead host look the same.
fn failure(error: gloo_net::Error) -> HttpFailure {
    HttpFailure::Network(match error {
        gloo_net::Error::JsError(error) => error.message,
        _ => String::from("the answer could not be read"),
    })
}
