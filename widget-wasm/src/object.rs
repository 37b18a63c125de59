//! JavaScript objects, read and made.

use std::cell::RefCell;

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::JsValue;

thread_local! {
    /// Words of the program that JavaScript has already, by where they stand: one is handed over only once, however many objects have it.
    static WORDS: RefCell<Vec<((*const u8, usize), JsValue)>> = const { RefCell::new(Vec::new()) };
}

/// A property that is text.
pub(crate) fn text(object: &JsValue, name: &str) -> Option<String> {
    property(object, name)?.as_string()
}

/// A property that is a function.
#[cfg(any(feature = "bloonio", feature = "appengine"))]
pub(crate) fn function(object: &JsValue, name: &str) -> Option<js_sys::Function> {
    use wasm_bindgen::JsCast as _;

    property(object, name)?.dyn_into().ok()
}

/// Any property.
pub(crate) fn property(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &name.into()).ok()
}

/// A plain object from its properties.
pub(crate) fn object<const N: usize>(properties: [(&'static str, JsValue); N]) -> JsValue {
    let object = Object::new();
    for (name, value) in properties {
        // Setting a property of a fresh plain object cannot fail.
        let _ = with_word(name, |name| Reflect::set(&object, name, &value));
    }
    object.into()
}

/// A word of the program.
pub(crate) fn word(word: &'static str) -> JsValue {
    with_word(word, JsValue::clone)
}

fn with_word<T>(word: &'static str, use_it: impl FnOnce(&JsValue) -> T) -> T {
    WORDS.with_borrow_mut(|words| {
        let place = (word.as_ptr(), word.len());
        let at = words
            .binary_search_by_key(&place, |(known, _)| *known)
            .unwrap_or_else(|at| {
                words.insert(at, (place, word.into()));
                at
            });
        use_it(&words[at].1)
    })
}

/// An array.
pub(crate) fn array(values: impl Iterator<Item = JsValue>) -> JsValue {
    values.collect::<Array>().into()
}

/// A value, or `null`.
pub(crate) fn nullable<T: Into<JsValue>>(value: Option<T>) -> JsValue {
    value.map_or(JsValue::NULL, Into::into)
}

/// A number. JavaScript's are exact up to 2^53, beyond any time or size here.
#[allow(clippy::cast_precision_loss)]
pub(crate) fn number(value: i64) -> JsValue {
    JsValue::from_f64(value as f64)
}
