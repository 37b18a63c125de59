//! What the page hears from back ends with files, queues and forms.

use js_sys::Reflect;
use visavis_client_core::{Event, ToolUse};
use wasm_bindgen::JsValue;

use crate::object::{array, nullable, number, object};

/// The event's name and detail, or none for what the page hears in another way.
pub(super) fn announcement(event: &Event) -> Option<(&'static str, JsValue)> {
    Some(match event {
        Event::Queue { position, ahead, wait } => (
            "queue",
            object([
                ("position", nullable(*position)),
                ("ahead", nullable(*ahead)),
                ("waitInMs", nullable(wait.map(|wait| whole(wait.as_millis())))),
            ]),
        ),
        Event::Engage { id, text, url } => (
            "engage",
            object([
                ("id", id.as_str().into()),
                ("text", text.as_str().into()),
                ("url", nullable(url.as_deref())),
            ]),
        ),
        Event::Broadcast { id, on, url, title } => (
            "broadcast",
            object([
                ("id", id.as_str().into()),
                ("on", (*on).into()),
                ("url", nullable(url.as_deref())),
                ("title", nullable(title.as_deref())),
            ]),
        ),
        Event::Registration(form) => (
            "registration",
            object([
                ("required", form.required.into()),
                ("name", form.name.into()),
                ("phone", form.phone.into()),
                ("comments", form.comments.into()),
            ]),
        ),
        Event::Upload {
            local_id, sent, total, ..
        } => (
            "upload",
            object([
                ("localId", local_id.to_string().into()),
                ("sent", whole(u128::from(*sent))),
                ("total", whole(u128::from(*total))),
            ]),
        ),
        Event::Command { name, ok } => ("command", object([("name", (*name).into()), ("ok", (*ok).into())])),
        _ => return None,
    })
}

/// What the answer of a message used, where that is known.
pub(super) fn add_tools(message: &JsValue, tools: &[ToolUse]) {
    if !tools.is_empty() {
        // Setting a property of a plain object cannot fail.
        let _ = Reflect::set(message, &"tools".into(), &array(tools.iter().map(used)));
    }
}

fn used(used: &ToolUse) -> JsValue {
    object([
        ("tool", used.tool.as_str().into()),
        ("summary", nullable(used.summary.as_deref())),
        ("result", nullable(used.result.as_deref())),
    ])
}

/// A tool that an answer in the making uses.
pub(super) fn tool(id: &str, kind: &str, tool: &str, summary: Option<&str>) -> JsValue {
    object([
        ("id", id.into()),
        ("kind", kind.into()),
        ("text", JsValue::NULL),
        ("tool", tool.into()),
        ("summary", nullable(summary)),
    ])
}

fn whole(count: u128) -> JsValue {
    number(i64::try_from(count).unwrap_or(i64::MAX))
}
