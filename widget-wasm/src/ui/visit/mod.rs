//! Everything around a conversation with people: who they are, the form before it, the queue, its end, and the time when nobody is there.

mod away;
mod bar;
mod ending;
mod form;
mod person;
mod registration;
mod stage;
mod welcome;

use std::sync::Arc;

use leptos::prelude::AnyView;

pub(crate) use self::bar::end_button;
pub(crate) use self::person::{line as person, picture};
pub(crate) use self::stage::stage;
pub(crate) use self::welcome::view as welcome;
use super::{Scene, composer, status, thread};

/// What stands below the header: which of it can be seen is the stage's affair, see [`stage`]. Thread and composer stay where they are, so
/// that a draft and the place in the thread outlive a form.
pub(crate) fn conversation(scene: &Arc<Scene>) -> Vec<AnyView> {
    stage::follow(scene);
    let [toast, composer] = composer::view(scene);
    vec![
        status::view(scene).into(),
        bar::view(scene).into(),
        away::view(scene),
        thread::view(scene).into(),
        registration::view(scene),
        ending::view(scene),
        toast,
        composer,
    ]
}
