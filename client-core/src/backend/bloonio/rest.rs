//! The REST calls of a Bloonio visitor: how they are asked and how their answers are read.

use std::time::Duration;

use super::{DEFAULT_LIFETIME, Options, PREFIX};
use crate::backend::lenient;
use crate::backend::{Grant, Reply, jwt};
use crate::config::{Identity, Tuning};
use crate::http::{HttpRequest, HttpResponse, MediaType, Method};
use crate::json::{self, Object, ObjectWriter, Value};
use crate::message::WidgetConfig;
use crate::secret::Secret;
use crate::time::UnixMillis;
use crate::url::{BaseUrl, Url};

fn call(method: Method, url: Url, origin: Option<&str>) -> HttpRequest {
    let timeout = Tuning::default().request_timeout;
    HttpRequest {
        method,
        url,
        bearer: None,
        origin: origin.map(str::to_owned),
        headers: Vec::new(),
        body: None,
        media_type: MediaType::Json,
        timeout,
    }
}

/// `GET fetch/widget-config`. The page does not name the query; these are the sample's three, spelled like the other calls'.
pub(crate) fn fetch_config(base: &BaseUrl, tenant_id: &str, public_key: &str, origin: &str) -> HttpRequest {
    let url = base
        .join(&format!("{PREFIX}/fetch/widget-config"))
        .with_query("tenant_id", tenant_id)
        .with_query("widget_public_key", public_key)
        .with_query("origin", origin);
    call(Method::Get, url, Some(origin))
}

/// `POST create/visitor-session` with all seven fields of the body, the optional ones when given.
pub(crate) fn create_session(base: &BaseUrl, options: &Options) -> HttpRequest {
    let mut text = String::new();
    let mut body = ObjectWriter::open(&mut text);
    body.text("tenant_id", &options.tenant_id);
    body.text("widget_public_key", &options.public_key);
    body.text("origin", &options.origin);
    body.text("locale", &options.locale);
    if let Some(metadata) = &options.metadata {
        body.name("metadata").push_str(metadata);
    }
    if let Some(key) = &options.routing_key {
        body.text("routing_key", key);
    }
    if let Some(mode) = options.mode {
        body.text("mode", mode.as_str());
    }
    body.close();
    let url = base.join(&format!("{PREFIX}/create/visitor-session"));
    HttpRequest {
        body: Some(text),
        ..call(Method::Post, url, Some(&options.origin))
    }
}

/// `POST refresh/visitor-token` with the old token, expired or not.
pub(crate) fn refresh(base: &BaseUrl, token: &Secret, origin: Option<&str>) -> HttpRequest {
    let url = base.join(&format!("{PREFIX}/refresh/visitor-token"));
    HttpRequest {
        bearer: Some(token.clone()),
        body: Some("{}".to_owned()),
        ..call(Method::Post, url, origin)
    }
}

/// `POST identify/visitor`. The signature's field is documented, the id's is taken from its formula.
pub(crate) fn identify(base: &BaseUrl, token: &Secret, identity: &Identity, origin: Option<&str>) -> HttpRequest {
    let url = base.join(&format!("{PREFIX}/identify/visitor"));
    let mut text = String::new();
    let mut body = ObjectWriter::open(&mut text);
    body.text("user_id", &identity.user_id);
    body.text("user_signature", identity.signature.expose());
    body.close();
    HttpRequest {
        bearer: Some(token.clone()),
        body: Some(text),
        ..call(Method::Post, url, origin)
    }
}

/// Reads a granted session: of `create` and of `refresh`.
pub(crate) fn read_grant(response: &HttpResponse, wall: UnixMillis) -> Reply<Grant> {
    read(response, wall, |data| {
        let token = lenient::text(data, &["visitor_token", "token"])?;
        Some(Grant {
            session_id: lenient::text(data, &["session_id"]),
            lifetime: lifetime(&token, data, response),
            token: Secret::new(token),
            config: lenient::object(data, &["widget_config", "config"]).map(widget_config),
        })
    })
}

/// Reads the widget's public settings.
pub(crate) fn read_config(response: &HttpResponse, wall: UnixMillis) -> Reply<WidgetConfig> {
    read(response, wall, |data| Some(widget_config(data)))
}

