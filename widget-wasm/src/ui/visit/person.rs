//! Whoever has the conversation, and how present they are.

use std::sync::Arc;

use leptos::prelude::AnyView;
use visavis_client_core::message::{AgentProfile, WidgetConfig, WidgetDetails};

use super::stage::is_qa;
use crate::ui::element::{Element, div, element, live, nothing, span};
use crate::ui::i18n::desk;
use crate::ui::{Scene, State, avatar};

/// Faces at most.
const FACES: usize = 5;

/// The line below the title: the person with a word on their presence, else the desk's own line.
pub(crate) fn line(scene: &Arc<Scene>) -> AnyView {
    let scene = Arc::clone(scene);
    live(move || {
        let state = &scene.state;
        let online = state.config.with(|config| config.online);
        let status = state.desk.presence.get();
        let agent = state.agent.get();
        let words = &scene.words;
        let said = match (&agent, &status) {
            (Some(name), status) => {
                let presence = word(status.as_deref().unwrap_or("online"), &words.desk.person);
                let tag = tag_line(state);
                let parts = [Some(name.clone()), tag, Some(presence.to_owned())];
                Some(parts.into_iter().flatten().collect::<Vec<_>>().join(" · "))
            }
            (None, _) => match online {
                Some(false) => Some(words.away.to_owned()),
                Some(true) => Some(subtitle(state).unwrap_or_else(|| words.online.to_owned())),
                None => subtitle(state),
            },
        };
        let Some(said) = said else { return nothing() };
        let present = agent
            .and(status)
            .unwrap_or_else(|| if online == Some(false) { "offline" } else { "online" }.to_owned());
        element("P")
            .attr("class", "presence")
            .attr("data-presence", present.clone())
            .child(span(dot(&present)))
            .child(span("presence-text").child(said))
            .into()
    })
}

/// The picture of the person, if the settings have one.
pub(crate) fn picture(state: &State) -> Option<(String, Option<String>)> {
    let id = state.desk.agent.get()?;
    let name = state.agent.get()?;
    let known = state
        .config
        .with(|config| profile(config, &id).and_then(|profile| profile.avatar_url.clone()));
    Some((name, known))
}

/// The people on the other side, where the site shows them and they can be asked.
pub(super) fn faces(scene: &Scene) -> AnyView {
    let people: Vec<AgentProfile> = scene.state.config.with(|config| {
        let people = |details: &&WidgetDetails| details.show_agents && !is_qa(details.template.as_deref());
        let details = config.details.as_deref().filter(people);
        details.map_or_else(Vec::new, |details| details.agents.iter().take(FACES).cloned().collect())
    });
    if people.is_empty() {
        return nothing();
    }
    let faces = people.into_iter().map(|person| face(&person).into());
    element("UL")
        .attr("class", "faces")
        .attr("aria-label", scene.words.desk.person.team)
        .children(faces)
        .into()
}

fn face(person: &AgentProfile) -> Element {
    let name = div("face-name").child(person.name.clone());
    let name = match &person.tag_line {
        Some(line) => name.child(span("face-tag").child(line.clone())),
        None => name,
    };
    element("LI")
        .child(avatar::view(&person.name, person.avatar_url.clone()))
        .child(name)
}

fn profile<'a>(config: &'a WidgetConfig, id: &str) -> Option<&'a AgentProfile> {
    let details = config.details.as_deref()?;
    details.agents.iter().find(|agent| agent.email == id)
}

fn tag_line(state: &State) -> Option<String> {
    let id = state.desk.agent.get()?;
    state
        .config
        .with(|config| profile(config, &id).and_then(|profile| profile.tag_line.clone()))
}

fn subtitle(state: &State) -> Option<String> {
    state
        .config
        .with(|config| config.details.as_deref().and_then(|details| details.subtitle.clone()))
}

/// A word for a presence; the server's own for one that is not known.
fn word<'a>(status: &'a str, words: &'a desk::Person) -> &'a str {
    match status {
        "online" | "available" => words.online,
        "away" | "idle" => words.away,
        "busy" => words.busy,
        "offline" => words.offline,
        other => other,
    }
}

fn dot(status: &str) -> &'static str {
    match status {
        "online" | "available" => "dot",
        "busy" => "dot busy",
        "offline" => "dot away",
        _ => "dot idle",
    }
}
