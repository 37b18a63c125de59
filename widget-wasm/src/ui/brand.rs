//! What the back end says about looks: the brand's colour, and the launcher's corner where the page chose none.

use std::sync::Arc;

use web_sys::HtmlElement;

use super::Scene;
use super::signal::effect;

/// Applies it to the root of the interface whenever it changes. A page's own `--visavis-accent` wins.
pub(crate) fn follow(scene: &Arc<Scene>) {
    let scene = Arc::clone(scene);
    effect(move || {
        let (color, corner) = scene
            .state
            .config
            .with(|config| (config.color.clone(), config.position.clone()));
        let Some(root) = scene.find(".root") else { return };
        if let Some(color) = color.as_deref().and_then(Color::parse) {
            color.apply(&root);
        }
        if let Some(corner) = corner.filter(|_| scene.corner_is_open) {
            // Setting an attribute of a good name cannot fail.
            let _ = root.set_attribute("data-position", if corner == "left" { "left" } else { "right" });
        }
    });
}

/// The luminance on which black and white are equally easy to read.
const EVEN: f32 = 0.179;
/// The luminance of what stands out 3 to 1 from white, and a little less.
const DEEP: f32 = 0.29;

/// A colour such as `#4f46e5` or `#45e`. Other spellings are not trusted: a wrong one would leave the widget without any.
struct Color {
    channels: [u8; 3],
}

impl Color {
    fn parse(text: &str) -> Option<Self> {
        let digits = text.trim().strip_prefix('#')?;
        let digits: Vec<u8> = digits
            .chars()
            .map(|digit| digit.to_digit(16))
            .map(|digit| u8::try_from(digit?).ok())
            .collect::<Option<_>>()?;
        let channels = match digits.as_slice() {
            [r, g, b] => [r * 17, g * 17, b * 17],
            [r, red, g, green, b, blue] => [r * 16 + red, g * 16 + green, b * 16 + blue],
            _ => return None,
        };
        Some(Self { channels })
    }

    /// How bright the eye sees it, 0 to 1. The curve is that of sRGB to a two-hundredth, without a power.
    fn luminance(&self) -> f32 {
        let [red, green, blue] = self.channels.map(|channel| {
            let value = f32::from(channel) / 255.0;
            value * (value * (value * 0.305_306 + 0.682_171) + 0.012_523)
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// Whichever of black and white is easier to read on it: 4.5 to 1 at the least.
    fn ink(&self) -> &'static str {
        if self.luminance() > EVEN { "#000" } else { "#fff" }
    }

    /// The same hue, deep enough for a ring that stands out 3 to 1 from white.
    fn deep(&self) -> Self {
        let mut channels = self.channels;
        while (Self { channels }).luminance() > DEEP {
            channels = channels.map(|channel| channel - channel / 16 - u8::from(channel > 0));
        }
        Self { channels }
    }

    fn css(&self) -> String {
        let [red, green, blue] = self.channels.map(|channel| channel.to_string());
        ["rgb(", &red, " ", &green, " ", &blue, ")"].concat()
    }

    fn apply(&self, root: &HtmlElement) {
        let style = root.style();
        // Setting a custom property cannot fail.
        let _ = style.set_property("--brand", &self.css());
        let _ = style.set_property("--on-brand", self.ink());
        let _ = style.set_property("--brand-ring", &self.deep().css());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Colours that a brand may have and a designer would not: pale, glaring, dark, and those between black and white.
    const HOSTILE: [&str; 16] = [
        "#fff", "#000", "#ff0", "#0ff", "#0f0", "#f0f", "#00f", "#f00", "#767676", "#777", "#e5484d", "#fde047",
        "#f7f7f7", "#16161d", "#7c7c7c", "#ff6d00",
    ];

    /// As WCAG 2.2 defines it.
    fn exact(color: &Color) -> f64 {
        let [red, green, blue] = color.channels.map(|channel| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.04045 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    fn contrast(one: &Color, other: &Color) -> f64 {
        let (one, other) = (exact(one) + 0.05, exact(other) + 0.05);
        one.max(other) / one.min(other)
    }

    fn holds(color: &Color) {
        let ink = Color::parse(color.ink()).expect("an ink is a colour");
        assert!(contrast(color, &ink) >= 4.5, "{} on {:?}", color.ink(), color.channels);
        let white = Color { channels: [255; 3] };
        assert!(contrast(&color.deep(), &white) >= 3.0, "a ring of {:?}", color.channels);
    }

    #[test]
    fn text_on_any_brand_and_its_ring_on_white_can_be_seen() {
        for text in HOSTILE {
            holds(&Color::parse(text).expect(text));
        }
        // Every colour there is would take minutes; each channel in steps of five meets every border.
        for red in (0..=255_u8).step_by(5) {
            for green in (0..=255_u8).step_by(5) {
                for blue in (0..=255_u8).step_by(5) {
                    holds(&Color {
                        channels: [red, green, blue],
                    });
                }
            }
        }
    }

    #[test]
    fn a_ring_that_can_be_seen_stays_as_it_is() {
        assert_eq!(
            Color::parse("#4f46e5").map(|color| color.deep().channels),
            Some([79, 70, 229])
        );
        assert!(Color::parse("#fde047").is_some_and(|color| color.deep().channels[0] < 253));
    }

    #[test]
    fn colours_are_read_and_weighed() {
        let ink = |text| Color::parse(text).map(|color| color.ink());
        assert_eq!(Color::parse("#4F46e5").map(|color| color.channels), Some([79, 70, 229]));
        assert_eq!(Color::parse(" #45e ").map(|color| color.channels), Some([68, 85, 238]));
        assert_eq!(
            (ink("#4f46e5"), ink("#fde047"), ink("#000")),
            (Some("#fff"), Some("#000"), Some("#fff"))
        );
        for text in ["", "red", "#12", "#12345", "#gggggg", "url(x)", "#1234567"] {
            assert!(Color::parse(text).is_none(), "{text}");
        }
    }
}
