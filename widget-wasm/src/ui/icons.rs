//! Pictograms, drawn as SVG elements.

use leptos::prelude::*;
use leptos::svg;

use super::attributes::Attributes;

/// A speech bubble.
pub(crate) const CHAT: &str = "M3.5 20.5 5 16.2a9 8 0 1 1 3.3 2.6Z";
/// An arrow down: out of the way.
pub(crate) const DOWN: &str = "m6 9.5 6 6 6-6";
/// A cross.
pub(crate) const CROSS: &str = "m6.5 6.5 11 11m0-11-11 11";
/// An arrow up: off it goes.
pub(crate) const SEND: &str = "M12 19V5.5m-6 6 6-6 6 6";
/// A paper clip.
pub(crate) const CLIP: &str =
    "m20 11.5-8.3 8.3a5.2 5.2 0 0 1-7.4-7.4l8.8-8.7a3.5 3.5 0 0 1 4.9 4.9l-8.7 8.7a1.7 1.7 0 0 1-2.5-2.4l7.7-7.7";

/// A smiling face.
#[cfg(feature = "rich")]
pub(crate) const SMILE: &str =
    "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM8.5 14.2c1.9 2.4 5.1 2.4 7 0M9 9.6v.2m6-.2v.2";
/// A head and shoulders.
#[cfg(feature = "rich")]
pub(crate) const PERSON: &str = "M12 11.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7.5 9c.4-3.9 3.5-6 7.5-6s7.1 2.1 7.5 6";
/// A clock.
#[cfg(feature = "rich")]
pub(crate) const CLOCK: &str = "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM12 7.5V12l3 2";
/// A loudspeaker that can be heard.
#[cfg(feature = "rich")]
pub(crate) const SOUND: &str = "M4 9.5v5h3.5l4.5 4v-13l-4.5 4H4Zm11.5-1a5 5 0 0 1 0 7m2.5-9.5a8.5 8.5 0 0 1 0 12";
/// One that cannot.
#[cfg(feature = "rich")]
pub(crate) const MUTED: &str = "M4 9.5v5h3.5l4.5 4v-13l-4.5 4H4Zm11.5 0 5 5m0-5-5 5";
/// Arrows apart.
#[cfg(feature = "rich")]
pub(crate) const LARGER: &str = "M14 4.5h5.5V10m0-5.5-6 6M10 19.5H4.5V14m0 5.5 6-6";
/// Arrows together.
#[cfg(feature = "rich")]
pub(crate) const SMALLER: &str = "M19.5 10H14V4.5m0 5.5 5.5-5.5M4.5 14H10v5.5m0-5.5-5.5 5.5";
/// A triangle: go on.
#[cfg(feature = "rich")]
pub(crate) const PLAY: &str = "M8 5.5v13l10.5-6.5L8 5.5Z";
/// A sheet of paper.
#[cfg(feature = "rich")]
pub(crate) const FILE: &str =
    "M13.5 3.5H7a1.5 1.5 0 0 0-1.5 1.5v14A1.5 1.5 0 0 0 7 20.5h10a1.5 1.5 0 0 0 1.5-1.5V8.5l-5-5Zm0 0v5h5";
/// A tick: done.
#[cfg(feature = "rich")]
pub(crate) const CHECK: &str = "m5 12.5 4.5 4.5L19 7.5";

/// A pictogram of 24 units, drawn in the colour of the text. A screen reader does not see it.
pub(crate) fn icon(path: &'static str) -> AnyView {
    let mut frame = Attributes::new();
    for (name, value) in [
        ("viewBox", "0 0 24 24"),
        ("class", "icon"),
        ("aria-hidden", "true"),
        ("focusable", "false"),
    ] {
        frame.fixed(name, value.to_owned());
    }
    let mut line = Attributes::new();
    line.fixed("d", path.to_owned());
    svg::svg()
        .add_any_attr(frame)
        .child(svg::path().add_any_attr(line))
        .into_any()
}
