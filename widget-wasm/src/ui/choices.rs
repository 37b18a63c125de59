//! Answers that the other side offers, below what it said last: a press sends one as if it had been typed.

use std::sync::Arc;

use leptos::prelude::AnyView;
use visavis_client_core::Author;

use super::Scene;
use super::a11y::{self, Called};
use super::element::{button, div, live, nothing};
use super::line::{Content, Line};

/// The answers, as long as nobody has said anything more.
pub(super) fn view(scene: &Arc<Scene>) -> AnyView {
    let scene = Arc::clone(scene);
    live(move || {
        let offered = scene.state.lines.with(|lines| offered(&lines.0));
        if offered.is_empty() {
            return nothing();
        }
        div("choices")
            .part("choices")
            .attr("role", "group")
            .attr("aria-label", scene.words.media.choices)
            .children(offered.into_iter().map(|answer| choice(&scene, answer)))
            .into()
    })
}

fn choice(scene: &Arc<Scene>, answer: String) -> AnyView {
    let (scene, said) = (Arc::clone(scene), answer.clone());
    button("choice")
        .part("choice-button")
        .on("click", move |_| {
            // What cannot be queued stays on offer.
            if scene.session.send(&said).is_ok() {
                a11y::go_on_in(&scene, ".field", Called::No);
            }
        })
        .child(answer)
        .into()
}

/// What the newest message offers. Between it and the end there may be lines that nobody said.
fn offered(lines: &[Arc<Line>]) -> Vec<String> {
    let newest = lines.iter().rev().find_map(|line| match &line.content {
        Content::Message(shown) => shown.with(|shown| match shown.message.author {
            Author::System => None,
            Author::Visitor => Some(Vec::new()),
            _ => Some(shown.message.choices.clone()),
        }),
        _ => None,
    });
    newest.unwrap_or_default()
}
