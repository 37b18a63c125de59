//! What a server says about an answer that is no success: two shapes of errors, and plain text.

use crate::backend::lenient;
use crate::http::HttpResponse;
use crate::json::{self, Object, Value};

/// Why, in the server's words: `reason`, `message` (text or a list of them) or `error`, else the beginning of a plain body.
pub(crate) fn words(response: &HttpResponse) -> String {
    let body = json::parse(&response.body).ok();
    let from_json = body.as_ref().and_then(|body| match body {
        Value::Object(body) => said(body),
        Value::String(text) => Some(text.clone()),
        _ => None,
    });
    let plain = || {
        let body = response.body.trim();
        (!body.is_empty() && !body.starts_with(['<', '{', '['])).then(|| body.chars().take(200).collect())
    };
    let status = response.status.to_string();
    match from_json.or_else(plain) {
        Some(words) => ["the server answered ", &status, ": ", words.as_str()].concat(),
        None => ["the server answered ", &status].concat(),
    }
}

/// The human text of an error object, of an answer or of an event.
pub(crate) fn said(body: &Object) -> Option<String> {
    let list = || {
        let items = body.get("message")?.as_array()?.iter().filter_map(Value::as_str);
        Some(items.collect::<Vec<_>>().join("; ")).filter(|words| !words.is_empty())
    };
    let nested = || said(lenient::object(body, &["error", "message"])?);
    lenient::text(body, &["reason", "message"])
        .or_else(list)
        .or_else(|| lenient::text(body, &["error"]))
        .or_else(nested)
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
    fn errors_of_both_shapes_are_told_in_the_servers_words() {
        for (body, expected) in [
            (
                r#"{"statusCode":400,"error":"Bad Request","reason":"orgid missing","path":"/x"}"#,
                "orgid missing",
            ),
            (
                r#"{"statusCode":400,"message":["email must be an email","name is short"],"error":"Bad Request"}"#,
                "email must be an email; name is short",
            ),
            (
                r#"{"statusCode":404,"message":"Not found","error":"Not Found"}"#,
                "Not found",
            ),
            (r#"{"error":"Forbidden"}"#, "Forbidden"),
            (r#"{"error":{"message":"deep"}}"#, "deep"),
            (r#""a bare string""#, "a bare string"),
            ("plain", "plain"),
        ] {
            assert_eq!(
                words(&response(400, body)),
                format!("the server answered 400: {expected}")
            );
        }
        assert_eq!(words(&response(502, "<html>")), "the server answered 502");
    }
}
