//! What a relay says: tokens, answers, frames.

use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::{Value, json};
use visavis_client_core::http::HttpResponse;
use visavis_client_core::ids::LocalId;

/// The relay's clock when it signs tokens. Far from the client's on purpose: only differences may count.
pub(crate) const SIGNED_AT: u64 = 4_102_444_800;

/// A token that is good for `life` seconds by its own claims. `number` makes it unlike others.
pub(crate) fn jwt(number: u64, life: u64) -> String {
    token(&json!({ "iat": SIGNED_AT, "exp": SIGNED_AT + life, "jti": number }))
}

/// A token with these claims.
pub(crate) fn token(claims: &Value) -> String {
    let part = |text: String| Base64UrlUnpadded::encode_string(text.as_bytes());
    format!(
        "{}.{}.{}",
        part(json!({ "alg": "HS256" }).to_string()),
        part(claims.to_string()),
        part("signed".to_owned())
    )
}

pub(crate) fn answer(status: u16, body: &Value) -> HttpResponse {
    HttpResponse {
        status,
        body: body.to_string(),
        ..HttpResponse::default()
    }
}

/// The answer to `create` and to `refresh`.
pub(crate) fn granted(session: &str, token: &str) -> HttpResponse {
    let data = json!({ "session_id": session, "visitor_token": token, "widget_config": { "tenant_name": "Demo", "is_online": true } });
    answer(
        201,
        &json!({ "status_code": 201, "data": data, "message": "Visitor session created." }),
    )
}

pub(crate) fn refused(status: u16) -> HttpResponse {
    answer(status, &json!({ "status_code": status, "message": "no" }))
}

/// A refusal for now that names a time.
pub(crate) fn later(status: u16, retry_after: &str) -> HttpResponse {
    HttpResponse {
        retry_after: Some(retry_after.to_owned()),
        ..refused(status)
    }
}

pub(crate) fn welcome() -> Value {
    json!({ "type": "welcome" })
}

/// A welcome that replays the conversation.
pub(crate) fn welcome_with(messages: &[Value]) -> Value {
    json!({ "type": "welcome", "session_id": "vs_1", "messages": messages })
}

pub(crate) fn ack(id: LocalId, server_id: &str) -> Value {
    json!({ "type": "ack", "client_msg_id": id.to_string(), "message_id": server_id })
}

/// A message of the bot, with a server time in seconds.
pub(crate) fn bot(id: &str, text: &str, at: u64) -> Value {
    json!({ "type": "msg", "id": id, "role": "bot", "content": text, "created_at": at })
}

/// The visitor's own message as the relay repeats it.
pub(crate) fn echo(local: LocalId, id: &str, text: &str, at: u64) -> Value {
    json!({ "type": "msg", "id": id, "role": "visitor", "client_msg_id": local.to_string(), "content": text, "created_at": at })
}

/// A refusal of one message for good.
pub(crate) fn refusal(id: LocalId, code: &str) -> Value {
    json!({ "type": "error", "code": code, "message": "not this", "client_msg_id": id.to_string() })
}
