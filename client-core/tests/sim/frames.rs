//! The relay's frames that both its model and the driver look into.

use visavis_client_core::ids::LocalId;

/// The id and the content, as JSON text, of a `msg` frame.
pub(crate) fn message(frame: &str) -> Option<(LocalId, &str)> {
    let rest = frame.strip_prefix(r#"{"type":"msg","client_msg_id":""#)?;
    let (id, rest) = rest.split_once(r#"","content":""#)?;
    Some((id.parse().ok()?, rest.strip_suffix(r#""}"#)?))
}

pub(crate) fn refusal(id: LocalId, retry_after: Option<u64>) -> String {
    match retry_after {
        Some(seconds) => {
            format!(r#"{{"type":"error","code":"rate_limited","client_msg_id":"{id}","retry_after":{seconds}}}"#)
        }
        None => format!(r#"{{"type":"error","code":"rate_limited","client_msg_id":"{id}"}}"#),
    }
}

/// The client's id of a `msg` frame.
pub(crate) fn message_id(frame: &str) -> Option<LocalId> {
    Some(message(frame)?.0)
}
