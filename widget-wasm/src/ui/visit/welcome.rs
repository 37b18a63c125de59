//! What stands in the thread before anybody wrote, as the site has set it.

use leptos::prelude::AnyView;

use super::person;
use crate::ui::element::{Element, div, element, nothing};
use crate::ui::i18n::Words;
use crate::ui::{Scene, markdown};

/// The site's own words, its people and one of its greetings; nothing where the site has set none.
pub(crate) fn view(scene: &Scene) -> Option<AnyView> {
    let state = &scene.state;
    let greeting = state.config.with(|config| {
        let details = config.details.as_deref()?;
        let chosen = usize::try_from(state.desk.chance)
            .unwrap_or_default()
            .checked_rem(details.openers.len());
        let opener = chosen.and_then(|at| details.openers.get(at)).cloned();
        Some(opener.or_else(|| config.welcome_message.clone()))
    })?;
    let greeting = match greeting {
        Some(text) => bubble(&text, scene.words),
        None => div("greeting")
            .child(element("P").child(scene.words.greeting))
            .child(element("P").child(scene.words.greeting_detail)),
    };
    Some(
        div("welcome")
            .child(header(scene))
            .child(person::faces(scene))
            .child(greeting)
            .into(),
    )
}

fn bubble(text: &str, words: &Words) -> Element {
    let bubble = div("bubble").child(element("DIV").children(markdown::formatted(text, words)));
    div("message bot first last").child(bubble)
}

/// What the site wants said at the top: its markup has become ours.
pub(super) fn header(scene: &Scene) -> AnyView {
    let said = scene
        .state
        .config
        .with(|config| config.details.as_deref().and_then(|details| details.header.clone()));
    match said.filter(|text| !text.is_empty()) {
        Some(text) => div("site-header")
            .children(markdown::formatted(&text, scene.words))
            .into(),
        None => nothing(),
    }
}
