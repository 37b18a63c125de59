//! The line below the header: a person instead of the assistant, the place in the queue, and the way to end.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::AnyView;
use visavis_client_core::ConnectionState;

use super::stage::{Stage, is_qa, stage};
use crate::options::Mode;
use crate::ui::a11y::{self, Called};
use crate::ui::desk::Place;
use crate::ui::element::{Element, button, div, element, live, nothing, span};
use crate::ui::i18n::desk;
use crate::ui::icons::{self, icon};
use crate::ui::{Scene, State};

/// The line; empty where there is nothing to say or do.
pub(super) fn view(scene: &Arc<Scene>) -> Element {
    let queue = div("queue-place")
        .attr("role", "status")
        .attr("aria-live", "polite")
        .child(place(scene));
    div("bar").child(queue).child(actions(scene))
}

/// Where the visitor stands, for everybody to see and to hear.
fn place(scene: &Arc<Scene>) -> AnyView {
    let scene = Arc::clone(scene);
    live(move || {
        let desk = &scene.state.desk;
        let words = &scene.words.desk.queue;
        match (desk.queue.get(), desk.asking.get(), desk.ended.get()) {
            (Some(place), ..) => banner(&place, words).into(),
            (None, true, _) => element("P").attr("class", "asked").child(words.asked).into(),
            (None, false, true) => element("P")
                .attr("class", "asked")
                .child(scene.words.desk.end.over)
                .into(),
            _ => nothing(),
        }
    })
}

fn banner(place: &Place, words: &desk::Queue) -> Element {
    let head = match place.position {
        Some(1) => words.next.to_owned(),
        Some(position) => words.position.count(position),
        None => words.waiting.to_owned(),
    };
    // Whoever is next knows that nobody is before.
    let ahead = place
        .ahead
        .filter(|ahead| *ahead > 0)
        .map(|ahead| words.ahead.count(ahead));
    let wait = place.wait.map(|wait| words.minutes.count(minutes(wait)));
    let more: Vec<String> = ahead.into_iter().chain(wait).collect();
    let banner = div("queue").part("queue").child(icon(icons::CLOCK));
    let text = div("queue-text").child(element("P").attr("class", "queue-head").child(head));
    banner.child(if more.is_empty() {
        text
    } else {
        text.child(element("P").attr("class", "queue-more").child(more.join(" · ")))
    })
}

fn minutes(wait: Duration) -> u32 {
    wait.as_secs().div_ceil(60).try_into().unwrap_or(u32::MAX)
}

fn actions(scene: &Arc<Scene>) -> AnyView {
    let asking = ask_button(scene);
    // Where there is no header, this is the only place.
    match scene.mode {
        Mode::Thread => div("actions").child(asking).child(end_button(scene)).into(),
        _ => div("actions").child(asking).into(),
    }
}

fn ask_button(scene: &Arc<Scene>) -> AnyView {
    let scene = Arc::clone(scene);
    live(move || {
        if !may_ask(&scene.state) {
            return nothing();
        }
        let asked = Arc::clone(&scene);
        button("chip ask-person")
            .part("agent-button")
            .on("click", move |_| {
                asked.session.request_agent();
                // The button goes; whoever pressed it goes on writing.
                a11y::go_on_in(&asked, ".field", Called::No);
            })
            .child(icon(icons::PERSON))
            .child(span("chip-text").child(scene.words.desk.queue.ask))
            .into()
    })
}

/// The way to end, once there is something to end.
pub(crate) fn end_button(scene: &Arc<Scene>) -> AnyView {
    let scene = Arc::clone(scene);
    live(move || {
        if !may_end(&scene.state) {
            return nothing();
        }
        let ended = Arc::clone(&scene);
        button("chip plain end-chat")
            .part("end-button")
            .live_attr("aria-expanded", {
                let ending = scene.state.desk.ending.clone();
                move || ending.get().to_string()
            })
            .on("click", move |_| ended.state.desk.ending.set(true))
            .child(scene.words.desk.end.ask)
            .into()
    })
}

/// Somebody can be asked for while nobody has the conversation. The layout for questions has the assistant alone.
fn may_ask(state: &State) -> bool {
    let desk = &state.desk;
    let qa = state.config.with(|config| {
        let template = config
            .details
            .as_deref()
            .and_then(|details| details.template.as_deref());
        is_qa(template)
    });
    desk.capabilities.with(|can| can.queue)
        && !qa
        && stage(state) == Stage::Talk
        && is_begun(state)
        && desk.agent.with(Option::is_none)
        && desk.queue.with(Option::is_none)
        && !desk.asking.get()
}

/// What has begun can be ended, once.
fn may_end(state: &State) -> bool {
    let desk = &state.desk;
    let said = state.lines.with(|lines| !lines.0.is_empty());
    desk.capabilities.with(|can| can.queue)
        && stage(state) == Stage::Talk
        && is_begun(state)
        && said
        && !desk.ended.get()
}

fn is_begun(state: &State) -> bool {
    state.connection.with(|status| {
        !matches!(
            status.state,
            ConnectionState::Idle | ConnectionState::Closed | ConnectionState::Failed
        )
    })
}
