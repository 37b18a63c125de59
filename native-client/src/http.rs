//! Carries out the machine's HTTP calls.

use std::path::PathBuf;

use reqwest::header::{
    AUTHORIZATION, CONTENT_TYPE, DATE, ETAG, HeaderMap, HeaderName, HeaderValue, ORIGIN, RETRY_AFTER, SET_COOKIE,
};
use visavis_client_core::Secret;
use visavis_client_core::http::{HttpFailure, HttpRequest, HttpResponse, Method, UploadRequest};

use crate::files::multipart;
use crate::network::Network;
use crate::words::cause;

/// A longer answer is not from a chat server.
const LONGEST_BODY: usize = 1024 * 1024;

/// Makes the call, waiting for its turn among the process's calls included, within the call's own time.
pub(crate) async fn perform(network: Network, call: HttpRequest) -> Result<HttpResponse, HttpFailure> {
    let limit = call.timeout;
    tokio::time::timeout(limit, exchange(network, call))
        .await
        .unwrap_or(Err(HttpFailure::Timeout))
}

/// Sends a file within the call's own time. `path` is `None` when nobody knows any more where the file is.
pub(crate) async fn upload(
    network: Network,
    upload: UploadRequest,
    path: Option<PathBuf>,
) -> Result<HttpResponse, HttpFailure> {
    let limit = upload.call.timeout;
    tokio::time::timeout(limit, send_file(network, upload, path))
        .await
        .unwrap_or(Err(HttpFailure::Timeout))
}

async fn send_file(
    network: Network,
    upload: UploadRequest,
    path: Option<PathBuf>,
) -> Result<HttpResponse, HttpFailure> {
    let path = path.ok_or_else(|| HttpFailure::Network("the file is not there any more".to_owned()))?;
    let bytes = tokio::fs::read(path).await.map_err(|error| failure(&error))?;
    let random = getrandom::u64().map_err(|error| failure(&error))?;
    let (body, media_type) = multipart(&upload, &bytes, &format!("visavis-{random:016x}"));
    let _turn = network.limits.http.acquire().await.map_err(|error| failure(&error))?;
    tracing::debug!(url = %upload.call.url, bytes = body.len(), "uploading");
    let request = request(&network.http, upload.call)?
        .header(CONTENT_TYPE, media_type)
        .body(body);
    answer(request).await
}

async fn exchange(network: Network, call: HttpRequest) -> Result<HttpResponse, HttpFailure> {
    if call.is_long_poll() {
        // It takes as long as the server is silent: were it to take a turn, a few visitors could keep all others from theirs.
        tracing::debug!(url = %call.url, "polling");
        return answer(request(&network.http, call)?).await;
    }
    let _turn = network.limits.http.acquire().await.map_err(|error| failure(&error))?;
    tracing::debug!(method = call.method.as_str(), url = %call.url, "calling");
    answer(request(&network.http, call)?).await
}

async fn answer(request: reqwest::RequestBuilder) -> Result<HttpResponse, HttpFailure> {
    let response = request.send().await.map_err(described)?;
    let status = response.status().as_u16();
    let retry_after = text_of(response.headers(), &RETRY_AFTER);
    let date = text_of(response.headers(), &DATE);
    let etag = text_of(response.headers(), &ETAG);
    let cookies = cookies(response.headers());
    let body = read_body(response).await?;
    tracing::debug!(status, bytes = body.len(), "answered");
    Ok(HttpResponse {
        status,
        body,
        retry_after,
        date,
        etag,
        cookies,
    })
}

fn request(http: &reqwest::Client, call: HttpRequest) -> Result<reqwest::RequestBuilder, HttpFailure> {
    let method = match call.method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
    };
    let mut request = http.request(method, call.url.expose());
    if let Some(bearer) = &call.bearer {
        let mut value = header(&format!("Bearer {}", bearer.expose()))?;
        value.set_sensitive(true);
        request = request.header(AUTHORIZATION, value);
    }
    if let Some(origin) = &call.origin {
        request = request.header(ORIGIN, header(origin)?);
    }
    for (name, value) in &call.headers {
        let mut value = header(value.expose())?;
        value.set_sensitive(true);
        request = request.header(*name, value);
    }
    if let Some(body) = call.body {
        request = request.header(CONTENT_TYPE, call.media_type.as_str()).body(body);
    }
    Ok(request)
}

fn header(text: &str) -> Result<HeaderValue, HttpFailure> {
    HeaderValue::from_str(text).map_err(|error| failure(&error))
}

async fn read_body(mut response: reqwest::Response) -> Result<String, HttpFailure> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(described)? {
        if body.len() + chunk.len() > LONGEST_BODY {
            return Err(HttpFailure::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(match String::from_utf8(body) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    })
}

fn text_of(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_owned())
}

/// What a site wants to be told again. Its attributes are not looked at: a visitor talks with one site.
fn cookies(headers: &HeaderMap) -> Vec<(String, Secret)> {
    let set = headers
        .get_all(SET_COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let pairs = set.filter_map(|cookie| cookie.split(';').next()?.split_once('='));
    pairs
        .map(|(name, value)| (name.trim().to_owned(), Secret::new(value.trim())))
        .collect()
}

fn described(error: reqwest::Error) -> HttpFailure {
    if error.is_timeout() {
        return HttpFailure::Timeout;
    }
    failure(&error.without_url())
}

fn failure(error: &dyn std::error::Error) -> HttpFailure {
    HttpFailure::Network(cause(error))
}
