//! What the visitor has typed into a field and not sent: it outlives a reload in this tab, and nothing else.

use web_sys::Storage;

fn shelf() -> Option<Storage> {
    web_sys::window()?.session_storage().ok().flatten()
}

fn key(field: &str) -> String {
    ["visavis:draft:", field].concat()
}

/// Keeps what stands in a field; nothing is kept of an empty one.
pub(crate) fn keep(field: &str, text: &str) {
    let Some(shelf) = shelf() else { return };
    // A browser that refuses storage forgets drafts, that is all.
    let _ = if text.is_empty() {
        shelf.remove_item(&key(field))
    } else {
        shelf.set_item(&key(field), text)
    };
}

/// What stood in a field.
pub(crate) fn recall(field: &str) -> String {
    let kept = shelf().and_then(|shelf| shelf.get_item(&key(field)).ok().flatten());
    kept.unwrap_or_default()
}