/// Reads an identification; some relays answer with a new token.
pub(crate) fn read_identified(response: &HttpResponse, wall: UnixMillis) -> Reply<Option<Grant>> {
    match read_grant(response, wall) {
        Reply::Done(grant) => Reply::Done(Some(grant)),
        Reply::Unreadable { .. } if response.is_success() => Reply::Done(None),
        Reply::Unreadable { message } => Reply::Unreadable { message },
        Reply::Later { message, status, wait } => Reply::Later { message, status, wait },
        Reply::Rejected { message, status } => Reply::Rejected { message, status },
        Reply::Wrong { message, status } => Reply::Wrong { message, status },
    }
}

/// The lifetime by the token's own claims, else `expires_in`, else `expires_at` against the answer's `Date`, else the documented hour.
fn lifetime(token: &str, data: &Object, response: &HttpResponse) -> Duration {
    let by_date = || {
        let until = lenient::time(data, &["expires_at"])?;
        let from = lenient::http_date(response.date.as_deref()?)?;
        Some(until.since(from)).filter(|life| !life.is_zero())
    };
    jwt::lifetime(token)
        .or_else(|| lenient::number(data, &["expires_in", "ttl_seconds"]).map(Duration::from_secs))
        .or_else(by_date)
        .unwrap_or(DEFAULT_LIFETIME)
}

/// Splits an answer by what can be done about it and takes the envelope off.
fn read<T>(response: &HttpResponse, wall: UnixMillis, decode: impl FnOnce(&Object) -> Option<T>) -> Reply<T> {
    let status = response.status;
    match status {
        200..300 => {}
        401 | 403 | 404 | 410 => {
            return Reply::Rejected {
                message: words(response),
                status,
            };
        }
        408 | 425 | 429 | 500.. => {
            return Reply::Later {
                message: words(response),
                status,
                wait: response.wait(wall),
            };
        }
        _ => {
            return Reply::Wrong {
                message: words(response),
                status,
            };
        }
    }
    let body = json::parse(&response.body).ok();
    let decoded = body.as_ref().and_then(Value::as_object).and_then(|body| {
        let data = lenient::object(body, &["data"]).unwrap_or(body);
        decode(data)
    });
    match decoded {
        Some(value) => Reply::Done(value),
        None => Reply::Unreadable {
            message: unreadable(response),
        },
    }
}

fn unreadable(response: &HttpResponse) -> String {
    let what = match response.body.trim_start().chars().next() {
        None => "an empty answer",
        Some('<') => "an HTML page",
        Some('{' | '[') => "JSON without the expected fields",
        Some(_) => "text",
    };
    format!(
        "the server answered {} with {what} instead of the relay's JSON; check the base URL",
        response.status
    )
}

/// The human text of a refusal: `message`, else `detail` (text, or the first `msg` of a list), else the beginning of the body.
fn words(response: &HttpResponse) -> String {
    let body = json::parse(&response.body).ok();
    let from_json = body.as_ref().and_then(Value::as_object).and_then(|body| {
        lenient::text(body, &["message", "detail", "error"])
            .or_else(|| lenient::text(body.get("detail")?.as_array()?.first()?.as_object()?, &["msg"]))
    });
    let plain = || {
        let body = response.body.trim();
        (!body.is_empty() && !body.starts_with(['<', '{', '['])).then(|| body.chars().take(200).collect())
    };
    let said: Option<String> = from_json.or_else(plain);
    match said {
        Some(words) => format!("the server answered {}: {words}", response.status),
        None if response.status < 500 => format!(
            "the server answered {} and no reason; check the base URL",
            response.status
        ),
        None => format!("the server answered {}", response.status),
    }
}

/// Reads the public settings: two documented fields, the rest used only when present.
pub(crate) fn widget_config(data: &Object) -> WidgetConfig {
    WidgetConfig {
        tenant_id: lenient::text(data, &["tenant_id"]),
        title: lenient::text(data, &["tenant_name"]),
        online: lenient::flag(data, &["is_online"]),
        logo_url: lenient::text(data, &["logo_url", "avatar_url"]),
        color: lenient::text(data, &["primary_color", "brand_color", "color"]),
        position: lenient::text(data, &["position"]),
        welcome_message: lenient::text(data, &["welcome_message", "greeting"]),
        placeholder: lenient::text(data, &["placeholder"]),
        locale: lenient::text(data, &["locale"]),
        offline_message: lenient::text(data, &["offline_message"]),
        privacy_url: lenient::text(data, &["privacy_url"]),
        details: None,
    }
}
