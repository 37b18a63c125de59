//! The other tabs of the site, which `js/tabs.js` speaks with: who leads, and what a follower and the leader tell each other.

use js_sys::{Array, Function};
use visavis_client_core::io::StoredText;
use visavis_client_core::{Environment, Event, Input};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

use super::{Driver, wishes};
use crate::event;

#[wasm_bindgen]
extern "C" {
    /// A page's part among the tabs, and the store they share.
    pub(crate) type Tabs;

    #[wasm_bindgen(method)]
    pub(super) fn read(this: &Tabs) -> Option<String>;

    #[wasm_bindgen(method, catch)]
    pub(super) fn keep(this: &Tabs, text: &str) -> Result<bool, JsValue>;

    #[wasm_bindgen(method, js_name = setAside)]
    pub(super) fn set_aside(this: &Tabs, text: &str);

    #[wasm_bindgen(method)]
    pub(super) fn join(this: &Tabs, hear: &Function);

    #[wasm_bindgen(method)]
    pub(super) fn leave(this: &Tabs);

    #[wasm_bindgen(method)]
    pub(super) fn tell(this: &Tabs, events: Array);

    #[wasm_bindgen(method, js_name = handOver)]
    pub(super) fn hand_over(this: &Tabs, number: f64, command: &Array);

    #[wasm_bindgen(method, js_name = takeLead)]
    pub(super) fn take_lead(this: &Tabs);

    #[wasm_bindgen(method, getter)]
    pub(super) fn rings(this: &Tabs) -> bool;
}

/// This page's part among the tabs that share a name; without a name it shares nothing and keeps nothing.
pub(super) fn part(among: &Function, name: &JsValue) -> Tabs {
    // The glue's own function, which makes an object and nothing else.
    let part = among.call1(&JsValue::UNDEFINED, name);
    part.unwrap_or_default().unchecked_into()
}

/// What is heard from the other tabs: the kind's number, what it is about, and events with their details.
pub(super) type Hear = Closure<dyn FnMut(u32, JsValue, JsValue)>;

impl Driver {
    /// What happens among the tabs. The numbers are those of `js/tabs.js`.
    pub(super) fn heard(&self, kind: u32, subject: &JsValue, events: &JsValue) {
        let input = match kind {
            0 => {
                self.absorb(mirrored(subject));
                Some(Input::LeadGained)
            }
            1 => Some(Input::LeadLost),
            2 => Some(Input::Led),
            3 => return self.told(subject, events.unchecked_ref()),
            4 => wishes::read(self, subject.unchecked_ref()).map(Input::Handed),
            5 => subject.as_f64().map(|number| Input::Taken { number: whole(number) }),
            6 => Some(Input::Environment(Environment::Visible)),
            _ => Some(Input::Environment(Environment::Hidden)),
        };
        if let Some(input) = input {
            self.input(input);
        }
    }

    /// What the leader keeps comes first: its events are about that.
    fn told(&self, stored: &JsValue, events: &Array) {
        self.absorb(mirrored(stored));
        for entry in events.iter() {
            let entry: Array = entry.unchecked_into();
            let (name, detail) = (entry.get(0).as_string().unwrap_or_default(), entry.get(1));
            let event = self.look(|client| event::overheard(&name, &detail, client));
            if let Some(event @ (Event::Connection(_) | Event::Typing { .. })) = &event {
                self.absorb(Input::Overheard(Box::new(event.clone())));
            }
            self.audience.overhear(&name, &detail, event);
        }
        self.pump();
    }
}

fn mirrored(stored: &JsValue) -> Input {
    let stored = stored.as_string().map(StoredText);
    Input::Mirrored { stored }
}

/// Numbers of commands are far below 2^53.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn whole(number: f64) -> u64 {
    number as u64
}
