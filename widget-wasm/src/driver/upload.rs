//! One file on its way. `fetch` tells nobody how much has left, so this is an `XMLHttpRequest`.

use std::cell::Cell;
use std::rc::Rc;

use visavis_client_core::Input;
use visavis_client_core::http::{HttpFailure, HttpResponse, UploadRequest};
use visavis_client_core::ids::RequestId;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{File, FormData, ProgressEvent, XmlHttpRequest};

use super::socket::Report;

/// A running upload. Dropping it aborts it; nothing is reported after that.
pub(crate) struct Upload {
    call: XmlHttpRequest,
    ended: Rc<Cell<bool>>,
    // The browser calls these; they must live as long as the call.
    _progress: Closure<dyn FnMut(ProgressEvent)>,
    _loaded: Closure<dyn FnMut()>,
    _failed: Closure<dyn FnMut()>,
    _late: Closure<dyn FnMut()>,
}

impl Upload {
    /// Begins to send a file as a form.
    pub(crate) fn begin(
        request: RequestId,
        upload: &UploadRequest,
        file: &File,
        report: &Report,
    ) -> Result<Self, HttpFailure> {
        let call = prepare(upload).map_err(|_| refused())?;
        let form = form(upload, file).map_err(|_| refused())?;
        let ended = Rc::new(Cell::new(false));
        let finish = {
            let (report, ended) = (Rc::clone(report), Rc::clone(&ended));
            Rc::new(move |result| {
                ended.set(true);
                report(Input::HttpFinished { request, result });
            })
        };
        let progress = Closure::new({
            let report = Rc::clone(report);
            move |event: ProgressEvent| {
                report(Input::Uploading {
                    request,
                    sent: bytes(event.loaded()),
                    total: bytes(event.total()),
                });
            }
        });
        let loaded = Closure::new({
            let (call, finish) = (call.clone(), Rc::clone(&finish));
            move || finish(Ok(response(&call)))
        });
        let failed = Closure::new({
            let finish = Rc::clone(&finish);
            move || finish(Err(refused()))
        });
        let late = Closure::new(move || finish(Err(HttpFailure::Timeout)));
        if let Ok(sending) = call.upload() {
            sending.set_onprogress(Some(progress.as_ref().unchecked_ref()));
        }
        call.set_onload(Some(loaded.as_ref().unchecked_ref()));
        call.set_onerror(Some(failed.as_ref().unchecked_ref()));
        call.set_ontimeout(Some(late.as_ref().unchecked_ref()));
        call.send_with_opt_form_data(Some(&form)).map_err(|_| refused())?;
        Ok(Self {
            call,
            ended,
            _progress: progress,
            _loaded: loaded,
            _failed: failed,
            _late: late,
        })
    }

    /// Whether its end was told already.
    pub(crate) fn ended(&self) -> bool {
        self.ended.get()
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if let Ok(sending) = self.call.upload() {
            sending.set_onprogress(None);
        }
        self.call.set_onload(None);
        self.call.set_onerror(None);
        self.call.set_ontimeout(None);
        // Aborting what has ended does nothing.
        let _ = self.call.abort();
    }
}

fn prepare(upload: &UploadRequest) -> Result<XmlHttpRequest, JsValue> {
    let (request, call) = (&upload.call, XmlHttpRequest::new()?);
    call.open_with_async(request.method.as_str(), request.url.expose(), true)?;
    call.set_timeout(u32::try_from(request.timeout.as_millis()).unwrap_or(0));
    if let Some(token) = &request.bearer {
        call.set_request_header("authorization", &["Bearer ", token.expose()].concat())?;
    }
    for (name, value) in &request.headers {
        call.set_request_header(name, value.expose())?;
    }
    Ok(call)
}

fn form(upload: &UploadRequest, file: &File) -> Result<FormData, JsValue> {
    let form = FormData::new()?;
    for (name, value) in &upload.fields {
        form.append_with_str(name, value)?;
    }
    form.append_with_blob_and_filename(upload.part, file, &upload.name)?;
    Ok(form)
}

fn response(call: &XmlHttpRequest) -> HttpResponse {
    // Asked for one that the server does not show to pages, the browser would complain in the console.
    let headers = call.get_all_response_headers().unwrap_or_default();
    let header = |name: &str| {
        let told = headers.lines().filter_map(|line| line.split_once(": "));
        let mut values = told.filter(|(told, _)| told.eq_ignore_ascii_case(name));
        values.next().map(|(_, value)| value.to_owned())
    };
    HttpResponse {
        status: call.status().unwrap_or(0),
        body: call.response_text().ok().flatten().unwrap_or_default(),
        retry_after: header("retry-after"),
        date: header("date"),
        etag: None,
        cookies: Vec::new(),
    }
}

/// The browser says nothing more: a refused cross-origin call, a dead host and a file that was moved look the same.
fn refused() -> HttpFailure {
    HttpFailure::Network(String::from("the file could not be sent"))
}

/// The browser counts in whole numbers below 2^53.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn bytes(count: f64) -> u64 {
    count as u64
}
