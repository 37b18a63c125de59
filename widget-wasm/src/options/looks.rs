//! What an element looks like.

use wasm_bindgen::JsValue;

use crate::object;

/// The form an element takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// A floating button that opens a panel.
    Launcher,
    /// A panel that is always there.
    Docked,
    /// Messages and composer alone.
    Thread,
}

/// The element's side of the options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Looks {
    /// The form.
    pub(crate) mode: Mode,
    /// Language of the interface, such as `en` or `fr-CA`.
    pub(crate) locale: String,
    /// What it says, as lines.
    pub(crate) words: String,
    /// The launcher's corner.
    pub(crate) corner: Corner,
}

/// Who decides on the launcher's corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Corner {
    /// The page did, and the loader has placed it.
    Chosen,
    /// The back end may.
    Open,
}

impl Looks {
    /// Reads an element's options; the loader has checked them.
    pub(crate) fn read(options: &JsValue) -> Self {
        let mode = match object::text(options, "mode").as_deref() {
            Some("docked") => Mode::Docked,
            Some("thread") => Mode::Thread,
            _ => Mode::Launcher,
        };
        let locale = object::text(options, "locale").unwrap_or_else(|| String::from("en"));
        let corner = object::text(options, "position").map_or(Corner::Open, |_| Corner::Chosen);
        let words = object::text(options, "words").unwrap_or_default();
        Self {
            mode,
            locale,
            words,
            corner,
        }
    }
}
