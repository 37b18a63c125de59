//! What an HTTP answer of the gateway means: refusals by cause, successes wrapped, bare or empty.

use crate::backend::Reply;
use crate::backend::lenient;
pub(crate) use crate::backend::words::{said, words};
use crate::http::HttpResponse;
use crate::json::{self, Object, Value};
use crate::time::UnixMillis;

/// Splits an answer by what can be done about it and hands its JSON on.
pub(crate) fn read<T>(response: &HttpResponse, wall: UnixMillis, decode: impl FnOnce(&Value) -> Option<T>) -> Reply<T> {
    let status = response.status;
    let message = || words(response);
    match status {
        200..300 => {}
        401 | 403 | 404 | 410 => {
            return Reply::Rejected {
                message: message(),
                status,
            };
        }
        408 | 425 | 429 | 500.. => {
            return Reply::Later {
                message: message(),
                status,
                wait: response.wait(wall),
            };
        }
        _ => {
            return Reply::Wrong {
                message: message(),
                status,
            };
        }
    }
    match json::parse(&response.body).ok().as_ref().and_then(decode) {
        Some(value) => Reply::Done(value),
        None => Reply::Unreadable {
            message: [
                "the server answered ",
                &status.to_string(),
                " with something else than the gateway's JSON; check the base URL",
            ]
            .concat(),
        },
    }
}

/// The body's object, the outer `data` taken off when `wanted` is not beside it.
pub(crate) fn object<'a>(body: &'a Value, wanted: &[&str]) -> Option<&'a Object> {
    let object = body.as_object()?;
    if lenient::first(object, wanted).is_some() {
        return Some(object);
    }
    lenient::object(object, &["data"]).or(Some(object))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, body: &str) -> HttpResponse {
        HttpResponse {
            status,
            body: body.to_owned(),
            ..HttpResponse::default()
        }
    }

    #[test]
    fn the_status_decides_what_can_be_done() {
        let kind = |status| match read(&response(status, "{}"), UnixMillis(0), |_| Some(())) {
            Reply::Done(()) => "done",
            Reply::Later { .. } => "later",
            Reply::Rejected { .. } => "rejected",
            Reply::Wrong { .. } => "wrong",
            Reply::Unreadable { .. } => "unreadable",
        };
        for (status, expected) in [
            (200, "done"),
            (201, "done"),
            (400, "wrong"),
            (401, "rejected"),
            (403, "rejected"),
            (404, "rejected"),
            (409, "wrong"),
            (413, "wrong"),
            (429, "later"),
            (500, "later"),
            (503, "later"),
        ] {
            assert_eq!(kind(status), expected, "{status}");
        }
        assert!(matches!(
            read(&response(200, "<html>"), UnixMillis(0), |_| Some(())),
            Reply::Unreadable { .. }
        ));
    }
}
