//! The part of the module that comes after the panel can be used.

use js_sys::Function;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;

/// Knows when the whole module is there.
pub(crate) struct Later {
    // Called with what waits for it.
    wait: Function,
}

impl Later {
    /// `wait(act)` calls `act` at once when nothing is missing, else when it has come.
    pub(crate) fn new(wait: Function) -> Self {
        Self { wait }
    }

    /// Does something once nothing is missing.
    pub(crate) fn then(&self, act: Box<dyn FnOnce()>) {
        // The glue's own function, which throws nothing.
        let _ = self.wait.call1(&JsValue::UNDEFINED, &Closure::once_into_js(act));
    }
}
