//! HTTP as values: the driver carries them out.

use std::time::Duration;

use crate::ids::FileId;
use crate::secret::Secret;
use crate::time::UnixMillis;
use crate::url::Url;

/// The verb.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// `GET`.
    Get,
    /// `POST`.
    Post,
    /// `PUT`.
    Put,
}

impl Method {
    /// The verb as it goes on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
        }
    }
}

/// What a body is, for the `Content-Type` header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum MediaType {
    /// `application/json`.
    #[default]
    Json,
    /// `text/plain;charset=UTF-8`, for which a browser needs no leave from another origin beforehand.
    Text,
}

impl MediaType {
    /// The value of the header.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Text => "text/plain;charset=UTF-8",
        }
    }
}

/// A call to make. Its `Debug` leaves the body out, which may name a session.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// The verb.
    pub method: Method,
    /// Where to.
    pub url: Url,
    /// For the `Authorization: Bearer` header.
    pub bearer: Option<Secret>,
    /// For the `Origin` header where the driver may set it; a browser sets its own.
    pub origin: Option<String>,
    /// Further headers. Keys and cookies are among them, so no value is ever shown.
    pub headers: Vec<(&'static str, Secret)>,
    /// A body; goes with [`HttpRequest::media_type`] as its `Content-Type`.
    pub body: Option<String>,
    /// What the body is.
    pub media_type: MediaType,
    /// The whole call must end within this time.
    pub timeout: Duration,
}

impl std::fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let bytes = self.body.as_ref().map_or(0, String::len);
        write!(f, "HttpRequest({} {}, {bytes} bytes)", self.method.as_str(), self.url)
    }
}

impl HttpRequest {
    /// Whether the server may hold its answer back until it has something to say. Such a call must not keep others from their turn.
    pub fn is_long_poll(&self) -> bool {
        self.method == Method::Get && self.media_type == MediaType::Text
    }
}

/// A file to send as `multipart/form-data`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadRequest {
    /// Where to, by `POST`, with which credentials and within which time. It has no body.
    pub call: HttpRequest,
    /// Parts that are text and go before the file.
    pub fields: Vec<(&'static str, String)>,
    /// The name of the part that is the file.
    pub part: &'static str,
    /// The file.
    pub file: FileId,
    /// The file's name.
    pub name: String,
    /// The file's media type.
    pub mime: Option<String>,
    /// Where the application said that it finds the file after a restart.
    pub source: Option<String>,
}

/// An answer that arrived whole, whatever its status.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct HttpResponse {
    /// The status.
    pub status: u16,
    /// The body as text; invalid UTF-8 replaced.
    pub body: String,
    /// The `Retry-After` header as sent: seconds, or an HTTP date.
    pub retry_after: Option<String>,
    /// The `Date` header as sent.
    pub date: Option<String>,
    /// The `ETag` header as sent.
    pub etag: Option<String>,
    /// Names and values of cookies that were set, where the driver keeps none itself; a browser does.
    pub cookies: Vec<(String, Secret)>,
}

impl std::fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "HttpResponse({}, {} bytes)", self.status, self.body.len())
    }
}

/// Why no answer arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HttpFailure {
    /// The time was up.
    Timeout,
    /// The network's words. A browser says little; a refused cross-origin call looks like this, too.
    Network(String),
    /// The answer was longer than the driver takes.
    TooLarge,
}

impl std::fmt::Display for HttpFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Timeout => f.write_str("no answer in time"),
            Self::Network(words) => f.write_str(words),
            Self::TooLarge => f.write_str("the answer is too large"),
        }
    }
}

impl HttpResponse {
    /// Whether the status is 2xx.
    pub const fn is_success(&self) -> bool {
        self.status >= 200 && self.status < 300
    }

    /// How long the server asks to wait, by `Retry-After` in seconds or as a date beside `Date` (else `wall`). At most an hour.
    pub fn wait(&self, wall: UnixMillis) -> Option<Duration> {
        let header = self.retry_after.as_deref()?.trim();
        let wait = match header.parse::<u64>() {
            Ok(seconds) => Duration::from_secs(seconds),
            Err(_) => {
                let until = crate::backend::lenient::http_date(header)?;
                let from = self
                    .date
                    .as_deref()
                    .and_then(crate::backend::lenient::http_date)
                    .unwrap_or(wall);
                until.since(from)
            }
        };
        Some(wait.min(LONGEST_WAIT))
    }
}

/// A longer `Retry-After` is cut to this, so that a wrong header does not silence a visitor for a day.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);
