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

    /// Whether dark text is easier to read on it than white: by the eye's weights, in thousandths.
    fn is_light(&self) -> bool {
        let [red, green, blue] = self.channels.map(u32::from);
        (red * 299 + green * 587 + blue * 114) / 1000 > 160
    }

    fn apply(&self, root: &HtmlElement) {
        let [red, green, blue] = self.channels.map(|channel| channel.to_string());
        let color = ["rgb(", &red, " ", &green, " ", &blue, ")"].concat();
        let style = root.style();
        // Setting a custom property cannot fail.
        let _ = style.set_property("--brand", &color);
        let _ = style.set_property("--on-brand", if self.is_light() { "#16161d" } else { "#fff" });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_and_weighed() {
        let dark = |text| Color::parse(text).map(|color| !color.is_light());
        assert_eq!(Color::parse("#4F46e5").map(|color| color.channels), Some([79, 70, 229]));
        assert_eq!(Color::parse(" #45e ").map(|color| color.channels), Some([68, 85, 238]));
        assert_eq!(
            (dark("#4f46e5"), dark("#fde047"), dark("#000")),
            (Some(true), Some(false), Some(true))
        );
        for text in ["", "red", "#12", "#12345", "#gggggg", "url(x)", "#1234567"] {
            assert!(Color::parse(text).is_none(), "{text}");
        }
    }
}
