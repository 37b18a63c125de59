//! Which tab owns which stored queue: a lock of the browser for each, so that no two tabs ever share one.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, StorageEvent};

use crate::driver::listener::Listener;
use crate::driver::timer::Timer;

/// A reloaded page asks for its lock while the page it replaces still holds it for a moment. That it is free is asked before and after:
/// on a busy machine the wait may be over before the browser's answer is heard.
const PATIENCE: Duration = Duration::from_millis(400);

/// More tabs than this of one site are no visitor's.
pub(crate) const MOST_TABS: u32 = 64;

#[wasm_bindgen]
extern "C" {
    // web-sys has this only under its unstable flag.
    type LockManager;

    #[wasm_bindgen(method, catch)]
    fn request(this: &LockManager, name: &str, options: &Object, granted: &Function) -> Result<Promise, JsValue>;
}

/// A place of one's own among the tabs of a site.
pub(crate) struct Berth {
    /// 1 for the first tab.
    pub(crate) number: u32,
    _lease: Lease,
}

/// A held lock; dropping it gives the lock back.
struct Lease(Function);

impl Drop for Lease {
    fn drop(&mut self) {
        let _ = self.0.call0(&JsValue::UNDEFINED);
    }
}

/// Calls with every text that another tab stores under this name.
pub(crate) fn watch(name: &str, stored: impl Fn(String) + 'static) -> Option<Listener> {
    let window = web_sys::window()?;
    let (exact, numbered) = (name.to_owned(), [name, "#"].concat());
    Some(Listener::new(&window, "storage", move |event| {
        let event: StorageEvent = event.unchecked_into();
        let ours = event
            .key()
            .is_some_and(|key| key == exact || key.starts_with(&numbered));
        if let Some(text) = event.new_value().filter(|_| ours) {
            stored(text);
        }
    }))
}

/// The first free place under this name, or none where the browser has no locks.
pub(crate) async fn berth(name: &str) -> Option<Berth> {
    let locks = lock_manager()?;
    for number in 1..=MOST_TABS {
        let place = place(name, number);
        let mut lease = at_once(&locks, &place).await;
        if number == 1 && lease.is_none() {
            lease = patiently(&locks, &place).await;
            if lease.is_none() {
                lease = at_once(&locks, &place).await;
            }
        }
        if let Some(lease) = lease {
            return Some(Berth { number, _lease: lease });
        }
    }
    None
}

/// This place, if no tab has it.
pub(crate) async fn vacant(name: &str, number: u32) -> Option<Berth> {
    let lease = at_once(&lock_manager()?, &place(name, number)).await?;
    Some(Berth { number, _lease: lease })
}

/// What a place is called, for its lock and its store: the first one has the site's name.
pub(crate) fn place(name: &str, number: u32) -> String {
    match number {
        1 => name.to_owned(),
        _ => [name, "#", &number.to_string()].concat(),
    }
}

fn lock_manager() -> Option<LockManager> {
    let navigator = web_sys::window()?.navigator();
    let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
    (!locks.is_falsy()).then(|| locks.unchecked_into())
}

async fn patiently(locks: &LockManager, name: &str) -> Option<Lease> {
    let controller = AbortController::new().ok()?;
    let options = option("signal", &controller.signal());
    let patience = Timer::new(move || controller.abort());
    patience.arm(PATIENCE);
    acquire(locks, name, &options).await
}

async fn at_once(locks: &LockManager, name: &str) -> Option<Lease> {
    acquire(locks, name, &option("ifAvailable", &JsValue::TRUE)).await
}

/// The lock is held until the promise that its callback returned is resolved: that resolver is the lease.
async fn acquire(locks: &LockManager, name: &str, options: &Object) -> Option<Lease> {
    let held: Rc<RefCell<Option<Lease>>> = Rc::default();
    let mut settle = None;
    let answered = Promise::new(&mut |resolve, _| settle = Some(resolve));
    let settle = settle?;
    let granted = Closure::<dyn FnMut(JsValue) -> Promise>::new({
        let held = Rc::clone(&held);
        move |lock: JsValue| {
            let promise = Promise::new(&mut |release, _| {
                if lock.is_null() {
                    let _ = release.call0(&JsValue::UNDEFINED);
                } else {
                    *held.borrow_mut() = Some(Lease(release));
                }
            });
            let _ = settle.call0(&JsValue::UNDEFINED);
            promise
        }
    });
    let request = locks.request(name, options, granted.as_ref().unchecked_ref()).ok()?;
    // The request itself settles only when the lock is given back, or at once when it was refused.
    JsFuture::from(Promise::race(&Array::of2(&answered, &request)))
        .await
        .ok()?;
    held.take()
}

fn option(name: &str, value: &JsValue) -> Object {
    let options = Object::new();
    let _ = Reflect::set(&options, &name.into(), value);
    options
}
