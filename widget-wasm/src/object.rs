//! JavaScript objects, read and made.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::JsValue;

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
pub(crate) fn object<const N: usize>(properties: [(&str, JsValue); N]) -> JsValue {
    let object = Object::new();
    for (name, value) in properties {
        // Setting a property of a fresh plain object cannot fail.
        let _ = Reflect::set(&object, &name.into(), &value);
    }
    object.into()
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
