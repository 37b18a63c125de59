//! What the panel shows now.

use std::sync::Arc;

use crate::options::Mode;
use crate::ui::a11y::{self, Called};
use crate::ui::signal::effect;
use crate::ui::{Scene, State};

/// The parts of the panel that stand in for each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Thread and composer.
    Talk,
    /// The form before the conversation.
    Form,
    /// The thread, and below it the one question that stands before the conversation.
    Gate,
    /// Nobody is there; a message can be left.
    Away,
    /// Nobody is there, and no message can be left.
    Closed,
}

impl Stage {
    /// The word of `data-stage`.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Talk => "talk",
            Self::Form => "form",
            Self::Gate => "gate",
            Self::Away => "away",
            Self::Closed => "closed",
        }
    }

    /// Where the visitor writes.
    const fn first_field(self) -> Option<&'static str> {
        match self {
            Self::Talk => Some(".field"),
            Self::Form | Self::Gate => Some(".register .input"),
            Self::Away => Some(".contact .input"),
            Self::Closed => None,
        }
    }
}

/// What the panel shows now. A conversation that has begun stays in sight.
pub(crate) fn stage(state: &State) -> Stage {
    let (away, form, qa) = state.config.with(|config| {
        let details = config.details.as_deref();
        (
            config.online == Some(false),
            details.is_none_or(|details| details.offline_form),
            details.is_some_and(|details| is_qa(details.template.as_deref())),
        )
    });
    let begun = state.desk.agent.with(Option::is_some) || state.lines.with(|lines| !lines.0.is_empty());
    let asked = state.desk.form.with(Option::is_some);
    match (away && !begun, asked) {
        (true, _) if form => Stage::Away,
        (true, _) => Stage::Closed,
        (false, true) if qa => Stage::Gate,
        (false, true) => Stage::Form,
        (false, false) => Stage::Talk,
    }
}

/// The layout for questions to the assistant alone.
pub(super) fn is_qa(template: Option<&str>) -> bool {
    template == Some("qa")
}

/// When one part gives way to another, whoever was in the one goes on in the other.
pub(super) fn follow(scene: &Arc<Scene>) {
    let scene = Arc::clone(scene);
    let mut before = Stage::Talk;
    effect(move || {
        let now = stage(&scene.state);
        if std::mem::replace(&mut before, now) == now {
            return;
        }
        go_on(&scene, now);
    });
}

/// A part was drawn: whoever is in the panel goes on in it.
pub(super) fn enter(scene: &Arc<Scene>) {
    let scene = Arc::clone(scene);
    let mut drawn = false;
    effect(move || {
        if !std::mem::replace(&mut drawn, true) {
            go_on(&scene, stage(&scene.state));
        }
    });
}

fn go_on(scene: &Arc<Scene>, stage: Stage) {
    let open = scene.mode == Mode::Launcher && scene.state.open.peek(bool::clone);
    if let Some(field) = stage.first_field() {
        a11y::go_on_in(scene, field, if open { Called::ByPanel } else { Called::No });
    }
}
